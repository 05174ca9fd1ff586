/*
 * CSV and TSV: fields parted by tabs, commas, semicolons or bars; quoted ones may hold any of these, ends of lines
 * and doubled quotes (RFC 4180).
 *
 * The vector is a column that holds a list ("[0.1, 0.2]"), the longest if there are several, or else all columns of
 * numbers but an id. A header is known by words, or 0, 1, 2, above columns of numbers. Other columns are the label.
 */
#include "source/text.h"

#include "base/size.h"

#include <stdio.h>
#include <string.h>

enum { SAMPLED = 20 };
enum { IGNORED, LABEL, VALUE, LIST };

/* Where the field at c ends: at a delimiter, or at the end of the record. */
static const char *field_end(const char *c, const char *end, char delimiter)
{
    if (c < end && *c == '"') {
        for (c++; c < end; c++) {
            if (*c != '"') continue;
            if (c + 1 < end && c[1] == '"')
                c++;
            else
                break;
        }
    }
    while (c < end && *c != delimiter) c++;
    return c;
}

/* Without its quotes; doubled ones stay doubled. */
static qsi_span unquoted(qsi_span f)
{
    f = qsi_trim(f);
    if (f.end - f.at >= 2 && *f.at == '"' && f.end[-1] == '"') return (qsi_span){f.at + 1, f.end - 1};
    return f;
}

/* A record ends at an end of line outside quotes. A quote is one where a field begins. */
static const char *record_end(char delimiter, qsi_span bytes, bool last)
{
    bool quoted = false, begins = true;
    for (const char *c = bytes.at; c < bytes.end; c++) {
        if (quoted)
            quoted = *c != '"';
        else if (*c == '\n')
            return c + 1;
        else if (*c == '"' && (begins || (c > bytes.at && c[-1] == '"')))
            quoted = true;
        begins = !quoted && *c == delimiter;
    }
    return last && !quoted ? bytes.end : NULL;
}

static const char *end(const qsi_text *t, qsi_span bytes, bool last)
{
    return record_end(t->delimiter, bytes, last);
}

static qsi_span line_of(qsi_span record)
{
    while (record.at < record.end && (record.end[-1] == '\n' || record.end[-1] == '\r')) record.end--;
    return record;
}

static bool is_blank(const qsi_text *t, qsi_span record)
{
    (void)t;
    record = line_of(record);
    return record.at == record.end;
}

/* ------------------------------------------------------------------------------------------------------- sniff */

typedef struct sample {
    qsi_span records[SAMPLED];
    size_t count, columns;
} sample;

static size_t count_fields(qsi_span line, char delimiter)
{
    size_t count = 1;
    for (const char *c = line.at; (c = field_end(c, line.end, delimiter)) < line.end; c++) count++;
    return count;
}

/* The first records; more is true where not one is complete. */
static void take_sample(sample *s, qsi_span head, bool whole, char delimiter, bool *more)
{
    const char *next;
    *more = true;
    for (s->count = 0; s->count < SAMPLED && head.at < head.end && (next = record_end(delimiter, head, whole));) {
        qsi_span line = line_of((qsi_span){head.at, next});
        if (line.at < line.end) s->records[s->count++] = line;
        head.at = next;
        *more = false;
    }
    s->columns = s->count ? count_fields(s->records[0], delimiter) : 0;
}

static bool is_number(qsi_span field)
{
    float value;
    return qsi_text_float(field, &value);
}

/* A list is in brackets, in quotes, or between tabs. */
static uint8_t role_of(qsi_span raw, char delimiter, size_t *length)
{
    qsi_span field = unquoted(raw);
    if (is_number(field)) return VALUE;
    bool marked = qsi_trim(raw).at != field.at || delimiter == '\t';
    field = qsi_trim(field);
    marked = marked || (field.at < field.end && (*field.at == '[' || *field.at == '('));
    *length = field.at < field.end && marked ? qsi_text_list(field, NULL, 0) : SIZE_MAX;
    return *length != SIZE_MAX && *length >= 1 ? LIST : LABEL;
}

/* Roles by the records from `from` on: that of most of them, so that one wrong field is an error and no label. */
static size_t find_roles(const sample *s, char delimiter, size_t from, uint8_t *roles, size_t *column)
{
    size_t longest = 0;
    uint8_t *votes = qsi_array_zero(s->columns, 4);
    for (size_t r = from; r < s->count && votes; r++) {
        const char *c = s->records[r].at, *stop = s->records[r].end;
        for (size_t i = 0; i < s->columns; i++) {
            const char *e = field_end(c, stop, delimiter);
            size_t length = 0;
            uint8_t role = role_of((qsi_span){c, e}, delimiter, &length);
            votes[4 * i + role]++;
            if (role == LIST && length > longest) {
                longest = length;
                *column = i;
            }
            if (e >= stop) break;
            c = e + 1;
        }
    }
    for (size_t i = 0; i < s->columns && votes; i++) {
        const uint8_t *v = votes + 4 * i;
        roles[i] = v[VALUE] && v[VALUE] >= v[LABEL] ? VALUE : LABEL;
        if (v[LIST] && v[LIST] >= v[roles[i]]) roles[i] = LIST;
    }
    qsi_array_free(votes);
    return votes ? longest : 0;
}

static bool is_id(qsi_span name)
{
    static const char *const ids[] = {"id",    "_id", "ids",  "idx",   "index",      "key", "row",
                                      "rowid", "uid", "uuid", "label", "unnamed: 0", ""};
    char text[24];
    size_t n = (size_t)(name.end - name.at);
    if (n >= sizeof text) return false;
    for (size_t i = 0; i < n; i++)
        text[i] = (char)(name.at[i] >= 'A' && name.at[i] <= 'Z' ? name.at[i] + 32 : name.at[i]);
    text[n] = 0;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (!strcmp(text, ids[i])) return true;
    return false;
}

/* Whether the first record is a header over columns with these roles; ids among them become labels. */
static bool take_header(const sample *s, char delimiter, uint8_t *roles)
{
    const char *c = s->records[0].at, *stop = s->records[0].end;
    bool words = false, counting = s->columns > 1 && s->count > 1;
    size_t next = 0;
    for (size_t i = 0; i < s->columns; i++, c++) {
        const char *e = field_end(c, stop, delimiter);
        qsi_span field = qsi_trim(unquoted((qsi_span){c, e}));
        size_t length;
        float value = 0;
        bool number = qsi_text_float(field, &value);
        words = words || (roles[i] == VALUE && !number) ||
                (roles[i] == LIST && role_of((qsi_span){c, e}, delimiter, &length) != LIST);
        if (i || field.at < field.end) counting = counting && number && value == (float)next++;
        c = e;
        if (e >= stop) break;
    }
    return words || counting;
}

static void drop_ids(const sample *s, char delimiter, uint8_t *roles)
{
    const char *c = s->records[0].at, *stop = s->records[0].end;
    for (size_t i = 0; i < s->columns; i++, c++) {
        const char *e = field_end(c, stop, delimiter);
        if (roles[i] == VALUE && is_id(qsi_trim(unquoted((qsi_span){c, e})))) roles[i] = LABEL;
        c = e;
        if (e >= stop) break;
    }
}

/* Settles which columns are the vector: the list at column, if it is one, or else all numbers. How many values. */
static size_t settle(qsi_text *t, size_t column, size_t longest)
{
    size_t values = 0;
    bool list = longest && t->roles[column] == LIST;
    for (size_t i = 0; i < t->columns; i++) {
        if (list || t->roles[i] == LIST) t->roles[i] = list && i == column ? LIST : LABEL;
        values += t->roles[i] == VALUE;
        t->labels = t->labels || t->roles[i] == LABEL;
    }
    return list ? longest : values;
}

/* Whether most records have as many columns as the first, one being no column that a delimiter parts. */
static bool are_alike(const sample *s, char delimiter)
{
    size_t alike = 0;
    for (size_t r = 0; r < s->count; r++) alike += count_fields(s->records[r], delimiter) == s->columns;
    bool parted = s->columns > 1;
    for (size_t r = 0; r < s->count && !parted; r++) {
        qsi_span field = unquoted(s->records[r]);
        parted = field.at < field.end && (*field.at == '[' || *field.at == '(');
    }
    return parted && 2 * alike > s->count;
}

static int sniff_by(qsi_text *t, qsi_span head, bool whole, char delimiter)
{
    sample s;
    bool more;
    take_sample(&s, head, whole, delimiter, &more);
    if (more && !whole && memchr(head.at, delimiter, (size_t)(head.end - head.at))) return 2;
    if (s.count == 0 || s.columns > QSI_TEXT_COLUMNS) return 0;
    t->roles = qsi_array_zero(s.columns, 1);
    if (!t->roles) return QS_E_MEMORY;
    t->columns = s.columns;
    t->delimiter = delimiter;
    size_t column = 0, longest = find_roles(&s, delimiter, s.count > 1, t->roles, &column);
    bool header = s.count > 1 && take_header(&s, delimiter, t->roles);
    if (header) drop_ids(&s, delimiter, t->roles);
    t->dim = settle(t, column, longest);
    bool good = t->dim && are_alike(&s, delimiter);
    if (good && header)
        t->begin = (size_t)(record_end(delimiter, (qsi_span){s.records[0].at, head.end}, whole) - head.at);
    if (good) return 1;
    qsi_array_free(t->roles);
    t->roles = NULL;
    return 0;
}

static int sniff(qsi_text *t, qsi_span head, bool whole)
{
    static const char delimiters[] = "\t,;|";
    for (const char *d = delimiters; *d; d++) {
        int answer = sniff_by(t, head, whole, *d);
        if (answer) return answer;
    }
    return 0;
}

/* ------------------------------------------------------------------------------------------------------- parse */

/* Adds a field to a label, doubled quotes once. */
static size_t add_field(char *label, size_t length, size_t cap, qsi_span field)
{
    char text[400];
    size_t n = 0;
    for (const char *c = field.at; c < field.end && n + 1 < sizeof text; c++) {
        text[n++] = *c;
        if (*c == '"' && c + 1 < field.end && c[1] == '"') c++;
    }
    return qsi_label_add(label, length, cap, text, n);
}

static bool parse(const qsi_text *t, qsi_span record, float *dst, qsi_json *label, char problem[160])
{
    char text[1000] = "";
    size_t values = 0, length = 0, column = 0;
    qsi_span line = line_of(record);
    for (const char *c = line.at;; c++, column++) {
        const char *e = field_end(c, line.end, t->delimiter);
        qsi_span field = unquoted((qsi_span){c, e});
        int shown = (int)(field.end - field.at < 40 ? field.end - field.at : 40);
        if (column == t->columns) break;
        if (t->roles[column] == VALUE && dst) {
            if (!qsi_text_float(field, &dst[values])) {
                snprintf(problem, 160, "column %zu is '%.*s', where a number that float32 can hold is expected",
                         column + 1, shown, field.at);
                return false;
            }
            values++;
        } else if (t->roles[column] == LIST && dst) {
            values = qsi_text_list(field, dst, t->dim);
            if (values == SIZE_MAX) {
                bool cut = false;
                for (const char *p = field.at; p + 3 <= field.end; p++) cut = cut || !memcmp(p, "...", 3);
                snprintf(problem, 160, "column %zu, '%.*s', is no list of numbers%s", column + 1, shown, field.at,
                         cut ? ": it was cut short (...) when it was saved" : "");
                return false;
            }
        } else if (t->roles[column] == LABEL && label) {
            length = add_field(text, length, sizeof text, field);
        }
        c = e;
        if (e >= line.end) {
            column++;
            break;
        }
    }
    size_t fields = column < t->columns ? column : count_fields(line, t->delimiter);
    if (fields != t->columns || (dst && values != t->dim)) {
        bool lists = fields == t->columns;
        snprintf(problem, 160, "it has %zu %s, where the first row has %zu", lists ? values : fields,
                 lists ? "values" : "columns", lists ? t->dim : t->columns);
        return false;
    }
    if (label) qsi_json_text(label, text);
    return true;
}

const qsi_text_kind qsi_text_csv = {
    .kind = "csv", .sniff = sniff, .end = end, .parse = parse, .is_blank = is_blank};
