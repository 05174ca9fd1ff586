/*
 * Figures of the values themselves, over all n values x of all rows, before anything is coded.
 *
 *   min, max         least and greatest x
 *   mean             m = sum x / n
 *   std              s = sqrt(sum (x - m)^2 / n)
 *   largest_sigma    largest |x - m| / s
 *   excess_kurtosis  (sum (x - m)^4 / n) / s^4 - 3: 0 for a normal distribution, -1.2 for a uniform one, more with
 *                    tails
 *
 * Two passes: the first finds min, max and m, the second the sums around m. Sums are in double: 16 partial sums a
 * row (element i in sum i mod 16, folded 8, 4, 2, 1), rows one after another in a chunk, chunks by a tree. s is 0
 * where min = max, and what is divided by it then null, as is what a NaN or an infinity makes undefined.
 */
#ifndef QSI_VALUES_H
#define QSI_VALUES_H

#include "base/json.h"
#include "quantscope.h"

enum { QSI_VALUE_SUMS = 3 };

struct qs_values {
    size_t dim;
    int pass;       /* 0, 1; 2: done */
    int32_t lo, hi; /* ordered, as kernels.h says */
    double mean;    /* from pass 1 on */
    struct qsi_tree_sum *sums;
};

#endif
