/*
 * HQQ (Badri and Shaji 2023, Half-quadratic quantization): a float zero is fitted for each group, which errors that
 * stand out do not pull.
 *
 *   S = (2^b - 1) / (max - min), at most 2e4;  Z = -min * S at first; then 20 times, or until mean |W - R| rises:
 *   Q = clamp(even(W * S + Z)), R = (Q - Z) / S, d = W - R
 *   E = sign(d) * max(0, |d| - |d|^(p - 1) / beta), p = 0.7, beta = 10 and then 1.01 times as much each time
 *   Z = mean over the group of Q - (W - E) * S
 *
 * The mean is over the whole matrix, and the Z of the least one stays. Stored as map=offset is.
 */
#include "net/rounding.h"

#include "base/size.h"
#include "base/status.h"
#include "codec/scaled.h"
#include "net/smooth.h"

#include <math.h>
#include <string.h>

enum { ROUNDS = 20 };

typedef struct group {
    double s, z, best;
} group;

static double most_code(const qsi_rounding_work *work)
{
    return (double)((1U << work->spec->format->code_bits) - 1);
}

static void begin_group(const float *w, size_t n, double most, group *g)
{
    double lo = (double)w[0], hi = (double)w[0];
    for (size_t i = 1; i < n; i++) {
        lo = fmin(lo, (double)w[i]);
        hi = fmax(hi, (double)w[i]);
    }
    g->s = fmin(hi > lo ? most / (hi - lo) : 2e4, 2e4);
    g->z = g->best = -lo * g->s;
}

static double code(const group *g, double z, double most, double w)
{
    return fmin(fmax(nearbyint(w * g->s + z), 0), most);
}

/* One round over a group: the sum of |W - R| with the zero as it is; next: the zero after it. */
static double round_group(const float *w, size_t n, double most, double beta, group *g, double *next)
{
    const double p = 0.7;
    double sum = 0, errors = 0;
    for (size_t i = 0; i < n; i++) {
        double q = code(g, g->z, most, (double)w[i]), d = (double)w[i] - (q - g->z) / g->s, size = fabs(d);
        double kept = size > 0 ? fmax(0, size - qsi_power(size, p - 1) / beta) : 0;
        errors += size;
        sum += q - ((double)w[i] - (d < 0 ? -kept : kept)) * g->s;
    }
    *next = sum / (double)n;
    return errors;
}

static size_t group_length(const qsi_cut *cut, size_t dim, size_t at)
{
    size_t begin = at % cut->groups * cut->length;
    return dim - begin < cut->length ? dim - begin : cut->length;
}

static const float *group_begin(const qsi_rounding_work *work, const qsi_cut *cut, size_t at)
{
    return work->w + at / cut->groups * work->dim + at % cut->groups * cut->length;
}

static void fit_zeros(qsi_rounding_work *work, const qsi_cut *cut, group *groups, double *next)
{
    double beta = 10, least = INFINITY, most = most_code(work);
    size_t count = work->rows * cut->groups;
    for (int round = 0; round < ROUNDS; round++, beta *= 1.01) {
        double errors = 0;
        for (size_t g = 0; g < count; g++)
            errors += round_group(group_begin(work, cut, g), group_length(cut, work->dim, g), most, beta,
                                  &groups[g], &next[g]);
        if (!(errors < least)) return;
        least = errors;
        work->rounds = round + 1;
        for (size_t g = 0; g < count; g++) {
            groups[g].best = groups[g].z;
            groups[g].z = next[g];
        }
    }
}

static void decode(const qsi_rounding_work *work, const qsi_cut *cut, const group *groups)
{
    double most = most_code(work);
    for (size_t g = 0; g < work->rows * cut->groups; g++) {
        const float *w = group_begin(work, cut, g);
        float *decoded = work->decoded + (w - work->w);
        for (size_t i = 0; i < group_length(cut, work->dim, g); i++)
            decoded[i] =
                (float)((code(&groups[g], groups[g].best, most, (double)w[i]) - groups[g].best) / groups[g].s);
    }
}

static int round_weights(qsi_rounding_work *work)
{
    int per = qsi_word(work->spec, QSI_PER);
    if (per != QSI_PER_ROW && per != QSI_PER_BLOCK)
        return qsi_fail_option("w", "hqq fits a zero for each row or block: per=row or per=block");
    qsi_cut cut = qsi_cut_row(work->spec, work->dim);
    size_t count = work->rows * cut.groups;
    group *groups = qsi_array(count, sizeof *groups);
    double *next = qsi_array(count, sizeof *next);
    int status = groups && next ? QS_OK : QS_E_MEMORY;
    if (!status) {
        for (size_t g = 0; g < count; g++)
            begin_group(group_begin(work, &cut, g), group_length(&cut, work->dim, g), most_code(work), &groups[g]);
        fit_zeros(work, &cut, groups, next);
        decode(work, &cut, groups);
    }
    for (size_t o = 0; o < work->rows; o++) work->scale[o] = NAN;
    qsi_array_free(groups);
    qsi_array_free(next);
    return status;
}

const qsi_rounding qsi_rounding_hqq = {"hqq", false, round_weights};
