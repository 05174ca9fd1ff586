/*
 * Rule mse on a row's or a block's own values: sweeps over the scale (sweep.h) with the rest of what is chosen
 * held. That is nothing with one bound, the zero point with map=affine, and the low with map=offset.
 *
 * Scales go down to where clipping alone costs more than the best range so far, from twice the one that clips
 * nothing: mse.c says why. Where levels are the nearest ones and any scale can be stored, each sweep finds the best
 * scale (and low) of the codes that it meets. Stored scales lie evenly in each octave, and so do those tried.
 */
#include "base/size.h"
#include "codec/affine.h"
#include "codec/range_rule.h"
#include "range/scale_costs.h"

#include <math.h>

typedef struct search {
    const qsi_spec *spec;
    const float *x;
    size_t n;
    double steps;          /* between the first level and the last */
    double lo, hi;         /* the data's, and 0 where the range must hold it */
    double least, largest; /* levels that leave out more, at either end, cost more than the best */
    qsi_cells cells;       /* of the levels that are held */
    double octave, finest; /* how many scales are tried in an octave, but none closer than that */
    double lowest;         /* the least scale */
    qsi_fitted fitted;
    qsi_scale_cost_points best;
    qsi_scale_sums bins[QSI_SCALE_POINTS + 2]; /* of a sweep */
} search;                                      /* too large for a stack */

/* Where clipping the values beyond costs as much as the best, or a little less: Newton's steps, from where the end
 * alone does. */
static double clipped_from(const search *s, double end, double side)
{
    double at = side * end - sqrt(s->best.cost);
    for (int step = 0; step < 4; step++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < s->n; i++) {
            double over = side * (double)s->x[i] - at;
            over = over > 0 ? over : 0;
            sum += over;
            squares += over * over;
        }
        if (!(squares > s->best.cost)) break;
        at += (squares - s->best.cost) / (2 * sum);
    }
    return side * at;
}

static void limit(search *s)
{
    s->least = clipped_from(s, s->lo, -1);
    s->largest = clipped_from(s, s->hi, 1);
}

/* Holds the levels about a zero point. */
static void hold(search *s, int32_t zero)
{
    qsi_spec unit = *s->spec;
    qsi_levels levels;
    unit.word[QSI_RANGE] = QSI_RANGE_GIVEN;
    unit.value[QSI_S] = 1;
    unit.value[QSI_Z] = zero;
    unit.given = 1U << QSI_S;
    if (!unit.format->family->levels(&unit, 0, 0, false, &levels)) qsi_cells_of(&levels, &s->cells);
}

/* The scale from which on levels reach from least to largest. */
static double reach(const search *s, double low, double least, double largest)
{
    double down = s->cells.first < 0 ? (low - least) / -s->cells.first : 0;
    return fmax(down, s->cells.last > 0 ? (largest - low) / s->cells.last : 0);
}

static bool sweep(search *s, double low, double top, double step, double points)
{
    /* a range goes no further out than by the data's width; one bound for both signs, by the larger one's */
    double out = qsi_range_rule_mirrored(s->spec) ? INFINITY : s->hi - s->lo;
    qsi_scales scales = {top, step, (size_t)points, s->lo - out, s->hi + out};
    return qsi_scale_costs(&s->cells, s->x, s->n, low, scales, s->fitted, s->bins, &s->best);
}

/* From one scale down to another, or to where too much is clipped. */
static void sweep_down(search *s, double low, double top, double bottom)
{
    enum { OCTAVES = 24 };
    int exponent;
    frexp(top, &exponent);
    for (int octave = 1; octave <= OCTAVES; octave++) {
        double base = ldexp(1, exponent - octave), step = fmax(base / s->octave, s->finest);
        double least = fmax(fmax(reach(s, low, s->least, s->largest), bottom), fmax(s->lowest, base));
        double from = (top - base) / step, to = (least - base) / step;
        if (!(least <= top)) return;
        from = s->fitted == QSI_AT_SCALES ? floor(from) : ceil(from);
        to = s->fitted == QSI_AT_SCALES ? ceil(to) : floor(to);
        if (to <= from && sweep(s, low, base + from * step, step, from - to)) limit(s);
        top = base;
    }
}

/* Ever more closely around the best, whose levels are held. */
static void settle(search *s)
{
    double wide = 2 * s->best.scale / s->octave, before = INFINITY;
    for (int turn = 0; turn < 3 && s->best.cost < before; turn++, wide /= 8) {
        before = s->best.cost;
        sweep(s, s->best.low, s->best.scale + wide, wide / 32, 64);
    }
}

/* ---- zero points */

/* Others than the one that clips least: but above the scale at which that one clips nothing, all are as good. */
static void search_zeros(search *s, int32_t first, int32_t last, int32_t zero)
{
    double top = reach(s, 0, s->lo, s->hi);
    for (int32_t k = 1; k <= last - first; k++)
        for (int32_t z = zero - k; z <= zero + k; z += 2 * k) {
            s->cells.first = first - z;
            s->cells.last = last - z;
            if (z < first || z > last || reach(s, 0, s->least, s->largest) > top) continue;
            hold(s, z);
            sweep_down(s, 0, top, 0);
        }
}

/* ---- lows */

enum { LOWS = 4 }; /* in a step */

static double stored(const search *s, double low)
{
    float as = qsi_as_stored(s->spec, (float)low);
    return isfinite(as) ? (double)as : s->lo;
}

/* The scale beyond which no low is likely to do as well: from what values cost by the best line at the most, as
 * that grows with the square of the scale or less, and by four standard deviations of how it varies. */
static double largest_scale(search *s)
{
    double most = 2 * reach(s, s->lo, s->lo, s->hi), varies = fmax(1 - 4 / sqrt((double)s->n), 0.0625);
    qsi_scale_cost_points line = {.cost = INFINITY};
    if (!qsi_scale_costs(&s->cells, s->x, s->n, s->lo, (qsi_scales){most, most, 0, -INFINITY, INFINITY},
                         QSI_FIT_LINE, s->bins, &line))
        return most;
    return most * sqrt(s->best.cost / (line.cost * varies));
}

/* A low close to the best may become the best once its line is settled. */
static void try_low(search *s, double low, double most)
{
    const double close = s->fitted == QSI_FIT_LINE ? 1.05 : 1;
    const qsi_scale_cost_points before = s->best;
    const double least = s->least, largest = s->largest;
    s->best.cost *= close;
    sweep_down(s, low, fmin(most, 2 * reach(s, low, s->lo, s->hi)), 0);
    if (s->fitted == QSI_FIT_LINE && s->best.cost < before.cost * close) settle(s);
    if (s->best.cost < before.cost) {
        limit(s);
    } else {
        s->best = before;
        s->least = least;
        s->largest = largest;
    }
}

/* Around the best, where sweeps do not fit the low themselves. */
static void settle_low(search *s, double step)
{
    for (int turn = 0; turn < 3; turn++, step /= 3) {
        qsi_scale_cost_points around = s->best;
        double wide = fmax(2 * around.scale / s->octave, 3 * step / s->steps);
        for (int k = -3; k <= 3; k++)
            sweep_down(s, stored(s, around.low + k * step), around.scale + wide, around.scale - wide);
    }
}

static void search_lows(search *s)
{
    double step = fmax((s->hi - s->lo) / s->steps, s->lowest) / LOWS;
    if (s->fitted == QSI_AT_SCALES) step = fmax(step, ldexp(1, ilogb(s->lo)) / s->octave); /* of stored lows */
    double most = largest_scale(s);
    for (int k = 1; k <= LOWS || s->lo + k * step < s->least; k++) {
        if (k <= LOWS) try_low(s, stored(s, s->lo - k * step), most);
        if (s->lo + k * step < s->least) try_low(s, stored(s, s->lo + k * step), most);
    }
    if (s->fitted != QSI_FIT_LINE) settle_low(s, step / 2);
}

/* ---- all of it */

static qsi_range range_of(const search *s, double scale)
{
    double lo = s->best.low + scale * s->best.first, hi = s->best.low + scale * s->best.last;
    return qsi_range_rule_mirrored(s->spec) ? qsi_range_about_0((float)((hi - lo) / 2))
                                            : (qsi_range){(float)lo, (float)hi};
}

/* The range of less cost, as coding has it. */
static qsi_range cheaper(const search *s, qsi_range a, qsi_range b)
{
    double (*squared)(const qsi_spec *, float, float, const float *, size_t) = s->spec->format->family->squared;
    if (!isfinite(b.lo) || !isfinite(b.hi)) return a;
    return squared(s->spec, b.lo, b.hi, s->x, s->n) < squared(s->spec, a.lo, a.hi, s->x, s->n) ? b : a;
}

static void begin(search *s, const qsi_spec *spec, const float *x, size_t n)
{
    static const double octave[] = {[QSI_SCALE_F16] = 1024, [QSI_SCALE_BF16] = 128, [QSI_SCALE_E8M0] = 1};
    int scale = qsi_word(spec, QSI_SCALE), round = qsi_word(spec, QSI_ROUND);
    double lo = (double)x[0], hi = (double)x[0], levels = 1 << spec->format->code_bits;
    float least;
    for (size_t i = 1; i < n; i++) {
        lo = fmin(lo, (double)x[i]);
        hi = fmax(hi, (double)x[i]);
    }
    s->spec = spec;
    s->x = x;
    s->n = n;
    s->steps = levels - 1;
    s->lo = lo;
    s->hi = hi;
    s->cells.count = 0;
    s->least = s->largest = s->lowest = 0;
    bool line = qsi_word(spec, QSI_MAP) == QSI_MAP_OFFSET, nearest = round == QSI_EVEN || round == QSI_AWAY;
    s->fitted = scale != QSI_SCALE_F32 ? QSI_AT_SCALES
                : !nearest             ? QSI_ON_LEVELS
                : line                 ? QSI_FIT_LINE
                                       : QSI_FIT_SCALE;
    s->octave = scale != QSI_SCALE_F32 ? octave[scale] : nearest ? fmin(4 * levels, 1024) : 1024;
    s->finest = scale == QSI_SCALE_F16 ? 0x1p-24 : 0;
    if (!qsi_scale_stored(spec, 0x1p-149F, &least)) s->lowest = (double)least;
}

static qsi_range choose(search *s, const qsi_spec *spec, const float *x, size_t n, qsi_range data)
{
    const qsi_family *family = spec->format->family;
    bool affine = qsi_word(spec, QSI_MAP) == QSI_MAP_AFFINE, offset = qsi_word(spec, QSI_MAP) == QSI_MAP_OFFSET;
    int32_t first = 0, last = 0, zero = 0;
    qsi_affine own;
    while (family->from_range(spec, data.lo, data.hi, &own)) { /* its scale is none: there must be clipping */
        if (offset) return data;
        data = (qsi_range){data.lo / 2, data.hi / 2};
    }
    double cost = family->squared(spec, data.lo, data.hi, x, n);
    if (cost == 0) return data;
    begin(s, spec, x, n);
    if (affine) {
        s->lo = fmin(s->lo, 0), s->hi = fmax(s->hi, 0);
        qsi_affine_codes(spec, &first, &last);
        zero = first + (int32_t)nearbyint(-s->lo / (s->hi - s->lo) * s->steps);
    }
    hold(s, zero);
    s->best = (qsi_scale_cost_points){cost, (double)own.scale, (double)own.low, s->cells.first, s->cells.last};
    limit(s);
    double low = offset ? stored(s, s->lo) : 0;
    sweep_down(s, low, 2 * reach(s, low, s->lo, s->hi), 0);
    if (affine && s->lo < 0 && s->hi > 0) search_zeros(s, first, last, zero);
    if (offset) search_lows(s);
    if (affine) hold(s, first - (int32_t)s->best.first);
    if (s->fitted != QSI_AT_SCALES) settle(s);
    data = cheaper(s, data, range_of(s, s->best.scale));
    /* toward zero a value may miss the level that it lies on by the rounding of float32 */
    return s->fitted == QSI_ON_LEVELS ? cheaper(s, data, range_of(s, s->best.scale * (1 - 0x1p-22))) : data;
}

int qsi_range_rule_mse(const qsi_spec *spec, const float *x, size_t n, qsi_range *range)
{
    search *s = qsi_array(1, sizeof *s);
    if (!s) return QS_E_MEMORY;
    *range = choose(s, spec, x, n, *range);
    qsi_array_free(s);
    return QS_OK;
}
