/* What readers share: names and numbers as errors show them, and the rows of a shape. */
#include "base/size.h"
#include "base/status.h"
#include "source/source.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const char *qsi_show(const char *name, char text[QSI_SHOWN])
{
    size_t length = strlen(name), keep = QSI_SHOWN - 4;
    if (length < QSI_SHOWN) return strcpy(text, name);
    while (((unsigned char)name[keep] & 0xc0) == 0x80) keep--;
    memcpy(text, name, keep);
    strcpy(text + keep, "...");
    return text;
}

const char *qsi_grouped(double value, char text[32])
{
    char digits[32];
    int n = snprintf(digits, sizeof digits, "%.0f", value), length = 0;
    for (int i = 0; i < n && length < 30; i++) {
        if (i && (n - i) % 3 == 0) text[length++] = ',';
        text[length++] = digits[i];
    }
    text[length] = 0;
    return text;
}

const char *qsi_rows_text(double rows, char text[40])
{
    char digits[32];
    snprintf(text, 40, "%s row%s", qsi_grouped(rows, digits), rows == 1 ? "" : "s");
    return text;
}

bool qsi_ends_in(const char *name, const char *ending)
{
    size_t length = strlen(name), end = strlen(ending);
    if (length < end) return false;
    for (size_t i = 0; i < end; i++)
        if (tolower((unsigned char)name[length - end + i]) != ending[i]) return false;
    return true;
}

/* Three axes are experts by their name, or where both axes of one are long and no shorter than their number: the
 * last axis of a convolution is a few taps. */
static bool are_experts(const qsi_tensor *t)
{
    if (t->axes != 3) return false;
    if (strstr(t->name, "expert") || strstr(t->name, "exps")) return true;
    return t->shape[0] > 1 && t->shape[2] >= 32 && t->shape[0] <= t->shape[1] && t->shape[0] <= t->shape[2] &&
           strstr(t->name, "conv") == NULL;
}

const char *qsi_tensor_fold(qsi_tensor *t)
{
    return qsi_tensor_fold_at(t, are_experts(t) ? 2 : t->axes > 1);
}

const char *qsi_tensor_fold_at(qsi_tensor *t, size_t leading)
{
    double dim = 1, values = 1;
    t->rows = 1;
    for (size_t i = 0; i < t->axes; i++) {
        *(i < leading ? &t->rows : &dim) *= t->shape[i];
        if (t->shape[i] > 0) values *= t->shape[i];
        if (values * (double)t->dtype->bytes >= QSI_MOST_WHOLE)
            return "its shape asks for more values than a file holds";
    }
    if (dim * (double)(t->dtype->bytes > sizeof(float) ? t->dtype->bytes : sizeof(float)) > (double)(SIZE_MAX / 16))
        return "one row of it is beyond the memory that can be addressed";
    t->dim = (size_t)dim;
    t->row_bytes = (size_t)qsi_dtype_bytes(t->dtype, dim);
    return NULL;
}

/* Room for one more item of an array that doubles when it is full. */
static bool grow(void **list, size_t count, size_t size)
{
    if (count && (count & (count - 1))) return true;
    char *more = qsi_array_zero(count ? 2 * count : 1, size);
    if (!more) return false;
    if (count) memcpy(more, *list, count * size);
    qsi_array_free(*list);
    *list = more;
    return true;
}

void *qsi_own(qs_source *source, size_t count, size_t size)
{
    void *list = source->owned;
    if (!grow(&list, source->owned_count, sizeof *source->owned)) return NULL;
    source->owned = list;
    void *memory = qsi_array_zero(count, size);
    if (memory) source->owned[source->owned_count++] = memory;
    return memory;
}

qsi_tensor *qsi_tensor_add(qs_source *source, const char *name, size_t length, const double *shape, size_t axes)
{
    void *list = source->tensors;
    if (!grow(&list, source->count, sizeof *source->tensors)) return NULL;
    source->tensors = list;
    char *memory = qsi_own(source, axes * sizeof *shape + (name ? length + 1 : 0), 1);
    if (!memory) return NULL;
    qsi_tensor *t = &source->tensors[source->count++];
    *t = (qsi_tensor){.axes = axes, .shape = (double *)memory, .name = memory + axes * sizeof *shape};
    if (axes) memcpy(memory, shape, axes * sizeof *shape);
    if (name) memcpy(memory + axes * sizeof *shape, name, length);
    return t;
}

int qsi_part_add(qs_source *source, const char *file, size_t file_bytes)
{
    void *list = source->parts;
    if (!grow(&list, source->part_count, sizeof *source->parts)) return QS_E_MEMORY;
    source->parts = list;
    qsi_part *p = &source->parts[source->part_count];
    *p = (qsi_part){.length = -1};
    if (file) {
        p->file = qsi_array_zero(file_bytes + 1, 1);
        if (!p->file) return QS_E_MEMORY;
        memcpy(p->file, file, file_bytes);
    }
    return (int)source->part_count++;
}
