/* The public face of the readers: which kind a file is, its list of tensors, and their rows as floats. */
#include "source/source.h"

#include "base/json.h"
#include "base/size.h"
#include "base/status.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------------------------------------ the head */

/* The bytes that tell the kind: QSI_MAGIC_BYTES of them, or all there are. 0 when the head has them. */
static int check_magic(const qsi_head *head)
{
    if (!(head->file_bytes >= (double)head->count) || isinf(head->file_bytes))
        return qsi_fail(QS_E_STATE, "a head of %zu bytes is not part of a file of %.0f", head->count,
                        head->file_bytes);
    if (head->file_bytes == 0) return qsi_fail_byte(0, "the file is empty");
    if (head->count >= QSI_MAGIC_BYTES || (double)head->count == head->file_bytes) return 0;
    return head->file_bytes < QSI_MAGIC_BYTES ? (int)head->file_bytes : QSI_MAGIC_BYTES;
}

static int check_head(const qsi_head *head)
{
    int wanted = check_magic(head);
    if (wanted) return wanted;
    const qsi_reader *reader = qsi_reader_find(head);
    return reader ? reader->check(head) : QS_E_DATA;
}

int qs_source_check_as(const char *name, const uint8_t *head, size_t head_bytes, double file_bytes)
{
    return check_head(&(qsi_head){head, head_bytes, file_bytes, name ? name : ""});
}

int qs_source_check(const uint8_t *head, size_t head_bytes, double file_bytes)
{
    return qs_source_check_as(NULL, head, head_bytes, file_bytes);
}

int qs_source_is_gzip(const uint8_t *head, size_t head_bytes)
{
    return head_bytes >= 3 && head[0] == 0x1f && head[1] == 0x8b && head[2] == 8;
}

/* ------------------------------------------------------------------------------------------ open and close */

qs_source *qs_source_open_as(const char *name, const uint8_t *bytes, size_t head_bytes, double file_bytes)
{
    qsi_head head = {bytes, head_bytes, file_bytes, name ? name : ""};
    int wanted = check_head(&head);
    if (wanted > 0) qsi_fail(QS_E_STATE, "the head is too short: %d bytes are wanted", wanted);
    if (wanted) return NULL;
    qs_source *source = qsi_array_zero(1, sizeof *source);
    if (!source) return NULL;
    source->reader = qsi_reader_find(&head);
    source->kind = source->reader->kind;
    if (qsi_part_add(source, NULL, 0) < 0 || source->reader->open(source, &head) < 0) {
        qs_source_close(source);
        return NULL;
    }
    source->parts[0].length = file_bytes;
    return source;
}

qs_source *qs_source_open(const uint8_t *head, size_t head_bytes, double file_bytes)
{
    return qs_source_open_as(NULL, head, head_bytes, file_bytes);
}

void qs_source_close(qs_source *source)
{
    if (!source) return;
    if (source->reader->close) source->reader->close(source);
    for (size_t i = 0; i < source->part_count; i++) qsi_array_free(source->parts[i].file);
    qsi_array_free(source->parts);
    qsi_array_free(source->tensors);
    qsi_array_free(source->names);
    qsi_array_free(source->shapes);
    qsi_array_free(source->metadata);
    for (size_t i = 0; i < source->owned_count; i++) qsi_array_free(source->owned[i]);
    qsi_array_free(source->owned);
    qsi_array_free(source);
}

qs_source *qs_source_open_raw(const char *dtype, double dim, double offset, double file_bytes)
{
    qs_source *source = qsi_array_zero(1, sizeof *source);
    if (!source) return NULL;
    source->reader = &qsi_reader_raw;
    if (qsi_part_add(source, NULL, 0) < 0 || qsi_raw_open(source, dtype, dim, offset, file_bytes) < 0) {
        qs_source_close(source);
        return NULL;
    }
    return source;
}

/* -------------------------------------------------------------------------------------- what else is read */

int qs_source_wants(const qs_source *source, double range[3])
{
    memcpy(range, source->want, sizeof source->want);
    return source->want[2] > 0;
}

int qs_source_take(qs_source *source, const uint8_t *raw)
{
    if (!(source->want[2] > 0)) return qsi_fail(QS_E_STATE, "the source wants no more bytes");
    return source->reader->take(source, raw);
}

size_t qs_source_parts_json(const qs_source *source, char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "parts");
    qsi_json_open(&json, '[');
    for (size_t i = 0; i < source->part_count; i++) {
        const qsi_part *p = &source->parts[i];
        qsi_json_open(&json, '{');
        if (p->file) {
            qsi_json_key(&json, "file");
            qsi_json_text(&json, p->file);
        } else if (i) {
            qsi_json_key(&json, "of");
            qsi_json_whole(&json, (double)p->of);
            qsi_json_key(&json, "offset");
            qsi_json_whole(&json, p->offset);
            qsi_json_key(&json, "bytes");
            qsi_json_whole(&json, p->bytes);
            qsi_json_key(&json, "length");
            qsi_json_whole(&json, p->length);
        }
        qsi_json_close(&json, '}');
    }
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

int qs_source_part(qs_source *source, size_t part, double bytes)
{
    if (part >= source->part_count || !(bytes >= 0))
        return qsi_fail(QS_E_STATE, "there is no part %zu of %.0f bytes", part, bytes);
    source->parts[part].length = bytes;
    return QS_OK;
}

/* ---------------------------------------------------------------------------------------------- the tensors */

/* Why the values of a tensor are not read. */
static const char *unread(const qsi_tensor *tensor, char text[120])
{
    const char *how = tensor->dtype->block ? "dequantize it to F16" : "convert it to F32, F16 or BF16 first";
    snprintf(text, 120, "%s is not read; %s", tensor->dtype->name, how);
    return text;
}

static void member(qsi_json *json, const char *key, double value)
{
    qsi_json_key(json, key);
    qsi_json_whole(json, value);
}

/* What is left out is as it is in most files. */
static void unusual_json(qsi_json *json, const qs_source *source, const qsi_tensor *tensor)
{
    char problem[120];
    if (tensor->part) member(json, "part", (double)tensor->part);
    if (tensor->skip) member(json, "skip", (double)tensor->skip);
    if (tensor->swap) member(json, "swap", 1);
    if (tensor->order != QSI_BY_ROWS) {
        qsi_json_key(json, "order");
        qsi_json_text(json, tensor->order == QSI_BY_COLUMNS ? "columns" : "records");
    }
    if (source->reader->has_labels && source->reader->has_labels(source)) {
        qsi_json_key(json, "labels");
        qsi_json_bool(json, true);
    }
    if (tensor->dtype->whole) {
        qsi_json_key(json, "whole");
        qsi_json_bool(json, true);
    }
    if (!qsi_dtype_is_read(tensor->dtype)) {
        qsi_json_key(json, "problem");
        qsi_json_text(json, unread(tensor, problem));
    }
}

static void tensor_json(qsi_json *json, const qs_source *source, const qsi_tensor *tensor)
{
    qsi_json_open(json, '{');
    qsi_json_key(json, "name");
    qsi_json_text(json, tensor->name);
    qsi_json_key(json, "dtype");
    qsi_json_text(json, tensor->dtype->name);
    qsi_json_key(json, "shape");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < tensor->axes; i++) qsi_json_whole(json, tensor->shape[i]);
    qsi_json_close(json, ']');
    member(json, "rows", tensor->rows);
    member(json, "dim", (double)tensor->dim);
    member(json, "offset", tensor->offset);
    member(json, "row_bytes", (double)tensor->row_bytes);
    unusual_json(json, source, tensor);
    qsi_json_close(json, '}');
}

static int check_tensor(const qs_source *source, size_t tensor)
{
    if (tensor < source->count) return QS_OK;
    return qsi_fail_option("tensor", "there is no tensor %zu: the file has %zu", tensor, source->count);
}

static int check_open(const qs_source *source)
{
    return source->want[2] > 0 ? qsi_fail(QS_E_STATE, "the source wants more bytes") : QS_OK;
}

size_t qs_source_json(const qs_source *source, char *dst, size_t cap)
{
    if (check_open(source)) return 0;
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "kind");
    qsi_json_text(&json, source->kind);
    if (source->metadata) {
        qsi_json_key(&json, "metadata");
        qsi_json_raw(&json, source->metadata);
    }
    qsi_json_key(&json, "tensors");
    qsi_json_open(&json, '[');
    for (size_t i = 0; i < source->count; i++) tensor_json(&json, source, &source->tensors[i]);
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

const char *qs_source_kind(const qs_source *source)
{
    return source->kind;
}

size_t qs_source_metadata_json(const qs_source *source, char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_raw(&json, source->metadata ? source->metadata : "{}");
    return qsi_json_end(&json);
}

size_t qs_source_tensor_json(const qs_source *source, size_t tensor, char *dst, size_t cap)
{
    if (check_open(source) || check_tensor(source, tensor)) return 0;
    qsi_json json = qsi_json_start(dst, cap);
    tensor_json(&json, source, &source->tensors[tensor]);
    return qsi_json_end(&json);
}

/* ------------------------------------------------------------------------------------------------- the rows */

static int check_rows(const qs_source *source, size_t tensor, double first_row, size_t rows)
{
    if (check_open(source)) return QS_E_STATE;
    if (check_tensor(source, tensor)) return QS_E_OPTION;
    const qsi_tensor *t = &source->tensors[tensor];
    if (!(first_row >= 0 && first_row + (double)rows <= t->rows))
        return qsi_fail_option("rows", "rows %.0f to %.0f are not in the tensor, which has %.0f", first_row,
                               first_row + (double)rows, t->rows);
    char problem[120];
    if (qsi_dtype_is_read(t->dtype)) return QS_OK;
    return qsi_fail(QS_E_DATA, "tensor '%.80s': %s", t->name, unread(t, problem));
}

size_t qs_source_plan(const qs_source *source, size_t tensor, double first_row, size_t rows, double *ranges,
                      size_t cap)
{
    if (check_rows(source, tensor, first_row, rows) < 0) return 0;
    return qsi_rows_plan(source, &source->tensors[tensor], first_row, rows, ranges, cap);
}

int qs_source_rows(const qs_source *source, size_t tensor, double first_row, const uint8_t *raw, size_t rows,
                   float *dst)
{
    int status = check_rows(source, tensor, first_row, rows);
    return status ? status : qsi_rows_floats(source, &source->tensors[tensor], first_row, raw, rows, dst);
}

int qs_source_rests(const qs_source *source, size_t tensor, double first_row, const uint8_t *raw, size_t rows,
                    float *dst)
{
    int status = check_rows(source, tensor, first_row, rows);
    if (status) return status;
    qsi_tensor t = source->tensors[tensor];
    qsi_dtype rest = *t.dtype;
    if (t.order == QSI_BY_RECORDS || !rest.rest) return 0;
    rest.convert = rest.rest;
    t.dtype = &rest;
    status = qsi_rows_floats(source, &t, first_row, raw, rows, dst);
    return status ? status : 1;
}

size_t qs_source_labels_json(const qs_source *source, size_t tensor, double first_row, const uint8_t *raw,
                             size_t rows, char *dst, size_t cap)
{
    if (check_rows(source, tensor, first_row, rows) < 0) return 0;
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_open(&json, '[');
    if (source->reader->labels && source->reader->labels(source, first_row, raw, rows, &json) < 0) return 0;
    qsi_json_close(&json, ']');
    return qsi_json_end(&json);
}
