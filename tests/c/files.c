/* Files as tests write them, as files.h says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "files.h"
#include "make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

file make_npy(int version, const char *header, const void *data, size_t data_bytes)
{
    size_t fixed = version == 1 ? 10 : 12, text = strlen(header);
    size_t padded = (fixed + text + 1 + 63) / 64 * 64 - fixed;
    file f = {make_room(fixed + padded + data_bytes), fixed + padded + data_bytes};
    memcpy(f.bytes, "\x93NUMPY", 6);
    f.bytes[6] = (uint8_t)version;
    f.bytes[7] = 0;
    for (size_t i = 8; i < fixed; i++) f.bytes[i] = (uint8_t)(padded >> 8 * (i - 8));
    memset(f.bytes + fixed, ' ', padded);
    memcpy(f.bytes + fixed, header, text);
    f.bytes[fixed + padded - 1] = '\n';
    if (data_bytes) memcpy(f.bytes + fixed + padded, data, data_bytes);
    return f;
}

file make_safetensors(const char *header, const void *data, size_t data_bytes)
{
    size_t text = strlen(header);
    file f = {make_room(8 + text + data_bytes), 8 + text + data_bytes};
    for (size_t i = 0; i < 8; i++) f.bytes[i] = (uint8_t)(i < 4 ? text >> 8 * i : 0);
    memcpy(f.bytes + 8, header, text);
    if (data_bytes) memcpy(f.bytes + 8 + text, data, data_bytes);
    return f;
}

qs_source *open_part(file f, size_t length, double file_bytes)
{
    size_t head_bytes = 0;
    for (;;) {
        uint8_t *head = make_room(head_bytes);
        if (head_bytes) memcpy(head, f.bytes, head_bytes);
        int wanted = qs_source_check(head, head_bytes, file_bytes);
        qs_source *source = wanted ? NULL : qs_source_open(head, head_bytes, file_bytes);
        free(head);
        if (wanted <= 0) return source;
        assert_true((size_t)wanted > head_bytes && (size_t)wanted <= length);
        head_bytes = (size_t)wanted;
    }
}

qs_source *open_file(file f)
{
    return open_part(f, f.length, (double)f.length);
}

void check_refused(file f, const char *words, int byte)
{
    char place[40];
    if (open_file(f)) fail_msg("taken, but should be refused: %s", words);
    check_error(QS_E_DATA, words);
    snprintf(place, sizeof place, "\"byte\":%d}", byte);
    if (byte >= 0) check_error(QS_E_DATA, place);
    free(f.bytes);
}

void check_prefixes(file f)
{
    for (size_t length = 0; length < f.length; length++) {
        assert_null(open_part(f, length, (double)length));
        check_error(QS_E_DATA, "\"byte\":");
    }
}

void check_changed(file f, size_t bytes)
{
    for (size_t at = 0; at < bytes; at++) {
        uint8_t kept = f.bytes[at];
        for (int value = 0; value < 256; value++) {
            f.bytes[at] = (uint8_t)value;
            qs_source_close(open_file(f));
        }
        f.bytes[at] = kept;
    }
}
