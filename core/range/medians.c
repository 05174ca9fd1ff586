/*
 * Observer: the exact median of each dim, by radix counts over the ordered bits of the floats, in three passes.
 *
 * The two middle values (the same one for an odd count) are found 11, 11 and 10 bits at a time: a pass counts the
 * values that share the bits known so far by their next bits. Counts add, so states merge in any order.
 */
#include "range/finite.h"
#include "range/observer.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "kernels/kernels.h"

#include <string.h>

enum { PASSES = 3, BUCKETS = 2048 };
static const unsigned shifts[PASSES + 1] = {21, 10, 0, 0}; /* bits below those a pass looks at */

typedef struct medians {
    qsi_observed base; /* result: (dim) */
    unsigned pass;
    uint32_t *counts; /* (2, dim, BUCKETS): for the lower and the upper middle value */
    uint32_t *prefix; /* (2, dim): their leading bits, as far as they are known */
    uint32_t *rank;   /* (2, dim): their place among the values with that prefix */
} medians;

static void clear(void *state)
{
    medians *m = state;
    memset(m->counts, 0, 2 * m->base.dim * BUCKETS * sizeof *m->counts);
}

static int open(void *state)
{
    medians *m = state;
    size_t dim = m->base.dim;
    m->counts = qsi_array(dim, (size_t)2 * BUCKETS * sizeof *m->counts);
    m->prefix = qsi_array_zero(dim, 2 * sizeof *m->prefix);
    m->rank = qsi_array_zero(dim, 2 * sizeof *m->rank);
    m->base.result = qsi_array(dim, sizeof *m->base.result);
    return m->counts && m->prefix && m->rank && m->base.result ? QS_OK : QS_E_MEMORY;
}

static void close(void *state)
{
    medians *m = state;
    qsi_array_free(m->counts);
    qsi_array_free(m->prefix);
    qsi_array_free(m->rank);
}

/* A value's bits as an unsigned number in the order of the floats. */
static uint32_t ordered_bits(float x)
{
    return (uint32_t)qsi_ordered(qsi_float_bits(x)) ^ 0x80000000U;
}

static int observe(void *state, double first_row, const float *rows, size_t nrows, const uint8_t *marks)
{
    medians *m = state;
    (void)marks;
    int status = qsi_check_finite(first_row, rows, nrows, m->base.dim);
    if (status) return status;
    unsigned shift = shifts[m->pass], above = m->pass ? shifts[m->pass - 1] : 32;
    uint32_t mask = (uint32_t)(((uint64_t)1 << (above - shift)) - 1);
    for (size_t r = 0; r < nrows; r++)
        for (size_t d = 0; d < m->base.dim; d++) {
            uint32_t bits = ordered_bits(rows[r * m->base.dim + d]), bucket = bits >> shift & mask;
            uint32_t known = m->pass ? bits >> above : 0;
            for (size_t t = 0; t < 2; t++)
                if (known == m->prefix[t * m->base.dim + d]) m->counts[(t * m->base.dim + d) * BUCKETS + bucket]++;
        }
    return QS_OK;
}

/* Finds the bucket that holds a middle value and makes it part of the prefix. */
static void descend(medians *m, size_t at)
{
    const uint32_t *counts = m->counts + at * BUCKETS;
    if (m->pass == 0) {
        uint32_t total = 0;
        for (size_t b = 0; b < BUCKETS; b++) total += counts[b];
        m->rank[at] = at < m->base.dim ? (total - 1) / 2 : total / 2;
    }
    uint32_t bucket = 0;
    while (bucket + 1 < BUCKETS && m->rank[at] >= counts[bucket]) m->rank[at] -= counts[bucket++];
    unsigned width = (m->pass ? shifts[m->pass - 1] : 32) - shifts[m->pass];
    m->prefix[at] = (m->pass ? m->prefix[at] << width : 0) | bucket;
}

static int next_pass(void *state)
{
    medians *m = state;
    for (size_t at = 0; at < 2 * m->base.dim; at++) descend(m, at);
    m->pass++;
    if (m->pass < PASSES) {
        clear(m);
        return 1;
    }
    for (size_t d = 0; d < m->base.dim; d++) {
        float lower = qsi_bits_float(qsi_unordered((int32_t)(m->prefix[d] ^ 0x80000000U)));
        float upper = qsi_bits_float(qsi_unordered((int32_t)(m->prefix[m->base.dim + d] ^ 0x80000000U)));
        m->base.result[d] = (float)(((double)lower + (double)upper) / 2);
    }
    return 0;
}

static size_t save(const void *state, uint8_t *dst, size_t cap)
{
    const medians *m = state;
    size_t count = 2 * m->base.dim * BUCKETS;
    if (!dst || cap < count * 4) return count * 4;
    for (size_t i = 0; i < count; i++) qsi_put32(dst + 4 * i, m->counts[i]);
    return count * 4;
}

static int merge(void *state, const uint8_t *bytes, size_t nbytes)
{
    medians *m = state;
    size_t count = 2 * m->base.dim * BUCKETS;
    if (nbytes != count * 4) return qsi_fail(QS_E_DATA, "the saved counts belong to another number of dims");
    for (size_t i = 0; i < count; i++) m->counts[i] += qsi_get32(bytes + 4 * i);
    return QS_OK;
}

const qsi_observer_kind qsi_medians = {QSI_OBSERVER(medians)};
