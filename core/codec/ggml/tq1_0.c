/*
 * tq1_0: 256 values, five to a byte as digits of base 3, and a scale, 54 bytes.
 *
 *   byte  0 + m    t[m]        t[m + 32]   t[m + 64]   t[m + 96]   t[m + 128]      m = 0 .. 31
 *   byte 32 + m    t[m + 160]  t[m + 176]  t[m + 192]  t[m + 208]  t[m + 224]      m = 0 .. 15
 *   byte 48 + m    t[m + 240]  t[m + 244]  t[m + 248]  t[m + 252]  0               m = 0 ..  3
 *   byte 52..53    d, float16
 *
 * d = absmax; t = nearest(x / d) + 1, halves away from zero; x' = (t - 1) * d with d as stored.
 * The digits of a byte, first the highest, make v = 0 .. 242, stored as ceil(v * 256 / 243): a fraction of one in
 * 8 bits, out of which each multiplication by 3 brings the next digit to the top.
 */
#include "codec/ggml/ggml.h"

static const struct {
    uint8_t at, bytes, first, digits;
} parts[] = {{0, 32, 0, 5}, {32, 16, 160, 5}, {48, 4, 240, 4}};

enum { PARTS = sizeof parts / sizeof *parts, D = 52 };

static void encode(const float *x, float scale, uint8_t *block)
{
    uint8_t t[QSI_SUPER];
    (void)scale;
    qsi_put_half(block + D, qsi_trits_encode(x, QSI_SUPER, t));
    for (size_t p = 0; p < PARTS; p++)
        for (size_t b = 0; b < parts[p].bytes; b++) {
            unsigned v = 0;
            for (size_t k = 0; k < 5; k++)
                v = v * 3 + (k < parts[p].digits ? t[parts[p].first + k * parts[p].bytes + b] : 0);
            block[parts[p].at + b] = (uint8_t)((v * 256 + 242) / 243);
        }
}

static void decode(const uint8_t *block, float scale, float *x)
{
    uint8_t t[QSI_SUPER];
    (void)scale;
    for (size_t p = 0; p < PARTS; p++)
        for (size_t b = 0; b < parts[p].bytes; b++) {
            unsigned u = block[parts[p].at + b];
            for (size_t k = 0; k < parts[p].digits; k++, u = u * 3 % 256)
                t[parts[p].first + k * parts[p].bytes + b] = (uint8_t)(u * 3 / 256);
        }
    qsi_steps_decode(t, QSI_SUPER, 1, qsi_get_half(block + D), x);
}

static qsi_role role(size_t bit)
{
    size_t p = 0;
    if (bit / 8 >= D) return (qsi_role){QSI_ROLE_SCALE, 0, (uint8_t)(bit % 16)};
    while (bit / 8 >= (size_t)parts[p].at + parts[p].bytes) p++;
    return (qsi_role){QSI_ROLE_CODES, (uint16_t)(parts[p].first + bit / 8 - parts[p].at), (uint8_t)(bit % 8)};
}

static size_t sharers(size_t first, uint16_t *values)
{
    size_t p = 0;
    while (first >= (size_t)parts[p].first + parts[p].bytes) p++;
    for (size_t k = 0; k < parts[p].digits; k++) values[k] = (uint16_t)(first + k * parts[p].bytes);
    return parts[p].digits;
}

const qsi_block_coder qsi_coder_tq1_0 = {
    .bytes = 54, .encode = encode, .decode = decode, .role = role, .sharers = sharers};
