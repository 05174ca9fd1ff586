/* What each rule chooses for values that share one scale, as a row or a block does while it is coded. */
#include "calibrate/calibrate.h"

#include "base/status.h"

#include <math.h>

static int find_extremes(const float *x, size_t n, qsi_range *range)
{
    *range = (qsi_range){x[0], x[0]};
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i])) return qsi_fail_cell(0, (double)i, "column %zu is not finite", i);
        range->lo = fminf(range->lo, x[i]);
        range->hi = fmaxf(range->hi, x[i]);
    }
    return QS_OK;
}

size_t qs_range_own_json(const char *text, const float *values, size_t n, char *dst, size_t cap)
{
    qsi_spec spec;
    qsi_range data;
    qsi_json json = qsi_json_start(dst, cap);
    if (qsi_spec_parse(text, &spec) || qsi_check_dim((double)n) || find_extremes(values, n, &data)) return 0;
    if (!qsi_format_offer(spec.format, QSI_RANGE)) {
        qsi_fail_option("range", "%s has no range to choose", text);
        return 0;
    }
    if (qsi_choose_mirrored(&spec)) {
        data.hi = fmaxf(-data.lo, data.hi);
        data.lo = -data.hi;
    }
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "rules");
    qsi_json_open(&json, '[');
    for (int rule = QSI_RANGE_MINMAX; rule < QSI_RANGE_GIVEN; rule++) {
        qsi_range range = data;
        if (rule == QSI_RANGE_KL) continue;
        spec.value[QSI_RANGE] = rule;
        if (qsi_choose_own(&spec, values, n, &range)) return 0;
        qsi_json_open(&json, '{');
        qsi_json_key(&json, "range");
        qsi_json_text(&json, qsi_option_rows[QSI_RANGE].words[rule]);
        qsi_json_key(&json, "lo");
        qsi_json_exact(&json, range.lo);
        qsi_json_key(&json, "hi");
        qsi_json_exact(&json, range.hi);
        qsi_json_close(&json, '}');
    }
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
