/*
 * The reader of .npy, NumPy's file of one array.
 *
 *     bytes 0-5   6   7   8-9 (version 1) or 8-11 (2, 3)   then
 *     \x93NUMPY | major | minor | header length, little-endian | header: a Python dict in text | values
 *
 * The header is {'descr': '<f4', 'fortran_order': False, 'shape': (10000, 384), } with spaces and a newline behind.
 * Its three keys are read strictly, by hand; whatever else stands there is refused with its place.
 */
#include "source/source.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const uint8_t magic[6] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

enum { LONGEST_HEADER = 1 << 20 };

/* ------------------------------------------------------------------------------------------ the fixed part */

static bool matches(const qsi_head *head)
{
    size_t n = head->count < sizeof magic ? head->count : sizeof magic;
    return n && !memcmp(head->bytes, magic, n);
}

static size_t fixed_bytes(const uint8_t *head)
{
    return head[6] == 1 ? 10 : 12;
}
static uint32_t header_bytes(const uint8_t *head)
{
    return head[6] == 1 ? qsi_get16(head + 8) : qsi_get32(head + 8);
}

static int check(const qsi_head *start)
{
    const uint8_t *head = start->bytes;
    double file_bytes = start->file_bytes;
    if (file_bytes < 8) return qsi_fail_byte(file_bytes, "the .npy file is truncated: it ends before its version");
    if (head[6] < 1 || head[6] > 3 || head[7] != 0)
        return qsi_fail_byte(6, ".npy version %d.%d is not known: 1.0, 2.0 and 3.0 are read", head[6], head[7]);
    size_t fixed = fixed_bytes(head);
    if (file_bytes < (double)fixed)
        return qsi_fail_byte(file_bytes, "the .npy file is truncated: it ends before the length of its header");
    uint32_t length = header_bytes(head);
    if (length > LONGEST_HEADER)
        return qsi_fail_byte(8, "the .npy header claims %lu bytes: more than 1 MiB is not believed",
                             (unsigned long)length);
    if (file_bytes < (double)fixed + length)
        return qsi_fail_byte(8, "the .npy header claims %lu bytes, but only %.0f follow: the file is truncated",
                             (unsigned long)length, file_bytes - (double)fixed);
    return start->count < fixed + length ? (int)(fixed + length) : 0;
}

/* --------------------------------------------------------------------------------------- the header's parser */

typedef struct parser {
    const uint8_t *head;
    size_t at, end; /* byte offsets in the file, so that an error can name them */
} parser;

typedef struct header {
    bool has_descr, has_order, has_shape, by_columns;
    char descr[24];
    size_t descr_at, shape_at, axes;
    double shape[QSI_MAX_AXES];
} header;

/* The next character behind any spaces; 0 at the end, and for a NUL. */
static char peek(parser *p)
{
    while (p->at < p->end && (p->head[p->at] == ' ' || p->head[p->at] == '\n' || p->head[p->at] == '\t')) p->at++;
    return p->at < p->end ? (char)p->head[p->at] : 0;
}

/* Whether only spaces are left. A NUL is a character like any other, and is not one that may stand here. */
static bool at_end(parser *p)
{
    peek(p);
    return p->at == p->end;
}

static bool take(parser *p, char c)
{
    if (peek(p) != c) return false;
    p->at++;
    return true;
}

static bool take_word(parser *p, const char *word)
{
    size_t length = strlen(word);
    peek(p);
    if (p->end - p->at < length || memcmp(p->head + p->at, word, length) != 0) return false;
    p->at += length;
    return true;
}

static int expected(parser *p, const char *what)
{
    if (at_end(p)) return qsi_fail_byte((double)p->at, "the .npy header ends where %s is expected", what);
    return qsi_fail_byte((double)p->at, "the .npy header is not as NumPy writes it: %s is expected here", what);
}

/* A quoted text, cut to dst; what cannot be printed becomes a question mark. */
static int take_quoted(parser *p, const char *what, char *dst, size_t cap)
{
    char quote = peek(p);
    if (quote != '\'' && quote != '"') return expected(p, what);
    size_t length = 0, start = p->at++;
    for (; p->at < p->end && (char)p->head[p->at] != quote; p->at++) {
        uint8_t c = p->head[p->at];
        if (length + 1 < cap) dst[length++] = c < 0x20 || c >= 0x7f ? '?' : (char)c;
    }
    dst[length] = 0;
    if (p->at == p->end)
        return qsi_fail_byte((double)start, "the .npy header ends inside the quotes that begin here");
    p->at++;
    return QS_OK;
}

static int take_whole(parser *p, double *value)
{
    char c = peek(p);
    size_t start = p->at;
    if (c < '0' || c > '9') return expected(p, "a whole number of the shape");
    for (*value = 0; p->at < p->end && p->head[p->at] >= '0' && p->head[p->at] <= '9'; p->at++) {
        *value = *value * 10 + (p->head[p->at] - '0');
        if (*value >= QSI_MOST_WHOLE)
            return qsi_fail_byte((double)start,
                                 "the shape has a length of %.6g or more: it asks for more values than "
                                 "a file holds",
                                 *value);
    }
    if (c == '0' && p->at - start > 1) return qsi_fail_byte((double)start, "a number of the shape begins with 0");
    return QS_OK;
}

static int take_shape(parser *p, header *h)
{
    h->shape_at = (peek(p), p->at);
    if (!take(p, '(')) return expected(p, "the shape, as (rows, dim),");
    bool comma = true;
    while (!take(p, ')')) {
        if (!comma) return expected(p, "a comma or the ) of the shape");
        if (h->axes == QSI_MAX_AXES)
            return qsi_fail_byte((double)p->at, "the shape has more than %d axes", QSI_MAX_AXES);
        int status = take_whole(p, &h->shape[h->axes++]);
        if (status) return status;
        comma = take(p, ',');
    }
    if (h->axes == 1 && !comma) return qsi_fail_byte((double)h->shape_at, "a shape of one axis is written (n,)");
    return QS_OK;
}

static int take_order(parser *p, header *h)
{
    h->by_columns = take_word(p, "True");
    return h->by_columns || take_word(p, "False") ? QS_OK : expected(p, "True or False");
}

static int take_descr(parser *p, header *h)
{
    h->descr_at = (peek(p), p->at);
    if (peek(p) == '[')
        return qsi_fail_byte((double)p->at, "the array has a structured dtype (records of several fields): "
                                            "save one field, as a['name']");
    return take_quoted(p, "the dtype, as '<f4',", h->descr, sizeof h->descr);
}

static int take_entry(parser *p, header *h)
{
    char key[24];
    size_t at = (peek(p), p->at);
    int status = take_quoted(p, "a key in quotes", key, sizeof key);
    if (status) return status;
    bool descr = !strcmp(key, "descr"), order = !strcmp(key, "fortran_order"), shape = !strcmp(key, "shape");
    if (!descr && !order && !shape)
        return qsi_fail_byte((double)at,
                             "the .npy header has the key '%s'; descr, fortran_order and shape belong "
                             "there",
                             key);
    bool *seen = descr ? &h->has_descr : order ? &h->has_order : &h->has_shape;
    if (*seen) return qsi_fail_byte((double)at, "the .npy header has the key '%s' twice", key);
    *seen = true;
    if (!take(p, ':')) return expected(p, "a colon");
    return descr ? take_descr(p, h) : order ? take_order(p, h) : take_shape(p, h);
}

static int parse(parser *p, header *h)
{
    size_t start = p->at;
    if (!take(p, '{')) return expected(p, "a {");
    bool comma = true;
    while (!take(p, '}')) {
        if (!comma) return expected(p, "a comma or a }");
        int status = take_entry(p, h);
        if (status) return status;
        comma = take(p, ',');
    }
    if (!at_end(p)) return qsi_fail_byte((double)p->at, "the .npy header goes on behind its closing }");
    const char *missing = !h->has_descr   ? "descr"
                          : !h->has_order ? "fortran_order"
                          : !h->has_shape ? "shape"
                                          : NULL;
    return missing ? qsi_fail_byte((double)start, "the .npy header lacks the key '%s'", missing) : QS_OK;
}

/* ------------------------------------------------------------------------------------------- what it means */

static const struct {
    const char *code;
    const qsi_dtype *dtype;
} codes[] = {{"f4", &qsi_dtype_float32}, {"f8", &qsi_dtype_float64}, {"f2", &qsi_dtype_float16},
             {"u1", &qsi_dtype_uint8},   {"i1", &qsi_dtype_int8},    {"b1", &qsi_dtype_bool},
             {"u2", &qsi_dtype_uint16},  {"i2", &qsi_dtype_int16},   {"u4", &qsi_dtype_uint32},
             {"i4", &qsi_dtype_int32},   {"u8", &qsi_dtype_uint64},  {"i8", &qsi_dtype_int64}};

/* The kinds of dtype that hold no numbers of one kind, and what to save instead. */
static const struct {
    char code;
    const char *advice;
} others[] = {{'O', "Python objects (a pickle), which are never loaded: np.save(f, np.stack(a)) saves it, if its "
                    "rows are of one length"},
              {'c', "complex numbers: save np.stack([a.real, a.imag], -1)"},
              {'U', "text: save numbers, as a.astype('float32')"},
              {'S', "text: save numbers, as a.astype('float32')"},
              {'V', "bytes without a type (such as bfloat16): save a.astype('float32')"},
              {'M', "dates: save a.astype('int64')"},
              {'m', "durations: save a.astype('int64')"}};

static int find_dtype(const header *h, qsi_tensor *t)
{
    const char *descr = h->descr, *code = *descr && strchr("<>|=", *descr) ? descr + 1 : descr;
    double at = (double)h->descr_at;
    for (size_t i = 0; i < sizeof codes / sizeof *codes && code > descr; i++) {
        if (strcmp(code, codes[i].code) != 0) continue;
        t->dtype = codes[i].dtype;
        t->swap = *descr == '>';
        if (t->dtype->bytes == 1 || *descr != '|') return QS_OK;
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (*code == others[i].code) return qsi_fail_byte(at, "the array holds %s", others[i].advice);
    return qsi_fail_byte(
        at,
        "dtype '%s' is not one of those read, which are floats of 16, 32 and 64 bits, integers of 8 "
        "to 64 bits and bool ('<f4', '<i8', '|u1', ...): save a.astype('float32')",
        descr);
}

/* The first axis is rows, all others together dim; a single axis is one row. */
static int fold_shape(const header *h, qsi_tensor *t)
{
    char text[40], values[32], bytes[32];
    double at = (double)h->shape_at, dim = 1, rows = h->axes > 1 ? h->shape[0] : 1;
    if (h->axes == 0) return qsi_fail_byte(at, "the array is a single number of shape (): save rows of values");
    for (size_t i = h->axes > 1; i < h->axes; i++)
        if (h->shape[i] == 0) return qsi_fail_byte(at, "the array holds no values: its rows have dim 0");
    if (rows == 0) return qsi_fail_byte(at, "the array has zero rows");
    for (size_t i = h->axes > 1; i < h->axes; i++) {
        dim *= h->shape[i];
        if (dim * rows * (double)t->dtype->bytes >= QSI_MOST_WHOLE)
            return qsi_fail_byte(at, "the shape, %s of %.6g values or more, asks for more values than a file holds",
                                 qsi_rows_text(rows, text), dim);
    }
    if (dim * (double)t->dtype->bytes > (double)(SIZE_MAX / 16))
        return qsi_fail_byte(at,
                             "its shape is %s of %s %s: %s bytes a row, beyond the memory that can be addressed",
                             qsi_rows_text(rows, text), qsi_grouped(dim, values), t->dtype->name,
                             qsi_grouped(dim * (double)t->dtype->bytes, bytes));
    t->axes = h->axes;
    t->rows = rows;
    t->dim = (size_t)dim;
    t->row_bytes = t->dim * t->dtype->bytes;
    return QS_OK;
}

static int check_length(const qsi_tensor *t, double file_bytes)
{
    double promised = t->rows * (double)t->row_bytes, follow = file_bytes - t->offset;
    char rows[40], bytes[32], there[32];
    if (follow == promised) return QS_OK;
    bool cut = follow < promised;
    return qsi_fail_byte(cut ? file_bytes : t->offset + promised,
                         "its header promises %s of %zu %s, %s bytes; %s follow%s", qsi_rows_text(t->rows, rows),
                         t->dim, t->dtype->name, qsi_grouped(promised, bytes), qsi_grouped(follow, there),
                         cut ? ": the file is truncated" : ": save one array a file");
}

static int open_npy(qs_source *source, const qsi_head *start)
{
    const uint8_t *head = start->bytes;
    parser p = {head, fixed_bytes(head), fixed_bytes(head) + header_bytes(head)};
    header h = {.axes = 0};
    int status = parse(&p, &h);
    if (status) return status;
    source->tensors = qsi_array_zero(1, sizeof *source->tensors);
    source->shapes = qsi_array(h.axes, sizeof *source->shapes);
    if (!source->tensors || !source->shapes) return QS_E_MEMORY;
    source->count = 1;
    memcpy(source->shapes, h.shape, h.axes * sizeof *h.shape);
    qsi_tensor *t = source->tensors;
    t->name = "data";
    t->shape = source->shapes;
    t->offset = (double)p.end;
    status = find_dtype(&h, t);
    if (!status) status = fold_shape(&h, t);
    if (h.by_columns && h.axes > 1) t->order = QSI_BY_COLUMNS;
    return status ? status : check_length(t, start->file_bytes);
}

const qsi_reader qsi_reader_npy = {
    .kind = "npy", .title = ".npy (NumPy)", .matches = matches, .check = check, .open = open_npy};
