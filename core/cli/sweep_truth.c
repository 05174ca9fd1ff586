/* Neighbours that came with a set, by --truth of a sweep. */
#include "cli/sweep.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* Row numbers of whole rows of the file; those below 0 are fillings. */
static int take_rows(cli_sweep *s, const cli_file *file, double first, const float *values, const float *rests,
                     size_t rows)
{
    uint32_t *to = s->neighbours + (size_t)first * s->depth;
    for (size_t i = 0; i < rows * s->depth; i++) {
        double value = (double)values[i] + (double)rests[i];
        if (!(fabs(value) < 4294967295.0) || floor(value) != value)
            return cli_fail(CLI_DATA, "%s: row %.0f, column %zu is %.9g: not the number of a row", file->path,
                            first + (double)(i / s->depth), i % s->depth, value);
        to[i] = value < 0 ? UINT32_MAX : (uint32_t)value;
    }
    return CLI_DONE;
}

static int read_rows(cli_sweep *s, cli_file *file)
{
    size_t most = cli_file_chunk(file, 0) * file->dim;
    float *values = cli_alloc(most * sizeof *values), *rests = cli_alloc(most * sizeof *rests);
    int status = CLI_DONE;
    bool lost = false;
    s->depth = file->dim;
    s->neighbours = cli_alloc((size_t)file->rows * s->depth * sizeof *s->neighbours);
    for (double row = 0; row < file->rows && !status;) {
        size_t n = cli_file_chunk(file, row);
        status = cli_file_rows_and_rests(file, row, n, values, rests, &lost);
        if (!status) status = take_rows(s, file, row, values, rests, n);
        row += (double)n;
    }
    free(values);
    free(rests);
    return status;
}

int cli_sweep_read_truth(cli_sweep *s)
{
    cli_file file = {.path = NULL};
    int status = cli_file_open_beside(&file, s->truth, "neighbors");
    if (!status && file.rows != s->queries.rows)
        status = cli_fail(CLI_DATA, "%s: it has the neighbours of %.0f queries, where %s holds %.0f", file.path,
                          file.rows, s->queries.path, s->queries.rows);
    if (!status && (double)file.dim < s->k)
        status = cli_fail(CLI_DATA, "%s: it has %zu neighbours of each query; recall@%.0f needs more: try -k %zu",
                          file.path, file.dim, s->k, file.dim);
    if (!status) status = read_rows(s, &file);
    cli_file_close(&file);
    return status;
}

int cli_sweep_compare_truth(const cli_sweep *s, qs_run *run)
{
    return qs_run_truth(run, s->neighbours, s->depth) < 0 ? cli_fail_core(s->truth) : CLI_DONE;
}
