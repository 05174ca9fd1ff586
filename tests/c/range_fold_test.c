/*
 * Fits and calibrations with histograms: the same bytes for any split, merge order and memory; states that are not
 * whole are refused; and what a calibration tells of one histogram agrees with what it tells of its rules.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "make.h"

enum { DIM = 7, ROWS = 2 * QS_CHUNK_ROWS + 77, CHUNKS = 3 };
enum {
    EACH = 45000
}; /* the bytes of a dim: 2,560 cells, 2,048 magnitudes, and where they are cut; not those of 4/3 */

static float *rows; /* (ROWS, DIM), every dim with a center and a width of its own, and some outliers */

static int make_rows(void **state)
{
    (void)state;
    rows = random_rows(11, (size_t)ROWS * DIM, 1);
    for (size_t i = 0; i < (size_t)ROWS * DIM; i++) {
        if (i % 997 == 0) rows[i] *= 20;
        rows[i] = rows[i] * (float)(1 + i % DIM) + (float)(i % DIM) * 2 - 5;
    }
    return 0;
}

static int free_rows(void **state)
{
    (void)state;
    free(rows);
    return 0;
}

static size_t chunk_rows(size_t chunk)
{
    return chunk + 1 < CHUNKS ? QS_CHUNK_ROWS : ROWS - chunk * QS_CHUNK_ROWS;
}

/* The JSON of a calibration folded over parts: chunks in random order to random parts, merged in random order. */
static char *calibrate(const char *spec, size_t parts, uint64_t seed, double memory, double *passes)
{
    qs_range *part[4];
    random_state r = random_from(seed);
    for (size_t p = 0; p < parts; p++) assert_non_null(part[p] = qs_range_open(spec, DIM, memory));
    int more = 0;
    *passes = 0;
    do {
        size_t *order = random_order(&r, CHUNKS), *turns = random_order(&r, parts), bytes = 0;
        uint8_t *merged = NULL;
        for (size_t c = 0; c < CHUNKS; c++)
            assert_int_equal(qs_range_observe(part[random_below(&r, parts)], (double)order[c] * QS_CHUNK_ROWS,
                                              rows + order[c] * QS_CHUNK_ROWS * DIM, chunk_rows(order[c])),
                             QS_OK);
        for (size_t t = 1; t < parts; t++) {
            size_t size = qs_range_save(part[turns[t]], NULL, 0);
            uint8_t *state = make_room(size);
            assert_int_equal(qs_range_save(part[turns[t]], state, size), size);
            assert_int_equal(qs_range_merge(part[turns[0]], state, size), QS_OK);
            free(state);
        }
        if (parts > 1) {
            bytes = qs_range_save(part[turns[0]], NULL, 0);
            merged = make_room(bytes);
            qs_range_save(part[turns[0]], merged, bytes);
        }
        size_t left = qs_range_passes_left(part[0]);
        for (size_t p = 0; p < parts; p++) more = qs_range_next_pass(part[p], merged, bytes);
        assert_true(more > 0 ? qs_range_passes_left(part[0]) == left - 1 : more == 0 && left == 1);
        free(merged);
        free(order);
        free(turns);
        ++*passes;
    } while (more > 0);
    char *text = LONG_TEXT_OF(qs_range_json, part[0]);
    for (size_t p = 1; p < parts; p++) {
        char *other = LONG_TEXT_OF(qs_range_json, part[p]);
        assert_string_equal(text, other);
        free(other);
    }
    for (size_t p = 0; p < parts; p++) qs_range_close(part[p]);
    return text;
}

static void any_split_any_memory(void **state)
{
    (void)state;
    static const char *const specs[] = {"int4:per=tensor",
                                        "int8:map=affine,per=tensor",
                                        "int3:map=offset,per=dim",
                                        "int8:per=dim,range=mse",
                                        "int4:per=tensor,range=given,lo=-3,hi=3",
                                        "int4",
                                        "int4:map=affine,per=block,block=4",
                                        "int4:levels=pow2,per=dim",
                                        "int4:levels=pow2",
                                        "int4:per=tensor,outliers=100",
                                        "int4:map=affine,per=dim,outliers=200",
                                        "int4:per=dim,outliers=1000",
                                        "int4:map=offset,per=block,block=4,outliers=100"};
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) {
        double passes;
        char *first = calibrate(specs[s], 1, 1, 0, &passes);
        assert_true(passes == 2);
        for (uint64_t seed = 2; seed < 5; seed++) {
            if (!is_tested(s + seed)) continue;
            bool dims = strstr(specs[s], "per=dim");
            double memory = seed % 2 ? 3 * EACH : 0; /* three dims at a time */
            char *other = calibrate(specs[s], 1 + seed % 4, seed, memory, &passes);
            assert_string_equal(first, other);
            assert_true(passes == (dims && memory > 0 ? 4 : 2));
            free(other);
        }
        free(first);
    }
}

static char *params_of(qs_fit *fit)
{
    qs_codec *codec = qs_fit_finish(fit);
    assert_non_null(codec);
    char *text = TEXT_OF(qs_codec_params_json, codec, ROWS);
    qs_codec_close(codec);
    return text;
}

/* A calibration and a fit by the same rule agree on every scale. */
static void fits_choose_what_is_told(void **state)
{
    (void)state;
    static const char *const rules[] = {"minmax", "percentile", "mse", "kl", "std"};
    static const char *const formats[] = {
        "int4:map=affine,per=tensor,range=", "int4:map=offset,per=dim,range=", "int8:per=dim,range="};
    for (size_t f = 0; f < 3; f++)
        for (size_t r = 0; r < 5; r++) {
            if (!is_tested(f + r)) continue;
            char spec[80], rule[40];
            double passes;
            snprintf(spec, sizeof spec, "%s%s", formats[f], rules[r]);
            char *told = calibrate(spec, 1, 1, 0, &passes);
            qs_fit *fit = qs_fit_open(spec, DIM);
            int more;
            do {
                assert_int_equal(qs_fit_observe(fit, 0, rows, ROWS), QS_OK);
                more = qs_fit_next_pass(fit);
            } while (more > 0);
            assert_int_equal(more, 0);
            char *params = params_of(fit);
            snprintf(rule, sizeof rule, "{\"range\":\"%s\"", rules[r]);
            const char *chosen = strstr(strstr(told, rule), "\"scale\":["), *fitted = strstr(params, "\"scale\":[");
            size_t length = strcspn(fitted, "]");
            if (strncmp(chosen, fitted, length) != 0) fail_msg("%s: %.80s is not %.80s", spec, fitted, chosen);
            free(params);
            free(told);
            qs_fit_close(fit);
        }
}

/* How many passes a fit of few rows takes. */
static int passes_of(const char *spec, size_t dim)
{
    qs_fit *fit = qs_fit_open(spec, dim);
    int passes = 0, more;
    do {
        assert_int_equal(qs_fit_observe(fit, 0, rows, 2), QS_OK);
        more = qs_fit_next_pass(fit);
        passes++;
    } while (more > 0);
    assert_int_equal(more, 0);
    qs_fit_close(fit);
    return passes;
}

/* A fit holds 64 MiB of counts at a time. */
static void fits_of_many_dims(void **state)
{
    (void)state;
    assert_int_equal(passes_of("lloyd2:per=dim", 1500), 2);
    assert_int_equal(passes_of("lloyd2:per=dim", 2500), 3);
    assert_int_equal(passes_of("int4:per=dim,range=kl", 1500), 2);
    assert_int_equal(passes_of("int4:per=dim,range=kl", 2000), 3); /* which counts magnitudes too */
    assert_int_equal(passes_of("lloyd2", 7000), 2);
}

static void views_of_a_histogram(void **state)
{
    (void)state;
    qs_range *range = calibrated("int4:map=offset,per=tensor", DIM, 0, rows, ROWS);
    char *told = TEXT_OF(qs_range_json, range);
    const char *mse = strstr(told, "{\"range\":\"mse\"");
    double lo = strtod(strstr(mse, "\"lo\":[") + 6, NULL), hi = strtod(strstr(mse, "\"hi\":[") + 6, NULL);
    char *at = TEXT_OF(qs_range_at_json, range, 0, lo, hi);
    static const char *const figures[] = {"rounding_mse", "clipping_mse", "clipped_share", "bias"};
    for (size_t f = 0; f < 4; f++) assert_true(number_of(at, figures[f]) == number_of(mse, figures[f]));
    assert_true(fabs(number_of(at, "rounding_mse") + number_of(at, "clipping_mse") - number_of(at, "mse")) < 1e-4);
    /* both conventions: the scale, and the steps a unit */
    assert_true((float)number_of(at, "inverse_scale") == 1 / (float)number_of(at, "scale"));
    size_t levels = 1;
    for (const char *comma = strstr(at, "\"levels\":["); (comma = strpbrk(comma, ",]")) && *comma == ','; comma++)
        levels++;
    assert_int_equal(levels, 16);
    assert_true(number_of(at, "first_code") == 0);
    assert_true(fabs(number_of(at, "even_sqnr_db") - 24.0824) < 1e-4); /* 20 log10(16) */
    assert_true(fabs(number_of(at, "clipped") - number_of(at, "clipped_share") * ROWS * DIM) <= 0.5);
    assert_true(number_of(at, "overshoot") > 0);

    double half = (hi - lo) / 2, center = (hi + lo) / 2;
    char *curve = TEXT_OF(qs_range_curve_json, range, 0, center, half / 4, half * 4, 301);
    double least = INFINITY, at_least = 0, rounding = 0, clipping = INFINITY;
    for (const char *point = curve; (point = strstr(point, "{\"half_range\"")); point++) {
        double error = number_of(point, "mse");
        if (error < least) least = error, at_least = number_of(point, "half_range");
        assert_true(number_of(point, "clipping_mse") <= clipping * 1.001 + 1e-12); /* a wider range clips less */
        clipping = number_of(point, "clipping_mse");
        rounding = number_of(point, "rounding_mse");
    }
    /* outliers make a ragged curve: the search may end in a valley next to the deepest, hardly above it */
    assert_true(least >= number_of(mse, "mse") * (1 - 5e-3) && fabs(at_least / half - 1) < 0.2);
    assert_true(rounding > number_of(mse, "rounding_mse")); /* and rounds more */

    char *histogram = TEXT_OF(qs_range_histogram_json, range, 0, 0, 0, 100);
    double sum = 0;
    for (const char *c = strstr(histogram, "[") + 1; c[-1] != ']'; c += strcspn(c, ",]") + 1)
        sum += strtod(c, NULL);
    assert_true(fabs(sum - (double)ROWS * DIM) < 1);
    assert_true(number_of(histogram, "values") == (double)ROWS * DIM);
    free(histogram);
    free(curve);
    free(at);
    free(told);
    qs_range_close(range);
}

/* Levels of floats are the format's values times the scale; how often each occurs is counted by value. */
static void views_of_floats(void **state)
{
    (void)state;
    qs_range *range = calibrated("f8_e4m3:per=tensor", DIM, 0, rows, ROWS);
    char *at = TEXT_OF(qs_range_at_json, range, 0, -8.96, 8.96);
    const char *level = strstr(at, "\"levels\":[") + 10, *unit = strstr(at, "\"units\":[") + 9;
    assert_non_null(strstr(at, "\"first_code\":null"));
    assert_true((float)number_of(at, "scale") == 8.96F / 448);
    for (int i = -126; i <= 126; i++, level += strcspn(level, ",") + 1, unit += strcspn(unit, ",") + 1)
        assert_true((float)strtod(level, NULL) == (float)strtod(unit, NULL) * (8.96F / 448));
    assert_true(strtod(strstr(at, "\"units\":[") + 9, NULL) == -448);
    free(at);
    qs_range_close(range);

    qs_codec *codec = fit_codec("f4_e2m1:per=tensor,range=given,s=1", 8, rows, 1);
    float values[8] = {-6, -0.5F, -0.0F, 0, 0.5F, 3, 6, 6};
    uint8_t codes[4];
    double counts[15], wanted[15] = {[0] = 1, [6] = 1, [7] = 2, [8] = 1, [12] = 1, [14] = 2};
    assert_int_equal(qs_codec_encode(codec, 0, values, 1, codes), QS_OK);
    assert_int_equal(qs_codec_usage(codec, codes, 1, NULL, 0), 15);
    assert_int_equal(qs_codec_usage(codec, codes, 1, counts, 15), 15);
    assert_memory_equal(counts, wanted, sizeof wanted);
    qs_codec_close(codec);
}

static void views_that_are_not_there(void **state)
{
    (void)state;
    qs_range *range = calibrated("int4:per=dim", DIM, 3 * EACH, rows, ROWS);
    assert_int_equal(qs_range_at_json(range, 0, -1, 1, NULL, 0), 0); /* its counts were given up */
    check_error(QS_E_OPTION, "no longer in memory");
    assert_int_not_equal(qs_range_at_json(range, DIM - 1, -1, 1, NULL, 0), 0);
    assert_int_equal(qs_range_at_json(range, DIM, -1, 1, NULL, 0), 0);
    assert_int_equal(qs_range_at_json(range, -1, -1, 1, NULL, 0), 0);
    assert_int_equal(qs_range_at_json(range, DIM - 1, 1, -1, NULL, 0), 0);
    assert_int_equal(qs_range_at_json(range, DIM - 1, -1, (double)INFINITY, NULL, 0), 0);
    qs_range_close(range);
    range = qs_range_open("int4:per=tensor", DIM, 0);
    assert_int_equal(qs_range_json(range, NULL, 0), 0); /* a pass to go */
    assert_int_equal(qs_range_at_json(range, 0, -1, 1, NULL, 0), 0);
    assert_int_equal(qs_range_next_pass(range, NULL, 0), QS_E_DATA); /* no rows */
    qs_range_close(range);
    assert_null(qs_range_open("f16", DIM, 0));
    check_error(QS_E_OPTION, "no range to choose");
    assert_null(qs_range_open("int4", 0, 0));
    assert_null(qs_range_open("int9", DIM, 0));
}

/* Scales of rows: the figures are those of coding the rows. */
static void rows_are_measured(void **state)
{
    (void)state;
    qs_range *range = calibrated("int4:map=offset,per=block,block=3", DIM, 0, rows, ROWS);
    char *told = TEXT_OF(qs_range_json, range);
    static const char *const rules[] = {"minmax", "percentile", "mse", "std"};
    for (size_t r = 0; r < 4; r++) {
        char spec[80], rule[40];
        snprintf(spec, sizeof spec, "int4:map=offset,per=block,block=3,range=%s", rules[r]);
        snprintf(rule, sizeof rule, "{\"range\":\"%s\"", rules[r]);
        qs_codec *codec = fit_codec(spec, DIM, rows, ROWS);
        uint8_t *codes = make_room(ROWS * qs_codec_row_bytes(codec));
        float *back = make_room((size_t)ROWS * DIM * sizeof *back);
        assert_int_equal(qs_codec_encode(codec, 0, rows, ROWS, codes), QS_OK);
        assert_int_equal(qs_codec_decode(codec, codes, ROWS, back), QS_OK);
        double noise = 0, bias = 0;
        for (size_t i = 0; i < (size_t)ROWS * DIM; i++) {
            double error = (double)back[i] - (double)rows[i];
            noise += error * error;
            bias += error;
        }
        const char *at = strstr(told, rule);
        assert_non_null(at);
        assert_true(fabs(number_of(at, "mse") / (noise / ROWS / DIM) - 1) < 1e-5);
        assert_true(fabs(number_of(at, "bias") - bias / ROWS / DIM) < 1e-6);
        qs_codec_close(codec);
        free(codes);
        free(back);
    }
    assert_null(strstr(told, "\"kl\""));
    assert_non_null(strstr(told, "\"figures\":\"measured\""));
    free(told);
    qs_range_close(range);
}

static void hostile_states(void **state)
{
    (void)state;
    static const char *const specs[] = {"int4:per=dim", "int4"};
    for (size_t s = 0; s < 2; s++)
        for (int pass = 0; pass < 2; pass++) {
            qs_range *a = qs_range_open(specs[s], DIM, 0), *b = qs_range_open(specs[s], DIM, 0);
            for (int p = 0; p <= pass; p++) {
                assert_int_equal(qs_range_observe(a, 0, rows, 100), QS_OK);
                assert_int_equal(qs_range_observe(b, 0, rows, 100), QS_OK);
                if (p < pass) assert_int_equal(qs_range_next_pass(a, NULL, 0), 1);
                if (p < pass) assert_int_equal(qs_range_next_pass(b, NULL, 0), 1);
            }
            size_t bytes = qs_range_save(a, NULL, 0);
            uint8_t *saved = make_room(bytes);
            qs_range_save(a, saved, bytes);
            for (size_t less = 0; less < bytes; less += less < 200 ? 1 : 997)
                assert_int_equal(qs_range_merge(b, saved, less), QS_E_DATA);
            random_state r = random_from(4);
            for (int i = 0; i < 200; i++) { /* nothing is read beyond the end, whatever stands in it */
                uint8_t *damaged = make_room(bytes);
                memcpy(damaged, saved, bytes);
                damaged[random_below(&r, bytes < 120 ? bytes : 120)] ^= (uint8_t)(1 + random_below(&r, 255));
                qs_range *c = qs_range_open(specs[s], DIM, 0);
                qs_range_merge(c, damaged, bytes);
                qs_range_close(c);
                free(damaged);
            }
            free(saved);
            qs_range_close(a);
            qs_range_close(b);
        }
    qs_range *range = qs_range_open("int4:per=tensor", 1, 0);
    assert_int_equal(qs_range_observe(range, 5, rows, 1), QS_E_STATE);
    assert_int_equal(qs_range_observe(range, 0, (float[]){1, (float)NAN}, 2), QS_E_DATA);
    check_error(QS_E_DATA, "row 1, column 0");
    qs_range_close(range);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_split_any_memory), cmocka_unit_test(fits_choose_what_is_told),
        cmocka_unit_test(fits_of_many_dims),    cmocka_unit_test(views_of_a_histogram),
        cmocka_unit_test(views_of_floats),      cmocka_unit_test(views_that_are_not_there),
        cmocka_unit_test(rows_are_measured),    cmocka_unit_test(hostile_states),
    };
    return cmocka_run_group_tests(tests, make_rows, free_rows);
}
