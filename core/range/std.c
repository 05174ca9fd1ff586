/* Rule std: some standard deviations to either side of the mean. */
#include "range/rules.h"

#include <math.h>

qsi_range qsi_rule_std(double count, double sum, double squares, qsi_range data, double sd, bool mirrored)
{
    double mean = count > 0 ? sum / count : 0;
    double deviation = count > 0 ? sqrt(fmax(squares / count - mean * mean, 0)) : 0;
    double lo = fmax(mean - sd * deviation, (double)data.lo), hi = fmin(mean + sd * deviation, (double)data.hi);
    if (lo > hi) lo = hi = fmin(fmax(mean, (double)data.lo), (double)data.hi); /* rounding of a constant's sums */
    if (!mirrored) return (qsi_range){(float)lo, (float)hi};
    return qsi_range_about_0((float)fmax(fabs(lo), fabs(hi)));
}
