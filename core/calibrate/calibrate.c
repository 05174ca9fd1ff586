/* The handle of a calibration: its passes, its states, and what each rule chooses. */
#include "calibrate/calibrate.h"

#include "base/bytes.h"
#include "base/rows.h"
#include "base/size.h"
#include "base/status.h"
#include "codec/affine.h"
#include "codec/scaled.h"
#include "codec/transformed.h"

#include <math.h>
#include <string.h>

enum { DEFAULT_MEMORY = 64 << 20, PARTS = 4, HEAD_BYTES = 8 + 8 * PARTS };

/* All rules on the histogram of one group. What all groups add up to waits in left, so that it is added in order.
 */
static int take(void *context, size_t group, const qsi_histogram *h, float *out)
{
    qs_range *r = context;
    qsi_cdf cdf;
    if (r->levels) return qsi_codebook_fit(r, group, h, out, &r->choices[group]);
    const float *lo = qsi_observer_lo(r->moments), *hi = qsi_observer_hi(r->moments);
    const double *sums = qsi_observer_sums(r->moments);
    qsi_left *left = &r->left[group % QSI_DIGEST_BATCH];
    *left = (qsi_left){.is_sparse = false};
    int status = qsi_cdf_open(&cdf, h);
    for (size_t i = 0; i < r->nrules && !status; i++) {
        const qsi_spec *spec = &r->rules[i];
        qsi_range range = {lo[group], hi[group]};
        if (qsi_word(spec, QSI_RANGE) == QSI_RANGE_STD)
            range = qsi_range_rule_moments(spec, sums[2 * r->groups + group], sums[group], sums[r->groups + group],
                                           range);
        else
            status = qsi_range_rule_histogram(spec, &cdf, &range);
        if (!status) status = qsi_calibrate_group(r, spec, group, range, &cdf, &r->choices[i * r->groups + group]);
        left->is_sparse |= qsi_word(spec, QSI_RANGE) == QSI_RANGE_KL && qsi_kl_sparse(h);
        bool listed = qsi_word(spec, QSI_RANGE) == qsi_word(&r->shared, QSI_RANGE);
        if (!status && listed && !r->trials && qsi_rounding_apply(spec))
            status = qsi_rounding_add(&left->rounds, spec, range, &cdf);
    }
    qsi_cdf_close(&cdf);
    return status && r->groups > 1 ? qsi_fail_dim(group) : status;
}

static void fold(void *context, size_t first, size_t count)
{
    qs_range *r = context;
    for (size_t g = first; g < first + count && !r->levels; g++) {
        const qsi_left *left = &r->left[g % QSI_DIGEST_BATCH];
        r->sparse += left->is_sparse;
        for (int round = 0; round < QSI_ROUNDS; round++) {
            r->rounds.error[round] += left->rounds.error[round];
            r->rounds.even[round] += left->rounds.even[round];
        }
    }
}

static int set_rules(qs_range *r)
{
    r->shared = r->spec;
    if (qsi_row_scales(&r->spec)) {
        r->shared.word[QSI_PER] = QSI_PER_TENSOR;
        if (!(r->trials = qsi_trials_open(&r->spec, r->dim))) return qsi_error_code();
    }
    r->groups = qsi_word(&r->shared, QSI_PER) == QSI_PER_DIM ? r->dim : 1;
    if (qsi_codebook_is_fitted(r->spec.format)) r->levels = (size_t)1 << r->spec.format->code_bits;
    for (int rule = QSI_RANGE_MINMAX; rule <= (r->levels ? QSI_RANGE_MINMAX : QSI_RANGE_GIVEN); rule++) {
        if (rule == QSI_RANGE_GIVEN && qsi_word(&r->spec, QSI_RANGE) != rule) continue;
        r->rules[r->nrules++] = qsi_calibrate_rule(&r->shared, rule);
    }
    size_t count;
    if (!qsi_size_mul(r->nrules, r->groups, &count)) return qsi_fail_memory(INFINITY);
    r->choices = qsi_array_zero(count, sizeof *r->choices);
    r->left = qsi_array(r->groups < QSI_DIGEST_BATCH ? r->groups : QSI_DIGEST_BATCH, sizeof *r->left);
    bool dims = qsi_word(&r->shared, QSI_PER) == QSI_PER_DIM;
    if (dims) r->worst = qsi_array(r->dim, 2 * sizeof *r->worst);
    return r->choices && r->left && !dims == !r->worst ? QS_OK : QS_E_MEMORY;
}

static int open_observers(qs_range *r, double memory)
{
    bool dims = r->groups == r->dim && qsi_word(&r->shared, QSI_PER) == QSI_PER_DIM;
    size_t most = memory > 0 && memory < (double)SIZE_MAX ? (size_t)memory : DEFAULT_MEMORY;
    qsi_digest digest = {.width = r->levels ? r->levels : 1,
                         .memory_bytes = most,
                         .magnitudes = !r->levels,
                         .take = take,
                         .fold = fold,
                         .context = r};
    r->moments = qsi_observer_open(dims ? QSI_MOMENTS_DIMS : QSI_MOMENTS, r->dim);
    r->histograms = qsi_observer_open(dims ? QSI_HISTOGRAMS_DIMS : QSI_HISTOGRAMS, r->dim);
    if (!r->moments || !r->histograms) return QS_E_MEMORY;
    if (r->spec.value[QSI_OUTLIERS] > 0 && !(r->outlier_cost = qsi_outlier_cost_open(&r->spec, r->dim, r->groups)))
        return QS_E_MEMORY;
    return qsi_observer_digest(r->histograms, &digest);
}

static int read_spec(const char *text, qsi_spec *spec)
{
    if (qsi_spec_parse(text, spec)) return qsi_error_code();
    const char *name = spec->format->name;
    if (qsi_spec_transforms(spec))
        return qsi_fail_option("rotate", "ranges are shown for values as they are stored; remove rotate, dims and "
                                         "center, which change the values before encoding");
    if (qsi_codebook_is_fitted(spec->format)) return QS_OK;
    if (!qsi_format_option(spec->format, QSI_RANGE))
        return qsi_fail_option("range",
                               "%s has no range to choose; use an integer, a small float with a scale, or a fitted "
                               "codebook",
                               name);
    if (qsi_word(spec, QSI_PER) == QSI_PER_NONE)
        return qsi_fail_option("per", "%s alone has no scale; use %s:per=tensor, row, dim or block", name, name);
    if (spec->value[QSI_FEEDBACK] > 0 && !qsi_row_scales(spec))
        return qsi_fail_option("feedback", "feedback=1: errors passed along a row cannot be computed from a "
                                           "histogram; remove feedback here and measure it with sweep");
    return QS_OK;
}

int qs_range_check(const char *text)
{
    qsi_spec spec;
    int status = read_spec(text, &spec);
    return status ? status : qsi_codebook_is_fitted(spec.format);
}

qs_range *qs_range_open(const char *text, size_t dim, double memory)
{
    qsi_spec spec;
    if (read_spec(text, &spec) || qsi_check_dim((double)dim)) return NULL;
    qs_range *r = qsi_array_zero(1, sizeof *r);
    if (!r) return NULL;
    r->spec = spec;
    r->dim = dim;
    int status = set_rules(r);
    if (!status) status = open_observers(r, memory);
    if (!status) return r;
    qs_range_close(r);
    return NULL;
}

void qs_range_close(qs_range *r)
{
    if (!r) return;
    qsi_cdf_close(&r->view.cdf);
    qsi_observer_close(r->moments);
    qsi_observer_close(r->histograms);
    qsi_trials_close(r->trials);
    qsi_outlier_cost_close(r->outlier_cost);
    qsi_array_free(r->choices);
    qsi_array_free(r->left);
    qsi_array_free(r->worst);
    qsi_array_free(r->listed.choices);
    qsi_array_free(r);
}

/* Rows of one chunk, and which of them are outliers. */
static int observe_chunk(qs_range *r, double first_row, const float *rows, size_t nrows)
{
    const uint8_t *marks = NULL;
    int status = r->outlier_cost ? qsi_outlier_cost_mark(r->outlier_cost, first_row, rows, nrows, &marks) : QS_OK;
    if (!status) status = qsi_observer_observe(r->histograms, first_row, rows, nrows, marks);
    if (r->pass || status) return status;
    status = qsi_observer_observe(r->moments, first_row, rows, nrows, marks);
    if (!status && r->outlier_cost) status = qsi_outlier_cost_observe(r->outlier_cost, first_row, rows, nrows);
    if (!status && r->trials) status = qsi_trials_observe(r->trials, first_row, rows, nrows);
    r->rows += (double)nrows;
    return status;
}

int qs_range_observe(qs_range *r, double first_row, const float *rows, size_t nrows)
{
    int status = qsi_check_chunk(first_row, nrows);
    for (size_t done = 0; r->pass >= 0 && done < nrows && !status; done += QS_CHUNK_ROWS) {
        size_t n = nrows - done < QS_CHUNK_ROWS ? nrows - done : QS_CHUNK_ROWS;
        status = observe_chunk(r, first_row + (double)done, rows + done * r->dim, n);
    }
    return status;
}

/* The bytes of each part of a state. */
static size_t part_bytes(const qs_range *r, uint64_t parts[PARTS])
{
    bool first = r->pass == 0;
    parts[0] = qsi_observer_save(r->histograms, NULL, 0);
    parts[1] = first ? qsi_observer_save(r->moments, NULL, 0) : 0;
    parts[2] = first && r->trials ? qsi_trials_save(r->trials, NULL, 0) : 0;
    parts[3] = first && r->outlier_cost ? qsi_outlier_cost_save(r->outlier_cost, NULL, 0) : 0;
    return (size_t)(HEAD_BYTES + parts[0] + parts[1] + parts[2] + parts[3]);
}

/* A state: rows, and the bytes of each part; then the parts. */
size_t qs_range_save(const qs_range *r, uint8_t *dst, size_t cap)
{
    uint64_t parts[PARTS];
    size_t bytes = part_bytes(r, parts);
    if (!dst || cap < bytes) return bytes;
    qsi_put_double(dst, r->pass == 0 ? r->rows : 0);
    for (size_t p = 0; p < PARTS; p++) qsi_put64(dst + 8 + 8 * p, parts[p]);
    dst += HEAD_BYTES;
    qsi_observer_save(r->histograms, dst, (size_t)parts[0]);
    if (parts[1]) qsi_observer_save(r->moments, dst += parts[0], (size_t)parts[1]);
    if (parts[2]) qsi_trials_save(r->trials, dst + parts[1], (size_t)parts[2]);
    if (parts[3]) qsi_outlier_cost_save(r->outlier_cost, dst + parts[1] + parts[2], (size_t)parts[3]);
    return bytes;
}

static int fail_state(void)
{
    return qsi_fail(QS_E_DATA, "the saved state is not of this calibration in this pass");
}

/* Adds a state; replaced: in place of what was seen here. */
static int add_state(qs_range *r, const uint8_t *state, size_t bytes, bool replaced)
{
    uint64_t parts[PARTS], listed[PARTS], left = bytes - HEAD_BYTES;
    if (bytes < HEAD_BYTES || r->pass < 0) return fail_state();
    part_bytes(r, listed);
    for (size_t p = 0; p < PARTS; p++) {
        parts[p] = qsi_get64(state + 8 + 8 * p);
        if (parts[p] > left || !parts[p] != !listed[p]) return fail_state();
        left -= parts[p];
    }
    double rows = qsi_get_double(state);
    if (left || !(rows >= 0 && rows < 0x1p53)) return fail_state();
    int (*add)(qsi_observer *, const uint8_t *, size_t) = replaced ? qsi_observer_replace : qsi_observer_merge;
    int status = add(r->histograms, state += HEAD_BYTES, (size_t)parts[0]);
    if (!status && parts[1]) status = add(r->moments, state += parts[0], (size_t)parts[1]);
    if (!status && parts[2] && replaced) status = qsi_trials_clear(r->trials);
    if (!status && parts[2]) status = qsi_trials_merge(r->trials, state + parts[1], (size_t)parts[2]);
    if (!status && parts[3] && replaced) qsi_outlier_cost_clear(r->outlier_cost);
    if (!status && parts[3])
        status = qsi_outlier_cost_merge(r->outlier_cost, state + parts[1] + parts[2], (size_t)parts[3]);
    if (!status && r->pass == 0) r->rows = (replaced ? 0 : r->rows) + rows;
    return status;
}

int qs_range_merge(qs_range *r, const uint8_t *state, size_t bytes)
{
    return add_state(r, state, bytes, false);
}

size_t qs_range_passes_left(const qs_range *r)
{
    return r->pass < 0 ? 0 : qsi_observer_passes_left(r->histograms);
}

int qs_range_next_pass(qs_range *r, const uint8_t *merged, size_t bytes)
{
    if (r->pass < 0) return 0;
    int more = merged ? add_state(r, merged, bytes, true) : QS_OK;
    if (more < 0) return more;
    if (r->pass == 0 && (more = qsi_observer_next_pass(r->moments)) < 0) return more;
    if (r->pass == 0 && r->outlier_cost) qsi_outlier_cost_finish(r->outlier_cost);
    more = qsi_observer_next_pass(r->histograms);
    if (more < 0) return more;
    r->pass = more ? r->pass + 1 : -1;
    return more;
}
