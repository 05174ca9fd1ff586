/* E2M1 as fp4.h says. */
#include "codec/ggml/fp4.h"

const float qsi_fp4_doubled[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
