/*
 * Family: rq, residual quantization: each code names a centroid of what the codes before it leave of the row. With
 * beam=B the B best prefixes of codes are kept from stage to stage, by the squared length of what they leave; of
 * equals the earlier prefix, then the lower code. (Chen, Guan, Wang 2010; Babenko, Lempitsky 2014 for the beam.)
 */
#include "codec/product/product.h"

#include "base/size.h"
#include "base/status.h"
#include "kernels/kernels.h"
#include "range/finite.h"

#include <string.h>

/* pieces of one whole row, and how many stages. */
static int stages_of(const qsi_spec *spec, size_t dim, qsi_pieces *whole, size_t *stages)
{
    qsi_pieces p;
    int status = qsi_pieces_of(spec, dim, &p);
    *stages = p.m;
    p.m = 1;
    *whole = p;
    return status;
}

static int layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    qsi_pieces p;
    size_t stages;
    int status = stages_of(spec, dim, &p, &stages);
    if (status) return status;
    *out = (qsi_layout){.code_bytes = (stages * p.bits + 7) / 8};
    out->row_bytes = out->code_bytes;
    out->params_bytes = (double)stages * (double)p.count * (double)dim * sizeof(float);
    return QS_OK;
}

static void params(const qsi_spec *spec, size_t dim, qsi_param out[QSI_PARAMS])
{
    qsi_pieces p;
    size_t stages;
    stages_of(spec, dim, &p, &stages);
    out[0] = (qsi_param){.name = "codebook", .count = stages * p.count * dim};
}

static void close_derived(qs_codec *codec)
{
    qsi_product *d = codec->derived;
    for (size_t s = 0; d->clusters && s < d->m; s++) qsi_clusters_close(&d->clusters[s]);
    qsi_array_free(d->clusters);
}

static int ready(qs_codec *codec)
{
    qsi_product *d = codec->derived = qsi_array_zero(1, sizeof *d);
    if (!d) return QS_E_MEMORY;
    int status = stages_of(&codec->spec, codec->dim, &d->pieces, &d->m);
    d->clusters = qsi_array_zero(d->m, sizeof *d->clusters);
    if (!status && !d->clusters) status = QS_E_MEMORY;
    size_t values = d->pieces.count * codec->dim;
    for (size_t s = 0; s < d->m && !status; s++) {
        status = qsi_clusters_open(&d->clusters[s], &d->pieces);
        if (status) break;
        memcpy(d->clusters[s].centroids, codec->params[0].values + s * values, values * sizeof(float));
        d->clusters[s].used[0] = d->pieces.count;
        qsi_clusters_ready(&d->clusters[s]);
    }
    return status;
}

static void subtract(float *restrict x, const float *restrict y, size_t n)
{
    for (size_t i = 0; i < n; i++) x[i] -= y[i];
}

/* ---- beam=1: the nearest of each stage */

static int encode_greedily(const qs_codec *codec, const float *rows, size_t nrows, uint8_t *numbers)
{
    const qsi_product *d = qsi_product_of(codec);
    size_t dim = codec->dim;
    float *left = qsi_array(nrows, dim * sizeof *left);
    float *scratch = qsi_array(qsi_nearest_scratch(&d->pieces, 0), sizeof *scratch);
    int status = left && scratch ? QS_OK : QS_E_MEMORY;
    if (!status) memcpy(left, rows, nrows * dim * sizeof *left);
    for (size_t s = 0; s < d->m && !status; s++) {
        const qsi_clusters *c = &d->clusters[s];
        qsi_nearest(c, 0, left, dim, nrows, scratch, numbers + s, d->m);
        for (size_t r = 0; r < nrows; r++)
            subtract(left + r * dim, c->centroids + numbers[r * d->m + s] * dim, dim);
    }
    qsi_array_free(left);
    qsi_array_free(scratch);
    return status;
}

/* ---- beam=B */

typedef struct beam {
    size_t most, count;
    float *left, *next;     /* (most, dim): what prefixes leave of the row */
    uint8_t *codes, *after; /* (most, stages) */
    float *distances;       /* (most, centroids) */
    size_t *best;           /* (most): prefix * centroids + code, the best first */
} beam;

static void beam_close(beam *b)
{
    void *const arrays[] = {b->left, b->next, b->codes, b->after, b->distances, b->best};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) qsi_array_free(arrays[i]);
}

static int beam_open(beam *b, size_t most, const qsi_product *d, size_t dim)
{
    *b = (beam){.most = most,
                .left = qsi_array(most, dim * sizeof(float)),
                .next = qsi_array(most, dim * sizeof(float)),
                .codes = qsi_array(most, d->m),
                .after = qsi_array(most, d->m),
                .distances = qsi_array(most, d->pieces.count * sizeof(float)),
                .best = qsi_array(most, sizeof *b->best)};
    return b->left && b->next && b->codes && b->after && b->distances && b->best ? QS_OK : QS_E_MEMORY;
}

/* The most entries of least distance, in order, of equals the first. */
static size_t least_of(beam *b, size_t entries)
{
    size_t found = 0;
    for (size_t i = 0; i < entries; i++) {
        size_t at = found < b->most ? found++ : b->most;
        if (at == b->most && !(b->distances[i] < b->distances[b->best[at - 1]])) continue;
        if (at == b->most) at--;
        for (; at > 0 && b->distances[i] < b->distances[b->best[at - 1]]; at--) b->best[at] = b->best[at - 1];
        b->best[at] = i;
    }
    return found;
}

static void beam_stage(beam *b, const qsi_product *d, size_t stage, size_t dim)
{
    const float *centroids = d->clusters[stage].centroids;
    size_t count = d->pieces.count;
    qsi_kernels_now()->distances(b->left, b->count, centroids, count, dim, b->distances, count);
    size_t found = least_of(b, b->count * count);
    for (size_t i = 0; i < found; i++) {
        size_t prefix = b->best[i] / count, code = b->best[i] % count;
        memcpy(b->next + i * dim, b->left + prefix * dim, dim * sizeof *b->next);
        subtract(b->next + i * dim, centroids + code * dim, dim);
        memcpy(b->after + i * d->m, b->codes + prefix * d->m, stage);
        b->after[i * d->m + stage] = (uint8_t)code;
    }
    float *left = b->left;
    uint8_t *codes = b->codes;
    b->left = b->next, b->next = left;
    b->codes = b->after, b->after = codes;
    b->count = found;
}

static int encode_by_beam(const qs_codec *codec, const float *rows, size_t nrows, uint8_t *numbers)
{
    const qsi_product *d = qsi_product_of(codec);
    size_t dim = codec->dim;
    beam b;
    int status = beam_open(&b, (size_t)codec->spec.value[QSI_BEAM], d, dim);
    for (size_t r = 0; r < nrows && !status; r++) {
        memcpy(b.left, rows + r * dim, dim * sizeof *rows);
        b.count = 1;
        for (size_t s = 0; s < d->m; s++) beam_stage(&b, d, s, dim);
        memcpy(numbers + r * d->m, b.codes, d->m);
    }
    beam_close(&b);
    return status;
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    int status = qsi_check_finite(first_row, rows, nrows, codec->dim);
    uint8_t *numbers = status ? NULL : qsi_array(nrows, qsi_product_of(codec)->m);
    if (!status && !numbers) status = QS_E_MEMORY;
    if (!status)
        status = codec->spec.value[QSI_BEAM] > 1 ? encode_by_beam(codec, rows, nrows, numbers)
                                                 : encode_greedily(codec, rows, nrows, numbers);
    if (!status) qsi_product_pack(codec, numbers, nrows, codes);
    qsi_array_free(numbers);
    return status;
}

static int decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    const qsi_product *d = qsi_product_of(codec);
    size_t dim = codec->dim;
    uint8_t *numbers = qsi_array(nrows, d->m);
    if (!numbers) return QS_E_MEMORY;
    qsi_product_unpack(codec, codes, nrows, numbers);
    for (size_t r = 0; r < nrows; r++)
        for (size_t s = 0; s < d->m; s++) {
            const float *c = d->clusters[s].centroids + numbers[r * d->m + s] * dim;
            float *x = rows + r * dim;
            for (size_t i = 0; i < dim; i++) x[i] = s ? x[i] + c[i] : c[i];
        }
    qsi_array_free(numbers);
    return QS_OK;
}

/* A value has a code in each stage; the first is told as its own. */
static size_t code_of(const qs_codec *codec, size_t value)
{
    (void)codec, (void)value;
    return 0;
}

static float level_in(const qs_codec *codec, size_t value, size_t stage, uint32_t code)
{
    return qsi_product_of(codec)->clusters[stage].centroids[code * codec->dim + value];
}

static float level(const qs_codec *codec, size_t value, uint32_t code)
{
    return level_in(codec, value, 0, code);
}

static qsi_number number(const qs_codec *codec, qsi_role_kind kind)
{
    (void)codec, (void)kind;
    return (qsi_number){.level = level};
}

const qsi_family qsi_family_rq = {.name = "rq",
                                  .layout = layout,
                                  .params = params,
                                  .observer = qsi_product_observer,
                                  .fit = qsi_product_fit,
                                  .ready = ready,
                                  .close = close_derived,
                                  .encode = encode,
                                  .decode = decode,
                                  .usage = qsi_product_usage,
                                  .role = qsi_product_role,
                                  .code_of = code_of,
                                  .level_in = level_in,
                                  .formula = "q",
                                  .number = number,
                                  .scorer = &qsi_product_scorer};
