/* The report of `quantscope tensors --budget`: the choice, one type for all and usual mixes beside it, and each
 * tensor with what every type would do to it. */
#include "cli/posix.h"

#include "cli/budget.h"

#include "cli/cli.h"
#include "cli/table.h"
#include "quantscope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Noise is a share of the signal. */
static double decibels(double noise)
{
    return -10 * log(noise) / log(10);
}

static void print_figures(FILE *s, const cli_budget *b, double bytes, double noise)
{
    fprintf(s, "\"bytes\":%.0f,\"bits_per_value\":", bytes);
    cli_json_print_figure(s, 8 * bytes / b->values);
    fputs(",\"noise\":", s);
    cli_json_print_figure(s, noise);
    fputs(",\"sqnr_db\":", s);
    cli_json_print_figure(s, decibels(noise));
}

/* ------------------------------------------------------------------------------------------------- choices */

/* The option of a tensor that a type becomes there; its count where it was not measured. */
static size_t option_of(const cli_budget *b, const cli_budget_tensor *t, const char *type)
{
    size_t o = 0;
    char *fits = type ? cli_gguf_fitting(&b->gguf.list[t->tensor], type) : NULL;
    while (o < t->count && (!fits || strcmp(t->options[o].type, fits) != 0)) o++;
    free(fits);
    return o;
}

static double values_of(const cli_budget *b)
{
    double values = 0;
    for (size_t i = 0; i < b->count; i++) values += b->list[i].values;
    return values;
}

/* A choice by the options of all tensors, each as choose() says; nothing where one is not known. */
static void print_choice(FILE *s, cli_budget *b, const char *before, const char *name, const size_t *options)
{
    double noise = 0, bytes = 0;
    for (size_t i = 0; i < b->count; i++) {
        const cli_budget_option *o = &b->list[i].options[options[i]];
        noise += o->noise;
        cli_gguf_choose(&b->gguf, b->list[i].tensor, o->type);
    }
    for (size_t i = 0; i < b->gguf.count; i++) bytes += b->gguf.list[i].bytes;
    fprintf(s, "%s{\"name\":", before);
    cli_json_print_text(s, name);
    fputc(',', s);
    print_figures(s, b, bytes, noise / values_of(b));
    double whole = cli_gguf_bytes(&b->gguf);
    fprintf(s, ",\"gguf_bytes\":%.0f,\"fits\":%s}", whole,
            (b->aligned ? whole : bytes) <= b->most ? "true" : "false");
}

static void print_compared(FILE *s, cli_budget *b)
{
    size_t *options = cli_alloc((b->count + 1) * sizeof *options);
    const char *name, *comma = "";
    for (size_t k = 0; k < b->types || cli_budget_mix_name(k - b->types); k++) {
        bool known = true, mix = k >= b->types;
        for (size_t i = 0; i < b->count && known; i++) {
            const cli_budget_tensor *t = &b->list[i];
            options[i] = option_of(b, t, mix ? cli_budget_mix_type(b, k - b->types, t->tensor) : b->type[k]);
            known = options[i] < t->count;
        }
        if (!known) continue;
        char title[64];
        name = mix ? cli_budget_mix_name(k - b->types) : b->type[k];
        snprintf(title, sizeof title, mix ? "llama.cpp's mix %s" : "%s for all", name);
        print_choice(s, b, comma, title, options);
        comma = ",";
    }
    free(options);
}

static void print_tensor(FILE *s, const cli_budget *b, const cli_budget_tensor *t)
{
    const cli_gguf_tensor *about = &b->gguf.list[t->tensor];
    fputs("{\"name\":", s);
    cli_json_print_text(s, about->name);
    fputs(",\"shape\":[", s);
    for (size_t a = 0; a < about->axes; a++) fprintf(s, "%s%.0f", a ? "," : "", about->shape[a]);
    fprintf(s, "],\"weighted\":%s,\"type\":\"%s\",\"options\":[", t->importance ? "true" : "false",
            t->options[t->chosen].type);
    for (size_t o = 0; o < t->count; o++) {
        const cli_budget_option *one = &t->options[o];
        double noise = one->noise / t->values;
        fprintf(s, "%s{\"type\":\"%s\",\"bytes\":%.0f,\"noise\":", o ? "," : "", one->type, one->bytes);
        cli_json_print_figure(s, noise);
        fputs(",\"sqnr_db\":", s);
        cli_json_print_figure(s, decibels(noise));
        fputc('}', s);
    }
    fputs("]}", s);
}

char *cli_budget_json(cli_budget *b, const char *path, const char *budget, const char *imatrix)
{
    char *text = NULL;
    size_t bytes, *chosen = cli_alloc((b->count + 1) * sizeof *chosen);
    FILE *s = open_memstream(&text, &bytes);
    if (!s) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    fprintf(s, "{\"quantscope\":\"%s\",\"file\":", qs_version());
    cli_json_print_text(s, path);
    fputs(",\"imatrix\":", s);
    if (imatrix)
        cli_json_print_text(s, imatrix);
    else
        fputs("null", s);
    fputs(",\"budget\":{\"text\":", s);
    cli_json_print_text(s, budget);
    fprintf(s, ",\"bytes\":%.0f},\"values\":%.0f,\"kept\":{\"tensors\":%zu},\"bound_noise\":", b->most, b->values,
            b->gguf.count - b->count);
    cli_json_print_figure(s, b->bound / values_of(b));
    fputs(",\"compared\":[", s);
    print_compared(s, b);
    for (size_t i = 0; i < b->count; i++) chosen[i] = b->list[i].chosen;
    fputs("],\"choice\":", s);
    print_choice(s, b, "", "chosen by tensor", chosen);
    fputs(",\"tensors\":[", s);
    for (size_t i = 0; i < b->count; i++) {
        if (i) fputc(',', s);
        print_tensor(s, b, &b->list[i]);
    }
    fputs("]}", s);
    free(chosen);
    if (fclose(s)) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    return text;
}

/* -------------------------------------------------------------------------------------------------- the tables */

static void add_choice(cli_table *table, const cli_json *report, int choice)
{
    cli_table_add(table, cli_json_string(report, cli_json_get(report, choice, "name")));
    cli_table_whole(table, cli_json_figure(report, choice, "bytes"));
    cli_table_figure(table, "%.3f", cli_json_figure(report, choice, "bits_per_value"));
    cli_table_figure(table, "%.2f", cli_json_figure(report, choice, "sqnr_db"));
    cli_table_figure(table, "%.3g", cli_json_figure(report, choice, "noise"));
    cli_table_whole(table, cli_json_figure(report, choice, "gguf_bytes"));
    cli_table_add(table, cli_json_true(report, cli_json_get(report, choice, "fits")) ? "yes" : "no");
}

/* The tensor's own figures are those of its type among the options. */
static void add_tensor(cli_table *table, const cli_json *report, int tensor)
{
    const char *type = cli_json_string(report, cli_json_get(report, tensor, "type"));
    int options = cli_json_get(report, tensor, "options");
    cli_table_add(table, cli_json_string(report, cli_json_get(report, tensor, "name")));
    cli_table_add(table, type);
    for (size_t o = 0; o < cli_json_size(report, options); o++) {
        int option = cli_json_at(report, options, o);
        if (strcmp(cli_json_string(report, cli_json_get(report, option, "type")), type) != 0) continue;
        cli_table_whole(table, cli_json_figure(report, option, "bytes"));
        cli_table_figure(table, "%.2f", cli_json_figure(report, option, "sqnr_db"));
    }
    cli_table_add(table, cli_json_true(report, cli_json_get(report, tensor, "weighted")) ? "imatrix" : "alike");
}

void cli_budget_table(const cli_json *report)
{
    char most[40];
    int choice = cli_json_get(report, 0, "choice"), compared = cli_json_get(report, 0, "compared");
    int tensors = cli_json_get(report, 0, "tensors"), budget = cli_json_get(report, 0, "budget");
    cli_table *table = cli_table_open("choice|>bytes of tensors|>bits/value|>SQNR dB|>noise|>bytes as GGUF|fits");
    add_choice(table, report, choice);
    for (size_t i = 0; i < cli_json_size(report, compared); i++)
        add_choice(table, report, cli_json_at(report, compared, i));
    cli_table_print(table, CLI_ALIGNED);
    putchar('\n');
    table = cli_table_open("tensor|type|>bytes|>SQNR dB|inputs");
    for (size_t i = 0; i < cli_json_size(report, tensors); i++)
        add_tensor(table, report, cli_json_at(report, tensors, i));
    cli_table_print(table, CLI_ALIGNED);
    printf("\nThe budget: %s bytes. No choice of these types within it has less noise than %.3g (SQNR %.2f dB).\n",
           cli_grouped(cli_json_figure(report, budget, "bytes"), most), cli_json_figure(report, 0, "bound_noise"),
           decibels(cli_json_figure(report, 0, "bound_noise")));
}
