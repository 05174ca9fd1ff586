/* Codecs whose scores are estimates: codes against a search of all steps, estimates without bias, lengths, bytes,
 * shards, and what is refused. */
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

enum { DIM = 48 };

static unsigned code_at(const uint8_t *row, size_t i, unsigned bits)
{
    unsigned code = 0;
    for (unsigned b = 0; b < bits; b++) code |= (unsigned)(row[(i * bits + b) / 8] >> (i * bits + b) % 8 & 1) << b;
    return code;
}

static double cosine_of(const float *r, const double *v, size_t n)
{
    double product = 0, a = 0, b = 0;
    for (size_t i = 0; i < n; i++) {
        product += (double)r[i] * v[i];
        a += (double)r[i] * (double)r[i];
        b += v[i] * v[i];
    }
    return product / sqrt(a * b);
}

/* The levels of a step 1 / t. */
static double cosine_at(const float *r, size_t n, double t, double top)
{
    double v[DIM];
    for (size_t i = 0; i < n; i++) v[i] = copysign(fmin(floor(t * fabs((double)r[i])), top) + 0.5, (double)r[i]);
    return cosine_of(r, v, n);
}

/* The best of all steps, just above each at which a code changes. */
static double best_cosine(const float *r, size_t n, double top)
{
    double best = cosine_at(r, n, 0, top);
    for (size_t i = 0; i < n; i++)
        for (double k = 1; k <= top; k++)
            best = fmax(best, cosine_at(r, n, k / fabs((double)r[i]) * (1 + 1e-12), top));
    return best;
}

/* Codes are as good as those of a full search, to 3e-4; the library's start and its clamping after are no better.
 */
static void test_codes(void **state)
{
    (void)state;
    static const double tight[] = {.15, .20, .52, .59, .71, .75, .77};
    float *rows = random_rows(5, 20 * DIM, 1);
    for (unsigned bits = 2; bits <= 8; bits++) {
        char spec[60];
        snprintf(spec, sizeof spec, "rabitq:bits=%u,rotate=none,center=none", bits);
        qs_codec *codec = fit_codec(spec, DIM, rows, 20);
        uint8_t *row = make_room(qs_codec_row_bytes(codec));
        double half = ldexp(1, (int)bits - 1);
        assert_int_equal(qs_codec_row_bytes(codec), DIM * bits / 8 + 4);
        for (size_t r = 0; r < 20; r++) {
            const float *x = rows + r * DIM;
            double v[DIM], most = 0, length = 0;
            assert_int_equal(qs_codec_encode(codec, 0, x, 1, row), QS_OK);
            for (size_t i = 0; i < DIM; i++) {
                v[i] = code_at(row, i, bits) - (2 * half - 1) / 2;
                assert_true((v[i] > 0) == (x[i] >= 0));
                most = fmax(most, fabs((double)x[i]));
                length += (double)x[i] * (double)x[i];
            }
            double own = cosine_of(x, v, DIM), best = best_cosine(x, DIM, half - 1);
            if (own > best + 1e-12 || own < best - 3e-4)
                fail_msg("%s, row %zu: %.9f, best %.9f", spec, r, own, best);
            double of_library = 0; /* steps upwards from its start, the first maximum of codes without a top */
            double start = tight[bits - 2] * (half + 9) / most, at = start, found = 0;
            for (int s = 0; s < 4000; s++, at *= 1.0005) {
                double c = cosine_at(x, DIM, at, 1e9);
                if (at * most > half + 9) break;
                if (c > of_library) {
                    of_library = c;
                    found = at;
                }
            }
            assert_true(length > 0 && own >= cosine_at(x, DIM, found, half - 1) - 1e-9);
        }
        free(row);
        qs_codec_close(codec);
    }
    free(rows);
}

/* tq: the nearest level of the row at length sqrt(dim). */
static void test_levels(void **state)
{
    (void)state;
    static const double levels[] = {-1.51041761, -0.452780035, 0.452780035, 1.51041761};
    float *x = random_rows(6, DIM, 3), back[DIM];
    qs_codec *codec = fit_codec("tq:bits=2,rotate=none", DIM, x, 1);
    uint8_t row[DIM / 4 + 4];
    double length = 0, product = 0, square = 0;
    float scale;
    assert_int_equal(qs_codec_encode(codec, 0, x, 1, row), QS_OK);
    assert_int_equal(qs_codec_decode(codec, row, 1, back), QS_OK);
    memcpy(&scale, row + DIM / 4, sizeof scale);
    for (size_t i = 0; i < DIM; i++) length += (double)x[i] * (double)x[i];
    for (size_t i = 0; i < DIM; i++) {
        double y = (double)x[i] * sqrt(DIM / length), level = levels[code_at(row, i, 2)];
        for (size_t l = 0; l < 4; l++) assert_true(fabs(y - level) <= fabs(y - levels[l]) + 1e-6);
        product += (double)x[i] * level;
        square += (double)back[i] * (double)x[i];
    }
    assert_true(fabs((double)scale / (length / product) - 1) < 1e-6);
    assert_true(fabs(square / length - 1) < 1e-5);
    free(x);
    qs_codec_close(codec);
}

/* The mean error of an estimate over 100 rotations is within three of its standard errors of 0; the same rows
 * decoded by least squares would be too short. */
static void test_no_bias(void **state)
{
    (void)state;
    enum { SEEDS = 100 };
    static const char *const specs[] = {
        "rabitq:center=none", "rabitq:bits=2,center=none", "rabitq:bits=4,center=none", "tq", "tq:bits=2",
        "tq:bits=4"};
    float *x = random_rows(7, DIM, 1), *q = random_rows(8, DIM, 1), back[DIM];
    double exact = 0;
    for (size_t i = 0; i < DIM; i++) q[i] += 0.7F * x[i];
    for (size_t i = 0; i < DIM; i++) exact += (double)x[i] * (double)q[i];
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) {
        double sum = 0, squares = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            char spec[80];
            uint8_t row[DIM + 4];
            double product = 0;
            snprintf(spec, sizeof spec, "%s%sseed=%d", specs[s], strchr(specs[s], ':') ? "," : ":", seed);
            qs_codec *codec = fit_codec(spec, DIM, x, 1);
            assert_int_equal(qs_codec_encode(codec, 0, x, 1, row), QS_OK);
            assert_int_equal(qs_codec_decode(codec, row, 1, back), QS_OK);
            for (size_t i = 0; i < DIM; i++) product += (double)back[i] * (double)q[i];
            sum += product - exact;
            squares += (product - exact) * (product - exact);
            qs_codec_close(codec);
        }
        double mean = sum / SEEDS, sd = sqrt((squares / SEEDS - mean * mean) / (SEEDS - 1));
        if (fabs(mean) > 3 * sd || sd == 0) fail_msg("%s: mean error %g, standard error %g", specs[s], mean, sd);
    }
    free(x);
    free(q);
}

/* Cosine is that of rows at length 1: a row's length changes neither its codes nor its score. */
static void test_lengths(void **state)
{
    (void)state;
    enum { ROWS = 60 };
    float *rows = random_rows(9, ROWS * DIM, 1), *longer = make_room(sizeof(float) * ROWS * DIM);
    for (size_t i = 0; i < ROWS * DIM; i++) longer[i] = ldexpf(rows[i], (int)(i / DIM % 5));
    qs_codec *codecs[2];
    uint8_t *codes[2];
    float *of[2] = {rows, longer};
    for (int c = 0; c < 2; c++) {
        qs_fit *fit = qs_fit_open("rabitq:bits=3", DIM);
        qsi_fit_for_metric(fit, QSI_COSINE);
        assert_int_equal(qs_fit_observe(fit, 0, of[c], ROWS), QS_OK);
        assert_int_equal(qs_fit_next_pass(fit), 0);
        codecs[c] = qs_fit_finish(fit);
        qs_fit_close(fit);
        codes[c] = make_room(ROWS * qs_codec_row_bytes(codecs[c]));
        assert_int_equal(qs_codec_encode(codecs[c], 0, of[c], ROWS, codes[c]), QS_OK);
    }
    assert_memory_equal(codes[0], codes[1], ROWS * qs_codec_row_bytes(codecs[0]));
    float score, back[DIM];
    uint32_t id;
    double product = 0, length = 0;
    assert_int_equal(qs_search(codecs[1], codes[1], 1, NULL, rows + DIM, 1, 1, "cosine", &id, &score), QS_OK);
    assert_int_equal(qs_codec_decode(codecs[1], codes[1], 1, back), QS_OK);
    for (size_t i = 0; i < DIM; i++) {
        product += (double)back[i] * (double)rows[DIM + i];
        length += (double)rows[DIM + i] * (double)rows[DIM + i];
    }
    assert_true(fabs((double)score - product / sqrt(length)) < 1e-5);
    for (int c = 0; c < 2; c++) {
        qs_codec_close(codecs[c]);
        free(codes[c]);
    }
    free(rows);
    free(longer);
}

/* A row of zeros has the scale 0; values of either end stay finite or are refused. */
static void test_edges(void **state)
{
    (void)state;
    float zeros[DIM] = {0}, back[DIM], large[DIM], small[DIM];
    uint8_t row[DIM + 4];
    for (size_t i = 0; i < DIM; i++) {
        large[i] = i % 3 ? 3e38F : -1e38F;
        small[i] = i % 3 ? 1e-44F : -3e-45F;
    }
    static const char *const specs[] = {"rabitq:rotate=none,center=none", "rabitq:bits=8,rotate=none,center=none",
                                        "tq:bits=4,rotate=none"};
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) {
        qs_codec *codec = fit_codec(specs[s], DIM, zeros, 1);
        assert_int_equal(qs_codec_encode(codec, 0, zeros, 1, row), QS_OK);
        assert_int_equal(qs_codec_decode(codec, row, 1, back), QS_OK);
        for (size_t i = 0; i < DIM; i++) assert_true(back[i] == 0);
        int status = qs_codec_encode(codec, 0, large, 1, row);
        if (status) check_error(QS_E_DATA, "row 0: its scale overflows float32");
        assert_int_equal(qs_codec_encode(codec, 0, small, 1, row), QS_OK);
        assert_int_equal(qs_codec_decode(codec, row, 1, back), QS_OK);
        for (size_t i = 0; i < DIM; i++) assert_true(isfinite(back[i]));
        qs_codec_close(codec);
    }
    zeros[7] = NAN;
    assert_null(qs_fit_open("rabitq:bits=9", DIM));
    check_error(QS_E_OPTION, "bits=9: bits takes 1, 2, 3, 4, 5, 6, 7, 8");
    assert_null(qs_fit_open("tq:bits=1.5", DIM));
    check_error(QS_E_OPTION, "bits=1.5: bits takes 1, 2, 3, 4");
    assert_null(qs_fit_open("tq:dims=49", DIM));
    check_error(QS_E_OPTION, "dims=49: rows have 48 values");
    assert_null(fit_codec("rabitq", DIM, zeros, 1));
    check_error(QS_E_DATA, "row 0, column 7 is NaN");
}

/* The view of a row: every value is its level times the one scale. */
static void test_view(void **state)
{
    (void)state;
    static const char *const specs[] = {"rabitq", "rabitq:bits=5", "tq:bits=3"};
    float *values = random_rows(11, DIM, 1);
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) {
        char *text = TEXT_OF(qs_block_json, specs[s], values, DIM, NULL, 0);
        size_t count = 0;
        for (const char *at = text; (at = strstr(at, "\"decoded\":")); at++, count++) {
            char *next = strstr(at, "\"formula\":\"") + 11;
            float level = strtof(next, &next), scale = strtof(strstr(next, "* ") + 2, NULL);
            assert_true(fabsf(level * scale - strtof(at + 10, NULL)) < 1e-5F);
        }
        assert_int_equal(count, DIM);
        free(text);
    }
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes),   cmocka_unit_test(test_levels), cmocka_unit_test(test_no_bias),
        cmocka_unit_test(test_lengths), cmocka_unit_test(test_edges),  cmocka_unit_test(test_view),
    };
    return cmocka_run_group_tests_name("estimate", tests, NULL, NULL);
}
