/* Scores of engines: both sides coded, the exact sum of products of codes, and what each engine makes of it. */
#include "engines/engine.h"

#include "base/size.h"
#include "kernels/kernels.h"

/* Unsigned codes of 8 bits are lowered by 128 for the kernel, and sums raised again. */
enum { TILE = 128, LOWERED = 128 };

typedef struct state {
    const qsi_query_set *set;
    size_t n;
    int lowered;
    qsi_side *sides; /* (nq) */
    int8_t *codes;   /* (nq, n) */
} state;

typedef struct scratch {
    qsi_side sides[TILE];
    int32_t dots[TILE];
    int8_t codes[]; /* (TILE, n), then n numbers */
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
    qsi_array_free(s);
}

/* A coded row as the kernel takes it, and its side. numbers: room for n. */
static void take(const state *s, const uint8_t *row, int *numbers, int8_t *codes, qsi_side *side)
{
    const qs_codec *codec = s->set->codec;
    qsi_engine_get(codec, row, numbers);
    *side = qsi_engine_side(numbers, s->n);
    for (size_t i = 0; i < s->n; i++) codes[i] = (int8_t)(numbers[i] - s->lowered);
    if (qsi_engine_of(codec)->get) qsi_engine_of(codec)->get(codec, row, side->beside);
}

static int open(const qsi_query_set *set, void **to)
{
    state *s = *to = qsi_array_zero(1, sizeof *s);
    if (!s) return QS_E_MEMORY;
    const qs_codec *codec = set->codec;
    *s = (state){.set = set, .n = qsi_engine_codes(&codec->spec, codec->dim)};
    s->lowered = codec->spec.format->code_bits == 8 && !qsi_engine_of(codec)->is_signed ? LOWERED : 0;
    s->sides = qsi_array(set->nq, sizeof *s->sides);
    s->codes = qsi_array(set->nq, s->n);
    int *numbers = qsi_array(s->n, sizeof *numbers);
    uint8_t *row = qsi_array(codec->layout.row_bytes, 1);
    int status = s->sides && s->codes && numbers && row ? QS_OK : QS_E_MEMORY;
    for (size_t i = 0; i < set->nq && !status; i++) {
        status = qs_codec_encode(codec, (double)i, set->values + i * codec->dim, 1, row);
        if (!status) take(s, row, numbers, s->codes + i * s->n, &s->sides[i]);
    }
    qsi_array_free(numbers);
    qsi_array_free(row);
    return status;
}

static size_t scratch_bytes(const void *context)
{
    const state *s = context;
    return sizeof(scratch) + TILE * s->n + (s->n + 1) * sizeof(int);
}

static int scores(const void *context, void *own, const uint8_t *codes, size_t nrows, float *out, size_t stride)
{
    const state *s = context;
    const qs_codec *codec = s->set->codec;
    scratch *room = own;
    uintptr_t after = ((uintptr_t)(room->codes + TILE * s->n) + sizeof(int) - 1) / sizeof(int) * sizeof(int);
    for (size_t r = 0; r < nrows; r++)
        take(s, codes + r * codec->layout.row_bytes, (int *)after, room->codes + r * s->n, &room->sides[r]);
    double low = s->lowered, n = (double)s->n;
    for (size_t q = 0; q < s->set->nq; q++) {
        qsi_pair pair = {.codec = codec, .metric = s->set->metric, .n = s->n, .query = &s->sides[q]};
        qsi_kernels_now()->dots_i8(s->codes + q * s->n, 1, room->codes, nrows, s->n, room->dots, TILE);
        for (size_t r = 0; r < nrows; r++) {
            pair.row = &room->sides[r];
            pair.dot = room->dots[r] + low * (pair.query->sum + pair.row->sum) - low * low * n;
            pair.squared = pair.query->square + pair.row->square - 2 * pair.dot;
            out[q * stride + r] = qsi_engine_of(codec)->score(&pair);
        }
    }
    return QS_OK;
}

const qsi_scorer qsi_engine_scorer = {
    .applies = applies, .open = open, .close = close, .scratch_bytes = scratch_bytes, .scores = scores};
