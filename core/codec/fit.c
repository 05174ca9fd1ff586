/* Fits: observers fed by chunks, finished as a codec. */
#include "codec/codec.h"

#include "base/rows.h"
#include "base/size.h"
#include "base/status.h"
#include "codec/range_rule.h"
#include "codec/outliers.h"
#include "codec/scaled.h"
#include "codec/transformed.h"
#include "codec/unit.h"
#include "range/finite.h"

#include <assert.h>

struct qs_fit {
    qs_codec *shell;    /* without the family's params: the spec, and the transform once it is fitted */
    qsi_observer *seen; /* what is observed now: first for the transform, then for the family */
    bool transforms;    /* the former */
    bool complete;      /* no pass is left */
};

enum { HISTOGRAM_BYTES = 64 << 20 }; /* held at a time; a fit of more dims takes more passes */

static int open_family(qs_fit *fit)
{
    assert(fit->shell);
    const qsi_spec *spec = &fit->shell->spec;
    const qsi_family *family = spec->format->family;
    qsi_statistic needs = family->needs ? family->needs(spec) : QSI_NOTHING;
    qsi_observer *seen = family->observer ? qsi_observer_open_kind(family->observer(spec), fit->shell->dim)
                                          : qsi_observer_open(needs, fit->shell->dim);
    if (!seen) return QS_E_MEMORY;
    if (fit->seen) qsi_observer_follow(seen, fit->seen);
    qsi_observer_close(fit->seen);
    fit->seen = seen;
    fit->transforms = false;
    fit->complete = !family->observer && needs == QSI_NOTHING;
    qsi_digest digest = {.memory_bytes = HISTOGRAM_BYTES, .context = &fit->shell->spec};
    if (family->digest) family->digest(spec, &digest);
    return qsi_observer_digest(seen, &digest);
}

/* The transform has seen all it needs. */
static int end_transform(qs_fit *fit)
{
    int status = qsi_transformed_fit(fit->shell, fit->seen);
    if (!status) status = qsi_transformed_ready(fit->shell);
    return status ? status : open_family(fit);
}

qs_fit *qs_fit_open(const char *text, size_t dim)
{
    qsi_spec spec;
    if (qsi_spec_parse(text, &spec)) return NULL;
    qs_fit *fit = qsi_array_zero(1, sizeof *fit);
    if (!fit) return NULL;
    fit->shell = qsi_codec_open(&spec, dim); /* refuses what cannot be laid out before any data is read */
    int status = fit->shell ? qsi_transformed_observe(&spec, dim, &fit->seen) : qsi_error_code();
    fit->transforms = fit->seen != NULL;
    if (!status && !fit->transforms) status = end_transform(fit);
    if (!status) return fit;
    qs_fit_close(fit);
    return NULL;
}

void qsi_fit_for_metric(qs_fit *fit, qsi_metric metric)
{
    const qsi_family *family = fit->shell->family;
    fit->shell->metric = metric;
    fit->shell->unit = family->unit_length || (metric == QSI_COSINE && family->estimates);
}

void qs_fit_close(qs_fit *fit)
{
    if (!fit) return;
    qsi_observer_close(fit->seen);
    qs_codec_close(fit->shell);
    qsi_array_free(fit);
}

/* A chunk, or less, of rows as the family codes them, those values left out that are kept beside the codes. */
static int observe_coded(qs_fit *fit, double first_row, const float *rows, size_t nrows)
{
    const qsi_spec *spec = &fit->shell->spec;
    if (!(spec->value[QSI_OUTLIERS] > 0)) return qsi_observer_observe(fit->seen, first_row, rows, nrows, NULL);
    uint8_t *marks = qsi_array(nrows, fit->shell->dim);
    int status = marks ? QS_OK : QS_E_MEMORY;
    if (!status) status = qsi_outliers_mark(spec, first_row, rows, nrows, fit->shell->dim, marks);
    if (!status) status = qsi_observer_observe(fit->seen, first_row, rows, nrows, marks);
    qsi_array_free(marks);
    return status;
}

static int observe_chunk(qs_fit *fit, double first_row, const float *rows, size_t nrows)
{
    const qs_codec *shell = fit->shell;
    if (!shell->transform) return observe_coded(fit, first_row, rows, nrows);
    float *own = qsi_array(nrows, shell->dim * sizeof *own);
    int status = own ? qsi_transformed_apply(shell, first_row, rows, nrows, own) : QS_E_MEMORY;
    if (!status) status = observe_coded(fit, first_row, own, nrows);
    qsi_array_free(own);
    return status;
}

static int observe(qs_fit *fit, double first_row, const float *rows, size_t nrows)
{
    bool whole = fit->transforms || (!fit->shell->transform && !(fit->shell->spec.value[QSI_OUTLIERS] > 0));
    int status = QS_OK;
    if (fit->complete) return status;
    if (whole) return qsi_observer_observe(fit->seen, first_row, rows, nrows, NULL);
    for (size_t r = 0, n; r < nrows && !status; r += n) {
        n = nrows - r < QS_CHUNK_ROWS ? nrows - r : QS_CHUNK_ROWS;
        status = observe_chunk(fit, first_row + (double)r, rows + r * fit->shell->row_dim, n);
    }
    return status;
}

int qs_fit_observe(qs_fit *fit, double first_row, const float *rows, size_t nrows)
{
    int status = qsi_check_chunk(first_row, nrows);
    if (!status && fit->shell->family->estimates)
        status = qsi_check_finite(first_row, rows, nrows, fit->shell->row_dim);
    if (status || !fit->shell->unit || fit->complete) return status ? status : observe(fit, first_row, rows, nrows);
    float *unit = qsi_array(nrows, fit->shell->row_dim * sizeof *unit);
    if (!unit) return QS_E_MEMORY;
    qsi_unit_rows(fit->shell, rows, nrows, unit);
    status = observe(fit, first_row, unit, nrows);
    qsi_array_free(unit);
    return status;
}

int qs_fit_next_pass(qs_fit *fit)
{
    if (fit->complete) return 0;
    int more = qsi_observer_next_pass(fit->seen);
    if (more == 0 && fit->transforms) {
        int status = end_transform(fit);
        return status ? status : !fit->complete;
    }
    fit->complete = more == 0;
    return more;
}

bool qsi_fit_complete(const qs_fit *fit)
{
    return fit->complete;
}

size_t qs_fit_save(const qs_fit *fit, uint8_t *dst, size_t cap)
{
    return qsi_observer_save(fit->seen, dst, cap);
}

int qs_fit_merge(qs_fit *fit, const uint8_t *state, size_t bytes)
{
    return qsi_observer_merge(fit->seen, state, bytes);
}

int qsi_fit_replace(qs_fit *fit, const uint8_t *state, size_t bytes)
{
    return qsi_observer_replace(fit->seen, state, bytes);
}

double qsi_fit_sparse(const qs_fit *fit)
{
    const qsi_spec *spec = &fit->shell->spec;
    bool is_kl = qsi_format_option(spec->format, QSI_RANGE) && qsi_word(spec, QSI_RANGE) == QSI_RANGE_KL;
    return is_kl ? qsi_range_rule_sparse(spec, fit->seen, qsi_shared_scales(spec, fit->shell->dim)) : 0;
}

qs_codec *qs_fit_finish(qs_fit *fit)
{
    if (!fit->complete) {
        qsi_fail(QS_E_STATE, "the fit has a pass to go");
        return NULL;
    }
    qs_codec *codec = qsi_codec_open(&fit->shell->spec, fit->shell->row_dim);
    if (!codec) return NULL;
    codec->unit = fit->shell->unit;
    codec->metric = fit->shell->metric;
    int status = qsi_transformed_copy(codec, fit->shell);
    if (!status && codec->family->fit) status = codec->family->fit(codec, fit->seen);
    if (!status) status = qsi_codec_ready(codec);
    if (!status) return codec;
    qs_codec_close(codec);
    return NULL;
}
