/* The public face of the readers: which kind a file is, its list of tensors, and their rows as floats. */
#include "source/source.h"

#include "base/json.h"
#include "base/size.h"
#include "base/status.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const qsi_reader *const readers[] = {&qsi_reader_npy, &qsi_reader_safetensors};

enum { READERS = sizeof readers / sizeof *readers, MAGIC_BYTES = 16 };

/* Kinds that are often tried, and the way from each to a kind that is read. */
static const struct {
    const char *magic, *advice;
} strangers[] = {
    {"PK\x03\x04", "it is a zip archive, such as .npz or .pt: save one array of it with np.save"},
    {"\x89HDF", "it is HDF5: read the array and save it with np.save"},
    {"PAR1", "it is Parquet: read the column as an array and save it with np.save"},
};

static int fail_stranger(const uint8_t *head, size_t head_bytes)
{
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
        if (head_bytes >= 4 && !memcmp(head, strangers[i].magic, 4))
            return qsi_fail_byte(0, "this file cannot be read: %s", strangers[i].advice);
    bool text = head_bytes > 0;
    for (size_t i = 0; i < head_bytes && i < MAGIC_BYTES; i++)
        text = text && (head[i] >= 0x20 ? head[i] < 0x7f : head[i] == '\t' || head[i] == '\n' || head[i] == '\r');
    return qsi_fail_byte(0, "this is not a file that can be read, which is %s or %s%s", readers[0]->title,
                         readers[1]->title,
                         text ? "; it looks like text: load the numbers and save them with np.save" : "");
}

static const qsi_reader *find_reader(const uint8_t *head, size_t head_bytes)
{
    for (size_t i = 0; i < READERS; i++)
        if (readers[i]->matches(head, head_bytes)) return readers[i];
    fail_stranger(head, head_bytes);
    return NULL;
}

/* The bytes that tell the kind: MAGIC_BYTES of them, or all there are. 0 when head_bytes has them. */
static int check_magic(size_t head_bytes, double file_bytes)
{
    if (!(file_bytes >= (double)head_bytes) || isinf(file_bytes))
        return qsi_fail(QS_E_STATE, "a head of %zu bytes is not part of a file of %.0f", head_bytes, file_bytes);
    if (file_bytes == 0) return qsi_fail_byte(0, "the file is empty");
    if (head_bytes >= MAGIC_BYTES || (double)head_bytes == file_bytes) return 0;
    return file_bytes < MAGIC_BYTES ? (int)file_bytes : MAGIC_BYTES;
}

int qs_source_check(const uint8_t *head, size_t head_bytes, double file_bytes)
{
    int wanted = check_magic(head_bytes, file_bytes);
    if (wanted) return wanted;
    const qsi_reader *reader = find_reader(head, head_bytes);
    return reader ? reader->check(head, head_bytes, file_bytes) : QS_E_DATA;
}

qs_source *qs_source_open(const uint8_t *head, size_t head_bytes, double file_bytes)
{
    int wanted = qs_source_check(head, head_bytes, file_bytes);
    if (wanted > 0) qsi_fail(QS_E_STATE, "the head is too short: %d bytes are wanted", wanted);
    if (wanted) return NULL;
    qs_source *source = qsi_array_zero(1, sizeof *source);
    if (!source) return NULL;
    source->reader = find_reader(head, head_bytes);
    if (source->reader->open(source, head, file_bytes) < 0) {
        qs_source_close(source);
        return NULL;
    }
    return source;
}

void qs_source_close(qs_source *source)
{
    if (!source) return;
    qsi_array_free(source->tensors);
    qsi_array_free(source->names);
    qsi_array_free(source->shapes);
    qsi_array_free(source);
}

static int check_tensor(const qs_source *source, size_t tensor)
{
    if (tensor < source->count) return QS_OK;
    return qsi_fail_option("tensor", "there is no tensor %zu: the file has %zu", tensor, source->count);
}

/* Why the values of a tensor are not read. */
static const char *unread(const qsi_tensor *tensor, char text[120])
{
    snprintf(text, 120, "%s is not read; convert it to F32, F16 or BF16 first", tensor->dtype->name);
    return text;
}

static void tensor_json(qsi_json *json, const qsi_tensor *tensor)
{
    char problem[120];
    qsi_json_open(json, '{');
    qsi_json_key(json, "name");
    qsi_json_text(json, tensor->name);
    qsi_json_key(json, "dtype");
    qsi_json_text(json, tensor->dtype->name);
    qsi_json_key(json, "shape");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < tensor->axes; i++) qsi_json_whole(json, tensor->shape[i]);
    qsi_json_close(json, ']');
    qsi_json_key(json, "rows");
    qsi_json_whole(json, tensor->rows);
    qsi_json_key(json, "dim");
    qsi_json_whole(json, (double)tensor->dim);
    qsi_json_key(json, "offset");
    qsi_json_whole(json, tensor->offset);
    qsi_json_key(json, "row_bytes");
    qsi_json_whole(json, (double)tensor->row_bytes);
    if (!tensor->dtype->convert) {
        qsi_json_key(json, "problem");
        qsi_json_text(json, unread(tensor, problem));
    }
    qsi_json_close(json, '}');
}

size_t qs_source_json(const qs_source *source, char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "kind");
    qsi_json_text(&json, source->reader->kind);
    qsi_json_key(&json, "tensors");
    qsi_json_open(&json, '[');
    for (size_t i = 0; i < source->count; i++) tensor_json(&json, &source->tensors[i]);
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

const char *qs_source_kind(const qs_source *source)
{
    return source->reader->kind;
}

size_t qs_source_tensor_json(const qs_source *source, size_t tensor, char *dst, size_t cap)
{
    if (check_tensor(source, tensor)) return 0;
    qsi_json json = qsi_json_start(dst, cap);
    tensor_json(&json, &source->tensors[tensor]);
    return qsi_json_end(&json);
}

int qs_source_rows(const qs_source *source, size_t tensor, double first_row, const uint8_t *raw, size_t rows,
                   float *dst)
{
    int status = check_tensor(source, tensor);
    if (status) return status;
    const qsi_tensor *t = &source->tensors[tensor];
    if (!(first_row >= 0 && first_row + (double)rows <= t->rows))
        return qsi_fail_option("rows", "rows %.0f to %.0f are not in the tensor, which has %.0f", first_row,
                               first_row + (double)rows, t->rows);
    char problem[120];
    if (!t->dtype->convert) return qsi_fail(QS_E_DATA, "tensor '%.80s': %s", t->name, unread(t, problem));
    for (size_t r = 0; r < rows; r++) {
        size_t column = t->dtype->convert(raw + r * t->row_bytes, t->dim, dst + r * t->dim);
        if (column < t->dim)
            return qsi_fail_cell(
                first_row + (double)r, (double)column,
                "row %.0f, column %zu is beyond the range of float32 (3.4e38): scale the data down",
                first_row + (double)r, column);
    }
    return QS_OK;
}
