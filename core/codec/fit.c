/* Fits: observers fed by chunks, finished as a codec. */
#include "codec/codec.h"

#include "base/rows.h"
#include "base/size.h"
#include "base/status.h"
#include "codec/range_rule.h"
#include "codec/outliers.h"
#include "codec/scaled.h"

struct qs_fit {
    qsi_spec spec;
    size_t dim;
    qsi_observer *seen;
    bool complete; /* no pass is left */
};

enum { HISTOGRAM_BYTES = 64 << 20 }; /* held at a time; a fit of more dims takes more passes */

qs_fit *qs_fit_open(const char *text, size_t dim)
{
    qsi_spec spec;
    if (qsi_spec_parse(text, &spec)) return NULL;
    qs_codec *codec = qsi_codec_open(&spec, dim); /* refuses what cannot be laid out before any data is read */
    if (!codec) return NULL;
    qs_codec_close(codec);
    qs_fit *fit = qsi_array_zero(1, sizeof *fit);
    if (!fit) return NULL;
    fit->spec = spec;
    fit->dim = dim;
    qsi_statistic needs = spec.format->family->needs ? spec.format->family->needs(&spec) : QSI_NOTHING;
    fit->complete = needs == QSI_NOTHING;
    fit->seen = qsi_observer_open(needs, dim);
    qsi_digest digest = {.memory_bytes = HISTOGRAM_BYTES, .context = &fit->spec};
    if (spec.format->family->digest) spec.format->family->digest(&fit->spec, &digest);
    if (fit->seen && !qsi_observer_digest(fit->seen, &digest)) return fit;
    qs_fit_close(fit);
    return NULL;
}

void qs_fit_close(qs_fit *fit)
{
    if (!fit) return;
    qsi_observer_close(fit->seen);
    qsi_array_free(fit);
}

static int observe_rest(qs_fit *fit, double first_row, const float *rows, size_t nrows)
{
    size_t most = nrows < QS_CHUNK_ROWS ? nrows : QS_CHUNK_ROWS, n;
    uint8_t *marks = qsi_array(most, fit->dim);
    int status = marks ? QS_OK : QS_E_MEMORY;
    for (size_t r = 0; r < nrows && !status; r += n) {
        const float *some = rows + r * fit->dim;
        double number = first_row + (double)r;
        n = nrows - r < most ? nrows - r : most;
        status = qsi_outliers_mark(&fit->spec, number, some, n, fit->dim, marks);
        if (!status) status = qsi_observer_observe(fit->seen, number, some, n, marks);
    }
    qsi_array_free(marks);
    return status;
}

int qs_fit_observe(qs_fit *fit, double first_row, const float *rows, size_t nrows)
{
    int status = qsi_check_chunk(first_row, nrows);
    if (status || fit->complete) return status;
    if (fit->spec.value[QSI_OUTLIERS] > 0) return observe_rest(fit, first_row, rows, nrows);
    return qsi_observer_observe(fit->seen, first_row, rows, nrows, NULL);
}

int qs_fit_next_pass(qs_fit *fit)
{
    if (fit->complete) return 0;
    int more = qsi_observer_next_pass(fit->seen);
    fit->complete = more == 0;
    return more;
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
    bool is_kl = qsi_format_offer(fit->spec.format, QSI_RANGE) && qsi_word(&fit->spec, QSI_RANGE) == QSI_RANGE_KL;
    return is_kl ? qsi_range_rule_sparse(&fit->spec, fit->seen, qsi_shared_scales(&fit->spec, fit->dim)) : 0;
}

qs_codec *qs_fit_finish(qs_fit *fit)
{
    if (!fit->complete) {
        qsi_fail(QS_E_STATE, "the fit has a pass to go");
        return NULL;
    }
    qs_codec *codec = qsi_codec_open(&fit->spec, fit->dim);
    if (!codec) return NULL;
    int status = codec->family->fit ? codec->family->fit(codec, fit->seen) : QS_OK;
    if (!status && codec->family->ready) status = codec->family->ready(codec);
    if (!status) return codec;
    qs_codec_close(codec);
    return NULL;
}
