/*
 * The readers of the vector files of similarity search.
 *
 *   .fvecs .ivecs .bvecs   records of one length: dim as int32, then dim values of float32, int32 or uint8
 *   .fbin .ibin            rows and dim as uint32, or both as uint64, then rows * dim values of 4 bytes
 *   .u8bin .i8bin          the same of 1 byte; nothing in the file tells which of both it is, so the name does
 *   neighbors .bin         the same with ids as int32, then as many distances as float32: two tensors
 *
 * These files have no magic: their sizes have to agree with their counts to the byte.
 */
#include "source/source.h"

#include "base/bytes.h"
#include "base/status.h"
#include "codec/codec.h"

#include <math.h>
#include <string.h>

/* Whether bytes look like small integers rather than floats: as floats these would all be subnormal. */
static bool are_integers(const uint8_t *bytes, size_t count)
{
    bool other = false;
    for (size_t i = 0; i < count; i++) {
        uint32_t value = qsi_get32(bytes + 4 * i);
        if (value >= 1U << 23 && value < 0xff800000U) return false;
        other = other || value;
    }
    return other;
}

/* ---------------------------------------------------------------------------------------------------- records */

static bool is_named_vecs(const char *name)
{
    return qsi_ends_in(name, ".fvecs") || qsi_ends_in(name, ".ivecs") || qsi_ends_in(name, ".bvecs");
}

/* Bytes of a value by which records of dim fit the file, 0 where none do: 4, or 1. */
static size_t record_value(const qsi_head *head, double dim)
{
    bool wide = fmod(head->file_bytes, 4 + 4 * dim) == 0, narrow = fmod(head->file_bytes, 4 + dim) == 0;
    if (wide && narrow) return qsi_ends_in(head->name, ".bvecs") ? 1 : 4;
    return wide ? 4 : narrow;
}

static double record_dim(const qsi_head *head)
{
    return head->count < 4 ? 0 : (double)qsi_get32(head->bytes);
}

static bool matches_vecs(const qsi_head *head)
{
    if (is_named_vecs(head->name)) return true;
    double dim = record_dim(head);
    return dim >= 1 && dim <= QSI_DIM_MOST && record_value(head, dim);
}

static bool named_vecs(const qsi_head *head)
{
    double dim = record_dim(head);
    return is_named_vecs(head->name) && dim >= 1 && dim <= QSI_DIM_MOST && record_value(head, dim);
}

static int check_vecs(const qsi_head *head)
{
    double dim = record_dim(head);
    if (dim < 1 || dim > QSI_DIM_MOST)
        return qsi_fail_byte(0, "the first record should begin with its dim, from 1 to %d, as int32; there is %.0f",
                             QSI_DIM_MOST, dim);
    size_t value = record_value(head, dim);
    if (!value)
        return qsi_fail_byte(head->file_bytes,
                             "records of dim %.0f have %.0f or %.0f bytes, and the file's %.0f are no multiple of "
                             "either: it is truncated, or its rows differ in length",
                             dim, 4 + 4 * dim, 4 + dim, head->file_bytes);
    double record = 4 + (double)value * dim, wanted = record + 4 < head->file_bytes ? record + 4 : head->file_bytes;
    if ((double)head->count < wanted) return (int)wanted;
    if (head->file_bytes == record || qsi_get32(head->bytes + (size_t)record) == dim) return 0;
    return qsi_fail_byte(record, "record 1 begins with %lu where dim %.0f is expected, that of record 0",
                         (unsigned long)qsi_get32(head->bytes + (size_t)record), dim);
}

static int open_vecs(qs_source *source, const qsi_head *head)
{
    double dim = record_dim(head), shape[2];
    size_t value = record_value(head, dim);
    shape[0] = head->file_bytes / (4 + (double)value * dim);
    shape[1] = dim;
    qsi_tensor *t = qsi_tensor_add(source, "data", 4, shape, 2);
    if (!t) return QS_E_MEMORY;
    bool whole = qsi_ends_in(head->name, ".ivecs") ||
                 (!qsi_ends_in(head->name, ".fvecs") && value == 4 && are_integers(head->bytes + 4, (size_t)dim));
    t->dtype = value == 1 ? &qsi_dtype_uint8 : whole ? &qsi_dtype_int32 : &qsi_dtype_float32;
    source->kind = value == 1 ? "bvecs" : whole ? "ivecs" : "fvecs";
    t->rows = shape[0];
    t->dim = (size_t)dim;
    t->skip = 4;
    t->row_bytes = 4 + t->dim * value;
    return QS_OK;
}

const qsi_reader qsi_reader_fvecs = {.kind = "fvecs",
                                     .title = ".fvecs",
                                     .matches = matches_vecs,
                                     .named = named_vecs,
                                     .check = check_vecs,
                                     .open = open_vecs};

/* ------------------------------------------------------------------------------------------------ two counts */

typedef struct counts {
    double rows, dim;
    size_t head;  /* bytes of the counts */
    size_t value; /* bytes of a value; 8: ids and distances */
} counts;

static bool is_named_bin(const char *name)
{
    static const char *const endings[] = {".fbin", ".ibin", ".u8bin", ".i8bin", ".hbin"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (qsi_ends_in(name, endings[i])) return true;
    return false;
}

/* The counts by which the file has its length. */
static bool find_counts(const qsi_head *head, counts *c)
{
    static const size_t values[] = {4, 1, 8, 2};
    for (c->head = 8; c->head <= 16 && c->head <= head->count; c->head += 8) {
        bool wide = c->head == 16;
        c->rows = wide ? (double)qsi_get64(head->bytes) : (double)qsi_get32(head->bytes);
        c->dim = wide ? (double)qsi_get64(head->bytes + 8) : (double)qsi_get32(head->bytes + 4);
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            c->value = values[i];
            double bytes = (double)c->head + c->rows * c->dim * (double)c->value;
            if (c->rows >= 1 && c->dim >= 1 && bytes == head->file_bytes) return true;
        }
    }
    return false;
}

static bool matches_bin(const qsi_head *head)
{
    counts c;
    return is_named_bin(head->name) || (find_counts(head, &c) && c.value != 2 && c.dim <= QSI_DIM_MOST);
}

static bool named_bin(const qsi_head *head)
{
    counts c;
    return is_named_bin(head->name) && find_counts(head, &c);
}

static int check_bin(const qsi_head *head)
{
    counts c;
    if (head->count < 8) return qsi_fail_byte(head->file_bytes, "the file ends before its counts of rows and dim");
    if (!find_counts(head, &c))
        return qsi_fail_byte(0,
                             "its counts are %lu rows of %lu, and of no type are these with their head the file's "
                             "%.0f bytes: it is truncated, or is another kind of file",
                             (unsigned long)qsi_get32(head->bytes), (unsigned long)qsi_get32(head->bytes + 4),
                             head->file_bytes);
    double wanted = (double)c.head + 4 * c.dim < head->file_bytes ? (double)c.head + 4 * c.dim : head->file_bytes;
    if (c.dim > QSI_DIM_MOST)
        return qsi_fail_byte(0, "its rows have %.0f values; at most %d are read", c.dim, QSI_DIM_MOST);
    return (double)head->count < wanted ? (int)wanted : 0;
}

static int add_matrix(qs_source *source, const char *name, const qsi_dtype *dtype, const counts *c, double offset)
{
    const double shape[2] = {c->rows, c->dim};
    qsi_tensor *t = qsi_tensor_add(source, name, strlen(name), shape, 2);
    if (!t) return QS_E_MEMORY;
    t->dtype = dtype;
    t->rows = c->rows;
    t->dim = (size_t)c->dim;
    t->row_bytes = t->dim * dtype->bytes;
    t->offset = offset;
    return QS_OK;
}

static int open_bin(qs_source *source, const qsi_head *head)
{
    counts c = {.head = 0};
    find_counts(head, &c);
    double begin = (double)c.head;
    size_t seen = (size_t)c.dim;
    if (c.value == 8) {
        source->kind = "neighbors bin";
        int status = add_matrix(source, "neighbors", &qsi_dtype_int32, &c, begin);
        return status ? status
                      : add_matrix(source, "distances", &qsi_dtype_float32, &c, begin + 4 * c.rows * c.dim);
    }
    if (c.value == 2) {
        source->kind = "hbin";
        return add_matrix(source, "data", &qsi_dtype_float16, &c, begin);
    }
    bool whole = c.value == 4 && !qsi_ends_in(head->name, ".fbin") &&
                 (qsi_ends_in(head->name, ".ibin") || are_integers(head->bytes + c.head, seen));
    bool is_signed = qsi_ends_in(head->name, ".i8bin");
    source->kind = c.value == 1 ? (is_signed ? "i8bin" : "u8bin") : whole ? "ibin" : "fbin";
    return add_matrix(source, "data",
                      c.value == 1 ? (is_signed ? &qsi_dtype_int8 : &qsi_dtype_uint8)
                      : whole      ? &qsi_dtype_int32
                                   : &qsi_dtype_float32,
                      &c, begin);
}

const qsi_reader qsi_reader_bin = {.kind = "fbin",
                                   .title = ".fbin",
                                   .matches = matches_bin,
                                   .named = named_bin,
                                   .check = check_bin,
                                   .open = open_bin};

/* ------------------------------------------------------------------------------------------------ no head at all
 */

const qsi_reader qsi_reader_raw = {.kind = "raw", .title = "raw values"};

int qsi_raw_open(qs_source *source, const char *name, double dim, double offset, double file_bytes)
{
    source->kind = "raw";
    const qsi_dtype *dtype = qsi_dtype_find(name);
    if (!dtype)
        return qsi_fail_option("dtype",
                               "there is no dtype '%.40s'; it is float32, float64, float16, bfloat16, "
                               "float8_e4m3, float8_e5m2, bool, or int or uint of 8, 16, 32 or 64 (int8)",
                               name);
    int status = qsi_check_dim(dim);
    if (status) return status;
    if (!(offset >= 0 && offset < file_bytes) || floor(offset) != offset)
        return qsi_fail_option("offset", "byte %.15g is not in the file, which has %.0f", offset, file_bytes);
    double row = dim * (double)dtype->bytes, rows = (file_bytes - offset) / row;
    if (rows < 1 || floor(rows) != rows)
        return qsi_fail_byte(file_bytes,
                             "%.0f bytes from byte %.0f on are no whole number of rows of %.0f %s, %.0f bytes",
                             file_bytes - offset, offset, dim, dtype->name, row);
    return add_matrix(source, "data", dtype, &(counts){.rows = rows, .dim = dim}, offset);
}
