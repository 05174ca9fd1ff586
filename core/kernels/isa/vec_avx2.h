/* The operations that kernels.inc is written with, in AVX2 and F16C, and AVX-VNNI in files that are compiled for
 * it. kernels.inc says what each does. */
#ifndef QSI_VEC_AVX2_H
#define QSI_VEC_AVX2_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define QSI_LANES 8
#define QSI_TILE 2    /* 8 sums, 4 rows, a query and a product: 14 of 16 registers */
#define QSI_QUERIES 4 /* 8 sums, two vectors of rows, a query and a product: 12 */
#define QSI_PACKED_WORDS 6
#define QSI_PACKED_QUERIES 6 /* with two vectors of rows: 12 sums, the rows, a query and a product */

typedef __m256 vf;
typedef __m256i vi;

/* ---- floats */
static inline vf vf_set(float x)
{
    return _mm256_set1_ps(x);
}
static inline vf vf_load(const float *p)
{
    return _mm256_loadu_ps(p);
}
static inline vf vf_load_part(const float *p, size_t count)
{
    static const int32_t masks[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_maskload_ps(p, _mm256_loadu_si256((const __m256i *)(masks + 8 - count)));
}
/* GCC loads anew for each use, and then loads are what takes the time: 1.18 times as long. */
static inline vf vf_hold(vf v)
{
    __asm__("" : "+x"(v));
    return v;
}
#define vf_hold vf_hold
/* GCC takes all loads of a step first, and then spills. */
static inline vf vf_once(const float *p)
{
    __asm__ volatile("" : : : "memory");
    return _mm256_broadcast_ss(p);
}
static inline void vf_store(float *p, vf v)
{
    _mm256_storeu_ps(p, v);
}
static inline vf vf_add(vf a, vf b)
{
    return _mm256_add_ps(a, b);
}
static inline vf vf_sub(vf a, vf b)
{
    return _mm256_sub_ps(a, b);
}
static inline vf vf_mul(vf a, vf b)
{
    return _mm256_mul_ps(a, b);
}
static inline vf vf_div(vf a, vf b)
{
    return _mm256_div_ps(a, b);
}
static inline vf vf_sqrt(vf v)
{
    return _mm256_sqrt_ps(v);
}
static inline vf vf_even(vf v)
{
    return _mm256_round_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
static inline vf vf_clamp(vf v, vf lo, vf hi)
{
    return _mm256_min_ps(_mm256_max_ps(v, lo), hi); /* a NaN gives the second operand */
}
static inline vf vf_of(vi v)
{
    return _mm256_cvtepi32_ps(v);
}
static inline vf vf_of_bits(vi v)
{
    return _mm256_castsi256_ps(v);
}

/* ---- doubles */
typedef __m256d vd;
static inline vd vd_low(vf v)
{
    return _mm256_cvtps_pd(_mm256_castps256_ps128(v));
}
static inline vd vd_high(vf v)
{
    return _mm256_cvtps_pd(_mm256_extractf128_ps(v, 1));
}
static inline vd vd_add(vd a, vd b)
{
    return _mm256_add_pd(a, b);
}
static inline void vd_store(double *p, vd v)
{
    _mm256_storeu_pd(p, v);
}

/* ---- integers */
static inline vi vi_set(int32_t x)
{
    return _mm256_set1_epi32(x);
}
static inline vi vi_once(const int32_t *p)
{
    __asm__ volatile("" : : : "memory");
    return _mm256_set1_epi32(*p);
}
#define vf_once vf_once
#define vi_once vi_once
static inline vi vi_load(const void *p)
{
    return _mm256_loadu_si256(p);
}
static inline void vi_store(void *p, vi v)
{
    _mm256_storeu_si256(p, v);
}
static inline void vi_stream(void *p, vi v)
{
    _mm256_stream_si256(p, v);
}
static inline void vi_stream_end(void)
{
    _mm_sfence();
}
static inline vi vi_bits(vf v)
{
    return _mm256_castps_si256(v);
}
static inline vi vi_even(vf v)
{
    return _mm256_cvtps_epi32(v);
}
static inline vi vi_trunc(vf v)
{
    return _mm256_cvttps_epi32(v);
}
static inline vi vi_at_least(vf a, vf b)
{
    return _mm256_castps_si256(_mm256_cmp_ps(a, b, _CMP_GE_OQ));
}
static inline vi vi_more(vf a, vf b)
{
    return _mm256_castps_si256(_mm256_cmp_ps(a, b, _CMP_GT_OQ));
}
static inline vi vi_add(vi a, vi b)
{
    return _mm256_add_epi32(a, b);
}
static inline vi vi_sub(vi a, vi b)
{
    return _mm256_sub_epi32(a, b);
}
static inline vi vi_sub8(vi a, vi b)
{
    return _mm256_sub_epi8(a, b);
}
static inline vi vi_min(vi a, vi b)
{
    return _mm256_min_epi32(a, b);
}
static inline vi vi_max(vi a, vi b)
{
    return _mm256_max_epi32(a, b);
}
static inline vi vi_max_unsigned(vi a, vi b)
{
    return _mm256_max_epu32(a, b);
}
static inline vi vi_above(vi a, vi b)
{
    return _mm256_cmpgt_epi32(a, b);
}
static inline vi vi_and(vi a, vi b)
{
    return _mm256_and_si256(a, b);
}
static inline vi vi_or(vi a, vi b)
{
    return _mm256_or_si256(a, b);
}
static inline vi vi_xor(vi a, vi b)
{
    return _mm256_xor_si256(a, b);
}
static inline vi vi_select(vi mask, vi a, vi b)
{
    return _mm256_blendv_epi8(b, a, mask);
}
static inline vi vi_sll(vi v, int n)
{
    return _mm256_slli_epi32(v, n);
}
static inline vi vi_srl(vi v, int n)
{
    return _mm256_srli_epi32(v, n);
}
static inline vi vi_sra(vi v, int n)
{
    return _mm256_srai_epi32(v, n);
}
static inline vi vi_set64(uint64_t x)
{
    return _mm256_set1_epi64x((int64_t)x);
}
static inline vi vi_add64(vi a, vi b)
{
    return _mm256_add_epi64(a, b);
}
static inline vi vi_mul64(vi a, vi b) /* of halves; that of the two upper ones is beyond 64 bits */
{
    vi upper = _mm256_mullo_epi32(a, _mm256_shuffle_epi32(b, 0xb1));
    upper = _mm256_add_epi32(upper, _mm256_slli_epi64(upper, 32));
    return _mm256_add_epi64(_mm256_mul_epu32(a, b), _mm256_and_si256(upper, _mm256_set1_epi64x(-0x100000000)));
}
static inline vi vi_sll64(vi v, unsigned n)
{
    return _mm256_sll_epi64(v, _mm_cvtsi32_si128((int)n));
}
static inline vi vi_srl64(vi v, unsigned n)
{
    return _mm256_srl_epi64(v, _mm_cvtsi32_si128((int)n));
}

/* ---- narrow things in memory */
static inline vi vi_load_u8(const uint8_t *p)
{
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p));
}
static inline vi vi_load_i8(const uint8_t *p)
{
    return _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)p));
}
static inline void vi_store_bytes(uint8_t *p, vi a, vi b, vi c, vi d)
{
    vi low = _mm256_set1_epi16(0xff), order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    vi ab = _mm256_and_si256(_mm256_packs_epi32(a, b), low), cd = _mm256_and_si256(_mm256_packs_epi32(c, d), low);
    vi_store(p, _mm256_permutevar8x32_epi32(_mm256_packus_epi16(ab, cd), order));
}
static inline vi vi_load_u16(const uint8_t *p)
{
    return _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)p));
}
static inline vi vi_pack_u16(vi a, vi b)
{
    return _mm256_permute4x64_epi64(_mm256_packus_epi32(a, b), 0xd8);
}
static inline vf vf_load_f16(const uint8_t *p)
{
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
}
static inline __m128i halves_of(vf v)
{
    vf nan = _mm256_cmp_ps(v, v, _CMP_UNORD_Q), sign = _mm256_and_ps(v, _mm256_set1_ps(-0.0F));
    vf quiet = _mm256_or_ps(sign, _mm256_castsi256_ps(_mm256_set1_epi32(0x7fc00000)));
    return _mm256_cvtps_ph(_mm256_blendv_ps(v, quiet, nan), _MM_FROUND_TO_NEAREST_INT);
}
static inline vi vi_pack_f16(vf a, vf b)
{
    return _mm256_set_m128i(halves_of(b), halves_of(a));
}
static inline unsigned vf_above_bits(vf a, vf b)
{
    return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_GT_OQ));
}
static inline unsigned vi_sign_bits(vi v)
{
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(v));
}
static inline vi vi_spread_bits(unsigned bits)
{
    vi place = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    return _mm256_cmpeq_epi32(_mm256_and_si256(_mm256_set1_epi32((int)bits), place), place);
}

/* ---- lanes of 16 bytes */
static inline vi vi_load_lanes(const uint8_t *p, size_t step)
{
    return _mm256_loadu2_m128i((const __m128i *)(p + step), (const __m128i *)p);
}
static inline void vi_store_lanes(uint8_t *p, size_t step, vi v)
{
    _mm_storeu_si128((__m128i *)p, _mm256_castsi256_si128(v));
    _mm_storeu_si128((__m128i *)(p + step), _mm256_extracti128_si256(v, 1));
}
static inline vi vi_shuffle(vi v, vi order)
{
    return _mm256_shuffle_epi8(v, order);
}

static inline void vi_transpose(vi v[4])
{
    vi ab = _mm256_unpacklo_epi32(v[0], v[1]), ab2 = _mm256_unpackhi_epi32(v[0], v[1]);
    vi cd = _mm256_unpacklo_epi32(v[2], v[3]), cd2 = _mm256_unpackhi_epi32(v[2], v[3]);
    v[0] = _mm256_unpacklo_epi64(ab, cd), v[1] = _mm256_unpackhi_epi64(ab, cd);
    v[2] = _mm256_unpacklo_epi64(ab2, cd2), v[3] = _mm256_unpackhi_epi64(ab2, cd2);
}

/* ---- tables */
typedef struct vf_table {
    vf low, high;
} vf_table;
static inline vf_table vf_table_load(const float *p)
{
    return (vf_table){vf_load(p), vf_load(p + 8)};
}
static inline vf vf_table_at(vf_table table, vi at)
{
    vf low = _mm256_permutevar8x32_ps(table.low, at), high = _mm256_permutevar8x32_ps(table.high, at);
    return _mm256_blendv_ps(low, high, _mm256_castsi256_ps(_mm256_slli_epi32(at, 28)));
}

typedef __m256 vf_eight;
static inline vf_eight vf_eight_load(const float *p)
{
    return vf_load(p);
}
static inline vf vf_eight_at(vf_eight table, vi at)
{
    return _mm256_permutevar8x32_ps(table, at);
}

/* ---- scores */
static inline void vf_fold_rows(float *four, vf a, vf b, vf c, vf d)
{
    vf ac = vf_add(_mm256_permute2f128_ps(a, c, 0x20), _mm256_permute2f128_ps(a, c, 0x31)); /* s[i] += s[i+4] */
    vf bd = vf_add(_mm256_permute2f128_ps(b, d, 0x20), _mm256_permute2f128_ps(b, d, 0x31));
    vf twos = vf_add(_mm256_unpacklo_ps(ac, bd), _mm256_unpackhi_ps(ac, bd)); /* += s[i+2]: a0 b0 a1 b1, c0 ... */
    __m128 ab = _mm256_castps256_ps128(twos), cd = _mm256_extractf128_ps(twos, 1);
    _mm_storeu_ps(four, _mm_add_ps(_mm_movelh_ps(ab, cd), _mm_movehl_ps(cd, ab)));
}
static inline void vi_fold_most(void *four, vi a, vi b, vi c, vi d)
{
    vi ab = vi_max(_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
    vi cd = vi_max(_mm256_unpacklo_epi32(c, d), _mm256_unpackhi_epi32(c, d));
    vi all = vi_max(_mm256_unpacklo_epi64(ab, cd), _mm256_unpackhi_epi64(ab, cd));
    _mm_storeu_si128(four, _mm_max_epi32(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1)));
}

#if defined(__AVXVNNI__)
/* int8 in fours. The instruction takes unsigned ones from one side: queries are held 128 higher. */
#define QSI_I8_PARTS 1
#define QSI_I8_EXCESS _mm256_set1_epi8(-128)
static inline vi vi_row_i8(vi v, size_t part)
{
    (void)part;
    return v;
}
static inline vi vi_query_i8(vi v, size_t part)
{
    (void)part;
    return _mm256_xor_si256(v, QSI_I8_EXCESS);
}
static inline vi vi_add_dot(vi sum, vi q, vi x)
{
    return _mm256_dpbusd_avx_epi32(sum, q, x);
}
#else
/* int8 in pairs, widened: their products fit int32, while the int16 sums of maddubs would saturate. */
#define QSI_I8_PARTS 2
static inline vi vi_row_i8(vi v, size_t part)
{
    return _mm256_srai_epi16(part ? v : _mm256_slli_epi16(v, 8), 8);
}
#define vi_query_i8 vi_row_i8
static inline vi vi_add_dot(vi sum, vi q, vi x)
{
    return _mm256_add_epi32(sum, _mm256_madd_epi16(q, x));
}
#endif

/* Distances of many queries by tables: 8 sums, two vectors of rows, a table and a look-up. */
#define QSI_TABLE_QUERIES 6
static inline vi vi_table16(const uint8_t *p)
{
    __asm__ volatile("" : : : "memory");
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)p));
}
static inline vi vi_add8(vi a, vi b)
{
    return _mm256_add_epi8(a, b);
}

/* The set bits of a ^ b, of each half byte by table: 8 times 31 are what a byte holds. */
#define QSI_DIFFER_SPAN 31
static inline vi vi_add_differ(vi sum, vi a, vi b)
{
    vi counts = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3,
                                 2, 3, 3, 4);
    vi differ = _mm256_xor_si256(a, b), low = _mm256_set1_epi8(15);
    vi upper = _mm256_and_si256(_mm256_srli_epi16(differ, 4), low);
    sum = _mm256_add_epi8(sum, _mm256_shuffle_epi8(counts, _mm256_and_si256(differ, low)));
    return _mm256_add_epi8(sum, _mm256_shuffle_epi8(counts, upper));
}
static inline vi vi_settle_differ(vi sum)
{
    return _mm256_madd_epi16(_mm256_maddubs_epi16(sum, _mm256_set1_epi8(1)), _mm256_set1_epi16(1));
}

#endif
