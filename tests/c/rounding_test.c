/* What each way of rounding costs, told by a calibration: on values spread evenly, as theory has it; on others, as
 * coding measures it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/codec.h"
#include "make.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The values evenly spread, and normal ones of the tensor, where one draw of chances is compared with another. */
enum { FEW = 32, DIM = 500, EVEN = FEW * DIM, ROWS = 600, VALUES = ROWS * DIM };
static const char *const rounds[] = {"even", "away", "trunc", "stochastic"};

static char *told_of(const char *spec, const float *rows, size_t count, size_t dim, qs_range **range)
{
    *range = calibrated(spec, dim, 0, rows, count / dim);
    return LONG_TEXT_OF(qs_range_json, *range);
}

static double factor_of(const char *told, const char *round, double *theory)
{
    char key[60];
    snprintf(key, sizeof key, "{\"round\":\"%s\"", round);
    const char *at = strstr(told, "\"rounds\":[");
    at = at ? strstr(at, key) : NULL;
    assert_non_null(at);
    *theory = number_of(at, "theory");
    return number_of(at, "factor");
}

/* Of an error e spread evenly over a step the squares have a mean of 1/12 (from -1/2 to 1/2) or 1/3 (from 0 to 1)
 * and a standard deviation of 0.894 of it; by chance 1/6 and 1.183 of it. Five deviations of the mean of all values
 * are granted. The extremes of a scale err by nothing, affine levels do not end where the values do:
 * 500 values and 256 levels make that a matter of a few thousandths. */
static void test_even_values(void **state)
{
    (void)state;
    static const char *const specs[] = {"int4:per=tensor",
                                        "int8:map=offset,per=tensor",
                                        "int8:map=affine,per=dim",
                                        "int4:map=offset,per=row",
                                        "int4:per=block,block=500",
                                        "int4:per=tensor,round=trunc",
                                        "int4:per=row,round=stochastic",
                                        "int4:per=row,feedback=1",
                                        "int4:per=dim,outliers=5"};
    static const double theories[] = {1, 1, 4, 2}, deviations[] = {0.894, 0.894, 0.894, 1.183};
    random_state r = random_from(5);
    float *rows = make_room(EVEN * sizeof *rows);
    for (size_t i = 0; i < EVEN; i++) rows[i] = (float)(2 * random_unit(&r) - 1);
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) {
        qs_range *range;
        char *told = told_of(specs[s], rows, EVEN, strstr(specs[s], "per=dim") ? FEW : DIM, &range);
        for (size_t k = 0; k < 4; k++) {
            double theory, factor = factor_of(told, rounds[k], &theory);
            double room = 5 * deviations[k] / sqrt(EVEN);
            assert_true(theory == theories[k]);
            if (fabs(factor / theory - 1) > room)
                fail_msg("%s, %s: %g is not %g within %g", specs[s], rounds[k], factor, theory, room * theory);
        }
        free(told);
        qs_range_close(range);
    }
    free(rows);
}

/* The squared error of coding, over that of an error even over a step. */
static double coded_factor(const char *spec, const float *rows)
{
    qs_codec *codec = fit_codec(spec, DIM, rows, ROWS);
    assert_non_null(codec);
    uint8_t *codes = make_room(ROWS * qs_codec_row_bytes(codec));
    float *back = make_room(VALUES * sizeof *back);
    double scale = (double)qsi_codec_param(codec, "scale")[0], sum = 0;
    assert_int_equal(qs_codec_encode(codec, 0, rows, ROWS, codes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, codes, ROWS, back), QS_OK);
    for (size_t i = 0; i < VALUES; i++) {
        double error = (double)back[i] - (double)rows[i];
        sum += error * error;
    }
    free(codes);
    free(back);
    qs_codec_close(codec);
    return sum / VALUES / (scale * scale / 12);
}

/* Normal values on few levels: theory is off, what is told is not. The range at hand has the same factors. */
static void test_as_coding_measures(void **state)
{
    (void)state;
    static const char *const formats[] = {"int2", "int3", "int4:map=offset", "int6:map=affine"};
    float *rows = random_rows(3, VALUES, 1);
    for (size_t f = 0; f < 4; f++) {
        qs_range *range;
        char spec[80];
        snprintf(spec, sizeof spec, "%s%cper=tensor", formats[f], strchr(formats[f], ':') ? ',' : ':');
        char *told = told_of(spec, rows, VALUES, DIM, &range);
        double lo = strtod(strstr(told, "\"lo\":[") + 6, NULL), hi = strtod(strstr(told, "\"hi\":[") + 6, NULL);
        char *at = TEXT_OF(qs_range_at_json, range, 0, lo, hi);
        for (size_t k = 0; k < 4; k++) {
            double theory, factor = factor_of(told, rounds[k], &theory);
            char rounded[100];
            snprintf(rounded, sizeof rounded, "%s,round=%s", spec, rounds[k]);
            double measured = coded_factor(rounded, rows);
            if (fabs(factor / measured - 1) > 0.01) fail_msg("%s: told %g, measured %g", rounded, factor, measured);
            assert_true(factor_of(at, rounds[k], &theory) == factor);
        }
        free(at);
        free(told);
        qs_range_close(range);
    }
    free(rows);
}

/* Steps of several lengths have no such factor. */
static void test_not_told(void **state)
{
    (void)state;
    static const char *const specs[] = {"int4:levels=pow2,per=tensor", "int4:levels=pow2", "f8_e4m3:per=tensor"};
    float *rows = random_rows(3, VALUES, 1);
    for (size_t s = 0; s < 3; s++) {
        qs_range *range;
        char *told = told_of(specs[s], rows, VALUES, DIM, &range);
        assert_non_null(strstr(told, "\"rounds\":null"));
        free(told);
        qs_range_close(range);
    }
    assert_null(qs_range_open("int4:per=tensor,feedback=1", DIM, 0));
    check_error(QS_E_OPTION, "measure it with sweep");
    free(rows);
}

/* Values that are all one lie nowhere on a step in particular. */
static void test_constants(void **state)
{
    (void)state;
    static const char *const specs[] = {"int8:map=affine,per=tensor", "int4:per=tensor",
                                        "int8:map=offset,per=tensor", "int8:map=affine,per=row",
                                        "int4:per=block,block=50"};
    float *rows = make_room(EVEN * sizeof *rows);
    for (size_t i = 0; i < EVEN; i++) rows[i] = 0.3F;
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) {
        qs_range *range;
        char *told = told_of(specs[s], rows, EVEN, DIM, &range);
        double theory;
        for (size_t k = 0; k < 4; k++)
            if (!isnan(factor_of(told, rounds[k], &theory)))
                fail_msg("%s, %s: a factor is told", specs[s], rounds[k]);
        free(told);
        qs_range_close(range);
    }
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_even_values),
        cmocka_unit_test(test_as_coding_measures),
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_not_told),
    };
    return cmocka_run_group_tests_name("rounds", tests, NULL, NULL);
}
