/*
 * What a rounding mode costs: the squared error of the values that are not clipped, over that of an error spread
 * evenly over a step from level to level, step^2 / 12 each.
 *
 *   even, away   the error lies evenly from -step / 2 to step / 2                  factor 1
 *   trunc        from 0 to a step towards 0                                        4
 *   stochastic   up or down by chance, d (step - d) for a value d above a level    2
 *
 * That is what theory says of values spread evenly over each step; the factor is that of the data. Scales whose
 * values spread over less than half a step tell nothing of it and are left out; where all are, there is none.
 */
#include "calibrate/calibrate.h"

#include "base/size.h"
#include "base/status.h"
#include "codec/integer/integer.h"

#include <math.h>

static const double theory[QSI_ROUNDS] = {[QSI_EVEN] = 1, [QSI_AWAY] = 1, [QSI_TRUNC] = 4, [QSI_STOCHASTIC] = 2};

bool qsi_rounding_apply(const qsi_spec *spec)
{
    return qsi_format_option(spec->format, QSI_ROUND) && !qsi_is_pow2(spec);
}

static bool spreads(double least, double greatest, double step)
{
    return greatest - least >= step / 2;
}

int qsi_rounding_add(qsi_rounding *rounds, const qsi_spec *spec, qsi_range range, const qsi_cdf *cdf)
{
    qsi_spec tried = *spec;
    qsi_cost cost;
    for (int round = QSI_EVEN; round < QSI_ROUNDS; round++) {
        tried.word[QSI_ROUND] = round;
        int status = spec->format->family->cost(&tried, range.lo, range.hi, true, cdf, INFINITY, &cost);
        if (status) return status;
        double step = cost.step;
        if (!spreads((double)cdf->h->min, (double)cdf->h->max, step)) continue;
        rounds->error[round] += cost.rounding;
        rounds->even[round] += (qsi_cdf_total(cdf) - cost.clipped) * step * step / 12;
    }
    return QS_OK;
}

/* The steps of a row's scales, and its errors on them; marks: 1 for what is clipped or is an outlier. */
static void add_row(const qs_codec *codec, const float *x, const float *decoded, const uint8_t *row,
                    const uint8_t *marks, double *error, double *even)
{
    qsi_cut c = qsi_cut_row(&codec->spec, codec->dim);
    for (size_t g = 0; g < c.groups; g++) {
        qsi_affine a;
        qsi_group_get(codec, row, g, c.groups, &a);
        double step = (double)a.scale, at = 0, least = INFINITY, greatest = -INFINITY;
        size_t begin = g * c.length, end = begin + c.length < codec->dim ? begin + c.length : codec->dim;
        for (size_t i = begin; i < end; i++) {
            if (marks[i]) continue;
            least = fmin(least, (double)x[i]);
            greatest = fmax(greatest, (double)x[i]);
        }
        for (size_t i = begin; i < end && spreads(least, greatest, step); i++) {
            if (marks[i]) continue;
            at = (double)decoded[i] - (double)x[i];
            *error += at * at;
            *even += step * step / 12;
        }
    }
}

int qsi_rounding_measure(const qs_codec *codec, double first_row, const float *rows, size_t nrows, double *error,
                         double *even)
{
    size_t dim = codec->dim, row_bytes = codec->layout.row_bytes;
    uint8_t *codes = qsi_array(nrows, row_bytes), *clipped = qsi_array_zero(nrows, dim), *kept = qsi_array(dim, 1);
    float *decoded = qsi_array(nrows, dim * sizeof *decoded);
    qsi_clipping clipping = {0};
    qsi_outer_levels outer;
    int status = qsi_outer_levels_open(&outer, codec);
    if (!status) status = codes && clipped && kept && decoded ? QS_OK : QS_E_MEMORY;
    if (!status) status = qsi_calibrate_encode(codec, first_row, rows, nrows, codes);
    if (!status) status = qs_codec_decode(codec, codes, nrows, decoded);
    if (!status) status = qsi_outer_levels_clipped(&outer, rows, codes, decoded, nrows, clipped, &clipping);
    for (size_t r = 0; r < nrows && !status; r++) {
        status = qsi_outliers_marked(codec, codes + r * row_bytes, kept);
        for (size_t i = 0; i < dim; i++) clipped[r * dim + i] |= kept[i];
        if (!status)
            add_row(codec, rows + r * dim, decoded + r * dim, codes + r * row_bytes, clipped + r * dim, error,
                    even);
    }
    qsi_outer_levels_close(&outer);
    qsi_array_free(codes);
    qsi_array_free(clipped);
    qsi_array_free(kept);
    qsi_array_free(decoded);
    return status;
}

void qsi_rounding_json(const qsi_spec *spec, const qsi_rounding *rounds, qsi_json *json)
{
    qsi_json_key(json, "rounds");
    if (!qsi_rounding_apply(spec)) {
        qsi_json_null(json);
        return;
    }
    qsi_json_open(json, '[');
    for (int round = QSI_EVEN; round < QSI_ROUNDS; round++) {
        qsi_json_open(json, '{');
        qsi_json_key(json, "round");
        qsi_json_text(json, qsi_option_rows[QSI_ROUND].words[round]);
        qsi_json_key(json, "theory");
        qsi_json_figure(json, theory[round]);
        qsi_json_key(json, "factor");
        qsi_json_figure(json, rounds->even[round] > 0 ? rounds->error[round] / rounds->even[round] : NAN);
        qsi_json_close(json, '}');
    }
    qsi_json_close(json, ']');
}
