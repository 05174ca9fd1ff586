/*
 * q4_1: 32 values of 4 bits, a scale and a minimum, 20 bytes.
 *
 *   byte  0..1     d, float16
 *   byte  2..3     m, float16
 *                   7  6  5  4   3  2  1  0
 *                  +-----------+-----------+
 *   byte  4 + j    | q[j + 16] |   q[j]    |   j = 0 .. 15, 4 bits each
 *                  +-----------+-----------+
 *
 * m = min; d = (max - min) / 15; q = floor((x - m) / d + 0.5), at most 15; x' = q * d + m with d and m as stored.
 */
#include "codec/ggml/ggml.h"

static const qsi_shape shape = {.bytes = 20,
                                .d = 0,
                                .rule = QSI_BY_SPAN,
                                .by = 15,
                                .steps = {.most = 15, .round = QSI_TRUNC},
                                .planes = {32, {{4, 32, 4, 0}}}};

static qsi_role role(size_t bit)
{
    if (bit < 32) return (qsi_role){bit < 16 ? QSI_ROLE_SCALE : QSI_ROLE_LOW, 0, (uint8_t)(bit % 16)};
    return qsi_planes_role(&shape.planes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_q4_1 = {.bytes = 20,
                                        .shape = &shape,
                                        .role = role,
                                        .formula = "q * s + m",
                                        .scale = {.as = "f16"},
                                        .low = {.as = "f16"}};
