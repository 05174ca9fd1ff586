/* The conversions of dtype.h, value by value: files are read once, so plain loops serve. */
#include "source/dtype.h"

#include "base/bytes.h"
#include "codec/block.h"

#include <math.h>
#include <string.h>

static size_t from_float32(const uint8_t *raw, size_t n, float *dst)
{
    memcpy(dst, raw, n * 4);
    return n;
}

static size_t from_float64(const uint8_t *raw, size_t n, float *dst)
{
    for (size_t i = 0; i < n; i++) {
        double x = qsi_get_double(raw + i * 8);
        dst[i] = isnan(x) ? qsi_bits_float(signbit(x) ? 0xffc00000U : 0x7fc00000U) : (float)x;
        if (isinf(dst[i]) && !isinf(x)) return i;
    }
    return n;
}

/* What float32 leaves out of a value, 0 where it is no finite number. */
static size_t rest_of_float64(const uint8_t *raw, size_t n, float *dst)
{
    for (size_t i = 0; i < n; i++) {
        double x = qsi_get_double(raw + i * 8);
        dst[i] = isfinite(x) ? (float)(x - (double)(float)x) : 0;
    }
    return n;
}

/* Exact: every half is a float32. */
static float half_value(uint16_t half)
{
    uint32_t sign = (uint32_t)(half & 0x8000U) << 16, exponent = half >> 10 & 31U, mantissa = half & 1023U;
    if (exponent == 31) return qsi_bits_float(sign | (mantissa ? 0x7fc00000U : 0x7f800000U) | mantissa << 13);
    if (exponent) return qsi_bits_float(sign | (exponent + 112U) << 23 | mantissa << 13);
    float subnormal = (float)mantissa * 0x1p-24F;
    return qsi_bits_float(sign | qsi_float_bits(subnormal));
}

static size_t from_float16(const uint8_t *raw, size_t n, float *dst)
{
    for (size_t i = 0; i < n; i++) dst[i] = half_value(qsi_get16(raw + i * 2));
    return n;
}

/* Exact: a bfloat16 is the upper half of a float32. */
static size_t from_bfloat16(const uint8_t *raw, size_t n, float *dst)
{
    for (size_t i = 0; i < n; i++) dst[i] = qsi_bits_float((uint32_t)qsi_get16(raw + i * 2) << 16);
    return n;
}

/* Exact: a float8 of 5 exponent bits is the upper half of a half. */
static size_t from_float8_e5m2(const uint8_t *raw, size_t n, float *dst)
{
    for (size_t i = 0; i < n; i++) dst[i] = half_value((uint16_t)(raw[i] << 8));
    return n;
}

/* Exact. All ones is NaN, and there is no infinity. */
static size_t from_float8_e4m3(const uint8_t *raw, size_t n, float *dst)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t sign = (uint32_t)(raw[i] & 0x80U) << 24, code = raw[i] & 0x7fU;
        uint32_t magnitude = code == 0x7f ? 0x7fc00000U
                             : code >> 3  ? ((code >> 3) + 120U) << 23 | (code & 7U) << 20
                                          : qsi_float_bits((float)code * 0x1p-9F);
        dst[i] = qsi_bits_float(sign | magnitude);
    }
    return n;
}

/* Powers of two from 2^-127, which is subnormal; all ones is NaN. */
static size_t from_float8_e8m0(const uint8_t *raw, size_t n, float *dst)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = qsi_bits_float(raw[i] == 255 ? 0x7fc00000U : raw[i] ? (uint32_t)raw[i] << 23 : 0x00400000U);
    return n;
}

/* Integers: those that float32 cannot tell apart round to the nearest, ties to even. */
#define FROM(type, get)                                                 \
    static size_t from_##type(const uint8_t *raw, size_t n, float *dst) \
    {                                                                   \
        for (size_t i = 0; i < n; i++) dst[i] = (float)(type##_t)(get); \
        return n;                                                       \
    }
FROM(uint8, raw[i])
FROM(int8, raw[i])
FROM(uint16, qsi_get16(raw + 2 * i))
FROM(int16, qsi_get16(raw + 2 * i))
FROM(uint32, qsi_get32(raw + 4 * i))
FROM(int32, qsi_get32(raw + 4 * i))
FROM(uint64, qsi_get64(raw + 8 * i))
FROM(int64, qsi_get64(raw + 8 * i))

/* The same of integers; of those beyond 2^62 only as far as double tells. */
#define REST(type, get)                                                                               \
    static size_t rest_of_##type(const uint8_t *raw, size_t n, float *dst)                            \
    {                                                                                                 \
        for (size_t i = 0; i < n; i++) {                                                              \
            type##_t x = (type##_t)(get);                                                             \
            float near = (float)x;                                                                    \
            bool small = near < 0x1p62F && near > -0x1p62F;                                           \
            dst[i] = small ? (float)((int64_t)x - (int64_t)near) : (float)((double)x - (double)near); \
        }                                                                                             \
        return n;                                                                                     \
    }
REST(uint32, qsi_get32(raw + 4 * i))
REST(int32, qsi_get32(raw + 4 * i))
REST(uint64, qsi_get64(raw + 8 * i))
REST(int64, qsi_get64(raw + 8 * i))

static size_t from_bool(const uint8_t *raw, size_t n, float *dst)
{
    for (size_t i = 0; i < n; i++) dst[i] = raw[i] ? 1 : 0;
    return n;
}

#define FLOAT(name_, bytes_) \
    const qsi_dtype qsi_dtype_##name_ = {.name = #name_, .bytes = bytes_, .convert = from_##name_}
#define WHOLE(name_, bytes_) \
    const qsi_dtype qsi_dtype_##name_ = {.name = #name_, .bytes = bytes_, .convert = from_##name_, .whole = true}
FLOAT(float32, 4);
const qsi_dtype qsi_dtype_float64 = {
    .name = "float64", .bytes = 8, .convert = from_float64, .rest = rest_of_float64};
FLOAT(float16, 2);
FLOAT(bfloat16, 2);
FLOAT(float8_e4m3, 1);
FLOAT(float8_e5m2, 1);
FLOAT(float8_e8m0, 1);
WHOLE(bool, 1);
WHOLE(uint8, 1);
WHOLE(int8, 1);
WHOLE(uint16, 2);
WHOLE(int16, 2);
#define LARGE(name_, bytes_)              \
    const qsi_dtype qsi_dtype_##name_ = { \
        .name = #name_, .bytes = bytes_, .convert = from_##name_, .rest = rest_of_##name_, .whole = true}
LARGE(uint32, 4);
LARGE(int32, 4);
LARGE(uint64, 8);
LARGE(int64, 8);

const qsi_dtype *qsi_dtype_find(const char *name)
{
    static const qsi_dtype *const all[] = {
        &qsi_dtype_float32,     &qsi_dtype_float64,     &qsi_dtype_float16,     &qsi_dtype_bfloat16,
        &qsi_dtype_float8_e4m3, &qsi_dtype_float8_e5m2, &qsi_dtype_float8_e8m0, &qsi_dtype_bool,
        &qsi_dtype_uint8,       &qsi_dtype_int8,        &qsi_dtype_uint16,      &qsi_dtype_int16,
        &qsi_dtype_uint32,      &qsi_dtype_int32,       &qsi_dtype_uint64,      &qsi_dtype_int64};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(all[i]->name, name)) return all[i];
    return NULL;
}

enum { SWAPPED = 64 }; /* values whose bytes are turned round at a time */

static size_t swapped_floats(const qsi_dtype *dtype, const uint8_t *raw, size_t n, float *dst)
{
    uint8_t turned[SWAPPED * 8];
    for (size_t done = 0, some; done < n; done += some) {
        some = n - done < SWAPPED ? n - done : SWAPPED;
        const uint8_t *from = raw + done * dtype->bytes;
        for (size_t i = 0; i < some * dtype->bytes; i++)
            turned[i] = from[i / dtype->bytes * dtype->bytes + dtype->bytes - 1 - i % dtype->bytes];
        size_t good = dtype->convert(turned, some, dst + done);
        if (good < some) return done + good;
    }
    return n;
}

size_t qsi_dtype_floats(const qsi_dtype *dtype, bool swap, const uint8_t *raw, size_t n, float *dst)
{
    if (dtype->format) {
        qsi_blocks_decode(dtype->format, raw, n / dtype->block, 1, dst);
        return n;
    }
    if (!dtype->convert) return SIZE_MAX;
    return swap ? swapped_floats(dtype, raw, n, dst) : dtype->convert(raw, n, dst);
}
