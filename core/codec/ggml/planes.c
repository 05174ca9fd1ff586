/* Numbers of a few bits in planes, as planes.h says. */
#include "codec/ggml/planes.h"

#include <string.h>

static size_t span_bytes(const qsi_plane *p)
{
    return (size_t)p->span * p->bits / 8;
}

void qsi_planes_put(const qsi_planes *planes, const uint8_t *numbers, uint8_t *block)
{
    for (const qsi_plane *p = planes->plane; p->bits; p++) {
        size_t bytes = span_bytes(p), i = 0;
        unsigned mask = (1U << p->bits) - 1;
        uint8_t *at = block + p->at;
        memset(at, 0, (size_t)planes->n * p->bits / 8);
        for (; i < planes->n; at += bytes)
            for (unsigned shift = 0; shift < 8; shift += p->bits)
                for (size_t b = 0; b < bytes; b++, i++)
                    at[b] = (uint8_t)(at[b] | (numbers[i] >> p->place & mask) << shift);
    }
}

void qsi_planes_get(const qsi_planes *planes, const uint8_t *block, uint8_t *numbers)
{
    memset(numbers, 0, planes->n);
    for (const qsi_plane *p = planes->plane; p->bits; p++) {
        size_t bytes = span_bytes(p), i = 0;
        unsigned mask = (1U << p->bits) - 1;
        for (const uint8_t *at = block + p->at; i < planes->n; at += bytes)
            for (unsigned shift = 0; shift < 8; shift += p->bits)
                for (size_t b = 0; b < bytes; b++, i++)
                    numbers[i] = (uint8_t)(numbers[i] | (at[b] >> shift & mask) << p->place);
    }
}

qsi_role qsi_planes_role(const qsi_planes *planes, qsi_role_kind kind, size_t bit)
{
    for (const qsi_plane *p = planes->plane; p->bits; p++) {
        size_t first = (size_t)p->at * 8, bytes = span_bytes(p);
        if (bit < first || bit >= first + (size_t)planes->n * p->bits) continue;
        size_t byte = (bit - first) / 8, turn = bit % 8 / p->bits;
        size_t number = byte / bytes * p->span + turn * bytes + byte % bytes;
        return (qsi_role){kind, (uint16_t)number, (uint8_t)(p->place + bit % 8 % p->bits)};
    }
    return (qsi_role){QSI_ROLE_UNUSED, 0, 0};
}
