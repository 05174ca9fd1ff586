/* The texts that a .safetensors file keeps beside its tensors, in __metadata__. */
#ifndef QSI_METADATA_H
#define QSI_METADATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The text under key in the head of a file that qs_source_open() took. False: there is none, or it does not fit
 * into cap bytes with its NUL. */
bool qsi_metadata(const uint8_t *head, size_t head_bytes, const char *key, char *dst, size_t cap);

#endif
