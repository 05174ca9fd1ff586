/* The byte ledger, as ledger.h says, and the list of formats with their sizes. */
#include "plan/ledger.h"

#include "base/status.h"
#include "spec/describe.h"

int qsi_ledger_make(const qsi_spec *spec, double rows, size_t dim, qsi_ledger *out)
{
    qsi_layout row;
    int status = qsi_codec_layout(spec, dim, &row);
    if (status) return status;
    *out = (qsi_ledger){
        .codes = rows * (double)(row.code_bytes + row.outlier_bytes),
        .scales = rows * (double)row.scale_bytes,
        .zeros = rows * (double)row.zero_bytes,
        .padding = rows * (double)row.padding_bytes,
        .params = row.params_bytes,
    };
    out->total = out->codes + out->scales + out->zeros + out->padding + out->params;
    out->per_row = out->total / rows;
    out->bits_per_value = 8 * out->total / (rows * (double)dim);
    if (qsi_format_option(spec->format, QSI_RESCORE) && spec->value[QSI_RESCORE] > 0)
        out->originals = rows * (double)dim * sizeof(float);
    return QS_OK;
}

void qsi_ledger_json(const qsi_ledger *ledger, qsi_json *json)
{
    const struct {
        const char *key;
        double bytes;
    } whole[] = {{"codes", ledger->codes},     {"scales", ledger->scales}, {"zeros", ledger->zeros},
                 {"padding", ledger->padding}, {"params", ledger->params}, {"total", ledger->total}};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        qsi_json_key(json, whole[i].key);
        qsi_json_whole(json, whole[i].bytes);
    }
    qsi_json_key(json, "per_row");
    qsi_json_figure(json, ledger->per_row);
    qsi_json_key(json, "bits_per_value");
    qsi_json_figure(json, ledger->bits_per_value);
    qsi_json_key(json, "originals");
    qsi_json_whole(json, ledger->originals);
}

size_t qs_formats_json(double dim, char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    if (dim != 0 && qsi_check_dim(dim)) return 0;
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "formats");
    qsi_json_open(&json, '[');
    for (size_t i = 0; i < qsi_format_count(); i++) {
        const qsi_format *format = qsi_format_at(i);
        qsi_json_open(&json, '{');
        qsi_format_json(&json, format);
        if (dim > 0) {
            qsi_spec spec;
            qsi_layout row;
            if (qsi_spec_parse(format->name, &spec) || qsi_codec_layout(&spec, (size_t)dim, &row)) return 0;
            qsi_json_key(&json, "bits_per_value");
            qsi_json_figure(&json, 8 * (double)row.row_bytes / dim);
        }
        qsi_json_close(&json, '}');
    }
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
