/*
 * Sums of floats in fixed point: whole numbers of 64 bits, which add up to the same in any order, so that a fit is
 * the same bytes for any split, thread count and machine.
 *
 * A column whose magnitudes are all below 2^e becomes t = x * 2^(bits - e), to the nearest whole number, ties to
 * even. With bits as qsi_fixed_bits() gives them n such numbers cannot overflow.
 */
#ifndef QSI_FIXED_SUM_H
#define QSI_FIXED_SUM_H

#include <math.h>
#include <stdint.h>

/* The least e with most < 2^e, for a finite most >= 0; 0 for 0. */
static inline int qsi_fixed_exponent(double most)
{
    int e = 0;
    frexp(most, &e);
    return e;
}

/* The least k with n <= 2^k, n >= 1: the logarithm rounded up. */
static inline int qsi_log2_up(double n)
{
    int e;
    return frexp(n, &e) == 0.5 ? e - 1 : e;
}

/* Bits of each of n numbers below 2^e that are added up: 46 at most. */
static inline int qsi_fixed_bits(double n)
{
    int bits = 62 - qsi_log2_up(n);
    return bits < 46 ? bits : 46;
}

/* The same where products of two such numbers are added up: 20 at most, so that a product is exact in double. */
static inline int qsi_fixed_product_bits(double n)
{
    int bits = (62 - qsi_log2_up(n)) / 2;
    return bits < 20 ? bits : 20;
}

/* To the nearest whole number, ties to even, for |x| < 2^51. */
static inline double qsi_nearest_whole(double x)
{
    return (x + 0x1.8p52) - 0x1.8p52;
}

/* x as a whole number of 2^-(bits - e); scale is 2^(bits - e). What would pass 2^bits stays there. */
static inline int64_t qsi_fixed(double x, double scale, double most)
{
    double t = qsi_nearest_whole(x * scale);
    return (int64_t)(t > most ? most : t < -most ? -most : t);
}

#endif
