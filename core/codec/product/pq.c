/* Families: pq and opq, whose codes are the nearest centroids of pieces, as product.h says. */
#include "codec/product/product.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "codec/transformed.h"
#include "kernels/kernels.h"
#include "range/finite.h"

#include <math.h>
#include <string.h>

static int layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    qsi_pieces p;
    int status = qsi_pieces_of(spec, dim, &p);
    if (status) return status;
    *out = (qsi_layout){.code_bytes = (p.m * p.bits + 7) / 8};
    out->row_bytes = out->code_bytes;
    out->params_bytes = (double)p.count * (double)dim * sizeof(float);
    return QS_OK;
}

static int opq_layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    if (dim > QSI_MATRIX_MOST)
        return qsi_fail_option("",
                               "opq: rows of %zu values; its rotation is a matrix, which takes up to %d. Use pq",
                               dim, QSI_MATRIX_MOST);
    int status = layout(spec, dim, out);
    out->params_bytes += (double)dim * (double)dim * sizeof(float);
    return status;
}

static void params(const qsi_spec *spec, size_t dim, qsi_param out[QSI_PARAMS])
{
    out[0] = (qsi_param){.name = "codebook", .count = ((size_t)1 << (unsigned)qsi_spec_bits(spec)) * dim};
}

static void opq_params(const qsi_spec *spec, size_t dim, qsi_param out[QSI_PARAMS])
{
    params(spec, dim, out);
    out[1] = (qsi_param){.name = "rotation", .count = dim * dim};
}

static void close_derived(qs_codec *codec)
{
    qsi_product *d = codec->derived;
    if (d->clusters) qsi_clusters_close(d->clusters);
    qsi_array_free(d->clusters);
}

static int ready(qs_codec *codec)
{
    qsi_product *d = codec->derived = qsi_array_zero(1, sizeof *d);
    if (!d) return QS_E_MEMORY;
    int status = qsi_pieces_of(&codec->spec, codec->dim, &d->pieces);
    d->m = d->pieces.m;
    d->clusters = qsi_array_zero(1, sizeof *d->clusters);
    if (!status && !d->clusters) status = QS_E_MEMORY;
    if (!status) status = qsi_clusters_open(d->clusters, &d->pieces);
    if (status) return status;
    memcpy(d->clusters->centroids, codec->params[0].values, codec->params[0].count * sizeof(float));
    for (size_t j = 0; j < d->m; j++) d->clusters->used[j] = d->pieces.count;
    qsi_clusters_ready(d->clusters);
    return QS_OK;
}

/* The rotation of opq is a transform like any other: rows come here rotated, and queries. */
static int opq_ready(qs_codec *codec)
{
    qsi_transform *t = codec->transform = qsi_array_zero(1, sizeof *t);
    if (!t) return QS_E_MEMORY;
    *t = (qsi_transform){.dim = codec->dim, .dims = codec->dim, .rotate = QSI_ROTATE_RANDOM};
    t->matrix = codec->params[1].values;
    int status = qsi_transform_open(t);
    return status ? status : ready(codec);
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    const qsi_product *d = qsi_product_of(codec);
    int status = qsi_check_finite(first_row, rows, nrows, codec->dim);
    size_t room = 0;
    for (size_t j = 0; j<d->m; j += d->m> 1 ? d->m - 1 : 1) { /* the longest is the first */
        size_t own = qsi_nearest_scratch(&d->pieces, j);
        room = own > room ? own : room;
    }
    uint8_t *numbers = status ? NULL : qsi_array(nrows, d->m);
    float *scratch = status ? NULL : qsi_array(room, sizeof *scratch);
    if (!status && (!numbers || !scratch)) status = QS_E_MEMORY;
    for (size_t j = 0; j < d->m && !status; j++)
        qsi_nearest(d->clusters, j, rows + qsi_piece_first(&d->pieces, j), codec->dim, nrows, scratch, numbers + j,
                    d->m);
    if (!status) qsi_product_pack(codec, numbers, nrows, codes);
    qsi_array_free(numbers);
    qsi_array_free(scratch);
    return status;
}

static int decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    const qsi_product *d = qsi_product_of(codec);
    uint8_t *numbers = qsi_array(nrows, d->m);
    if (!numbers) return QS_E_MEMORY;
    qsi_product_unpack(codec, codes, nrows, numbers);
    qsi_clusters_decode(d->clusters, numbers, nrows, rows);
    qsi_array_free(numbers);
    return QS_OK;
}

static size_t code_of(const qs_codec *codec, size_t value)
{
    return qsi_piece_of(&qsi_product_of(codec)->pieces, value);
}

static float level(const qs_codec *codec, size_t value, uint32_t code)
{
    const qsi_product *d = qsi_product_of(codec);
    size_t j = qsi_piece_of(&d->pieces, value), n = qsi_piece_length(&d->pieces, j);
    return d->clusters
        ->centroids[qsi_piece_centroids(&d->pieces, j) + code * n + value - qsi_piece_first(&d->pieces, j)];
}

static qsi_number number(const qs_codec *codec, qsi_role_kind kind)
{
    (void)codec, (void)kind;
    return (qsi_number){.level = level};
}

#define PRODUCT(called)                                                                                           \
    .name = called, .encode = encode, .decode = decode, .observer = qsi_product_observer, .fit = qsi_product_fit, \
    .close = close_derived, .usage = qsi_product_usage, .role = qsi_product_role, .code_of = code_of,             \
    .formula = "q", .number = number, .scorer = &qsi_product_scorer

const qsi_family qsi_family_pq = {PRODUCT("pq"), .layout = layout, .params = params, .ready = ready};
const qsi_family qsi_family_opq = {PRODUCT("opq"), .layout = opq_layout, .params = opq_params, .ready = opq_ready};
