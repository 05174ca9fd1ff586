/* The last error of a thread: a code, words, and the place it happened at. One of three pieces of changing state.
 */
#ifndef QSI_STATUS_H
#define QSI_STATUS_H

#include "quantscope.h"

typedef struct qsi_error {
    int code;
    char message[800];        /* room for the names of all formats */
    char option[32];          /* empty: none */
    double byte, row, column; /* negative: none */
} qsi_error;

/* Each records an error of this thread and returns its code, so that a caller can write return qsi_fail(...). */
int qsi_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
int qsi_fail_option(const char *option, const char *format, ...) __attribute__((format(printf, 2, 3)));
int qsi_fail_byte(double byte, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* QS_E_DATA at a value; column negative: the row as a whole. */
int qsi_fail_cell(double row, double column, const char *format, ...) __attribute__((format(printf, 3, 4)));
int qsi_fail_memory(double bytes);

/* For carrying an error from one thread to another, or keeping it beside a result. */
void qsi_error_get(qsi_error *error);
void qsi_error_set(const qsi_error *error);
/* The code of the last error: what a NULL meant. */
int qsi_error_code(void);

/* Says of the last error, if it is one of the data, that it is in this dim; returns its code. */
int qsi_fail_dim(size_t dim);

#endif
