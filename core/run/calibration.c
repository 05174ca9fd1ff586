/* Rows to fit on that are not those measured: a file's, or drawn from the base. */
#include "run/run.h"

#include "base/random.h"
#include "base/size.h"

#include <math.h>
#include <string.h>

/* Random numbers from here on are not those that draw queries and resample them. */
static const uint64_t FIRST_COUNTER = (uint64_t)1 << 48;

void qsi_calibration_close(qsi_calibration *calibration)
{
    for (size_t c = 0; calibration->chunks && c < calibration->nchunks; c++) {
        qsi_array_free(calibration->chunks[c].values);
        qsi_array_free(calibration->chunks[c].ids);
    }
    qsi_array_free(calibration->chunks);
    qsi_array_free(calibration->drawn);
    *calibration = (qsi_calibration){0};
}

/* Draws without replacement from the rows that are no queries, each set as likely: a row is taken with the chance
 * (rows still wanted) / (rows still left). */
static int draw_rows(const qs_run *run, int number, qsi_calibration *calibration)
{
    uint64_t first = FIRST_COUNTER + ((uint64_t)(number - 1) << 32); /* rows are fewer than 2^32 */
    uint32_t wanted = (uint32_t)calibration->rows, left = (uint32_t)run->rows;
    uint32_t *drawn = calibration->drawn = qsi_array(wanted, sizeof *drawn);
    if (!drawn) return QS_E_MEMORY;
    for (uint32_t row = 0, query = 0; wanted; row++) {
        if (query < run->ndrawn && run->drawn[query] == row) {
            query++;
            continue;
        }
        if (qsi_random_below((uint64_t)run->seed, first + row, left--) >= wanted) continue;
        *drawn++ = row;
        wanted--;
    }
    return QS_OK;
}

int qs_run_calibrate(qs_run *run, double rows, int drawn)
{
    double most = drawn ? run->rows : 4294967294.0;
    if (run->started || run->calibration.rows > 0)
        return qsi_fail(QS_E_STATE, "the calibration rows are set once, before the run starts");
    if (drawn < 0 || drawn > 65535)
        return qsi_fail_option("calibration", "drawn=%d: draws are numbered from 1 to 65535", drawn);
    if (!(rows >= 1 && rows <= most) || floor(rows) != rows)
        return qsi_fail_option("calibration", "%.15g calibration rows: %s from 1 to %.0f rows%s", rows,
                               drawn ? "of the base can be drawn" : "a run takes", most,
                               drawn && run->ndrawn ? ", those that are no queries" : "");
    qsi_calibration c = {.rows = rows, .nchunks = (size_t)ceil(rows / QS_CHUNK_ROWS)};
    c.chunks = qsi_array_zero(c.nchunks, sizeof *c.chunks);
    int status = c.chunks ? QS_OK : QS_E_MEMORY;
    if (!status && drawn) status = draw_rows(run, drawn, &c);
    if (status)
        qsi_calibration_close(&c);
    else
        run->calibration = c;
    return status;
}

size_t qs_run_calibration(const qs_run *run, uint32_t *dst, size_t cap)
{
    const qsi_calibration *c = &run->calibration;
    size_t count = c->drawn ? (size_t)c->rows : 0;
    if (count && cap) memcpy(dst, c->drawn, (cap < count ? cap : count) * sizeof *dst);
    return count;
}

static int open_chunk(const qs_run *run, double first, qsi_chunk *chunk)
{
    chunk->expected = (size_t)fmin(run->calibration.rows - first, QS_CHUNK_ROWS);
    chunk->values = qsi_array(chunk->expected, run->dim * sizeof *chunk->values);
    chunk->ids = qsi_array(chunk->expected, sizeof *chunk->ids);
    return chunk->values && chunk->ids ? QS_OK : QS_E_MEMORY;
}

int qs_run_feed_calibration(qs_run *run, double first_row, const float *rows, size_t nrows)
{
    const qsi_calibration *c = &run->calibration;
    if (run->started) return qsi_fail(QS_E_STATE, "rows were fed to a run that has started");
    if (!(first_row >= 0) || floor(first_row) != first_row || first_row + (double)nrows > c->rows)
        return qsi_fail(QS_E_STATE, "calibration rows %.0f to %.0f were fed to a run of %.0f", first_row,
                        first_row + (double)nrows - 1, c->rows);
    for (size_t r = 0; r < nrows; r++) {
        size_t row = (size_t)first_row + r, at = row % QS_CHUNK_ROWS;
        qsi_chunk *chunk = &c->chunks[row / QS_CHUNK_ROWS];
        if (!chunk->values && open_chunk(run, (double)(row - at), chunk)) return QS_E_MEMORY;
        if (chunk->rows != at) return qsi_fail(QS_E_STATE, "calibration row %zu was fed out of order", row);
        memcpy(chunk->values + at * run->dim, rows + r * run->dim, run->dim * sizeof *rows);
        chunk->ids[chunk->rows++] = c->drawn ? c->drawn[row] : (uint32_t)row;
    }
    return QS_OK;
}
