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

static void sum_up(qsi_mass *mass, size_t middle)
{
    const qsi_cell *cells = mass->h->cells;
    size_t count = mass->h->count;
    qsi_edge *e = mass->edges;
    for (size_t i = 0; i < count; i++) {
        e[i].least = (double)cells[i].least - mass->middle;
        e[i].greatest = (double)cells[i].greatest - mass->middle;
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

static void find_first(qsi_mass *mass)
{
    size_t cell = 0, count = mass->h->count;
    for (size_t p = 0; p <= mass->places; p++) {
        while (cell < count && qsi_mass_place(mass, mass->edges[cell].greatest) < p) cell++;
        mass->first[p] = (uint32_t)cell;
    }
    mass->first[mass->places + 1] = (uint32_t)count;
}

int qsi_mass_open(qsi_mass *mass, const qsi_histogram *h)
{
    double span = (double)h->max - (double)h->min;
    size_t middle = middle_cell(h);
    *mass = (qsi_mass){.h = h, .places = 2 * h->count};
    mass->edges = qsi_array(h->count + 1, sizeof *mass->edges);
    mass->first = qsi_array(mass->places + 2, sizeof *mass->first);
    if (!mass->edges || !mass->first) {
        qsi_mass_close(mass);
        return QS_E_MEMORY;
    }
    if (h->count) mass->middle = ((double)h->cells[middle].least + (double)h->cells[middle].greatest) / 2;
    mass->start = (double)h->min - mass->middle;
    mass->inverse = span > 0 ? (double)mass->places / span : 0;
    sum_up(mass, middle);
    find_first(mass);
    return QS_OK;
}

void qsi_mass_close(qsi_mass *mass)
{
    qsi_array_free(mass->edges);
    qsi_array_free(mass->first);
    mass->edges = NULL;
    mass->first = NULL;
}

double qsi_mass_total(const qsi_mass *mass)
{
    return mass->edges[mass->h->count].before.n - mass->edges[0].before.n;
}

double qsi_mass_below(const qsi_mass *mass, double t)
{
    return qsi_mass_at(mass, t).n - mass->edges[0].before.n;
}

double qsi_mass_squares(const qsi_mass *mass)
{
    qsi_sums a = mass->edges[0].before, b = mass->edges[mass->h->count].before;
    return (b.xx - a.xx) + 2 * mass->middle * (b.x - a.x) + mass->middle * mass->middle * (b.n - a.n);
}

double qsi_mass_ranked(const qsi_mass *mass, double rank)
{
    const qsi_edge *e = mass->edges;
    size_t i = 0, end = mass->h->count;
    rank += e->before.n;
    while (i < end) { /* the first cell with more than rank values up to its end */
        size_t half = i + (end - i) / 2;
        if (e[half + 1].before.n <= rank)
            i = half + 1;
        else
            end = half;
    }
    if (i == mass->h->count) return (double)mass->h->max;
    const qsi_cell *c = &mass->h->cells[i];
    double part = c->count > 1 ? (rank - e[i].before.n) / ((double)c->count - 1) : 0;
    return (double)c->least + fmin(part, 1) * ((double)c->greatest - (double)c->least);
}
