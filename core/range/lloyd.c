/*
 * Lloyd-Max: the levels of least squared error, by dynamic programming, which finds the best of all codebooks and
 * needs no start and no chance (Wang, Song: Ckmeans.1d.dp, The R Journal 2011).
 *
 * The cells of the histogram, neighbours taken together where they are many and near, are cut into runs, each with
 * its mean as level. Let cost(i, j) be the squared error of cells i ... j - 1 around their mean. The best cost of
 * the first j cells with k levels is
 *
 *   best(k, j) = min over i of best(k - 1, i) + cost(i, j)
 *
 * and the best i grows with j, so a row of the table is filled from coarse to fine: between two neighbours that are
 * known only the cuts between theirs are tried. O(levels * cells * log(cells)).
 */
#include "range/lloyd.h"

#include "base/size.h"
#include "base/status.h"

#include <math.h>

typedef struct table {
    size_t cells, levels;
    qsi_sums *before; /* (cells + 1) */
    double *best[2];  /* (cells + 1): with one level less, and with these */
    uint32_t *cut;    /* (levels, cells + 1): where the last run begins */
} table;

static double cost(const table *t, size_t i, size_t j)
{
    double n = t->before[j].n - t->before[i].n, x = t->before[j].x - t->before[i].x;
    return n > 0 ? fmax(t->before[j].xx - t->before[i].xx - x * x / n, 0) : 0;
}

/* The best last cut for the first j cells, between two cuts. */
static void fill(table *t, size_t level, size_t j, size_t low, size_t high)
{
    uint32_t *cut = &t->cut[level * (t->cells + 1) + j];
    double least = INFINITY;
    if (high > j) high = j;
    *cut = (uint32_t)low;
    for (size_t i = low; i <= high; i++) {
        double sum = t->best[0][i] + cost(t, i, j);
        if (!(sum < least)) continue;
        least = sum;
        *cut = (uint32_t)i;
    }
    t->best[1][j] = least;
}

static void fill_level(table *t, size_t level)
{
    const uint32_t *cuts = t->cut + level * (t->cells + 1);
    size_t step = 1;
    while (2 * step <= t->cells) step *= 2;
    for (; step > 0; step /= 2)
        for (size_t j = step; j <= t->cells; j += 2 * step) {
            size_t high = j + step <= t->cells ? cuts[j + step] : j;
            fill(t, level, j, j > step ? cuts[j - step] : 0, high);
        }
    t->best[1][0] = 0;
    double *swap = t->best[0];
    t->best[0] = t->best[1];
    t->best[1] = swap;
}

/* The means of the runs, from the last to the first. */
static void read_book(const table *t, double middle, float *book)
{
    size_t end = t->cells, filled = t->levels;
    book[filled - 1] = 0; /* of no values at all */
    for (size_t level = t->levels; level-- > 0 && end > 0;) {
        size_t begin = level ? t->cut[level * (t->cells + 1) + end] : 0;
        double n = t->before[end].n - t->before[begin].n;
        if (n > 0) book[--filled] = (float)(middle + (t->before[end].x - t->before[begin].x) / n);
        end = begin;
    }
    for (size_t i = 0; filled > 0 && i < t->levels; i++)
        book[i] = book[i + filled < t->levels ? i + filled : t->levels - 1];
}

/* Neighbours further apart than this part of the data's range, of which there cannot be more, are never taken
 * together: a value far from all others may be worth a level. */
enum { GAPS = 1024 };

static void take_together(table *t, const qsi_cdf *cdf, size_t each)
{
    const qsi_edge *e = cdf->edges;
    double far = ((double)cdf->h->max - (double)cdf->h->min) / GAPS;
    size_t count = cdf->h->count, first = 0;
    for (size_t c = 0; c < count; c++) {
        if (c > 0 && c - first < each && e[c].least - e[c - 1].greatest <= far) continue;
        t->before[t->cells++] = e[c].before;
        first = c;
    }
    t->before[t->cells] = e[count].before;
}

static int open_table(table *t, const qsi_cdf *cdf, size_t cells)
{
    size_t each = (cdf->h->count + cells - 1) / cells, most = each > 1 ? cells + GAPS + 1 : cdf->h->count;
    t->before = qsi_array(most + 1, sizeof *t->before);
    t->best[0] = qsi_array(most + 1, sizeof(double));
    t->best[1] = qsi_array(most + 1, sizeof(double));
    t->cut = qsi_array(t->levels, (most + 1) * sizeof *t->cut);
    if (!t->before || !t->best[0] || !t->best[1] || !t->cut) return QS_E_MEMORY;
    take_together(t, cdf, each);
    return QS_OK;
}

int qsi_lloyd_max(const qsi_cdf *cdf, size_t levels, size_t cells, float *book)
{
    table t = {.levels = levels};
    int status = open_table(&t, cdf, cells);
    if (!status) {
        for (size_t j = 0; j <= t.cells; j++) {
            t.best[0][j] = cost(&t, 0, j);
            t.cut[j] = 0;
        }
        for (size_t level = 1; level < levels; level++) fill_level(&t, level);
        read_book(&t, cdf->middle, book);
    }
    qsi_array_free(t.before);
    qsi_array_free(t.best[0]);
    qsi_array_free(t.best[1]);
    qsi_array_free(t.cut);
    return status;
}
