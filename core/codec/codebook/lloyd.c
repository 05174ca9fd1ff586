/*
 * Family: codebooks fitted to the data, of 2^b levels for the whole tensor or for each dim, of least squared error
 * (range/lloyd.h).
 *
 * Row layout: codes, low bits first, the last byte filled with zeros. Code c is level c of the codebook, which is a
 * param, ascending. A value takes the nearest level; one half-way between two takes the lower.
 */
#include "range/lloyd.h"

#include "base/size.h"
#include "base/status.h"
#include "codec/scaled.h"
#include "kernels/kernels.h"
#include "range/finite.h"

#include <math.h>
#include <string.h>

enum { CELLS_ALL = 4096, CELLS_DIM = 1024 };

static size_t count_levels(const qsi_spec *spec)
{
    return (size_t)1 << spec->format->code_bits;
}

static bool is_per_dim(const qsi_spec *spec)
{
    return qsi_word(spec, QSI_PER) == QSI_PER_DIM;
}

static int layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    size_t groups = is_per_dim(spec) ? dim : 1;
    *out = (qsi_layout){.code_bytes = (dim * spec->format->code_bits + 7) / 8};
    out->row_bytes = out->code_bytes;
    out->params_bytes = (double)groups * (double)count_levels(spec) * sizeof(float);
    return QS_OK;
}

static void params(const qsi_spec *spec, size_t dim, qsi_param out[QSI_PARAMS])
{
    out[0] = (qsi_param){.name = "codebook", .count = (is_per_dim(spec) ? dim : 1) * count_levels(spec)};
}

static qsi_statistic needs(const qsi_spec *spec)
{
    return is_per_dim(spec) ? QSI_HISTOGRAMS_DIMS : QSI_HISTOGRAMS;
}

static int take(void *context, size_t group, const qsi_histogram *h, float *kept)
{
    const qsi_spec *spec = context;
    qsi_cdf cdf;
    (void)group;
    int status = qsi_cdf_open(&cdf, h);
    if (!status) status = qsi_lloyd_max(&cdf, count_levels(spec), is_per_dim(spec) ? CELLS_DIM : CELLS_ALL, kept);
    qsi_cdf_close(&cdf);
    return status;
}

static void digest(const qsi_spec *spec, qsi_digest *out)
{
    out->width = count_levels(spec);
    out->take = take;
}

/* Without data: the levels of values spread evenly from -1 to 1. */
static int fit(qs_codec *codec, const qsi_observer *seen)
{
    qsi_param *codebook = &codec->params[0];
    size_t levels = count_levels(&codec->spec);
    const float *fitted = qsi_observer_digested(seen);
    codebook->values = qsi_array(codebook->count, sizeof(float));
    if (!codebook->values) return QS_E_MEMORY;
    for (size_t i = 0; i < codebook->count; i++)
        codebook->values[i] = fitted ? fitted[i] : (float)(2 * (i % levels) + 1) / (float)levels - 1;
    return QS_OK;
}

/* Half-way points and levels: one ladder and one book, or, for each dim, a column of middles, and one of levels
 * where these are so few that kernels take them all. */
enum { COLUMN_BITS = 4 };
typedef struct derived {
    qsi_nearest_level nearest;
    qsi_codebook_lookup codebook;
    float *middles; /* (levels - 1, dim) */
    float *columns; /* (levels, dim), NULL for more than 2^COLUMN_BITS levels */
} derived;

static int ready(qs_codec *codec)
{
    const qsi_param *codebook = &codec->params[0];
    size_t levels = count_levels(&codec->spec);
    derived *d = codec->derived = qsi_array_zero(1, sizeof *d);
    if (!d) return QS_E_MEMORY;
    if (is_per_dim(&codec->spec)) d->middles = qsi_array(codebook->count, sizeof *d->middles);
    if (is_per_dim(&codec->spec) && !d->middles) return QS_E_MEMORY;
    bool few = d->middles && codec->spec.format->code_bits <= COLUMN_BITS;
    if (few) d->columns = qsi_array(codebook->count, sizeof *d->columns);
    if (few && !d->columns) return QS_E_MEMORY;
    for (size_t i = 0; i < codebook->count; i++) {
        size_t level = i % levels;
        if (!isfinite(codebook->values[i]) || (level && codebook->values[i] < codebook->values[i - 1]))
            return qsi_fail(QS_E_DATA, "params: codebook[%zu] is %.9g; levels are finite and ascend", i,
                            (double)codebook->values[i]);
        if (few) d->columns[level * codec->dim + i / levels] = codebook->values[i];
        if (i < levels) d->codebook.value[i] = codebook->values[i];
        if (!level) continue;
        float middle = (float)(((double)codebook->values[i - 1] + (double)codebook->values[i]) / 2);
        *(d->middles ? &d->middles[(level - 1) * codec->dim + i / levels] : &d->nearest.middle[level - 1]) = middle;
    }
    d->nearest.bits = codec->spec.format->code_bits;
    qsi_nearest_level_make(&d->nearest);
    qsi_codebook_make(&d->codebook);
    return QS_OK;
}

static void close_derived(qs_codec *codec)
{
    derived *d = codec->derived;
    qsi_array_free(d->middles);
    qsi_array_free(d->columns);
}

enum { PARALLEL_ROWS = 8 }; /* rows coded at a time, as their dims share middles */

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    const derived *d = codec->derived;
    unsigned bits = codec->spec.format->code_bits;
    size_t dim = codec->dim, parallel = nrows < PARALLEL_ROWS ? nrows : PARALLEL_ROWS;
    int status = qsi_check_finite(first_row, rows, nrows, dim);
    uint8_t *scratch = status ? NULL : qsi_array(parallel, dim);
    if (!scratch) return status ? status : QS_E_MEMORY;
    for (size_t r = 0, some; r < nrows; r += some) {
        const float *x = rows + r * dim;
        some = nrows - r < parallel ? nrows - r : parallel;
        if (d->middles)
            kernels->nearest_level_dims(d->middles, bits, x, some, dim, scratch);
        else
            kernels->nearest_level_encode(&d->nearest, x, 1, some * dim, &(float){1}, scratch);
        for (size_t k = 0; k < some; k++)
            kernels->pack(scratch + k * dim, dim, bits, codes + (r + k) * codec->layout.row_bytes);
    }
    qsi_array_free(scratch);
    return QS_OK;
}

static int decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    const derived *derived = codec->derived;
    const float *levels = codec->params[0].values;
    size_t dim = codec->dim, each = count_levels(&codec->spec);
    unsigned bits = codec->spec.format->code_bits;
    uint8_t *scratch = qsi_array(dim, 1);
    if (!scratch) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        float *x = rows + r * dim;
        kernels->unpack(codes + r * codec->layout.row_bytes, dim, bits, false, scratch);
        if (derived->columns) {
            kernels->dims_decode(derived->columns, bits, scratch, 1, dim, x);
        } else if (derived->middles) {
            for (size_t d = 0; d < dim; d++) x[d] = levels[d * each + scratch[d]];
        } else if (bits <= 4) {
            kernels->levels_decode(derived->codebook.value, scratch, 1, dim, &(float){1}, x);
        } else {
            kernels->codebook_decode(&derived->codebook, scratch, 1, dim, &(float){1}, x);
        }
    }
    qsi_array_free(scratch);
    return QS_OK;
}

static int usage(const qs_codec *codec, const uint8_t *codes, size_t nrows, qsi_usage *usage)
{
    uint8_t *scratch = qsi_array(codec->dim, 1);
    if (!scratch) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        qsi_kernels_now()->unpack(codes + r * codec->layout.row_bytes, codec->dim, codec->spec.format->code_bits,
                                  false, scratch);
        qsi_usage_add(usage, scratch, codec->dim);
    }
    qsi_array_free(scratch);
    return QS_OK;
}

static qsi_role role(const qs_codec *codec, size_t bit)
{
    return qsi_packed_role(codec, bit, false);
}

static float level(const qs_codec *codec, size_t value, uint32_t code)
{
    return codec->params[0].values[(is_per_dim(&codec->spec) ? value * count_levels(&codec->spec) : 0) + code];
}

static qsi_number number(const qs_codec *codec, qsi_role_kind kind)
{
    (void)codec, (void)kind;
    return (qsi_number){.level = level};
}

const qsi_family qsi_family_lloyd = {QSI_FAMILY("lloyd"), .formula = "q",         .params = params,
                                     .needs = needs,      .digest = digest,       .fit = fit,
                                     .ready = ready,      .close = close_derived, .usage = usage};
