/* The rows that works are timed on, and the memory they use: large pages where the system has them, so that what is
 * timed is the work and not the table of pages. */
#include "cli/bench/memory.h"

#include "cli/bench/bench.h"

#include "cli/cli.h"
#include "cli/file.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const size_t usual_rows = 100000, usual_base = 10000, usual_queries = 500;

/* Sums of four uniform numbers, near enough to a normal distribution, of variance 1. */
static void draw(float *values, size_t n, uint64_t seed)
{
    uint64_t state = seed * 2654435769U + 88172645463325252U;
    for (size_t i = 0; i < n; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        uint32_t sum = (state & 0xffff) + (state >> 16 & 0xffff) + (state >> 32 & 0xffff) + (state >> 48);
        values[i] = ((float)sum - 131070.0F) * (1.7320508F / 65536.0F);
    }
}

/* Every work takes what is finite and no wider apart than float32 reaches. */
static int check_values(const char *path, const float *values, size_t rows, size_t dim)
{
    const float most = 1e37F;
    for (size_t i = 0; i < rows * dim; i++)
        if (!(fabsf(values[i]) <= most))
            return cli_fail(CLI_DATA, "%s: row %zu, column %zu is %g; works take numbers from -1e37 to 1e37", path,
                            i / dim, i % dim, (double)values[i]);
    return CLI_DONE;
}

/* The first *rows rows of a file of raw float32, all of them where *rows is 0. */
static int read_rows(const char *folder, const char *name, size_t dim, size_t *rows, float **values)
{
    char *path = cli_alloc(strlen(folder) + strlen(name) + 2);
    int descriptor;
    double bytes, row_bytes = (double)dim * sizeof **values;
    sprintf(path, "%s/%s", folder, name);
    int status = cli_open_plain(path, &descriptor, &bytes);
    if (!status) {
        size_t there = (size_t)(bytes / row_bytes);
        if (*rows == 0) *rows = there;
        if (fmod(bytes, row_bytes) != 0 || there == 0)
            status =
                cli_fail(CLI_DATA, "%s: its %.0f bytes are not whole rows of %zu float32; choose another --dim",
                         path, bytes, dim);
        else if (there < *rows)
            status = cli_fail(CLI_DATA, "%s: it has %zu rows of %zu float32, fewer than the %zu asked for", path,
                              there, dim, *rows);
        if (!status) {
            *values = bench_memory(*rows * dim * sizeof **values);
            status = cli_read_at(path, descriptor, 0, *values, *rows * dim * sizeof **values);
            if (!status) status = check_values(path, *values, *rows, dim);
        }
        close(descriptor);
    }
    free(path);
    return status;
}

static int fill(const char *folder, const char *name, size_t dim, size_t usual, uint64_t seed, size_t *rows,
                float **values)
{
    if (folder) return read_rows(*folder ? folder : ".", name, dim, rows, values);
    if (*rows == 0) *rows = usual;
    *values = bench_memory(*rows * dim * sizeof **values);
    draw(*values, *rows * dim, seed);
    return CLI_DONE;
}

int bench_data_open(bench_data *data, const char *folder, double seed, bool codes, bool searches)
{
    uint64_t number = 3 * (uint64_t)seed;
    size_t most = 0;
    int status = CLI_DONE;
    if (codes) status = fill(folder, "w1.f32", data->dim, usual_rows, number, &data->rows, &data->values);
    if (!status && searches)
        status = fill(folder, "base.f32", data->dim, usual_base, number + 1, &data->base_rows, &data->base);
    if (!status && searches)
        status =
            fill(folder, "queries.f32", data->dim, usual_queries, number + 2, &data->queries, &data->query_values);
    if (status) return status;
    if (codes) most = data->rows;
    if (searches && data->base_rows > most) most = data->base_rows;
    /* Codes take less than float32 does but for the padding of a short last block. */
    data->codes = bench_memory(most * (data->dim + 256) * sizeof(float));
    if (codes) data->decoded = bench_memory(data->rows * data->dim * sizeof(float));
    if (!searches) return CLI_DONE;
    data->ids = bench_memory(data->queries * BENCH_K * sizeof *data->ids);
    data->scores = bench_memory(data->queries * BENCH_K * sizeof *data->scores);
    return CLI_DONE;
}

void bench_data_close(bench_data *data)
{
    void *all[] = {data->values,  data->base, data->query_values, data->codes,
                   data->decoded, data->ids,  data->scores};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}
