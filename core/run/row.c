/*
 * One row through a spec of a run, for those who look at it: what its values become and the levels they had to
 * choose from, and the bits of one value.
 */
#include "run/run.h"

#include "base/size.h"
#include "bits/formula.h"
#include "bits/inspect.h"
#include "codec/fewbits/signs.h"
#include "codec/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Levels are listed up to so many, and told of by their ends up to as many as codes of one byte; dims of the
 * largest errors are so many. */
enum { LISTED = 16, WORST = 6 };

const qsi_result *qsi_run_measured(const qs_run *run, size_t spec)
{
    const qsi_result *result = spec + 1 < run->count ? &run->results[spec + 1] : NULL;
    if (!result || !result->done || !result->codec) {
        qsi_fail(QS_E_STATE, "spec %zu is not measured", spec);
        return NULL;
    }
    return result;
}

/* The levels of every value of a coded row: (dim, codes), ascending, those that are there counted. */
typedef struct levels {
    size_t codes, dim;
    float *values;
    uint16_t *counts; /* (dim) */
} levels;

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Every code in the place of every value, one code at a time. */
static int decode_codes(const qsi_numbers *n, const qsi_result *result, const uint8_t *coded, levels *out)
{
    const qs_codec *codec = result->codec;
    qsi_number how = qsi_code_number(n);
    uint8_t *row = qsi_array(1, codec->layout.row_bytes);
    float *decoded = qsi_array(codec->dim, sizeof *decoded);
    int status = row && decoded ? QS_OK : QS_E_MEMORY;
    for (uint32_t code = 0; code < out->codes && !status; code++) {
        memcpy(row, coded, codec->layout.row_bytes);
        for (size_t i = 0; i < out->dim; i++) {
            qsi_place place = qsi_numbers_place(n, i);
            qsi_place_put(n, &place, row, code);
        }
        qsi_place first = qsi_numbers_place(n, 0);
        if (!first.digits && !qsi_number_given(&how, first.stored->bits, code)) continue;
        status = qs_codec_decode(codec, row, 1, decoded);
        if (!status) qsi_signs_scale(codec, result->errors.sign_size, 1, decoded);
        for (size_t i = 0; i < out->dim && !status; i++)
            if (isfinite(decoded[i])) out->values[i * out->codes + out->counts[i]++] = decoded[i];
    }
    qsi_array_free(row);
    qsi_array_free(decoded);
    return status;
}

/* Sorts the levels of each value and drops those that are there twice. */
static void put_in_order(levels *l)
{
    for (size_t i = 0; i < l->dim; i++) {
        float *values = l->values + i * l->codes;
        uint16_t kept = 0;
        qsort(values, l->counts[i], sizeof *values, ascending);
        for (uint16_t j = 0; j < l->counts[i]; j++)
            if (!kept || values[j] > values[kept - 1]) values[kept++] = values[j];
        l->counts[i] = kept;
    }
}

static void floats_member(qsi_json *json, const char *key, const float *values, size_t count)
{
    qsi_json_key(json, key);
    qsi_json_open(json, '[');
    for (size_t i = 0; i < count; i++) qsi_json_exact(json, values[i]);
    qsi_json_close(json, ']');
}

/* "codes", and of the levels "count", "lowest" and "highest", and where they are few "levels". */
static void codes_members(const qsi_numbers *n, const levels *l, const uint8_t *coded, qsi_json *json)
{
    uint16_t most = 0;
    qsi_json_key(json, "codes");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < l->dim; i++) {
        qsi_place place = qsi_numbers_place(n, i);
        qsi_json_whole(json, qsi_place_get(n, &place, coded));
        if (l->counts[i] > most) most = l->counts[i];
    }
    qsi_json_close(json, ']');
    qsi_json_key(json, "count");
    qsi_json_whole(json, most);
    for (int high = 0; high < 2; high++) {
        qsi_json_key(json, high ? "highest" : "lowest");
        qsi_json_open(json, '[');
        for (size_t i = 0; i < l->dim; i++)
            qsi_json_exact(json, l->counts[i] ? l->values[i * l->codes + (high ? l->counts[i] - 1U : 0)] : NAN);
        qsi_json_close(json, ']');
    }
    if (most > LISTED) return;
    qsi_json_key(json, "levels");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < l->dim; i++) {
        qsi_json_open(json, '[');
        for (uint16_t j = 0; j < l->counts[i]; j++) qsi_json_exact(json, l->values[i * l->codes + j]);
        qsi_json_close(json, ']');
    }
    qsi_json_close(json, ']');
}

/* "errors", decoded less original, and "worst": the dims of the largest of them, the largest first. */
static void errors_members(const float *row, const float *decoded, size_t dim, qsi_json *json)
{
    size_t worst[WORST], count = 0;
    qsi_json_key(json, "errors");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < dim; i++) {
        double error = fabs((double)decoded[i] - (double)row[i]);
        size_t at = count;
        qsi_json_figure(json, (double)decoded[i] - (double)row[i]);
        if (isnan(error)) continue;
        while (at && fabs((double)decoded[worst[at - 1]] - (double)row[worst[at - 1]]) < error) at--;
        if (at == WORST) continue;
        if (count < WORST) count++;
        memmove(worst + at + 1, worst + at, (count - at - 1) * sizeof *worst);
        worst[at] = i;
    }
    qsi_json_close(json, ']');
    qsi_json_key(json, "worst");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < count; i++) qsi_json_whole(json, (double)worst[i]);
    qsi_json_close(json, ']');
}

/* The members about codes, of a row whose values have codes of a byte at most. */
static int about_codes(const qsi_result *result, const uint8_t *coded, qsi_json *json)
{
    const qs_codec *codec = result->codec;
    qsi_numbers n;
    if (codec->transform || codec->layout.row_bytes > QSI_ROW_BYTES || codec->dim > QSI_ROW_VALUES) return QS_OK;
    int status = qsi_numbers_open(&n, codec);
    qsi_place first = status ? (qsi_place){0} : qsi_numbers_place(&n, 0);
    uint32_t codes = first.stored ? qsi_place_codes(&first) : 0;
    if (!status && codes && codes <= QSI_MOST_CODES) {
        levels l = {codes, codec->dim, qsi_array(codec->dim, codes * sizeof(float)),
                    qsi_array_zero(codec->dim, sizeof(uint16_t))};
        status = l.values && l.counts ? decode_codes(&n, result, coded, &l) : QS_E_MEMORY;
        if (!status) {
            put_in_order(&l);
            codes_members(&n, &l, coded, json);
        }
        qsi_array_free(l.values);
        qsi_array_free(l.counts);
    }
    qsi_numbers_close(&n);
    return status;
}

size_t qs_run_row_json(const qs_run *run, size_t spec, double number, const float *row, char *dst, size_t cap)
{
    const qsi_result *result = qsi_run_measured(run, spec);
    if (!result) return 0;
    const qs_codec *codec = result->codec;
    char text[QSI_SPEC_TEXT];
    uint8_t *coded = qsi_array(1, codec->layout.row_bytes);
    float *decoded = qsi_array(codec->row_dim, sizeof *decoded);
    int status = coded && decoded ? qs_codec_encode(codec, number, row, 1, coded) : QS_E_MEMORY;
    if (!status) status = qs_codec_decode(codec, coded, 1, decoded);
    if (!status) qsi_unit_undo(codec, row, 1, decoded);
    qsi_json json = qsi_json_start(dst, cap);
    if (!status) {
        if (!codec->transform) qsi_signs_scale(codec, result->errors.sign_size, 1, decoded);
        qsi_spec_text(&codec->spec, text);
        qsi_json_open(&json, '{');
        qsi_json_key(&json, "spec");
        qsi_json_text(&json, text);
        floats_member(&json, "values", row, codec->row_dim);
        floats_member(&json, "decoded", decoded, codec->row_dim);
        errors_members(row, decoded, codec->row_dim, &json);
        status = about_codes(result, coded, &json);
        qsi_json_close(&json, '}');
    }
    qsi_array_free(coded);
    qsi_array_free(decoded);
    return status ? 0 : qsi_json_end(&json);
}

size_t qs_run_value_json(const qs_run *run, size_t spec, double number, const float *row, size_t column, char *dst,
                         size_t cap)
{
    const qsi_result *result = qsi_run_measured(run, spec);
    qsi_inspect inspect;
    size_t length = 0;
    if (!result) return 0;
    if (!qsi_inspect_fitted(&inspect, result->codec, number, row, column))
        length = qsi_inspect_json(&inspect, dst, cap);
    qsi_inspect_close(&inspect);
    return length;
}
