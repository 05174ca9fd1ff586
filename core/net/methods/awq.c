/*
 * AWQ (Lin et al. 2023): weights of inputs that are large on average are scaled up before they are rounded, and
 * down after, so that they lose less.
 *
 *   a_j = mean |x_j|;  for r = 0, 0.05, ... 0.95: s = max(a^r, 1e-4), s /= sqrt(max s * min s)
 *   W' = code(W * s) / s; the r of least output error on the calibration rows stays, of equals the smaller
 *
 * An input that is 0 in every sample has s = 1 and no part in max s and min s.
 */
#include "net/rounding.h"

#include "base/size.h"
#include "net/net.h"
#include "net/smooth.h"

#include <math.h>
#include <string.h>

enum { STEPS = 20 };

static void mean_sizes(const qsi_rounding_work *work, double *sizes)
{
    for (size_t j = 0; j < work->dim; j++) sizes[j] = 0;
    for (size_t i = 0; i < work->n; i++)
        for (size_t j = 0; j < work->dim; j++) sizes[j] += fabs((double)work->x[i * work->dim + j]);
    for (size_t j = 0; j < work->dim; j++) sizes[j] /= (double)work->n;
}

static void scales_of(const double *sizes, const bool *dead, size_t dim, double r, float *s)
{
    double most = 0, least = INFINITY;
    for (size_t j = 0; j < dim; j++) {
        if (dead[j]) continue;
        double v = fmax(qsi_power(sizes[j], r), 1e-4);
        s[j] = (float)v;
        most = fmax(most, v);
        least = fmin(least, v);
    }
    double middle = sqrt(most * least);
    for (size_t j = 0; j < dim; j++) s[j] = dead[j] ? 1 : (float)((double)s[j] / middle);
}

/* W * s coded, divided by s. */
static int try_scales(const qsi_rounding_work *work, const float *s, float *scaled, float *decoded)
{
    size_t dim = work->dim;
    for (size_t k = 0; k < work->rows * dim; k++) scaled[k] = work->w[k] * s[k % dim];
    int status = qsi_weights_code(work->spec, scaled, work->rows, dim, decoded, NULL, NULL, NULL);
    for (size_t k = 0; k < work->rows * dim; k++) decoded[k] /= s[k % dim];
    return status;
}

static int search(qsi_rounding_work *work, const double *sizes, const bool *dead, float *s, float *scaled,
                  float *decoded)
{
    double least = INFINITY;
    int status = QS_OK;
    for (int step = 0; step < STEPS && !status; step++) {
        double error = 0, r = step / (double)STEPS;
        scales_of(sizes, dead, work->dim, r, s);
        status = try_scales(work, s, scaled, decoded);
        if (!status) status = qsi_output_error(work->x, work->n, decoded, work->w, work->rows, work->dim, &error);
        if (status || !(error < least)) continue;
        least = error;
        work->power = r;
        memcpy(work->decoded, decoded, work->rows * work->dim * sizeof *decoded);
    }
    return status;
}

static int round_weights(qsi_rounding_work *work)
{
    size_t values = work->rows * work->dim;
    double *sizes = qsi_array(work->dim, sizeof *sizes);
    bool *dead = qsi_array(work->dim, sizeof *dead);
    float *s = qsi_array(work->dim, sizeof *s), *scaled = qsi_array(values, sizeof *scaled);
    float *decoded = qsi_array(values, sizeof *decoded);
    int status = sizes && dead && s && scaled && decoded ? QS_OK : QS_E_MEMORY;
    if (!status) {
        work->dead = qsi_dead_columns(work->x, work->n, work->dim, dead);
        mean_sizes(work, sizes);
        status = search(work, sizes, dead, s, scaled, decoded);
    }
    for (size_t o = 0; o < work->rows; o++) work->scale[o] = NAN;
    qsi_array_free(sizes);
    qsi_array_free(dead);
    qsi_array_free(s);
    qsi_array_free(scaled);
    qsi_array_free(decoded);
    return status;
}

const qsi_rounding qsi_rounding_awq = {"awq", true, round_weights};
