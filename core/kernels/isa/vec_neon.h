/* The operations that kernels.inc is written with, in NEON of AArch64. kernels.inc says what each does. */
#ifndef QSI_VEC_NEON_H
#define QSI_VEC_NEON_H

#include <arm_neon.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define QSI_LANES 4
#define QSI_TILE 4           /* 16 sums, 4 rows, a query and a product: 22 of 32 registers */
#define QSI_QUERIES 8        /* 16 sums, two vectors of rows, a query and what becomes of it: 21 */
#define QSI_PACKED_QUERIES 6 /* with two vectors of rows: 12 sums, the rows, a query and a product */

typedef float32x4_t vf;
typedef int32x4_t vi;

/* ---- the same bits under another type */
static inline uint32x4_t words(vi v)
{
    return vreinterpretq_u32_s32(v);
}
static inline vi of_words(uint32x4_t v)
{
    return vreinterpretq_s32_u32(v);
}
static inline uint8x16_t octets(vi v)
{
    return vreinterpretq_u8_s32(v);
}
static inline vi of_octets(uint8x16_t v)
{
    return vreinterpretq_s32_u8(v);
}

/* ---- floats */
static inline vf vf_set(float x)
{
    return vdupq_n_f32(x);
}
static inline vf vf_load(const float *p)
{
    return vld1q_f32(p);
}
static inline vf vf_load_part(const float *p, size_t count)
{
    float values[4] = {0};
    memcpy(values, p, count * sizeof *values);
    return vld1q_f32(values);
}
static inline void vf_store(float *p, vf v)
{
    vst1q_f32(p, v);
}
static inline vf vf_add(vf a, vf b)
{
    return vaddq_f32(a, b);
}
static inline vf vf_sub(vf a, vf b)
{
    return vsubq_f32(a, b);
}
static inline vf vf_mul(vf a, vf b)
{
    return vmulq_f32(a, b);
}
static inline vf vf_div(vf a, vf b)
{
    return vdivq_f32(a, b);
}
static inline vf vf_sqrt(vf v)
{
    return vsqrtq_f32(v);
}
static inline vf vf_even(vf v)
{
    return vrndnq_f32(v);
}
static inline vf vf_clamp(vf v, vf lo, vf hi)
{
    return vminq_f32(vbslq_f32(vcgtq_f32(v, lo), v, lo), hi); /* a NaN is not above lo */
}
static inline vf vf_of(vi v)
{
    return vcvtq_f32_s32(v);
}
static inline vf vf_of_bits(vi v)
{
    return vreinterpretq_f32_s32(v);
}

/* ---- doubles */
typedef float64x2_t vd;
static inline vd vd_low(vf v)
{
    return vcvt_f64_f32(vget_low_f32(v));
}
static inline vd vd_high(vf v)
{
    return vcvt_high_f64_f32(v);
}
static inline vd vd_add(vd a, vd b)
{
    return vaddq_f64(a, b);
}
static inline void vd_store(double *p, vd v)
{
    vst1q_f64(p, v);
}

/* ---- integers */
static inline vi vi_set(int32_t x)
{
    return vdupq_n_s32(x);
}
static inline vi vi_load(const void *p)
{
    return of_octets(vld1q_u8(p));
}
static inline void vi_store(void *p, vi v)
{
    vst1q_u8(p, octets(v));
}
static inline void vi_stream(void *p, vi v)
{
    vi_store(p, v);
}
static inline void vi_stream_end(void) {}
static inline vi vi_bits(vf v)
{
    return vreinterpretq_s32_f32(v);
}
static inline vi vi_even(vf v)
{
    return vcvtnq_s32_f32(v);
}
static inline vi vi_trunc(vf v)
{
    return vcvtq_s32_f32(v);
}
static inline vi vi_at_least(vf a, vf b)
{
    return of_words(vcgeq_f32(a, b));
}
static inline vi vi_more(vf a, vf b)
{
    return of_words(vcgtq_f32(a, b));
}
static inline vi vi_add(vi a, vi b)
{
    return vaddq_s32(a, b);
}
static inline vi vi_sub(vi a, vi b)
{
    return vsubq_s32(a, b);
}
static inline vi vi_sub8(vi a, vi b)
{
    return of_octets(vsubq_u8(octets(a), octets(b)));
}
static inline vi vi_min(vi a, vi b)
{
    return vminq_s32(a, b);
}
static inline vi vi_max(vi a, vi b)
{
    return vmaxq_s32(a, b);
}
static inline vi vi_max_unsigned(vi a, vi b)
{
    return vreinterpretq_s32_u32(vmaxq_u32(vreinterpretq_u32_s32(a), vreinterpretq_u32_s32(b)));
}
static inline vi vi_above(vi a, vi b)
{
    return of_words(vcgtq_s32(a, b));
}
static inline vi vi_and(vi a, vi b)
{
    return vandq_s32(a, b);
}
static inline vi vi_or(vi a, vi b)
{
    return vorrq_s32(a, b);
}
static inline vi vi_xor(vi a, vi b)
{
    return veorq_s32(a, b);
}
static inline vi vi_select(vi mask, vi a, vi b)
{
    return vbslq_s32(words(mask), a, b);
}
static inline vi vi_sll(vi v, int n)
{
    return vshlq_s32(v, vdupq_n_s32(n));
}
static inline vi vi_srl(vi v, int n)
{
    return of_words(vshlq_u32(words(v), vdupq_n_s32(-n)));
}
static inline vi vi_sra(vi v, int n)
{
    return vshlq_s32(v, vdupq_n_s32(-n));
}
static inline vi vi_set64(uint64_t x)
{
    return vreinterpretq_s32_u64(vdupq_n_u64(x));
}
static inline vi vi_add64(vi a, vi b)
{
    return vreinterpretq_s32_s64(vaddq_s64(vreinterpretq_s64_s32(a), vreinterpretq_s64_s32(b)));
}
static inline vi vi_mul64(vi a, vi b) /* of halves; that of the two upper ones is beyond 64 bits */
{
    uint64x2_t upper = vpaddlq_u32(words(vmulq_s32(a, vrev64q_s32(b))));
    uint32x2_t a_low = vmovn_u64(vreinterpretq_u64_s32(a)), b_low = vmovn_u64(vreinterpretq_u64_s32(b));
    return vreinterpretq_s32_u64(vmlal_u32(vshlq_n_u64(upper, 32), a_low, b_low));
}
static inline vi vi_sll64(vi v, unsigned n)
{
    return vreinterpretq_s32_u64(vshlq_u64(vreinterpretq_u64_s32(v), vdupq_n_s64(n)));
}
static inline vi vi_srl64(vi v, unsigned n)
{
    return vreinterpretq_s32_u64(vshlq_u64(vreinterpretq_u64_s32(v), vdupq_n_s64(-(int64_t)n)));
}

/* ---- narrow things in memory */
static inline uint8x8_t four_octets(const uint8_t *p)
{
    uint32_t word;
    memcpy(&word, p, sizeof word);
    return vreinterpret_u8_u32(vdup_n_u32(word));
}
static inline vi vi_load_u8(const uint8_t *p)
{
    return of_words(vmovl_u16(vget_low_u16(vmovl_u8(four_octets(p)))));
}
static inline vi vi_load_i8(const uint8_t *p)
{
    return vmovl_s16(vget_low_s16(vmovl_s8(vreinterpret_s8_u8(four_octets(p)))));
}
static inline void vi_store_bytes(uint8_t *p, vi a, vi b, vi c, vi d)
{
    uint16x8_t ab = vcombine_u16(vmovn_u32(words(a)), vmovn_u32(words(b)));
    uint16x8_t cd = vcombine_u16(vmovn_u32(words(c)), vmovn_u32(words(d)));
    vst1q_u8(p, vcombine_u8(vmovn_u16(ab), vmovn_u16(cd)));
}
static inline vi vi_load_u16(const uint8_t *p)
{
    return of_words(vmovl_u16(vreinterpret_u16_u8(vld1_u8(p))));
}
static inline vi vi_pack_u16(vi a, vi b)
{
    return vreinterpretq_s32_u16(vcombine_u16(vmovn_u32(words(a)), vmovn_u32(words(b))));
}
static inline vf vf_load_f16(const uint8_t *p)
{
    return vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(p)));
}
static inline float16x4_t halves_of(vf v)
{
    vi quiet = vi_or(vi_and(vi_bits(v), vi_set(INT32_MIN)), vi_set(0x7fc00000));
    vf settled = vbslq_f32(vceqq_f32(v, v), v, vf_of_bits(quiet));
    return vcvt_f16_f32(settled);
}
static inline vi vi_pack_f16(vf a, vf b)
{
    return vreinterpretq_s32_f16(vcombine_f16(halves_of(a), halves_of(b)));
}
static inline unsigned vf_above_bits(vf a, vf b)
{
    static const uint32_t place[4] = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(vcgtq_f32(a, b), vld1q_u32(place)));
}
static inline unsigned vi_sign_bits(vi v)
{
    static const int32_t place[4] = {0, 1, 2, 3};
    return vaddvq_u32(vshlq_u32(vshrq_n_u32(words(v), 31), vld1q_s32(place)));
}
static inline vi vi_spread_bits(unsigned bits)
{
    static const uint32_t place[4] = {1, 2, 4, 8};
    return of_words(vtstq_u32(vdupq_n_u32(bits), vld1q_u32(place)));
}

/* ---- lanes of 16 bytes */
static inline vi vi_load_lanes(const uint8_t *p, size_t step)
{
    (void)step;
    return vi_load(p);
}
static inline void vi_store_lanes(uint8_t *p, size_t step, vi v)
{
    (void)step;
    vi_store(p, v);
}
static inline vi vi_shuffle(vi v, vi order)
{
    return of_octets(vqtbl1q_u8(octets(v), octets(order)));
}

static inline void vi_transpose(vi v[4])
{
    int32x4x2_t ac = vzipq_s32(v[0], v[2]), bd = vzipq_s32(v[1], v[3]); /* a0 c0 a1 c1, a2 c2 a3 c3 */
    int32x4x2_t low = vzipq_s32(ac.val[0], bd.val[0]), high = vzipq_s32(ac.val[1], bd.val[1]);
    v[0] = low.val[0], v[1] = low.val[1], v[2] = high.val[0], v[3] = high.val[1];
}

/* ---- tables, by the bytes of their floats */
typedef uint8x16x4_t vf_table;
static inline vf_table vf_table_load(const float *p)
{
    return vld1q_u8_x4((const uint8_t *)p);
}
static inline vf vf_table_at(vf_table table, vi at)
{
    vi bytes = vaddq_s32(vmulq_n_s32(at, 0x04040404), vi_set(0x03020100));
    return vreinterpretq_f32_u8(vqtbl4q_u8(table, octets(bytes)));
}

/* ---- scores */
static inline vf halves_added(vf a, vf b) /* a0 + a2, a1 + a3, b0 + b2, b1 + b3 */
{
    float64x2_t a2 = vreinterpretq_f64_f32(a), b2 = vreinterpretq_f64_f32(b);
    return vaddq_f32(vreinterpretq_f32_f64(vzip1q_f64(a2, b2)), vreinterpretq_f32_f64(vzip2q_f64(a2, b2)));
}
static inline void vf_fold_rows(float *four, vf a, vf b, vf c, vf d)
{
    vst1q_f32(four, vpaddq_f32(halves_added(a, b), halves_added(c, d)));
}
static inline void vi_fold_most(void *four, vi a, vi b, vi c, vi d)
{
    vi_store(four, vpmaxq_s32(vpmaxq_s32(a, b), vpmaxq_s32(c, d)));
}

/* int8 in fours. */
#define QSI_I8_PARTS 1
static inline vi vi_row_i8(vi v, size_t part)
{
    (void)part;
    return v;
}
#define vi_query_i8 vi_row_i8
static inline vi vi_add_dot(vi sum, vi q, vi x)
{
    int8x16_t a = vreinterpretq_s8_s32(q), b = vreinterpretq_s8_s32(x);
#if defined(__ARM_FEATURE_DOTPROD)
    return vdotq_s32(sum, a, b);
#else
    int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(a), vget_low_s8(b)));
    return vaddq_s32(sum, vpaddq_s32(low, vpaddlq_s16(vmull_high_s8(a, b))));
#endif
}

/* The set bits of a ^ b: 8 times 31 are what a byte holds. */
#define QSI_DIFFER_SPAN 31
static inline vi vi_add_differ(vi sum, vi a, vi b)
{
    return of_octets(vaddq_u8(octets(sum), vcntq_u8(veorq_u8(octets(a), octets(b)))));
}
static inline vi vi_settle_differ(vi sum)
{
    return of_words(vpaddlq_u16(vpaddlq_u8(octets(sum))));
}

#endif
