/* Numbers of rows as callers give them: doubles, as a file may hold more than 2^32. Each function that takes some
 * checks them here. */
#ifndef QSI_ROWS_H
#define QSI_ROWS_H

#include <stddef.h>

/* QS_OK, or QS_E_OPTION: first_row is no whole number from 0, or nrows rows from there on pass row 2^53. */
int qsi_check_rows(double first_row, size_t nrows);

/* The same of rows that are observed: they begin with a chunk (else QS_E_STATE). */
int qsi_check_chunk(double first_row, size_t nrows);

#endif
