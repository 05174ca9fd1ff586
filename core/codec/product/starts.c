/* The centroids that k-means starts from, as sample.h says. */
#include "codec/product/sample.h"

#include "base/bytes.h"
#include "base/random.h"
#include "base/size.h"
#include "base/status.h"

#include <math.h>
#include <stdlib.h>

int qsi_starts_open(qsi_starts *s, const qsi_pieces *pieces, uint64_t seed, uint64_t stream)
{
    *s = (qsi_starts){.pieces = *pieces, .seed = seed, .stream = stream};
    s->count = qsi_array_zero(pieces->m, sizeof *s->count);
    s->ranks = qsi_array(pieces->m, pieces->count * sizeof *s->ranks);
    s->values = qsi_array(pieces->dim, pieces->count * sizeof *s->values);
    return s->count && s->ranks && s->values ? QS_OK : QS_E_MEMORY;
}

void qsi_starts_close(qsi_starts *s)
{
    qsi_array_free(s->count);
    qsi_array_free(s->ranks);
    qsi_array_free(s->values);
    *s = (qsi_starts){.count = NULL};
}

void qsi_starts_clear(qsi_starts *s)
{
    memset(s->count, 0, s->pieces.m * sizeof *s->count);
}

static bool is_before(qsi_ranked a, qsi_ranked b)
{
    return a.hash != b.hash ? a.hash < b.hash : a.row < b.row;
}

static bool is_equal(const float *a, const float *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i]) return false;
    return true;
}

/* Puts an entry in its place among those of its piece, in the order of hashes; of equal values the least hash
 * stays, and of more than there is room for the greatest goes. */
static void offer(qsi_starts *s, size_t j, qsi_ranked rank, const float *x)
{
    const qsi_pieces *p = &s->pieces;
    size_t n = qsi_piece_length(p, j), *count = &s->count[j], at = 0;
    qsi_ranked *ranks = s->ranks + j * p->count;
    float *values = s->values + qsi_piece_centroids(p, j);
    if (*count == p->count && !is_before(rank, ranks[*count - 1])) return;
    while (at < *count && !is_equal(values + at * n, x, n)) at++;
    if (at < *count && !is_before(rank, ranks[at])) return;
    if (at == *count) {
        if (*count < p->count)
            (*count)++;
        else
            at--;
    }
    for (; at > 0 && is_before(rank, ranks[at - 1]); at--) {
        ranks[at] = ranks[at - 1];
        memcpy(values + at * n, values + (at - 1) * n, n * sizeof *values);
    }
    ranks[at] = rank;
    for (size_t i = 0; i < n; i++) values[at * n + i] = x[i] + 0.0F; /* -0 is 0 */
}

static qsi_ranked rank_of(const qsi_starts *s, size_t j, double row)
{
    return (qsi_ranked){qsi_random_stream(s->seed, s->stream + j, (uint64_t)row), row};
}

void qsi_starts_observe(qsi_starts *s, double row, const float *x)
{
    for (size_t j = 0; j < s->pieces.m; j++) offer(s, j, rank_of(s, j, row), x + qsi_piece_first(&s->pieces, j));
}

void qsi_starts_take(const qsi_starts *s, float *centroids, size_t *used)
{
    memcpy(centroids, s->values, s->pieces.dim * s->pieces.count * sizeof *centroids);
    for (size_t j = 0; j < s->pieces.m; j++) {
        size_t n = qsi_piece_length(&s->pieces, j), at = qsi_piece_centroids(&s->pieces, j);
        used[j] = s->count[j];
        for (size_t i = s->count[j] * n; i < s->pieces.count * n; i++) centroids[at + i] = 0;
    }
}

size_t qsi_starts_save(const qsi_starts *s, uint8_t *dst, size_t cap)
{
    const qsi_pieces *p = &s->pieces;
    size_t bytes = 4 * p->m;
    for (size_t j = 0; j < p->m; j++) bytes += s->count[j] * (8 + 4 * qsi_piece_length(p, j));
    if (!dst || cap < bytes) return bytes;
    for (size_t j = 0; j < p->m; j++, dst += 4) qsi_put32(dst, (uint32_t)s->count[j]);
    for (size_t j = 0; j < p->m; j++) {
        size_t n = qsi_piece_length(p, j);
        for (size_t k = 0; k < s->count[j]; k++) {
            qsi_put_double(dst, s->ranks[j * p->count + k].row);
            dst += 8;
            for (size_t i = 0; i < n; i++, dst += 4)
                qsi_put_float(dst, s->values[qsi_piece_centroids(p, j) + k * n + i]);
        }
    }
    return bytes;
}

/* The bytes of a saved state; 0 for one that is none. */
static size_t state_bytes(const qsi_starts *s, const uint8_t *state, size_t bytes)
{
    size_t all = 4 * s->pieces.m;
    if (bytes < all) return 0;
    for (size_t j = 0; j < s->pieces.m; j++) {
        size_t count = qsi_get32(state + 4 * j);
        if (count > s->pieces.count) return 0;
        all += count * (8 + 4 * qsi_piece_length(&s->pieces, j));
    }
    return all;
}

int qsi_starts_merge(qsi_starts *s, const uint8_t *state, size_t bytes, size_t *used)
{
    const qsi_pieces *p = &s->pieces;
    const uint8_t *from = state + 4 * p->m;
    *used = state_bytes(s, state, bytes);
    if (!*used || bytes < *used) return qsi_fail(QS_E_DATA, "the saved state of first centroids is truncated");
    float *x = qsi_array(p->dim, sizeof *x);
    if (!x) return QS_E_MEMORY;
    int status = QS_OK;
    for (size_t j = 0; j < p->m; j++)
        for (size_t k = 0, n = qsi_piece_length(p, j); k < qsi_get32(state + 4 * j) && !status; k++) {
            double row = qsi_get_double(from);
            from += 8;
            for (size_t i = 0; i < n; i++, from += 4) {
                x[i] = qsi_get_float(from);
                if (!isfinite(x[i])) status = QS_E_DATA;
            }
            if (!(row >= 0 && row < 0x1p53) || floor(row) != row) status = QS_E_DATA;
            if (status) qsi_fail(QS_E_DATA, "the saved state of first centroids holds what cannot be");
            if (!status) offer(s, j, rank_of(s, j, row), x);
        }
    qsi_array_free(x);
    return status;
}
