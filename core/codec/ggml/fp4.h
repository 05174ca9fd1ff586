/* Codes of E2M1, a float of four bits, as ggml chooses them: the nearest of the table by distances in float32. */
#ifndef QSI_GGML_FP4_H
#define QSI_GGML_FP4_H

#include <stddef.h>
#include <stdint.h>

/* s is half of the scale, since the table holds twice the values. */
void qsi_fp4_encode(const float *x, size_t n, float s, uint8_t *codes);
extern const float qsi_fp4_doubled[16];

#endif
