/* Reference vectors, as golden.h says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "golden.h"

#include "base/bytes.h"
#include "codec/codebook/codebook.h"
#include "codec/codec.h"
#include "format/minifloat.h"
#include "make.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t *data;
static char *text;

static void *read_file(const char *name, const char *ending)
{
    char path[80];
    snprintf(path, sizeof path, "tests/golden/%s.%s", name, ending);
    FILE *f = fopen(path, "rb");
    if (!f) fail_msg("cannot open %s; tests run from the project's root", path);
    fseek(f, 0, SEEK_END);
    size_t bytes = (size_t)ftell(f);
    rewind(f);
    char *all = make_room(bytes + 1);
    assert_int_equal(fread(all, 1, bytes, f), bytes);
    all[bytes] = 0;
    fclose(f);
    return all;
}

int golden_open(const char *name)
{
    data = read_file(name, "bin");
    text = read_file(name, "txt");
    return 0;
}

void golden_close(void)
{
    free(data);
    free(text);
}

/* ---- the words of a line */

const char *golden_word(const char *line, size_t number, char *dst, size_t cap)
{
    while (number--) line += strcspn(line, " \n") + 1;
    size_t length = strcspn(line, " \n");
    assert_true(length < cap);
    memcpy(dst, line, length);
    dst[length] = 0;
    return dst;
}

size_t golden_number(const char *line, size_t at)
{
    char digits[24], *end;
    size_t value = strtoull(golden_word(line, at, digits, sizeof digits), &end, 10);
    assert_true(*digits && !*end);
    return value;
}

float *golden_floats(size_t offset, size_t count)
{
    float *x = make_room(count * sizeof *x);
    memcpy(x, data + offset, count * sizeof *x);
    return x;
}

const uint8_t *golden_bytes(size_t offset)
{
    return data + offset;
}

static void check_hash(const char *line, const float *x, size_t n, const char *wanted)
{
    char found[24];
    uint64_t h = 0xcbf29ce484222325U;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = x[i] == x[i] ? qsi_float_bits(x[i]) : 0x7fc00000U;
        for (unsigned shift = 0; shift < 32; shift += 8) h = (h ^ (bits >> shift & 255)) * 0x100000001b3U;
    }
    snprintf(found, sizeof found, "%016" PRIx64, h);
    if (strcmp(found, wanted) != 0) fail_msg("%.90s: decodes to other floats", line);
}

/* ---- the kinds of line */

static void check_rows(const char *line, const qs_codec *codec)
{
    char wanted[24];
    size_t dim = golden_number(line, 2), rows = golden_number(line, 3), row_bytes = qs_codec_row_bytes(codec);
    float *x = golden_floats(golden_number(line, 4), rows * dim);
    const uint8_t *expected = data + golden_number(line, 5);
    uint8_t *codes = make_room(rows * row_bytes);
    assert_int_equal(qs_codec_encode(codec, 0, x, rows, codes), QS_OK);
    for (size_t i = 0; i < rows * row_bytes; i++)
        if (codes[i] != expected[i])
            fail_msg("%.90s: row %zu, byte %zu is %02x, not %02x", line, i / row_bytes, i % row_bytes, codes[i],
                     expected[i]);
    assert_int_equal(qs_codec_decode(codec, codes, rows, x), QS_OK);
    if (strncmp(line, "params", 6) != 0 && strcmp(golden_word(line, 6, wanted, sizeof wanted), "-") != 0)
        check_hash(line, x, rows * dim, wanted);
    free(codes);
    free(x);
}

static qs_codec *fit_line(const char *line)
{
    char spec[QSI_SPEC_TEXT];
    size_t dim = golden_number(line, 2), rows = golden_number(line, 3);
    float *x = golden_floats(golden_number(line, 4), rows * dim);
    /* a fit refuses NaN, which plain floats do not observe */
    qs_codec *codec = fit_codec(golden_word(line, 1, spec, sizeof spec), dim, x, rows);
    if (!codec) check_error(QS_OK, spec);
    free(x);
    return codec;
}

static void check_case(const char *line)
{
    qs_codec *codec = fit_line(line);
    check_rows(line, codec);
    qs_codec_close(codec);
}

static void check_scale(const char *line)
{
    char bits[24];
    qs_codec *codec = fit_line(line);
    uint32_t wanted = (uint32_t)strtoul(golden_word(line, 5, bits, sizeof bits), NULL, 16);
    assert_int_equal(qsi_float_bits(*qsi_codec_param(codec, "scale")), wanted);
    qs_codec_close(codec);
}

static void check_params(const char *line)
{
    char json[4096];
    golden_word(line, 1, json, sizeof json);
    qs_codec *codec = qs_codec_open_params(json, strlen(json));
    if (!codec) check_error(QS_OK, json);
    check_rows(line, codec);
    qs_codec_close(codec);
}

static const qsi_format *format_of(const char *line)
{
    char name[40];
    golden_word(line, 1, name, sizeof name);
    const qsi_format *format = qsi_format_find(name, strlen(name));
    if (!format) fail_msg("no format %s", name);
    return format;
}

static void check_table(const char *line)
{
    char wanted[24];
    const qsi_format *format = format_of(line);
    size_t count = golden_number(line, 2), each = (format->code_bits + 7U) / 8;
    float *x = make_room(count * sizeof *x), none = 0;
    qs_codec *codec = fit_codec(format->name, 1, &none, 1);
    uint8_t *codes = make_room(count * each);
    for (size_t c = 0; c < count; c++)
        for (size_t b = 0; b < each; b++) codes[c * each + b] = (uint8_t)(c >> 8 * b);
    assert_int_equal(qs_codec_decode(codec, codes, count, x), QS_OK);
    if (strlen(golden_word(line, 3, wanted, sizeof wanted)) == 16)
        check_hash(line, x, count, wanted);
    else
        for (size_t c = 0; c < count; c++) {
            uint32_t bits = qsi_get32(data + golden_number(line, 3) + 4 * c);
            bool same = isnan(x[c]) ? (bits & 0x7fffffff) > 0x7f800000 : qsi_float_bits(x[c]) == bits;
            if (!same) fail_msg("%s: code %zu decodes to %g", format->name, c, (double)x[c]);
        }
    free(codes);
    free(x);
    qs_codec_close(codec);
}

static void check_codes(const char *line)
{
    qsi_minifloat f = qsi_minifloat_of(format_of(line));
    size_t count = golden_number(line, 2);
    float *x = golden_floats(golden_number(line, 3), count);
    for (size_t i = 0; i < count; i++) {
        uint32_t code = qsi_minifloat_code(&f, x[i], line[0] == 's'), wanted = data[golden_number(line, 4) + i];
        if (code != wanted) fail_msg("%.40s: %a is %02x, not %02x", line, (double)x[i], code, wanted);
    }
    free(x);
}

static void check_book(const char *line)
{
    const qsi_format *format = format_of(line);
    assert_int_equal(golden_number(line, 2), format->codebook->count);
    for (size_t c = 0; c < format->codebook->count; c++)
        assert_int_equal(qsi_float_bits(qsi_codebook_value(format->codebook, c)),
                         qsi_get32(data + golden_number(line, 3) + 4 * c));
}

static void check_tree(const char *line)
{
    char spec[QSI_SPEC_TEXT];
    size_t dim = golden_number(line, 2);
    float *x = golden_floats(golden_number(line, 3), dim), *y = make_room(dim * sizeof *y);
    qs_codec *codec = fit_codec(golden_word(line, 1, spec, sizeof spec), dim, x, 1);
    size_t bytes = qs_codec_row_bytes(codec), codes = codec->layout.code_bytes;
    uint8_t *row = make_room(bytes);
    assert_int_equal(qs_codec_encode(codec, 0, x, 1, row), QS_OK);
    assert_int_equal(qs_codec_decode(codec, row, 1, x), QS_OK);
    memcpy(row, data + golden_number(line, 4), codes);
    assert_int_equal(qs_codec_decode(codec, row, 1, y), QS_OK);
    for (size_t i = 0; i < dim; i++) assert_true(x[i] == y[i]);
    free(row);
    free(x);
    free(y);
    qs_codec_close(codec);
}

static void check_search(const char *line)
{
    char spec[QSI_SPEC_TEXT], metric[24];
    size_t dim = golden_number(line, 3), rows = golden_number(line, 4), nq = golden_number(line, 6),
           k = golden_number(line, 8);
    float *base = golden_floats(golden_number(line, 5), rows * dim),
          *queries = golden_floats(golden_number(line, 7), nq * dim);
    qs_codec *codec = fit_codec(golden_word(line, 1, spec, sizeof spec), dim, base, rows);
    uint8_t *codes = make_room(rows * qs_codec_row_bytes(codec));
    uint32_t *ids = make_room(nq * k * sizeof *ids);
    float *scores = make_room(nq * k * sizeof *scores);
    assert_int_equal(qs_codec_encode(codec, 0, base, rows, codes), QS_OK);
    assert_int_equal(qs_search(codec, codes, rows, NULL, queries, nq, k,
                               golden_word(line, 2, metric, sizeof metric), ids, scores),
                     QS_OK);
    for (size_t i = 0; i < nq * k; i++) assert_int_equal(ids[i], qsi_get32(data + golden_number(line, 9) + 4 * i));
    free(base);
    free(queries);
    free(codes);
    free(ids);
    free(scores);
    qs_codec_close(codec);
}

/* +1 and -1 for the bits at offset. */
static float *signs(size_t offset, size_t count)
{
    float *x = make_room(count * sizeof *x);
    for (size_t i = 0; i < count; i++) x[i] = data[offset + i / 8] >> i % 8 & 1 ? 1 : -1;
    return x;
}

/* Bits as signs: coding gives the bits again, and the score of codes alone is minus the distance. */
static void check_hamming(const char *line)
{
    size_t bits = golden_number(line, 1), rows = golden_number(line, 2), nq = golden_number(line, 4),
           k = golden_number(line, 6);
    float *base = signs(golden_number(line, 3), rows * bits), *queries = signs(golden_number(line, 5), nq * bits);
    qs_codec *codec = fit_codec("binary", bits, base, rows);
    uint8_t *codes = make_room(rows * bits / 8);
    uint32_t *ids = make_room(nq * k * sizeof *ids);
    float *scores = make_room(nq * k * sizeof *scores);
    assert_int_equal(qs_codec_row_bytes(codec), bits / 8);
    assert_int_equal(qs_codec_encode(codec, 0, base, rows, codes), QS_OK);
    assert_memory_equal(codes, data + golden_number(line, 3), rows * bits / 8);
    assert_int_equal(qs_search(codec, codes, rows, NULL, queries, nq, k, "ip", ids, scores), QS_OK);
    for (size_t i = 0; i < nq * k; i++) {
        assert_int_equal(ids[i], qsi_get32(data + golden_number(line, 7) + 4 * i));
        assert_true(scores[i] == -(float)qsi_get32(data + golden_number(line, 8) + 4 * i));
    }
    free(base);
    free(queries);
    free(codes);
    free(ids);
    free(scores);
    qs_codec_close(codec);
}

size_t golden_check(const char *kind)
{
    static const struct {
        const char *kind;
        void (*check)(const char *line);
    } checks[] = {{"case", check_case},     {"params", check_params},  {"decoded", check_params},
                  {"table", check_table},   {"saturate", check_codes}, {"overflow", check_codes},
                  {"scale", check_scale},   {"book", check_book},      {"tree", check_tree},
                  {"search", check_search}, {"hamming", check_hamming}};
    size_t c = 0;
    while (strcmp(checks[c].kind, kind) != 0) c++;
    return golden_each(kind, checks[c].check);
}

size_t golden_each(const char *kind, void (*check)(const char *line))
{
    size_t count = 0, length = strlen(kind);
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
        if (strncmp(line, kind, length) != 0 || line[length] != ' ') continue;
        check(line);
        count++;
    }
    return count;
}
