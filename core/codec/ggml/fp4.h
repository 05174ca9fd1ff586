/* E2M1, a float of four bits, as ggml codes it: of two values just as near the first is taken, so that halves go
 * toward zero and code 8, the negative zero, is never given. */
#ifndef QSI_GGML_FP4_H
#define QSI_GGML_FP4_H

/* Twice the values, for half of the scale. */
extern const float qsi_fp4_doubled[16];

#endif
