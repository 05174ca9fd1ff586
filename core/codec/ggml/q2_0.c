/*
 * q2_0: 64 values of 2 bits and a scale, 18 bytes.
 *
 *   byte  0..1     d, float16
 *                    7  6      5  4      3  2      1  0
 *                  +---------+---------+---------+---------+
 *   byte  2 + j    | q[4j+3] | q[4j+2] | q[4j+1] | q[4j]   |   j = 0 .. 15
 *                  +---------+---------+---------+---------+
 *
 * d = absmax; q = nearest(x / d) + 1, halves away from zero: 0, 1, 2, never 3; x' = (q - 1) * d with d as stored.
 */
#include "codec/ggml/ggml.h"

static const qsi_shape shape = {.bytes = 18,
                                .d = 0,
                                .rule = QSI_BY_ABSMAX,
                                .by = 1,
                                .steps = {.zero = 1, .most = 2, .round = QSI_AWAY},
                                .planes = {64, {{2, 4, 2, 0}}}};

static qsi_role role(size_t bit)
{
    if (bit < 16) return (qsi_role){QSI_ROLE_SCALE, 0, (uint8_t)bit};
    return qsi_planes_role(&shape.planes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_q2_0 = {.bytes = 18,
                                        .shape = &shape,
                                        .role = role,
                                        .formula = "q * s",
                                        .code = {.minus = 1, .most = 2},
                                        .scale = {.as = "f16"}};
