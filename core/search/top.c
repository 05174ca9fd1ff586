/* The best k rows of each query, as top.h says. */
#include "search/top.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "kernels/kernels.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { HIT_BYTES = 12 };

static bool better_score(float a, float b, uint32_t row_a, uint32_t row_b)
{
    if (a > b) return true;
    if (a < b) return false;
    if (isnan(a) != isnan(b)) return isnan(b);
    return row_a < row_b;
}

static bool better(const qsi_hit *a, const qsi_hit *b)
{
    return better_score(a->score, b->score, a->row, b->row);
}

int qsi_top_open(qsi_top *top, size_t nq, size_t k)
{
    size_t cells;
    *top = (qsi_top){.nq = nq, .k = k};
    if (!qsi_size_mul(nq, k, &cells)) return qsi_fail_memory(INFINITY);
    top->count = qsi_array_zero(nq, sizeof *top->count);
    top->hits = qsi_array(cells, sizeof *top->hits);
    if (top->count && top->hits) return QS_OK;
    qsi_top_close(top);
    return QS_E_MEMORY;
}

void qsi_top_close(qsi_top *top)
{
    qsi_array_free(top->count);
    qsi_array_free(top->hits);
    *top = (qsi_top){0};
}

/* Puts a hit where the worst was: the worse of two children moves up until the hit is no better. */
static void replace_worst(qsi_hit *heap, size_t count, qsi_hit hit)
{
    size_t at = 0;
    for (size_t child = 1; child < count; child = 2 * at + 1) {
        child += child + 1 < count && better(&heap[child], &heap[child + 1]);
        if (!better(&hit, &heap[child])) break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = hit;
}

void qsi_top_offer(qsi_top *top, size_t query, qsi_hit hit)
{
    qsi_hit *heap = top->hits + query * top->k;
    size_t at = top->count[query];
    if (at == top->k) {
        if (top->k && better(&hit, &heap[0])) replace_worst(heap, top->k, hit);
        return;
    }
    top->count[query]++;
    for (; at && better(&heap[(at - 1) / 2], &hit); at = (at - 1) / 2) heap[at] = heap[(at - 1) / 2];
    heap[at] = hit;
}

enum { COLUMNS = 16 };

/* What at least k of the scores reach, k at most COLUMNS: the k-th of the maxima of columns of them. -INFINITY
 * where a maximum is a NaN. */
static float reached(const float *scores, size_t n, size_t k)
{
    int32_t least[COLUMNS], most[COLUMNS];
    for (size_t c = 0; c < COLUMNS; c++) least[c] = INT32_MAX, most[c] = INT32_MIN;
    qsi_kernels_now()->minmax_dims(scores, n / COLUMNS, COLUMNS, least, most);
    for (size_t c = 1; c < COLUMNS; c++) { /* the largest first */
        int32_t v = most[c];
        size_t at = c;
        for (; at && most[at - 1] < v; at--) most[at] = most[at - 1];
        most[at] = v;
    }
    if (most[0] > qsi_ordered(qsi_float_bits(INFINITY))) return -INFINITY;
    return qsi_bits_float(qsi_unordered(most[k - 1]));
}

/* The least score that row, or one behind it, could have to be better than the worst of a full list. */
static float least_better(const qsi_hit *worst, uint32_t row)
{
    if (isnan(worst->score) || row < worst->row) return worst->score;
    return qsi_bits_float(qsi_unordered(qsi_ordered(qsi_float_bits(worst->score)) + 1));
}

/* Scores that may be among the best are found first, many at a time; a NaN is one of them. */
void qsi_top_offer_many(qsi_top *top, size_t query, const float *scores, size_t n, const uint32_t *rows)
{
    uint64_t bits[2] = {0};
    const size_t words = sizeof bits / sizeof *bits, k = top->k;
    bool first = top->count[query] == 0 && k > 0 && k <= COLUMNS && n >= COLUMNS;
    float least = first ? reached(scores, n, k) : -INFINITY;
    for (size_t i = 0, some; i < n && k; i += some) {
        some = n - i < 64 * words ? n - i : 64 * words;
        if (top->count[query] == k) least = least_better(&top->hits[query * k], rows[i]);
        qsi_kernels_now()->not_below(scores + i, some, least, bits);
        for (size_t w = 0; w < words; w++)
            for (; bits[w]; bits[w] &= bits[w] - 1) {
                size_t at = i + 64 * w + (size_t)__builtin_ctzll(bits[w]);
                qsi_top_offer(top, query, (qsi_hit){.score = scores[at], .row = rows[at]});
            }
    }
}

void qsi_top_merge(qsi_top *top, const qsi_top *other)
{
    for (size_t q = 0; q < top->nq; q++)
        for (size_t i = 0; i < other->count[q]; i++) qsi_top_offer(top, q, other->hits[q * other->k + i]);
}

static int by_exact(const void *a, const void *b)
{
    const qsi_hit *x = a, *y = b;
    if (better_score(x->exact, y->exact, x->row, y->row)) return -1;
    return better_score(y->exact, x->exact, y->row, x->row);
}

/* A heap's worst goes to its end, which is the heap's no longer. */
void qsi_top_sort(qsi_top *top)
{
    for (size_t q = 0; q < top->nq; q++) {
        qsi_hit *heap = top->hits + q * top->k;
        for (size_t count = top->count[q]; count > 1; count--) {
            qsi_hit last = heap[count - 1];
            heap[count - 1] = heap[0];
            replace_worst(heap, count - 1, last);
        }
    }
}

void qsi_top_rescore(qsi_top *top, size_t k)
{
    for (size_t q = 0; q < top->nq; q++) {
        qsort(top->hits + q * top->k, top->count[q], sizeof *top->hits, by_exact);
        if (top->count[q] > k) top->count[q] = k;
    }
}

size_t qsi_top_save(const qsi_top *top, uint8_t *dst, size_t cap)
{
    size_t bytes = 8;
    for (size_t q = 0; q < top->nq; q++) bytes += 4 + top->count[q] * HIT_BYTES;
    if (!dst || cap < bytes) return bytes;
    qsi_put32(dst, (uint32_t)top->nq);
    qsi_put32(dst + 4, (uint32_t)top->k);
    uint8_t *p = dst + 8;
    for (size_t q = 0; q < top->nq; q++) {
        qsi_put32(p, (uint32_t)top->count[q]);
        p += 4;
        for (size_t i = 0; i < top->count[q]; i++, p += HIT_BYTES) {
            const qsi_hit *hit = &top->hits[q * top->k + i];
            qsi_put_float(p, hit->score);
            qsi_put_float(p + 4, hit->exact);
            qsi_put32(p + 8, hit->row);
        }
    }
    return bytes;
}

int qsi_top_merge_saved(qsi_top *top, const uint8_t *state, size_t bytes, size_t *used)
{
    size_t at = 8;
    if (bytes < 8 || qsi_get32(state) != top->nq || qsi_get32(state + 4) != top->k)
        return qsi_fail(QS_E_DATA, "the saved hits are not of this many queries and k");
    for (size_t q = 0; q < top->nq; q++) {
        if (bytes - at < 4) return qsi_fail_byte((double)at, "the saved hits are cut off");
        size_t count = qsi_get32(state + at);
        at += 4;
        if (count > top->k || (bytes - at) / HIT_BYTES < count)
            return qsi_fail_byte((double)at, "the saved hits are cut off");
        for (size_t i = 0; i < count; i++, at += HIT_BYTES)
            qsi_top_offer(
                top, q,
                (qsi_hit){qsi_get_float(state + at), qsi_get_float(state + at + 4), qsi_get32(state + at + 8)});
    }
    *used = at;
    return QS_OK;
}
