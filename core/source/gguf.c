/*
 * The reader of GGUF 2 and 3, llama.cpp's file of a model.
 *
 *     "GGUF" | version u32 | tensors u64 | pairs u64 | pairs: key, type u32, value | tensors: name, axes u32,
 * lengths u64 each, type u32, offset u64 | padding | the tensors' bytes, each at a multiple of the alignment
 *
 * Texts have their length as u64 before them. Lengths begin with the axis that runs fastest; shapes here begin with
 * the slowest, as everywhere else, so a row is the last axis. Types that the registry has are decoded by it; others
 * are listed with their bytes.
 */
#include "source/source.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIXED = 24, MOST_AXES = 8, LEAST_TENSOR = 8 + 4 + 8 + 4 + 8, LEAST_PAIR = 8 + 4 + 1, NAME_MOST = 1 << 16 };

/* ----------------------------------------------------------------------------------------- what stands in a head
 */

/* A walk through the head. It ends at the bytes at hand (short) or at what is wrong (an error); both stay. */
typedef struct walk {
    const qsi_head *head;
    size_t at;
    double wanted; /* > 0: the head must have so many bytes */
    int status;
    uint32_t alignment;
    struct text *keys; /* where the keys are noted; NULL: nowhere */
} walk;

static bool is_over(const walk *w)
{
    return w->status < 0 || w->wanted > 0;
}

/* The next n bytes; NULL where they are not at hand. */
static const uint8_t *take(walk *w, double n, const char *what)
{
    if (is_over(w)) return NULL;
    double end = (double)w->at + n;
    if (end > w->head->file_bytes) {
        w->status = qsi_fail_byte((double)w->at,
                                  "the GGUF file is truncated: %s of %.0f bytes are expected here, but %.0f follow",
                                  what, n, w->head->file_bytes - (double)w->at);
        return NULL;
    }
    if (end > (double)w->head->count) {
        w->wanted = end;
        return NULL;
    }
    const uint8_t *bytes = w->head->bytes + w->at;
    w->at += (size_t)n;
    return bytes;
}

static uint32_t take32(walk *w, const char *what)
{
    const uint8_t *bytes = take(w, 4, what);
    return bytes ? qsi_get32(bytes) : 0;
}

static double take64(walk *w, const char *what)
{
    const uint8_t *bytes = take(w, 8, what);
    return bytes ? (double)qsi_get64(bytes) : 0;
}

typedef struct text {
    const char *bytes;
    size_t length;
} text;

static text take_text(walk *w, const char *what)
{
    double length = take64(w, what);
    const uint8_t *bytes = take(w, length, what);
    return bytes ? (text){(const char *)bytes, (size_t)length} : (text){"", 0};
}

enum { TEXT = 8, ARRAY = 9 };
static const uint8_t sizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
static const char *const value_names[] = {"uint8", "int8", "uint16", "int16",  "uint32", "int32",  "float32",
                                          "bool",  "text", "array",  "uint64", "int64",  "float64"};

static bool is(text t, const char *word)
{
    return t.length == strlen(word) && !memcmp(t.bytes, word, t.length);
}

/* At most cap - 1 bytes of it, cut between characters. */
static const char *shown(text t, char *dst, size_t cap)
{
    size_t n = t.length < cap ? t.length : cap - 1;
    while (n && n < t.length && ((unsigned char)t.bytes[n] & 0xc0) == 0x80) n--;
    memcpy(dst, t.bytes, n);
    dst[n] = 0;
    return dst;
}

static double number_of(uint32_t type, const uint8_t *b)
{
    switch (type) {
    case 0:
    case 7: return b[0];
    case 1: return (int8_t)b[0];
    case 2: return qsi_get16(b);
    case 3: return (int16_t)qsi_get16(b);
    case 4: return qsi_get32(b);
    case 5: return (int32_t)qsi_get32(b);
    case 6: return (double)qsi_get_float(b);
    case 10: return (double)qsi_get64(b);
    case 11: return (double)(int64_t)qsi_get64(b);
    default: return qsi_get_double(b);
    }
}

/* Passes over an array, and says how many of what it has. */
static void take_array(walk *w, qsi_json *json)
{
    uint32_t type = take32(w, "the type of an array");
    double count = take64(w, "the length of an array");
    if (is_over(w)) return;
    if (type >= sizeof sizes || type == ARRAY) {
        w->status =
            qsi_fail_byte((double)w->at - 12, "an array of values of type %lu is not known", (unsigned long)type);
        return;
    }
    if (type == TEXT && count * 8 > w->head->file_bytes) count = w->head->file_bytes; /* take() finds the end */
    if (type == TEXT)
        for (double i = 0; i < count && !is_over(w); i++) take_text(w, "a text of an array");
    else
        take(w, count * sizes[type], "an array");
    qsi_json_open(json, '{');
    qsi_json_key(json, "array");
    qsi_json_text(json, value_names[type]);
    qsi_json_key(json, "count");
    qsi_json_whole(json, count);
    qsi_json_close(json, '}');
}

static void take_value(walk *w, text key, uint32_t type, qsi_json *json)
{
    char cut[400];
    if (type == TEXT) {
        text t = take_text(w, "a text");
        if (!is_over(w)) qsi_json_text(json, shown(t, cut, sizeof cut));
    } else if (type == ARRAY) {
        take_array(w, json);
    } else if (type < sizeof sizes) {
        const uint8_t *bytes = take(w, sizes[type], "a value");
        if (!bytes) return;
        double value = number_of(type, bytes);
        if (type == 7)
            qsi_json_bool(json, value != 0);
        else if (type == 6 || type == 12)
            qsi_json_figure(json, value);
        else
            qsi_json_whole(json, value);
        if (is(key, "general.alignment")) w->alignment = value >= 1 && value <= 1 << 20 ? (uint32_t)value : 0;
    } else {
        w->status = qsi_fail_byte((double)w->at - 4, "a value of type %lu is not known", (unsigned long)type);
    }
}

typedef struct counted {
    double tensors, pairs;
} counted;

/* The fixed part and the pairs. */
static counted take_pairs(walk *w, qsi_json *json)
{
    counted c = {0, 0};
    take(w, 4, "the magic");
    uint32_t version = take32(w, "the version");
    if (!is_over(w) && (version < 2 || version > 3))
        w->status = qsi_fail_byte(4, "GGUF version %lu is not known: 2 and 3 are read", (unsigned long)version);
    c.tensors = take64(w, "the count of tensors");
    c.pairs = take64(w, "the count of pairs");
    if (!is_over(w) &&
        (c.tensors * LEAST_TENSOR > w->head->file_bytes || c.pairs * LEAST_PAIR > w->head->file_bytes))
        w->status = qsi_fail_byte(
            8, "it promises %.0f tensors and %.0f pairs of metadata, more than its %.0f bytes can hold", c.tensors,
            c.pairs, w->head->file_bytes);
    qsi_json_open(json, '{');
    for (double i = 0; i < c.pairs && !is_over(w); i++) {
        char name[200];
        text key = take_text(w, "a key");
        uint32_t type = take32(w, "the type of a value");
        if (is_over(w)) break;
        if (w->keys) w->keys[(size_t)i] = key;
        qsi_json_key(json, shown(key, name, sizeof name));
        take_value(w, key, type, json);
        if (!is_over(w) && w->alignment == 0)
            w->status = qsi_fail_byte((double)w->at, "general.alignment is from 1 to 1048576");
    }
    qsi_json_close(json, '}');
    return c;
}

typedef struct info {
    text name;
    size_t axes, type; /* type: its place in the table */
    double shape[MOST_AXES], offset, byte;
} info;

static void take_info(walk *w, info *t)
{
    char name[QSI_SHOWN];
    t->byte = (double)w->at;
    t->name = take_text(w, "a tensor's name");
    uint32_t axes = take32(w, "a tensor's number of axes"), number;
    if (!is_over(w) &&
        (axes > MOST_AXES || t->name.length > NAME_MOST || memchr(t->name.bytes, 0, t->name.length))) {
        w->status = qsi_fail_byte(
            t->byte,
            "a tensor with a name of %zu bytes and %lu axes: at most %d axes, and no NUL in a name, are read",
            t->name.length, (unsigned long)axes, MOST_AXES);
        return;
    }
    t->axes = axes;
    for (size_t i = axes; i-- > 0;) t->shape[i] = take64(w, "a tensor's length");
    number = take32(w, "a tensor's type");
    t->offset = take64(w, "a tensor's offset");
    if (is_over(w)) return;
    if (!qsi_ggml_find(number, &t->type))
        w->status =
            qsi_fail_byte((double)w->at - 12, "tensor '%s': its type %lu is not one of ggml's that are known",
                          shown(t->name, name, sizeof name), (unsigned long)number);
}

/* ----------------------------------------------------------------------------------------------- the reader */

static bool matches(const qsi_head *head)
{
    size_t n = head->count < 4 ? head->count : 4;
    return n && !memcmp(head->bytes, "GGUF", n);
}

static int check(const qsi_head *head)
{
    walk w = {.head = head, .alignment = 32};
    qsi_json json = qsi_json_start(NULL, 0);
    info t;
    if (head->count < FIXED && head->file_bytes >= FIXED) return FIXED;
    counted c = take_pairs(&w, &json);
    for (double i = 0; i < c.tensors && !is_over(&w); i++) take_info(&w, &t);
    if (w.status < 0) return w.status;
    if (!(w.wanted > 0)) return 0;
    double more = 2 * (double)head->count > w.wanted ? 2 * (double)head->count : w.wanted;
    if (more > head->file_bytes) more = head->file_bytes;
    if (more > 0x7fffffff) return qsi_fail_byte((double)w.at, "a head of more than 2 GiB is not believed");
    return (int)more;
}

/* Its place in the file, and what it holds. */
static int place(qs_source *source, const info *i, const walk *w, double begin)
{
    char name[QSI_SHOWN];
    qsi_tensor *t = qsi_tensor_add(source, i->name.bytes, i->name.length, i->shape, i->axes);
    if (!t) return QS_E_MEMORY;
    t->dtype = qsi_ggml_at(source, i->type);
    if (!t->dtype) return QS_E_MEMORY;
    const char *wrong = NULL;
    double values = 1, dim = i->axes ? i->shape[i->axes - 1] : 1;
    for (size_t a = 0; a < i->axes; a++) values *= i->shape[a];
    t->rows = dim > 0 ? values / dim : 0;
    t->dim = dim > 0 && dim < QSI_MOST_WHOLE ? (size_t)dim : 0;
    t->row_bytes = (size_t)qsi_dtype_bytes(t->dtype, (double)t->dim);
    t->offset = begin + i->offset;
    double end = t->offset + t->rows * (double)t->row_bytes;
    if (!(values >= 1 && values < QSI_MOST_WHOLE)) wrong = "its shape is of no tensor that a file can hold";
    if (!wrong && t->dtype->block && fmod(dim, (double)t->dtype->block) != 0)
        wrong = "its rows are no whole number of blocks of its type";
    if (!wrong && fmod(i->offset, w->alignment) != 0) wrong = "its offset is no multiple of the alignment";
    if (!wrong && !(end <= w->head->file_bytes)) wrong = "its bytes end beyond the file: it is truncated";
    return wrong ? qsi_fail_byte(i->byte, "tensor '%s' of %s: %s", qsi_show(t->name, name), t->dtype->name, wrong)
                 : QS_OK;
}

static int by_offset(const void *a, const void *b)
{
    const qsi_tensor *const *x = a, *const *y = b;
    return (*x)->offset < (*y)->offset ? -1 : (*x)->offset > (*y)->offset;
}

static int by_name(const void *a, const void *b)
{
    const qsi_tensor *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

/* No name is given twice, and no byte to two tensors. */
static int check_together(const qs_source *source)
{
    char a[QSI_SHOWN], b[QSI_SHOWN];
    int status = QS_OK;
    const qsi_tensor **list = qsi_array(source->count, sizeof *list);
    if (!list) return QS_E_MEMORY;
    for (size_t i = 0; i < source->count; i++) list[i] = &source->tensors[i];
    qsort(list, source->count, sizeof *list, by_name);
    for (size_t i = 1; i < source->count && !status; i++)
        if (!by_name(&list[i - 1], &list[i]))
            status = qsi_fail(QS_E_DATA, "there are two tensors '%s'", qsi_show(list[i]->name, a));
    qsort(list, source->count, sizeof *list, by_offset);
    for (size_t i = 1; i < source->count && !status; i++)
        if (list[i - 1]->offset + list[i - 1]->rows * (double)list[i - 1]->row_bytes > list[i]->offset)
            status = qsi_fail_byte(list[i]->offset, "tensor '%s' begins inside tensor '%s'",
                                   qsi_show(list[i]->name, a), qsi_show(list[i - 1]->name, b));
    qsi_array_free(list);
    return status;
}

static int by_key(const void *a, const void *b)
{
    const text *x = a, *y = b;
    if (x->length != y->length) return x->length < y->length ? -1 : 1;
    return memcmp(x->bytes, y->bytes, x->length);
}

/* Readers differ in which of two values of one key they take. */
static int check_keys(const qsi_head *head, text *keys, size_t count)
{
    char name[QSI_SHOWN];
    qsort(keys, count, sizeof *keys, by_key);
    for (size_t i = 1; i < count; i++)
        if (!by_key(&keys[i - 1], &keys[i]))
            return qsi_fail_byte((double)(keys[i].bytes - (const char *)head->bytes), "the key '%s' is there twice",
                                 shown(keys[i], name, sizeof name));
    return QS_OK;
}

/* The pairs once more, to a text of the source's own; no key is given twice. */
static int keep_metadata(qs_source *source, const qsi_head *head, size_t length, double pairs)
{
    source->metadata = qsi_array(length + 1, 1);
    if (!source->metadata) return QS_E_MEMORY;
    walk w = {.head = head, .alignment = 32, .keys = qsi_array((size_t)pairs, sizeof *w.keys)};
    if (!w.keys) return QS_E_MEMORY;
    qsi_json json = qsi_json_start(source->metadata, length + 1);
    take_pairs(&w, &json);
    qsi_json_end(&json);
    int status = check_keys(head, w.keys, (size_t)pairs);
    qsi_array_free(w.keys);
    return status;
}

static int open_gguf(qs_source *source, const qsi_head *head)
{
    walk w = {.head = head, .alignment = 32};
    qsi_json json = qsi_json_start(NULL, 0);
    counted c = take_pairs(&w, &json);
    info *list = qsi_array((size_t)c.tensors, sizeof *list);
    int status = list ? keep_metadata(source, head, qsi_json_end(&json), c.pairs) : QS_E_MEMORY;
    for (double i = 0; i < c.tensors && !status; i++) {
        take_info(&w, &list[(size_t)i]);
        status = w.status;
    }
    double begin = ceil((double)w.at / w.alignment) * w.alignment;
    for (double i = 0; i < c.tensors && !status; i++) status = place(source, &list[(size_t)i], &w, begin);
    if (!status) status = check_together(source);
    qsi_array_free(list);
    return status;
}

const qsi_reader qsi_reader_gguf = {
    .kind = "gguf", .title = "GGUF", .matches = matches, .check = check, .open = open_gguf};
