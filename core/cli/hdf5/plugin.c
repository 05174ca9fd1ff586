/* The reader of plugin.h: a library of its own, as libhdf5 takes long to load and most files are none of its.
 * Datasets are visited by the library; the values of those that are stored in one piece are left where they are,
 * and chunked or packed ones are read by it, some rows at a time. */
#include "cli/posix.h"

#include "cli/hdf5/plugin.h"

#define H5_USE_18_API /* one H5Ovisit() in all versions of the library */
#include <hdf5.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct list {
    FILE *files, *tensors;
    size_t count, parts;
} list;

enum { MOST_AXES = 32, SOME_BYTES = 1 << 22 };

/* A text in quotes. Names are UTF-8 or ASCII. */
static void print_text(FILE *stream, const char *text)
{
    fputc('"', stream);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(stream, "\\%c", *c);
        else if (*c < 0x20)
            fprintf(stream, "\\u%04x", *c);
        else
            fputc(*c, stream);
    }
    fputc('"', stream);
}

/* The name that lists give to a type of numbers; NULL: it is another. */
static const char *dtype_of(hid_t type)
{
    static const char *const floats[] = {"float16", "float32", "float64"};
    static const char *const whole[2][4] = {{"uint8", "uint16", "uint32", "uint64"},
                                            {"int8", "int16", "int32", "int64"}};
    size_t bytes = H5Tget_size(type), place = bytes == 1 ? 0 : bytes == 2 ? 1 : bytes == 4 ? 2 : 3;
    H5T_class_t class = H5Tget_class(type);
    if (bytes > 8 || (bytes & (bytes - 1))) return NULL;
    if (class == H5T_FLOAT) return place ? floats[place - 1] : NULL;
    if (class == H5T_INTEGER) return whole[H5Tget_sign(type) == H5T_SGN_2][place];
    return NULL;
}

/* Where its values begin in the file, if they lie there row after row as they are. */
static bool is_plain(hid_t set, double *offset)
{
    hid_t how = H5Dget_create_plist(set);
    bool plain =
        H5Pget_layout(how) == H5D_CONTIGUOUS && H5Pget_nfilters(how) == 0 && H5Pget_external_count(how) == 0;
    haddr_t at = plain ? H5Dget_offset(set) : HADDR_UNDEF;
    H5Pclose(how);
    *offset = (double)at;
    return plain && at != HADDR_UNDEF;
}

static void print_dataset(list *l, const char *name, hid_t set)
{
    hsize_t shape[MOST_AXES];
    hid_t space = H5Dget_space(set), type = H5Dget_type(set);
    int axes = H5Sget_simple_extent_ndims(space);
    const char *dtype = dtype_of(type);
    bool good = dtype && axes >= 1 && axes <= MOST_AXES && H5Sget_simple_extent_dims(space, shape, NULL) >= 0;
    for (int i = 0; good && i < axes; i++) good = shape[i] > 0;
    if (good) {
        double offset = 0;
        bool plain = is_plain(set, &offset);
        size_t part = 1;
        if (!plain) {
            char full[1100];
            snprintf(full, sizeof full, "hdf5:%s", name);
            for (char *c = full; *c; c++)
                if (*c == '/') *c = ':'; /* names of parts have no slashes; datasets rarely have colons */
            fputc(',', l->files);
            print_text(l->files, full);
            part = ++l->parts;
            offset = 0;
        }
        fprintf(l->tensors, "%s{\"name\":", l->count++ ? "," : "");
        print_text(l->tensors, name);
        fprintf(l->tensors, ",\"dtype\":\"%s\",\"part\":%zu,\"offset\":%.0f,\"swap\":%d,\"shape\":[", dtype, part,
                offset, plain && H5Tget_order(type) == H5T_ORDER_BE);
        for (int i = 0; i < axes; i++) fprintf(l->tensors, "%s%.0f", i ? "," : "", (double)shape[i]);
        fputs("]}", l->tensors);
    }
    H5Tclose(type);
    H5Sclose(space);
}

static herr_t visit(hid_t from, const char *name, const H5O_info_t *info, void *data)
{
    if (info->type != H5O_TYPE_DATASET) return 0;
    hid_t set = H5Dopen2(from, name, H5P_DEFAULT);
    if (set < 0) return 0;
    print_dataset(data, name, set);
    H5Dclose(set);
    return 0;
}

static hid_t open_file(const char *path)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
}

int qs_hdf5_list(const char *path, char **text, const char **problem)
{
    char *files = NULL, *tensors = NULL;
    size_t bytes[3];
    hid_t file = open_file(path);
    *problem = "it is HDF5, and damaged or truncated: the library does not open it";
    if (file < 0) return -1;
    const char *slash = strrchr(path, '/');
    list l = {
        .parts = 1, .files = open_memstream(&files, &bytes[0]), .tensors = open_memstream(&tensors, &bytes[1])};
    FILE *all = open_memstream(text, &bytes[2]);
    *problem = "out of memory for the list of its datasets";
    if (!l.files || !l.tensors || !all) return -1;
    print_text(l.files, slash ? slash + 1 : path);
    H5Ovisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, visit, &l);
    H5Fclose(file);
    fclose(l.files);
    fclose(l.tensors);
    fprintf(all, "{\"quantscope\":\"tensors\",\"kind\":\"hdf5\",\"files\":[%s],\"tensors\":[%s]}", files, tensors);
    fclose(all);
    free(files);
    free(tensors);
    *problem = "it is HDF5, and holds no dataset of numbers";
    return l.count ? 0 : -1;
}

/* Copies rows of the first axis, as many as SOME_BYTES hold, until all are there. */
static bool copy_rows(hid_t set, FILE *to)
{
    hsize_t shape[MOST_AXES], start[MOST_AXES] = {0}, count[MOST_AXES];
    hid_t space = H5Dget_space(set), stored = H5Dget_type(set), type = H5Tget_native_type(stored, H5T_DIR_ASCEND);
    int axes = H5Sget_simple_extent_dims(space, shape, NULL);
    size_t row = H5Tget_size(type);
    for (int i = 1; i < axes; i++) row *= (size_t)shape[i];
    size_t some = SOME_BYTES / row ? SOME_BYTES / row : 1;
    char *rows = malloc((some < shape[0] ? some : (size_t)shape[0]) * row);
    bool good = rows != NULL;
    memcpy(count, shape, sizeof count);
    for (hsize_t at = 0; at < shape[0] && good; at += count[0]) {
        count[0] = shape[0] - at < some ? shape[0] - at : some;
        start[0] = at;
        hid_t memory = H5Screate_simple(axes, count, NULL);
        good = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
               H5Dread(set, type, memory, space, H5P_DEFAULT, rows) >= 0 &&
               fwrite(rows, row, (size_t)count[0], to) == count[0];
        H5Sclose(memory);
    }
    free(rows);
    H5Tclose(type);
    H5Tclose(stored);
    H5Sclose(space);
    return good && !fflush(to);
}

int qs_hdf5_dataset(const char *path, const char *name, FILE *to, const char **problem)
{
    char full[1100];
    snprintf(full, sizeof full, "%s", name);
    for (char *c = full; *c; c++)
        if (*c == ':') *c = '/';
    hid_t file = open_file(path), set = file < 0 ? -1 : H5Dopen2(file, full, H5P_DEFAULT);
    bool good = set >= 0 && copy_rows(set, to);
    if (set >= 0) H5Dclose(set);
    if (file >= 0) H5Fclose(file);
    *problem = "a dataset of it cannot be read, or there is no room to unpack it";
    return good ? 0 : -1;
}
