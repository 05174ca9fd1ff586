/* What each candidate type does to each tensor: bytes by the ledger, noise measured over all its values. */
#include "cli/posix.h"

#include "cli/budget.h"

#include "cli/cli.h"
#include "quantscope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 1 << 20 }; /* values that are measured at a time */

typedef struct work {
    cli_budget *b;
    cli_budget_tensor *t;
    const cli_gguf_tensor *about;
    qs_codec *codecs[CLI_BUDGET_TYPES];
    float *values;
    double *sums; /* (rows at a time, 1 + options): of weighted squares, and of errors */
    double noise[CLI_BUDGET_TYPES], power;
} work;

static double square(double x)
{
    return x * x;
}

/* One row: its weighted squares and errors go to its place in sums. */
static int measure_row(const work *w, double row, const float *x, double *sums, uint8_t *codes, float *decoded)
{
    size_t dim = (size_t)w->about->dim;
    const float *weight = w->t->importance ? cli_importance_row(w->t->importance, row, w->about->rows, dim) : NULL;
    for (size_t o = 0; o <= w->t->count; o++) {
        if (o && (qs_codec_encode(w->codecs[o - 1], row, x, 1, codes) < 0 ||
                  qs_codec_decode(w->codecs[o - 1], codes, 1, decoded) < 0))
            return -1;
        double sum = 0;
        for (size_t i = 0; i < dim; i++)
            sum += (weight ? (double)weight[i] : 1) * square(o ? (double)decoded[i] - (double)x[i] : (double)x[i]);
        sums[o] = sum;
    }
    return 0;
}

/* Rows on all threads; their sums are added in order, so that threads change nothing. */
static int measure_rows(work *w, double first, size_t rows)
{
    size_t dim = (size_t)w->about->dim, each = w->t->count + 1;
    int failed = 0;
#pragma omp parallel num_threads(qs_threads(0))
    {
        uint8_t *codes = cli_alloc(4 * dim + 64); /* no type has more than float32 */
        float *decoded = cli_alloc(dim * sizeof *decoded);
#pragma omp for schedule(dynamic)
        for (size_t r = 0; r < rows; r++)
            if (measure_row(w, first + (double)r, w->values + r * dim, w->sums + r * each, codes, decoded)) {
#pragma omp atomic write
                failed = 1;
            }
        free(codes);
        free(decoded);
    }
    if (failed) return -1;
    for (size_t r = 0; r < rows; r++) {
        w->power += w->sums[r * each];
        for (size_t o = 0; o < w->t->count; o++) w->noise[o] += w->sums[r * each + 1 + o];
    }
    return 0;
}

/* The error that a thread had is its own: rows are coded once more for it. */
static int fail_rows(work *w, double first, size_t rows)
{
    size_t dim = (size_t)w->about->dim;
    uint8_t *codes = cli_alloc(4 * dim + 64);
    for (size_t o = 0; o < w->t->count; o++)
        for (size_t r = 0; r < rows; r++)
            if (qs_codec_encode(w->codecs[o], first + (double)r, w->values + r * dim, 1, codes) < 0) {
                free(codes);
                return cli_fail_core(w->about->name);
            }
    free(codes);
    return cli_fail(CLI_DATA, "%s: its values cannot be coded", w->about->name);
}

static int measure_tensor(work *w, double done, double all)
{
    cli_file *file = w->b->gguf.file;
    int status = cli_file_choose(file, w->t->tensor);
    if (status) return status;
    size_t dim = (size_t)w->about->dim, each = file->dim / dim, some = PIECE / file->dim;
    if (!some) some = 1;
    if ((double)some > file->rows) some = (size_t)file->rows;
    w->values = cli_alloc(some * file->dim * sizeof *w->values);
    w->sums = cli_alloc(some * each * (w->t->count + 1) * sizeof *w->sums);
    for (double row = 0; row < file->rows && !status;) {
        size_t n = file->rows - row < (double)some ? (size_t)(file->rows - row) : some;
        status = cli_file_rows(file, row, n, w->values);
        if (!status && measure_rows(w, row * (double)each, n * each) < 0)
            status = fail_rows(w, row * (double)each, n * each);
        row += (double)n;
        cli_progress_show(&w->b->progress, (done + row * (double)file->dim) / all, "measure");
    }
    free(w->values);
    free(w->sums);
    return status;
}

/* The types that fit its rows, each once, the smallest first. */
static void find_options(cli_budget *b, cli_budget_tensor *t)
{
    const cli_gguf_tensor *about = &b->gguf.list[t->tensor];
    for (size_t i = 0; i < b->types; i++) {
        char *fits = cli_gguf_fitting(about, b->type[i]);
        bool known = !fits;
        for (size_t o = 0; o < t->count && !known; o++) known = !strcmp(t->options[o].type, fits);
        if (known) {
            free(fits);
            continue;
        }
        double bytes = cli_budget_bytes(b, cli_gguf_spec_bytes(about, fits));
        size_t at = t->count++;
        for (; at && t->options[at - 1].bytes > bytes; at--) t->options[at] = t->options[at - 1];
        t->options[at] = (cli_budget_option){.type = fits, .bytes = bytes};
    }
}

int cli_budget_measure(cli_budget *b)
{
    int status = CLI_DONE;
    double all = 0, done = 0;
    for (size_t i = 0; i < b->count; i++) all += b->list[i].values;
    for (size_t i = 0; i < b->count && !status; i++) {
        cli_budget_tensor *t = &b->list[i];
        work w = {.b = b, .t = t, .about = &b->gguf.list[t->tensor]};
        find_options(b, t);
        for (size_t o = 0; o < t->count && !status; o++)
            if (!(w.codecs[o] = cli_gguf_codec(t->options[o].type, (size_t)w.about->dim)))
                status = cli_fail_core(w.about->name);
        if (!status) status = measure_tensor(&w, done, all);
        for (size_t o = 0; o < t->count; o++) {
            t->options[o].noise = w.power > 0 ? t->values * (w.noise[o] / w.power) : 0;
            qs_codec_close(w.codecs[o]);
        }
        done += t->values;
    }
    return status;
}
