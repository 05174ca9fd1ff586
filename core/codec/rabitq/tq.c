/*
 * Family: tq, a row brought to the length sqrt(dim) and each value of it coded as the nearest of the 2^bits levels
 * that err least on a normal distribution, which rotated rows are close to; values between two levels go to the
 * lower one at their middle. Zandieh et al. 2025, arXiv:2504.19874 (TurboQuant); levels: Lloyd 1982, Max 1960; the
 * scale is that of estimate.h.
 */
#include "codec/rabitq/estimate.h"

#include "quantscope.h"

#include <math.h>

enum { MOST_BITS = 4, MOST_HALF = 8 };

/* The levels above 0 of 1 to 4 bits; those below are their negatives. */
static const float upper[MOST_BITS][MOST_HALF] = {
    {0.797884561F},
    {0.452780035F, 1.51041761F},
    {0.245094179F, 0.756005281F, 1.34390928F, 2.1519457F},
    {0.12839503F, 0.388048299F, 0.656759119F, 0.942340456F, 1.2562312F, 1.61804639F, 2.06901723F, 2.73258957F},
};

static float level_of(unsigned bits, uint32_t code)
{
    uint32_t half = 1U << (bits - 1);
    return code < half ? -upper[bits - 1][half - 1 - code] : upper[bits - 1][code - half];
}

static int code_row(const float *r, size_t n, unsigned bits, uint8_t *codes)
{
    double scale = sqrt((double)n) / sqrt(qsi_estimate_dot(r, r, n));
    float middles[2 * MOST_HALF];
    uint32_t count = (1U << bits) - 1;
    for (uint32_t c = 0; c < count; c++)
        middles[c] = (float)(((double)level_of(bits, c) + (double)level_of(bits, c + 1)) / 2);
    for (size_t i = 0; i < n; i++) {
        float y = (float)((double)r[i] * scale);
        codes[i] = 0;
        for (uint32_t c = 0; c < count; c++) codes[i] += y > middles[c];
    }
    return QS_OK;
}

const qsi_estimate qsi_estimate_tq = {level_of, code_row};
