/* Numbers in bytes: little-endian reads and writes that need no alignment, and floats as their bits. */
#ifndef QSI_BYTES_H
#define QSI_BYTES_H

#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the kernels load little-endian values whole");
_Static_assert(sizeof(float) == 4 && sizeof(double) == 8, "IEEE binary32 and binary64");

static inline uint16_t qsi_get16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}
static inline uint32_t qsi_get32(const uint8_t *p)
{
    return (uint32_t)qsi_get16(p) | (uint32_t)qsi_get16(p + 2) << 16;
}
static inline uint64_t qsi_get64(const uint8_t *p)
{
    return qsi_get32(p) | (uint64_t)qsi_get32(p + 4) << 32;
}
static inline void qsi_put16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}
static inline void qsi_put32(uint8_t *p, uint32_t v)
{
    qsi_put16(p, (uint16_t)v);
    qsi_put16(p + 2, (uint16_t)(v >> 16));
}
static inline void qsi_put64(uint8_t *p, uint64_t v)
{
    qsi_put32(p, (uint32_t)v);
    qsi_put32(p + 4, (uint32_t)(v >> 32));
}

static inline uint32_t qsi_float_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
static inline float qsi_bits_float(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
static inline float qsi_get_float(const uint8_t *p)
{
    return qsi_bits_float(qsi_get32(p));
}
static inline void qsi_put_float(uint8_t *p, float x)
{
    qsi_put32(p, qsi_float_bits(x));
}
static inline double qsi_get_double(const uint8_t *p)
{
    uint64_t bits = qsi_get64(p);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
static inline void qsi_put_double(uint8_t *p, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    qsi_put64(p, bits);
}

#endif
