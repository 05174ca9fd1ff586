/* The spec parser: every combination of options comes back from its canonical text, and every mistake is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make.h"
#include "spec/spec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void parse(const char *text, qsi_spec *spec)
{
    char error[1024];
    if (!qsi_spec_parse(text, spec)) return;
    qs_error_json(error, sizeof error);
    fail_msg("%s: %s", text, error);
}

static void canonical_is(const char *text, const char *wanted)
{
    qsi_spec spec;
    char canonical[QSI_SPEC_TEXT];
    parse(text, &spec);
    qsi_spec_text(&spec, canonical);
    assert_string_equal(canonical, wanted);
}

static void test_canonical(void **state)
{
    (void)state;
    canonical_is("int8", "int8");
    canonical_is("INT8:PER=Tensor", "int8:per=tensor");
    canonical_is("int8:map=sym,per=row,levels=narrow,range=minmax,round=even,scale=f32,query=f32,rescore=0",
                 "int8");
    canonical_is("int4:rescore=4,query=same,per=dim,map=offset", "int4:map=offset,per=dim,query=same,rescore=4");
    canonical_is("int4:block=32,per=block", "int4:per=block");
    canonical_is("int4:block=1e2,per=block", "int4:per=block,block=100");
    canonical_is("int8:round=stochastic,seed=4294967295", "int8:round=stochastic,seed=4294967295");
    canonical_is("int8:round=stochastic,seed=0", "int8:round=stochastic");
    canonical_is("binary:query=same", "binary");
    canonical_is("binary:query=f32,center=median", "binary:center=median,query=f32");
    canonical_is("int8:dims=128,rotate=hadamard,seed=3,per=dim", "int8:per=dim,seed=3,rotate=hadamard,dims=128");
    canonical_is("f32:rotate=none,dims=0,center=none", "f32");
    canonical_is("int8:range=given,lo=0,hi=1", "int8:range=given,lo=0,hi=1");
    canonical_is("int8:range=given,lo=-0.0,hi=+.5", "int8:range=given,lo=0,hi=0.5");
    canonical_is("int8:range=given,s=0.1", "int8:range=given,s=0.1");
    canonical_is("int8:map=affine,range=given,s=1e-2,z=0", "int8:map=affine,range=given,s=0.01");
    canonical_is("int8:map=affine,range=given,s=1e-2,z=-7", "int8:map=affine,range=given,s=0.01,z=-7");
}

/* A number is what its canonical text says, also where a float32 is cut between two texts. */
static void test_numbers_keep_their_meaning(void **state)
{
    (void)state;
    qsi_spec spec, again;
    char canonical[QSI_SPEC_TEXT];
    parse("int8:range=given,s=1.000000059", &spec); /* 1.00000006 with 9 digits, which is another float32 */
    qsi_spec_text(&spec, canonical);
    parse(canonical, &again);
    assert_true((float)spec.value[QSI_S] == (float)again.value[QSI_S]);
    assert_int_equal(qs_spec_check("int8:range=given,lo=0.1,hi=0.100000001"), QS_E_OPTION); /* one float32 */
    check_error(QS_E_OPTION, "is not below");
}

/* Texts of an option's values to try: each word, or the default, the ends and one between. */
static size_t values_of(const qsi_option_values *allowed, char values[8][32])
{
    const qsi_option_row *row = &qsi_option_rows[allowed->option];
    if (allowed->count) {
        for (size_t w = 0; w < allowed->count; w++) snprintf(values[w], 32, "%s", row->words[allowed->words[w]]);
        return allowed->count;
    }
    double numbers[] = {allowed->first, allowed->low, allowed->high, trunc((allowed->low + allowed->high) / 2)};
    size_t count = 0;
    for (size_t i = 0; i < 4; i++) {
        snprintf(values[count], 32, "%.10g", numbers[i]);
        count += numbers[i] >= allowed->low && numbers[i] <= allowed->high;
    }
    return count;
}

/* Parts of a spec, such as "per=row"; what goes only together is one part. */
typedef struct parts {
    const qsi_format *format;
    size_t count;
    char text[2 * QSI_OPTIONS][64];
} parts;

static void join(const parts *p, random_state *r, char text[2 * QSI_SPEC_TEXT])
{
    size_t length = (size_t)snprintf(text, QSI_SPEC_TEXT, "%s", p->format->name),
           *order = random_order(r, p->count);
    for (size_t i = 0; i < p->count; i++)
        length +=
            (size_t)snprintf(text + length, 2 * QSI_SPEC_TEXT - length, "%c%s", i ? ',' : ':', p->text[order[i]]);
    free(order);
}

/* Adds an option if the spec is one that is taken then. */
static bool add_option(parts *p, random_state *r, const qsi_option_values *allowed, const char *value)
{
    char text[2 * QSI_SPEC_TEXT];
    qsi_spec spec;
    int length = snprintf(p->text[p->count], 64, "%s=%s", qsi_option_rows[allowed->option].name, value);
    if (allowed->option == QSI_RANGE && !strcmp(value, "given"))
        snprintf(p->text[p->count] + length, 64 - (size_t)length, random_below(r, 2) ? ",lo=-2,hi=3.5" : ",s=0.1");
    p->count++;
    join(p, r, text);
    bool taken = qsi_spec_parse(text, &spec) == QS_OK;
    p->count -= !taken;
    return taken;
}

/* A random spec of a format, in random order. With an offer, that option has that value; false: it was not taken.
 */
static bool random_spec(random_state *r, const qsi_format *format, const qsi_option_values *wanted,
                        const char *value, char text[2 * QSI_SPEC_TEXT], qsi_spec *spec)
{
    parts p = {.format = format};
    bool seen[QSI_OPTIONS] = {false}, taken = !wanted;
    for (int turn = 0; turn < 2; turn++) /* an option may apply only once another is there */
        for (const qsi_option_values *o = format->options; o->option != QSI_OPTIONS; o++) {
            char values[8][32];
            size_t pick = random_below(r, values_of(o, values));
            bool is_wanted = wanted && o->option == wanted->option;
            if (seen[o->option] || (!is_wanted && random_below(r, 2))) continue;
            seen[o->option] = add_option(&p, r, o, is_wanted ? value : values[pick]);
            taken |= is_wanted && seen[o->option];
        }
    join(&p, r, text);
    parse(text, spec);
    return taken;
}

/* Of a canonical text: known names in the order of the table, no default, no capital. */
static void check_canonical(const qsi_spec *spec, const char *canonical)
{
    const char *at = strchr(canonical, ':');
    int before = -1;
    for (const char *c = canonical; *c; c++) assert_false(*c >= 'A' && *c <= 'Z');
    while (at) {
        char name[32] = "", value[32] = "";
        assert_int_equal(sscanf(at + 1, "%31[a-z]=%31[^,]", name, value), 2);
        int option = 0;
        while (strcmp(qsi_option_rows[option].name, name)) option++;
        const qsi_option_values *allowed = qsi_format_option(spec->format, (qsi_option)option);
        assert_non_null(allowed);
        assert_true(option > before);
        before = option;
        if (allowed->count) assert_string_not_equal(value, qsi_option_rows[option].words[allowed->words[0]]);
        at = strchr(at + 1, ',');
    }
}

static void test_every_format(void **state)
{
    (void)state;
    random_state r = random_from(2);
    for (size_t f = 0; f < qsi_format_count(); f++) {
        for (int i = 0; i < 300; i++) {
            qsi_spec spec, again;
            char text[2 * QSI_SPEC_TEXT], canonical[QSI_SPEC_TEXT], twice[QSI_SPEC_TEXT];
            random_spec(&r, qsi_format_at(f), NULL, NULL, text, &spec);
            qsi_spec_text(&spec, canonical);
            parse(canonical, &again);
            qsi_spec_text(&again, twice);
            assert_string_equal(canonical, twice);
            check_canonical(&spec, canonical);
            for (qsi_option o = 0; o < QSI_OPTIONS; o++)
                if (qsi_option_applies(&spec, o) &&
                    (spec.word[o] != again.word[o] || spec.value[o] != again.value[o]))
                    fail_msg("%s and %s differ in %s", text, canonical, qsi_option_rows[o].name);
        }
    }
}

/* Every word of every option, and each end of its numbers, is taken in some spec, and told by its canonical text.
 */
static void test_every_value(void **state)
{
    (void)state;
    random_state r = random_from(3);
    for (size_t f = 0; f < qsi_format_count(); f++) {
        const qsi_format *format = qsi_format_at(f);
        for (const qsi_option_values *o = format->options; o->option != QSI_OPTIONS; o++) {
            char values[8][32], text[2 * QSI_SPEC_TEXT], canonical[QSI_SPEC_TEXT], wanted[2 * QSI_SPEC_TEXT];
            size_t count = values_of(o, values);
            bool alone = o->option != QSI_LO && o->option != QSI_HI && o->option != QSI_S && o->option != QSI_Z;
            for (size_t v = 0; v < count && alone; v++) { /* the others go with range=given */
                qsi_spec spec;
                int turns = 0;
                while (!random_spec(&r, format, o, values[v], text, &spec))
                    if (turns++ == 200)
                        fail_msg("%s: %s=%s is never taken", format->name, qsi_option_rows[o->option].name,
                                 values[v]);
                if (o->count) assert_int_equal(qsi_word(&spec, o->option), o->words[v]);
                qsi_spec_text(&spec, canonical);
                snprintf(wanted, sizeof wanted, "%s=%s", qsi_option_rows[o->option].name, values[v]);
                if (o->count && (strstr(canonical, wanted) != NULL) != (v > 0))
                    fail_msg("%s comes from %s", canonical, text);
            }
        }
    }
}

static void refused(const char *text, const char *words, const char *option)
{
    char error[1024], wanted[64];
    if (qs_spec_check(text) != QS_E_OPTION) fail_msg("taken: %s", text);
    check_error(QS_E_OPTION, words);
    qs_error_json(error, sizeof error);
    snprintf(wanted, sizeof wanted, "\"option\":\"%s\"", option ? option : "");
    if ((strstr(error, option ? wanted : "\"option\"") != NULL) != (option != NULL))
        fail_msg("%s names another option than %s", error, option ? option : "none");
    assert_int_equal(qs_spec_json(text, NULL, 0), 0);
}

static void test_nearest_format(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"float16", "f16"},   {"FP16", "f16"},         {"half", "f16"},     {"float32", "f32"},
        {"bfloat16", "bf16"}, {"Q4_K_M", "q4_k"},      {"q8", "q8_0"},      {"Q5_K_S", "q5_k"},
        {"iq4-xs", "iq4_xs"}, {"fp8", "f8_e4m3"},      {"e5m2", "f8_e5m2"}, {"float8_e4m3fn", "f8_e4m3"},
        {"uint8", "int8"},    {"i4", "int4"},          {"int9", "int8"},    {"ternery", "ternary"},
        {"1bit", "binary"},   {"mxfp8", "mxfp8_e4m3"}, {"nf-4", "nf4"},     {"MXFP6_E2M4", "mxfp6_e2m3"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char words[80];
        snprintf(words, sizeof words, "is no format; the nearest is %s\"", pairs[i][1]);
        refused(pairs[i][0], words, NULL);
    }
}

static void test_mistakes(void **state)
{
    (void)state;
    refused("", "the spec is empty; write FORMAT[:OPTION=VALUE,...], such as int8:per=row", NULL);
    refused(NULL, "the spec is empty", NULL);
    refused("int8:", "int8: nothing follows the colon", NULL);
    refused("int9", "int9 is no format; the nearest is int8", NULL);
    refused("INT9:per=row", "int9 is no format", NULL);
    refused("int", "int is no format", NULL);
    refused("int88", "int88 is no format", NULL);
    refused(" int8", " int8 is no format", NULL);
    refused("int8 ", "int8  is no format", NULL);
    refused(":per=row", "\\\"\\\" is no format", NULL);
    refused("int8:per", "per: write per=VALUE", "per");
    refused("int8:per=", "per: the value after = is missing", "per");
    refused("int8:per=rows", "per=rows: per takes row, tensor, dim, block", "per");
    refused("int8:per=none", "per takes row, tensor, dim, block", "per");
    refused("int8:per=row,per=row", "per is given twice", "per");
    refused("int8:per=row,", "an option is missing", NULL);
    refused("int8:,per=row", "an option is missing", NULL);
    refused("int8:per=row,,query=f32", "an option is missing", NULL);
    refused("int8:per=row;query=f32", "per=row;query=f32: per takes", "per");
    refused("int8: per=row", " per is no option of int8, which takes map, per, block", " per");
    refused("int8:colour=red", "colour is no option of int8, which takes map, per, block", "colour");
    refused("int8:=3", " is no option of int8", NULL);
    refused("f32:query=same", "query is no option of f32, which takes seed, rotate, dims, center, rescore",
            "query");
    refused("binary:map=sym", "map is no option of binary, which takes seed, rotate, dims, center, query, rescore",
            "map");
    refused("f16:per=row", "per is no option of f16, which takes seed, rotate, dims, center, query, rescore",
            "per");
    refused("int8:block=16", "block applies only with per=block", "block");
    refused("int8:block=32", "block applies only with per=block", "block");
    refused("int8:codes=unsigned", "codes applies only with map=affine", "codes");
    refused("int8:map=offset,levels=full", "levels applies only with map=sym", "levels");
    refused("int8:seed=1", "seed applies only with round=stochastic or rotate=hadamard, random", "seed");
    refused("f16:seed=1", "seed applies only with rotate=hadamard, random", "seed");
    refused("int8:rotate=pca,seed=1", "seed applies only with", "seed");
    refused("int8:rotate=pca,center=mean", "center applies only with rotate=none, hadamard, random", "center");
    refused("int8:rotate=twice", "rotate=twice: rotate takes none, hadamard, random, pca", "rotate");
    refused("int8:center=median", "center takes none, mean", "center");
    refused("int8:dims=-1", "dims takes a whole number from 0 to 1048576", "dims");
    refused("int8:lo=0,hi=1", "lo applies only with range=given", "lo");
    refused("int8:rescore=-1", "rescore=-1: rescore takes a whole number from 0 to 1000", "rescore");
    refused("int8:rescore=1001", "rescore takes a whole number from 0 to 1000", "rescore");
    refused("int8:rescore=1.5", "rescore takes a whole number", "rescore");
    refused("int8:per=block,block=0", "block takes a whole number from 1 to 65536", "block");
    refused("int8:per=block,block=65537", "block takes a whole number from 1 to 65536", "block");
    refused("int8:per=block,block=0x10", "block takes", "block");
    refused("int8:per=block,block=nan", "block takes", "block");
    refused("int8:per=block,block=inf", "block takes", "block");
    refused("int8:per=block,block=1e999", "block takes", "block");
    refused("int8:per=block,block=16 ", "block takes", "block");
    refused("int8:per=block,block=--16", "block takes", "block");
    refused("int8:per=block,block=1=6", "block takes", "block");
    refused("int8:per=block,block=.", "block takes", "block");
    refused("int8:per=block,block=1e", "block takes", "block");
}

static void test_given_ranges(void **state)
{
    (void)state;
    refused("int8:range=given", "range=given takes either lo and hi, or s", "range");
    refused("int8:map=affine,range=given", "range=given takes either lo and hi, or s and z", "range");
    refused("int8:range=given,lo=1", "range=given takes lo and hi, not one alone", "hi");
    refused("int8:range=given,hi=1", "range=given takes lo and hi, not one alone", "lo");
    refused("int8:range=given,lo=1,hi=1", "lo=1 is not below hi=1", "lo");
    refused("int8:range=given,lo=0,hi=1,s=1", "range=given takes either lo and hi, or s", "range");
    refused("int8:range=given,lo=0,hi=1,z=1", "z goes with s", "z");
    refused("int8:range=given,z=1", "range=given takes either", "range");
    refused("int8:range=given,s=0", "s takes a number from 1.17549435e-38", "s");
    refused("int8:range=given,s=1,z=1", "z=1: the zero point of map=sym is 0", "z");
    refused("int8:map=offset,range=given,s=1", "map=offset takes lo and hi, not s", "s");
    refused("int8:map=affine,range=given,s=1,z=128", "z=128: the codes go from -128 to 127", "z");
    refused("int4:map=affine,range=given,s=1,z=8", "z=8: the codes go from -8 to 7", "z");
    refused("int4:map=affine,codes=unsigned,range=given,s=1,z=-1", "z=-1: the codes go from 0 to 15", "z");
    assert_int_equal(qs_spec_check("int4:map=affine,codes=unsigned,range=given,s=1,z=15"), QS_OK);
    assert_int_equal(qs_spec_check("int4:map=affine,range=given,s=1,z=-8"), QS_OK);
    assert_int_equal(qs_spec_check("int8:range=given,s=1,z=0"), QS_OK);
}

/* The answer to an unknown format names the nearest, to an unknown option all that the format takes. */
static void test_answers_name_what_is_taken(void **state)
{
    (void)state;
    char error[2048], wanted[64];
    for (size_t f = 0; f < qsi_format_count(); f++) {
        char text[64];
        snprintf(text, sizeof text, "%sx", qsi_format_at(f)->name);
        snprintf(wanted, sizeof wanted, "the nearest is %s\"", qsi_format_at(f)->name);
        refused(text, wanted, NULL);
    }
    for (size_t f = 0; f < qsi_format_count(); f++) {
        const qsi_format *format = qsi_format_at(f);
        char text[64];
        snprintf(text, sizeof text, "%s:colour=red", format->name);
        assert_int_equal(qs_spec_check(text), QS_E_OPTION);
        qs_error_json(error, sizeof error);
        for (const qsi_option_values *o = format->options; o->option != QSI_OPTIONS; o++) {
            snprintf(wanted, sizeof wanted, " %s%s", qsi_option_rows[o->option].name,
                     o[1].option == QSI_OPTIONS ? "\"" : ",");
            if (!strstr(error, wanted)) fail_msg("%s is not in %s", wanted, error);
        }
    }
}

static void test_lengths(void **state)
{
    (void)state;
    char text[400] = "int8:range=given,hi=1,lo=-";
    size_t length = strlen(text);
    memset(text + length, '0', sizeof text - length);
    text[255] = 0;
    canonical_is(text, "int8:range=given,lo=0,hi=1");
    text[255] = '0';
    text[256] = 0;
    refused(text, "has 256 characters; 255 are the most", NULL);
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    refused(text, "the spec \\\"xxxxxxxxxxxxxxxxxxxx...\\\" has 399 characters", NULL);
    text[200] = 0;
    refused(text, "is no format; the nearest is ", NULL);
    memcpy(text, "int8:", 5);
    refused(text, "is no option of int8, which takes map", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
}

static void test_spec_json(void **state)
{
    (void)state;
    char *text = TEXT_OF(qs_spec_json, "INT4:per=block,map=affine");
    assert_non_null(strstr(text, "{\"spec\":\"int4:map=affine,per=block\",\"format\":{\"name\":\"int4\","));
    assert_non_null(strstr(text, "\"name\":\"map\""));
    assert_non_null(
        strstr(text, "\"applies\":true,\"value\":\"affine\",\"default\":\"sym\",\"values\":[\"sym\",\"affine\","
                     "\"offset\"]}"));
    assert_non_null(
        strstr(text, "\"applies\":true,\"value\":32,\"default\":32,\"low\":1,\"high\":65536,\"whole\":true}"));
    assert_non_null(strstr(text,
                           "\"applies\":false,\"value\":\"narrow\",\"default\":\"narrow\",\"values\":[\"narrow\","
                           "\"full\",\"pow2\"]}"));
    free(text);
}

/* Every spec to begin with is one that is taken, in its canonical form; every format is among them. */
static void test_defaults(void **state)
{
    (void)state;
    size_t length = qs_defaults_json(NULL, 0), specs = 0;
    char *text = make_room(length + 1);
    assert_int_equal(qs_defaults_json(text, length + 1), length);
    for (char *at = text; (at = strpbrk(at, "[,:")); at++) {
        char spec[QSI_SPEC_TEXT];
        bool is_pair = at > text + 2 && at[0] == ':' && at[-1] == '"' && at[-3] == '"'; /* "a": or "b": */
        bool is_spec = strstr(text, "\"pairs\"") > at && (*at == '[' || at[-1] == '"');
        if (at[1] != '"' || (!is_pair && !is_spec) || sscanf(at + 2, "%255[^\"]", spec) != 1) continue;
        if (*at == ':' && !is_pair) continue;
        if (!strcmp(spec, "pairs")) continue;
        canonical_is(spec, spec);
        specs++;
    }
    size_t slow = 0;
    for (size_t i = 0; i < qsi_format_count(); i++) slow += qsi_format_at(i)->slow_fit;
    assert_true(specs >= qsi_format_count() - slow + 8);
    for (size_t i = 0; i < qsi_format_count(); i++) {
        char name[64];
        snprintf(name, sizeof name, "\"%s\"", qsi_format_at(i)->name);
        char *at = strstr(text, name);
        assert_true(qsi_format_at(i)->slow_fit ? !at : at && at < strstr(text, "\"pairs\""));
    }
    char range[QSI_SPEC_TEXT];
    assert_int_equal(sscanf(strstr(text, "\"range\":\""), "\"range\":\"%255[^\"]", range), 1);
    canonical_is(range, range);
    free(text);
}

/* The stops are specs in their canonical form, of fewer and fewer bits; one begins, which is also the first A. */
static void test_stops(void **state)
{
    (void)state;
    size_t length = qs_defaults_json(NULL, 0), stops = 0;
    char *text = make_room(length + 1), spec[QSI_SPEC_TEXT], opening[QSI_SPEC_TEXT], first[QSI_SPEC_TEXT];
    assert_int_equal(qs_defaults_json(text, length + 1), length);
    char *at = strstr(text, "\"stops\":[");
    assert_int_equal(sscanf(strstr(text, "\"stop\":"), "\"stop\":\"%255[^\"]", opening), 1);
    assert_int_equal(sscanf(strstr(text, "\"a\":"), "\"a\":\"%255[^\"]", first), 1);
    assert_string_equal(opening, first);
    bool has_opening = false;
    for (unsigned bits = 33; (at = strstr(at, "\"spec\":\"")) && at++; stops++) {
        qsi_spec parsed;
        assert_int_equal(sscanf(at, "spec\":\"%255[^\"]", spec), 1);
        canonical_is(spec, spec);
        assert_int_equal(qsi_spec_parse(spec, &parsed), QS_OK);
        assert_true(parsed.format->code_bits < bits);
        bits = parsed.format->code_bits;
        has_opening = has_opening || !strcmp(spec, opening);
    }
    assert_int_equal(stops, 10);
    assert_true(has_opening);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_canonical),      cmocka_unit_test(test_numbers_keep_their_meaning),
        cmocka_unit_test(test_every_format),   cmocka_unit_test(test_every_value),
        cmocka_unit_test(test_nearest_format), cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_given_ranges),   cmocka_unit_test(test_answers_name_what_is_taken),
        cmocka_unit_test(test_lengths),        cmocka_unit_test(test_spec_json),
        cmocka_unit_test(test_defaults),       cmocka_unit_test(test_stops),
    };
    return cmocka_run_group_tests_name("spec", tests, NULL, NULL);
}
