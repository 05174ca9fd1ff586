/* Reads any bytes as a whole file, as a caller does: the head, what else is wanted, every tensor's first rows and
 * their labels. Each piece is in memory of its own size, so that a sanitizer sees a step beyond it. */
#ifndef QS_WHOLE_FILE_H
#define QS_WHOLE_FILE_H

#include "quantscope.h"

#include <stdlib.h>
#include <string.h>

enum { WHOLE_MOST_VALUES = 1 << 16, WHOLE_MOST_READS = 1000, WHOLE_TENSORS = 20 };

static inline void *whole_room(size_t bytes)
{
    void *memory = malloc(bytes ? bytes : 1);
    if (!memory) abort();
    return memory;
}

/* A copy of bytes from offset on; NULL where the file has them not. */
static inline uint8_t *whole_copy(const uint8_t *data, size_t size, double offset, double bytes)
{
    if (!(offset >= 0 && bytes >= 0 && offset + bytes <= (double)size)) return NULL;
    uint8_t *copy = whole_room((size_t)bytes);
    if (bytes > 0) memcpy(copy, data + (size_t)offset, (size_t)bytes);
    return copy;
}

static inline double whole_number(const char *json, const char *key)
{
    const char *at = strstr(json, key);
    if (!at) abort();
    return strtod(at + strlen(key), NULL);
}

/* The first rows of a tensor: all bytes that the plan names lie in the file. */
static inline void whole_rows(const qs_source *source, size_t tensor, const char *json, const uint8_t *data,
                              size_t size)
{
    double all = whole_number(json, "\"rows\":"), dim = whole_number(json, "\"dim\":");
    if (strstr(json, "\"problem\"") || all < 1 || dim < 1 || dim > WHOLE_MOST_VALUES) return;
    size_t rows = all * dim <= WHOLE_MOST_VALUES ? (size_t)all : (size_t)(WHOLE_MOST_VALUES / dim);
    int is_list = size > 15 && !memcmp(data, "{\"quantscope\":\"", 15); /* of another file's places */
    size_t count = qs_source_plan(source, tensor, 0, rows, NULL, 0), bytes = 0;
    if (is_list && count * dim > WHOLE_MOST_VALUES) return;
    if (!count) abort();
    double *ranges = whole_room(count * 3 * sizeof *ranges);
    if (qs_source_plan(source, tensor, 0, rows, ranges, count) != count) abort();
    for (size_t i = 0; i < count; i++) bytes += (size_t)ranges[3 * i + 2];
    uint8_t *raw = whole_room(bytes);
    float *floats = whole_room(rows * (size_t)dim * sizeof *floats);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t *piece = whole_copy(data, size, ranges[3 * i + 1], ranges[3 * i + 2]);
        if (!piece && ranges[3 * i] == 0 && !is_list) abort();
        if (piece) memcpy(raw + at, piece, (size_t)ranges[3 * i + 2]);
        if (!piece) memset(raw + at, 0, (size_t)ranges[3 * i + 2]);
        at += (size_t)ranges[3 * i + 2];
        free(piece);
    }
    qs_source_rows(source, tensor, 0, raw, rows, floats);
    if (strstr(json, "\"labels\"")) qs_source_labels_json(source, tensor, 0, raw, rows, NULL, 0);
    free(floats);
    free(raw);
    free(ranges);
}

static inline void whole_use(qs_source *source, const uint8_t *data, size_t size)
{
    double range[3];
    for (int reads = 0; qs_source_wants(source, range); reads++) {
        if (range[0] > 0) qs_source_part(source, (size_t)range[0], (double)size);
        uint8_t *raw = reads < WHOLE_MOST_READS ? whole_copy(data, size, range[1], range[2]) : NULL;
        if (!raw && range[0] == 0 && reads < WHOLE_MOST_READS) abort(); /* it wants what the file has not */
        int status = raw ? qs_source_take(source, raw) : -1;
        free(raw);
        if (status < 0) return;
    }
    size_t length = qs_source_json(source, NULL, 0);
    char *json = whole_room(length + 1);
    if (!length || qs_source_json(source, json, length + 1) != length || strlen(json) != length) abort();
    free(json);
    for (size_t i = 0; i < WHOLE_TENSORS; i++) {
        length = qs_source_tensor_json(source, i, NULL, 0);
        if (!length) return;
        json = whole_room(length + 1);
        qs_source_tensor_json(source, i, json, length + 1);
        whole_rows(source, i, json, data, size);
        free(json);
    }
}

/* Whether it opened. */
static inline int whole_file(const char *name, const uint8_t *data, size_t size)
{
    for (size_t head_bytes = 0;;) {
        uint8_t *head = whole_copy(data, size, 0, (double)head_bytes);
        int wanted = qs_source_check_as(name, head, head_bytes, (double)size);
        qs_source *source = wanted ? NULL : qs_source_open_as(name, head, head_bytes, (double)size);
        free(head);
        if (source) whole_use(source, data, size);
        qs_source_close(source);
        if (wanted <= 0) return source != NULL;
        if ((size_t)wanted <= head_bytes || (size_t)wanted > size) abort();
        head_bytes = (size_t)wanted;
    }
}

#endif
