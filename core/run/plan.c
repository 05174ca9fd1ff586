/* The plan of one spec: its byte ledger, and what is noticed without any data. */
#include "base/status.h"
#include "findings/findings.h"
#include "plan/ledger.h"

#include <math.h>

static void findings_json(const qsi_spec *spec, double rows, size_t dim, qsi_json *json)
{
    qsi_findings found = {.count = 0};
    const qsi_measured planned = {.spec = spec};
    const qsi_subject subject = {.dim = dim, .rows = rows, .specs = &planned, .count = 1};
    qsi_find(&subject, &found);
    qsi_findings_json(&found, json);
    qsi_findings_close(&found);
}

size_t qs_plan_json(const char *text, double rows, double dim, char *dst, size_t cap)
{
    qsi_spec spec;
    qsi_ledger ledger;
    char canonical[QSI_SPEC_TEXT];
    qsi_json json = qsi_json_start(dst, cap);
    if (qsi_spec_parse(text, &spec)) return 0;
    if (!(rows >= 1 && rows <= 0x1p53) || floor(rows) != rows) {
        qsi_fail_option("rows", "rows=%.15g: rows takes a whole number from 1 to 2^53", rows);
        return 0;
    }
    if (qsi_check_dim(dim) || qsi_ledger_make(&spec, rows, (size_t)dim, &ledger)) return 0;
    qsi_spec_text(&spec, canonical);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "spec");
    qsi_json_text(&json, canonical);
    qsi_json_key(&json, "rows");
    qsi_json_whole(&json, rows);
    qsi_json_key(&json, "dim");
    qsi_json_whole(&json, dim);
    qsi_json_key(&json, "bytes");
    qsi_json_open(&json, '{');
    qsi_ledger_json(&ledger, &json);
    qsi_json_close(&json, '}');
    findings_json(&spec, rows, (size_t)dim, &json);
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
