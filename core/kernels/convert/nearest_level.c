/* Middles laid out for vectors, as nearest_level.h says. */
#include "kernels/convert/nearest_level.h"

#include <math.h>
#include <stddef.h>

void qsi_nearest_level_make(qsi_nearest_level *nearest)
{
    size_t count = ((size_t)1 << nearest->bits) - 1;
    nearest->below = nearest->bits > 4 ? nearest->bits - 4 : 0;
    for (size_t row = 0; row < 16; row++) {
        for (size_t j = 0; j < 16; j++) {
            size_t at = (row << nearest->below) + j;
            float middle = at < count ? nearest->middle[at] : INFINITY;
            if (j < 15) nearest->columns[j][row] = middle;
            if (j + 1 == (size_t)1 << nearest->below) nearest->ends[row] = middle;
        }
    }
}
