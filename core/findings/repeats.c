/* The table of repeats.h: open addressing, by the low bits of a hash. */
#include "findings/repeats.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"

#include <assert.h>
#include <string.h>

enum { FIRST_PLACES = 1024, MOST_ENTRIES = 1 << 20, HEAD_BYTES = 16, ENTRY_BYTES = 16 };

void qsi_repeats_close(qsi_repeats *all)
{
    qsi_array_free(all->table);
    *all = (qsi_repeats){0};
}

static bool is_held(const qsi_repeats *all, uint64_t hash)
{
    return !all->shift || hash >> (64 - all->shift) == 0;
}

/* The place of a hash, or the free one where it belongs. */
static qsi_repeat *place_of(qsi_repeat *table, size_t places, uint64_t hash)
{
    assert(table && places);
    size_t at = (size_t)hash & (places - 1);
    while (table[at].hash && table[at].hash != hash) at = (at + 1) & (places - 1);
    return &table[at];
}

/* Moves what is still held to a table of so many places. */
static int rebuild(qsi_repeats *all, size_t places)
{
    qsi_repeat *table = qsi_array_zero(places, sizeof *table);
    if (!table) return QS_E_MEMORY;
    all->entries = 0;
    for (size_t i = 0; i < all->places; i++) {
        assert(all->table);
        const qsi_repeat *old = &all->table[i];
        if (!old->hash || !is_held(all, old->hash)) continue;
        *place_of(table, places, old->hash) = *old;
        all->entries++;
    }
    qsi_array_free(all->table);
    all->table = table;
    all->places = places;
    return QS_OK;
}

/* Room for one more: a table at most half full; of too many hashes half go, until that one goes too or fits. */
static int make_room(qsi_repeats *all, uint64_t hash)
{
    if (2 * (all->entries + 1) <= all->places) return QS_OK;
    if (all->entries < MOST_ENTRIES) return rebuild(all, all->places ? 2 * all->places : FIRST_PLACES);
    int status = QS_OK;
    while (all->entries >= MOST_ENTRIES && is_held(all, hash) && !status) {
        all->shift++;
        status = rebuild(all, all->places);
    }
    return status;
}

int qsi_repeats_add(qsi_repeats *all, uint64_t hash, uint32_t count, uint32_t first)
{
    if (!is_held(all, hash)) return QS_OK;
    qsi_repeat *at = all->table ? place_of(all->table, all->places, hash) : NULL;
    if (!at || !at->hash) {
        int status = make_room(all, hash);
        if (status || !is_held(all, hash)) return status;
        at = place_of(all->table, all->places, hash);
    }
    if (!at->hash) {
        *at = (qsi_repeat){.hash = hash, .first = UINT32_MAX};
        all->entries++;
    }
    at->count += count;
    if (first < at->first) at->first = first;
    return QS_OK;
}

size_t qsi_repeats_save(const qsi_repeats *all, uint8_t *dst, size_t cap)
{
    size_t bytes = HEAD_BYTES + all->entries * ENTRY_BYTES;
    if (!dst || cap < bytes) return bytes;
    qsi_put32(dst, all->shift);
    qsi_put32(dst + 4, 0);
    qsi_put_double(dst + 8, (double)all->entries);
    dst += HEAD_BYTES;
    for (size_t i = 0; i < all->places; i++) {
        const qsi_repeat *r = &all->table[i];
        if (!r->hash) continue;
        qsi_put64(dst, r->hash);
        qsi_put32(dst + 8, r->count);
        qsi_put32(dst + 12, r->first);
        dst += ENTRY_BYTES;
    }
    return bytes;
}

int qsi_repeats_merge(qsi_repeats *all, const uint8_t *state, size_t bytes, size_t *used)
{
    double entries = bytes < HEAD_BYTES ? -1 : qsi_get_double(state + 8);
    if (!(entries >= 0 && entries <= (double)((bytes - HEAD_BYTES) / ENTRY_BYTES)) || qsi_get32(state) > 63)
        return qsi_fail(QS_E_DATA, "the saved rows are truncated");
    int status = QS_OK;
    if (qsi_get32(state) > all->shift) {
        all->shift = qsi_get32(state);
        if (all->table) status = rebuild(all, all->places);
    }
    const uint8_t *at = state + HEAD_BYTES;
    for (size_t i = 0; i < (size_t)entries && !status; i++, at += ENTRY_BYTES) {
        uint64_t hash = qsi_get64(at);
        if (hash) status = qsi_repeats_add(all, hash, qsi_get32(at + 8), qsi_get32(at + 12));
    }
    *used = HEAD_BYTES + (size_t)entries * ENTRY_BYTES;
    return status;
}

qsi_repeats_total qsi_repeats_sum(const qsi_repeats *all)
{
    qsi_repeats_total total = {0};
    for (size_t i = 0; i < all->places; i++) {
        const qsi_repeat *r = &all->table[i];
        if (!r->hash) continue;
        total.rows += r->count;
        total.repeated += r->count - 1;
        bool more = r->count > total.most.count;
        if (more || (r->count == total.most.count && r->first < total.most.first)) total.most = *r;
    }
    return total;
}

/* Eight lanes of multiply and rotate over pairs of floats; the finish spreads all bits (constants of SplitMix64).
 */
static uint64_t spread(uint64_t h)
{
    h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9U;
    h = (h ^ h >> 27) * 0x94d049bb133111ebU;
    return h ^ h >> 31;
}

static uint64_t mix(uint64_t h, uint64_t bits)
{
    h = (h ^ bits) * 0x9e3779b97f4a7c15U;
    return h << 29 | h >> 35;
}

uint64_t qsi_row_hash(const float *x, size_t n)
{
    uint64_t a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, last = 8;
    const uint8_t *at = (const uint8_t *)x;
    size_t i = 0;
    for (; i + 16 <= n; i += 16, at += 64) {
        a = mix(a, qsi_get64(at));
        b = mix(b, qsi_get64(at + 8));
        c = mix(c, qsi_get64(at + 16));
        d = mix(d, qsi_get64(at + 24));
        e = mix(e, qsi_get64(at + 32));
        f = mix(f, qsi_get64(at + 40));
        g = mix(g, qsi_get64(at + 48));
        last = mix(last, qsi_get64(at + 56));
    }
    for (; i < n; i++) a = mix(a, qsi_float_bits(x[i]));
    const uint64_t lanes[] = {b, c, d, e, f, g, last};
    uint64_t h = spread(a);
    for (size_t l = 0; l < sizeof lanes / sizeof *lanes; l++) h = spread(h ^ spread(lanes[l]));
    h ^= (uint64_t)n;
    return h ? h : 1;
}
