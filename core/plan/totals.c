/* The ledgers of several tensors added up: what a whole model takes in each spec. */
#include "plan/ledger.h"

#include "base/status.h"

#include <math.h>
#include <string.h>

/* Adds up tensors of (rows, dim, bytes in the file) each; false with the error set where a shape is none. */
typedef struct sums {
    double values, stored;
} sums;

static bool add_up(const double *shapes, size_t count, sums *sum)
{
    *sum = (sums){0, 0};
    for (size_t t = 0; t < count; t++) {
        double rows = shapes[3 * t], dim = shapes[3 * t + 1], stored = shapes[3 * t + 2];
        if (!(rows >= 1 && dim >= 1 && rows * dim <= 0x1p53 && stored >= 0) || floor(rows) != rows ||
            floor(dim) != dim) {
            qsi_fail_option("shapes", "tensor %zu of %.15g rows of %.15g values is none", t, rows, dim);
            return false;
        }
        sum->values += rows * dim;
        sum->stored += stored;
    }
    return true;
}

static void member(qsi_json *json, const char *key, double value)
{
    qsi_json_key(json, key);
    qsi_json_whole(json, value);
}

/* same: bytes that stay as they are in the file; values: of all tensors that are read. */
static int add_spec(const char *text, const double *shapes, size_t tensors, double same, double values, double file,
                    qsi_json *json)
{
    qsi_spec spec;
    qsi_ledger ledger;
    char canonical[QSI_SPEC_TEXT];
    double bytes = same;
    int status = qsi_spec_parse(text, &spec);
    for (size_t t = 0; t < tensors && !status; t++) {
        status = qsi_check_dim(shapes[3 * t + 1]);
        if (!status) status = qsi_ledger_make(&spec, shapes[3 * t], (size_t)shapes[3 * t + 1], &ledger);
        if (!status) bytes += ledger.total;
    }
    if (status) return status;
    qsi_spec_text(&spec, canonical);
    qsi_json_open(json, '{');
    qsi_json_key(json, "spec");
    qsi_json_text(json, canonical);
    member(json, "bytes", bytes);
    member(json, "float32_bytes", values * sizeof(float));
    member(json, "file_bytes", file);
    qsi_json_key(json, "times_smaller");
    qsi_json_figure(json, bytes > 0 ? file / bytes : (double)NAN);
    qsi_json_close(json, '}');
    return QS_OK;
}

size_t qs_totals_json(const char *specs, const double *shapes, size_t tensors, const double *kept_shapes,
                      size_t kept, const double *others, size_t other_tensors, char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    sums measured, still;
    double passed = 0;
    if (!add_up(shapes, tensors, &measured) || !add_up(kept_shapes, kept, &still)) return 0;
    for (size_t t = 0; t < other_tensors; t++) passed += others[t];
    double same = still.stored + passed, values = measured.values + still.values;
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "kept");
    qsi_json_open(&json, '{');
    member(&json, "tensors", (double)kept);
    member(&json, "values", still.values);
    member(&json, "bytes", still.stored);
    qsi_json_close(&json, '}');
    qsi_json_key(&json, "not_measured");
    qsi_json_open(&json, '{');
    member(&json, "tensors", (double)other_tensors);
    member(&json, "bytes", passed);
    qsi_json_close(&json, '}');
    qsi_json_key(&json, "totals");
    qsi_json_open(&json, '[');
    while (*specs) {
        char text[QSI_SPEC_TEXT + 1];
        size_t length = strcspn(specs, "\n"), room = length < sizeof text ? length : sizeof text - 1;
        memcpy(text, specs, room);
        text[room] = 0;
        if (length && add_spec(text, shapes, tensors, same, values, measured.stored + same, &json)) return 0;
        specs += length + (specs[length] == '\n');
    }
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
