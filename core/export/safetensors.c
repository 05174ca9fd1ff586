/*
 * The writer of .safetensors: NAME.codes, NAME.scales, NAME.zeros, ... one after another, then what all rows share
 * (NAME.scale, NAME.codebook, ...) as F32. The metadata "quantscope" holds the text that lies beside codes
 * elsewhere: spec, shape, params and digests. A plain cast to a float that the format knows is the tensor itself,
 * NAME.
 */
#include "export/export.h"

#include "base/bytes.h"
#include "base/json.h"
#include "base/size.h"
#include "base/status.h"

#include <stdio.h>
#include <string.h>

enum { FIXED = 8 };

/* Whether the file holds the tensor itself, as any reader takes it. */
static bool is_cast(const qs_export *e)
{
    size_t at = 0;
    const qsi_section *s = &e->sections[0];
    return e->count == 1 && s->array && (*s->dtype == 'F' || *s->dtype == 'B') && !qsi_export_param(e, &at);
}

static void put_entry(qsi_json *json, const qs_export *e, const char *part, const char *dtype, const double *shape,
                      size_t axes, double range[2])
{
    char *name = qsi_array(strlen(e->name) + strlen(part) + 2, 1);
    if (name) qsi_json_key(json, strcat(strcat(strcpy(name, e->name), *part ? "." : ""), part));
    qsi_array_free(name);
    qsi_json_open(json, '{');
    qsi_json_key(json, "dtype");
    qsi_json_text(json, dtype);
    qsi_json_key(json, "shape");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < axes; i++) qsi_json_whole(json, shape[i]);
    qsi_json_close(json, ']');
    qsi_json_key(json, "data_offsets");
    qsi_json_open(json, '[');
    qsi_json_whole(json, range[0]);
    qsi_json_whole(json, range[1]);
    qsi_json_close(json, ']');
    qsi_json_close(json, '}');
}

static void put_entries(qsi_json *json, const qs_export *e)
{
    double range[2] = {0, 0};
    for (size_t i = 0; i < e->count; i++, range[0] = range[1]) {
        const qsi_section *s = &e->sections[i];
        const double shape[2] = {e->rows, (double)(s->bytes / s->each)};
        range[1] += e->rows * (double)s->bytes;
        put_entry(json, e, is_cast(e) ? "" : s->name, s->dtype, s->array ? e->shape : shape, s->array ? e->axes : 2,
                  range);
    }
    const qsi_param *p;
    for (size_t at = 0; (p = qsi_export_param(e, &at)); range[0] = range[1]) {
        const double count = (double)p->count;
        range[1] += 4 * count;
        put_entry(json, e, p->name, "F32", &count, 1, range);
    }
}

static void put_header(qsi_json *json, const qs_export *e, const char *sidecar)
{
    qsi_json_open(json, '{');
    qsi_json_key(json, "__metadata__");
    qsi_json_open(json, '{');
    qsi_json_key(json, "quantscope");
    qsi_json_text(json, sidecar);
    qsi_json_close(json, '}');
    put_entries(json, e);
    qsi_json_close(json, '}');
}

/* Padded with blanks so that values begin at a multiple of 64. */
static int write_head(const qs_export *e, const char *digest, qsi_out *out)
{
    char *sidecar = qsi_export_sidecar(e, digest), *text = NULL;
    uint8_t fixed[FIXED];
    if (!sidecar) return qsi_error_code();
    qsi_json json = qsi_json_start(NULL, 0);
    put_header(&json, e, sidecar);
    size_t length = qsi_json_end(&json), padded = (length + FIXED + 63) / 64 * 64 - FIXED;
    int status = (text = qsi_array(length + 1, 1)) ? QS_OK : QS_E_MEMORY;
    if (!status) {
        json = qsi_json_start(text, length + 1);
        put_header(&json, e, sidecar);
        qsi_json_end(&json);
        qsi_put64(fixed, padded);
        qsi_out_bytes(out, fixed, FIXED);
        qsi_out_bytes(out, text, length);
        qsi_out_fill(out, ' ', padded - length);
    }
    qsi_array_free(text);
    qsi_array_free(sidecar);
    return status;
}

static int before(const qs_export *e, size_t section, const char *digest, qsi_out *out)
{
    const qsi_param *p;
    uint8_t bytes[4];
    if (section == 0) return write_head(e, digest, out);
    for (size_t at = 0; section == e->count && (p = qsi_export_param(e, &at));)
        for (size_t i = 0; i < p->count; i++) {
            qsi_put_float(bytes, p->values[i]);
            qsi_out_bytes(out, bytes, 4);
        }
    return QS_OK;
}

const qsi_writer qsi_writer_safetensors = {.name = "safetensors",
                                           .title = ".safetensors of codes",
                                           .ending = ".safetensors",
                                           .help =
                                               "codes, scales and zero points as tensors, the spec in the metadata",
                                           .before = before};
