/*
 * Affine integers with levels=pow2: powers of two times the scale, so that a product is a shift.
 *
 *   code 0 is 0; code q is sign(q) * s * 2^(|q| - K), |q| from 1 to K = 2^(b-1) - 1; s = absmax, the largest level
 *
 * A value goes to one of its two neighbours by where it lies between them, whatever their ratio: even to the nearer
 * (half-way to the even code), away to the nearer (half-way outwards), trunc inwards, stochastic outwards as often
 * as it lies further out. Everything else of the family is as for evenly spaced levels, for which these functions
 * are the kernels'.
 */
#include "codec/integer.h"

#include "base/bytes.h"
#include "base/random.h"

#include <math.h>

/* The size of the code of y = |x| / s, and whether the next one is taken. */
static int32_t code_size(const qsi_grid *grid, float y, uint64_t counter)
{
    int exponent;
    int32_t most = grid->qmax;
    if (!(y < 1)) return isnan(y) ? 0 : most;
    double part = 2 * frexp((double)y, &exponent) - 1; /* y = 2^(exponent - 1) * (1 + part) */
    int32_t below = y == 0 ? 0 : most + exponent - 1;
    if (below < 1) {
        below = 0;
        part = ldexp((double)y, most - 1);
    }
    bool up = part > 0.5 || (part == 0.5 && below % 2);
    if (grid->round == QSI_AWAY) up = part >= 0.5;
    if (grid->round == QSI_TRUNC) up = false;
    if (grid->round == QSI_STOCHASTIC) up = part + (double)qsi_random_unit(grid->seed, counter) >= 1;
    return below + up;
}

uint32_t qsi_codes_make(const qsi_spec *spec, const qsi_grid *grid, const float *x, size_t n, uint8_t *codes)
{
    if (!qsi_is_pow2(spec)) return qsi_kernels_now()->quantize(grid, x, n, codes);
    for (size_t i = 0; i < n; i++) {
        int32_t size = code_size(grid, fabsf(x[i] * grid->inv[i % grid->entries]), grid->counter + i);
        codes[i] = (uint8_t)(x[i] < 0 ? -size : size);
    }
    return qsi_kernels_now()->absmax(x, n);
}

void qsi_codes_read(const qsi_spec *spec, const qsi_grid *grid, const uint8_t *codes, size_t n, float *x)
{
    if (!qsi_is_pow2(spec)) {
        qsi_kernels_now()->dequantize(grid, codes, n, x);
        return;
    }
    for (size_t i = 0; i < n; i++)
        x[i] = grid->scale[i % grid->entries] * (float)qsi_pow2_level((int8_t)codes[i], grid->qmax);
}

double qsi_pow2_level(int32_t q, int32_t most)
{
    double size = q ? ldexp(1, (q < 0 ? -q : q) - most) : 0;
    return q < 0 ? -size : size;
}
