/* The plan of one spec: its byte ledger, and what is noticed without any data. */
#include "base/status.h"
#include "findings/findings.h"
#include "plan/ledger.h"
#include "source/dtype.h"

#include <math.h>
#include <string.h>

/* What there is already: values of a type, or codes of a spec. */
typedef struct stored {
    const char *name; /* NULL: nothing is known of it */
    double row_bytes, params;
    char spec[QSI_SPEC_TEXT];
} stored;

/* "f16" and "float16" are the same type. */
static const char *long_name(const char *name)
{
    static const char *const names[][2] = {{"f64", "float64"},         {"f32", "float32"},
                                           {"f16", "float16"},         {"bf16", "bfloat16"},
                                           {"f8_e4m3", "float8_e4m3"}, {"f8_e5m2", "float8_e5m2"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i][0], name)) return names[i][1];
    return name;
}

static int find_stored(const char *from, size_t dim, stored *out)
{
    const qsi_dtype *dtype = qsi_dtype_find(long_name(from));
    qsi_spec spec;
    qsi_ledger ledger;
    *out = (stored){.name = from};
    if (dtype) {
        out->name = dtype->name;
        out->row_bytes = qsi_dtype_bytes(dtype, (double)dim);
        return QS_OK;
    }
    int status = qsi_spec_parse(from, &spec);
    if (!status) status = qsi_ledger_make(&spec, 1, dim, &ledger);
    if (status) return status;
    qsi_spec_text(&spec, out->spec);
    out->name = out->spec;
    out->params = ledger.params;
    out->row_bytes = ledger.total - ledger.params;
    return QS_OK;
}

static void findings_json(const qsi_spec *spec, double rows, size_t dim, const stored *from, double bytes,
                          qsi_json *json)
{
    qsi_findings found = {.count = 0};
    const qsi_measured planned = {.spec = spec, .bytes = bytes};
    const qsi_subject subject = {
        .dim = dim, .rows = rows, .dtype = from->name, .row_bytes = from->row_bytes, .specs = &planned, .count = 1};
    qsi_find(&subject, &found);
    qsi_findings_json(&found, json);
    qsi_findings_close(&found);
}

static void bytes_json(const qsi_ledger *ledger, const stored *from, double rows, qsi_json *json)
{
    double file = rows * from->row_bytes + from->params;
    qsi_json_key(json, "bytes");
    qsi_json_open(json, '{');
    qsi_ledger_json(ledger, json);
    if (from->name) {
        qsi_json_key(json, "file");
        qsi_json_whole(json, file);
        qsi_json_key(json, "times_smaller");
        qsi_json_figure(json, file / ledger->total);
    }
    qsi_json_close(json, '}');
}

size_t qs_plan_from_json(const char *text, const char *from, double rows, double dim, char *dst, size_t cap)
{
    qsi_spec spec;
    qsi_ledger ledger;
    stored file = {.name = NULL};
    char canonical[QSI_SPEC_TEXT];
    qsi_json json = qsi_json_start(dst, cap);
    if (qsi_spec_parse(text, &spec)) return 0;
    if (!(rows >= 1 && rows <= 0x1p53) || floor(rows) != rows) {
        qsi_fail_option("rows", "rows=%.15g: rows takes a whole number from 1 to 2^53", rows);
        return 0;
    }
    if (qsi_check_dim(dim) || qsi_ledger_make(&spec, rows, (size_t)dim, &ledger)) return 0;
    if (from && find_stored(from, (size_t)dim, &file)) return 0;
    qsi_spec_text(&spec, canonical);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "spec");
    qsi_json_text(&json, canonical);
    qsi_json_key(&json, "rows");
    qsi_json_whole(&json, rows);
    qsi_json_key(&json, "dim");
    qsi_json_whole(&json, dim);
    if (from) {
        qsi_json_key(&json, "from");
        qsi_json_text(&json, file.name);
    }
    bytes_json(&ledger, &file, rows, &json);
    findings_json(&spec, rows, (size_t)dim, &file, ledger.total, &json);
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

size_t qs_plan_json(const char *text, double rows, double dim, char *dst, size_t cap)
{
    return qs_plan_from_json(text, NULL, rows, dim, dst, cap);
}
