/*
 * q4_0: 32 values of 4 bits and a scale, 18 bytes.
 *
 *   byte  0..1     d, float16
 *                   7  6  5  4   3  2  1  0
 *                  +-----------+-----------+
 *   byte  2 + j    | q[j + 16] |   q[j]    |   j = 0 .. 15, 4 bits each
 *                  +-----------+-----------+
 *
 * m = the first value of largest magnitude, with its sign; d = m / -8; q = floor(x / d + 8.5), at most 15;
 * x' = (q - 8) * d with d as stored. So m is code 0 and is hit, while -m is past the last code.
 */
#include "codec/ggml/ggml.h"

static const qsi_shape shape = {.bytes = 18,
                                .d = 0,
                                .rule = QSI_BY_PEAK,
                                .by = -8,
                                .steps = {.zero = 8, .most = 15, .round = QSI_TRUNC},
                                .planes = {32, {{2, 32, 4, 0}}}};

static qsi_role role(size_t bit)
{
    if (bit < 16) return (qsi_role){QSI_ROLE_SCALE, 0, (uint8_t)bit};
    return qsi_planes_role(&shape.planes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_q4_0 = {
    .bytes = 18, .shape = &shape, .role = role, .formula = "q * s", .code = {.minus = 8}, .scale = {.as = "f16"}};
