/* Facts of the base that warnings tell: constant dims, rows that are nearly of unit length. */
#include "run/run.h"

#include "base/bytes.h"
#include "base/size.h"
#include "kernels/kernels.h"

#include <math.h>
#include <stdio.h>

int qsi_facts_open(qsi_facts *facts, size_t dim)
{
    *facts = (qsi_facts){.dim = dim, .shortest = INFINITY, .bounds = qsi_array(dim, 2 * sizeof(int32_t))};
    if (!facts->bounds) return QS_E_MEMORY;
    for (size_t d = 0; d < dim; d++) {
        facts->bounds[d] = INT32_MAX;
        facts->bounds[dim + d] = INT32_MIN;
    }
    return QS_OK;
}

void qsi_facts_close(qsi_facts *facts)
{
    qsi_array_free(facts->bounds);
    facts->bounds = NULL;
}

static void fold_length(qsi_facts *facts, double shortest, double longest)
{
    if (shortest < facts->shortest) facts->shortest = shortest;
    if (longest > facts->longest) facts->longest = longest;
}

void qsi_facts_observe(qsi_facts *facts, const float *rows, size_t nrows)
{
    qsi_kernels_now()->minmax_dims(rows, nrows, facts->dim, facts->bounds, facts->bounds + facts->dim);
    for (size_t r = 0; r < nrows; r++) {
        const float *x = rows + r * facts->dim;
        float square;
        qsi_kernels_now()->dots(x, 1, x, 1, facts->dim, &square, 1);
        fold_length(facts, sqrt((double)square), sqrt((double)square));
    }
}

size_t qsi_facts_save(const qsi_facts *facts, uint8_t *dst, size_t cap)
{
    size_t bytes = 16 + facts->dim * 8;
    if (!dst || cap < bytes) return bytes;
    qsi_put_double(dst, facts->shortest);
    qsi_put_double(dst + 8, facts->longest);
    for (size_t i = 0; i < 2 * facts->dim; i++) qsi_put32(dst + 16 + 4 * i, (uint32_t)facts->bounds[i]);
    return bytes;
}

int qsi_facts_merge(qsi_facts *facts, const uint8_t *state, size_t bytes, size_t *used)
{
    *used = 16 + facts->dim * 8;
    if (bytes < *used) return qsi_fail(QS_E_DATA, "the saved state of a run is cut off");
    fold_length(facts, qsi_get_double(state), qsi_get_double(state + 8));
    for (size_t d = 0; d < facts->dim; d++) {
        int32_t lo = (int32_t)qsi_get32(state + 16 + 4 * d),
                hi = (int32_t)qsi_get32(state + 16 + 4 * (facts->dim + d));
        if (lo < facts->bounds[d]) facts->bounds[d] = lo;
        if (hi > facts->bounds[facts->dim + d]) facts->bounds[facts->dim + d] = hi;
    }
    return QS_OK;
}

void qsi_facts_warn(const qsi_facts *facts, qsi_metric metric, qsi_json *json)
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
    bool nearly = facts->shortest > 0.9 && facts->longest < 1.1;
    if (metric == QSI_IP && nearly && (facts->shortest < 0.999 || facts->longest > 1.001)) {
        snprintf(text, sizeof text,
                 "rows are nearly but not quite of unit length (%.6g to %.6g), so ip ranks them by length too; "
                 "take cosine to leave length out",
                 facts->shortest, facts->longest);
        qsi_json_text(json, text);
    }
}
