/* The ledgers of several tensors added up: what a whole model takes in each spec. */
#include "plan/ledger.h"

#include "base/status.h"

#include <math.h>
#include <string.h>

/* The values of count tensors of (rows, dim) each; negative with the error set where a shape is none. */
static double count_values(const double *shapes, size_t count)
{
    double values = 0;
    for (size_t t = 0; t < count; t++) {
        double rows = shapes[2 * t], dim = shapes[2 * t + 1];
        if (!(rows >= 1 && dim >= 1 && rows * dim <= 0x1p53) || floor(rows) != rows || floor(dim) != dim) {
            qsi_fail_option("shapes", "tensor %zu of %.15g rows of %.15g values is none", t, rows, dim);
            return -1;
        }
        values += rows * dim;
    }
    return values;
}

static int add_spec(const char *text, const double *shapes, size_t tensors, double kept, double values,
                    qsi_json *json)
{
    qsi_spec spec;
    qsi_ledger ledger;
    char canonical[QSI_SPEC_TEXT];
    double bytes = kept * sizeof(float);
    int status = qsi_spec_parse(text, &spec);
    for (size_t t = 0; t < tensors && !status; t++) {
        status = qsi_check_dim(shapes[2 * t + 1]);
        if (!status) status = qsi_ledger_make(&spec, shapes[2 * t], (size_t)shapes[2 * t + 1], &ledger);
        if (!status) bytes += ledger.total;
    }
    if (status) return status;
    qsi_spec_text(&spec, canonical);
    qsi_json_open(json, '{');
    qsi_json_key(json, "spec");
    qsi_json_text(json, canonical);
    qsi_json_key(json, "bytes");
    qsi_json_whole(json, bytes);
    qsi_json_key(json, "float32_bytes");
    qsi_json_whole(json, (values + kept) * sizeof(float));
    qsi_json_close(json, '}');
    return QS_OK;
}

size_t qs_totals_json(const char *specs, const double *shapes, size_t tensors, const double *kept_shapes,
                      size_t kept, char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    double values = count_values(shapes, tensors), kept_values = count_values(kept_shapes, kept);
    if (values < 0 || kept_values < 0) return 0;
    const struct {
        const char *key;
        double value;
    } figures[] = {{"tensors", (double)kept}, {"values", kept_values}, {"bytes", kept_values * sizeof(float)}};
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "kept");
    qsi_json_open(&json, '{');
    for (size_t i = 0; i < 3; i++) {
        qsi_json_key(&json, figures[i].key);
        qsi_json_whole(&json, figures[i].value);
    }
    qsi_json_close(&json, '}');
    qsi_json_key(&json, "totals");
    qsi_json_open(&json, '[');
    while (*specs) {
        char text[QSI_SPEC_TEXT + 1];
        size_t length = strcspn(specs, "\n"), room = length < sizeof text ? length : sizeof text - 1;
        memcpy(text, specs, room);
        text[room] = 0;
        if (length && add_spec(text, shapes, tensors, kept_values, values, &json)) return 0;
        specs += length + (specs[length] == '\n');
    }
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
