/* E2M1 as fp4.h says. Of two codes just as near the first is taken: halves go toward zero, and code 8, the negative
 * zero, is never given. */
#include "codec/ggml/fp4.h"

#include <math.h>

const float qsi_fp4_doubled[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

void qsi_fp4_encode(const float *x, size_t n, float s, uint8_t *codes)
{
    for (size_t i = 0; i < n; i++) {
        float least = INFINITY;
        codes[i] = 0;
        for (uint8_t c = 0; c < 16; c++) {
            float distance = fabsf(qsi_fp4_doubled[c] * s - x[i]);
            if (!(distance < least)) continue;
            least = distance;
            codes[i] = c;
        }
    }
}
