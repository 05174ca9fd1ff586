/* Fuzzes the reader: any bytes are a whole file, read as a caller reads it, and every row of what opens is used. */
#include "quantscope.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy of its own size, so that a sanitizer sees a read beyond it. */
static uint8_t *copy_of(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy) abort();
    if (size) memcpy(copy, data, size);
    return copy;
}

static void use(const qs_source *source, const uint8_t *data, size_t size)
{
    char json[4096];
    double rows = 0, dim = 0, offset = 0;
    size_t length = qs_source_json(source, json, sizeof json);
    if (!length || length >= sizeof json) abort();
    const char *at = strstr(json, "\"rows\":");
    if (!at) abort();
    rows = strtod(at + 7, NULL);
    dim = strtod(strstr(at, "\"dim\":") + 6, NULL);
    offset = strtod(strstr(at, "\"offset\":") + 9, NULL);
    /* A value is a byte or more, and all of them lie in the file. */
    if (!(rows >= 1 && dim >= 1 && offset + rows * dim <= (double)size)) abort();
    size_t values = (size_t)(rows * dim);
    float *floats = malloc(values * sizeof *floats);
    if (!floats) abort();
    qs_source_rows(source, 0, 0, data + (size_t)offset, (size_t)rows, floats);
    free(floats);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t head_bytes = 0;
    for (;;) {
        uint8_t *head = copy_of(data, head_bytes);
        int wanted = qs_source_check(head, head_bytes, (double)size);
        qs_source *source = wanted ? NULL : qs_source_open(head, head_bytes, (double)size);
        free(head);
        if (source) use(source, data, size);
        qs_source_close(source);
        if (wanted <= 0) return 0;
        if ((size_t)wanted <= head_bytes || (size_t)wanted > size) abort();
        head_bytes = (size_t)wanted;
    }
}
