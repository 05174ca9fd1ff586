/* Costs at many scales in one pass, as sweep.h says. */
#include "range/scale_costs.h"

#include <assert.h>
#include <math.h>

void qsi_cells_of(const qsi_levels *unit, qsi_cells *cells)
{
    size_t last = unit->count - 1, between = unit->by_chance;
    const double *at = unit->at, *bound = between ? at : unit->threshold;
    cells->count = unit->count + between;
    cells->first = at[0];
    cells->last = at[last];
    for (size_t i = 0; i < cells->count; i++) {
        double below = at[i > 0 ? i - between : 0], above = at[i < last ? i : last];
        double square = below < above ? -1 : 1, cross = -square * (below + above);
        cells->error[i] = (qsi_cell_error){square, cross, square * below * above};
        if (i + 1 == cells->count) break;
        cells->bound[i] = bound[i];
        cells->inverse[i] = 1 / bound[i];
    }
}

/* The cell of a value at scale 1: as many bounds are not above it. Without branches, which none could foresee. */
static size_t cell_of(const qsi_cells *cells, double t)
{
    const double *from = cells->bound;
    for (size_t n = cells->count - 1; n > 0;) {
        size_t half = (n + 1) / 2;
        from += (from[half - 1] <= t) * half;
        n -= half;
    }
    return (size_t)(from - cells->bound);
}

typedef qsi_scale_sums sums;

static void add(sums *s, double v, const qsi_cell_error *to, const qsi_cell_error *from, double scale)
{
    double cross = to->cross - from->cross;
    s->square += (to->square - from->square) * v * v;
    s->cross += cross * v;
    s->level += to->level - from->level;
    s->plain += cross;
    s->scale = scale < s->scale ? scale : s->scale;
}

/* Bins before each scale. What there is at the top is in the first. */
static void fill(const qsi_cells *cells, const float *x, size_t n, double low, qsi_scales scales, sums *bins)
{
    static const qsi_cell_error none = {0, 0, 0};
    double per = 1 / scales.step, bottom = scales.top - (double)scales.points * scales.step;
    for (size_t i = 0; i < n; i++) {
        double v = (double)x[i] - low, at;
        size_t k = cell_of(cells, v / scales.top);
        const qsi_cell_error *error = &cells->error[k];
        add(bins, v, error, &none, scales.top);
        if (v > 0)
            for (; k + 1 < cells->count && (at = v * cells->inverse[k]) > bottom; k++, error++)
                add(&bins[(size_t)((scales.top - at) * per) + 1], v, error + 1, error, at);
        else
            for (; k > 0 && (at = v * cells->inverse[k - 1]) > bottom; k--, error--)
                add(&bins[(size_t)((scales.top - at) * per) + 1], v, error - 1, error, at);
    }
}

/* The sums without what a low takes up: x is then the sum of the values. */
static sums about_line(sums s, double x, double n)
{
    s.square -= x * x / n;
    s.cross -= x * s.plain / n;
    s.level -= s.plain * s.plain / 4 / n;
    return s;
}

/* What scale costs; what is left of rounding in the sums is nothing. */
static double cost_at(const sums *s, double scale, double noise)
{
    double cost = s->square + scale * (s->cross + scale * s->level);
    return cost > noise ? cost : 0;
}

bool qsi_scale_costs(const qsi_cells *cells, const float *x, size_t n, double low, qsi_scales scales,
                     qsi_fitted fitted, qsi_scale_sums *bins, qsi_scale_cost_points *best)
{
    sums now = {0};
    double sum = 0, noise = 0;
    bool found = false;
    assert(scales.points <= QSI_SCALE_POINTS);
    for (size_t p = 0; p < scales.points + 2; p++) bins[p] = (sums){.scale = INFINITY};
    fill(cells, x, n, low, scales, bins);
    for (size_t i = 0; i < n; i++) {
        double v = (double)x[i] - low;
        sum += v;
        noise += v * v * 1e-12;
    }
    for (size_t p = 0; p <= scales.points; p++) {
        now.square += bins[p].square;
        now.cross += bins[p].cross;
        now.level += bins[p].level;
        now.plain += bins[p].plain;
        sums here = fitted == QSI_FIT_LINE ? about_line(now, sum, (double)n) : now;
        double scale = scales.top - (double)p * scales.step;
        if (fitted == QSI_ON_LEVELS && bins[p].scale < scales.top) scale = bins[p].scale;
        if (fitted >= QSI_FIT_SCALE) {
            /* the least is square - cross^2 / 4 level, at -cross / 2 level */
            if (!(4 * here.level * (here.square - best->cost) < here.cross * here.cross && here.cross < 0))
                continue;
            scale = -here.cross / (2 * here.level);
        }
        double cost = cost_at(&here, scale, noise);
        if (!(cost < best->cost)) continue;
        double at = fitted == QSI_FIT_LINE ? low + (sum + scale * now.plain / 2) / (double)n : low;
        if (at + scale * cells->first < scales.lo || at + scale * cells->last > scales.hi) continue;
        *best = (qsi_scale_cost_points){cost, scale, at, cells->first, cells->last};
        found = true;
    }
    return found;
}
