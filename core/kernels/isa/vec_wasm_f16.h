/* The operations on half floats of vec_wasm.h, which includes this: arithmetic, as there is no instruction for
 * them. */
#ifndef QSI_VEC_WASM_F16_H
#define QSI_VEC_WASM_F16_H

/* A half's bits in a float's places lack 112 in the exponent: 224 more, scaled by 2^-112, so that infinity and NaN
 * stay what they are. Subnormals are the end of a float from 1/2 up, less that 1/2. */
static inline vf vf_load_f16(const uint8_t *p)
{
    vi half = vi_load_u16(p), size = vi_and(half, vi_set(0x7fff)), wide = vi_sll(size, 13);
    vf normal = vf_mul(vi_add(wide, vi_set(0x70000000)), vf_set(0x1p-112F));
    vf small = vf_sub(vi_or(size, vf_set(0.5F)), vf_set(0.5F));
    vf value = vi_select(vi_above(vi_set(0x400), size), small, normal);
    return vi_or(value, vi_sll(vi_xor(half, size), 16));
}

/* Halves of magnitudes below 2^16. They are rounded by adding 2^13 times the power of two below the value (2^-14 at
 * least), so that the sum ends where a half does: its low bits are the half then, and its exponent is 126 too large
 * for that. The product takes the bits from 13 on and those below 16. */
static inline vi half_sizes(vi size)
{
    vi power = vi_max(vi_and(size, vi_set(0x7f800000)), vi_set(113 << 23));
    vi sum = vf_add(size, vi_add(power, vi_set(13 << 23)));
    return vi_sub(wasm_i32x4_dot_i16x8(sum, vi_set(8 << 16 | 1)), vi_set(126 << 10));
}
/* Narrowing saturates, so that each sign stays. */
static inline vi half_signs(vf a, vf b)
{
    return vi_and(wasm_i16x8_narrow_i32x4(a, b), vi_set((int32_t)0x80008000));
}
static inline vi halves_of(vf v)
{
    vi size = vi_and(v, vi_set(0x7fffffff)), nan = vi_above(size, vi_set(0x7f800000));
    return vi_select(nan, vi_set(0x7e00), half_sizes(vi_min(size, vi_set(0x47800000)))); /* 2^16: infinity */
}
static inline vi vi_pack_f16(vf a, vf b)
{
    return vi_or(vi_pack_u16(halves_of(a), halves_of(b)), half_signs(a, b));
}

#endif
