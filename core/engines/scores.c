/* Scores of engines: both sides coded, the exact sum of products of codes, and what each engine makes of it. */
#include "engines/engine.h"

#include "base/size.h"
#include "kernels/kernels.h"

#include <string.h>

/* Unsigned codes of 8 bits are lowered by 128 for the kernel, and sums raised again. */
enum { TILE = 128, LOWERED = 128 };

typedef struct state {
    const qsi_query_set *set;
    size_t n;
    int lowered;
    bool floats;     /* queries are: values, else codes */
    qsi_side *sides; /* (nq) */
    int8_t *codes;   /* (nq, n) */
    float *values;   /* (nq, n) */
} state;

typedef struct scratch {
    qsi_side sides[TILE];
    int32_t dots[TILE];
    float products[TILE];
    int *numbers;  /* (n) */
    int8_t *codes; /* (TILE, n) */
    float *rows;   /* (TILE, n), decoded, of float queries */
} scratch;

static bool applies(const qs_codec *codec, qsi_metric metric)
{
    (void)metric;
    return qsi_engine_of(codec)->score != NULL;
}

static void close(void *context)
{
    state *s = context;
    if (!s) return;
    qsi_array_free(s->sides);
    qsi_array_free(s->codes);
    qsi_array_free(s->values);
    qsi_array_free(s);
}

/* Numbers as the kernel takes them, and what is known of them. */
static void take(const state *s, const int *numbers, int8_t *codes, qsi_side *side)
{
    for (size_t i = 0; i < s->n; i++) codes[i] = (int8_t)(numbers[i] - s->lowered);
    *side = qsi_engine_side(numbers, s->n);
}

static int take_query(const state *s, size_t i, int *numbers, uint8_t *row)
{
    const qs_codec *codec = s->set->codec;
    const qsi_engine *e = qsi_engine_of(codec);
    float beside[QSI_BESIDE] = {0};
    int status;
    if (e->query) {
        status = e->query(s->set, i, numbers, s->values + i * s->n, beside);
    } else {
        status = qs_codec_encode(codec, (double)i, s->set->values + i * codec->dim, 1, row);
        if (!status) qsi_engine_get(codec, row, numbers);
        if (!status && e->get) e->get(codec, row, beside);
    }
    if (!status && !s->floats) take(s, numbers, s->codes + i * s->n, &s->sides[i]);
    memcpy(s->sides[i].beside, beside, sizeof beside);
    return status;
}

static int open(const qsi_query_set *set, void **to)
{
    state *s = *to = qsi_array_zero(1, sizeof *s);
    if (!s) return QS_E_MEMORY;
    const qs_codec *codec = set->codec;
    const qsi_engine *e = qsi_engine_of(codec);
    *s = (state){.set = set, .n = qsi_engine_codes(&codec->spec, codec->dim)};
    s->lowered = qsi_engine_bits(&codec->spec) == 8 && !e->is_signed ? LOWERED : 0;
    s->floats = e->float_query && e->float_query(&codec->spec);
    s->sides = qsi_array(set->nq, sizeof *s->sides);
    s->codes = qsi_array(set->nq, s->n);
    s->values = qsi_array(set->nq, s->n * sizeof *s->values);
    int *numbers = qsi_array(s->n, sizeof *numbers);
    uint8_t *row = qsi_array(codec->layout.row_bytes, 1);
    int status = s->sides && s->codes && s->values && numbers && row ? QS_OK : QS_E_MEMORY;
    for (size_t i = 0; i < set->nq && !status; i++) status = take_query(s, i, numbers, row);
    qsi_array_free(numbers);
    qsi_array_free(row);
    return status;
}

static size_t scratch_bytes(const void *context)
{
    const state *s = context;
    return sizeof(scratch) + s->n * (sizeof(int) + TILE * (s->floats ? sizeof(float) : 1));
}

/* Rows as scores take them. */
static int take_rows(const state *s, scratch *room, const uint8_t *codes, size_t nrows)
{
    const qs_codec *codec = s->set->codec;
    room->numbers = (int *)(void *)(room + 1);
    room->rows = (float *)(void *)(room->numbers + s->n);
    room->codes = (int8_t *)room->rows;
    for (size_t r = 0; r < nrows; r++) {
        const uint8_t *row = codes + r * codec->layout.row_bytes;
        qsi_side *side = &room->sides[r];
        qsi_engine_get(codec, row, room->numbers);
        if (s->floats)
            *side = qsi_engine_side(room->numbers, s->n);
        else
            take(s, room->numbers, room->codes + r * s->n, side);
        if (qsi_engine_of(codec)->get) qsi_engine_of(codec)->get(codec, row, side->beside);
    }
    return s->floats ? codec->family->decode(codec, codes, nrows, room->rows) : QS_OK;
}

static int scores(const void *context, void *own, const uint8_t *codes, size_t nrows, float *out, size_t stride)
{
    const state *s = context;
    const qsi_kernels *kernels = qsi_kernels_now();
    scratch *room = own;
    int status = take_rows(s, room, codes, nrows);
    double low = s->lowered, n = (double)s->n;
    for (size_t q = 0; q < s->set->nq && !status; q++) {
        qsi_pair pair = {.codec = s->set->codec, .metric = s->set->metric, .n = s->n, .query = &s->sides[q]};
        if (s->set->add) pair.add = s->set->add[q];
        if (s->floats)
            kernels->dots(s->values + q * s->n, 1, room->rows, nrows, s->n, room->products, TILE);
        else
            kernels->dots_i8(s->codes + q * s->n, 1, room->codes, nrows, s->n, room->dots, TILE);
        for (size_t r = 0; r < nrows; r++) {
            pair.row = &room->sides[r];
            pair.dot = s->floats ? (double)room->products[r]
                                 : room->dots[r] + low * (pair.query->sum + pair.row->sum) - low * low * n;
            pair.squared = pair.query->square + pair.row->square - 2 * pair.dot;
            out[q * stride + r] = qsi_engine_of(pair.codec)->score(&pair);
        }
    }
    return status;
}

const qsi_scorer qsi_engine_scorer = {
    .applies = applies, .open = open, .close = close, .scratch_bytes = scratch_bytes, .scores = scores};
