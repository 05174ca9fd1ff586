/*
 * q5_0: 32 values of 5 bits and a scale, 22 bytes.
 *
 *   byte  0..1     d, float16
 *   byte  2..5     bit 4 of q[i] is bit i of a little-endian uint32
 *                   7  6  5  4   3  2  1  0
 *                  +-----------+-----------+
 *   byte  6 + j    | q[j + 16] |   q[j]    |   j = 0 .. 15, the low 4 bits of each
 *                  +-----------+-----------+
 *
 * m = the first value of largest magnitude, with its sign; d = m / -16; q = floor(x / d + 16.5), at most 31;
 * x' = (q - 16) * d with d as stored. So m is code 0 and is hit, while -m is past the last code.
 */
#include "codec/ggml/ggml.h"

static const qsi_shape shape = {.bytes = 22,
                                .d = 0,
                                .rule = QSI_BY_PEAK,
                                .by = -16,
                                .steps = {.zero = 16, .most = 31, .round = QSI_TRUNC},
                                .planes = {32, {{6, 32, 4, 0}, {2, 8, 1, 4}}}};

static qsi_role role(size_t bit)
{
    if (bit < 16) return (qsi_role){QSI_ROLE_SCALE, 0, (uint8_t)bit};
    return qsi_planes_role(&shape.planes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_q5_0 = {
    .bytes = 22, .shape = &shape, .role = role, .formula = "q * s", .code = {.minus = 16}, .scale = {.as = "f16"}};
