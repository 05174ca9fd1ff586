/* What tests make, as make.h says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

random_state random_from(uint64_t seed)
{
    random_state r = {seed * 0x9e3779b97f4a7c15U + 88172645463325252U};
    for (int i = 0; i < 8; i++) random_bits(&r);
    return r;
}

uint64_t random_bits(random_state *r)
{
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return r->state * 2685821657736338717U;
}

double random_unit(random_state *r)
{
    return (double)(random_bits(r) >> 11) * 0x1p-53;
}

size_t random_below(random_state *r, size_t bound)
{
    return (size_t)(random_unit(r) * (double)bound);
}

float random_normal(random_state *r)
{
    double sum = -6;
    for (int i = 0; i < 12; i++) sum += random_unit(r);
    return (float)sum;
}

float *random_rows(uint64_t seed, size_t n, float scale)
{
    random_state r = random_from(seed);
    float *rows = make_room(n * sizeof *rows);
    for (size_t i = 0; i < n; i++) rows[i] = random_normal(&r) * scale;
    return rows;
}

void to_unit(float *rows, size_t nrows, size_t dim)
{
    for (size_t r = 0; r < nrows; r++) {
        double square = 0;
        for (size_t i = r * dim; i < (r + 1) * dim; i++) square += (double)rows[i] * (double)rows[i];
        for (size_t i = r * dim; i < (r + 1) * dim; i++) rows[i] = (float)((double)rows[i] / sqrt(square));
    }
}

size_t *random_order(random_state *r, size_t n)
{
    size_t *order = make_room(n * sizeof *order);
    for (size_t i = 0; i < n; i++) order[i] = i;
    for (size_t i = n; i > 1; i--) {
        size_t j = random_below(r, i), kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
    return order;
}

void *make_room(size_t bytes)
{
    void *room = malloc(bytes ? bytes : 1);
    if (!room) fail_msg("no memory for %zu bytes", bytes);
    return room;
}

void check_length(const char *text, size_t length, size_t again, const char *function)
{
    char error[1024];
    if (length && length == again && strlen(text) == length) return;
    qs_error_json(error, sizeof error);
    fail_msg("%s says %zu, then %zu, and writes %zu bytes; %s", function, length, again, strlen(text), error);
}

void check_error(int code, const char *words)
{
    char error[2048];
    qs_error_json(error, sizeof error);
    if ((int)number_of(error, "code") == code && strstr(error, words)) return;
    fail_msg("%s instead of code %d and \"%s\"", error, code, words);
}

double number_of(const char *start, const char *key)
{
    char wanted[64] = "\"";
    strncat(wanted, key, 60);
    strcat(wanted, "\":");
    const char *at = strstr(start, wanted);
    if (!at) fail_msg("no %s in %.200s", wanted, start);
    at += strlen(wanted);
    return strncmp(at, "null", 4) ? strtod(at, NULL) : NAN;
}

qs_codec *fit_codec(const char *spec, size_t dim, const float *rows, size_t nrows)
{
    qs_fit *fit = qs_fit_open(spec, dim);
    if (!fit) return NULL;
    int more, status;
    do {
        status = qs_fit_observe(fit, 0, rows, nrows);
        more = status ? status : qs_fit_next_pass(fit);
    } while (more > 0);
    qs_codec *codec = more ? NULL : qs_fit_finish(fit);
    qs_fit_close(fit);
    return codec;
}

double coding_error(const char *spec, size_t dim, const float *rows, size_t nrows, double *each)
{
    qs_codec *codec = fit_codec(spec, dim, rows, nrows);
    assert_non_null(codec);
    uint8_t *codes = make_room(nrows * qs_codec_row_bytes(codec));
    float *back = make_room(nrows * dim * sizeof *back);
    double all = 0;
    assert_int_equal(qs_codec_encode(codec, 0, rows, nrows, codes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, codes, nrows, back), QS_OK);
    for (size_t r = 0; r < nrows; r++) {
        double error = 0;
        for (size_t i = r * dim; i < (r + 1) * dim; i++) error += pow((double)back[i] - (double)rows[i], 2);
        if (each) each[r] = error;
        all += error;
    }
    free(codes);
    free(back);
    qs_codec_close(codec);
    return all;
}

qs_range *calibrated(const char *spec, size_t dim, double memory, const float *rows, size_t nrows)
{
    int more;
    qs_range *range = qs_range_open(spec, dim, memory);
    assert_non_null(range);
    do {
        assert_int_equal(qs_range_observe(range, 0, rows, nrows), QS_OK);
        more = qs_range_next_pass(range, NULL, 0);
    } while (more > 0);
    assert_int_equal(more, 0);
    return range;
}
