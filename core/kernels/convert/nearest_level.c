/* Middles laid out for vectors, as ladder.h says. */
#include "kernels/convert/nearest_level.h"

#include <math.h>
#include <stddef.h>

void qsi_nearest_level_make(qsi_nearest_level *ladder)
{
    size_t count = ((size_t)1 << ladder->bits) - 1;
    ladder->below = ladder->bits > 4 ? ladder->bits - 4 : 0;
    for (size_t row = 0; row < 16; row++) {
        for (size_t j = 0; j < 16; j++) {
            size_t at = (row << ladder->below) + j;
            float middle = at < count ? ladder->middle[at] : INFINITY;
            if (j < 15) ladder->columns[j][row] = middle;
            if (j + 1 == (size_t)1 << ladder->below) ladder->ends[row] = middle;
        }
    }
}
