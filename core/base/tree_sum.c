/* Sums over chunks by a binary tree, as treesum.h says. */
#include "base/tree_sum.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

typedef struct node {
    double index; /* whole; a double, for chunk numbers may pass 32 bits */
    uint32_t level;
} node;

struct qsi_tree_sum {
    size_t width, count, room;
    node *nodes;    /* ordered by the leaves they cover */
    double *values; /* (room, width) */
};

enum { HEAD_BYTES = 8, NODE_BYTES = 12 };

qsi_tree_sum *qsi_tree_sum_open(size_t width)
{
    qsi_tree_sum *sum = qsi_array_zero(1, sizeof *sum);
    if (sum) sum->width = width;
    return sum;
}

void qsi_tree_sum_close(qsi_tree_sum *sum)
{
    if (!sum) return;
    qsi_array_free(sum->nodes);
    qsi_array_free(sum->values);
    qsi_array_free(sum);
}

static double first_leaf(node n)
{
    return ldexp(n.index, (int)n.level);
}

static int make_room(qsi_tree_sum *sum)
{
    if (sum->count < sum->room) return QS_OK;
    size_t room = sum->room ? sum->room * 2 : 16, cells;
    if (!qsi_size_mul(room, sum->width, &cells)) return qsi_fail_memory(INFINITY);
    node *nodes = qsi_array(room, sizeof *nodes);
    double *values = qsi_array(cells, sizeof *values);
    if (!nodes || !values) {
        qsi_array_free(nodes);
        qsi_array_free(values);
        return QS_E_MEMORY;
    }
    if (sum->count) {
        memcpy(nodes, sum->nodes, sum->count * sizeof *nodes);
        memcpy(values, sum->values, sum->count * sum->width * sizeof *values);
    }
    qsi_array_free(sum->nodes);
    qsi_array_free(sum->values);
    sum->nodes = nodes;
    sum->values = values;
    sum->room = room;
    return QS_OK;
}

static void remove_at(qsi_tree_sum *sum, size_t at)
{
    size_t behind = sum->count - at - 1, row = sum->width * sizeof *sum->values;
    memmove(sum->nodes + at, sum->nodes + at + 1, behind * sizeof *sum->nodes);
    memmove(sum->values + at * sum->width, sum->values + (at + 1) * sum->width, behind * row);
    sum->count--;
}

static int insert(qsi_tree_sum *sum, node n, const double *values)
{
    if (make_room(sum)) return QS_E_MEMORY;
    size_t at = sum->count, row = sum->width * sizeof *sum->values;
    while (at && first_leaf(sum->nodes[at - 1]) > first_leaf(n)) at--;
    memmove(sum->nodes + at + 1, sum->nodes + at, (sum->count - at) * sizeof *sum->nodes);
    memmove(sum->values + (at + 1) * sum->width, sum->values + at * sum->width, (sum->count - at) * row);
    sum->nodes[at] = n;
    memcpy(sum->values + at * sum->width, values, row);
    sum->count++;
    for (;;) { /* join with the sibling as long as it is there */
        node *here = &sum->nodes[at];
        bool right = fmod(here->index, 2) != 0;
        size_t left_at = right ? at - 1 : at;
        if (right ? at == 0 : at + 1 >= sum->count) return QS_OK;
        node *other = right ? here - 1 : here + 1;
        if (other->level != here->level || other->index != here->index + (right ? -1 : 1)) return QS_OK;
        double *left = sum->values + left_at * sum->width;
        for (size_t i = 0; i < sum->width; i++) left[i] += left[sum->width + i];
        remove_at(sum, left_at + 1);
        at = left_at;
        sum->nodes[at] = (node){floor(sum->nodes[at].index / 2), sum->nodes[at].level + 1};
    }
}

int qsi_tree_sum_add(qsi_tree_sum *sum, double chunk, const double *values)
{
    return insert(sum, (node){chunk, 0}, values);
}

void qsi_tree_sum_total(const qsi_tree_sum *sum, double *values)
{
    memset(values, 0, sum->width * sizeof *values);
    for (size_t n = sum->count; n-- > 0;) /* from the right, where the small nodes are */
        for (size_t i = 0; i < sum->width; i++) values[i] = sum->values[n * sum->width + i] + values[i];
}

size_t qsi_tree_sum_save(const qsi_tree_sum *sum, uint8_t *dst, size_t cap)
{
    size_t each = NODE_BYTES + sum->width * 8, bytes = HEAD_BYTES + sum->count * each;
    if (!dst || cap < bytes) return bytes;
    qsi_put32(dst, (uint32_t)sum->width);
    qsi_put32(dst + 4, (uint32_t)sum->count);
    for (size_t n = 0; n < sum->count; n++) {
        uint8_t *p = dst + HEAD_BYTES + n * each;
        qsi_put_double(p, sum->nodes[n].index);
        qsi_put32(p + 8, sum->nodes[n].level);
        for (size_t i = 0; i < sum->width; i++)
            qsi_put_double(p + NODE_BYTES + i * 8, sum->values[n * sum->width + i]);
    }
    return bytes;
}

int qsi_tree_sum_merge(qsi_tree_sum *sum, const uint8_t *state, size_t bytes, size_t *used)
{
    size_t each = NODE_BYTES + sum->width * 8;
    *used = 0;
    if (bytes < HEAD_BYTES || qsi_get32(state) != sum->width || (bytes - HEAD_BYTES) / each < qsi_get32(state + 4))
        return qsi_fail(QS_E_DATA, "the saved state of a sum is cut off or is not of this fit");
    size_t count = qsi_get32(state + 4);
    double *values = qsi_array(sum->width, sizeof *values);
    if (!values) return QS_E_MEMORY;
    int status = QS_OK;
    for (size_t n = 0; n < count && !status; n++) {
        const uint8_t *p = state + HEAD_BYTES + n * each;
        node read = {qsi_get_double(p), qsi_get32(p + 8)};
        for (size_t i = 0; i < sum->width; i++) values[i] = qsi_get_double(p + NODE_BYTES + i * 8);
        if (!(read.index >= 0 && read.index < 0x1p53) || floor(read.index) != read.index || read.level > 52)
            status = qsi_fail(QS_E_DATA, "the saved state of a sum holds a chunk number that cannot be");
        else
            status = insert(sum, read, values);
    }
    qsi_array_free(values);
    *used = HEAD_BYTES + count * each;
    return status;
}
