/* What a rule chooses for one scale: the parameters that a range gives, and their cost on a histogram. */
#include "calibrate/calibrate.h"

#include "codec/affine.h"

#include <math.h>

static qsi_range as_mapped(const qsi_spec *spec, qsi_range range)
{
    float largest = fmaxf(fabsf(range.lo), fabsf(range.hi));
    switch (qsi_word(spec, QSI_MAP)) {
    case QSI_MAP_SYM: return qsi_range_about_0(largest);
    case QSI_MAP_AFFINE: return (qsi_range){fminf(range.lo, 0), fmaxf(range.hi, 0)};
    default: return range;
    }
}

qsi_spec qsi_calibrate_rule(const qsi_spec *spec, int rule)
{
    qsi_spec by = *spec;
    by.word[QSI_RANGE] = rule;
    if (rule != QSI_RANGE_GIVEN) by.given &= ~(1U << QSI_LO | 1U << QSI_HI | 1U << QSI_S | 1U << QSI_Z);
    return by;
}

int qsi_calibrate_params(const qsi_spec *spec, qsi_range range, qsi_range_choice *choice)
{
    const qsi_family *family = spec->format->family;
    qsi_affine a;
    qsi_levels levels;
    if (qsi_word(spec, QSI_RANGE) == QSI_RANGE_GIVEN && spec->given >> QSI_LO & 1)
        range = (qsi_range){(float)spec->value[QSI_LO], (float)spec->value[QSI_HI]};
    range = as_mapped(spec, range);
    int status = family->from_range(spec, range.lo, range.hi, &a);
    if (!status && spec->given >> QSI_S & 1) {
        status = family->levels(spec, range.lo, range.hi, false, &levels);
        if (!status) range = (qsi_range){(float)levels.at[0], (float)levels.at[levels.count - 1]};
    }
    *choice = (qsi_range_choice){.range = range, .scale = a.scale, .low = a.low, .zero = a.zero};
    return status;
}

int qsi_calibrate_choice(const qsi_spec *spec, qsi_range range, const qsi_cdf *cdf, qsi_range_choice *choice)
{
    qsi_cost cost;
    int status = qsi_calibrate_params(spec, range, choice);
    if (!status)
        status = spec->format->family->cost(spec, choice->range.lo, choice->range.hi, true, cdf, INFINITY, &cost);
    if (status) return status;
    choice->split = (qsi_split){cost.rounding, cost.clipping, cost.clipped, cost.bias};
    return QS_OK;
}

int qsi_calibrate_group(const qs_range *r, const qsi_spec *spec, size_t group, qsi_range range, const qsi_cdf *cdf,
                        qsi_range_choice *choice)
{
    int status = qsi_calibrate_choice(spec, range, cdf, choice);
    if (!status && r->outlier_cost) qsi_outlier_cost_add(r->outlier_cost, group, &choice->split);
    return status;
}
