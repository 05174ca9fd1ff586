/* The taps of a convolution: for every position the values that one output of a group is made of, row after row. */
#ifndef QSI_TAPS_H
#define QSI_TAPS_H

#include "net/chain.h"

#include <string.h>

/* (positions, dim) elements of size bytes, those outside the picture filled with the byte fill. Inline, so that
 * size is a constant. x: the picture, (channel, row, column). */
static inline __attribute__((always_inline)) void qsi_taps(const qsi_layer *layer, const void *x, size_t size,
                                                           size_t group, uint8_t fill, void *taps)
{
    const size_t channels = layer->in.c / layer->groups, high = layer->in.h, wide = layer->in.w;
    const uint8_t *from = (const uint8_t *)x + group * channels * high * wide * size;
    uint8_t *to = taps;
    for (size_t oy = 0; oy < layer->out.h; oy++)
        for (size_t ox = 0; ox < layer->out.w; ox++) {
            size_t left = ox * layer->stride; /* of the padded picture */
            size_t begin = left < layer->pad ? layer->pad - left : 0, end = wide + layer->pad - left;
            begin = begin < layer->kw ? begin : layer->kw;
            end = left >= wide + layer->pad ? begin : end < layer->kw ? end : layer->kw;
            for (size_t line = 0; line < channels * layer->kh; line++, to += layer->kw * size) {
                size_t c = line / layer->kh, iy = oy * layer->stride + line % layer->kh;
                bool there = iy >= layer->pad && iy - layer->pad < high;
                if (!there || begin > 0 || end < layer->kw) memset(to, fill, layer->kw * size);
                if (!there || begin >= end) continue;
                const uint8_t *row =
                    from + ((c * high + iy - layer->pad) * wide + left + begin - layer->pad) * size;
                for (size_t k = 0; k < end - begin; k++) memcpy(to + (begin + k) * size, row + k * size, size);
            }
        }
}

#endif
