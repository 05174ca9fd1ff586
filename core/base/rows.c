/* The checks of rows.h. */
#include "base/rows.h"

#include "base/status.h"

#include <math.h>

int qsi_check_rows(double first_row, size_t nrows)
{
    if (first_row >= 0 && first_row <= 0x1p53 - (double)nrows && floor(first_row) == first_row) return QS_OK;
    return qsi_fail_option("first_row", "first_row=%.15g: rows are numbered by whole numbers from 0 to 2^53",
                           first_row);
}

int qsi_check_chunk(double first_row, size_t nrows)
{
    int status = qsi_check_rows(first_row, nrows);
    if (status || fmod(first_row, QS_CHUNK_ROWS) == 0) return status;
    return qsi_fail(QS_E_STATE, "observed rows begin at %.0f; they begin at a multiple of %d", first_row,
                    QS_CHUNK_ROWS);
}
