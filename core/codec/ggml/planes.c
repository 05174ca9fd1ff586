/* Numbers of a few bits in planes, as planes.h says. */
#include "codec/ggml/planes.h"

qsi_role qsi_planes_role(const qsi_planes *planes, qsi_role_kind kind, size_t bit)
{
    for (const qsi_plane *p = planes->plane; p->bits; p++) {
        size_t first = (size_t)p->at * 8, bytes = qsi_plane_run(p);
        if (bit < first || bit >= first + (size_t)planes->n * p->bits) continue;
        size_t byte = (bit - first) / 8, turn = bit % 8 / p->bits;
        size_t number = byte / bytes * p->span + turn * bytes + byte % bytes;
        return (qsi_role){kind, (uint16_t)number, (uint8_t)(p->place + bit % 8 % p->bits)};
    }
    return (qsi_role){QSI_ROLE_UNUSED, 0, 0};
}
