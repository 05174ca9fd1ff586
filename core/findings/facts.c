/* Gathering the facts of facts.h. */
#include "findings/facts.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "kernels/kernels.h"

#include <math.h>

enum { INFINITE = 0x7f800000 }; /* bits from here on are infinity or NaN */

/* Floats that stay in the first cache; the kernels take so many rows at a time. */
enum { CACHED = 4096, MULTIPLE = 8 };

int qsi_facts_open(qsi_facts *facts, size_t dim)
{
    *facts = (qsi_facts){.dim = dim,
                         .shortest = INFINITY,
                         .first_zero = INFINITY,
                         .first_broken = INFINITY,
                         .bounds = qsi_array(dim, 2 * sizeof(int32_t))};
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
    qsi_repeats_close(&facts->repeats);
    qsi_repeats_close(&facts->originals);
    qsi_copies_close(&facts->copies);
}

double qsi_row_length(const float *x, size_t dim)
{
    double sum = 0;
    for (size_t d = 0; d < dim; d++) sum += (double)x[d] * (double)x[d];
    return sqrt(sum);
}

bool qsi_row_broken(const float *x, size_t dim)
{
    return qsi_kernels_now()->absmax(x, dim) >= INFINITE;
}

uint32_t qsi_largest_finite(const float *x, size_t n)
{
    uint32_t largest = qsi_kernels_now()->absmax(x, n);
    if (largest < INFINITE) return largest;
    largest = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = qsi_float_bits(x[i]) & 0x7fffffffU;
        if (bits < INFINITE && bits > largest) largest = bits;
    }
    return largest;
}

int qsi_facts_observe_originals(qsi_facts *facts, double first, const float *rows, const float *rests, size_t nrows)
{
    int status = QS_OK;
    for (size_t r = 0, dim = facts->dim; r < nrows && !status; r++) {
        uint64_t hash =
            qsi_row_hash(rows + r * dim, dim) ^ qsi_row_hash(rests + r * dim, dim) * 0x9e3779b97f4a7c15U;
        status = qsi_repeats_add(&facts->originals, hash ? hash : 1, 1, (uint32_t)(first + (double)r));
    }
    return status;
}

bool qsi_row_zero(const float *x, size_t dim)
{
    return qsi_kernels_now()->absmax(x, dim) == 0;
}

static void fold_lengths(qsi_facts *facts, double shortest, double longest)
{
    if (shortest < facts->shortest) facts->shortest = shortest;
    if (longest > facts->longest) facts->longest = longest;
}

static void fold_zeros(qsi_facts *facts, double rows, double first)
{
    facts->zeros += rows;
    if (first < facts->first_zero) facts->first_zero = first;
}

static void fold_broken(qsi_facts *facts, double rows, double values, double first, double column)
{
    facts->broken += rows;
    facts->broken_values += values;
    if (first >= facts->first_broken) return;
    facts->first_broken = first;
    facts->first_column = column;
}

static void fold_largest(qsi_facts *facts, uint32_t largest)
{
    if (largest > facts->largest) facts->largest = largest;
}

static void observe_broken(qsi_facts *facts, const float *x, double row)
{
    double values = 0, column = 0;
    for (size_t d = facts->dim; d-- > 0;) {
        uint32_t bits = qsi_float_bits(x[d]) & 0x7fffffffU;
        if (bits < INFINITE) {
            fold_largest(facts, bits);
            continue;
        }
        values++;
        column = (double)d;
    }
    fold_broken(facts, 1, values, row, column);
}

/* A row whose square is an ordinary number is neither of zeros nor broken, and has that length. */
static void observe_row(qsi_facts *facts, const float *x, double row)
{
    float square;
    qsi_kernels_now()->dots(x, 1, x, 1, facts->dim, &square, 1);
    if (square > 1e-30F && square < 1e30F) {
        double length = sqrt((double)square);
        fold_lengths(facts, length, length);
    } else if (qsi_row_broken(x, facts->dim)) {
        observe_broken(facts, x, row);
    } else if (qsi_row_zero(x, facts->dim)) {
        fold_zeros(facts, 1, row);
    } else {
        double length = qsi_row_length(x, facts->dim);
        fold_lengths(facts, length, length);
    }
}

/* The greatest finite value: that of the bounds, unless rows that are broken are in them. */
static void observe_largest(qsi_facts *facts, const float *rows, size_t nrows)
{
    for (size_t r = 0; facts->broken && r < nrows; r++)
        fold_largest(facts, qsi_largest_finite(rows + r * facts->dim, facts->dim));
    for (size_t i = 0; !facts->broken && nrows && i < 2 * facts->dim; i++) {
        uint32_t bits = qsi_unordered(facts->bounds[i]);
        fold_largest(facts, bits & 0x7fffffffU);
    }
}

int qsi_facts_observe(qsi_facts *facts, double first, const float *rows, const uint32_t *ids, size_t nrows)
{
    int status = QS_OK;
    size_t some = MULTIPLE * (1 + CACHED / MULTIPLE / facts->dim); /* that stay in the first cache */
    for (size_t r = 0; r < nrows && !status; r++) {
        if (r % some == 0)
            qsi_kernels_now()->minmax_dims(rows + r * facts->dim, nrows - r < some ? nrows - r : some, facts->dim,
                                           facts->bounds, facts->bounds + facts->dim);
        const float *x = rows + r * facts->dim;
        double row = ids ? ids[r] : first + (double)r;
        observe_row(facts, x, row);
        uint64_t hash = qsi_row_hash(x, facts->dim);
        facts->sum += hash;
        if (!facts->ranges_only) status = qsi_repeats_add(&facts->repeats, hash, 1, (uint32_t)row);
        if (!status) status = qsi_copies_observe(&facts->copies, hash, x, (uint32_t)row);
    }
    observe_largest(facts, rows, nrows);
    facts->rows += (double)nrows;
    return status;
}

enum { DOUBLES = 10 };

size_t qsi_facts_save(const qsi_facts *facts, uint8_t *dst, size_t cap)
{
    const double fixed[DOUBLES] = {
        facts->rows,   facts->shortest,      facts->longest,      facts->zeros,        facts->first_zero,
        facts->broken, facts->broken_values, facts->first_broken, facts->first_column, (double)facts->largest,
    };
    size_t head = sizeof fixed + 8 + facts->dim * 8, repeats = qsi_repeats_save(&facts->repeats, NULL, 0),
           originals = qsi_repeats_save(&facts->originals, NULL, 0);
    size_t bytes = head + repeats + originals + qsi_copies_save(&facts->copies, NULL, 0);
    if (!dst || cap < bytes) return bytes;
    for (size_t i = 0; i < DOUBLES; i++) qsi_put_double(dst + 8 * i, fixed[i]);
    qsi_put64(dst + sizeof fixed, facts->sum);
    for (size_t i = 0; i < 2 * facts->dim; i++)
        qsi_put32(dst + sizeof fixed + 8 + 4 * i, (uint32_t)facts->bounds[i]);
    qsi_repeats_save(&facts->repeats, dst + head, repeats);
    head += repeats;
    qsi_repeats_save(&facts->originals, dst + head, originals);
    head += originals;
    qsi_copies_save(&facts->copies, dst + head, bytes - head);
    return bytes;
}

int qsi_facts_merge(qsi_facts *facts, const uint8_t *state, size_t bytes, size_t *used)
{
    double fixed[DOUBLES];
    size_t head = sizeof fixed + 8 + facts->dim * 8, dim = facts->dim;
    if (bytes < head) return qsi_fail(QS_E_DATA, "the saved facts are truncated");
    for (size_t i = 0; i < DOUBLES; i++) fixed[i] = qsi_get_double(state + 8 * i);
    facts->rows += fixed[0];
    fold_lengths(facts, fixed[1], fixed[2]);
    fold_zeros(facts, fixed[3], fixed[4]);
    fold_broken(facts, fixed[5], fixed[6], fixed[7], fixed[8]);
    fold_largest(facts, fixed[9] >= 0 && fixed[9] < INFINITE ? (uint32_t)fixed[9] : 0);
    facts->sum += qsi_get64(state + sizeof fixed);
    for (size_t d = 0; d < dim; d++) {
        int32_t lo = (int32_t)qsi_get32(state + sizeof fixed + 8 + 4 * d);
        int32_t hi = (int32_t)qsi_get32(state + sizeof fixed + 8 + 4 * (dim + d));
        if (lo < facts->bounds[d]) facts->bounds[d] = lo;
        if (hi > facts->bounds[dim + d]) facts->bounds[dim + d] = hi;
    }
    int status = qsi_repeats_merge(&facts->repeats, state + head, bytes - head, used);
    head += *used;
    *used = 0;
    if (!status) status = qsi_repeats_merge(&facts->originals, state + head, bytes - head, used);
    head += *used;
    *used = 0;
    if (!status) status = qsi_copies_merge(&facts->copies, state + head, bytes - head, used);
    *used += head;
    return status;
}
