/* The fold of copies.h. */
#include "findings/copies.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "findings/repeats.h"

#include <stdlib.h>
#include <string.h>

int qsi_copies_open(qsi_copies *copies, const float *queries, size_t nq, size_t dim)
{
    *copies = (qsi_copies){.queries = queries, .nq = nq, .dim = dim, .count = qsi_array_zero(nq, sizeof(uint32_t))};
    return copies->count ? QS_OK : QS_E_MEMORY;
}

void qsi_copies_close(qsi_copies *copies)
{
    qsi_array_free(copies->hash);
    qsi_array_free(copies->table);
    qsi_array_free(copies->count);
    qsi_array_free(copies->list);
    qsi_array_free(copies->first);
    *copies = (qsi_copies){0};
}

/* The table of all queries: equal ones stand one after another. */
static int make_table(qsi_copies *copies)
{
    copies->places = 16;
    while (copies->places < 2 * copies->nq) copies->places *= 2;
    copies->hash = qsi_array(copies->nq, sizeof *copies->hash);
    copies->table = qsi_array_zero(copies->places, sizeof *copies->table);
    if (!copies->hash || !copies->table) return QS_E_MEMORY;
    for (size_t q = 0; q < copies->nq; q++) {
        copies->hash[q] = qsi_row_hash(copies->queries + q * copies->dim, copies->dim);
        size_t at = (size_t)copies->hash[q] & (copies->places - 1);
        while (copies->table[at]) at = (at + 1) & (copies->places - 1);
        copies->table[at] = (uint32_t)q + 1;
    }
    return QS_OK;
}

static int hold(qsi_copies *copies, uint32_t query, uint32_t row)
{
    if (copies->held == copies->room) {
        size_t room = copies->room ? 2 * copies->room : 64;
        qsi_copy *list = qsi_array(room, sizeof *list);
        if (!list) return QS_E_MEMORY;
        if (copies->held) memcpy(list, copies->list, copies->held * sizeof *list);
        qsi_array_free(copies->list);
        copies->list = list;
        copies->room = room;
    }
    copies->list[copies->held++] = (qsi_copy){query, row};
    return QS_OK;
}

int qsi_copies_observe(qsi_copies *copies, uint64_t hash, const float *x, uint32_t row)
{
    int status = copies->table || !copies->nq ? QS_OK : make_table(copies);
    if (status || !copies->nq) return status;
    for (size_t at = (size_t)hash & (copies->places - 1); copies->table[at] && !status;
         at = (at + 1) & (copies->places - 1)) {
        uint32_t query = copies->table[at] - 1;
        if (copies->hash[query] != hash) continue;
        if (memcmp(x, copies->queries + query * copies->dim, copies->dim * sizeof *x) != 0) continue;
        if (copies->count[query]++ < QSI_COPIES) status = hold(copies, query, row);
    }
    return status;
}

size_t qsi_copies_save(const qsi_copies *copies, uint8_t *dst, size_t cap)
{
    size_t bytes = 8 + 4 * copies->nq + 8 * copies->held;
    if (!dst || cap < bytes) return bytes;
    qsi_put32(dst, (uint32_t)copies->nq);
    qsi_put32(dst + 4, (uint32_t)copies->held);
    dst += 8;
    for (size_t q = 0; q < copies->nq; q++, dst += 4) qsi_put32(dst, copies->count[q]);
    for (size_t i = 0; i < copies->held; i++, dst += 8) {
        qsi_put32(dst, copies->list[i].query);
        qsi_put32(dst + 4, copies->list[i].row);
    }
    return bytes;
}

int qsi_copies_merge(qsi_copies *copies, const uint8_t *state, size_t bytes, size_t *used)
{
    size_t head = 8 + 4 * copies->nq, held = bytes < 8 ? 0 : qsi_get32(state + 4);
    if (bytes < head || qsi_get32(state) != copies->nq || (bytes - head) / 8 < held)
        return qsi_fail(QS_E_DATA, "the saved copies of queries are truncated");
    int status = QS_OK;
    for (size_t q = 0; q < copies->nq; q++) copies->count[q] += qsi_get32(state + 8 + 4 * q);
    for (size_t i = 0; i < held && !status; i++) {
        const uint8_t *at = state + head + 8 * i;
        if (qsi_get32(at) >= copies->nq) return qsi_fail(QS_E_DATA, "a saved copy is of no query");
        status = hold(copies, qsi_get32(at), qsi_get32(at + 4));
    }
    *used = head + 8 * held;
    return status;
}

static int by_query(const void *a, const void *b)
{
    const qsi_copy *x = a, *y = b;
    if (x->query != y->query) return (x->query > y->query) - (x->query < y->query);
    return (x->row > y->row) - (x->row < y->row);
}

int qsi_copies_finish(qsi_copies *copies)
{
    copies->first = qsi_array_zero(copies->nq + 1, sizeof *copies->first);
    if (!copies->first) return QS_E_MEMORY;
    if (copies->held) qsort(copies->list, copies->held, sizeof *copies->list, by_query);
    size_t kept = 0, of_one = 0;
    for (size_t i = 0; i < copies->held; i++) { /* shards together may hold more of one than each of them */
        of_one = i && copies->list[i].query == copies->list[i - 1].query ? of_one + 1 : 0;
        if (of_one < QSI_COPIES) copies->list[kept++] = copies->list[i];
    }
    copies->held = kept;
    for (size_t i = 0; i < kept; i++) copies->first[copies->list[i].query + 1]++;
    for (size_t q = 0; q < copies->nq; q++) copies->first[q + 1] += copies->first[q];
    return QS_OK;
}

size_t qsi_copies_queries(const qsi_copies *copies)
{
    size_t queries = 0;
    for (size_t q = 0; q < copies->nq; q++) queries += copies->count[q] > 0;
    return queries;
}

size_t qsi_copies_most(const qsi_copies *copies)
{
    size_t most = 0;
    for (size_t q = 0; copies->first && q < copies->nq; q++) {
        size_t held = copies->first[q + 1] - copies->first[q];
        if (held > most) most = held;
    }
    return most;
}
