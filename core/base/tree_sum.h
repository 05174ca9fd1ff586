/*
 * Sums of doubles over chunks that come out the same for any split: a binary tree over chunk numbers.
 *
 * Chunk c is leaf c. A node of level l and index i covers the leaves [i * 2^l, (i+1) * 2^l). Nodes join only with
 * their sibling, left + right, so any order of adding and merging gives the same bits in O(log chunks) nodes at
 * rest (more while parts are missing). total() joins what is left over in one fixed order, as if missing leaves
 * were absent. Within a row 16 partial sums: element i in sum i mod 16, folded 8, 4, 2, 1.
 */
#ifndef QSI_TREE_SUM_H
#define QSI_TREE_SUM_H

#include <stddef.h>
#include <stdint.h>

enum { QSI_LANES = 16 };

/* The sum of the partial sums, which are used up. */
static inline double qsi_fold(double lanes[QSI_LANES])
{
    for (size_t half = QSI_LANES / 2; half; half /= 2)
        for (size_t i = 0; i < half; i++) lanes[i] += lanes[i + half];
    return lanes[0];
}

typedef struct qsi_tree_sum qsi_tree_sum;

qsi_tree_sum *qsi_tree_sum_open(size_t width); /* vectors of width doubles */
int qsi_tree_sum_add(qsi_tree_sum *sum, double chunk, const double *values);
void qsi_tree_sum_total(const qsi_tree_sum *sum, double *values); /* zeros when nothing was added */
size_t qsi_tree_sum_save(const qsi_tree_sum *sum, uint8_t *dst, size_t cap);
/* Adds the nodes of a saved state; *used: the bytes it took. QS_E_DATA for bytes that are no state of this width.
 */
int qsi_tree_sum_merge(qsi_tree_sum *sum, const uint8_t *state, size_t bytes, size_t *used);
void qsi_tree_sum_clear(qsi_tree_sum *sum); /* forgets what was added */
void qsi_tree_sum_close(qsi_tree_sum *sum);

#endif
