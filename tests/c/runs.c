/* Runs as tests do them, as runs.h says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make.h"
#include "runs.h"

#include <stdlib.h>
#include <string.h>

static void feed_queries(qs_run *run, const job *j)
{
    size_t count = qs_run_drawn(run, NULL, 0);
    if (j->queries) {
        assert_int_equal(count, 0);
        assert_int_equal(qs_run_feed_queries(run, 0, j->queries, 4 < j->nq ? 4 : j->nq), QS_OK);
        if (j->nq > 4)
            assert_int_equal(qs_run_feed_queries(run, 4, j->queries + (size_t)4 * DIM, j->nq - 4), QS_OK);
        return;
    }
    uint32_t *drawn = make_room(count * sizeof *drawn);
    assert_int_equal(qs_run_drawn(run, drawn, count), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(qs_run_feed_queries(run, (double)i, j->base + (size_t)drawn[i] * DIM, 1), QS_OK);
    free(drawn);
}

/* Each chunk to a shard of its own choice. */
static void feed_base(qs_run **runs, const job *j, const way *w, random_state *r)
{
    for (size_t first = 0; first < j->rows; first += QS_CHUNK_ROWS) {
        qs_run *run = runs[w->shards == 1 ? 0 : random_below(r, w->shards)];
        size_t end = first + QS_CHUNK_ROWS < j->rows ? first + QS_CHUNK_ROWS : j->rows, n;
        for (size_t at = first; at < end; at += n) {
            n = w->feed ? w->feed : 1 + random_below(r, 700);
            if (n > end - at) n = end - at;
            assert_int_equal(qs_run_feed_base(run, (double)at, j->base + at * DIM, n), QS_OK);
        }
    }
}

float *calibration_rows(const qs_run *run, const job *j)
{
    size_t count = qs_run_calibration(run, NULL, 0);
    uint32_t *drawn = make_room(count * sizeof *drawn);
    float *rows = make_room(count * DIM * sizeof *rows);
    assert_int_equal(qs_run_calibration(run, drawn, count), count);
    for (size_t i = 0; i < count; i++) memcpy(rows + i * DIM, j->base + (size_t)drawn[i] * DIM, DIM * sizeof *rows);
    free(drawn);
    return rows;
}

/* Each chunk to a shard of its own choice, in pieces. */
static void feed_calibration(qs_run **runs, const job *j, const calibration *c, const way *w, random_state *r)
{
    for (size_t s = 0; s < w->shards; s++)
        assert_int_equal(qs_run_calibrate(runs[s], (double)c->count, c->rows == NULL), QS_OK);
    float *drawn = c->rows ? NULL : calibration_rows(runs[0], j);
    const float *rows = c->rows ? c->rows : drawn;
    for (size_t at = 0, n; at < c->count;) {
        size_t end = at + QS_CHUNK_ROWS < c->count ? at + QS_CHUNK_ROWS : c->count;
        qs_run *run = runs[w->shards == 1 ? 0 : random_below(r, w->shards)];
        for (; at < end; at += n) {
            n = 1 + random_below(r, 700);
            if (n > end - at) n = end - at;
            assert_int_equal(qs_run_feed_calibration(run, (double)at, rows + at * DIM, n), QS_OK);
        }
    }
    free(drawn);
}

static uint8_t *state_of(const qs_run *run, size_t *bytes)
{
    *bytes = qs_run_save(run, NULL, 0);
    assert_int_not_equal(*bytes, 0);
    uint8_t *state = make_room(*bytes);
    assert_int_equal(qs_run_save(run, state, *bytes), *bytes);
    return state;
}

static int end_phase(qs_run **runs, size_t shards, random_state *r)
{
    size_t *order = random_order(r, shards), bytes;
    for (size_t s = 1; s < shards; s++) {
        uint8_t *state = state_of(runs[order[s]], &bytes);
        assert_int_equal(qs_run_merge(runs[order[0]], state, bytes), QS_OK);
        free(state);
    }
    int more = -1;
    bool alone = shards == 1 && random_below(r, 2);
    uint8_t *merged = alone ? NULL : state_of(runs[order[0]], &bytes);
    for (size_t s = 0; s < shards; s++) {
        int again = qs_run_next_phase(runs[s], merged, alone ? 0 : bytes);
        assert_true(again >= 0 && (s == 0 || again == more));
        more = again;
    }
    free(merged);
    free(order);
    return more;
}

qs_run *do_run(const job *j, const way *w)
{
    return do_run_calibrated(j, NULL, w);
}

qs_run *do_run_calibrated(const job *j, const calibration *c, const way *w)
{
    random_state r = random_from(w->seed);
    qs_run *runs[SHARDS] = {NULL};
    qs_threads(w->threads);
    assert_int_equal(qs_backend_use(w->backend), QS_OK);
    for (size_t s = 0; s < w->shards; s++) {
        runs[s] = qs_run_open(j->specs, j->metric, K, 7, (double)j->rows, DIM, j->queries ? (double)j->nq : -1);
        assert_non_null(runs[s]);
        feed_queries(runs[s], j);
    }
    if (c) feed_calibration(runs, j, c, w, &r);
    feed_base(runs, j, w, &r);
    do {
        for (size_t s = 0; s < w->shards; s++)
            for (int more = 1; more;) {
                more = qs_run_step(runs[s], w->work > 0 ? w->work : (double)random_below(&r, 3000));
                assert_true(more >= 0);
            }
    } while (end_phase(runs, w->shards, &r) > 0);
    char *first = TEXT_OF(qs_run_json, runs[0]);
    for (size_t s = 1; s < w->shards; s++) {
        char *other = TEXT_OF(qs_run_json, runs[s]);
        assert_string_equal(first, other);
        free(other);
        qs_run_close(runs[s]);
    }
    free(first);
    return runs[0];
}

void settle(void)
{
    const char *name = getenv("QS_BACKEND");
    qs_backend_use(name);
    qs_threads(2);
}
