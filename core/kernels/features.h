/*
 * What a processor may have beyond what its backend asks for. Each is looked for by itself at run time, and the
 * kernels that gain by it are compiled once more, in kernels_<isa>_<feature>.c. The rest of a backend stays.
 */
#ifndef QSI_FEATURES_H
#define QSI_FEATURES_H

enum {
    QSI_AVX_VNNI = 1,         /* avx2: products of int8 in fours */
    QSI_AVX512_VNNI = 2,      /* avx512: the same */
    QSI_AVX512_VPOPCNTDQ = 4, /* avx512: bits counted by an instruction */
    QSI_AVX512_VBMI = 8,      /* avx512: bytes looked up by an instruction, among 128 */
    QSI_NEON_DOTPROD = 16,    /* neon: products of int8 in fours */
    QSI_FEATURES_END = 32
};

/* Those that are there and not hidden, as bits. */
unsigned qsi_features(void);
/* For tests: those as if they were not there; 0 shows all again. */
void qsi_features_hide(unsigned hidden);
const char *qsi_feature_name(unsigned feature);

#endif
