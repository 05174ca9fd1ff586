/*
 * q8_0: 32 values and a scale, 34 bytes.
 *
 *   byte  0..1  d, float16         2..33  32 codes of int8, in order
 *
 * d = absmax / 127; q = nearest(x / d), halves away from zero; x' = q * d with d as stored.
 */
#include "codec/ggml/ggml.h"

static const qsi_shape shape = {.bytes = 34,
                                .d = 0,
                                .rule = QSI_BY_ABSMAX,
                                .by = 127,
                                .steps = {.least = -127, .most = 127, .round = QSI_AWAY},
                                .planes = {32, {{2, 32, 8, 0}}}};

static qsi_role role(size_t bit)
{
    if (bit < 16) return (qsi_role){QSI_ROLE_SCALE, 0, (uint8_t)bit};
    return (qsi_role){QSI_ROLE_CODE, (uint16_t)((bit - 16) / 8), (uint8_t)(bit % 8)};
}

const qsi_block_coder qsi_coder_q8_0 = {.bytes = 34,
                                        .shape = &shape,
                                        .role = role,
                                        .formula = "q * s",
                                        .code = {.is_signed = true, .narrow = true},
                                        .scale = {.as = "f16"}};
