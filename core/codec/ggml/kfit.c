/* Superblocks of groups with a scale and a minimum, as kfit.h says. */
#include "codec/ggml/kfit.h"

#include <string.h>

enum { MOST_GROUPS = 16, MOST_GROUP = 32, EIGHT = 8 };

/* The codes of a group when its range is cut into steps of 1 / iscale. */
static void group_codes(const qsi_kshape *shape, const float *x, float iscale, float min, uint8_t *codes)
{
    for (size_t i = 0; i < shape->group; i++)
        codes[i] = (uint8_t)qsi_clamp(qsi_nearest_even(iscale * (x[i] - min)), 0, shape->most);
}

static float group_error(const qsi_kshape *shape, const float *x, const float *w, const uint8_t *codes, float scale,
                         float min)
{
    float sum = 0;
    for (size_t i = 0; i < shape->group; i++) {
        float e = scale * (float)codes[i] + min - x[i];
        sum += w[i] * (shape->squares ? e * e : fabsf(e));
    }
    return sum;
}

static void group_weights(const qsi_kshape *shape, const float *x, float *w)
{
    float sum = 0;
    for (size_t i = 0; i < shape->group; i++) sum += x[i] * x[i];
    float rms = shape->squares ? sqrtf(sum / (float)shape->group) : 0;
    for (size_t i = 0; i < shape->group; i++) w[i] = rms + fabsf(x[i]);
}

/* The line scale * code + min through a group by least squares. False where the codes do not fix it. */
static bool fit_line(const qsi_kshape *shape, const float *x, const float *w, float sum_w, float sum_x,
                     const uint8_t *codes, float *scale, float *min)
{
    float sum_l = 0, sum_ll = 0, sum_xl = 0;
    for (size_t i = 0; i < shape->group; i++) {
        float l = (float)codes[i];
        sum_l += w[i] * l;
        sum_ll += w[i] * l * l;
        sum_xl += w[i] * l * x[i];
    }
    float det = sum_w * sum_ll - sum_l * sum_l;
    if (!(det > 0)) return false;
    *scale = (sum_w * sum_xl - sum_x * sum_l) / det;
    *min = (sum_ll * sum_x - sum_l * sum_xl) / det;
    if (*min > 0) {
        *min = 0;
        *scale = sum_xl / sum_ll;
    }
    return true;
}

/* The scale of a group; *low: its minimum, subtracted in decoding. Of all candidates the one with the least error.
 */
static float fit_group(const qsi_kshape *shape, const float *x, uint8_t *codes, float *low)
{
    float w[MOST_GROUP];
    group_weights(shape, x, w);
    float min = x[0], max = x[0], sum_w = 0, sum_x = 0;
    for (size_t i = 0; i < shape->group; i++) {
        if (x[i] < min) min = x[i];
        if (x[i] > max) max = x[i];
        sum_w += w[i];
        sum_x += w[i] * x[i];
    }
    if (min > 0) min = 0;
    *low = -min;
    memset(codes, 0, shape->group);
    if (max == min) return 0;
    float iscale = (float)shape->most / (max - min), scale = 1 / iscale;
    group_codes(shape, x, iscale, min, codes);
    float least = group_error(shape, x, w, codes, scale, min);
    for (int s = 0; s <= shape->steps; s++) {
        uint8_t other[MOST_GROUP];
        float other_scale, other_min;
        iscale = (shape->first + shape->step * (float)s + (float)shape->most) / (max - min);
        group_codes(shape, x, iscale, min, other);
        if (!fit_line(shape, x, w, sum_w, sum_x, other, &other_scale, &other_min)) continue;
        float error = group_error(shape, x, w, other, other_scale, other_min);
        if (!(error < least)) continue;
        memcpy(codes, other, shape->group);
        least = error;
        scale = other_scale;
        min = other_min;
    }
    *low = -min;
    return scale;
}

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

void qsi_kfit_encode(const qsi_kshape *shape, const float *x, uint8_t supers[4], uint8_t *parts, uint8_t *codes)
{
    float scales[MOST_GROUPS], lows[MOST_GROUPS];
    size_t n = shape->group, groups = QSI_SUPER / n;
    for (size_t g = 0; g < groups; g++) scales[g] = fit_group(shape, x + g * n, codes + g * n, &lows[g]);
    qsi_put_half(supers, put_parts(scales, groups, shape->most_part, parts));
    qsi_put_half(supers + 2, put_parts(lows, groups, shape->most_part, parts + groups));
    /* The codes once more, for the numbers as they are stored. */
    float super_scale = qsi_get_half(supers), super_low = qsi_get_half(supers + 2);
    for (size_t i = 0; i < QSI_SUPER; i++) {
        float d = super_scale * (float)parts[i / n], low = super_low * (float)parts[groups + i / n];
        if (d != 0) codes[i] = (uint8_t)qsi_clamp(qsi_nearest_even((x[i] + low) / d), 0, shape->most);
    }
}

void qsi_kfit_decode(const qsi_kshape *shape, const uint8_t *supers, size_t block, const uint8_t *parts,
                     const uint8_t *codes, size_t n, float *x)
{
    static const qsi_steps steps = {.most = UINT8_MAX};
    float scales[QSI_K_BLOCKS], lows[QSI_K_BLOCKS], d[QSI_K_BLOCKS * MOST_GROUPS], low[QSI_K_BLOCKS * MOST_GROUPS];
    size_t groups = QSI_SUPER / shape->group, all = n * groups;
    qsi_get_halves(supers, block, n, scales);
    qsi_get_halves(supers + 2, block, n, lows);
    for (size_t k = 0; k < n; k++, parts += groups)
        for (size_t g = 0; g < groups; g += EIGHT, parts += EIGHT)
            for (size_t i = 0; i < EIGHT; i++) { /* a count that compilers know */
                d[k * groups + g + i] = scales[k] * (float)parts[i];
                low[k * groups + g + i] = -lows[k] * (float)parts[groups + i];
            }
    qsi_kernels_now()->steps_decode(&steps, codes, all, shape->group, d, low, x);
}

/* -------------------------------------------------------------------------------------- twelve bytes of parts */

qsi_role qsi_k12_role(size_t bit)
{
    size_t j = bit / 8 % 4, place = bit % 8;
    bool is_low = bit / 8 < 8 ? bit / 8 >= 4 : place >= 4;
    if (bit / 8 >= 8)
        j += 4, place %= 4;
    else if (place >= 6)
        j += 4, place -= 2;
    return (qsi_role){is_low ? QSI_ROLE_LOW : QSI_ROLE_SCALE, (uint16_t)j, (uint8_t)place};
}

static size_t k12_part(qsi_role role)
{
    return (role.kind == QSI_ROLE_LOW ? QSI_K12_PARTS / 2 : 0) + role.index;
}

void qsi_k12_put(const uint8_t *parts, uint8_t bytes[12])
{
    memset(bytes, 0, QSI_K12_BITS / 8);
    for (size_t bit = 0; bit < QSI_K12_BITS; bit++) {
        qsi_role role = qsi_k12_role(bit);
        unsigned value = parts[k12_part(role)] >> role.place & 1U;
        bytes[bit / 8] = (uint8_t)(bytes[bit / 8] | value << bit % 8);
    }
}

/* Four bytes at a time, as the picture in kfit.h has them. */
void qsi_k12_get(const uint8_t bytes[12], uint8_t *parts)
{
    uint32_t s = qsi_get32(bytes), m = qsi_get32(bytes + 4), both = qsi_get32(bytes + 8);
    qsi_put32(parts, s & 0x3f3f3f3f);
    qsi_put32(parts + 4, (both & 0x0f0f0f0f) | (s >> 2 & 0x30303030));
    qsi_put32(parts + 8, m & 0x3f3f3f3f);
    qsi_put32(parts + 12, (both >> 4 & 0x0f0f0f0f) | (m >> 2 & 0x30303030));
}
