/* Sums over chunks by a binary tree, as tree_sum.h says. */
#include "base/tree_sum.h"

#include "base/bytes.h"
#include "base/row_list.h"
#include "base/size.h"
#include "base/status.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

typedef struct node {
    double index; /* whole; a double, for chunk numbers may pass 32 bits */
    uint64_t level;
    double values[]; /* (width) */
} node;

struct qsi_tree_sum {
    size_t width;
    qsi_row_list nodes; /* ordered by the leaves they cover */
};

enum { HEAD_BYTES = 8, NODE_BYTES = 12 };

qsi_tree_sum *qsi_tree_sum_open(size_t width)
{
    qsi_tree_sum *sum = qsi_array_zero(1, sizeof *sum);
    size_t bytes;
    if (!sum) return NULL;
    if (!qsi_size_mul(width, sizeof(double), &bytes) || !qsi_size_add(bytes, sizeof(node), &bytes)) {
        qsi_fail_memory(INFINITY);
        qsi_array_free(sum);
        return NULL;
    }
    sum->width = width;
    sum->nodes.row_bytes = bytes;
    return sum;
}

void qsi_tree_sum_close(qsi_tree_sum *sum)
{
    if (!sum) return;
    qsi_row_list_free(&sum->nodes);
    qsi_array_free(sum);
}

void qsi_tree_sum_clear(qsi_tree_sum *sum)
{
    sum->nodes.count = 0;
}

static node *node_at(const qsi_tree_sum *sum, size_t at)
{
    return qsi_row_list_at(&sum->nodes, at);
}

static double first_leaf(double index, uint64_t level)
{
    return ldexp(index, (int)level);
}

/* Joins a node with its sibling, and what they become with its own, as long as the sibling is there. */
static void join(qsi_tree_sum *sum, size_t at)
{
    for (;;) {
        const node *here = node_at(sum, at);
        bool right = fmod(here->index, 2) != 0;
        size_t left_at = right ? at - 1 : at;
        if (right ? at == 0 : at + 1 >= sum->nodes.count) return;
        const node *other = node_at(sum, right ? at - 1 : at + 1);
        if (other->level != here->level || other->index != here->index + (right ? -1 : 1)) return;
        node *left = node_at(sum, left_at);
        const node *second = node_at(sum, left_at + 1);
        for (size_t i = 0; i < sum->width; i++) left->values[i] += second->values[i];
        left->index = floor(left->index / 2);
        left->level++;
        qsi_row_list_remove(&sum->nodes, left_at + 1);
        at = left_at;
    }
}

static int insert(qsi_tree_sum *sum, double index, uint64_t level, const double *values)
{
    size_t at = sum->nodes.count;
    while (at) {
        const node *before = node_at(sum, at - 1);
        if (!(first_leaf(before->index, before->level) > first_leaf(index, level))) break;
        at--;
    }
    node *added = qsi_row_list_insert(&sum->nodes, at);
    if (!added) return QS_E_MEMORY;
    added->index = index;
    added->level = level;
    memcpy(added->values, values, sum->width * sizeof *values);
    join(sum, at);
    return QS_OK;
}

int qsi_tree_sum_add(qsi_tree_sum *sum, double chunk, const double *values)
{
    return insert(sum, chunk, 0, values);
}

void qsi_tree_sum_total(const qsi_tree_sum *sum, double *values)
{
    memset(values, 0, sum->width * sizeof *values);
    for (size_t n = sum->nodes.count; n-- > 0;) { /* from the right, where the small nodes are */
        const node *of = node_at(sum, n);
        for (size_t i = 0; i < sum->width; i++) values[i] = of->values[i] + values[i];
    }
}

size_t qsi_tree_sum_save(const qsi_tree_sum *sum, uint8_t *dst, size_t cap)
{
    size_t each = NODE_BYTES + sum->width * 8, bytes = HEAD_BYTES + sum->nodes.count * each;
    if (!dst || cap < bytes) return bytes;
    qsi_put32(dst, (uint32_t)sum->width);
    qsi_put32(dst + 4, (uint32_t)sum->nodes.count);
    for (size_t n = 0; n < sum->nodes.count; n++) {
        uint8_t *p = dst + HEAD_BYTES + n * each;
        const node *of = node_at(sum, n);
        qsi_put_double(p, of->index);
        qsi_put32(p + 8, (uint32_t)of->level);
        for (size_t i = 0; i < sum->width; i++) qsi_put_double(p + NODE_BYTES + i * 8, of->values[i]);
    }
    return bytes;
}

int qsi_tree_sum_merge(qsi_tree_sum *sum, const uint8_t *state, size_t bytes, size_t *used)
{
    size_t each = NODE_BYTES + sum->width * 8;
    *used = 0;
    if (bytes < HEAD_BYTES || qsi_get32(state) != sum->width || (bytes - HEAD_BYTES) / each < qsi_get32(state + 4))
        return qsi_fail(QS_E_DATA, "the saved state of a sum is truncated or belongs to another fit");
    size_t count = qsi_get32(state + 4);
    double *values = qsi_array(sum->width, sizeof *values);
    if (!values) return QS_E_MEMORY;
    int status = QS_OK;
    for (size_t n = 0; n < count && !status; n++) {
        const uint8_t *p = state + HEAD_BYTES + n * each;
        double index = qsi_get_double(p);
        uint32_t level = qsi_get32(p + 8);
        for (size_t i = 0; i < sum->width; i++) values[i] = qsi_get_double(p + NODE_BYTES + i * 8);
        if (!(index >= 0 && index < 0x1p53) || floor(index) != index || level > 52)
            status = qsi_fail(QS_E_DATA, "the saved state of a sum holds an impossible chunk number");
        else
            status = insert(sum, index, level, values);
    }
    qsi_array_free(values);
    *used = HEAD_BYTES + count * each;
    return status;
}
