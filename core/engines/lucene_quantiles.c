/*
 * Observer: the range that Lucene 99 chooses, averaged over groups of 20 rows in order. Of a group of n values it
 * is from the least to the greatest once k of either end are left out, k = int(n (1 - c) / 2 + 1/2), c = max(0.9, 1
 * - 1 / (dim + 1)). A last short group is left out, unless it is the only one. Above 25,000 rows it is those of a
 * sample: a reservoir by java.util.Random(42), in order of rows. Two passes: how many rows there are, then their
 * groups.
 */
#include "engines/engine.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "range/finite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GROUP = 20, SAMPLE = 25000, GROUPS = SAMPLE / GROUP };

/* A group of which some rows are there. */
typedef struct part {
    uint32_t number, there; /* there: bit i for row i of the group */
    struct part *next;
    float rows[]; /* (GROUP, dim) */
} part;

typedef struct quantiles {
    qsi_observed base; /* result: low and high */
    double rows;       /* the number of the last row, and 1 */
    bool counting;     /* the first pass */
    uint32_t *sample;  /* (SAMPLE) of more rows, ascending; else NULL */
    float *ends;       /* (2, GROUPS); NaN where a group is not whole yet */
    part *parts;
} quantiles;

static size_t group_rows(const quantiles *q)
{
    return q->rows < GROUP ? (size_t)q->rows : GROUP;
}

static void clear(void *state)
{
    quantiles *q = state;
    if (q->counting) q->rows = 0;
    for (part *p; (p = q->parts);) {
        q->parts = p->next;
        qsi_array_free(p);
    }
    for (size_t g = 0; g < (size_t)2 * GROUPS; g++) q->ends[g] = NAN;
}

static int open(void *state)
{
    quantiles *q = state;
    q->base.groups = 1;
    q->counting = true;
    q->base.result = qsi_array(2, sizeof(float));
    q->ends = qsi_array((size_t)2 * GROUPS, sizeof(float));
    return q->base.result && q->ends ? QS_OK : QS_E_MEMORY;
}

static void close(void *state)
{
    quantiles *q = state;
    if (q->ends) clear(q);
    qsi_array_free(q->sample);
    qsi_array_free(q->ends);
}

static int by_value(const void *a, const void *b)
{
    const float *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void finish_group(quantiles *q, part *p)
{
    size_t dim = q->base.dim, n = group_rows(q) * dim;
    float c = fmaxf(0.9F, 1 - 1.0F / (float)(dim + 1));
    size_t k = (size_t)((float)n * (1 - c) / 2 + 0.5F);
    qsort(p->rows, n, sizeof *p->rows, by_value);
    q->ends[p->number] = p->rows[k];
    q->ends[GROUPS + p->number] = p->rows[n - 1 - k];
}

/* Adds rows of a group, of which rows begins with number first, and takes it from the list once it is whole. */
static int add_rows(quantiles *q, uint32_t group, uint32_t there, const float *rows, size_t first)
{
    size_t dim = q->base.dim;
    part **at = &q->parts;
    while (*at && (*at)->number != group) at = &(*at)->next;
    if (!*at) {
        *at = qsi_array_zero(1, sizeof **at + GROUP * dim * sizeof *rows);
        if (!*at) return QS_E_MEMORY;
        (*at)->number = group;
    }
    part *p = *at;
    for (size_t i = 0; i < GROUP; i++)
        if (there >> i & 1) memcpy(p->rows + i * dim, rows + (i - first) * dim, dim * sizeof *rows);
    p->there |= there;
    if (p->there != (1U << group_rows(q)) - 1) return QS_OK;
    finish_group(q, p);
    *at = p->next;
    qsi_array_free(p);
    return QS_OK;
}

/* The place of a row in the sample; negative: it is not in it. */
static double rank_of(const quantiles *q, double row)
{
    size_t low = 0, high = SAMPLE;
    if (!q->sample) return row;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        *((double)q->sample[middle] <= row ? &low : &high) = middle;
    }
    return (double)q->sample[low] == row ? (double)low : -1;
}

static int observe(void *state, double first_row, const float *rows, size_t nrows, const uint8_t *marks)
{
    quantiles *q = state;
    size_t dim = q->base.dim;
    int status = q->counting ? qsi_check_finite(first_row, rows, nrows, dim) : QS_OK;
    (void)marks;
    if (q->counting) q->rows = fmax(q->rows, first_row + (double)nrows);
    double last = q->sample ? SAMPLE : q->rows < GROUP ? q->rows : floor(q->rows / GROUP) * GROUP;
    for (size_t r = 0; r < nrows && !status && !q->counting; r++) {
        double rank = rank_of(q, first_row + (double)r);
        if (rank < 0 || rank >= last) continue;
        size_t within = (size_t)rank % GROUP;
        status = add_rows(q, (uint32_t)rank / GROUP, 1U << within, rows + r * dim, within);
    }
    return status;
}

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* nextInt(bound) of java.util.Random. */
static uint32_t next_int(uint64_t *seed, uint32_t bound)
{
    for (;;) {
        *seed = (*seed * 0x5DEECE66DU + 11) & 0xffffffffffffU;
        uint32_t bits = (uint32_t)(*seed >> 17), value = bits % bound;
        if (!(bound & (bound - 1))) return (uint32_t)((uint64_t)bound * bits >> 31);
        if (bits - value + (bound - 1) < 0x80000000U) return value;
    }
}

static int draw_sample(quantiles *q)
{
    uint64_t seed = 42U ^ 0x5DEECE66DU;
    q->sample = qsi_array(SAMPLE, sizeof *q->sample);
    if (!q->sample) return QS_E_MEMORY;
    for (uint32_t i = 0; i < SAMPLE; i++) q->sample[i] = i;
    for (uint32_t i = SAMPLE; (double)i < q->rows; i++) {
        uint32_t j = next_int(&seed, i + 1);
        if (j < SAMPLE) q->sample[j] = i;
    }
    qsort(q->sample, SAMPLE, sizeof *q->sample, by_number);
    return QS_OK;
}

static int next_pass(void *state)
{
    quantiles *q = state;
    if (q->counting) {
        q->counting = false;
        int status = q->rows > SAMPLE ? draw_sample(q) : QS_OK;
        return status ? status : 1;
    }
    for (size_t end = 0; end < 2; end++) {
        double sum = 0, count = 0;
        for (size_t g = 0; g < GROUPS; g++) {
            float value = q->ends[end * GROUPS + g];
            if (isnan(value)) continue;
            sum += (double)value;
            count++;
        }
        q->base.result[end] = (float)sum / (float)count;
    }
    return 0;
}

/* How many rows; in the second pass the ends of groups, then the parts: number, which rows, and room for all. */
static size_t save(const void *state, uint8_t *dst, size_t cap)
{
    const quantiles *q = state;
    size_t each = 8 + GROUP * q->base.dim * sizeof(float),
           bytes = 8 + (q->counting ? 0 : sizeof(float) * 2 * GROUPS);
    for (const part *p = q->parts; p; p = p->next) bytes += each;
    if (!dst || cap < bytes) return bytes;
    qsi_put_double(dst, q->rows);
    dst += 8;
    for (size_t g = 0; g < (size_t)2 * GROUPS && !q->counting; g++, dst += 4) qsi_put_float(dst, q->ends[g]);
    for (const part *p = q->parts; p; p = p->next, dst += each) {
        qsi_put32(dst, p->number);
        qsi_put32(dst + 4, p->there);
        memcpy(dst + 8, p->rows, each - 8);
    }
    return bytes;
}

static int merge(void *state, const uint8_t *bytes, size_t nbytes)
{
    quantiles *q = state;
    size_t head = 8 + (q->counting ? 0 : sizeof(float) * 2 * GROUPS), dim = q->base.dim;
    size_t each = 8 + GROUP * dim * sizeof(float);
    if (nbytes < head || (nbytes - head) % each)
        return qsi_fail(QS_E_DATA, "the saved quantiles belong to another number of dims");
    double rows = qsi_get_double(bytes);
    if (!(rows >= 0 && rows < 0x1p53) || (!q->counting && rows != q->rows))
        return qsi_fail(QS_E_DATA, "the saved quantiles are of another number of rows");
    if (q->counting) q->rows = fmax(q->rows, rows);
    for (size_t g = 0; g < (size_t)2 * GROUPS && !q->counting; g++) {
        float end = qsi_get_float(bytes + 8 + 4 * g);
        if (!isnan(end)) q->ends[g] = end;
    }
    float *own = qsi_array(GROUP, dim * sizeof *own);
    int status = own ? QS_OK : QS_E_MEMORY;
    for (size_t at = head; at < nbytes && !status; at += each) {
        uint32_t number = qsi_get32(bytes + at), there = qsi_get32(bytes + at + 4);
        if (number >= GROUPS || there >> group_rows(q))
            status = qsi_fail(QS_E_DATA, "the saved quantiles are damaged");
        if (own) memcpy(own, bytes + at + 8, each - 8);
        if (!status) status = add_rows(q, number, there, own, 0);
    }
    qsi_array_free(own);
    return status;
}

const qsi_observer_kind qsi_lucene_quantiles = {QSI_OBSERVER(quantiles), .mark = QSI_FAMILY_MARK + 8};
