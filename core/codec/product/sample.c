/* The rows that k-means trains on, as sample.h says. */
#include "codec/product/sample.h"

#include "base/bytes.h"
#include "base/random.h"
#include "base/size.h"
#include "base/status.h"

#include <math.h>

enum { STREAM = 2000, FIRST_ROOM = 1024, ENTRY_BYTES = 16 };

static bool is_before(qsi_ranked a, qsi_ranked b)
{
    return a.hash != b.hash ? a.hash < b.hash : a.row < b.row;
}

void qsi_sample_open(qsi_sample *s, uint64_t seed, size_t most)
{
    *s = (qsi_sample){.seed = seed, .most = most};
}

void qsi_sample_close(qsi_sample *s)
{
    qsi_array_free(s->heap);
    s->heap = NULL;
}

void qsi_sample_clear(qsi_sample *s)
{
    s->count = 0;
    s->rows = 0;
}

static int make_room(qsi_sample *s)
{
    if (s->count < s->room) return QS_OK;
    size_t room = s->room ? 2 * s->room : FIRST_ROOM;
    if (room > s->most) room = s->most;
    qsi_ranked *heap = qsi_array(room, sizeof *heap);
    if (!heap) return QS_E_MEMORY;
    if (s->count) memcpy(heap, s->heap, s->count * sizeof *heap);
    qsi_array_free(s->heap);
    s->heap = heap;
    s->room = room;
    return QS_OK;
}

static void sink(qsi_sample *s, qsi_ranked entry)
{
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < s->count; at = child) {
        if (child + 1 < s->count && is_before(s->heap[child], s->heap[child + 1])) child++;
        if (!is_before(entry, s->heap[child])) break;
        s->heap[at] = s->heap[child];
    }
    s->heap[at] = entry;
}

static int offer(qsi_sample *s, qsi_ranked entry)
{
    if (s->count == s->most) {
        if (is_before(entry, s->heap[0])) sink(s, entry);
        return QS_OK;
    }
    if (make_room(s)) return QS_E_MEMORY;
    size_t at = s->count++;
    for (; at > 0 && is_before(s->heap[(at - 1) / 2], entry); at = (at - 1) / 2)
        s->heap[at] = s->heap[(at - 1) / 2];
    s->heap[at] = entry;
    return QS_OK;
}

static qsi_ranked rank(const qsi_sample *s, double row)
{
    return (qsi_ranked){qsi_random_stream(s->seed, STREAM, (uint64_t)row), row};
}

int qsi_sample_observe(qsi_sample *s, double first_row, size_t nrows)
{
    int status = QS_OK;
    s->rows += (double)nrows;
    for (size_t r = 0; r < nrows && !status; r++) status = offer(s, rank(s, first_row + (double)r));
    return status;
}

bool qsi_sample_has(const qsi_sample *s, double row)
{
    if (s->rows <= (double)s->most) return true;
    return !is_before(s->heap[0], rank(s, row));
}

size_t qsi_sample_save(const qsi_sample *s, uint8_t *dst, size_t cap)
{
    size_t bytes = 8 + s->count * ENTRY_BYTES;
    if (!dst || cap < bytes) return bytes;
    qsi_put_double(dst, s->rows);
    for (size_t i = 0; i < s->count; i++) {
        qsi_put64(dst + 8 + i * ENTRY_BYTES, s->heap[i].hash);
        qsi_put_double(dst + 16 + i * ENTRY_BYTES, s->heap[i].row);
    }
    return bytes;
}

int qsi_sample_merge(qsi_sample *s, const uint8_t *state, size_t bytes)
{
    double rows = bytes < 8 ? -1 : qsi_get_double(state);
    size_t count = bytes < 8 ? 0 : (bytes - 8) / ENTRY_BYTES;
    double wanted = rows < (double)s->most ? rows : (double)s->most;
    int status = QS_OK;
    if (!(rows >= 0 && rows < 0x1p53) || (double)count != wanted || 8 + count * ENTRY_BYTES != bytes)
        return qsi_fail(QS_E_DATA, "the saved state of a sample of rows is truncated");
    s->rows += rows;
    for (size_t i = 0; i < count && !status; i++) {
        double row = qsi_get_double(state + 16 + i * ENTRY_BYTES);
        if (!(row >= 0 && row < 0x1p53) || floor(row) != row)
            return qsi_fail(QS_E_DATA, "the saved state of a sample holds a row that cannot be");
        status = offer(s, rank(s, row)); /* its own hash, whatever the state says */
    }
    return status;
}
