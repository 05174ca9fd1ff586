/* Exact search against plain loops in double precision and in whole numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/format.h"
#include "make.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const metrics[] = {"cosine", "ip", "l2"};

typedef struct job {
    qs_codec *codec;
    size_t dim, nrows, nq;
    float *rows, *queries, *decoded;
    uint8_t *codes;
} job;

static job open_job(const char *spec, size_t dim, size_t nrows, size_t nq, uint64_t seed)
{
    job j = {.dim = dim,
             .nrows = nrows,
             .nq = nq,
             .rows = random_rows(seed, nrows * dim, 1),
             .queries = random_rows(seed + 1, nq * dim, 1)};
    j.codec = fit_codec(spec, dim, j.rows, nrows);
    if (!j.codec) fail_msg("%s cannot be fitted", spec);
    j.codes = make_room(nrows * qs_codec_row_bytes(j.codec));
    j.decoded = make_room(nrows * dim * sizeof *j.decoded);
    assert_int_equal(qs_codec_encode(j.codec, 0, j.rows, nrows, j.codes), QS_OK);
    assert_int_equal(qs_codec_decode(j.codec, j.codes, nrows, j.decoded), QS_OK);
    return j;
}

static void close_job(job *j)
{
    qs_codec_close(j->codec);
    free(j->rows);
    free(j->queries);
    free(j->decoded);
    free(j->codes);
}

static void search(const job *j, size_t k, const char *metric, uint32_t *ids, float *scores)
{
    memset(ids, 0xee, j->nq * k * sizeof *ids);
    assert_int_equal(qs_search(j->codec, j->codes, j->nrows, j->rows, j->queries, j->nq, k, metric, ids, scores),
                     QS_OK);
}

static double score(const float *q, const float *x, size_t dim, int metric)
{
    double dot = 0, qq = 0, xx = 0, distance = 0;
    for (size_t d = 0; d < dim; d++) {
        double a = (double)q[d], b = (double)x[d];
        dot += a * b;
        qq += a * a;
        xx += b * b;
        distance += (a - b) * (a - b);
    }
    if (metric == 0) return qq > 0 && xx > 0 ? dot / sqrt(qq * xx) : 0;
    return metric == 1 ? dot : -distance;
}

/* Hits are the k best by wanted[], to within what float sums may err; in order, none twice. */
static void check_hits(const char *what, const double *wanted, size_t nrows, size_t k, const uint32_t *ids,
                       const float *scores, double slack)
{
    bool *taken = make_room(nrows);
    memset(taken, 0, nrows);
    for (size_t i = 0; i < k; i++) {
        if (i >= nrows) {
            assert_true(ids[i] == UINT32_MAX && isnan(scores[i]));
            continue;
        }
        if (ids[i] >= nrows || taken[ids[i]]) fail_msg("%s: row %u at %zu", what, ids[i], i);
        taken[ids[i]] = true;
        if (fabs((double)scores[i] - wanted[ids[i]]) > slack)
            fail_msg("%s: row %u scores %g, not %g", what, ids[i], (double)scores[i], wanted[ids[i]]);
        if (i && !(scores[i - 1] > scores[i] || (scores[i - 1] == scores[i] && ids[i - 1] < ids[i])))
            fail_msg("%s: rows %u and %u stand in wrong order", what, ids[i - 1], ids[i]);
    }
    for (size_t r = 0; r < nrows && k < nrows; r++)
        if (!taken[r] && wanted[r] > (double)scores[k - 1] + slack) fail_msg("%s: row %zu was left out", what, r);
    free(taken);
}

static void test_against_doubles(void **state)
{
    (void)state;
    static const char *const specs[] = {"f32",
                                        "f16",
                                        "bf16",
                                        "int8",
                                        "int4:map=affine,per=dim",
                                        "int3:map=offset,per=block,block=7",
                                        "binary:query=f32",
                                        "f16:query=same",
                                        "int5:map=offset,per=dim,query=same"};
    static const size_t shapes[][3] = {
        {1, 1, 1}, {3, 130, 3}, {33, 64, 1}, {100, 65, 10}, {16, 7, 20}}; /* dim rows k */
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++)
        for (size_t h = 0; h < 5; h++)
            for (int m = 0; m < 3; m++) {
                size_t dim = shapes[h][0], nrows = shapes[h][1], k = shapes[h][2], nq = 5;
                job j = open_job(specs[s], dim, nrows, nq, s * 10 + h);
                uint32_t *ids = make_room(nq * k * sizeof *ids);
                float *scores = make_room(nq * k * sizeof *scores),
                      *queries = make_room(nq * dim * sizeof *queries);
                double *wanted = make_room(nrows * sizeof *wanted);
                search(&j, k, metrics[m], ids, scores);
                memcpy(queries, j.queries, nq * dim * sizeof *queries);
                if (strstr(specs[s], "same")) {
                    uint8_t *codes = make_room(nq * qs_codec_row_bytes(j.codec));
                    assert_int_equal(qs_codec_encode(j.codec, 0, j.queries, nq, codes), QS_OK);
                    assert_int_equal(qs_codec_decode(j.codec, codes, nq, queries), QS_OK);
                    free(codes);
                }
                for (size_t q = 0; q < nq; q++) {
                    for (size_t r = 0; r < nrows; r++)
                        wanted[r] = score(queries + q * dim, j.decoded + r * dim, dim, m);
                    check_hits(specs[s], wanted, nrows, k, ids + q * k, scores + q * k,
                               1e-4 * (double)dim / 10 + 1e-5);
                }
                free(ids);
                free(scores);
                free(queries);
                free(wanted);
                close_job(&j);
            }
}

/* With a float query, searching codes gives the bytes that searching their decoded rows gives. */
static void check_codes_are_their_rows(const char *spec, uint64_t seed)
{
    enum { NQ = 7, K = 20 };
    job j = open_job(spec, 50, 333, NQ, seed);
    qs_codec *plain = fit_codec("f32", j.dim, j.rows, 1);
    for (int m = 0; m < 3; m++) {
        uint32_t a[NQ * K], b[NQ * K];
        float x[NQ * K], y[NQ * K];
        search(&j, K, metrics[m], a, x);
        assert_int_equal(
            qs_search(plain, (const uint8_t *)j.decoded, j.nrows, NULL, j.queries, NQ, K, metrics[m], b, y), QS_OK);
        if (memcmp(a, b, sizeof a) != 0 || memcmp(x, y, sizeof x) != 0) fail_msg("%s by %s", spec, metrics[m]);
    }
    qs_codec_close(plain);
    close_job(&j);
}

static void test_codes_are_their_rows(void **state)
{
    (void)state;
    static const char *const specs[] = {"int2:per=tensor", "int4:map=affine,per=dim,codes=unsigned",
                                        "int6:map=offset,per=block,scale=f16"};
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) check_codes_are_their_rows(specs[s], s + 100);
    for (size_t i = 0; i < qsi_format_count(); i++) {
        const qsi_format *f = qsi_format_at(i);
        char spec[60];
        if (f->score) continue; /* scored by sums of its own: to 1e-5, in transform_test */
        snprintf(spec, sizeof spec, "%s%s", f->name, qsi_format_option(f, QSI_QUERY) ? ":query=f32" : "");
        check_codes_are_their_rows(spec, i + 200);
    }
}

/* The whole numbers behind a row: code minus zero point, and the scale that turns them into values. */
static float whole_numbers(const char *spec, const job *j, const uint8_t *row, int bits, int64_t *out)
{
    bool from_zero = strstr(spec, "unsigned"), affine = strstr(spec, "affine"), tensor = strstr(spec, "tensor");
    float scale;
    int zero = 0;
    if (tensor) {
        char *params = TEXT_OF(qs_codec_params_json, j->codec, 1);
        scale = strtof(strstr(params, "\"scale\":[") + 9, NULL);
        if (affine) zero = atoi(strstr(params, "\"zero\":[") + 8);
        free(params);
    } else {
        size_t code_bytes = (j->dim * (size_t)bits + 7) / 8;
        memcpy(&scale, row + code_bytes, sizeof scale);
        if (affine) zero = from_zero ? row[code_bytes + 4] : (int8_t)row[code_bytes + 4];
    }
    for (size_t d = 0; d < j->dim; d++) {
        int code = 0;
        for (size_t b = 0; b < (size_t)bits; b++) {
            size_t bit = d * (size_t)bits + b;
            code |= (row[bit / 8] >> bit % 8 & 1) << b;
        }
        out[d] = (!from_zero && code >> (bits - 1) ? code - (1 << bits) : code) - zero;
    }
    return scale;
}

/* query=same with one scale for a row: (float)(exact sum) * s_query * s_row, to the bit. */
static void test_integer_scores(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        int bits;
    } cases[] = {{"int8:query=same", 8},
                 {"int8:per=tensor,query=same", 8},
                 {"int8:levels=full,query=same", 8},
                 {"int4:query=same", 4},
                 {"int2:per=tensor,query=same", 2},
                 {"int8:map=affine,query=same", 8},
                 {"int8:map=affine,codes=unsigned,query=same", 8},
                 {"int8:map=affine,per=tensor,codes=unsigned,query=same", 8},
                 {"int5:map=affine,per=tensor,query=same", 5},
                 {"int7:map=affine,codes=unsigned,query=same", 7}};
    static const size_t dims[] = {1, 17, 64, 200};
    enum { ROWS = 70, NQ = 4, MOST = 200 };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (size_t d = 0; d < 4; d++) {
            job j = open_job(cases[c].spec, dims[d], ROWS, NQ, c * 4 + d);
            uint32_t ids[NQ * ROWS];
            float scores[NQ * ROWS];
            int64_t q[MOST], x[MOST];
            size_t row_bytes = qs_codec_row_bytes(j.codec);
            uint8_t *codes = make_room(NQ * row_bytes);
            assert_int_equal(qs_codec_encode(j.codec, 0, j.queries, NQ, codes), QS_OK);
            search(&j, ROWS, "ip", ids, scores);
            for (size_t i = 0; i < NQ * ROWS; i++) {
                float sq = whole_numbers(cases[c].spec, &j, codes + i / ROWS * row_bytes, cases[c].bits, q);
                float sx = whole_numbers(cases[c].spec, &j, j.codes + ids[i] * row_bytes, cases[c].bits, x);
                int64_t sum = 0;
                for (size_t n = 0; n < j.dim; n++) sum += q[n] * x[n];
                float wanted = (float)sum * sq * sx;
                if (scores[i] != wanted)
                    fail_msg("%s: dim %zu: %a, not %a", cases[c].spec, j.dim, (double)scores[i], (double)wanted);
            }
            free(codes);
            close_job(&j);
        }
}

/* Sums of codes beyond what int32 holds: extreme codes of one sign in the most dims there are. */
static void test_long_rows(void **state)
{
    (void)state;
    enum { DIM = 1048576 };
    float *rows = make_room(2 * DIM * sizeof *rows), score;
    for (size_t i = 0; i < 2 * DIM; i++) rows[i] = 1;
    qs_codec *codec = fit_codec("int8:query=same,range=given,s=1", DIM, rows, 1);
    uint8_t *codes = make_room(qs_codec_row_bytes(codec));
    for (size_t i = 0; i < DIM; i++) rows[i] = rows[DIM + i] = i == 5 ? 126 : 127;
    uint32_t id;
    assert_int_equal(qs_codec_encode(codec, 0, rows, 1, codes), QS_OK);
    assert_int_equal(qs_search(codec, codes, 1, NULL, rows + DIM, 1, 1, "ip", &id, &score), QS_OK);
    assert_true(score == (float)((int64_t)(DIM - 1) * 127 * 127 + 126 * 126));
    qs_codec_close(codec);
    free(codes);
    free(rows);
}

static size_t bits_apart(const float *a, const float *b, const float *threshold, size_t dim)
{
    size_t apart = 0;
    for (size_t d = 0; d < dim; d++) apart += (a[d] > threshold[d]) != (b[d] > threshold[d]);
    return apart;
}

/* Hamming distances, and the candidates of least distance ranked by the original rows. */
static void test_hamming_and_rescore(void **state)
{
    (void)state;
    enum { DIM = 37, ROWS = 150, NQ = 6, K = 5 };
    static const float zeros[DIM] = {0};
    for (size_t rescore = 0; rescore <= 40; rescore += rescore ? 13 : 1) {
        char spec[32];
        snprintf(spec, sizeof spec, "binary:rescore=%zu", rescore);
        job j = open_job(spec, DIM, ROWS, NQ, 41);
        uint32_t ids[NQ * K];
        float scores[NQ * K];
        search(&j, K, "ip", ids, scores);
        size_t keep = rescore ? K * rescore < ROWS ? K * rescore : ROWS : K;
        for (size_t q = 0; q < NQ; q++) {
            const float *query = j.queries + q * DIM;
            size_t order[ROWS];
            for (size_t r = 0; r < ROWS; r++) { /* by distance, then row */
                size_t at = r, far = bits_apart(query, j.rows + r * DIM, zeros, DIM);
                for (; at && bits_apart(query, j.rows + order[at - 1] * DIM, zeros, DIM) > far; at--)
                    order[at] = order[at - 1];
                order[at] = r;
            }
            if (!rescore) {
                for (size_t i = 0; i < K; i++) {
                    assert_int_equal(ids[q * K + i], order[i]);
                    assert_true(scores[q * K + i] ==
                                -(float)bits_apart(query, j.rows + order[i] * DIM, zeros, DIM));
                }
                continue;
            }
            double wanted[ROWS];
            for (size_t r = 0; r < ROWS; r++) wanted[r] = -INFINITY;
            for (size_t i = 0; i < keep; i++) wanted[order[i]] = score(query, j.rows + order[i] * DIM, DIM, 1);
            check_hits(spec, wanted, ROWS, K, ids + q * K, scores + q * K, 1e-4);
        }
        close_job(&j);
    }
}

static void test_bounds(void **state)
{
    (void)state;
    job j = open_job("int8:rescore=2", 4, 10, 2, 51);
    uint32_t ids[40];
    float scores[40];
    assert_int_equal(qs_search(j.codec, j.codes, 10, j.rows, j.queries, 2, 0, "ip", ids, scores), QS_E_OPTION);
    check_error(QS_E_OPTION, "k=0: k takes a whole number from 1");
    assert_int_equal(qs_search(j.codec, j.codes, 10, j.rows, j.queries, 2, 1, "dot", ids, scores), QS_E_OPTION);
    check_error(QS_E_OPTION, "metric=dot: metric takes cosine, ip or l2");
    assert_int_equal(qs_search(j.codec, j.codes, 10, j.rows, j.queries, 2, 1, NULL, ids, scores), QS_E_OPTION);
    assert_int_equal(qs_search(j.codec, j.codes, 10, NULL, j.queries, 2, 1, "ip", ids, scores), QS_E_OPTION);
    check_error(QS_E_OPTION, "rescore needs the original rows");
    assert_int_equal(qs_search(j.codec, j.codes, 10, j.rows, NULL, 0, 3, "ip", NULL, NULL), QS_OK);
    assert_int_equal(qs_search(j.codec, j.codes, 0, j.rows, j.queries, 2, 3, "ip", ids, scores), QS_OK);
    for (size_t i = 0; i < 6; i++) assert_true(ids[i] == UINT32_MAX && isnan(scores[i]));
    assert_int_equal(qs_search(j.codec, j.codes, 10, j.rows, j.queries, 2, 20, "ip", ids, scores), QS_OK);
    assert_true(ids[9] != UINT32_MAX && ids[10] == UINT32_MAX && ids[20] != UINT32_MAX && ids[39] == UINT32_MAX);
    close_job(&j);
    j = open_job("int8:query=same", 4, 10, 2, 51);
    j.queries[5] = NAN;
    assert_int_equal(qs_search(j.codec, j.codes, 10, NULL, j.queries, 2, 1, "ip", ids, scores), QS_E_DATA);
    check_error(QS_E_DATA, "queries: row 1, column 1 is NaN");
    close_job(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_doubles),     cmocka_unit_test(test_codes_are_their_rows),
        cmocka_unit_test(test_integer_scores),      cmocka_unit_test(test_long_rows),
        cmocka_unit_test(test_hamming_and_rescore), cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
