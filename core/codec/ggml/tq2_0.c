/*
 * tq2_0: 256 values of 2 bits and a scale, 66 bytes.
 *
 *                    7  6      5  4      3  2      1  0
 *                  +---------+---------+---------+---------+
 *   byte  0 + m    | t[m+96] | t[m+64] | t[m+32] | t[m]    |   m = 0 .. 31
 *   byte 32 + m    | the same of values 128 .. 255         |
 *                  +---------+---------+---------+---------+
 *   byte 64..65    d, float16
 *
 * d = absmax; t = nearest(x / d) + 1, halves away from zero: 0, 1, 2, never 3; x' = (t - 1) * d with d as stored.
 */
#include "codec/ggml/ggml.h"

static const qsi_shape shape = {.bytes = 66,
                                .d = 64,
                                .rule = QSI_BY_ABSMAX,
                                .by = 1,
                                .steps = {.zero = 1, .most = 2, .round = QSI_AWAY},
                                .planes = {QSI_SUPER, {{0, 128, 2, 0}}}};

static qsi_role role(size_t bit)
{
    if (bit >= 512) return (qsi_role){QSI_ROLE_SCALE, 0, (uint8_t)(bit - 512)};
    return qsi_planes_role(&shape.planes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_tq2_0 = {.bytes = 66,
                                         .shape = &shape,
                                         .role = role,
                                         .formula = "q * s",
                                         .code = {.minus = 1, .most = 2},
                                         .scale = {.as = "f16"}};
