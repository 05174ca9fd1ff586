/* Runs that fit on other rows than those they measure: the same report for any way, the codec that a fit of those
 * rows gives, which rows are drawn, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernels/kernels.h"
#include "make.h"
#include "run/run.h"
#include "runs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 2 * QS_CHUNK_ROWS + 217, NQ = 11, OTHERS = 2 * QS_CHUNK_ROWS + 100, DRAWN = 1500 };

static const char *const specs[] = {"f16",
                                    "int8",
                                    "int8:per=tensor,query=same",
                                    "int4:map=offset,per=dim",
                                    "int5:map=affine,per=tensor,range=percentile,p=99",
                                    "int4:per=dim,range=mse",
                                    "int8:per=tensor,range=kl",
                                    "f8_e4m3:per=dim",
                                    "binary:center=mean,rescore=3",
                                    "binary:center=median,query=f32",
                                    "int4:map=affine,per=dim,outliers=150",
                                    "int5:per=tensor,range=mse,outliers=100",
                                    "int4:per=block,block=4,outliers=200",
                                    "int6:map=offset,per=tensor,feedback=1",
                                    "int4:map=offset,feedback=1,round=stochastic"};
enum { SPECS = sizeof specs / sizeof *specs };

static const way plain = {.threads = 1, .shards = 1, .work = 1e9, .backend = "ref", .seed = 1};

static float *base, *queries, *others;

static int open_data(void **state)
{
    (void)state;
    base = random_rows(80, (size_t)ROWS * DIM, 1);
    queries = random_rows(81, (size_t)NQ * DIM, 1);
    others = random_rows(82, (size_t)OTHERS * DIM, 0.7F);
    return 0;
}

static int close_data(void **state)
{
    (void)state;
    free(base);
    free(queries);
    free(others);
    settle();
    return 0;
}

static job job_of(const char *lines, bool draws)
{
    return (job){lines, "cosine", base, draws ? NULL : queries, ROWS, draws ? 0 : NQ};
}

static char *tell(const job *j, const calibration *c, const way *w)
{
    qs_run *run = do_run_calibrated(j, c, w);
    char *report = TEXT_OF(qs_run_json, run);
    qs_run_close(run);
    return report;
}

static void test_any_way(void **state)
{
    (void)state;
    static const way ways[] = {{2, 1, 1e9, 0, "auto", 2}, {1, 3, 0, 0, "auto", 3},    {2, 2, 2048, 0, "auto", 4},
                               {5, 3, 0, 0, "auto", 5},   {2, 1, 1, 1000, "auto", 6}, {1, 2, 1e9, 0, "auto", 7}};
    char lines[1000] = "";
    for (size_t i = 0; i < SPECS; i++) snprintf(lines + strlen(lines), 100, "%s\n", specs[i]);
    for (size_t draws = 0; draws < 2; draws++)
        for (int own = 0; own < 2; own++) {
            job j = job_of(lines, draws);
            calibration c = {own ? others : NULL, own ? OTHERS : DRAWN};
            char *wanted = tell(&j, &c, &plain), data[120];
            snprintf(data, sizeof data, "\"calibration\":{\"rows\":%zu,\"from\":\"%s\"}},\"metric\"", c.count,
                     own ? "file" : "drawn");
            assert_non_null(strstr(wanted, data));
            assert_null(strstr(wanted, "problem"));
            for (size_t i = draws; i < sizeof ways / sizeof *ways; i += 1 + 2 * draws) {
                if (!is_tested(i + draws + (size_t)own)) continue;
                char *told = tell(&j, &c, &ways[i]);
                assert_string_equal(told, wanted);
                free(told);
            }
            for (const qsi_kernels *const *backend = qsi_kernels_all(); *backend; backend++) {
                if (draws || !(*backend)->available()) continue;
                char *told = tell(&j, &c, &(way){2, 2, 1e9, 0, (*backend)->name, 8});
                assert_string_equal(told, wanted);
                free(told);
            }
            free(wanted);
        }
}

/* The codec of a run is, digit for digit, the one that a fit of the same rows gives. */
static void test_the_fit_of_those_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < SPECS; i++)
        for (int way = 0; way < 3; way++) {
            if (!is_tested(i + (size_t)way)) continue;
            job j = job_of(specs[i], way == 2);
            calibration c = {way ? NULL : others, way ? DRAWN : OTHERS};
            qs_run *run = do_run_calibrated(&j, &c, &plain);
            float *drawn = way ? calibration_rows(run, &j) : NULL;
            qs_codec *codec = fit_codec(specs[i], DIM, way ? drawn : others, c.count);
            char *wanted = TEXT_OF(qs_codec_params_json, codec, 1);
            char *told = TEXT_OF(qs_codec_params_json, run->codec, 1);
            assert_string_equal(told, wanted);
            free(wanted);
            free(told);
            free(drawn);
            qs_codec_close(codec);
            qs_run_close(run);
        }
}

/* Fitted on all rows of the base it is a run as any other, but that it says so. */
static void test_all_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < SPECS; i++) {
        if (!is_tested(i)) continue;
        job j = job_of(specs[i], false);
        char *with = tell(&j, &(calibration){base, ROWS}, &plain),
             *drawn = tell(&j, &(calibration){NULL, ROWS}, &plain);
        qs_run *run = do_run(&j, &plain);
        char *without = TEXT_OF(qs_run_json, run);
        assert_null(strstr(without, "calibration"));
        assert_string_equal(strstr(with, "\"metric\""), strstr(without, "\"metric\""));
        assert_string_equal(strstr(drawn, "\"metric\""), strstr(without, "\"metric\""));
        free(with);
        free(drawn);
        free(without);
        qs_run_close(run);
    }
}

static qs_run *open_run(double seed, double rows, double nq, double calibrated)
{
    qs_run *run = qs_run_open("int8:per=tensor", "ip", 1, seed, rows, 1, nq);
    assert_non_null(run);
    assert_int_equal(qs_run_calibrate(run, calibrated, 1), QS_OK);
    return run;
}

/* Ascending, none twice, none a query; the same for a seed, others for another; every row as likely. */
static void test_drawn(void **state)
{
    (void)state;
    uint32_t drawn[900], before[900] = {0}, asked[500];
    for (double seed = 0; seed < 20; seed++) {
        qs_run *run = open_run(seed, 1000, -1, 700);
        assert_int_equal(qs_run_calibration(run, drawn, 900), 700);
        assert_int_equal(qs_run_drawn(run, asked, 500), 200);
        for (size_t i = 0, q = 0; i < 700; i++) {
            assert_true(drawn[i] < 1000 && (i == 0 || drawn[i - 1] < drawn[i]));
            while (q < 200 && asked[q] < drawn[i]) q++;
            assert_true(q == 200 || asked[q] != drawn[i]);
        }
        assert_memory_not_equal(drawn, before, 700 * sizeof *drawn);
        qs_run_close(run);
        run = open_run(seed, 1000, -1, 700);
        assert_int_equal(qs_run_calibration(run, before, 700), 700);
        assert_memory_equal(drawn, before, 700 * sizeof *drawn);
        qs_run_close(run);
    }
    /* 2,000 draws of 20 of 100: chi squared of 99 degrees below 150. */
    double counts[100] = {0}, chi = 0;
    for (double seed = 0; seed < 2000; seed++) {
        qs_run *run = open_run(seed, 100, 0, 20);
        assert_int_equal(qs_run_calibration(run, drawn, 20), 20);
        for (size_t i = 0; i < 20; i++) counts[drawn[i]]++;
        qs_run_close(run);
    }
    for (size_t i = 0; i < 100; i++) chi += pow(counts[i] - 400, 2) / (400 * 0.8);
    assert_true(chi < 150);
}

/* Draws of other numbers are other rows: of 1,000 draws of 100 of 1,000 rows each row is in about 100. */
static void test_draws(void **state)
{
    (void)state;
    uint32_t drawn[100], before[100] = {0};
    double counts[1000] = {0}, chi = 0;
    for (int draw = 1; draw <= 1000; draw++) {
        qs_run *run = qs_run_open("int8:per=tensor", "ip", 1, 7, 1000, 1, 0);
        assert_int_equal(qs_run_calibrate(run, 100, draw == 1000 ? 65535 : draw), QS_OK);
        assert_int_equal(qs_run_calibration(run, drawn, 100), 100);
        assert_memory_not_equal(drawn, before, sizeof drawn);
        memcpy(before, drawn, sizeof drawn);
        for (size_t i = 0; i < 100; i++) counts[drawn[i]]++;
        qs_run_close(run);
    }
    for (size_t i = 0; i < 1000; i++) chi += pow(counts[i] - 100, 2) / (100 * 0.9);
    assert_true(chi < 1150); /* of 999 degrees */
    qs_run *run = qs_run_open("int8:per=tensor", "ip", 1, 7, 1000, 1, 0);
    assert_int_equal(qs_run_calibrate(run, 100, 65536), QS_E_OPTION);
    assert_int_equal(qs_run_calibrate(run, 100, -1), QS_E_OPTION);
    qs_run_close(run);
}

static void test_refused(void **state)
{
    (void)state;
    const float rows[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const double wrong[] = {0, -1, 0.5, 9, NAN, INFINITY};
    qs_run *run = qs_run_open("int8:per=tensor", "ip", 1, 0, 8, 1, 0);
    for (size_t i = 0; i < 6; i++) assert_int_equal(qs_run_calibrate(run, wrong[i], 1), QS_E_OPTION);
    check_error(QS_E_OPTION, "calibration rows: of the base can be drawn from 1 to 8 rows");
    assert_int_equal(qs_run_calibrate(run, 5e9, 0), QS_E_OPTION);
    assert_int_equal(qs_run_feed_calibration(run, 0, rows, 1), QS_E_STATE);
    assert_int_equal(qs_run_calibration(run, NULL, 0), 0);
    assert_int_equal(qs_run_calibrate(run, 5, 0), QS_OK);
    assert_int_equal(qs_run_calibrate(run, 5, 0), QS_E_STATE);
    assert_int_equal(qs_run_feed_calibration(run, 1, rows, 1), QS_E_STATE);
    check_error(QS_E_STATE, "calibration row 1 was fed out of order");
    assert_int_equal(qs_run_feed_calibration(run, 0, rows, 6), QS_E_STATE);
    assert_int_equal(qs_run_feed_calibration(run, NAN, rows, 1), QS_E_STATE);
    assert_int_equal(qs_run_feed_calibration(run, 0, rows, 4), QS_OK);
    assert_int_equal(qs_run_feed_base(run, 0, rows, 8), QS_OK);
    assert_int_equal(qs_run_step(run, 1), QS_E_STATE);
    check_error(QS_E_STATE, "calibration chunk 0 was fed 4 of its 5 rows");
    assert_int_equal(qs_run_feed_calibration(run, 4, rows, 1), QS_OK);
    assert_true(qs_run_step(run, 1) >= 0);
    assert_int_equal(qs_run_feed_calibration(run, 5, rows, 1), QS_E_STATE);
    qs_run_close(run);
}

/* A row that cannot be fitted on fails the specs that are fitted, and is named. */
static void test_bad_row(void **state)
{
    (void)state;
    job j = job_of("int8:per=tensor\nint8\nf16", false);
    others[1500 * DIM + 3] = NAN;
    char *told = tell(&j, &(calibration){others, OTHERS}, &plain);
    others[1500 * DIM + 3] = 0;
    assert_non_null(
        strstr(told, "{\"spec\":\"int8:per=tensor\",\"problem\":\"calibration: row 1500, column 3 is NaN"));
    assert_non_null(strstr(told, "{\"spec\":\"int8\",\"bytes\""));
    assert_non_null(strstr(told, "{\"spec\":\"f16\",\"bytes\""));
    free(told);

    uint32_t drawn[DRAWN];
    char wanted[120];
    qs_run *run = qs_run_open("f16", "ip", K, 7, ROWS, DIM, NQ);
    assert_int_equal(qs_run_calibrate(run, DRAWN, 1), QS_OK);
    qs_run_calibration(run, drawn, DRAWN);
    qs_run_close(run);
    float *place = &base[drawn[1200] * DIM + 2], kept = *place;
    *place = -INFINITY;
    told = tell(&j, &(calibration){NULL, DRAWN}, &plain);
    *place = kept;
    snprintf(wanted, sizeof wanted, "{\"spec\":\"int8:per=tensor\",\"problem\":\"row %u, column 2", drawn[1200]);
    if (!strstr(told, wanted)) fail_msg("%s is not in %s", wanted, told);
    free(told);
}

/* Values beyond the range that was fitted are counted, even where it has no width. */
static void test_beyond_the_range(void **state)
{
    (void)state;
    float measured[2 * DIM] = {0}, seen[2 * DIM] = {0};
    job j = {"int4:per=dim\nint4:map=offset,per=dim\nf8_e4m3:per=dim", "ip", measured, queries, 2, NQ};
    for (size_t d = 0; d < DIM; d++) seen[d] = 7;
    for (size_t d = 0; d < DIM; d++) measured[d] = d == 4 ? 14 : 3;
    char *told = tell(&j, &(calibration){seen, 2}, &plain), *at = told;
    static const double shares[] = {0.5, 1, 0.5}; /* 7 of 14, 7 of 7, 7 of 14 */
    for (size_t i = 0; i < 3; i++) {
        at = strstr(at, "\"error\"") + 1;
        assert_true(fabs(number_of(at, "clipped_share") - 1.0 / (2 * DIM)) < 1e-6);
        assert_true(fabs(number_of(at, "overshoot") - shares[i]) < 1e-6);
    }
    free(told);
    seen[4] = 0; /* a dim of zeros alone */
    told = at = tell(&j, &(calibration){seen, 2}, &plain);
    for (size_t i = 0; i < 3; i++) {
        at = strstr(at, "\"error\"") + 1;
        assert_true(fabs(number_of(at, "clipped_share") - 1.0 / (2 * DIM)) < 1e-6);
        assert_true(isnan(number_of(at, "overshoot")));
    }
    free(told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_way),  cmocka_unit_test(test_the_fit_of_those_rows),
        cmocka_unit_test(test_all_rows), cmocka_unit_test(test_drawn),
        cmocka_unit_test(test_draws),    cmocka_unit_test(test_refused),
        cmocka_unit_test(test_bad_row),  cmocka_unit_test(test_beyond_the_range),
    };
    return cmocka_run_group_tests_name("calibration", tests, open_data, close_data);
}
