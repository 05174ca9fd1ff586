/*
 * The readers of models in several files, whose heads are read one after another, and of lists of tensors.
 *
 *     model.safetensors.index.json   {"metadata":{},"weight_map":{"name":"model-00001-of-00002.safetensors",...}}
 *     a list of files                {"quantscope":"files","files":["a.gguf","b.gguf"]}: who opens a folder writes
 * it a list of tensors              {"quantscope":"tensors","kind":"gguf","files":[],"tensors":[{"name","dtype",
 *                                    "shape","offset","part","order","skip","swap"}]}: what other programs found in
 * a file (HDF5), or one tensor of a file that a worker reads
 */
#include "source/source.h"

#include "base/json_read.h"
#include "base/size.h"
#include "base/status.h"
#include "base/unescape.h"

#include <string.h>

enum { LONGEST = 100000000, FIRST_HEAD = 64, MOST_FILES = 10000 };

/* What a list is being opened by. */
typedef struct files {
    char *text; /* the list itself, where it has to be compared with the files */
    size_t length;
    size_t part; /* whose head is being read */
} files;

static int parse(qsi_json_tree *tree, const qsi_head *head)
{
    int status = qsi_json_tree_open(tree, (const char *)head->bytes, head->count);
    if (status != QS_E_DATA) return status;
    qsi_error error;
    qsi_error_get(&error);
    return qsi_fail_byte(error.byte, "the list of files is no JSON from here on");
}

/* The list is short, so it is read whole. */
static int check(const qsi_head *head)
{
    if (head->file_bytes > LONGEST)
        return qsi_fail_byte(0, "a list of files of %.0f bytes is not believed", head->file_bytes);
    return (double)head->count < head->file_bytes ? (int)head->file_bytes : 0;
}

/* ------------------------------------------------------------------------------------------- heads of the files */

static int want_head(qs_source *source, double bytes)
{
    const files *f = source->state;
    source->want[0] = (double)f->part;
    source->want[1] = 0;
    source->want[2] = bytes;
    return QS_OK;
}

static void take_over(qs_source *source, qs_source *inner, size_t i, size_t part)
{
    const qsi_tensor *t = &inner->tensors[i];
    qsi_tensor *mine = qsi_tensor_add(source, t->name, strlen(t->name), t->shape, t->axes);
    if (!mine) return;
    const char *name = mine->name;
    const double *shape = mine->shape;
    *mine = *t;
    mine->name = name;
    mine->shape = shape;
    mine->part = part;
    if (t->dtype->block) mine->dtype = qsi_ggml_dtype(source, t->dtype->name);
}

static void free_inner(qs_source *inner)
{
    for (size_t i = 0; i < inner->owned_count; i++) qsi_array_free(inner->owned[i]);
    qsi_array_free(inner->owned);
    qsi_array_free(inner->tensors);
    qsi_array_free(inner->names);
    qsi_array_free(inner->shapes);
    qsi_array_free(inner->metadata);
}

/* Says of the last error in which file it is. */
static int fail_in_file(const qs_source *source)
{
    qsi_error error;
    qsi_error_get(&error);
    if (error.code != QS_E_DATA) return error.code;
    return qsi_fail_byte(error.byte, "%.200s: %.500s", source->parts[((files *)source->state)->part].file,
                         error.message);
}

/* That each name of a weight_map is in the file that it names. */
static int check_map(const qs_source *source)
{
    const files *f = source->state;
    if (!f->text) return QS_OK;
    qsi_json_tree tree;
    int status = qsi_json_tree_open(&tree, f->text, f->length);
    if (status) return status;
    double listed = tree.tokens[qsi_json_tree_member(&tree, 0, "weight_map")].size;
    if (listed > (double)source->count)
        status =
            qsi_fail(QS_E_DATA, "its weight_map names %.0f tensors, and the files hold %zu", listed, source->count);
    qsi_json_tree_close(&tree);
    return status;
}

static int take_head(qs_source *source, const uint8_t *raw)
{
    files *f = source->state;
    qsi_head head = {raw, (size_t)source->want[2], source->parts[f->part].length, source->parts[f->part].file};
    if (head.file_bytes < 0) return qsi_fail(QS_E_STATE, "the length of part %zu is not known", f->part);
    const qsi_reader *reader = qsi_reader_find(&head);
    int more = !reader        ? QS_E_DATA
               : reader->take ? qsi_fail_byte(0, "it is no file that can be one of several")
                              : reader->check(&head);
    if (more > 0) return want_head(source, more);
    qs_source inner = {.reader = reader};
    int status = more ? more : reader->open(&inner, &head);
    if (status) status = fail_in_file(source);
    for (size_t i = 0; i < inner.count && !status; i++) {
        size_t before = source->count;
        take_over(source, &inner, i, f->part);
        if (source->count == before) status = QS_E_MEMORY;
    }
    if (!status && reader) source->kind = reader->kind;
    if (!status && !source->metadata && inner.metadata) {
        source->metadata = inner.metadata;
        inner.metadata = NULL;
    }
    free_inner(&inner);
    if (status) return status;
    source->want[2] = 0;
    if (++f->part < source->part_count) return want_head(source, FIRST_HEAD);
    return check_map(source);
}

/* Adds the file that token names, unless it is the last one or is there already. */
static int add_file(qs_source *source, const qsi_json_tree *tree, size_t token)
{
    char name[512];
    if (!qsi_json_tree_string(tree, token, name, sizeof name) || !*name || strchr(name, '/') || strchr(name, '\\'))
        return qsi_fail_byte(tree->tokens[token].start, "the name of a file in the same folder is expected here");
    for (size_t i = source->part_count; i-- > 1;)
        if (!strcmp(source->parts[i].file, name)) return QS_OK;
    if (source->part_count > MOST_FILES)
        return qsi_fail_byte(tree->tokens[token].start, "a model in more than %d files is not believed",
                             MOST_FILES);
    int part = qsi_part_add(source, name, strlen(name));
    return part < 0 ? part : QS_OK;
}

static int begin_heads(qs_source *source)
{
    files *f = source->state;
    if (source->part_count < 2) return qsi_fail_byte(0, "it names no file");
    f->part = 1;
    return want_head(source, FIRST_HEAD);
}

static void close_files(qs_source *source)
{
    files *f = source->state;
    if (f) qsi_array_free(f->text);
    qsi_array_free(f);
}

/* ---------------------------------------------------------------------------------------------- weight_map */

static bool begins_with(const qsi_head *head, const char *start)
{
    size_t at = 0, length = strlen(start), last = length - 1;
    while (at < head->count && strchr(" \t\r\n", head->bytes[at]) && head->bytes[at]) at++;
    if (at == head->count || head->bytes[at] != '{') return false;
    for (at++; at < head->count && head->bytes[at] && strchr(" \t\r\n", head->bytes[at]);) at++;
    size_t n = head->count - at < length ? head->count - at : length;
    return n && (n == length || n > last) && !memcmp(head->bytes + at, start, n);
}

/* By its name, or by what such files begin with. */
static bool matches_index(const qsi_head *head)
{
    return (qsi_ends_in(head->name, ".index.json") && head->count && head->bytes[0] == '{') ||
           begins_with(head, "\"weight_map\"");
}

static int open_index(qs_source *source, const qsi_head *head)
{
    qsi_json_tree tree;
    files *f = source->state = qsi_array_zero(1, sizeof *f);
    if (!f) return QS_E_MEMORY;
    int status = parse(&tree, head);
    if (status) return status;
    size_t map = qsi_json_tree_member(&tree, 0, "weight_map");
    if (!map || tree.tokens[map].type != JSMN_OBJECT)
        status = qsi_fail_byte(0, "the index has no weight_map, an object that names the file of each tensor");
    size_t end = map ? qsi_json_tree_skip(&tree, map) : 0;
    for (size_t t = map + 1; t < end && !status; t = qsi_json_tree_skip(&tree, t + 1))
        status = add_file(source, &tree, t + 1);
    qsi_json_tree_close(&tree);
    f->text = status ? NULL : qsi_array(head->count, 1);
    if (!status && !f->text) return QS_E_MEMORY;
    if (status) return status;
    f->length = head->count;
    memcpy(f->text, head->bytes, head->count);
    return begin_heads(source);
}

const qsi_reader qsi_reader_index = {.kind = "safetensors",
                                     .title = ".index.json",
                                     .matches = matches_index,
                                     .check = check,
                                     .open = open_index,
                                     .take = take_head,
                                     .close = close_files};

/* -------------------------------------------------------------------------------------------- lists of ours */

static bool matches_list(const qsi_head *head)
{
    return head->count >= QSI_MAGIC_BYTES && !memcmp(head->bytes, "{\"quantscope\":\"", 15);
}

static double member(const qsi_json_tree *tree, size_t object, const char *key, double otherwise)
{
    double value = otherwise;
    size_t token = qsi_json_tree_member(tree, object, key);
    if (token) qsi_json_tree_number(tree, token, &value);
    return value;
}

static int take_shape(const qsi_json_tree *tree, size_t object, double *shape, size_t *axes)
{
    size_t array = qsi_json_tree_member(tree, object, "shape");
    *axes = array && tree->tokens[array].type == JSMN_ARRAY ? (size_t)tree->tokens[array].size : QSI_MAX_AXES + 1;
    bool good = *axes <= QSI_MAX_AXES;
    for (size_t i = 0; good && i < *axes; i++)
        good = qsi_json_tree_number(tree, array + 1 + i, &shape[i]) && shape[i] >= 1 && shape[i] < QSI_MOST_WHOLE;
    return good ? QS_OK : qsi_fail_byte(tree->tokens[object].start, "this tensor of the list has no good shape");
}

static int take_tensor(qs_source *source, const qsi_json_tree *tree, size_t object)
{
    char name[1024] = "", dtype[32] = "", order[16] = "";
    double shape[QSI_MAX_AXES];
    size_t axes;
    int status = take_shape(tree, object, shape, &axes);
    if (status) return status;
    qsi_json_tree_string(tree, qsi_json_tree_member(tree, object, "name"), name, sizeof name);
    qsi_json_tree_string(tree, qsi_json_tree_member(tree, object, "dtype"), dtype, sizeof dtype);
    qsi_json_tree_string(tree, qsi_json_tree_member(tree, object, "order"), order, sizeof order);
    qsi_tensor *t = qsi_tensor_add(source, name, strlen(name), shape, axes);
    if (!t) return QS_E_MEMORY;
    t->dtype = qsi_dtype_find(dtype);
    if (!t->dtype) t->dtype = qsi_ggml_dtype(source, dtype);
    if (!t->dtype) return qsi_fail_byte(tree->tokens[object].start, "there is no dtype '%s'", dtype);
    t->order = !strcmp(order, "columns") && axes > 1 ? QSI_BY_COLUMNS : QSI_BY_ROWS;
    t->offset = member(tree, object, "offset", 0);
    t->part = (size_t)member(tree, object, "part", 0);
    t->skip = (size_t)member(tree, object, "skip", 0);
    t->swap = member(tree, object, "swap", 0) != 0;
    const char *wrong = qsi_tensor_fold(t);
    double rows = member(tree, object, "rows", t->rows);
    if (!wrong && rows != t->rows && rows >= 1) { /* folded otherwise where it was found */
        t->dim = (size_t)(t->rows * (double)t->dim / rows);
        t->rows = rows;
        t->row_bytes = (size_t)qsi_dtype_bytes(t->dtype, (double)t->dim);
    }
    t->row_bytes += t->skip;
    if (!wrong && t->part >= source->part_count) wrong = "it is in a file that is not listed";
    return wrong ? qsi_fail_byte(tree->tokens[object].start, "tensor '%.60s': %s", name, wrong) : QS_OK;
}

static int take_tensors(qs_source *source, const qsi_json_tree *tree, size_t array)
{
    char kind[32];
    if (!array || tree->tokens[array].type != JSMN_ARRAY) return qsi_fail_byte(0, "the list has no tensors");
    int status = QS_OK;
    size_t end = qsi_json_tree_skip(tree, array);
    for (size_t t = array + 1; t < end && !status; t = qsi_json_tree_skip(tree, t))
        status = take_tensor(source, tree, t);
    if (!status && qsi_json_tree_string(tree, qsi_json_tree_member(tree, 0, "kind"), kind, sizeof kind)) {
        char *own = qsi_own(source, sizeof kind, 1);
        if (!own) return QS_E_MEMORY;
        source->kind = strcpy(own, kind);
    }
    return status;
}

static int open_list(qs_source *source, const qsi_head *head)
{
    qsi_json_tree tree;
    files *f = source->state = qsi_array_zero(1, sizeof *f);
    if (!f) return QS_E_MEMORY;
    int status = parse(&tree, head);
    if (status) return status;
    char what[16] = "";
    size_t names = qsi_json_tree_member(&tree, 0, "files");
    qsi_json_tree_string(&tree, qsi_json_tree_member(&tree, 0, "quantscope"), what, sizeof what);
    size_t end = names && tree.tokens[names].type == JSMN_ARRAY ? qsi_json_tree_skip(&tree, names) : 0;
    for (size_t t = names + 1; t < end && !status; t++) status = add_file(source, &tree, t);
    if (!status && !strcmp(what, "files"))
        status = begin_heads(source);
    else if (!status)
        status = take_tensors(source, &tree, qsi_json_tree_member(&tree, 0, "tensors"));
    qsi_json_tree_close(&tree);
    return status;
}

const qsi_reader qsi_reader_list = {.kind = "list",
                                    .title = "a list of files",
                                    .matches = matches_list,
                                    .check = check,
                                    .open = open_list,
                                    .take = take_head,
                                    .close = close_files};
