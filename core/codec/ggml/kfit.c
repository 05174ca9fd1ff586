/* Superblocks of groups with a scale and a minimum, as kfit.h says. */
#include "codec/ggml/kfit.h"

enum { MOST_GROUPS = 16, ALL_GROUPS = QSI_K_BLOCKS * MOST_GROUPS + QSI_SUPER_ROOM };

/* Numbers in whole parts of the largest: the scale of the parts. */
static float put_parts(const float *numbers, size_t n, int most, uint8_t *parts)
{
    float largest = 0;
    for (size_t i = 0; i < n; i++)
        if (numbers[i] > largest) largest = numbers[i];
    float factor = largest > 0 ? (float)most / largest : 0;
    for (size_t i = 0; i < n; i++)
        parts[i] = (uint8_t)qsi_clamp((uint8_t)qsi_nearest_even(factor * numbers[i]), 0, most);
    return largest / (float)most;
}

/* What groups have by the numbers as they are stored; sign: -1 for lows that are to be added. */
static void stored_lines(const uint8_t *supers, size_t block, const uint8_t *parts, size_t n, size_t groups,
                         float sign, float *scales, float *lows)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    const int8_t *numbers = (const int8_t *)parts;
    kernels->supers_decode(supers, block, n, 1, numbers, 2 * groups, groups, scales);
    kernels->supers_decode(supers + 2, block, n, sign, numbers + groups, 2 * groups, groups, lows);
}

/* The codes are made twice, at last for the numbers as they are stored. */
void qsi_kfit_encode(const qsi_kshape *shape, const float *x, size_t n, uint8_t *supers, size_t block,
                     uint8_t *parts, uint8_t *codes)
{
    const qsi_line_search *search = &shape->search;
    float scales[ALL_GROUPS], lows[ALL_GROUPS], super_scales[QSI_K_BLOCKS], super_lows[QSI_K_BLOCKS];
    size_t groups = QSI_SUPER / search->group.size;
    qsi_kernels_now()->fit_lines(search, x, n * groups, scales, lows, codes);
    for (size_t k = 0; k < n; k++) {
        uint8_t *at = parts + k * 2 * groups;
        super_scales[k] = put_parts(scales + k * groups, groups, shape->most_part, at);
        super_lows[k] = put_parts(lows + k * groups, groups, shape->most_part, at + groups);
    }
    qsi_put_halves(super_scales, n, supers, block);
    qsi_put_halves(super_lows, n, supers + 2, block);
    stored_lines(supers, block, parts, n, groups, 1, scales, lows);
    qsi_kernels_now()->recode(&search->group, x, n * groups, scales, lows, codes);
}

void qsi_kfit_decode(const qsi_kshape *shape, const qsi_planes *codes, size_t supers, const uint8_t *parts,
                     const uint8_t *blocks, size_t block, size_t n, float *x)
{
    static const qsi_steps steps = {.most = UINT8_MAX};
    float scales[ALL_GROUPS], lows[ALL_GROUPS];
    size_t size = shape->search.group.size, groups = QSI_SUPER / size;
    stored_lines(blocks + supers, block, parts, n, groups, -1, scales, lows);
    qsi_kernels_now()->planes_decode(codes, &steps, blocks, block, n, size, scales, lows, x);
}

/* -------------------------------------------------------------------------------------- twelve bytes of parts */

enum { K12_PARTS = 16, K12_AT = 4 };

/* Four bytes at a time, as the picture in kfit.h has them. */
static void put12(const uint8_t *parts, uint8_t bytes[12])
{
    uint32_t s = qsi_get32(parts + 4), m = qsi_get32(parts + 12);
    qsi_put32(bytes, qsi_get32(parts) | (s & 0x30303030) << 2);
    qsi_put32(bytes + 4, qsi_get32(parts + 8) | (m & 0x30303030) << 2);
    qsi_put32(bytes + 8, (s & 0x0f0f0f0f) | (m & 0x0f0f0f0f) << 4);
}

/* In one piece, as one who reads them in one then need not wait for four. */
static void get12(const uint8_t bytes[12], uint8_t *parts)
{
    typedef uint32_t words __attribute__((vector_size(16)));
    uint32_t s = qsi_get32(bytes), m = qsi_get32(bytes + 4), both = qsi_get32(bytes + 8);
    words all = {s & 0x3f3f3f3f, (both & 0x0f0f0f0f) | (s >> 2 & 0x30303030), m & 0x3f3f3f3f,
                 (both >> 4 & 0x0f0f0f0f) | (m >> 2 & 0x30303030)};
    memcpy(parts, &all, sizeof all);
}

bool qsi_k12_encode(const qsi_k12 *how, const float *x, size_t n, uint8_t *blocks)
{
    uint8_t parts[QSI_K_BLOCKS * K12_PARTS + QSI_SUPER_ROOM] = {0}, q[QSI_RUN];
    if (!qsi_all_finite(x, n * QSI_SUPER)) return false;
    qsi_kfit_encode(&how->shape, x, n, blocks, how->bytes, parts, q);
    for (size_t k = 0; k < n; k++) put12(parts + k * K12_PARTS, blocks + k * how->bytes + K12_AT);
    qsi_kernels_now()->planes_put(&how->codes, q, n, blocks, how->bytes);
    return true;
}

void qsi_k12_decode(const qsi_k12 *how, const uint8_t *blocks, size_t n, float *x)
{
    uint8_t parts[QSI_K_BLOCKS * K12_PARTS + QSI_SUPER_ROOM] = {0};
    for (size_t k = 0; k < n; k++) get12(blocks + k * how->bytes + K12_AT, parts + k * K12_PARTS);
    qsi_kfit_decode(&how->shape, &how->codes, 0, parts, blocks, how->bytes, n, x);
}

static qsi_role role12(size_t bit)
{
    size_t j = bit / 8 % 4, place = bit % 8;
    bool is_low = bit / 8 < 8 ? bit / 8 >= 4 : place >= 4;
    if (bit / 8 >= 8)
        j += 4, place %= 4;
    else if (place >= 6)
        j += 4, place -= 2;
    return (qsi_role){is_low ? QSI_ROLE_LOW : QSI_ROLE_SCALE, (uint16_t)j, (uint8_t)place};
}

qsi_role qsi_k12_role(const qsi_k12 *how, size_t bit)
{
    if (bit < 32) return (qsi_role){bit < 16 ? QSI_ROLE_SUPER_SCALE : QSI_ROLE_SUPER_LOW, 0, (uint8_t)(bit % 16)};
    if (bit < 128) return role12(bit - 32);
    return qsi_planes_role(&how->codes, QSI_ROLE_CODE, bit);
}
