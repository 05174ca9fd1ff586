/* The best k rows of each query, as top.h says. */
#include "search/top.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "kernels/kernels.h"

#include <math.h>
#include <stdlib.h>

enum { HIT_BYTES = 12 };

int qsi_top_open(qsi_top *top, size_t nq, size_t k)
{
    size_t cells;
    *top = (qsi_top){.nq = nq, .k = k};
    if (!qsi_size_mul(nq, k, &cells)) return qsi_fail_memory(INFINITY);
    top->count = qsi_array_zero(nq, sizeof *top->count);
    top->hits = qsi_array_zero(cells, sizeof *top->hits);
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

/* Puts a hit where the worst was: the worse of two children moves up until the hit is no better. Which one that is,
 * and where that ends, nobody can foresee: all levels are gone through, without a branch. */
static void replace_worst(qsi_hit *heap, size_t count, qsi_hit hit)
{
    size_t at = 0;
    for (size_t levels = count; levels > 1; levels /= 2) {
        size_t left = 2 * at + 1, right = left + 1;
        left = left < count ? left : at; /* where there is no child, it stays */
        right = right < count ? right : left;
        size_t child = left + (heap[right].key < heap[left].key);
        child = heap[child].key < hit.key ? child : at;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = hit;
}

static void push(qsi_top *top, size_t query, qsi_hit hit)
{
    qsi_hit *heap = top->hits + query * top->k;
    if (hit.key <= heap->key) return;
    top->count[query] += heap->key == 0;
    replace_worst(heap, top->k, hit);
}

void qsi_top_push(qsi_top *top, size_t query, qsi_hit hit)
{
    if (top->k) push(top, query, hit);
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

/* What a score of a row, or of one behind it, is not below if it is better than the worst: that one's score, or the
 * next one above. A NaN, which nothing is below, where any may be. */
static float least_better(const qsi_hit *worst, uint32_t row)
{
    qsi_hit least = {.key = worst->key + ((uint64_t)((uint32_t)~row <= (uint32_t)worst->key) << 32)};
    return qsi_hit_score(&least);
}

/* Scores that may be among the best are found first, many at a time, in runs of 64; a NaN is one of them. */
typedef struct run {
    uint64_t bits;
    size_t query, at; /* of its first score */
} run;
enum { RUNS = 64, WORDS = 2 };

/* One hit at a time, from whichever run: nobody can foresee how many a run has. */
static void push_runs(qsi_top *top, size_t first, run *runs, size_t count, const float *scores, size_t stride,
                      const uint32_t *rows)
{
    for (run *r = runs; r < runs + count; r += r->bits == 0) {
        size_t at = r->at + (size_t)__builtin_ctzll(r->bits);
        push(top, first + r->query, qsi_hit_of(scores[r->query * stride + at], rows[at]));
        r->bits &= r->bits - 1;
    }
}

void qsi_top_push_tile(qsi_top *top, size_t first, size_t nq, const float *scores, size_t stride, size_t n,
                       const uint32_t *rows)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    const size_t k = top->k, most = (size_t)64 * WORDS;
    run runs[RUNS + WORDS];
    for (size_t at = 0, some; at < n && k; at += some) {
        size_t count = 0;
        some = n - at < most ? n - at : most;
        for (size_t i = 0; i < nq; i++) {
            uint64_t bits[WORDS] = {0};
            const float *own = scores + i * stride + at;
            bool begins = !top->count[first + i] && k <= COLUMNS && some >= COLUMNS;
            float least = begins ? reached(own, some, k) : least_better(&top->hits[(first + i) * k], rows[at]);
            kernels->not_below(own, some, least, bits);
            for (size_t w = 0; w < WORDS; w++) {
                runs[count] = (run){.bits = bits[w], .query = i, .at = at + 64 * w};
                count += bits[w] != 0;
            }
            if (count < RUNS && i + 1 < nq) continue;
            push_runs(top, first, runs, count, scores, stride, rows);
            count = 0;
        }
    }
}

void qsi_top_merge(qsi_top *top, const qsi_top *other)
{
    for (size_t q = 0; q < top->nq; q++)
        for (size_t i = 0; i < other->k; i++) qsi_top_push(top, q, other->hits[q * other->k + i]);
}

static int by_exact(const void *a, const void *b)
{
    const qsi_hit *x = a, *y = b;
    uint64_t p = qsi_hit_of(x->exact, qsi_hit_row(x)).key, q = qsi_hit_of(y->exact, qsi_hit_row(y)).key;
    return (p < q) - (p > q);
}

/* A heap's worst goes to its end, which is the heap's no longer. */
void qsi_top_sort(qsi_top *top)
{
    for (size_t q = 0; q < top->nq; q++) {
        qsi_hit *heap = top->hits + q * top->k;
        for (size_t count = top->k; count > 1; count--) {
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
        for (const qsi_hit *hit = top->hits + q * top->k, *end = hit + top->k; hit < end; hit++) {
            if (!hit->key) continue;
            qsi_put_float(p, qsi_hit_score(hit));
            qsi_put_float(p + 4, hit->exact);
            qsi_put32(p + 8, qsi_hit_row(hit));
            p += HIT_BYTES;
        }
    }
    return bytes;
}

int qsi_top_merge_saved(qsi_top *top, double rows, const uint8_t *state, size_t bytes, size_t *used)
{
    size_t at = 8;
    if (bytes < 8 || qsi_get32(state) != top->nq || qsi_get32(state + 4) != top->k)
        return qsi_fail(QS_E_DATA, "the saved hits are not of this many queries and k");
    for (size_t q = 0; q < top->nq; q++) {
        if (bytes - at < 4) return qsi_fail_byte((double)at, "the saved hits are truncated");
        size_t count = qsi_get32(state + at);
        at += 4;
        if (count > top->k || (bytes - at) / HIT_BYTES < count)
            return qsi_fail_byte((double)at, "the saved hits are truncated");
        for (size_t i = 0; i < count; i++, at += HIT_BYTES) {
            qsi_hit hit = qsi_hit_of(qsi_get_float(state + at), qsi_get32(state + at + 8));
            hit.exact = qsi_get_float(state + at + 4);
            if ((double)qsi_hit_row(&hit) >= rows)
                return qsi_fail_byte((double)at, "the saved hits have a row beyond the %.0f rows", rows);
            qsi_top_push(top, q, hit);
        }
    }
    *used = at;
    return QS_OK;
}

int qsi_check_candidates(double k, double rescore, double rows)
{
    if (rescore == 0 || k * rescore <= QSI_CANDIDATES_MOST || rows <= QSI_CANDIDATES_MOST) return QS_OK;
    double fits = floor(QSI_CANDIDATES_MOST / k);
    return qsi_fail_option(
        "rescore", "rescore=%.0f of k=%.0f is %.0f rows to rescore for each query, and %d is the most: %s%.0f",
        rescore, k, k * rescore, QSI_CANDIDATES_MOST,
        fits >= 1 ? "take rescore=" : "take k=", fits >= 1 ? fits : (double)QSI_CANDIDATES_MOST);
}
