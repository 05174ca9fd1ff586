/* The operations that kernels.inc is written with, in AVX-512 F, BW, DQ and VL, and VNNI and VPOPCNTDQ in files
 * that are compiled for them. kernels.inc says what each does. */
#ifndef QSI_VEC_AVX512_H
#define QSI_VEC_AVX512_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define QSI_LANES 16
#define QSI_TILE 6            /* 24 sums, 4 rows, a query and a product: 30 of 32 registers */
#define QSI_QUERIES 8         /* 16 sums, two vectors of rows, a query and what becomes of it: 20 */
#define QSI_PACKED_QUERIES 12 /* with two vectors of rows: 24 sums, the rows, a query and a product */

typedef __m512 vf;
typedef __m512i vi; /* masks too are vectors of all bits; compilers keep them in mask registers */

/* ---- floats */
static inline vf vf_set(float x)
{
    return _mm512_set1_ps(x);
}
static inline vf vf_load(const float *p)
{
    return _mm512_loadu_ps(p);
}
static inline vf vf_load_part(const float *p, size_t count)
{
    return _mm512_maskz_loadu_ps((__mmask16)((1U << count) - 1), p);
}
static inline void vf_store(float *p, vf v)
{
    _mm512_storeu_ps(p, v);
}
static inline vf vf_add(vf a, vf b)
{
    return _mm512_add_ps(a, b);
}
static inline vf vf_sub(vf a, vf b)
{
    return _mm512_sub_ps(a, b);
}
static inline vf vf_mul(vf a, vf b)
{
    return _mm512_mul_ps(a, b);
}
static inline vf vf_div(vf a, vf b)
{
    return _mm512_div_ps(a, b);
}
static inline vf vf_sqrt(vf v)
{
    return _mm512_sqrt_ps(v);
}
static inline vf vf_even(vf v)
{
    return _mm512_roundscale_ps(v, _MM_FROUND_TO_NEAREST_INT);
}
static inline vf vf_clamp(vf v, vf lo, vf hi)
{
    return _mm512_min_ps(_mm512_max_ps(v, lo), hi); /* a NaN gives the second operand */
}
static inline vf vf_of(vi v)
{
    return _mm512_cvtepi32_ps(v);
}
static inline vf vf_of_bits(vi v)
{
    return _mm512_castsi512_ps(v);
}

/* ---- doubles */
typedef __m512d vd;
static inline vd vd_low(vf v)
{
    return _mm512_cvtps_pd(_mm512_castps512_ps256(v));
}
static inline vd vd_high(vf v)
{
    return _mm512_cvtps_pd(_mm512_extractf32x8_ps(v, 1));
}
static inline vd vd_add(vd a, vd b)
{
    return _mm512_add_pd(a, b);
}
static inline void vd_store(double *p, vd v)
{
    _mm512_storeu_pd(p, v);
}

/* ---- integers */
static inline vi vi_set(int32_t x)
{
    return _mm512_set1_epi32(x);
}
static inline vi vi_load(const void *p)
{
    return _mm512_loadu_si512(p);
}
static inline void vi_store(void *p, vi v)
{
    _mm512_storeu_si512(p, v);
}
static inline void vi_stream(void *p, vi v)
{
    _mm512_stream_si512(p, v);
}
static inline void vi_stream_end(void)
{
    _mm_sfence();
}
static inline vi vi_bits(vf v)
{
    return _mm512_castps_si512(v);
}
static inline vi vi_even(vf v)
{
    return _mm512_cvtps_epi32(v);
}
static inline vi vi_trunc(vf v)
{
    return _mm512_cvttps_epi32(v);
}
static inline vi vi_at_least(vf a, vf b)
{
    return _mm512_movm_epi32(_mm512_cmp_ps_mask(a, b, _CMP_GE_OQ));
}
static inline vi vi_more(vf a, vf b)
{
    return _mm512_movm_epi32(_mm512_cmp_ps_mask(a, b, _CMP_GT_OQ));
}
static inline vi vi_add(vi a, vi b)
{
    return _mm512_add_epi32(a, b);
}
static inline vi vi_sub(vi a, vi b)
{
    return _mm512_sub_epi32(a, b);
}
static inline vi vi_sub8(vi a, vi b)
{
    return _mm512_sub_epi8(a, b);
}
static inline vi vi_min(vi a, vi b)
{
    return _mm512_min_epi32(a, b);
}
static inline vi vi_max(vi a, vi b)
{
    return _mm512_max_epi32(a, b);
}
static inline vi vi_max_unsigned(vi a, vi b)
{
    return _mm512_max_epu32(a, b);
}
static inline vi vi_above(vi a, vi b)
{
    return _mm512_movm_epi32(_mm512_cmpgt_epi32_mask(a, b));
}
static inline vi vi_and(vi a, vi b)
{
    return _mm512_and_si512(a, b);
}
static inline vi vi_or(vi a, vi b)
{
    return _mm512_or_si512(a, b);
}
static inline vi vi_xor(vi a, vi b)
{
    return _mm512_xor_si512(a, b);
}
static inline vi vi_select(vi mask, vi a, vi b)
{
    return _mm512_ternarylogic_epi32(mask, a, b, 0xca);
}
static inline vi vi_sll(vi v, int n)
{
    return _mm512_slli_epi32(v, (unsigned)n);
}
static inline vi vi_srl(vi v, int n)
{
    return _mm512_srli_epi32(v, (unsigned)n);
}
static inline vi vi_sra(vi v, int n)
{
    return _mm512_srai_epi32(v, (unsigned)n);
}
static inline vi vi_set64(uint64_t x)
{
    return _mm512_set1_epi64((int64_t)x);
}
static inline vi vi_add64(vi a, vi b)
{
    return _mm512_add_epi64(a, b);
}
static inline vi vi_mul64(vi a, vi b)
{
    return _mm512_mullo_epi64(a, b);
}
static inline vi vi_sll64(vi v, unsigned n)
{
    return _mm512_sll_epi64(v, _mm_cvtsi32_si128((int)n));
}
static inline vi vi_srl64(vi v, unsigned n)
{
    return _mm512_srl_epi64(v, _mm_cvtsi32_si128((int)n));
}

/* ---- narrow things in memory */
static inline vi vi_load_u8(const uint8_t *p)
{
    return _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p));
}
static inline vi vi_load_i8(const uint8_t *p)
{
    return _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)p));
}
/* One whole store, so that a load of it need not wait for four. */
static inline void vi_store_bytes(uint8_t *p, vi a, vi b, vi c, vi d)
{
    vi low = _mm512_set1_epi16(0xff),
       order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    vi ab = _mm512_and_si512(_mm512_packs_epi32(a, b), low), cd = _mm512_and_si512(_mm512_packs_epi32(c, d), low);
    vi_store(p, _mm512_permutexvar_epi32(order, _mm512_packus_epi16(ab, cd)));
}
static inline vi vi_load_u16(const uint8_t *p)
{
    return _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)p));
}
static inline vi vi_pack_u16(vi a, vi b)
{
    return _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi32_epi16(a)), _mm512_cvtepi32_epi16(b), 1);
}
static inline vf vf_load_f16(const uint8_t *p)
{
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
}
static inline __m256i halves_of(vf v)
{
    __mmask16 nan = _mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q);
    vf quiet = _mm512_or_ps(_mm512_and_ps(v, vf_set(-0.0F)), vf_of_bits(vi_set(0x7fc00000)));
    return _mm512_cvtps_ph(_mm512_mask_mov_ps(v, nan, quiet), _MM_FROUND_TO_NEAREST_INT);
}
static inline vi vi_pack_f16(vf a, vf b)
{
    return _mm512_inserti64x4(_mm512_castsi256_si512(halves_of(a)), halves_of(b), 1);
}
static inline unsigned vf_above_bits(vf a, vf b)
{
    return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ);
}
static inline unsigned vi_sign_bits(vi v)
{
    return _mm512_movepi32_mask(v);
}
static inline vi vi_spread_bits(unsigned bits)
{
    return _mm512_movm_epi32((__mmask16)bits);
}

/* ---- lanes of 16 bytes */
static inline vi vi_load_lanes(const uint8_t *p, size_t step)
{
    const uint8_t *upper = p + 2 * step;
    __m256i low = _mm256_loadu2_m128i((const __m128i *)(p + step), (const __m128i *)p);
    __m256i high = _mm256_loadu2_m128i((const __m128i *)(upper + step), (const __m128i *)upper);
    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}
static inline void vi_store_lanes(uint8_t *p, size_t step, vi v)
{
    _mm_storeu_si128((__m128i *)p, _mm512_castsi512_si128(v));
    _mm_storeu_si128((__m128i *)(p + step), _mm512_extracti32x4_epi32(v, 1));
    _mm_storeu_si128((__m128i *)(p + 2 * step), _mm512_extracti32x4_epi32(v, 2));
    _mm_storeu_si128((__m128i *)(p + 3 * step), _mm512_extracti32x4_epi32(v, 3));
}
static inline vi vi_shuffle(vi v, vi order)
{
    return _mm512_shuffle_epi8(v, order);
}
static inline void vi_transpose(vi v[4])
{
    vi ab = _mm512_unpacklo_epi32(v[0], v[1]), ab2 = _mm512_unpackhi_epi32(v[0], v[1]);
    vi cd = _mm512_unpacklo_epi32(v[2], v[3]), cd2 = _mm512_unpackhi_epi32(v[2], v[3]);
    v[0] = _mm512_unpacklo_epi64(ab, cd), v[1] = _mm512_unpackhi_epi64(ab, cd);
    v[2] = _mm512_unpacklo_epi64(ab2, cd2), v[3] = _mm512_unpackhi_epi64(ab2, cd2);
}

/* ---- tables */
typedef __m512 vf_table;
static inline vf_table vf_table_load(const float *p)
{
    return vf_load(p);
}
static inline vf vf_table_at(vf_table table, vi at)
{
    return _mm512_permutexvar_ps(at, table);
}

typedef __m512 vf_eight;
static inline vf_eight vf_eight_load(const float *p)
{
    return _mm512_broadcast_f32x8(_mm256_loadu_ps(p));
}
#define vf_eight_at vf_table_at

/* ---- scores: folding puts halves of two vectors side by side, so that one addition serves both */
static inline void vf_fold_rows(float *four, vf a, vf b, vf c, vf d)
{
    vf ac = vf_add(_mm512_shuffle_f32x4(a, c, 0x44), _mm512_shuffle_f32x4(a, c, 0xee)); /* s[i] += s[i+8] */
    vf bd = vf_add(_mm512_shuffle_f32x4(b, d, 0x44), _mm512_shuffle_f32x4(b, d, 0xee));
    vf all =
        vf_add(_mm512_shuffle_f32x4(ac, bd, 0x88), _mm512_shuffle_f32x4(ac, bd, 0xdd)); /* += s[i+4]: a c b d */
    __m256 acs = _mm512_castps512_ps256(all), bds = _mm512_extractf32x8_ps(all, 1);
    __m256 twos = _mm256_add_ps(_mm256_unpacklo_ps(acs, bds), _mm256_unpackhi_ps(acs, bds)); /* += s[i+2] */
    __m128 ab = _mm256_castps256_ps128(twos), cd = _mm256_extractf128_ps(twos, 1);
    _mm_storeu_ps(four, _mm_add_ps(_mm_movelh_ps(ab, cd), _mm_movehl_ps(cd, ab)));
}
static inline void vi_fold_most(void *four, vi a, vi b, vi c, vi d)
{
    vi ab = vi_max(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    vi cd = vi_max(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    vi all = vi_max(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
    __m256i half = _mm256_max_epi32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1));
    _mm_storeu_si128(four, _mm_max_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1)));
}

#if defined(__AVX512VNNI__)
/* int8 in fours. The instruction takes unsigned ones from one side: queries are held 128 higher. */
#define QSI_I8_PARTS 1
#define QSI_I8_EXCESS _mm512_set1_epi8(-128)
static inline vi vi_row_i8(vi v, size_t part)
{
    (void)part;
    return v;
}
static inline vi vi_query_i8(vi v, size_t part)
{
    (void)part;
    return _mm512_xor_si512(v, QSI_I8_EXCESS);
}
static inline vi vi_add_dot(vi sum, vi q, vi x)
{
    return _mm512_dpbusd_epi32(sum, q, x);
}
#else
/* int8 in pairs, widened: their products fit int32, while the int16 sums of maddubs would saturate. */
#define QSI_I8_PARTS 2
static inline vi vi_row_i8(vi v, size_t part)
{
    return _mm512_srai_epi16(part ? v : _mm512_slli_epi16(v, 8), 8);
}
#define vi_query_i8 vi_row_i8
static inline vi vi_add_dot(vi sum, vi q, vi x)
{
    return _mm512_add_epi32(sum, _mm512_madd_epi16(q, x));
}
#endif

#if defined(__AVX512VPOPCNTDQ__)
#define QSI_DIFFER_SPAN WORDS
static inline vi vi_add_differ(vi sum, vi a, vi b)
{
    return _mm512_add_epi32(sum, _mm512_popcnt_epi32(_mm512_xor_si512(a, b)));
}
static inline vi vi_settle_differ(vi sum)
{
    return sum;
}
#else
/* The set bits of a ^ b, of each half byte by table: 8 times 31 are what a byte holds. */
#define QSI_DIFFER_SPAN 31
static inline vi vi_add_differ(vi sum, vi a, vi b)
{
    vi counts = _mm512_set4_epi32(0x04030302, 0x03020201, 0x03020201, 0x02010100);
    vi differ = _mm512_xor_si512(a, b), low = _mm512_set1_epi8(15);
    vi upper = _mm512_and_si512(_mm512_srli_epi16(differ, 4), low);
    sum = _mm512_add_epi8(sum, _mm512_shuffle_epi8(counts, _mm512_and_si512(differ, low)));
    return _mm512_add_epi8(sum, _mm512_shuffle_epi8(counts, upper));
}
static inline vi vi_settle_differ(vi sum)
{
    return _mm512_madd_epi16(_mm512_maddubs_epi16(sum, _mm512_set1_epi8(1)), _mm512_set1_epi16(1));
}
#endif

#endif
