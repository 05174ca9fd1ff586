/* Facts of the data that warnings tell: NaN and infinity, constant dims, rows that are nearly of unit length. */
#include "run/run.h"

#include "base/bytes.h"
#include "base/size.h"
#include "kernels/kernels.h"

#include <math.h>
#include <stdio.h>

int qsi_data_warnings_open(qsi_data_warnings *facts, size_t dim)
{
    *facts = (qsi_data_warnings){
        .dim = dim, .shortest = INFINITY, .first_broken = INFINITY, .bounds = qsi_array(dim, 2 * sizeof(int32_t))};
    if (!facts->bounds) return QS_E_MEMORY;
    for (size_t d = 0; d < dim; d++) {
        facts->bounds[d] = INT32_MAX;
        facts->bounds[dim + d] = INT32_MIN;
    }
    return QS_OK;
}

void qsi_data_warnings_close(qsi_data_warnings *facts)
{
    qsi_array_free(facts->bounds);
    facts->bounds = NULL;
}

static void fold_length(qsi_data_warnings *facts, double shortest, double longest)
{
    if (shortest < facts->shortest) facts->shortest = shortest;
    if (longest > facts->longest) facts->longest = longest;
}

static void fold_broken(qsi_data_warnings *facts, double rows, double first)
{
    facts->broken += rows;
    if (first < facts->first_broken) facts->first_broken = first;
}

static bool is_broken(const float *x, size_t dim)
{
    return qsi_kernels_now()->absmax(x, dim) >= 0x7f800000U;
}

void qsi_data_warnings_observe(qsi_data_warnings *facts, const float *rows, const uint32_t *ids, size_t nrows)
{
    qsi_kernels_now()->minmax_dims(rows, nrows, facts->dim, facts->bounds, facts->bounds + facts->dim);
    for (size_t r = 0; r < nrows; r++) {
        const float *x = rows + r * facts->dim;
        float square;
        qsi_kernels_now()->dots(x, 1, x, 1, facts->dim, &square, 1);
        fold_length(facts, sqrt((double)square), sqrt((double)square));
        if (!isfinite(square) && is_broken(x, facts->dim)) fold_broken(facts, 1, ids[r]);
    }
}

size_t qsi_data_warnings_save(const qsi_data_warnings *facts, uint8_t *dst, size_t cap)
{
    const double fixed[4] = {facts->shortest, facts->longest, facts->broken, facts->first_broken};
    size_t bytes = sizeof fixed + facts->dim * 8;
    if (!dst || cap < bytes) return bytes;
    for (size_t i = 0; i < 4; i++) qsi_put_double(dst + 8 * i, fixed[i]);
    for (size_t i = 0; i < 2 * facts->dim; i++) qsi_put32(dst + sizeof fixed + 4 * i, (uint32_t)facts->bounds[i]);
    return bytes;
}

int qsi_data_warnings_merge(qsi_data_warnings *facts, const uint8_t *state, size_t bytes, size_t *used)
{
    const uint8_t *bounds = state + 32;
    *used = 32 + facts->dim * 8;
    if (bytes < *used) return qsi_fail(QS_E_DATA, "the saved state of a run is cut off");
    fold_length(facts, qsi_get_double(state), qsi_get_double(state + 8));
    fold_broken(facts, qsi_get_double(state + 16), qsi_get_double(state + 24));
    for (size_t d = 0; d < facts->dim; d++) {
        int32_t lo = (int32_t)qsi_get32(bounds + 4 * d), hi = (int32_t)qsi_get32(bounds + 4 * (facts->dim + d));
        if (lo < facts->bounds[d]) facts->bounds[d] = lo;
        if (hi > facts->bounds[facts->dim + d]) facts->bounds[facts->dim + d] = hi;
    }
    return QS_OK;
}

/* NaN and infinity have no score that means anything; formats that have codes for them go on with them. */
static void warn_broken(const char *what, double count, const char *unit, double first, qsi_json *json)
{
    char text[200];
    if (count == 0) return;
    snprintf(text, sizeof text,
             "%.0f of the %s hold%s NaN or infinity, the first is %s %.0f: such scores rank last or mean nothing",
             count, what, count == 1 ? "s" : "", unit, first);
    qsi_json_text(json, text);
}

static void warn_constant(const qsi_data_warnings *facts, qsi_json *json)
{
    char text[200];
    size_t constant = 0, first = 0;
    for (size_t d = facts->dim; d-- > 0;) {
        int32_t lo = facts->bounds[d], hi = facts->bounds[facts->dim + d];
        if (lo != hi && !(lo == qsi_ordered(0x80000000U) && hi == 0)) continue; /* -0 and 0 are one value */
        constant++;
        first = d;
    }
    if (constant) {
        snprintf(text, sizeof text, "%zu of %zu dims hold one value in every row, the first is dim %zu", constant,
                 facts->dim, first);
        qsi_json_text(json, text);
    }
}

void qsi_data_warnings_warn(const qs_run *run, qsi_json *json)
{
    const qsi_data_warnings *facts = &run->facts;
    char text[200];
    double queries = 0, first = 0;
    for (size_t q = run->nq; q-- > 0;) {
        if (!is_broken(run->queries + q * run->dim, run->dim)) continue;
        queries++;
        first = run->draws ? run->drawn[q] : (double)q;
    }
    warn_broken("rows", facts->broken, "row", facts->first_broken, json);
    warn_broken("queries", queries, run->draws ? "row" : "query", first, json);
    if (run->rows > 1) warn_constant(facts, json);
    bool nearly = facts->shortest > 0.9 && facts->longest < 1.1;
    if (run->metric == QSI_IP && nearly && (facts->shortest < 0.999 || facts->longest > 1.001)) {
        snprintf(text, sizeof text,
                 "rows are nearly but not quite of unit length (%.6g to %.6g), so ip ranks them by length too; "
                 "take cosine to leave length out",
                 facts->shortest, facts->longest);
        qsi_json_text(json, text);
    }
}
