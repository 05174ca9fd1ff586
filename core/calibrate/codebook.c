/*
 * Formats whose levels are fitted to the data, in place of a range that a rule chooses: to a calibration there is
 * one choice, the codebook, which the family makes of each histogram as it does when it is fitted for coding.
 */
#include "calibrate/calibrate.h"

#include "codec/thresholds.h"

#include <math.h>

bool qsi_codebook_is_fitted(const qsi_format *format)
{
    return format->family->digest && !format->family->from_range;
}

/* A value half-way between two levels goes to the lower one, which the half-way point itself is still part of. */
static void read_levels(const float *codebook, size_t count, qsi_levels *levels)
{
    levels->count = count;
    levels->by_chance = false;
    for (size_t i = 0; i < count; i++) levels->at[i] = (double)codebook[i];
    qsi_levels_nearest(levels);
    for (size_t i = 0; i + 1 < count; i++)
        levels->threshold[i] = (double)qsi_float_next((float)levels->threshold[i], true);
}

int qsi_codebook_fit(qs_range *r, size_t group, const qsi_histogram *h, float *codebook, qsi_range_choice *choice)
{
    qsi_digest digest = {0};
    qsi_levels levels;
    qsi_cdf cdf;
    qsi_cost cost;
    r->shared.format->family->digest(&r->shared, &digest);
    int status = digest.take(&r->shared, group, h, codebook);
    if (!status) status = qsi_cdf_open(&cdf, h);
    if (status) return status;
    read_levels(codebook, digest.width, &levels);
    qsi_cdf_cost(&cdf, &levels, &cost);
    qsi_cdf_close(&cdf);
    *choice = (qsi_range_choice){.range = {codebook[0], codebook[digest.width - 1]},
                                 .scale = NAN,
                                 .split = {cost.rounding, cost.clipping, cost.clipped, cost.bias}};
    return QS_OK;
}

void qsi_codebook_levels(const qs_range *r, size_t group, qsi_levels *levels)
{
    read_levels(qsi_observer_digested(r->histograms) + group * r->levels, r->levels, levels);
}
