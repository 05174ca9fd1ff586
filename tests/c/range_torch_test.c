/*
 * Scales, zero points and fake quantization against PyTorch's: MinMax, MovingAverageMinMax and PerChannelMinMax
 * observers, bit for bit (tests/golden/range.md).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "codec/affine.h"
#include "codec/codec.h"
#include "make.h"
#include "range/moving_average.h"
#include "spec/spec.h"

static uint8_t *data;
static char *text;

static void *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("%s cannot be read; run the tests from the project's root", path);
    fseek(file, 0, SEEK_END);
    long bytes = ftell(file);
    rewind(file);
    char *all = make_room((size_t)bytes + 1);
    assert_int_equal(fread(all, 1, (size_t)bytes, file), bytes);
    all[bytes] = 0;
    fclose(file);
    return all;
}

static int open_files(void **state)
{
    (void)state;
    text = read_file("tests/golden/torch-range.txt");
    data = read_file("tests/golden/torch-range.bin");
    return 0;
}

static int close_files(void **state)
{
    (void)state;
    free(text);
    free(data);
    return 0;
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end && end[1] ? end + 1 : NULL;
}

/* The values of an input by name; free() them. */
static float *input(const char *name, size_t length, size_t *count)
{
    for (const char *line = text; line; line = next_line(line)) {
        char known[64];
        size_t offset;
        if (sscanf(line, "input %63s %zu %zu", known, count, &offset) != 3) continue;
        if (strlen(known) != length || strncmp(known, name, length) != 0) continue;
        float *x = make_room(*count * sizeof *x);
        for (size_t i = 0; i < *count; i++) x[i] = qsi_get_float(data + offset + 4 * i);
        return x;
    }
    fail_msg("there is no input %.*s", (int)length, name);
    return NULL;
}

/* PyTorch's types and schemes as a spec. Its symmetric quint8 codes are these shifted by 128. */
static void spec_of(const char *type, const char *scheme, const char *per, char spec[80])
{
    if (!strcmp(scheme, "symmetric"))
        snprintf(spec, 80, "int8:map=sym,levels=full,per=%s", per);
    else
        snprintf(spec, 80, "int8:map=affine,codes=%s,per=%s",
                 type[0] == 'q' && type[1] == 'u' ? "unsigned" : "signed", per);
}

static int shift_of(const char *type, const char *scheme)
{
    return !strcmp(scheme, "symmetric") && type[1] == 'u' ? 128 : 0;
}

/* The range of all batches, by the fit of a spec or by a moving average. */
static qsi_affine observe(const char *batches, const char *text_of_spec, bool moving, uint32_t bounds[2])
{
    float lo, hi;
    qsi_affine a;
    qsi_spec spec;
    qsi_moving_average *average = qsi_moving_average_open(1, 1);
    qs_fit *fit = qs_fit_open(text_of_spec, 1);
    assert_int_equal(qsi_spec_parse(text_of_spec, &spec), QS_OK);
    float *all = NULL;
    size_t total = 0, batch = 0;
    for (const char *name = batches; *name; batch++) {
        size_t length = strcspn(name, ","), count;
        float *x = input(name, length, &count);
        assert_int_equal(qsi_moving_average_observe(average, (double)batch, x, count), QS_OK);
        all = realloc(all, (total + count) * sizeof *all);
        assert_non_null(all);
        memcpy(all + total, x, count * sizeof *x);
        total += count;
        free(x);
        name += length + (name[length] == ',');
    }
    assert_int_equal(qsi_moving_average_finish(average, &lo, &hi), QS_OK);
    if (moving) {
        assert_int_equal(qsi_affine_from_range(&spec, lo, hi, &a), QS_OK);
    } else {
        assert_int_equal(qs_fit_observe(fit, 0, all, total), QS_OK);
        assert_int_equal(qs_fit_next_pass(fit), 0);
        qs_codec *codec = qs_fit_finish(fit);
        const float *zero = qsi_codec_param(codec, "zero");
        a = (qsi_affine){.scale = *qsi_codec_param(codec, "scale"), .zero = zero ? (int32_t)*zero : 0};
        qs_codec_close(codec);
    }
    bounds[0] = qsi_float_bits(lo);
    bounds[1] = qsi_float_bits(hi);
    qsi_moving_average_close(average);
    qs_fit_close(fit);
    free(all);
    return a;
}

static void observers(void **state)
{
    (void)state;
    size_t cases = 0;
    for (const char *line = text; line; line = next_line(line)) {
        char kind[16], batches[200], type[16], scheme[16], spec[80];
        uint32_t scale, bounds[2], min, max;
        int zero;
        if (sscanf(line, "%15s %199s %15s %15s %x %d %x %x", kind, batches, type, scheme, &scale, &zero, &min,
                   &max) != 8)
            continue;
        bool moving = !strcmp(kind, "moving");
        if (!moving && strcmp(kind, "minmax") != 0) continue;
        spec_of(type, scheme, "tensor", spec);
        qsi_affine a = observe(batches, spec, moving, bounds);
        if (qsi_float_bits(a.scale) != scale || a.zero + shift_of(type, scheme) != zero)
            fail_msg("%.60s: scale %08x zero %d", line, qsi_float_bits(a.scale), a.zero);
        if (moving && (bounds[0] != min || bounds[1] != max))
            fail_msg("%.60s: %08x to %08x, not %08x to %08x", line, bounds[0], bounds[1], min, max);
        cases++;
    }
    assert_int_equal(cases, 56);
}

/* Rows become columns where a channel is a row: a spec's scales are those of dims. */
static float *as_dims(const float *x, size_t channels, size_t others, int axis)
{
    float *y = make_room(channels * others * sizeof *y);
    for (size_t c = 0; c < channels; c++)
        for (size_t i = 0; i < others; i++)
            y[i * channels + c] = axis == 0 ? x[c * others + i] : x[i * channels + c];
    return y;
}

static void channels(void **state)
{
    (void)state;
    size_t cases = 0;
    for (const char *line = text; line; line = next_line(line)) {
        char name[64], type[16], scheme[16], spec[80];
        size_t count, offset, all;
        int axis;
        if (sscanf(line, "channel %63s %d %15s %15s %zu %zu", name, &axis, type, scheme, &count, &offset) != 6)
            continue;
        float *x = input(name, strlen(name), &all), *y = as_dims(x, count, all / count, axis);
        spec_of(type, scheme, "dim", spec);
        qs_codec *codec = fit_codec(spec, count, y, all / count);
        assert_non_null(codec);
        const float *zeros = qsi_codec_param(codec, "zero");
        for (size_t c = 0; c < count; c++) {
            int zero = (int)qsi_get32(data + offset + 4 * (count + c));
            assert_int_equal(qsi_float_bits(qsi_codec_param(codec, "scale")[c]), qsi_get32(data + offset + 4 * c));
            assert_int_equal((zeros ? (int)zeros[c] : 0) + shift_of(type, scheme), zero);
        }
        qs_codec_close(codec);
        free(x);
        free(y);
        cases++;
    }
    assert_int_equal(cases, 8);
}

static uint64_t hash(const float *x, size_t count)
{
    uint64_t h = 0xcbf29ce484222325U;
    for (size_t i = 0; i < count; i++)
        for (unsigned shift = 0; shift < 32; shift += 8)
            h = (h ^ (qsi_float_bits(x[i]) >> shift & 255)) * 0x100000001b3U;
    return h;
}

/* Codes and decodes rows of dim 1 or of channels, with given scales. */
static void fake(const char *params, size_t rows, float *x)
{
    qs_codec *codec = qs_codec_open_params(params, strlen(params));
    if (!codec) check_error(QS_OK, params);
    uint8_t *codes = make_room(rows * qs_codec_row_bytes(codec));
    assert_int_equal(qs_codec_encode(codec, 0, x, rows, codes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, codes, rows, x), QS_OK);
    free(codes);
    qs_codec_close(codec);
}

static void fake_quantization(void **state)
{
    (void)state;
    size_t cases = 0, count;
    char name[64], params[400];
    for (const char *line = text; line; line = next_line(line)) {
        unsigned scale;
        int zero, qmin, qmax;
        unsigned long long should;
        if (sscanf(line, "fake %63s %x %d %d %d %llx", name, &scale, &zero, &qmin, &qmax, &should) != 6) continue;
        float *x = input(name, strlen(name), &count);
        snprintf(params, sizeof params,
                 "{\"quantscope\":1,\"spec\":\"int%d:map=affine,per=tensor,codes=%s\",\"shape\":[1,1],\"params\":"
                 "{\"scale\":[%.9g],\"zero\":[%d]}}",
                 qmax - qmin == 15 ? 4 : 8, qmin ? "signed" : "unsigned", (double)qsi_bits_float(scale), zero);
        fake(params, count, x);
        assert_true(hash(x, count) == should);
        free(x);
        cases++;
    }
    assert_int_equal(cases, 8);
}

static void fake_quantization_of_channels(void **state)
{
    (void)state;
    for (const char *line = text; line; line = next_line(line)) {
        char name[64], params[600];
        int axis, zero, qmin, qmax, at;
        size_t channels, offset, count;
        unsigned long long should;
        if (sscanf(line, "fake_channel %63s %d %zu %zu %d %d %d %llx", name, &axis, &channels, &offset, &zero,
                   &qmin, &qmax, &should) != 8)
            continue;
        at = snprintf(
            params, sizeof params,
            "{\"quantscope\":1,\"spec\":\"int8:per=dim,map=sym,levels=full\",\"shape\":[1,%zu],\"params\":{"
            "\"scale\":[",
            channels);
        for (size_t c = 0; c < channels; c++)
            at += snprintf(params + at, sizeof params - (size_t)at, "%s%.9g", c ? "," : "",
                           (double)qsi_get_float(data + offset + 4 * c));
        snprintf(params + at, sizeof params - (size_t)at, "]}}");
        float *x = input(name, strlen(name), &count), *y = as_dims(x, channels, count / channels, axis);
        fake(params, count / channels, y);
        for (size_t c = 0; c < channels; c++)
            for (size_t i = 0; i < count / channels; i++) x[c * (count / channels) + i] = y[i * channels + c];
        assert_int_equal(axis, 0);
        assert_true(hash(x, count) == should);
        free(x);
        free(y);
        return;
    }
    fail_msg("there is no such case");
}

/* Parts of batches in any order, and merged states, give the same average. */
static void moving_average_of_any_split(void **state)
{
    (void)state;
    enum { DIM = 3, BATCHES = 20, ROWS = 10 };
    float *x = random_rows(5, (size_t)BATCHES * ROWS * DIM, 1), lo[2][DIM], hi[2][DIM];
    for (int split = 0; split < 2; split++) {
        qsi_moving_average *a = qsi_moving_average_open(DIM, DIM), *b = qsi_moving_average_open(DIM, DIM);
        random_state r = random_from(3);
        size_t *order = random_order(&r, BATCHES);
        for (size_t i = 0; i < BATCHES; i++) {
            size_t batch = split ? order[i] : i, cut = split ? 1 + i % (ROWS - 1) : ROWS;
            const float *rows = x + batch * ROWS * DIM;
            assert_int_equal(qsi_moving_average_observe(split && i % 2 ? b : a, (double)batch, rows, cut), QS_OK);
            assert_int_equal(qsi_moving_average_observe(split ? b : a, (double)batch, rows + cut * DIM, ROWS - cut),
                             QS_OK);
        }
        size_t bytes = qsi_moving_average_save(b, NULL, 0);
        uint8_t *saved = make_room(bytes);
        assert_int_equal(qsi_moving_average_save(b, saved, bytes), bytes);
        for (size_t less = 0; less < bytes; less++)
            assert_int_equal(qsi_moving_average_merge(a, saved, less), QS_E_DATA);
        assert_int_equal(qsi_moving_average_merge(a, saved, bytes), QS_OK);
        assert_int_equal(qsi_moving_average_finish(a, lo[split], hi[split]), QS_OK);
        free(saved);
        free(order);
        qsi_moving_average_close(a);
        qsi_moving_average_close(b);
    }
    assert_memory_equal(lo[0], lo[1], sizeof lo[0]);
    assert_memory_equal(hi[0], hi[1], sizeof hi[0]);
    qsi_moving_average *none = qsi_moving_average_open(1, 1);
    assert_int_equal(qsi_moving_average_finish(none, lo[0], hi[0]), QS_E_DATA);
    assert_int_equal(qsi_moving_average_observe(none, 0, (float[]){1, 0.0F / 0.0F}, 2), QS_E_DATA);
    qsi_moving_average_close(none);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(observers),
        cmocka_unit_test(channels),
        cmocka_unit_test(fake_quantization),
        cmocka_unit_test(fake_quantization_of_channels),
        cmocka_unit_test(moving_average_of_any_split),
    };
    return cmocka_run_group_tests(tests, open_files, close_files);
}
