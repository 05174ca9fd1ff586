/* The reader of texts: reads all of one for its index, and then any rows, as text.h says. */
#include "source/text.h"

#include "base/decimal.h"
#include "base/size.h"
#include "base/status.h"
#include "base/utf8.h"
#include "codec/codec.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---------------------------------------------------------------------------------------------------- numbers */

static bool take_named(const char **at, const char *end, double *value)
{
    static const struct {
        const char *name;
        double value;
    } names[] = {{"nan", (double)NAN}, {"infinity", (double)INFINITY}, {"inf", (double)INFINITY}};
    const char *c = *at + (**at == '-' || **at == '+');
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i].name), same = 0;
        if ((size_t)(end - c) < n) continue;
        while (same < n && (c[same] | 0x20) == names[i].name[same]) same++;
        if (same < n) continue;
        *value = **at == '-' ? -names[i].value : names[i].value;
        *at = c + n;
        return true;
    }
    return false;
}

/* Up to 19 digits and a power of ten up to 22 are exact by one product or quotient; others by the C library. */
bool qsi_text_number(const char **at, const char *end, double *value)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const char *c = *at;
    if (c == end) return false;
    bool minus = *c == '-';
    c += *c == '-' || *c == '+';
    uint64_t digits = 0;
    int count = 0, point = 0, seen = 0;
    bool fraction = false;
    for (; c < end && ((*c >= '0' && *c <= '9') || (*c == '.' && !fraction)); c++) {
        if (*c == '.') {
            fraction = true;
            continue;
        }
        seen = 1;
        if (count < 19) digits = digits * 10 + (uint64_t)(*c - '0');
        count += digits > 0;
        point -= fraction;
    }
    if (!seen) return take_named(at, end, value);
    int exponent = 0;
    if (c + 1 < end && (*c == 'e' || *c == 'E')) {
        const char *e = c + 1;
        bool down = *e == '-';
        e += *e == '-' || *e == '+';
        if (e < end && *e >= '0' && *e <= '9') {
            for (; e < end && *e >= '0' && *e <= '9'; e++)
                if (exponent < 100000) exponent = exponent * 10 + (*e - '0');
            exponent = down ? -exponent : exponent;
            c = e;
        }
    }
    int power = point + exponent;
    const char *begin = *at;
    *at = c;
    if (count <= 19 && digits <= (1ULL << 53) && power >= -22 && power <= 22) {
        double x = power < 0 ? (double)digits / powers[-power] : (double)digits * powers[power];
        *value = minus ? -x : x;
        return true;
    }
    char copy[QSI_DECIMAL_TEXT];
    if ((size_t)(c - begin) >= sizeof copy) return false;
    memcpy(copy, begin, (size_t)(c - begin));
    copy[c - begin] = 0;
    return qsi_decimal_read(copy, value);
}

/* False where it is finite and beyond float32. */
static bool to_float(double x, float *value)
{
    *value = (float)x;
    return !isinf(*value) || isinf(x);
}

bool qsi_text_float(qsi_span field, float *value)
{
    double x;
    field = qsi_trim(field);
    return qsi_text_number(&field.at, field.end, &x) && field.at == field.end && to_float(x, value);
}

size_t qsi_text_list(qsi_span list, float *values, size_t cap)
{
    list = qsi_trim(list);
    bool bracket = list.at < list.end && (*list.at == '[' || *list.at == '(');
    if (bracket) {
        if (list.end - list.at < 2 || (list.end[-1] != ']' && list.end[-1] != ')')) return SIZE_MAX;
        list = qsi_trim((qsi_span){list.at + 1, list.end - 1});
    }
    size_t count = 0;
    while (list.at < list.end) {
        double x;
        float value;
        if (!qsi_text_number(&list.at, list.end, &x) || !to_float(x, &value)) return SIZE_MAX;
        if (count < cap) values[count] = value;
        count++;
        const char *before = list.at;
        bool comma = false;
        while (list.at < list.end && (qsi_is_blank(*list.at) || (*list.at == ',' && !comma)))
            comma |= *list.at++ == ',';
        if (list.at == before && list.at < list.end) return SIZE_MAX;
    }
    return count;
}

size_t qsi_label_add(char *label, size_t length, size_t cap, const char *part, size_t bytes)
{
    static const char between[] = " \xc2\xb7 ";
    size_t gap = length ? sizeof between - 1 : 0;
    if (!bytes || length + gap + 1 >= cap) return length;
    memcpy(label + length, between, gap);
    length += gap;
    size_t n = bytes < cap - 1 - length ? bytes : cap - 1 - length;
    while (n && n < bytes && ((unsigned char)part[n] & 0xc0) == 0x80) n--;
    memcpy(label + length, part, n);
    label[length + n] = 0;
    return length + n;
}

/* ------------------------------------------------------------------------------------------------- what it is */

enum { FIRST_HEAD = 1 << 16, BLOCK = 1 << 20, MOST_STARTS = 1 << 16 };

static size_t mark_bytes(const qsi_head *head)
{
    return head->count >= 3 && !memcmp(head->bytes, "\xef\xbb\xbf", 3) ? 3 : 0;
}

/* Text has none of the control characters but blanks. */
static bool matches(const qsi_head *head)
{
    for (size_t i = 0; i < head->count; i++) {
        uint8_t c = head->bytes[i];
        if (c < 0x20 && !qsi_is_blank((char)c)) return false;
        if (c >= 0xf8 || c == 0x7f) return false;
    }
    return head->count > 0;
}

static int sniff(const qsi_head *head, qsi_text *t)
{
    static const qsi_text_kind *const kinds[] = {&qsi_text_json, &qsi_text_csv, &qsi_text_words};
    size_t mark = mark_bytes(head);
    qsi_span span = {(const char *)head->bytes + mark, (const char *)head->bytes + head->count};
    bool whole = (double)head->count == head->file_bytes;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        *t = (qsi_text){.kind = kinds[i], .file_bytes = head->file_bytes};
        int answer = kinds[i]->sniff(t, span, whole);
        t->begin += mark;
        if (answer) return answer;
        qsi_array_free(t->roles);
        t->roles = NULL;
    }
    return 0;
}

static int check(const qsi_head *head)
{
    double first = head->file_bytes < FIRST_HEAD ? head->file_bytes : FIRST_HEAD;
    if ((double)head->count < first) return (int)first;
    qsi_text t;
    int answer = sniff(head, &t);
    qsi_array_free(t.roles);
    if (answer < 0) return answer;
    if (answer == 1 && t.dim > QSI_DIM_MOST)
        return qsi_fail_byte((double)t.begin, "its rows have %zu values; at most %d are read", t.dim, QSI_DIM_MOST);
    if (answer == 1) return 0;
    double more = 4 * (double)head->count < head->file_bytes ? 4 * (double)head->count : head->file_bytes;
    if (answer == 2 && (double)head->count < head->file_bytes && more <= QSI_TEXT_LONGEST) return (int)more;
    if (answer == 2)
        return qsi_fail_byte(0, "its first record is truncated, or longer than %d bytes", QSI_TEXT_LONGEST);
    return qsi_fail_byte(
        0, "it is text, but not of vectors: CSV or TSV with columns of numbers or a column of lists, a "
           "word and its numbers on each line (GloVe, word2vec), or JSON with arrays of numbers is read");
}

/* --------------------------------------------------------------------------------------------------- the index */

static void want_block(qs_source *source)
{
    qsi_text *t = source->state;
    double left = t->file_bytes - t->at;
    source->want[1] = t->at;
    source->want[2] = t->over ? 0 : left < (double)t->block ? left : (double)t->block;
}

static int open_text(qs_source *source, const qsi_head *head)
{
    qsi_text *t = source->state = qsi_array_zero(1, sizeof *t);
    if (!t) return QS_E_MEMORY;
    int answer = sniff(head, t);
    if (answer != 1) return answer < 0 ? answer : qsi_fail(QS_E_STATE, "the head of the text is too short");
    source->kind = t->kind->kind;
    t->at = (double)t->begin;
    t->line = 1;
    for (size_t i = 0; i < t->begin; i++) t->line += head->bytes[i] == '\n';
    t->block = BLOCK;
    t->step = 1;
    t->starts = qsi_array(MOST_STARTS + 1, sizeof *t->starts);
    t->row = qsi_array(t->dim, sizeof *t->row);
    if (!t->starts || !t->row) return QS_E_MEMORY;
    want_block(source);
    return QS_OK;
}

/* Notes where a row begins; when there is no more room, every second note goes. */
static void note_row(qsi_text *t, double at)
{
    if (t->count == MOST_STARTS && fmod(t->rows, (double)t->step) == 0) {
        t->step *= 2;
        t->count /= 2;
        for (size_t i = 0; i < t->count; i++) t->starts[i] = t->starts[2 * i];
    }
    if (fmod(t->rows, (double)t->step) == 0) t->starts[t->count++] = at;
    t->rows++;
}

static double lines_in(qsi_span s)
{
    double lines = 0;
    for (const char *c = s.at; c < s.end; c++) lines += *c == '\n';
    return lines;
}

static int finish(qs_source *source)
{
    qsi_text *t = source->state;
    t->starts[t->count] = t->at;
    t->over = true;
    source->want[2] = 0;
    if (t->rows == 0) return qsi_fail_byte(t->at, "the text holds no rows");
    const double shape[2] = {t->rows, (double)t->dim};
    qsi_tensor *tensor = qsi_tensor_add(source, "data", 4, shape, 2);
    if (!tensor) return QS_E_MEMORY;
    tensor->dtype = &qsi_dtype_float32;
    tensor->rows = t->rows;
    tensor->dim = t->dim;
    tensor->row_bytes = t->dim * sizeof(float);
    tensor->order = QSI_BY_RECORDS;
    tensor->offset = (double)t->begin;
    return QS_OK;
}

static int take(qs_source *source, const uint8_t *raw)
{
    qsi_text *t = source->state;
    qsi_span bytes = {(const char *)raw, (const char *)raw + (size_t)source->want[2]};
    double begin = t->at;
    bool last = begin + source->want[2] == t->file_bytes;
    const char *end;
    while (bytes.at < bytes.end && !t->over && (end = t->kind->end(t, bytes, last))) {
        char problem[160];
        qsi_span record = {bytes.at, end};
        if (!t->kind->is_blank(t, record)) {
            if (!t->kind->parse(t, record, t->row, NULL, problem))
                return qsi_fail_byte(t->at, "line %.0f: %s", t->line, problem);
            note_row(t, t->at);
        } else if (t->form == 'a' || t->form == 'o') {
            t->over = true;
        }
        t->line += lines_in(record);
        t->at += (double)(end - bytes.at);
        bytes.at = end;
    }
    if (t->over || (bytes.at == bytes.end && last)) return finish(source);
    if (last) return qsi_fail_byte(t->at, "line %.0f: the text ends inside this row: it is truncated", t->line);
    if (t->at == begin) {
        if (t->block >= QSI_TEXT_LONGEST)
            return qsi_fail_byte(t->at, "line %.0f: a row of more than %d bytes is not believed", t->line,
                                 QSI_TEXT_LONGEST);
        t->block *= 4;
    } else {
        t->block = BLOCK;
    }
    want_block(source);
    return QS_OK;
}

static void close_text(qs_source *source)
{
    qsi_text *t = source->state;
    if (!t) return;
    qsi_array_free(t->roles);
    qsi_array_free(t->starts);
    qsi_array_free(t->row);
    qsi_array_free(t);
}

/* ---------------------------------------------------------------------------------------------------- the rows */

static void records(const qs_source *source, double first_row, size_t rows, double range[2])
{
    const qsi_text *t = source->state;
    double step = (double)t->step, begin = floor(first_row / step), end = ceil((first_row + (double)rows) / step);
    if (end > (double)t->count) end = (double)t->count;
    range[0] = t->starts[(size_t)begin];
    range[1] = t->starts[(size_t)end] - range[0];
}

/* Calls parse for each of the rows; dst or labels is NULL. */
static int parse_rows(const qs_source *source, double first_row, const uint8_t *raw, size_t rows, float *dst,
                      qsi_json *labels)
{
    const qsi_text *t = source->state;
    double range[2], row = floor(first_row / (double)t->step) * (double)t->step;
    char problem[160];
    records(source, first_row, rows, range);
    qsi_span bytes = {(const char *)raw, (const char *)raw + (size_t)range[1]};
    while (row < first_row + (double)rows) {
        qsi_span record = {bytes.at, NULL};
        do {
            record.at = bytes.at;
            record.end = bytes.at = bytes.at < bytes.end ? t->kind->end(t, bytes, true) : NULL;
            if (!record.end) return qsi_fail_cell(row, -1, "row %.0f is not there any more: the file changed", row);
        } while (t->kind->is_blank(t, record));
        float *to = dst && row >= first_row ? dst + (size_t)(row - first_row) * t->dim : NULL;
        if (row >= first_row && !t->kind->parse(t, record, to, labels, problem))
            return qsi_fail_cell(row, -1, "row %.0f: %s", row, problem);
        row++;
    }
    return QS_OK;
}

static int floats(const qs_source *source, double first_row, const uint8_t *raw, size_t rows, float *dst)
{
    return parse_rows(source, first_row, raw, rows, dst, NULL);
}

static int labels(const qs_source *source, double first_row, const uint8_t *raw, size_t rows, qsi_json *json)
{
    return parse_rows(source, first_row, raw, rows, NULL, json);
}

static bool has_labels(const qs_source *source)
{
    return ((const qsi_text *)source->state)->labels;
}

const qsi_reader qsi_reader_text = {.kind = "text",
                                    .title = "CSV",
                                    .matches = matches,
                                    .check = check,
                                    .open = open_text,
                                    .take = take,
                                    .close = close_text,
                                    .records = records,
                                    .floats = floats,
                                    .has_labels = has_labels,
                                    .labels = labels};
