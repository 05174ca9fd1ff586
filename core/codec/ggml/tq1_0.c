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

enum { BYTES = 54, PARTS = sizeof parts / sizeof *parts, D = 52 };

static const qsi_steps steps = {.zero = 1, .most = 2, .round = QSI_AWAY};

static uint8_t put_five(const uint8_t digits[QSI_DIGITS])
{
    unsigned v = 0;
    for (size_t k = 0; k < QSI_DIGITS; k++) v = v * 3 + digits[k];
    return (uint8_t)((v * 256 + 242) / 243);
}

/* One byte, for inspection. */
static void get_five(uint8_t byte, uint8_t digits[QSI_DIGITS])
{
    unsigned u = byte;
    for (size_t k = 0; k < QSI_DIGITS; k++, u = u * 3 % 256) digits[k] = (uint8_t)(u * 3 / 256);
}

/* Eight bytes are a word. The last part has only four: digits beyond them are written over next, or are ROOM. */
enum { WORD = sizeof(uint64_t), ROOM = WORD };

/* put_five() of digits that are joined, in lanes of 32 bits: v * 256 / 243 is v and 13 / 243 of it, rounded up. */
static inline uint64_t put_fives(uint64_t v)
{
    const uint64_t one = 0x0000000100000001U;
    return v + ((v * 439 + one * 8100) >> 13 & one * 255);
}

static void put_digits(const uint8_t *t, uint8_t *block)
{
    for (size_t p = 0; p < PARTS; p++)
        for (size_t b = 0; b < parts[p].bytes; b += WORD) {
            uint64_t v = 0, fives = 0;
            for (size_t k = 0; k < QSI_DIGITS; k++)
                v = 3 * v + (k < parts[p].digits ? qsi_get64(t + parts[p].first + k * parts[p].bytes + b) : 0);
            for (int k = 0; k < 4; k++) fives |= put_fives(v >> 8 * k & 0x000000ff000000ffU) << 8 * k;
            if (parts[p].bytes < WORD)
                qsi_put32(block + parts[p].at + b, (uint32_t)fives);
            else
                qsi_put64(block + parts[p].at + b, fives);
        }
}

/* In two words, whose lanes have 16 bits. */
static void get_digits(const uint8_t *block, uint8_t *t)
{
    const uint64_t low = 0x00ff00ff00ff00ffU, three = 0x0003000300030003U;
    for (size_t p = 0; p < PARTS; p++)
        for (size_t b = 0; b < parts[p].bytes; b += WORD) {
            const uint8_t *at = block + parts[p].at + b;
            uint64_t all = parts[p].bytes < WORD ? qsi_get32(at) : qsi_get64(at), even = all & low,
                     odd = all >> 8 & low;
            for (size_t k = 0; k < parts[p].digits; k++, even &= low, odd &= low) {
                even *= 3, odd *= 3;
                qsi_put64(t + parts[p].first + k * parts[p].bytes + b, (even >> 8 & three) | (odd & three << 8));
            }
        }
}

static bool encode(const float *x, size_t n, float scale, uint8_t *blocks)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    uint8_t t[QSI_RUN + ROOM] = {0};
    float d[QSI_K_BLOCKS], inverse[QSI_K_BLOCKS];
    (void)scale;
    kernels->absmaxes(x, n, QSI_SUPER, d);
    if (!qsi_all_finite(d, n)) return false;
    kernels->divide(d, n, 1, inverse);
    kernels->steps_encode(&steps, x, n, QSI_SUPER, inverse, NULL, t);
    for (size_t k = 0; k < n; k++) put_digits(t + k * QSI_SUPER, blocks + k * BYTES);
    qsi_put_halves(d, n, blocks + D, BYTES);
    return true;
}

static void decode(const uint8_t *blocks, size_t n, float scale, float *x)
{
    uint8_t t[QSI_RUN + ROOM];
    float d[QSI_K_BLOCKS];
    (void)scale;
    for (size_t k = 0; k < n; k++) get_digits(blocks + k * BYTES, t + k * QSI_SUPER);
    qsi_get_halves(blocks + D, BYTES, n, d);
    qsi_kernels_now()->steps_decode(&steps, t, n, QSI_SUPER, d, NULL, x);
}

static qsi_role role(size_t bit)
{
    size_t p = 0;
    if (bit / 8 >= D) return (qsi_role){QSI_ROLE_SCALE, 0, (uint8_t)(bit % 16)};
    while (bit / 8 >= (size_t)parts[p].at + parts[p].bytes) p++;
    return (qsi_role){QSI_ROLE_CODES, (uint16_t)(parts[p].first + bit / 8 - parts[p].at), (uint8_t)(bit % 8)};
}

static size_t values_of(size_t first, uint16_t values[QSI_DIGITS])
{
    size_t p = 0;
    while (first >= (size_t)parts[p].first + parts[p].bytes) p++;
    for (size_t k = 0; k < parts[p].digits; k++) values[k] = (uint16_t)(first + k * parts[p].bytes);
    return parts[p].digits;
}

static const qsi_digits digits = {values_of, get_five, put_five};

const qsi_block_coder qsi_coder_tq1_0 = {.bytes = BYTES,
                                         .encode = encode,
                                         .decode = decode,
                                         .role = role,
                                         .digits = &digits,
                                         .formula = "q * s",
                                         .code = {.minus = 1},
                                         .scale = {.as = "f16"}};
