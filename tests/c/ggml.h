/* ggml's formats, for the tests that go through them all. */
#ifndef QS_TEST_GGML_H
#define QS_TEST_GGML_H

#include "codec/block.h"
#include "codec/codec.h"

#include <string.h>

enum { MOST_VALUES = 256, MOST_BYTES = 256, MOST_BITS = 8 * MOST_BYTES }; /* of a block */

#define EACH_FORMAT(f)                                                                        \
    for (const qsi_format *f = qsi_format_at(0), *end = f + qsi_format_count(); f < end; f++) \
        if (f->coder && !strncmp(f->source, "ggml", 4))

static inline void encode_block(const qsi_format *f, const float *x, uint8_t *block)
{
    qsi_blocks_encode(&(qsi_spec){.format = f}, x, 1, 1, block);
}

#endif
