/* Fuzzes the reader of .safetensors: the bytes are a header, its length and 64 zeros are put around it, and every
 * tensor of what opens is used. */
#include "quantscope.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FIXED = 8, VALUES = 64, DTYPE_MOST_BYTES = 8 };

static void *room(size_t bytes)
{
    void *memory = malloc(bytes ? bytes : 1);
    if (!memory) abort();
    return memory;
}

/* The number behind a key, from *at on, which goes behind it. */
static double number_of(const char **at, const char *key)
{
    *at = strstr(*at, key);
    if (!*at) abort();
    *at += strlen(key);
    return strtod(*at, NULL);
}

/* Every tensor's rows lie in the file; each is read from memory of its own size. */
static void use(const qs_source *source, const uint8_t *file, size_t file_bytes)
{
    size_t length = qs_source_json(source, NULL, 0);
    char *json = room(length + 1);
    if (qs_source_json(source, json, length + 1) != length || strlen(json) != length) abort();
    const char *at = json;
    for (size_t tensor = 0; strstr(at, "\"dtype\":\""); tensor++) {
        double rows = number_of(&at, "\"rows\":"), dim = number_of(&at, "\"dim\":");
        double offset = number_of(&at, "\"offset\":"), row_bytes = number_of(&at, "\"row_bytes\":");
        if (!(offset >= FIXED && offset + rows * row_bytes <= (double)file_bytes)) abort();
        if (row_bytes == 0) continue;
        size_t bytes = (size_t)(rows * row_bytes);
        uint8_t *raw = room(bytes);
        float *floats = room((size_t)(rows * dim) * sizeof *floats);
        memcpy(raw, file + (size_t)offset, bytes);
        qs_source_rows(source, tensor, 0, raw, (size_t)rows, floats);
        free(floats);
        free(raw);
    }
    free(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t file_bytes = FIXED + size + VALUES, head_bytes = FIXED + size;
    uint8_t *file = calloc(file_bytes, 1);
    if (!file) abort();
    for (size_t i = 0; i < 4; i++) file[i] = (uint8_t)(size >> 8 * i);
    if (size) memcpy(file + FIXED, data, size);
    uint8_t *head = room(head_bytes);
    memcpy(head, file, head_bytes);
    int wanted = qs_source_check(head, head_bytes, (double)file_bytes);
    qs_source *source = wanted ? NULL : qs_source_open(head, head_bytes, (double)file_bytes);
    free(head);
    if (source) use(source, file, file_bytes);
    qs_source_close(source);
    free(file);
    return 0;
}
