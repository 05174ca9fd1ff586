/*
 * q5_1: 32 values of 5 bits, a scale and a minimum, 24 bytes.
 *
 *   byte  0..1     d, float16
 *   byte  2..3     m, float16
 *   byte  4..7     bit 4 of q[i] is bit i of a little-endian uint32
 *                   7  6  5  4   3  2  1  0
 *                  +-----------+-----------+
 *   byte  8 + j    | q[j + 16] |   q[j]    |   j = 0 .. 15, the low 4 bits of each
 *                  +-----------+-----------+
 *
 * m = min; d = (max - min) / 31; q = floor((x - m) / d + 0.5), at most 31; x' = q * d + m with d and m as stored.
 */
#include "codec/ggml/ggml.h"

static const qsi_shape shape = {.bytes = 24,
                                .d = 0,
                                .rule = QSI_BY_SPAN,
                                .by = 31,
                                .steps = {.most = 31, .round = QSI_TRUNC},
                                .planes = {32, {{8, 32, 4, 0}, {4, 8, 1, 4}}}};

static qsi_role role(size_t bit)
{
    if (bit < 32) return (qsi_role){bit < 16 ? QSI_ROLE_SCALE : QSI_ROLE_LOW, 0, (uint8_t)(bit % 16)};
    return qsi_planes_role(&shape.planes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_q5_1 = {.bytes = 24,
                                        .shape = &shape,
                                        .role = role,
                                        .formula = "q * s + m",
                                        .scale = {.as = "f16"},
                                        .low = {.as = "f16"}};
