/* The operations that kernels.inc is written with, in WebAssembly SIMD128. kernels.inc says what each does. */
#ifndef QSI_VEC_WASM_H
#define QSI_VEC_WASM_H

#include "kernels/backends.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <wasm_simd128.h>

#define QSI_LANES 4
/* Engines have 16 registers on x86: 8 sums, 4 rows or two vectors of them, a query and a product. */
#define QSI_TILE 2
#define QSI_QUERIES 4
#define QSI_PACKED_QUERIES 6 /* with two vectors of rows: 12 sums, the rows, a query and a product */
#define QSI_DIM_ROWS 1
#define QSI_ROWS_AHEAD 1

typedef v128_t vf;
typedef v128_t vi;

/* Constants that compilers do not see are made before a loop and stay in registers; engines make the others anew at
 * each use, of four instructions. */
static inline v128_t set32(int32_t x)
{
    return __builtin_constant_p(x) && x != 0 ? wasm_i32x4_splat(x + qsi_wasm_zero) : wasm_i32x4_splat(x);
}

/* ---- floats */
static inline vf vf_set(float x)
{
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return set32(bits);
}
static inline vf vf_load(const float *p)
{
    return wasm_v128_load(p);
}
static inline vf vf_load_part(const float *p, size_t count)
{
    float values[4] = {0};
    memcpy(values, p, count * sizeof *values);
    return wasm_v128_load(values);
}
static inline void vf_store(float *p, vf v)
{
    wasm_v128_store(p, v);
}
static inline vf vf_add(vf a, vf b)
{
    return wasm_f32x4_add(a, b);
}
static inline vf vf_sub(vf a, vf b)
{
    return wasm_f32x4_sub(a, b);
}
static inline vf vf_mul(vf a, vf b)
{
    return wasm_f32x4_mul(a, b);
}
static inline vf vf_div(vf a, vf b)
{
    return wasm_f32x4_div(a, b);
}
static inline vf vf_sqrt(vf v)
{
    return wasm_f32x4_sqrt(v);
}
static inline vf vf_even(vf v)
{
    return wasm_f32x4_nearest(v);
}
static inline vf vf_clamp(vf v, vf lo, vf hi)
{
    return wasm_f32x4_pmin(hi, wasm_f32x4_pmax(lo, v)); /* lo < v ? v : lo, so that a NaN gives lo */
}
static inline vf vf_of(vi v)
{
    return wasm_f32x4_convert_i32x4(v);
}
static inline vf vf_of_bits(vi v)
{
    return v;
}

/* ---- doubles */
typedef v128_t vd;
static inline vd vd_low(vf v)
{
    return wasm_f64x2_promote_low_f32x4(v);
}
static inline vd vd_high(vf v)
{
    return wasm_f64x2_promote_low_f32x4(wasm_i64x2_shuffle(v, v, 1, 1));
}
static inline vd vd_add(vd a, vd b)
{
    return wasm_f64x2_add(a, b);
}
static inline void vd_store(double *p, vd v)
{
    wasm_v128_store(p, v);
}

/* ---- integers */
#define vf_once wasm_v128_load32_splat
#define vi_once wasm_v128_load32_splat
static inline vi vi_set(int32_t x)
{
    return set32(x);
}
static inline vi vi_load(const void *p)
{
    return wasm_v128_load(p);
}
static inline void vi_store(void *p, vi v)
{
    wasm_v128_store(p, v);
}
static inline void vi_stream(void *p, vi v)
{
    vi_store(p, v);
}
static inline void vi_stream_end(void) {}
static inline vi vi_bits(vf v)
{
    return v;
}
/* Adding 1.5 * 2^23 leaves no bits for a fraction: the sum is rounded as it should be, and ends with the number. */
static inline vi vi_low_even(vf v)
{
    return wasm_f32x4_add(v, vf_set(12582912.0F));
}
static inline vi vi_low_trunc(vf v)
{
    return vi_low_even(wasm_f32x4_trunc(v));
}
#define vi_low_even vi_low_even
static inline vi vi_even(vf v)
{
    return wasm_i32x4_sub(vi_low_even(v), vi_set(0x4b400000));
}
static inline vi vi_trunc(vf v)
{
    return vi_even(wasm_f32x4_trunc(v)); /* two operations less than engines need for out of range */
}
static inline vi vi_at_least(vf a, vf b)
{
    return wasm_f32x4_ge(a, b);
}
static inline vi vi_more(vf a, vf b)
{
    return wasm_f32x4_gt(a, b);
}
static inline vi vi_add(vi a, vi b)
{
    return wasm_i32x4_add(a, b);
}
static inline vi vi_sub(vi a, vi b)
{
    return wasm_i32x4_sub(a, b);
}
static inline vi vi_sub8(vi a, vi b)
{
    return wasm_i8x16_sub(a, b);
}
static inline vi vi_min(vi a, vi b)
{
    return wasm_i32x4_min(a, b);
}
static inline vi vi_max(vi a, vi b)
{
    return wasm_i32x4_max(a, b);
}
static inline vi vi_max_unsigned(vi a, vi b)
{
    return wasm_u32x4_max(a, b);
}
static inline vi vi_above(vi a, vi b)
{
    return wasm_i32x4_gt(a, b);
}
static inline vi vi_and(vi a, vi b)
{
    return wasm_v128_and(a, b);
}
static inline vi vi_or(vi a, vi b)
{
    return wasm_v128_or(a, b);
}
static inline vi vi_xor(vi a, vi b)
{
    return wasm_v128_xor(a, b);
}
static inline vi vi_select(vi mask, vi a, vi b)
{
    return wasm_v128_bitselect(a, b, mask);
}
static inline vi vi_sll(vi v, int n)
{
    return wasm_i32x4_shl(v, n);
}
static inline vi vi_srl(vi v, int n)
{
    return wasm_u32x4_shr(v, n);
}
static inline vi vi_sra(vi v, int n)
{
    return wasm_i32x4_shr(v, n);
}
static inline vi vi_set64(uint64_t x)
{
    return wasm_i64x2_splat((int64_t)x);
}
static inline vi vi_add64(vi a, vi b)
{
    return wasm_i64x2_add(a, b);
}
static inline vi vi_mul64(vi a, vi b)
{
    return wasm_i64x2_mul(a, b);
}
static inline vi vi_sll64(vi v, unsigned n)
{
    return wasm_i64x2_shl(v, (int)n);
}
static inline vi vi_srl64(vi v, unsigned n)
{
    return wasm_u64x2_shr(v, (int)n);
}

/* ---- narrow things in memory */
static inline vi vi_load_u8(const uint8_t *p)
{
    return wasm_u32x4_extend_low_u16x8(wasm_u16x8_extend_low_u8x16(wasm_v128_load32_zero(p)));
}
static inline vi vi_load_i8(const uint8_t *p)
{
    return wasm_i32x4_extend_low_i16x8(wasm_i16x8_extend_low_i8x16(wasm_v128_load32_zero(p)));
}
/* To widen and to convert takes twice as many instructions. */
static inline void vi_end_floats(vi bytes, vf v[4])
{
    vi none = vi_set(0), upper = vi_set(0x4b404b40);
    vi a = wasm_i8x16_shuffle(bytes, none, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    vi b = wasm_i8x16_shuffle(bytes, none, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    v[0] = wasm_i16x8_shuffle(a, upper, 0, 8, 1, 9, 2, 10, 3, 11);
    v[1] = wasm_i16x8_shuffle(a, upper, 4, 12, 5, 13, 6, 14, 7, 15);
    v[2] = wasm_i16x8_shuffle(b, upper, 0, 8, 1, 9, 2, 10, 3, 11);
    v[3] = wasm_i16x8_shuffle(b, upper, 4, 12, 5, 13, 6, 14, 7, 15);
}
#define vi_end_floats vi_end_floats
static inline void vi_store_bytes(uint8_t *p, vi a, vi b, vi c, vi d)
{
    vi low = set32(0xff);
    vi ab = wasm_i16x8_narrow_i32x4(vi_and(a, low), vi_and(b, low));
    vi cd = wasm_i16x8_narrow_i32x4(vi_and(c, low), vi_and(d, low));
    wasm_v128_store(p, wasm_u8x16_narrow_i16x8(ab, cd));
}
#define QSI_USUAL_CODES  /* codes_wasm.inc is for these, */
#define QSI_USUAL_BLOCKS /* and blocks_wasm.inc */
static inline vi vi_load_u16(const uint8_t *p)
{
    return wasm_u32x4_load16x4(p);
}
static inline vi vi_pack_u16(vi a, vi b)
{
    return wasm_u16x8_narrow_i32x4(a, b);
}

#include "kernels/isa/vec_wasm_f16.h"
#define QSI_USUAL_F16 /* f16_wasm.inc is for these */
static inline unsigned vf_above_bits(vf a, vf b)
{
    return wasm_i32x4_bitmask(wasm_f32x4_gt(a, b));
}
static inline unsigned vi_sign_bits(vi v)
{
    return wasm_i32x4_bitmask(v);
}
static inline vi vi_spread_bits(unsigned bits)
{
    vi place = wasm_i32x4_make(1, 2, 4, 8);
    return wasm_i32x4_eq(wasm_v128_and(vi_set((int32_t)bits), place), place);
}

/* ---- lanes of 16 bytes */
static inline vi vi_load_lanes(const uint8_t *p, size_t step)
{
    (void)step;
    return wasm_v128_load(p);
}
static inline void vi_store_lanes(uint8_t *p, size_t step, vi v)
{
    (void)step;
    wasm_v128_store(p, v);
}
static inline vi vi_shuffle(vi v, vi order)
{
    return wasm_i8x16_swizzle(v, order);
}

static inline void vi_transpose(vi v[4])
{
    vi ab = wasm_i32x4_shuffle(v[0], v[1], 0, 4, 1, 5), ab2 = wasm_i32x4_shuffle(v[0], v[1], 2, 6, 3, 7);
    vi cd = wasm_i32x4_shuffle(v[2], v[3], 0, 4, 1, 5), cd2 = wasm_i32x4_shuffle(v[2], v[3], 2, 6, 3, 7);
    v[0] = wasm_i64x2_shuffle(ab, cd, 0, 2), v[1] = wasm_i64x2_shuffle(ab, cd, 1, 3);
    v[2] = wasm_i64x2_shuffle(ab2, cd2, 0, 2), v[3] = wasm_i64x2_shuffle(ab2, cd2, 1, 3);
}

/* ---- tables, by the bytes of their floats: beyond 16 a swizzle gives 0 */
typedef struct vf_table {
    v128_t part[4];
} vf_table;
static inline vf_table vf_table_load(const float *p)
{
    return (vf_table){{vf_load(p), vf_load(p + 4), vf_load(p + 8), vf_load(p + 12)}};
}
static inline vf vf_table_at(vf_table table, vi at)
{
    vi bytes = wasm_i32x4_add(wasm_i32x4_mul(at, vi_set(0x04040404)), vi_set(0x03020100)),
       step = wasm_i8x16_splat(16);
    vf v = wasm_i8x16_swizzle(table.part[0], bytes);
    for (size_t k = 1; k < 4; k++) {
        bytes = wasm_i8x16_sub(bytes, step);
        v = wasm_v128_or(v, wasm_i8x16_swizzle(table.part[k], bytes));
    }
    return v;
}

/* ---- scores */
static inline __attribute__((always_inline)) v128_t fold_four(v128_t a, v128_t b, v128_t c, v128_t d,
                                                              v128_t fold(v128_t, v128_t))
{
    v128_t ab = fold(wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), wasm_i32x4_shuffle(a, b, 2, 6, 3, 7)); /* i with i+2 */
    v128_t cd = fold(wasm_i32x4_shuffle(c, d, 0, 4, 1, 5), wasm_i32x4_shuffle(c, d, 2, 6, 3, 7));
    return fold(wasm_i32x4_shuffle(ab, cd, 0, 1, 4, 5), wasm_i32x4_shuffle(ab, cd, 2, 3, 6, 7));
}
static inline void vf_fold_rows(float *four, vf a, vf b, vf c, vf d)
{
    vf_store(four, fold_four(a, b, c, d, vf_add));
}
static inline vi vi_most_of_four(vi a, vi b, vi c, vi d)
{
    return fold_four(a, b, c, d, vi_max);
}
static inline void vi_fold_most(void *four, vi a, vi b, vi c, vi d)
{
    vi_store(four, vi_most_of_four(a, b, c, d));
}

/* int8 in pairs, widened: their products fit int32. */
#define QSI_I8_PARTS 2
static inline vi vi_row_i8(vi v, size_t part)
{
    return wasm_i16x8_shr(part ? v : wasm_i16x8_shl(v, 8), 8);
}
#define vi_query_i8 vi_row_i8
static inline vi vi_add_dot(vi sum, vi q, vi x)
{
    return wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(q, x));
}

/* Saturating, as compilers else make a shift of a + a, for which engines need five instructions. */
static inline vi vi_add8(vi a, vi b)
{
    return wasm_u8x16_add_sat(a, b);
}
static inline vi vi_count8(vi v)
{
    return wasm_i8x16_popcnt(v);
}
#define vi_count8 vi_count8 /* in several instructions: popcount_csa.inc is for these */
static inline vi vi_add_differ(vi sum, vi a, vi b)
{
    return vi_add8(sum, vi_count8(wasm_v128_xor(a, b)));
}
static inline vi vi_settle_differ(vi sum)
{
    return wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(sum));
}

#endif
