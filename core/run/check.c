/* What is noticed while rows are coded: facts of the rows, and what their codes lose. */
#include "base/size.h"
#include "base/status.h"
#include "findings/findings.h"

struct qs_check {
    const qs_codec *codec; /* NULL: rows alone are looked at */
    qsi_spec spec;
    size_t dim;
    bool elsewhere;
    qsi_facts facts;
    double values; /* seen so far */
    qsi_lost lost;
    qsi_clipping clipping;
    qsi_usage usage;
    qsi_outer_levels ends;
};

qs_check *qs_check_open(const qs_codec *codec, int elsewhere)
{
    qs_check *check = qsi_array_zero(1, sizeof *check);
    if (!check) return NULL;
    check->codec = codec;
    check->spec = codec->spec;
    check->dim = codec->row_dim;
    check->elsewhere = elsewhere != 0;
    int status = qsi_facts_open(&check->facts, codec->row_dim);
    if (!status) status = qsi_outer_levels_open(&check->ends, codec);
    if (!status) return check;
    qs_check_close(check);
    return NULL;
}

qs_check *qs_check_open_rows(const char *spec, size_t dim)
{
    qs_check *check = qsi_array_zero(1, sizeof *check);
    if (!check) return NULL;
    check->dim = dim;
    int status = qsi_spec_parse(spec, &check->spec);
    if (!status) status = qsi_check_dim((double)dim);
    if (!status) status = qsi_facts_open(&check->facts, dim);
    check->facts.ranges_only = true; /* scales do not depend on repeated rows */
    if (!status) return check;
    qs_check_close(check);
    return NULL;
}

void qs_check_close(qs_check *check)
{
    if (!check) return;
    qsi_facts_close(&check->facts);
    qsi_outer_levels_close(&check->ends);
    qsi_array_free(check);
}

/* What was clipped, of rows that are coded as they are. */
static int count_clipped(qs_check *check, const float *rows, const uint8_t *codes, const float *decoded,
                         size_t nrows)
{
    if (!check->elsewhere || check->codec->transform) return QS_OK;
    uint8_t *marks = qsi_array(nrows, check->codec->dim);
    if (!marks) return QS_E_MEMORY;
    int status = qsi_outer_levels_clipped(&check->ends, rows, codes, decoded, nrows, marks, &check->clipping);
    qsi_array_free(marks);
    return status;
}

int qs_check_observe(qs_check *check, double first_row, const float *rows, size_t nrows, const uint8_t *codes)
{
    const qs_codec *codec = check->codec;
    int status = qsi_facts_observe(&check->facts, first_row, rows, NULL, nrows);
    if (status || !codec) return status;
    float *decoded = qsi_array(nrows, codec->row_dim * sizeof *decoded);
    status = decoded ? qs_codec_decode(codec, codes, nrows, decoded) : QS_E_MEMORY;
    if (!status) status = qsi_lost_count(codec, rows, decoded, nrows, &check->lost);
    if (!status) status = count_clipped(check, rows, codes, decoded, nrows);
    if (!status && codec->family->usage) status = codec->family->usage(codec, codes, nrows, &check->usage);
    check->values += (double)nrows * (double)codec->row_dim;
    qsi_array_free(decoded);
    return status;
}

size_t qs_check_json(const qs_check *check, char *dst, size_t cap)
{
    qsi_findings found = {.count = 0};
    qsi_measured measured = {.spec = &check->spec,
                             .codec = check->codec,
                             .values = check->values,
                             .lost = check->lost,
                             .clipping = check->clipping,
                             .elsewhere = check->elsewhere,
                             .floored = check->usage.floored};
    if (check->codec && check->codec->family->floored)
        measured.floored += (double)check->codec->family->floored(check->codec);
    const qsi_subject subject = {.dim = check->dim,
                                 .rows = check->facts.rows,
                                 .facts = &check->facts,
                                 .scaling = QSI_UNSCALED,
                                 .specs = &measured,
                                 .count = 1};
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_open(&json, '{');
    qsi_find(&subject, &found);
    qsi_findings_json(&found, &json);
    qsi_findings_close(&found);
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
