/* The table of writers, and what they share. */
#include "export/export.h"

#include "base/json.h"
#include "base/size.h"
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const qsi_writer *const writers[] = {&qsi_writer_npy, &qsi_writer_safetensors, &qsi_writer_float_npy,
                                            &qsi_writer_fvecs,
#ifndef __wasm__ /* the page does not offer it */
                                            &qsi_writer_c
#endif
};

enum { WRITERS = sizeof writers / sizeof *writers };

/* -------------------------------------------------------------------------------------------- what is written */

void qsi_out_bytes(qsi_out *out, const void *bytes, size_t count)
{
    if (out->length + count <= out->cap) memcpy(out->dst + out->length, bytes, count);
    out->length += count;
}

void qsi_out_fill(qsi_out *out, char value, size_t count)
{
    while (count--) qsi_out_bytes(out, &value, 1);
}

void qsi_out_text(qsi_out *out, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (length > 0) qsi_out_bytes(out, text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

char *qsi_export_sidecar(const qs_export *e, const char *digest)
{
    char *text = NULL;
    size_t length = 0;
    for (int pass = 0; pass < 2; pass++) {
        length = qs_codec_sidecar_json(e->codec, e->shape, e->axes, digest, text, text ? length + 1 : 0);
        if (!length || text) break;
        text = qsi_array(length + 1, 1);
        if (!text) return NULL;
    }
    return text;
}

const qsi_param *qsi_export_param(const qs_export *e, size_t *at)
{
    const qs_codec *codec = e->codec;
    for (; *at < QSI_PARAMS + QSI_TRANSFORM_PARAMS; ++*at) {
        const qsi_param *p = *at < QSI_PARAMS ? &codec->params[*at] : &codec->transform_params[*at - QSI_PARAMS];
        if (p->name) {
            ++*at;
            return p;
        }
    }
    return NULL;
}

/* ------------------------------------------------------------------------------------------------- the interface
 */

size_t qs_exports_json(char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "exports");
    qsi_json_open(&json, '[');
    for (size_t i = 0; i < WRITERS; i++) {
        qsi_json_open(&json, '{');
        qsi_json_key(&json, "name");
        qsi_json_text(&json, writers[i]->name);
        qsi_json_key(&json, "title");
        qsi_json_text(&json, writers[i]->title);
        qsi_json_key(&json, "ending");
        qsi_json_text(&json, writers[i]->ending);
        qsi_json_key(&json, "help");
        qsi_json_text(&json, writers[i]->help);
        qsi_json_close(&json, '}');
    }
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

static const qsi_writer *find(const char *to)
{
    char names[200] = "";
    for (size_t i = 0; i < WRITERS; i++) {
        if (!strcmp(to, writers[i]->name)) return writers[i];
        strcat(strcat(names, i ? ", " : ""), writers[i]->name);
    }
    qsi_fail_option("to", "'%.40s' is no kind of file that is written; choose one of %s", to, names);
    return NULL;
}

/* Takes over the shape, which is one of rows of the codec's dim. */
static int take_shape(qs_export *e, const double *shape, size_t axes)
{
    double dim = 1;
    if (axes > QSI_EXPORT_AXES) return qsi_fail_option("shape", "a shape of more than 64 axes is not written");
    memcpy(e->shape, shape, axes * sizeof *shape);
    e->axes = axes;
    if (!axes) e->shape[e->axes++] = 1;
    e->rows = e->axes > 1 ? e->shape[0] : 1;
    for (size_t i = e->axes > 1; i < e->axes; i++) dim *= e->shape[i];
    if (dim == (double)e->codec->row_dim && e->rows >= 1) return QS_OK;
    return qsi_fail_option("shape", "the shape is of %.15g rows of dim %.15g; the codec's dim is %zu", e->rows, dim,
                           e->codec->row_dim);
}

qs_export *qs_export_open(const char *to, const qs_codec *codec, const char *name, const double *shape, size_t axes)
{
    const qsi_writer *writer = find(to);
    qs_export *e = writer ? qsi_array_zero(1, sizeof *e) : NULL;
    if (!e) return NULL;
    size_t length = strlen(name);
    e->writer = writer;
    e->codec = codec;
    e->name = qsi_array(length + 1, 1);
    int status = e->name ? take_shape(e, shape, axes) : QS_E_MEMORY;
    if (!status) {
        memcpy(e->name, name, length + 1);
        status = qsi_export_cut(e);
    }
    if (!status) return e;
    qs_export_close(e);
    return NULL;
}

size_t qs_export_sections(const qs_export *e)
{
    return e->count;
}

size_t qs_export_before(const qs_export *e, size_t section, const char *digest, uint8_t *dst, size_t cap)
{
    qsi_out out = {.dst = dst, .cap = cap};
    return e->writer->before(e, section, digest, &out) < 0 ? SIZE_MAX : out.length;
}

double qs_export_row_bytes(const qs_export *e, size_t section)
{
    return e->writer->row_bytes ? e->writer->row_bytes(e, section) : (double)e->sections[section].bytes;
}

/* The bytes of a section of a row, one behind another. */
static void gather(const qs_export *e, size_t section, const uint8_t *row, uint8_t *dst)
{
    const qsi_section *s = &e->sections[section];
    if (s->whole) {
        memcpy(dst, row + s->begin, s->bytes);
        return;
    }
    for (size_t at = 0; at < e->codec->layout.row_bytes; at++)
        if (e->map[at] == section) *dst++ = row[at];
}

/* The bytes that a writer is given of a row: a section, or decoded values. */
static int fill(const qs_export *e, size_t section, const uint8_t *row, uint8_t *dst)
{
    if (e->writer->floats) return qs_codec_decode(e->codec, row, 1, (float *)(void *)dst);
    gather(e, section, row, dst);
    return QS_OK;
}

int qs_export_rows(const qs_export *e, size_t section, const uint8_t *codes, size_t nrows, uint8_t *dst)
{
    size_t row_bytes = e->codec->layout.row_bytes, written = (size_t)qs_export_row_bytes(e, section);
    size_t bytes = e->writer->floats ? e->codec->row_dim * sizeof(float) : e->sections[section].bytes;
    uint8_t *some = qsi_array(bytes, 1);
    int status = some ? QS_OK : QS_E_MEMORY;
    for (size_t r = 0; r < nrows && !status; r++) {
        qsi_out out = {.dst = dst + r * written, .cap = written};
        status = fill(e, section, codes + r * row_bytes, some);
        if (status < 0) break;
        if (e->writer->rows)
            e->writer->rows(e, section, some, &out);
        else
            qsi_out_bytes(&out, some, bytes);
    }
    qsi_array_free(some);
    return status;
}

void qs_export_close(qs_export *e)
{
    if (!e) return;
    qsi_array_free(e->name);
    qsi_array_free(e->map);
    qsi_array_free(e);
}
