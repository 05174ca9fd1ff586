/* Histograms: sums over their cells, and where a value of some rank lies. */
#include "range/histogram.h"

#include "base/size.h"
#include "base/status.h"

#include <math.h>

double qsi_histogram_largest(const qsi_histogram *h)
{
    return fmax(fabs((double)h->min), fabs((double)h->max));
}

double qsi_magnitude_inverse(double largest)
{
    return QSI_MAGNITUDES / fmax(largest, 0x1p-1000);
}

/* ---- sums */

/* The sums of all values of a cell: one at either end, if they are two ends, and the others evenly between. */
static qsi_sums sums_of(const qsi_edge *e, double n)
{
    double width = e->greatest - e->least, part = n - 2, squares = e->least * e->least;
    if (!(width > 0)) return (qsi_sums){n, n * e->least, n * squares};
    return (qsi_sums){n, e->least + e->greatest + part * (e->least + width / 2),
                      squares + e->greatest * e->greatest + part * (e->least * e->greatest + width * width / 3)};
}

/* The cell of the value that has half of the others below it. */
static size_t middle_cell(const qsi_histogram *h)
{
    double total = 0, below = 0;
    size_t i = 0;
    for (size_t c = 0; c < h->count; c++) total += h->cells[c].count;
    while (i + 1 < h->count && below + h->cells[i].count <= total / 2) below += h->cells[i++].count;
    return i;
}

static void sum_up(qsi_cdf *cdf, size_t middle)
{
    const qsi_cell *cells = cdf->h->cells;
    size_t count = cdf->h->count;
    qsi_edge *e = cdf->edges;
    for (size_t i = 0; i < count; i++) {
        e[i].least = (double)cells[i].least - cdf->middle;
        e[i].greatest = (double)cells[i].greatest - cdf->middle;
        double width = e[i].greatest - e[i].least;
        e[i].spread = width > 0 ? ((double)cells[i].count - 2) / width : 0;
    }
    e[count] = (qsi_edge){.least = INFINITY, .greatest = INFINITY};
    e[middle].before = (qsi_sums){0, 0, 0};
    for (size_t i = middle; i < count; i++) {
        qsi_sums c = sums_of(&e[i], cells[i].count), *s = &e[i].before;
        e[i + 1].before = (qsi_sums){s->n + c.n, s->x + c.x, s->xx + c.xx};
    }
    for (size_t i = middle; i-- > 0;) {
        qsi_sums c = sums_of(&e[i], cells[i].count), *s = &e[i + 1].before;
        e[i].before = (qsi_sums){s->n - c.n, s->x - c.x, s->xx - c.xx};
    }
}

static void find_first(qsi_cdf *cdf)
{
    size_t cell = 0, count = cdf->h->count;
    for (size_t p = 0; p <= cdf->places; p++) {
        while (cell < count && qsi_cdf_place(cdf, cdf->edges[cell].greatest) < p) cell++;
        cdf->first[p] = (uint32_t)cell;
    }
    cdf->first[cdf->places + 1] = (uint32_t)count;
}

int qsi_cdf_open(qsi_cdf *cdf, const qsi_histogram *h)
{
    double span = (double)h->max - (double)h->min;
    size_t middle = middle_cell(h);
    *cdf = (qsi_cdf){.h = h, .places = 2 * h->count};
    cdf->edges = qsi_array(h->count + 1, sizeof *cdf->edges);
    cdf->first = qsi_array(cdf->places + 2, sizeof *cdf->first);
    if (!cdf->edges || !cdf->first) {
        qsi_cdf_close(cdf);
        return QS_E_MEMORY;
    }
    if (h->count) cdf->middle = ((double)h->cells[middle].least + (double)h->cells[middle].greatest) / 2;
    cdf->start = (double)h->min - cdf->middle;
    cdf->inverse = span > 0 ? (double)cdf->places / span : 0;
    sum_up(cdf, middle);
    find_first(cdf);
    return QS_OK;
}

void qsi_cdf_close(qsi_cdf *cdf)
{
    qsi_array_free(cdf->edges);
    qsi_array_free(cdf->first);
    cdf->edges = NULL;
    cdf->first = NULL;
}

double qsi_cdf_total(const qsi_cdf *cdf)
{
    return cdf->edges[cdf->h->count].before.n - cdf->edges[0].before.n;
}

double qsi_cdf_below(const qsi_cdf *cdf, double t)
{
    return qsi_cdf_at(cdf, t).n - cdf->edges[0].before.n;
}

double qsi_cdf_squares(const qsi_cdf *cdf)
{
    qsi_sums a = cdf->edges[0].before, b = cdf->edges[cdf->h->count].before;
    return (b.xx - a.xx) + 2 * cdf->middle * (b.x - a.x) + cdf->middle * cdf->middle * (b.n - a.n);
}

double qsi_cdf_ranked(const qsi_cdf *cdf, double rank)
{
    const qsi_edge *e = cdf->edges;
    size_t i = 0, end = cdf->h->count;
    rank += e->before.n;
    while (i < end) { /* the first cell with more than rank values up to its end */
        size_t half = i + (end - i) / 2;
        if (e[half + 1].before.n <= rank)
            i = half + 1;
        else
            end = half;
    }
    if (i == cdf->h->count) return (double)cdf->h->max;
    const qsi_cell *c = &cdf->h->cells[i];
    double part = c->count > 1 ? (rank - e[i].before.n) / ((double)c->count - 1) : 0;
    return (double)c->least + fmin(part, 1) * ((double)c->greatest - (double)c->least);
}
