/* Counts of values in cells, and finer cells where a count was coarse: counts.h. */
#include "range/counts.h"

#include <math.h>

/* A count is coarse where a cell holds more than COARSE of all values, not exactly, and is wider than NARROW
 * times the range of all values but TAIL, and one at least, at either end. */
#define COARSE (1.0 / 64)
#define TAIL 0.005
#define NARROW 0x1p-16
enum { TURNS = 2 };

static qsi_span span_of(float least, float greatest, size_t first, size_t bins)
{
    double width = (double)greatest - (double)least;
    return (qsi_span){least, greatest, (uint32_t)first, (uint32_t)bins, width > 0 ? (double)bins / width : 0};
}

/* The cell of a value; the outermost ones take what lies beyond, where extremes are not those of the data. */
static size_t cell_of(const qsi_span *s, float x)
{
    double at = ((double)x - (double)s->least) * s->inverse;
    return s->first + (!(at > 0) ? 0 : at < (double)s->bins ? (size_t)at : s->bins - 1);
}

void qsi_counts_clear(qsi_counts *c)
{
    for (size_t s = 0; s < c->spans; s++)
        for (size_t i = 0; i < c->span[s].bins; i++)
            c->cells[c->span[s].first + i] = (qsi_cell){0, INFINITY, -INFINITY};
}

void qsi_counts_begin(qsi_counts *c, qsi_cell *cells, size_t room, float least, float greatest)
{
    *c = (qsi_counts){.cells = cells, .room = room, .used = room - room / 5, .spans = 1};
    c->span[0] = span_of(least, greatest, 0, c->used);
    qsi_counts_clear(c);
}

/* ---- counting */

static void add_cell(qsi_cell *to, uint32_t count, float least, float greatest)
{
    to->count += count;
    to->least = least < to->least ? least : to->least;
    to->greatest = greatest > to->greatest ? greatest : to->greatest;
}

/* The span in which a value lies, NULL where it is settled. */
static const qsi_span *find_span(const qsi_counts *c, float x)
{
    size_t i = 0, end = c->spans;
    while (i < end) {
        size_t half = i + (end - i) / 2;
        if (c->span[half].greatest < x)
            i = half + 1;
        else
            end = half;
    }
    return i < c->spans && c->span[i].least <= x ? &c->span[i] : NULL;
}

void qsi_counts_add(qsi_counts *c, const float *x, size_t n, size_t stride, const uint8_t *marks)
{
    if (!c->turns) { /* everything lies in the one span */
        qsi_span all = c->span[0];
        qsi_cell *cells = c->cells;
        for (size_t i = 0; i < n; i++) {
            float value = x[i * stride] + 0.0F; /* one zero */
            if (!marks || !marks[i * stride]) add_cell(&cells[cell_of(&all, value)], 1, value, value);
        }
        return;
    }
    for (size_t i = 0; i < n && c->spans; i++) {
        float value = x[i * stride] + 0.0F;
        const qsi_span *s = marks && marks[i * stride] ? NULL : find_span(c, value);
        if (s) add_cell(&c->cells[cell_of(s, value)], 1, value, value);
    }
}

bool qsi_counts_merge(qsi_counts *c, size_t at, const qsi_cell *cell)
{
    const qsi_span *s = find_span(c, cell->least);
    bool is_one = s && cell->count && cell->least <= cell->greatest && cell->greatest <= s->greatest &&
                  cell_of(s, cell->least) == at && cell_of(s, cell->greatest) == at &&
                  cell->count <= UINT32_MAX - c->cells[at].count;
    if (is_one) add_cell(&c->cells[at], cell->count, cell->least, cell->greatest);
    return is_one;
}

/* ---- the next count */

/* Drops the cells that are empty. */
static double settle(qsi_counts *c)
{
    size_t kept = 0;
    double total = 0;
    for (size_t i = 0; i < c->used; i++) {
        if (!c->cells[i].count) continue;
        total += c->cells[i].count;
        c->cells[kept++] = c->cells[i];
    }
    c->used = kept;
    c->spans = 0;
    return total;
}

static bool is_exact(const qsi_cell *cell)
{
    return cell->count <= 2 || cell->least == cell->greatest;
}

static bool is_coarse(const qsi_counts *c, double total)
{
    double below = 0, from = 0, to = 0, widest = 0, tail = fmax(TAIL * total, 1);
    for (size_t i = 0; i < c->used; i++) {
        const qsi_cell *cell = &c->cells[i];
        double n = cell->count, width = (double)cell->greatest - (double)cell->least;
        if (below <= tail) from = (double)cell->least;
        if (below < total - tail) to = (double)cell->greatest;
        if (n > COARSE * total && !is_exact(cell)) widest = fmax(widest, width);
        below += n;
    }
    return widest > fmax(NARROW * (to - from), 0);
}

/* The cells to cut are those of more than so many values: as few as leave room for their spans. */
static uint32_t least_to_cut(const qsi_counts *c)
{
    uint32_t least = 0;
    for (uint32_t bit = 1U << 31; bit > 0; bit >>= 1) {
        size_t cut = 0;
        for (size_t i = 0; i < c->used; i++) cut += !is_exact(&c->cells[i]) && c->cells[i].count >= (least | bit);
        if (cut > QSI_SPANS) least |= bit;
    }
    return least;
}

static bool is_cut(const qsi_cell *cell, uint32_t most)
{
    return cell->count > most && !is_exact(cell);
}

/* Cuts cells into finer ones, as many as there is room for: more where there are more values, by the root of their
 * number. The cells behind them move on. */
static void cut(qsi_counts *c)
{
    uint32_t most = least_to_cut(c);
    double roots = 0, spare = (double)(c->room - c->used);
    size_t end = c->used, i = c->used;
    for (size_t k = 0; k < c->used; k++)
        if (is_cut(&c->cells[k], most)) roots += sqrt(c->cells[k].count);
    for (size_t k = 0; k < c->used; k++) {
        const qsi_cell *cell = &c->cells[k];
        if (!is_cut(cell, most)) continue;
        size_t bins = 1 + (size_t)(spare * sqrt(cell->count) / roots);
        c->span[c->spans++] = span_of(cell->least, cell->greatest, 0, bins);
        end += bins - 1;
    }
    c->used = end;
    for (size_t s = c->spans; i-- > 0;) {
        if (is_cut(&c->cells[i], most)) {
            end -= c->span[--s].bins;
            c->span[s].first = (uint32_t)end;
        } else {
            c->cells[--end] = c->cells[i];
        }
    }
    qsi_counts_clear(c);
}

bool qsi_counts_next(qsi_counts *c)
{
    if (!c->spans) return false;
    double total = settle(c);
    if (c->turns++ == TURNS || !is_coarse(c, total)) return false;
    cut(c);
    return true;
}

qsi_histogram qsi_counts_histogram(const qsi_counts *c, float min, float max)
{
    return (qsi_histogram){.min = min, .max = max, .count = c->used, .cells = c->cells};
}
