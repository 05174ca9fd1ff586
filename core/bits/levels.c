/*
 * What the codes of a format can say:
 * {"ranges":[{"name","title","fields":[{"kind","bits"}],"negative","codes","values",
 * "lowest","largest","smallest_normal","smallest_subnormal","epsilon","exact_integers","bits_per_value","saved"}]},
 * measured by decoding every code (f32: from its fields).
 *
 *   fields          of a code, from the highest
 *   negative        how values below 0 are told from others
 *   codes           that are stored          values   different finite numbers that the encoder gives
 *   lowest          finite value             largest  finite magnitude
 *   epsilon         the step above 1, where 1 and something above it are values
 *   exact_integers  every whole number from 0 to this one is a value
 *   saved           of float32, from 0 to 1; scales are counted where a block has them by definition of the format
 *
 * A scale that would come from data is that of absmax 1, but for integers 1, so that codes are what is counted.
 */
#include "bits/formula.h"
#include "bits/inspect.h"

#include "base/json.h"
#include "base/size.h"
#include "base/status.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct levels {
    double codes, values;
    double lowest, largest, smallest_normal, smallest_subnormal, epsilon, exact_integers; /* NaN: none */
} levels;

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Facts of finite values in order. */
static void examine(const float *values, size_t count, levels *out)
{
    out->values = count ? 1 : 0;
    for (size_t i = 1; i < count; i++) {
        out->values += values[i] != values[i - 1];
        if (values[i - 1] == 1 && values[i] > 1) out->epsilon = (double)values[i] - 1;
    }
    out->lowest = count ? (double)values[0] : NAN;
    out->largest = count ? fmax(fabs((double)values[0]), fabs((double)values[count - 1])) : NAN;
    double whole = 0;
    for (size_t i = 0; i < count; i++)
        if ((double)values[i] == whole) whole++;
    out->exact_integers = whole > 0 ? whole - 1 : NAN;
}

/* The least magnitudes of a float, from its fields. */
static void from_fields(const qsi_format *f, levels *out)
{
    bool has_zero_exponent = f->mantissa_bits > 0;
    out->smallest_normal = ldexp(1, (has_zero_exponent ? 1 : 0) - f->bias);
    if (has_zero_exponent) out->smallest_subnormal = ldexp(1, 1 - f->bias - f->mantissa_bits);
}

/* The same of the floats in a block, times its scale. */
static void from_codes(const qsi_inspect *inspect, const qsi_format *f, levels *out)
{
    out->smallest_normal = (double)qsi_inspect_decode(inspect, 1U << f->mantissa_bits);
    out->smallest_subnormal = (double)qsi_inspect_decode(inspect, 1);
}

static void wide_float(const qsi_format *f, levels *out)
{
    int top = (int)qsi_ones(f->exponent_bits) - 1 - f->bias;
    out->codes = ldexp(1, f->code_bits);
    out->values = out->codes - ldexp(2, f->mantissa_bits) - 1; /* without infinities and NaN; -0 is 0 */
    out->largest = ldexp(2 - ldexp(1, -f->mantissa_bits), top);
    out->lowest = -out->largest;
    out->epsilon = ldexp(1, -f->mantissa_bits);
    out->exact_integers = ldexp(1, f->mantissa_bits + 1);
}

/* The rows of all codes, one value each. */
static void write_codes(const qsi_inspect *inspect, uint8_t *rows)
{
    size_t each = inspect->codec->layout.row_bytes;
    for (uint32_t code = 0; code < qsi_place_codes(&inspect->place); code++)
        qsi_place_put(&inspect->numbers, &inspect->place, rows + code * each, code);
}

static uint32_t code_of(const qsi_inspect *inspect, const uint8_t *row)
{
    return qsi_place_get(&inspect->numbers, &inspect->place, row);
}

/* The finite values of all codes that the encoder gives to their own value (-128 in narrow levels is nobody's
 * code, for one). Returns how many. */
static size_t used_alone(const qsi_inspect *inspect, float *values)
{
    size_t codes = qsi_place_codes(&inspect->place), each = inspect->codec->layout.row_bytes, finite = 0, count = 0;
    uint8_t *rows = qsi_array_zero(codes, each), *encoded = qsi_array(codes, each);
    if (rows && encoded) {
        write_codes(inspect, rows);
        if (qs_codec_decode(inspect->codec, rows, codes, values)) codes = 0;
        for (size_t c = 0; c < codes; c++) {
            if (!isfinite(values[c])) continue;
            values[finite] = values[c];
            memmove(rows + finite++ * each, rows + c * each, each);
        }
        if (qs_codec_encode(inspect->codec, 0, values, finite, encoded)) finite = 0;
        for (size_t i = 0; i < finite; i++)
            if (code_of(inspect, rows + i * each) == code_of(inspect, encoded + i * each))
                values[count++] = values[i];
    }
    qsi_array_free(rows);
    qsi_array_free(encoded);
    return count;
}

/* Where the code of one value depends on the others beside it: the finite values of all that encoding can give. */
static size_t used_in_block(const qsi_inspect *inspect, float *values)
{
    size_t count = 0;
    qsi_number how = qsi_code_number(&inspect->numbers);
    for (uint32_t code = 0; code < qsi_place_codes(&inspect->place); code++) {
        if (!qsi_number_given(&how, inspect->place.stored->bits, code)) continue;
        float x = qsi_inspect_decode(inspect, code);
        if (isfinite(x)) values[count++] = x;
    }
    return count;
}

/* Fills values, which has room for all codes. */
static void count_values(const qsi_inspect *inspect, float *values, levels *out)
{
    out->codes = qsi_place_codes(&inspect->place);
    size_t count = inspect->codec->dim > 1 ? used_in_block(inspect, values) : used_alone(inspect, values);
    qsort(values, count, sizeof *values, by_value);
    examine(values, count, out);
}

/* How values below 0 are told from others. */
static void write_negative(const qsi_inspect *inspect, qsi_json *json)
{
    qsi_number how = qsi_code_number(&inspect->numbers);
    const qsi_format *f = qsi_number_float(&how);
    bool has_low = strchr(qsi_codec_formula(inspect->codec), 'm');
    char text[24] = "none";
    if (how.minus)
        snprintf(text, sizeof text, "code - %d", how.minus);
    else if (f ? f->mantissa_bits > 0 : how.is_signed || how.level || has_low)
        snprintf(text, sizeof text, "%s",
                 f               ? "sign bit"
                 : how.is_signed ? "two's complement"
                 : how.level     ? "levels"
                                 : "minimum");
    qsi_json_key(json, "negative");
    qsi_json_text(json, text);
}

static void write_fields(const qsi_inspect *inspect, qsi_json *json)
{
    qsi_part parts[QSI_PARTS];
    unsigned count = qsi_parts(&inspect->numbers, inspect->place.digits ? 1 : inspect->place.stored->bits, parts);
    qsi_parts_json(json, "fields", parts, count);
}

static void write_levels(const qsi_format *f, const levels *l, qsi_json *json)
{
    double bits = (double)qsi_format_block_bits(f) / f->block;
    const struct {
        const char *key;
        double value;
        bool whole;
    } members[] = {{"codes", l->codes, true},
                   {"values", l->values, true},
                   {"lowest", l->lowest, false},
                   {"largest", l->largest, false},
                   {"smallest_normal", l->smallest_normal, false},
                   {"smallest_subnormal", l->smallest_subnormal, false},
                   {"epsilon", l->epsilon, false},
                   {"exact_integers", l->exact_integers, true},
                   {"bits_per_value", bits, false},
                   {"saved", 1 - bits / 32, false}};
    for (size_t m = 0; m < sizeof members / sizeof *members; m++) {
        qsi_json_key(json, members[m].key);
        if (members[m].whole)
            qsi_json_whole(json, members[m].value);
        else
            qsi_json_exact(json, (float)members[m].value);
    }
}

static int write_range(const qsi_format *f, qsi_json *json)
{
    char spec[QSI_SPEC_TEXT];
    qsi_inspect inspect;
    levels l = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    bool wide = f->code_bits > 16;
    snprintf(spec, sizeof spec, "%s%s", f->name, qsi_format_option(f, QSI_MAP) ? ":range=given,s=1" : "");
    int status = qsi_inspect_open(&inspect, spec, 0);
    float *values = status || wide ? NULL : qsi_array(qsi_place_codes(&inspect.place), sizeof *values);
    if (!status && !wide && !values) status = QS_E_MEMORY;
    if (!status) {
        if (f->exponent_bits && f->block == 1) from_fields(f, &l);
        if (f->exponent_bits && f->block > 1) from_codes(&inspect, f, &l);
        if (wide)
            wide_float(f, &l);
        else
            count_values(&inspect, values, &l);
        qsi_json_open(json, '{');
        qsi_json_key(json, "name");
        qsi_json_text(json, f->name);
        qsi_json_key(json, "title");
        qsi_json_text(json, f->title);
        write_fields(&inspect, json);
        write_negative(&inspect, json);
        write_levels(f, &l, json);
        qsi_json_close(json, '}');
    }
    qsi_array_free(values);
    qsi_inspect_close(&inspect);
    return status;
}

size_t qs_ranges_json(char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "ranges");
    qsi_json_open(&json, '[');
    for (size_t i = 0; i < qsi_format_count(); i++)
        if (write_range(qsi_format_at(i), &json)) return 0;
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
