/*
 * The reader of .safetensors, a file of named tensors.
 *
 *     bytes 0-7   header length, little-endian | header: JSON, blanks behind | the tensors' bytes, without gaps
 *
 * The header is {"name":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},...,"__metadata__":{"key":"text"}},
 * offsets counted from the header's end. Tensors keep the header's order; metadata is checked and passed over. They
 * are read one at a time, as a header may hold a million: all that is made of it takes at most three times its
 * size. What the format leaves out is refused with its place: names given twice, bytes of two tensors or of none.
 */
#include "source/source.h"

#include "base/bytes.h"
#include "base/json_read.h"
#include "base/size.h"
#include "base/status.h"
#include "base/unescape.h"

#include <stdlib.h>
#include <string.h>

enum { FIXED = 8, LONGEST_HEADER = 100000000, LONGEST_TENSOR = 65536 };

static const qsi_dtype complex64 = {.name = "C64", .bytes = 8};
static const struct {
    const char *code;
    const qsi_dtype *dtype;
} dtypes[] = {{"F32", &qsi_dtype_float32},
              {"F16", &qsi_dtype_float16},
              {"BF16", &qsi_dtype_bfloat16},
              {"F64", &qsi_dtype_float64},
              {"F8_E4M3", &qsi_dtype_float8_e4m3},
              {"F8_E5M2", &qsi_dtype_float8_e5m2},
              {"F8_E8M0", &qsi_dtype_float8_e8m0},
              {"BOOL", &qsi_dtype_bool},
              {"U8", &qsi_dtype_uint8},
              {"I8", &qsi_dtype_int8},
              {"U16", &qsi_dtype_uint16},
              {"I16", &qsi_dtype_int16},
              {"U32", &qsi_dtype_uint32},
              {"I32", &qsi_dtype_int32},
              {"U64", &qsi_dtype_uint64},
              {"I64", &qsi_dtype_int64},
              {"C64", &complex64}};

/* What is known of a tensor until all of them are checked against each other. */
typedef struct place {
    const char *name;
    double begin, end; /* of its values, from the end of the header */
    double byte;       /* of its name in the file */
} place;

typedef struct reading {
    qs_source *source;
    const char *text; /* the header */
    size_t length;
    qsi_json_tree tree; /* of one tensor */
    size_t tree_at;     /* where its text begins in the header */
    double begin, data; /* where the header ends, and the bytes behind it */
    place *places;
    char *names_end;    /* where the next name goes */
    double *shapes_end; /* where the next shape goes */
    bool has_metadata;
} reading;

/* ------------------------------------------------------------------------------------------ the fixed part */

/* A length of less than 2^56, and a header that is an object. No other kind begins so, and no text. */
static bool matches(const qsi_head *head)
{
    return head->count > FIXED && head->bytes[7] == 0 && head->bytes[FIXED] == '{';
}

static int check(const qsi_head *head)
{
    double length = (double)qsi_get64(head->bytes), file_bytes = head->file_bytes;
    if (length > LONGEST_HEADER)
        return qsi_fail_byte(0, "the .safetensors header claims %.0f bytes: more than %d is not believed", length,
                             LONGEST_HEADER);
    if (file_bytes < FIXED + length)
        return qsi_fail_byte(
            0, "the .safetensors header claims %.0f bytes, but only %.0f follow: the file is truncated", length,
            file_bytes - FIXED);
    return (double)head->count < FIXED + length ? (int)(FIXED + length) : 0;
}

/* -------------------------------------------------------------------------------------------- the header's JSON */

static double byte_of(const reading *r, size_t token)
{
    return FIXED + (double)r->tree_at + (double)r->tree.tokens[token].start;
}

static int fail_at(const reading *r, size_t token, const char *name, const char *what)
{
    char text[QSI_SHOWN];
    return qsi_fail_byte(byte_of(r, token), "tensor '%s': %s", qsi_show(name, text), what);
}

/* A whole number without sign, fraction or exponent. */
static bool take_whole(const reading *r, size_t token, double *value)
{
    const jsmntok_t *t = &r->tree.tokens[token];
    const char *c = r->tree.text + t->start, *end = r->tree.text + t->end;
    if (t->type != JSMN_PRIMITIVE) return false;
    for (*value = 0; c < end && *c >= '0' && *c <= '9' && *value < QSI_MOST_WHOLE; c++)
        *value = *value * 10 + (*c - '0');
    return c == end && *value < QSI_MOST_WHOLE;
}

static int take_dtype(const reading *r, size_t token, qsi_tensor *t)
{
    char code[QSI_SHOWN] = "";
    qsi_json_tree_string(&r->tree, token, code, sizeof code);
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
        if (!strcmp(code, dtypes[i].code)) t->dtype = dtypes[i].dtype;
    if (t->dtype) return QS_OK;
    char name[QSI_SHOWN];
    return qsi_fail_byte(byte_of(r, token),
                         "tensor '%s': its dtype '%s' is not known; F32, F16, BF16, F64, F8_E4M3, F8_E5M2, I8 to "
                         "I64, U8 to U64 and BOOL are read",
                         qsi_show(t->name, name), code);
}

static int take_shape(reading *r, size_t token, qsi_tensor *t)
{
    const jsmntok_t *array = &r->tree.tokens[token];
    if (array->type != JSMN_ARRAY) return fail_at(r, token, t->name, "its shape is no array");
    if (array->size > QSI_MAX_AXES) return fail_at(r, token, t->name, "its shape has more than 64 axes");
    t->shape = r->shapes_end;
    for (t->axes = 0; t->axes < (size_t)array->size; t->axes++)
        if (!take_whole(r, token + 1 + t->axes, r->shapes_end++))
            return fail_at(r, token + 1 + t->axes, t->name, "a whole number of the shape is expected here");
    return QS_OK;
}

/* An axis may be 0. */
static int fold_shape(const reading *r, size_t token, qsi_tensor *t)
{
    const char *wrong = qsi_tensor_fold(t);
    return wrong ? fail_at(r, token, t->name, wrong) : QS_OK;
}

static int take_offsets(const reading *r, size_t token, qsi_tensor *t, place *p)
{
    char name[QSI_SHOWN];
    const jsmntok_t *array = &r->tree.tokens[token];
    if (array->type != JSMN_ARRAY || array->size != 2 || !take_whole(r, token + 1, &p->begin) ||
        !take_whole(r, token + 2, &p->end))
        return fail_at(r, token, t->name, "its data_offsets are not two whole numbers");
    if (p->begin > p->end) return fail_at(r, token, t->name, "its data_offsets end before they begin");
    if (p->end > r->data)
        return qsi_fail_byte(
            byte_of(r, token),
            "tensor '%s': its data_offsets end at %.0f, but only %.0f bytes follow the header: the "
            "file is truncated",
            qsi_show(t->name, name), p->end, r->data);
    double promised = t->rows * (double)t->row_bytes;
    t->offset = r->begin + p->begin;
    if (p->end - p->begin == promised) return QS_OK;
    return qsi_fail_byte(byte_of(r, token),
                         "tensor '%s': its shape promises %.0f bytes, its data_offsets hold %.0f",
                         qsi_show(t->name, name), promised, p->end - p->begin);
}

static int take_tensor(reading *r, size_t object, qsi_tensor *t, place *p)
{
    static const char *const keys[] = {"dtype", "shape", "data_offsets"};
    size_t found[3];
    for (size_t i = 0; i < 3; i++) {
        found[i] = qsi_json_tree_member(&r->tree, object, keys[i]);
        if (!found[i])
            return fail_at(r, object, t->name, "it has dtype, shape and data_offsets, once each, and nothing else");
    }
    if (r->tree.tokens[object].size != 3)
        return fail_at(r, object, t->name, "it has more than dtype, shape and data_offsets");
    int status = take_dtype(r, found[0], t);
    if (!status) status = take_shape(r, found[1], t);
    if (!status) status = fold_shape(r, found[1], t);
    if (!status) status = take_offsets(r, found[2], t, p);
    return status;
}

/* {"key":"text",...} */
static int check_metadata(reading *r, qsi_json_span object)
{
    const char *text = r->text + object.begin;
    qsi_json_span key, value;
    bool good = *text == '{' && !r->has_metadata;
    for (size_t at = 0; good && qsi_json_next_member(text, object.end - object.begin, &at, &key, &value);)
        good = text[value.begin] == '"';
    r->has_metadata = true;
    return good ? QS_OK : qsi_fail_byte(FIXED + (double)object.begin, "__metadata__ is not one object of texts");
}

/* Reads one member of the header. */
static int take_member(reading *r, qsi_json_span key, qsi_json_span value)
{
    size_t length;
    char *name = r->names_end;
    if (!qsi_unescape(r->text + key.begin, key.end - key.begin, name, &length))
        return qsi_fail_byte(FIXED + (double)key.begin,
                             "this name is no UTF-8 text, or holds a NUL: rename the tensor");
    name[length] = 0;
    if (!strcmp(name, "__metadata__")) return check_metadata(r, value);
    r->names_end += length + 1;
    size_t at = r->source->count++;
    r->source->tensors[at].name = name;
    r->places[at] = (place){.name = name, .byte = FIXED + (double)key.begin};
    r->tree_at = value.begin;
    const char *wrong = r->text[value.begin] != '{'                ? "it is no object"
                        : value.end - value.begin > LONGEST_TENSOR ? "its text is too long for a tensor's"
                                                                   : NULL;
    if (wrong) {
        char shown[QSI_SHOWN];
        return qsi_fail_byte(FIXED + (double)value.begin, "tensor '%s': %s", qsi_show(name, shown), wrong);
    }
    int status = qsi_json_tree_open(&r->tree, r->text + value.begin, value.end - value.begin);
    if (!status) status = take_tensor(r, 0, &r->source->tensors[at], &r->places[at]);
    qsi_json_tree_close(&r->tree);
    return status;
}

/* ----------------------------------------------------------------------------------------- all of them together */

static int by_place(const void *a, const void *b)
{
    const place *x = a, *y = b;
    if (x->begin != y->begin) return x->begin < y->begin ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const place *)a)->name, ((const place *)b)->name);
}

static int check_names(const reading *r)
{
    char name[QSI_SHOWN];
    qsort(r->places, r->source->count, sizeof *r->places, by_name);
    for (size_t i = 1; i < r->source->count; i++)
        if (!by_name(&r->places[i - 1], &r->places[i]))
            return qsi_fail_byte(r->places[i].byte, "there are two tensors '%s'",
                                 qsi_show(r->places[i].name, name));
    return QS_OK;
}

/* Every byte belongs to one tensor. */
static int check_places(const reading *r)
{
    char name[QSI_SHOWN];
    double end = 0;
    qsort(r->places, r->source->count, sizeof *r->places, by_place);
    for (size_t i = 0; i < r->source->count; i++) {
        const place *p = &r->places[i];
        if (p->begin < end)
            return qsi_fail_byte(p->byte, "tensor '%s' begins at %.0f, inside another, which ends at %.0f",
                                 qsi_show(p->name, name), p->begin, end);
        if (p->begin > end)
            return qsi_fail_byte(p->byte, "tensor '%s' begins at %.0f, and bytes from %.0f on belong to none",
                                 qsi_show(p->name, name), p->begin, end);
        end = p->end;
    }
    if (end == r->data) return QS_OK;
    return qsi_fail_byte(FIXED, "the tensors end at %.0f, but %.0f bytes follow the header: save the file anew",
                         end, r->data);
}

/* Room for all tensors, their names and their shapes. The commas of a tensor are two between its members and one
 * less than it has axes, or more. */
static int make_room(reading *r)
{
    size_t members = 0, names = 0, axes = 0;
    qsi_json_span key, value;
    for (size_t at = 0; qsi_json_next_member(r->text, r->length, &at, &key, &value); members++) {
        names += key.end - key.begin + 1;
        size_t commas = 0;
        for (size_t i = value.begin; i < value.end; i++) commas += r->text[i] == ',';
        axes += commas < QSI_MAX_AXES ? commas : QSI_MAX_AXES;
    }
    r->source->tensors = qsi_array_zero(members, sizeof *r->source->tensors);
    r->places = qsi_array(members, sizeof *r->places);
    r->source->names = r->names_end = qsi_array(names, 1);
    r->source->shapes = r->shapes_end = qsi_array(axes, sizeof *r->source->shapes);
    return r->source->tensors && r->places && r->source->names && r->source->shapes ? QS_OK : QS_E_MEMORY;
}

static int read_header(reading *r)
{
    qsi_json_span key, value;
    int status = make_room(r);
    for (size_t at = 0; !status && qsi_json_next_member(r->text, r->length, &at, &key, &value);)
        status = take_member(r, key, value);
    if (!status) status = check_names(r);
    return status ? status : check_places(r);
}

static int open_safetensors(qs_source *source, const qsi_head *start)
{
    const uint8_t *head = start->bytes;
    size_t length = (size_t)qsi_get64(head);
    reading r = {.source = source, .text = (const char *)head + FIXED, .length = length};
    r.begin = FIXED + (double)length;
    r.data = start->file_bytes - r.begin;
    int status = qsi_json_check(r.text, length);
    if (status == QS_E_DATA) {
        qsi_error error;
        qsi_error_get(&error);
        status = qsi_fail_byte(FIXED + error.byte, "the .safetensors header is no JSON from here on");
    }
    if (!status) status = read_header(&r);
    qsi_array_free(r.places);
    return status;
}

const qsi_reader qsi_reader_safetensors = {
    .kind = "safetensors", .title = ".safetensors", .matches = matches, .check = check, .open = open_safetensors};
