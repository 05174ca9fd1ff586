/*
 * The byte ledger: what rows * dim values take in a spec. All arithmetic on sizes of stored data is done here.
 *
 *   codes      of all rows: packed codes, and the outliers kept beside them with their columns
 *   scales, zeros, padding   of all rows; padding is what fills short last blocks
 *   params     what all rows share: scales, thresholds, codebooks
 *   total      the sum of these five; per_row = total / rows
 *   originals  float32 rows kept beside the codes for rescoring, not in total
 *
 * bits_per_value is 8 * total / (rows * dim).
 */
#ifndef QSI_LEDGER_H
#define QSI_LEDGER_H

#include "base/json.h"
#include "codec/codec.h"

typedef struct qsi_ledger {
    double codes, scales, zeros, padding, params, total, per_row, bits_per_value, originals;
} qsi_ledger;

int qsi_ledger_make(const qsi_spec *spec, double rows, size_t dim, qsi_ledger *out);
/* The members of "bytes". */
void qsi_ledger_json(const qsi_ledger *ledger, qsi_json *json);

#endif
