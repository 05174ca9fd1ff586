/* Fuzzes whole small runs: specs a line each, sizes, and any values, from the fit to the report. */
#include "input.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input in = {data, size};
    size_t rows = 1 + fuzz_byte(&in) % 20, dim = 1 + fuzz_byte(&in) % 40, k = 1 + fuzz_byte(&in) % 5;
    const char *metrics[] = {"cosine", "ip", "l2"}, *metric = metrics[fuzz_byte(&in) % 3];
    unsigned queries = fuzz_byte(&in) % 4;
    char specs[200], *own = NULL;
    snprintf(specs, sizeof specs, "%s\n%s", fuzz_spec(&in), fuzz_spec(&in));
    if (fuzz_byte(&in) % 2) own = fuzz_line(&in);
    qs_run *run = qs_run_open(own ? own : specs, metric, k, 0, (double)rows, dim, queries ? (double)queries : -1);
    if (run) {
        size_t drawn = queries ? queries : qs_run_drawn(run, NULL, 0);
        float *base = fuzz_values(&in, rows * dim), *asked = fuzz_values(&in, drawn * dim);
        if (qs_run_feed_base(run, 0, base, rows) || qs_run_feed_queries(run, 0, asked, drawn)) abort();
        int more = 1;
        while (more > 0) {
            while (qs_run_step(run, 100) > 0) {
            }
            more = qs_run_next_phase(run, NULL, 0);
        }
        char *report = FUZZ_TEXT(qs_run_json, run);
        if (!report) abort();
        free(report);
        free(base);
        free(asked);
    }
    qs_run_close(run);
    free(own);
    return 0;
}
