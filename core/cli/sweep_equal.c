/* sweep --equal-bytes: for each budget of bytes a vector, every codec with the settings that fit it. */
#include "cli/sweep.h"

#include "quantscope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BUDGETS = 16, TEXT = 120 };

/* Codecs and their settings: %s stands for the dims of principal components where all dims are too many bytes, and
 * for each of the rotations otherwise. */
static const struct {
    const char *codec, *spec;
} settings[] = {{"float", "f16%s"},
                {"int", "int8:map=offset%s"},
                {"int", "int6:map=offset%s"},
                {"int", "int4:map=offset%s"},
                {"int", "int3:map=offset%s"},
                {"int", "int2:map=offset%s"},
                {"binary", "binary:query=f32%s"},
                {"osq", "osq:bits=1%s"},
                {"osq", "osq:bits=2%s"},
                {"osq", "osq:bits=4%s"},
                {"osq", "osq:bits=8%s"},
                {"rabitq", "rabitq:bits=1%s"},
                {"rabitq", "rabitq:bits=2%s"},
                {"rabitq", "rabitq:bits=4%s"},
                {"rabitq", "rabitq:bits=8%s"},
                {"tq", "tq:bits=1%s"},
                {"tq", "tq:bits=2%s"},
                {"tq", "tq:bits=4%s"}};
static const char *const rotations[] = {",rotate=none", ",rotate=hadamard"};

/* The bytes of a row, without what rows share; infinite where the spec cannot be. */
static double bytes_of(const cli_sweep *s, const char *spec)
{
    char *text;
    CLI_TEXT(text, qs_plan_from_json(spec, NULL, s->base.rows, (double)s->base.dim, dst, cap));
    if (!text) return INFINITY;
    cli_json *json = cli_json_parse(text, strlen(text));
    int bytes = cli_json_get(json, 0, "bytes");
    double own = cli_json_figure(json, bytes, "total") - cli_json_figure(json, bytes, "params");
    cli_json_free(json);
    free(text);
    return own / s->base.rows;
}

/* A setting with more options, which begin with a comma. */
static void with_options(char to[TEXT], const char *spec, const char *options)
{
    snprintf(to, TEXT, spec, options);
    char *comma = strchr(to, ',');
    if (comma && !strchr(to, ':')) *comma = ':';
}

static void add_if_new(cli_sweep *s, size_t group, const char *codec, const char *spec)
{
    char *canonical = cli_canonical(spec);
    for (size_t i = 0; canonical && i < s->specs.count; i++)
        if (s->groups.of[i] == group && !strcmp(s->specs.text[i], canonical)) {
            free(canonical);
            return;
        }
    if (canonical) cli_groups_add(s, group, codec, canonical);
    free(canonical);
}

static void add_setting(cli_sweep *s, size_t group, double budget, const char *codec, const char *setting)
{
    char spec[TEXT], options[60];
    with_options(spec, setting, rotations[0]);
    if (bytes_of(s, spec) <= budget) {
        for (size_t r = 0; r < sizeof rotations / sizeof *rotations; r++) {
            with_options(spec, setting, rotations[r]);
            add_if_new(s, group, codec, spec);
        }
        return;
    }
    size_t fits = 0, too_many = s->base.dim;
    while (too_many - fits > 1) {
        size_t dims = (fits + too_many) / 2;
        snprintf(options, sizeof options, ",rotate=pca,dims=%zu", dims);
        with_options(spec, setting, options);
        *(bytes_of(s, spec) <= budget ? &fits : &too_many) = dims;
    }
    snprintf(options, sizeof options, ",rotate=pca,dims=%zu", fits);
    with_options(spec, setting, options);
    if (fits) add_if_new(s, group, codec, spec);
}

/* Product codes: as many as fit, or one for each dim. */
static void add_product(cli_sweep *s, size_t group, double budget)
{
    static const char *const codecs[] = {"pq", "opq"};
    char spec[TEXT];
    for (size_t c = 0; c < 2; c++)
        for (int bits = 8; bits >= 4; bits -= 4) {
            double m = floor(budget * 8 / bits);
            if (m > (double)s->base.dim) m = (double)s->base.dim;
            snprintf(spec, sizeof spec, "%s:m=%.0f,bits=%d", codecs[c], m, bits);
            if (m >= 1 && !(c && bits == 4)) add_if_new(s, group, codecs[c], spec);
        }
}

int cli_sweep_equal(cli_sweep *s, const char *list)
{
    cli_specs_free(&s->specs);
    s->groups.names = cli_alloc(MOST_BUDGETS * sizeof *s->groups.names);
    for (const char *at = list; *at;) {
        char *end, name[40];
        double budget = strtod(at, &end);
        bool right = end != at && ((*end == ',' && end[1]) || !*end) && budget >= 1 && budget <= 1048576 &&
                     floor(budget) == budget && s->groups.count < MOST_BUDGETS;
        if (!right)
            return cli_fail_usage(
                &cli_sweep_command,
                "sweep: --equal-bytes takes up to %d whole numbers of bytes, as 64,128,256, not '%s'", MOST_BUDGETS,
                list);
        size_t group = s->groups.count++;
        snprintf(name, sizeof name, "%.0f", budget);
        s->groups.names[group] = cli_copy(name);
        for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
            add_setting(s, group, budget, settings[i].codec, settings[i].spec);
        add_product(s, group, budget);
        at = *end ? end + 1 : end;
    }
    return s->specs.count ? CLI_DONE : cli_fail(CLI_USAGE, "--equal-bytes %s: no codec fits", list);
}
