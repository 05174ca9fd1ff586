/* The conversions of dtype.h, value by value: files are read once, so plain loops serve. */
#include "source/dtype.h"

#include "base/bytes.h"

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

static size_t from_uint8(const uint8_t *raw, size_t n, float *dst)
{
    for (size_t i = 0; i < n; i++) dst[i] = (float)raw[i];
    return n;
}

static size_t from_int8(const uint8_t *raw, size_t n, float *dst)
{
    for (size_t i = 0; i < n; i++) dst[i] = (float)(raw[i] < 128 ? raw[i] : raw[i] - 256);
    return n;
}

const qsi_dtype qsi_dtype_float32 = {"float32", 4, from_float32};
const qsi_dtype qsi_dtype_float64 = {"float64", 8, from_float64};
const qsi_dtype qsi_dtype_float16 = {"float16", 2, from_float16};
const qsi_dtype qsi_dtype_bfloat16 = {"bfloat16", 2, from_bfloat16};
const qsi_dtype qsi_dtype_uint8 = {"uint8", 1, from_uint8};
const qsi_dtype qsi_dtype_int8 = {"int8", 1, from_int8};
