/* What people judged of a sweep: nDCG, MRR and recall of float32 and every spec, by --qrels. */
#include "cli/posix.h"

#include "cli/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int cli_sweep_read_qrels(cli_sweep *s, const char *qrels, const char *ids, const char *query_ids)
{
    cli_ids base = {.count = 0}, queries = {.count = 0};
    int status = cli_ids_read(&base, &s->base, ids);
    if (!status) status = cli_ids_read(&queries, &s->queries, query_ids);
    if (!status) status = cli_qrels_read(&s->qrels, qrels, &base, &queries);
    cli_ids_free(&base);
    cli_ids_free(&queries);
    return status;
}

int cli_sweep_judged(const cli_sweep *s, const qs_run *run, char **text)
{
    const cli_qrels *q = &s->qrels;
    char *core;
    size_t bytes = 0;
    CLI_TEXT(core, qs_run_judged_json(run, q->query, q->row, q->grade, q->count, dst, cap));
    if (!core) return cli_fail_core(q->path);
    FILE *stream = open_memstream(text, &bytes);
    if (!stream) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    fputs("{\"file\":", stream);
    cli_json_print_text(stream, q->path);
    fprintf(stream, ",\"unknown_queries\":%zu,%s", q->unknown, core + 1);
    if (fclose(stream)) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    free(core);
    return CLI_DONE;
}

static void add_result(cli_table *table, const cli_json *report, int result, double k, bool reference)
{
    static const char *const figures[] = {"ndcg", "mrr", "judged_recall"};
    char key[60];
    cli_table_add(table, reference ? "float32" : cli_json_string(report, cli_json_get(report, result, "spec")));
    for (size_t f = 0; f < 3; f++) {
        snprintf(key, sizeof key, "%s@%.0f", figures[f], k);
        if (f)
            cli_table_figure(table, "%.4f", cli_json_figure(report, result, key));
        else
            cli_sweep_recall(table, report, result, key);
        if (f) continue;
        snprintf(key, sizeof key, "%s@%.0f_difference", figures[f], k);
        int ends = 0;
        double low, high, difference = cli_json_figure(report, result, key);
        snprintf(key, sizeof key, "%s@%.0f_difference_ci95", figures[f], k);
        ends = cli_json_get(report, result, key);
        if (isfinite(difference) && cli_json_number(report, cli_json_at(report, ends, 0), &low) &&
            cli_json_number(report, cli_json_at(report, ends, 1), &high))
            cli_table_format(table, "%+.4f [%+.3f, %+.3f]", difference, low, high);
        else
            cli_table_add(table, "-");
    }
}

void cli_sweep_judged_table(const cli_json *report, cli_style style)
{
    int judged = cli_json_get(report, 0, "judged"), results = cli_json_get(report, judged, "results");
    double k = cli_json_figure(report, 0, "k"), outside = cli_json_figure(report, judged, "outside");
    double unknown = cli_json_figure(report, judged, "unknown_queries");
    double empty = cli_json_figure(report, judged, "without_relevant");
    char headings[200], digits[40];
    snprintf(headings, sizeof headings,
             "spec|>nDCG@%.0f [95 %%]|>difference from float32|>MRR@%.0f|>recall@%.0f of relevant", k, k, k);
    printf("\nJudged by people: %s judgements of",
           cli_grouped(cli_json_figure(report, judged, "judgements"), digits));
    printf(" %s queries", cli_grouped(cli_json_figure(report, judged, "queries"), digits));
    if (empty > 0) printf(", %s of which have no relevant document and count 0", cli_grouped(empty, digits));
    fputs("\n\n", stdout);
    cli_table *table = cli_table_open(headings);
    add_result(table, report, cli_json_get(report, judged, "float32"), k, true);
    for (size_t i = 0; i < cli_json_size(report, results); i++)
        add_result(table, report, cli_json_at(report, results, i), k, false);
    cli_table_print(table, style);
    for (size_t i = 0; i < cli_json_size(report, results); i++) {
        int result = cli_json_at(report, results, i);
        const char *text = cli_json_string(report, cli_json_get(report, result, "text"));
        if (text)
            printf("%s%s: %s\n", i ? "" : "\n", cli_json_string(report, cli_json_get(report, result, "spec")),
                   text);
    }
    if (outside > 0) {
        printf("\n%s judgements are of documents that are not in the base", cli_grouped(outside, digits));
        fputs(": they count as not found.\n", stdout);
    }
    if (unknown > 0) printf("\n%s judged queries are not in the file of queries.\n", cli_grouped(unknown, digits));
}
