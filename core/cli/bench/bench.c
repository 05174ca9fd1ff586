/* quantscope bench: times the works with each backend, each beside what bounds it. */
#include "cli/bench/bench.h"

#include "cli/cli.h"
#include "cli/json.h"
#include "cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_WORK = CLI_FIRST_OPTION, OPTION_ROWS, OPTION_DIM, OPTION_QUERIES, OPTION_DATA, OPTION_LIST };
enum { MOST_RUNS = 101, FEW_RUNS = 7, MORE_LIMITS = 100, MOST_BACKENDS = 8 };
static const double enough = 0.6, too_long = 4; /* seconds for the runs of a work; for a few */

static const cli_option options[] = {
    {OPTION_WORK, "work", "NAME", "a work, such as W3-int8; can be repeated (default: all)"},
    {OPTION_ROWS, "rows", "N", "rows (default 100000, of searches 10000)"},
    {OPTION_DIM, "dim", "D", "values of a row (default 512)"},
    {OPTION_QUERIES, "queries", "N", "queries of searches (default 500)"},
    {OPTION_DATA, "data", "DIR", "raw float32 in w1.f32, base.f32, queries.f32 (default: drawn by --seed)"},
    {OPTION_LIST, "list", NULL, "print what the works are, as JSON, and time nothing"},
    {CLI_JSON, "json", NULL, "print JSON: {\"works\":[...]}"},
    {0, NULL, NULL, NULL},
};

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Runs a job and its limit in turn, each for as long, until that is enough, and the limit some times more where the
 * job had the luck to be below it. once: one run, for what is slow. */
static int measure(bench_job *job, bool once, bench_result *result)
{
    double times[MOST_RUNS], spent = 0;
    bench_limits limits = {0};
    int runs = 0, status = once ? CLI_DONE : bench_job_run(job);
    while (!status && runs < MOST_RUNS) {
        double began = cli_seconds();
        status = bench_job_run(job);
        times[runs] = cli_seconds() - began;
        spent += times[runs++];
        bench_limit(job, fmin(once ? 2 * times[0] : times[runs - 1], enough) * 1e3, &limits);
        if (once || (runs >= FEW_RUNS && spent >= enough) || spent >= too_long) break;
    }
    if (status) return status;
    qsort(times, (size_t)runs, sizeof *times, by_size);
    result->min_ms = times[0] * 1e3;
    for (int more = 0; more < MORE_LIMITS && bench_limit_ms(job, &limits) > result->min_ms; more++)
        bench_limit(job, result->min_ms, &limits);
    result->median_ms = times[runs / 2] * 1e3;
    result->limit_ms = bench_limit_ms(job, &limits);
    return CLI_DONE;
}

static bool wanted(const cli_args *args, const bench_work *work)
{
    size_t count = cli_count(args, OPTION_WORK);
    for (size_t i = 0; i < count; i++)
        if (!strcmp(cli_nth(args, OPTION_WORK, i), work->name)) return true;
    return count == 0;
}

static int check_names(const cli_args *args)
{
    const char *names[64] = {NULL};
    char known[800] = "";
    for (size_t w = 0, at = 0; bench_works[w].name; w++) {
        names[w] = bench_works[w].name;
        at += (size_t)snprintf(known + at, sizeof known - at, " %s", names[w]);
    }
    for (size_t i = 0; i < cli_count(args, OPTION_WORK); i++) {
        const char *name = cli_nth(args, OPTION_WORK, i), *nearest = cli_nearest(name, names);
        size_t w = 0;
        while (names[w] && strcmp(names[w], name) != 0) w++;
        if (names[w]) continue;
        return cli_fail_usage(&cli_bench, "bench: there is no work '%s'%s%s%s:%s", name,
                              nearest ? "; did you mean " : "", nearest ? nearest : "",
                              nearest ? "? Works" : "; works", known);
    }
    return CLI_DONE;
}

/* The backends to time: the one asked for, else all that run here. Returns how many. */
static size_t find_backends(const cli_args *args, char names[][16])
{
    char *text;
    size_t count = 0;
    CLI_TEXT(text, qs_backends_json(dst, cap));
    cli_json *json = cli_json_parse(text, strlen(text));
    int all = cli_json_get(json, 0, "backends");
    for (size_t i = 0; i < cli_json_size(json, all) && count < MOST_BACKENDS; i++) {
        int backend = cli_json_at(json, all, i);
        const char *key = cli_last(args, CLI_BACKEND) ? "used" : "available";
        if (!cli_json_true(json, cli_json_get(json, backend, key))) continue;
        strncat(strcpy(names[count++], ""), cli_json_string(json, cli_json_get(json, backend, "name")), 15);
    }
    cli_json_free(json);
    free(text);
    return count;
}

static int bench_one(const bench_work *work, bench_data *data, const char *backend, bench_report *report)
{
    bench_job job;
    bench_result result = {.job = &job, .backend = backend};
    if (qs_backend_use(backend) < 0) return cli_fail_core(NULL);
    int status = bench_job_open(&job, work, data);
    if (!status) status = measure(&job, !strcmp(backend, "ref"), &result);
    if (!status) bench_report_add(report, &result);
    bench_job_close(&job);
    return status;
}

static int bench_all(const cli_args *args, bench_data *data)
{
    char backends[MOST_BACKENDS][16];
    size_t count = find_backends(args, backends), works = 0, done = 0;
    int status = CLI_DONE;
    bench_report *report = bench_report_open(cli_last(args, CLI_JSON));
    cli_progress progress = cli_progress_begin(cli_last(args, CLI_QUIET));
    for (size_t w = 0; bench_works[w].name; w++) works += wanted(args, &bench_works[w]);
    for (size_t w = 0; bench_works[w].name && !status; w++) {
        if (!wanted(args, &bench_works[w])) continue;
        for (size_t b = 0; b < count && !status; b++, done++) {
            cli_progress_show(&progress, (double)done / (double)(works * count), bench_works[w].name);
            status = bench_one(&bench_works[w], data, backends[b], report);
        }
    }
    cli_progress_end(&progress);
    bench_report_print(report);
    return status;
}

/* For benches elsewhere, so that they do the same. */
static void print_list(void)
{
    static const char *const kinds[] = {"encode", "decode", "search"};
    for (const bench_work *w = bench_works; w->name; w++)
        printf("%s{\"work\":\"%s\",\"spec\":\"%s\",\"kind\":\"%s\",\"fits\":%s,\"peak\":\"%s\"}",
               w == bench_works ? "{\"works\":[" : ",", w->name, w->spec, kinds[w->kind],
               w->fits ? "true" : "false", w->peak ? w->peak : "");
    puts("]}");
}

static int run(const cli_args *args)
{
    bench_data data = {0};
    double rows, dim, queries, seed;
    bool codes = false, searches = false;
    int status = check_names(args);
    if (!status && cli_last(args, OPTION_LIST)) {
        print_list();
        return CLI_DONE;
    }
    if (!status) status = cli_whole(args, OPTION_ROWS, 1, 1e8, 0, &rows);
    if (!status) status = cli_whole(args, OPTION_DIM, 1, 65536, 512, &dim);
    if (!status) status = cli_whole(args, OPTION_QUERIES, 1, 1e6, 0, &queries);
    if (!status) status = cli_whole(args, CLI_SEED, 0, 4294967295.0, 0, &seed);
    if (status) return status;
    for (const bench_work *work = bench_works; work->name; work++) {
        if (!wanted(args, work)) continue;
        searches |= work->kind == BENCH_SEARCH;
        codes |= work->kind != BENCH_SEARCH;
    }
    data.rows = data.base_rows = (size_t)rows;
    data.dim = (size_t)dim;
    data.queries = (size_t)queries;
    status = bench_data_open(&data, cli_last(args, OPTION_DATA), seed, codes, searches);
    if (!status) status = bench_all(args, &data);
    bench_data_close(&data);
    return status;
}

const cli_command cli_bench = {
    .name = "bench",
    .summary = "times encoding, decoding and search on this machine",
    .usage = "[--work NAME]... [--rows N] [--dim D] [--queries N]\n"
             "                        [--data DIR] [--list] [--json]",
    .about = "Times encoding float32 rows (W1), decoding them (W2), exact searches of the\n"
             "top 10 (W3) and encoding by centroids (W4), with every backend or the one\n"
             "given. Output goes to memory that\n"
             "has been used before. The limit is measured alternately with the work: the\n"
             "same bytes moved in the same shape (read twice where the range is found\n"
             "first), or for searches the peak of the arithmetic on registers. \"Of limit\" is\n"
             "limit over minimum; 1 is the best possible. Each figure is the minimum of\n"
             "several runs. The rate counts bytes of float32, or multiplications (bits for\n"
             "binary).\n",
    .options = options,
    .examples = "  quantscope bench --threads 1\n"
                "  quantscope bench --work W1-int8-tensor --work W3-f32 --backend avx2 --json\n",
    .positionals = 0,
    .run = run,
};
