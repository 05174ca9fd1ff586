/*
 * q5_k: 256 values of 5 bits, 32 of which share a scale and a minimum of 6 bits, 176 bytes.
 *
 *   byte  0..1            d, float16: the scale of the scales
 *   byte  2..3            dmin, float16: the scale of the minima
 *   byte  4..15           scales and minima, 6 bits each, as kfit.h draws them
 *   byte 16 + j           bit g is bit 4 of q[32 g + j], j = 0 .. 31, g = 0 .. 7
 *                           7  6  5  4   3  2  1  0
 *                         +-----------+-----------+
 *   byte 48 + 32 h + j    |   q[b]    |   q[a]    |   h = 0 .. 3, j = 0 .. 31, a = 64 h + j, b = a + 32, low 4 bits
 *                         +-----------+-----------+
 *
 * x' = (d * scale) * q - dmin * minimum. Both are fitted as kfit.h says, by squared errors.
 */
#include "codec/ggml/kfit.h"

enum { BYTES = 176 };

static const qsi_k12 how = {
    .shape =
        {.search = {.group = {.size = 32, .most = 31}, .steps = 15, .first = -0.5F, .step = 0.1F, .squares = true},
         .most_part = 63},
    .codes = {QSI_SUPER, {{48, 64, 4, 0}, {16, 256, 1, 4}}},
    .bytes = BYTES};

QSI_K12_CODER(qsi_coder_q5_k);
