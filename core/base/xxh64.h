/*
 * A checksum of bytes that come in parts: XXH64 with seed 0 (Yann Collet, "xxHash fast digest algorithm", version
 * 0.1.1), as `xxhsum -H1` prints it. It tells files apart that were mixed up or damaged; it is no protection
 * against someone who means to deceive.
 */
#ifndef QSI_XXH64_H
#define QSI_XXH64_H

#include <stddef.h>
#include <stdint.h>

enum { QSI_STRIPE = 32, QSI_XXH64_TEXT = 23 }; /* the text: "xxh64:", 16 hexadecimal digits, a NUL */

typedef struct qs_digest {
    uint64_t lanes[4];
    uint64_t bytes;              /* that were added */
    uint8_t waiting[QSI_STRIPE]; /* the last bytes % 32 of them */
} qs_digest;

qs_digest qsi_xxh64_start(void);
void qsi_xxh64_add(qs_digest *digest, const void *data, size_t bytes);
uint64_t qsi_xxh64_value(const qs_digest *digest); /* of what was added so far */
void qsi_xxh64_text(const qs_digest *digest, char text[QSI_XXH64_TEXT]);

#endif
