/* quantscope sweep: measures specs on rows of a file and reports. */
#include "cli/sweep.h"

#include "cli/asserts.h"
#include "quantscope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    OPTION_METRIC = CLI_FIRST_OPTION,
    OPTION_TENSOR,
    OPTION_CSV,
    OPTION_MD,
    OPTION_ASSERT,
    OPTION_CALIBRATE,
    OPTION_CALIBRATE_ROWS,
    OPTION_CURVE,
    OPTION_DIMS,
    OPTION_AGAINST,
    OPTION_UNTIMED,
    OPTION_QRELS,
    OPTION_IDS,
    OPTION_QUERY_IDS,
    OPTION_TRUTH,
    OPTION_QUERY_TENSOR,
    OPTION_BUDGET,
    OPTION_LEAST,
    OPTION_VECTORS,
    OPTION_EQUAL
};

static const cli_option options[] = {
    {'q', "queries", "FILE",
     "queries, as rows of the base's dim (default: min(500, rows/5) rows drawn from BASE by "
     "--seed, which are left out of it)"},
    {'s', "spec", "SPEC", "a spec; can be repeated (default: a list of well-known ones)"},
    {'k', NULL, "N", "neighbours that recall counts (default 10)"},
    {OPTION_TENSOR, "tensor", "NAME", "which tensor of BASE, and of the other files, where they have several"},
    {OPTION_QUERY_TENSOR, "query-tensor", "NAME", "which tensor of QUERIES, where it is another one"},
    {OPTION_METRIC, "metric", "NAME", "cosine, ip (inner product) or l2 (default cosine)"},
    {OPTION_CALIBRATE, "calibrate", "FILE",
     "fit on the rows of FILE, of the base's dim, and measure on BASE (default: fit on BASE)"},
    {OPTION_CALIBRATE_ROWS, "calibrate-rows", "N",
     "fit on N rows drawn from BASE by --seed, and measure on all of it"},
    {OPTION_CURVE, "calibrate-curve", NULL,
     "error and recall by how many rows are fitted on: 10, 30, 100, 300, ... drawn from BASE, five times each for "
     "the spread of the errors, and all"},
    {OPTION_DIMS, "dims", NULL,
     "report the dim with the largest share of the error; in JSON the share of each dim"},
    {OPTION_AGAINST, "against", "SPEC",
     "compare the recall of every spec with that of this one, over the same queries (default: the first)"},
    {OPTION_QRELS, "qrels", "FILE",
     "people's judgements of rows of BASE for QUERIES (trec or tsv): report nDCG, MRR and recall by them"},
    {OPTION_IDS, "ids", "FILE",
     "the ids of the rows of BASE in those, one a line (default: the labels of rows, or their numbers from 0)"},
    {OPTION_QUERY_IDS, "query-ids", "FILE", "the same of QUERIES"},
    {OPTION_TRUTH, "truth", "FILE",
     "neighbours that came with the set, row numbers from 0 of each query, the nearest first (.ivecs, .npy, "
     "\"neighbors\" of HDF5): compare with exact search, and report recall against them"},
    {OPTION_LEAST, "at-least", "RECALL",
     "choose the cheapest spec whose lower bound of recall@k is at least this, from 0 to 1; exit 1 if none is"},
    {OPTION_BUDGET, "budget", "BYTES",
     "choose within so many bytes of codes; K, M and G may follow; exit 1 if none fits"},
    {OPTION_VECTORS, "vectors", "N", "how many vectors the budget is for (default: the rows of BASE)"},
    {OPTION_EQUAL, "equal-bytes", "LIST",
     "for each number of bytes a vector, as 64,128,256: the best setting of each codec that fits, and paired "
     "differences from the best of all"},
    {OPTION_UNTIMED, "no-timing", NULL, "measure no speeds, which takes less time"},
    {CLI_JSON, "json", NULL, "print the report as JSON"},
    {OPTION_CSV, "csv", NULL, "print every figure as CSV"},
    {OPTION_MD, "md", NULL, "print the table as Markdown"},
    {OPTION_ASSERT, "assert", "EXPR",
     "exit 1 unless it holds: SPEC:FIGURE OP NUMBER, OP one of >= > <= < ==, FIGURE "
     "a key of the JSON; can be repeated"},
    CLI_RAW_OPTIONS,
    {0, NULL, NULL, NULL},
};

/* What is fitted on. A curve is no report of one result a spec, as CSV and asserts take it. */
static int read_calibration(const cli_args *args, cli_sweep *s)
{
    bool curve = cli_last(args, OPTION_CURVE);
    if (!!cli_last(args, OPTION_CALIBRATE) + !!cli_last(args, OPTION_CALIBRATE_ROWS) + curve > 1)
        return cli_fail_usage(&cli_sweep_command,
                              "sweep: choose one of --calibrate, --calibrate-rows and --calibrate-curve");
    if (curve && (cli_last(args, OPTION_CSV) || cli_last(args, OPTION_ASSERT)))
        return cli_fail_usage(&cli_sweep_command, "sweep: --calibrate-curve goes with neither --csv nor --assert");
    s->dims = cli_last(args, OPTION_DIMS);
    if (s->dims && (curve || cli_last(args, OPTION_CSV)))
        return cli_fail_usage(&cli_sweep_command, "sweep: --dims goes with neither --csv nor --calibrate-curve");
    return cli_whole(args, OPTION_CALIBRATE_ROWS, 1, 4294967294.0, 0, &s->calibrate_rows);
}

/* What a spec is chosen by. */
static int read_choice(const cli_args *args, cli_sweep *s)
{
    const char *least = cli_last(args, OPTION_LEAST);
    char *rest = NULL;
    s->at_least = least ? strtod(least, &rest) : 0;
    if (least && (!*least || *rest || !(s->at_least > 0 && s->at_least <= 1)))
        return cli_fail_usage(&cli_sweep_command, "sweep: --at-least takes a recall above 0 and up to 1, not '%s'",
                              least);
    int status = cli_bytes(args, OPTION_BUDGET, &s->budget);
    if (!status) status = cli_whole(args, OPTION_VECTORS, 1, 0x1p53, 0, &s->vectors);
    if (status) return status;
    if (s->vectors > 0 && !(s->budget > 0) && !least)
        return cli_fail_usage(&cli_sweep_command, "sweep: --vectors is of --budget and --at-least");
    if ((s->budget > 0 || least) && cli_last(args, OPTION_CURVE))
        return cli_fail_usage(&cli_sweep_command,
                              "sweep: --budget and --at-least do not go with --calibrate-curve");
    return CLI_DONE;
}

/* Options that go with others only. */
static int check_options(const cli_args *args)
{
    bool qrels = cli_last(args, OPTION_QRELS), ids = cli_last(args, OPTION_IDS) || cli_last(args, OPTION_QUERY_IDS);
    if (qrels && !cli_last(args, 'q'))
        return cli_fail_usage(&cli_sweep_command, "sweep: --qrels judges the queries of a file: give it by -q");
    if (qrels && cli_last(args, OPTION_CURVE))
        return cli_fail_usage(&cli_sweep_command, "sweep: --qrels does not go with --calibrate-curve");
    if (cli_last(args, OPTION_TRUTH) && (!cli_last(args, 'q') || cli_last(args, OPTION_CURVE)))
        return cli_fail_usage(
            &cli_sweep_command,
            "sweep: --truth is of the queries of a file: give it by -q, without --calibrate-curve");
    if (cli_last(args, OPTION_QUERY_TENSOR) && !cli_last(args, 'q'))
        return cli_fail_usage(&cli_sweep_command, "sweep: --query-tensor is of -q");
    if (cli_last(args, OPTION_EQUAL) &&
        (cli_count(args, 's') || cli_last(args, OPTION_ASSERT) || cli_last(args, OPTION_AGAINST) ||
         cli_last(args, OPTION_CURVE) || cli_last(args, OPTION_BUDGET) || cli_last(args, OPTION_LEAST)))
        return cli_fail_usage(
            &cli_sweep_command,
            "sweep: --equal-bytes chooses the specs and what they are compared with; it goes without "
            "-s, --against, --assert, --budget, --at-least and --calibrate-curve");
    if (ids && !qrels) return cli_fail_usage(&cli_sweep_command, "sweep: --ids and --query-ids are of --qrels");
    return CLI_DONE;
}

/* The spec that all others are compared with, by its place. */
static int read_against(const cli_args *args, cli_sweep *s)
{
    const char *given = cli_last(args, OPTION_AGAINST);
    char *spec = given ? cli_canonical(given) : NULL;
    if (given && !spec) return cli_fail_spec(given);
    while (spec && s->against < s->specs.count && strcmp(s->specs.text[s->against], spec) != 0) s->against++;
    bool found = s->against < s->specs.count;
    free(spec);
    return found ? CLI_DONE : cli_fail(CLI_USAGE, "--against %s: it is not swept; add -s %s", given, given);
}

/* All that can be checked before a file is opened. */
static int read_options(const cli_args *args, cli_sweep *s, cli_asserts *asserts)
{
    if (!!cli_last(args, CLI_JSON) + !!cli_last(args, OPTION_CSV) + !!cli_last(args, OPTION_MD) > 1)
        return cli_fail_usage(&cli_sweep_command, "sweep: choose one of --json, --csv and --md");
    const char *metric = cli_last(args, OPTION_METRIC);
    s->metric = metric ? metric : "cosine";
    s->untimed = cli_last(args, OPTION_UNTIMED);
    s->truth = cli_last(args, OPTION_TRUTH);
    s->steady = !s->untimed && !cli_last(args, OPTION_CURVE);
    s->progress = cli_progress_begin(cli_last(args, CLI_QUIET));
    int status = cli_whole(args, 'k', 1, 1000000, 10, &s->k);
    if (!status) status = cli_whole(args, CLI_SEED, 0, 4294967295.0, 0, &s->seed);
    if (!status) status = read_calibration(args, s);
    if (!status) status = check_options(args);
    if (!status) status = read_choice(args, s);
    if (!status) status = cli_specs_read(args, false, &s->specs);
    if (!status) status = read_against(args, s);
    if (status) return status;
    qs_run *probe = qs_run_open(s->specs.text[0], s->metric, (size_t)s->k, s->seed, 1, 1, 0);
    if (!probe) return cli_fail_core("sweep");
    qs_run_close(probe);
    return cli_asserts_read(args, OPTION_ASSERT, &s->specs, asserts);
}

static int check_dim(const cli_sweep *s, const cli_file *file)
{
    if (file->dim == s->base.dim) return CLI_DONE;
    return cli_fail(CLI_DATA, "%s: its rows have dim %zu, those of %s %zu", file->path, file->dim, s->base.path,
                    s->base.dim);
}

static int open_files(const cli_args *args, cli_sweep *s)
{
    const char *queries = cli_last(args, 'q'), *calibration = cli_last(args, OPTION_CALIBRATE);
    const char *tensor = cli_last(args, OPTION_TENSOR), *query_tensor = cli_last(args, OPTION_QUERY_TENSOR);
    int status = cli_file_open(&s->base, cli_nth(args, CLI_POSITIONAL, 0), tensor);
    if (!status && queries)
        status = cli_file_open_beside(&s->queries, queries, query_tensor ? query_tensor : tensor);
    if (!status && queries) status = check_dim(s, &s->queries);
    if (!status && calibration) status = cli_file_open_beside(&s->calibration, calibration, tensor);
    if (!status && calibration) status = check_dim(s, &s->calibration);
    if (!status && cli_last(args, OPTION_EQUAL)) status = cli_sweep_equal(s, cli_last(args, OPTION_EQUAL));
    if (!status && s->truth) status = cli_sweep_read_truth(s);
    if (!status && cli_last(args, OPTION_QRELS))
        status = cli_sweep_read_qrels(s, cli_last(args, OPTION_QRELS), cli_last(args, OPTION_IDS),
                                      cli_last(args, OPTION_QUERY_IDS));
    if (status) return status;
    cli_file_warn_shape(&s->base);
    if (queries) cli_file_warn_shape(&s->queries);
    if (calibration) cli_file_warn_shape(&s->calibration);
    return CLI_DONE;
}

static void print_report(const cli_args *args, const char *text, const cli_json *report)
{
    cli_style style = cli_last(args, OPTION_MD) ? CLI_MARKDOWN : CLI_ALIGNED;
    if (cli_last(args, CLI_JSON))
        puts(text);
    else if (cli_last(args, OPTION_CSV))
        cli_sweep_csv(report);
    else if (cli_last(args, OPTION_CURVE))
        cli_sweep_curve_table(report, style);
    else if (cli_last(args, OPTION_EQUAL))
        cli_sweep_groups_table(report, style, "at most", NULL);
    else {
        cli_sweep_table(report, style);
        cli_sweep_choice_print(report);
    }
    if (cli_last(args, OPTION_QRELS) && !cli_last(args, CLI_JSON) && !cli_last(args, OPTION_CSV))
        cli_sweep_judged_table(report, style);
    if (cli_last(args, OPTION_DIMS) && !cli_last(args, CLI_JSON)) cli_sweep_dims_table(report, style);
}

/* The file that a problem is in, by the word that it begins with, which is passed over. */
static const char *problem_file(const cli_sweep *s, const char **problem)
{
    const struct {
        const char *word, *path;
    } others[] = {{"queries: ", s->queries.path}, {"calibration: ", s->calibration.path}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (!others[i].path || strncmp(*problem, others[i].word, strlen(others[i].word)) != 0) continue;
        *problem += strlen(others[i].word);
        return others[i].path;
    }
    return s->base.path;
}

/* Tells of each spec that failed, by the file that the problem is in. */
static int check_problems(const cli_sweep *s, const cli_json *report, int results)
{
    int status = CLI_DONE;
    for (size_t i = 0; i < cli_json_size(report, results); i++) {
        int result = cli_json_at(report, results, i);
        const char *problem = cli_json_string(report, cli_json_get(report, result, "problem"));
        if (!problem) continue;
        const char *path = problem_file(s, &problem);
        status = cli_fail(CLI_DATA, "%s: %s: %s", path,
                          cli_json_string(report, cli_json_get(report, result, "spec")), problem);
    }
    return status;
}

/* The same of a report, or of the last of a curve, whose rows are those of all others. */
int cli_sweep_check_problems(const cli_sweep *s, const cli_json *report)
{
    int curve = cli_json_get(report, 0, "curve"), holder = 0;
    if (curve >= 0) holder = cli_json_at(report, curve, cli_json_size(report, curve) - 1);
    return check_problems(s, report, cli_json_get(report, holder, "results"));
}

static int sweep_files(const cli_args *args, cli_sweep *s, const cli_asserts *asserts)
{
    char *text = NULL;
    int status = open_files(args, s);
    if (!status) status = (cli_last(args, OPTION_CURVE) ? cli_sweep_curve : cli_sweep_run)(s, &text);
    cli_progress_end(&s->progress);
    if (status) return status;
    cli_json *report = cli_json_parse(text, strlen(text));
    print_report(args, text, report);
    fflush(stdout);
    int problems = cli_sweep_check_problems(s, report), claims = cli_asserts_check(asserts, report);
    int choice = cli_sweep_choice_check(s, report);
    cli_json_free(report);
    free(text);
    return claims == CLI_USAGE ? claims : problems ? problems : claims ? claims : choice;
}

static int run(const cli_args *args)
{
    cli_sweep s = CLI_SWEEP_NONE;
    cli_asserts asserts = {.count = 0};
    int status = read_options(args, &s, &asserts);
    if (!status) status = sweep_files(args, &s, &asserts);
    cli_asserts_free(&asserts);
    cli_file_close(&s.base);
    cli_file_close(&s.queries);
    cli_file_close(&s.calibration);
    cli_qrels_free(&s.qrels);
    free(s.neighbours);
    cli_groups_free(&s.groups, s.specs.count);
    cli_specs_free(&s.specs);
    return status;
}

const cli_command cli_sweep_command = {
    .name = "sweep",
    .summary = "measures size, error and recall of specs",
    .usage = "BASE [--tensor NAME] [-q QUERIES] [-s SPEC]... [-k 10]\n"
             "                        [--metric cosine|ip|l2] [--assert EXPR]...\n"
             "                        [--against SPEC] [--no-timing]\n"
             "                        [--qrels FILE [--ids FILE] [--query-ids FILE]]\n"
             "                        [--truth FILE] [--query-tensor NAME]\n"
             "                        [--at-least RECALL] [--budget BYTES] [--vectors N]\n"
             "                        [--calibrate FILE|--calibrate-rows N|--calibrate-curve]\n"
             "                        [--equal-bytes LIST] [--dims] [--json|--csv|--md]",
    .about = "Encodes the rows of BASE with each SPEC and compares with float32 on the same\n"
             "rows. Bytes are counted. Errors are SQNR in dB and the cosine between a row\n"
             "and its decoded row; --json adds rounding and clipping error, bias, the change\n"
             "in row length, the error of running sums and more (1-bit values count as\n"
             "threshold -+ the one size with the least error, sign_size). Search is exact\n"
             "over all codes: recall@k is the share of the true k nearest rows that are\n"
             "found, with a 95 % interval over the queries. Speeds are measured on this\n"
             "machine and are the only figures that vary between runs.\n"
             "\n"
             "feedback=1 is shown beside the same spec without it: it roughly doubles mse\n"
             "and lowers prefix_sum_rmse, the error of running sums, by much more.\n"
             "\n"
             "Parameters shared by all rows (a scale of the tensor or of a dim, thresholds,\n"
             "codebooks) can be fitted on a separate calibration set. The share of clipped\n"
             "values and the overshoot of the largest value, as a share of the range, then\n"
             "show what lay outside the fitted range. Scales of rows and blocks are always\n"
             "fitted to the row itself.\n"
             "\n"
             "--qrels FILE gives what people judged relevant: lines of query, iteration,\n"
             "document and grade (trec), or of query, document and grade (tsv, with or\n"
             "without headings). nDCG@k, MRR@k and recall@k (judged_recall@k in JSON) of\n"
             "float32 and of every spec are those of trec_eval: the grade is the gain, from\n"
             "grade 1 on a document is relevant, judged documents that are not in BASE count\n"
             "as not found, queries without judgements are left out. Differences are from\n"
             "float32 over the same queries.\n"
             "\n"
             "--truth FILE compares neighbours that came with a set with those of exact\n"
             "search, and reports recall against them (recall@k_truth). Where they differ, a\n"
             "finding says by what. The truth of longer vectors, of which BASE and QUERIES\n"
             "hold the first dims, shows what those left out lose.\n"
             "\n"
             "--at-least RECALL chooses the cheapest spec whose recall@k is surely enough: the\n"
             "lower bound of its interval counts. --budget BYTES takes only specs whose codes\n"
             "fit, and alone chooses the highest lower bound. The choice is made on one half\n"
             "of the queries, drawn by --seed, and measured again on the other half: both\n"
             "figures are reported, and where the other half does not confirm it, the exit\n"
             "code is 1.\n"
             "\n"
             "rescore=K takes K times k rows for each query, 10,000 at most.\n"
             "\n"
             "If a SPEC fails on the data, the problem is reported, the remaining specs\n"
             "still run, and the exit code is 3.\n",
    .options = options,
    .examples = "  quantscope sweep base.npy -q queries.npy --metric ip\n"
                "  quantscope sweep base.npy -s int8 --assert 'int8:recall@10>=0.95'\n",
    .positionals = 1,
    .run = run,
};
