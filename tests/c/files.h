/* Files that tests write byte by byte, right ones and wrong ones, and read as a caller reads them. */
#ifndef QS_TEST_FILES_H
#define QS_TEST_FILES_H

#include "quantscope.h"

typedef struct file {
    uint8_t *bytes; /* free() them */
    size_t length;
} file;

/* A .npy of one version: the header text, padded as NumPy pads it, and data_bytes of data. */
file make_npy(int version, const char *header, const void *data, size_t data_bytes);
/* A .safetensors: the length of the header text, the text, and data_bytes of data. */
file make_safetensors(const char *header, const void *data, size_t data_bytes);

/* Opens the first length bytes of f as a file of file_bytes, asking as check tells, each head in memory of its own
 * size so that a sanitizer sees a read beyond it. */
qs_source *open_part(file f, size_t length, double file_bytes);
qs_source *open_file(file f);

/* The file is refused as data, with these words and at this byte (negative: wherever); its bytes are freed. */
void check_refused(file f, const char *words, int byte);
/* Every prefix of a file is refused as data, at some byte. */
void check_prefixes(file f);
/* Any single one of the first bytes may be wrong: the file is refused or read, and stays within its bytes. */
void check_changed(file f, size_t bytes);

#endif
