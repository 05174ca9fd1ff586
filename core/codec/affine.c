/* From a range to a scale and a zero point, as affine.h says. */
#include "codec/affine.h"

#include "base/bytes.h"
#include "base/status.h"
#include "format/minifloat.h"

#include <math.h>

static const size_t type_bytes[] = {
    [QSI_SCALE_F32] = 4, [QSI_SCALE_F16] = 2, [QSI_SCALE_BF16] = 2, [QSI_SCALE_E8M0] = 1};

size_t qsi_scale_bytes(const qsi_spec *spec)
{
    return type_bytes[qsi_word(spec, QSI_SCALE)];
}

const char *qsi_scale_stored_text(const qsi_spec *spec)
{
    static const char *const told[] = {[QSI_SCALE_F32] = NULL,
                                       [QSI_SCALE_F16] = "the nearest float16",
                                       [QSI_SCALE_BF16] = "the nearest bfloat16",
                                       [QSI_SCALE_E8M0] = "the power of two from there up"};
    return told[qsi_word(spec, QSI_SCALE)];
}

static const qsi_minifloat e8m0 = {QSI_E8M0_SPLIT};

/* The power of two from value up, which is not negative; 255 (NaN) past the last, and for a NaN. */
static uint8_t power_code(float value)
{
    if (isnan(value)) return 255;
    if (value <= 0x1p-127F) return 0;
    return (uint8_t)((qsi_float_bits(value) + 0x7fffff) >> 23);
}

void qsi_scales_put(const qsi_spec *spec, const float *values, size_t n, uint8_t *bytes)
{
    switch (qsi_word(spec, QSI_SCALE)) {
    case QSI_SCALE_F16: qsi_kernels_now()->f16_encode(values, n, bytes); break;
    case QSI_SCALE_BF16: qsi_kernels_now()->bf16_encode(values, n, bytes); break;
    case QSI_SCALE_E8M0:
        for (size_t i = 0; i < n; i++) bytes[i] = power_code(values[i]);
        break;
    default:
        for (size_t i = 0; i < n; i++) qsi_put_float(bytes + i * sizeof *values, values[i]);
    }
}

void qsi_scale_put(const qsi_spec *spec, float value, uint8_t *bytes)
{
    qsi_scales_put(spec, &value, 1, bytes);
}

void qsi_scales_get(const qsi_spec *spec, const uint8_t *bytes, size_t n, float *values)
{
    switch (qsi_word(spec, QSI_SCALE)) {
    case QSI_SCALE_F16: qsi_kernels_now()->f16_decode(bytes, n, values); break;
    case QSI_SCALE_BF16: qsi_kernels_now()->bf16_decode(bytes, n, values); break;
    case QSI_SCALE_E8M0:
        for (size_t i = 0; i < n; i++) values[i] = qsi_minifloat_value(&e8m0, bytes[i]);
        break;
    default:
        for (size_t i = 0; i < n; i++) values[i] = qsi_get_float(bytes + i * sizeof *values);
    }
}

float qsi_scale_get(const qsi_spec *spec, const uint8_t *bytes)
{
    float value;
    qsi_scales_get(spec, bytes, 1, &value);
    return value;
}

float qsi_as_stored(const qsi_spec *spec, float value)
{
    uint8_t bytes[4] = {0};
    if (qsi_word(spec, QSI_SCALE) == QSI_SCALE_F32) return value;
    qsi_scale_put(spec, value, bytes);
    return qsi_scale_get(spec, bytes);
}

#define HIGHEST_FLOOR 0x1p-23F /* no scale is raised beyond it */

/* The least scale above that of nothing but zeros. */
static float least(const qsi_spec *spec)
{
    return qsi_word(spec, QSI_SCALE) == QSI_SCALE_F16 ? 0x1p-24F : 0x1p-126F;
}

/* The floor that PyTorch's rules put under a scale, 0 for the others. */
static float rule_floor(const qsi_spec *spec)
{
    int map = qsi_word(spec, QSI_MAP);
    bool full = map == QSI_MAP_SYM && qsi_word(spec, QSI_LEVELS) == QSI_LEVELS_FULL;
    return map == QSI_MAP_AFFINE || full ? HIGHEST_FLOOR : 0;
}

bool qsi_affine_floored(const qsi_spec *spec, float scale)
{
    return scale > 0x1p-127F && (scale <= least(spec) || scale <= rule_floor(spec));
}

void qsi_affine_codes(const qsi_spec *spec, int32_t *qmin, int32_t *qmax)
{
    int32_t levels = 1 << spec->format->code_bits, half = levels / 2;
    int map = qsi_word(spec, QSI_MAP);
    bool from_zero =
        map == QSI_MAP_OFFSET || (map == QSI_MAP_AFFINE && qsi_word(spec, QSI_CODES) == QSI_CODES_UNSIGNED);
    *qmin = from_zero ? 0 : -half;
    *qmax = *qmin + levels - 1;
    if (map == QSI_MAP_SYM && qsi_word(spec, QSI_LEVELS) != QSI_LEVELS_FULL) *qmin = 1 - half;
}

double qsi_pow2_level(int32_t q, int32_t most)
{
    double size = q ? ldexp(1, (q < 0 ? -q : q) - most) : 0;
    return q < 0 ? -size : size;
}

static int fail_overflow(float lo, float hi)
{
    return qsi_fail(QS_E_DATA, "the range from %.9g to %.9g overflows float32; scale the data down first",
                    (double)lo, (double)hi);
}

int qsi_scales_stored(const qsi_spec *spec, float *scales, size_t n)
{
    enum { SOME = 16 };
    const float under = rule_floor(spec), lowest = least(spec);
    for (size_t some; n > 0; n -= some, scales += some) {
        uint8_t bytes[sizeof(float) * SOME];
        float wanted[SOME];
        some = n < SOME ? n : SOME;
        for (size_t i = 0; i < some; i++) wanted[i] = scales[i] >= 0 && scales[i] < under ? under : scales[i];
        qsi_scales_put(spec, wanted, some, bytes);
        qsi_scales_get(spec, bytes, some, scales);
        for (size_t i = 0; i < some; i++) {
            if (wanted[i] > 0 && scales[i] < lowest) scales[i] = lowest;
            if (isfinite(scales[i])) continue;
            return qsi_fail(QS_E_DATA, "a scale of %.9g does not fit its type; use scale=f32 or scale=bf16",
                            (double)wanted[i]);
        }
    }
    return QS_OK;
}

int qsi_scale_stored(const qsi_spec *spec, float scale, float *out)
{
    *out = scale;
    bool as_it_is = scale >= HIGHEST_FLOOR && isfinite(scale) && qsi_word(spec, QSI_SCALE) == QSI_SCALE_F32;
    return as_it_is ? QS_OK : qsi_scales_stored(spec, out, 1);
}

float qsi_sym_steps(const qsi_spec *spec)
{
    int32_t qmin, qmax;
    qsi_affine_codes(spec, &qmin, &qmax);
    bool full = qsi_word(spec, QSI_LEVELS) == QSI_LEVELS_FULL;
    return qsi_is_pow2(spec) ? 1 : full ? (float)(qmax - qmin) / 2 : (float)qmax;
}

int qsi_affine_from_range(const qsi_spec *spec, float lo, float hi, qsi_affine *out)
{
    int32_t qmin, qmax;
    int map = qsi_word(spec, QSI_MAP);
    *out = (qsi_affine){0};
    qsi_affine_codes(spec, &qmin, &qmax);
    if (qsi_word(spec, QSI_RANGE) == QSI_RANGE_GIVEN) {
        lo = (float)spec->value[QSI_LO];
        hi = (float)spec->value[QSI_HI];
        out->zero = (int32_t)spec->value[QSI_Z];
        if (spec->given >> QSI_S & 1) return qsi_scale_stored(spec, (float)spec->value[QSI_S], &out->scale);
    }
    float levels = (float)((1 << spec->format->code_bits) - 1);
    if (map == QSI_MAP_SYM) {
        float absmax = fmaxf(fabsf(lo), fabsf(hi));
        return qsi_scale_stored(spec, absmax / qsi_sym_steps(spec), &out->scale);
    }
    if (map == QSI_MAP_AFFINE) {
        lo = fminf(lo, 0);
        hi = fmaxf(hi, 0);
    }
    if (!isfinite(hi - lo)) return fail_overflow(lo, hi);
    int status = qsi_scale_stored(spec, (hi - lo) / levels, &out->scale);
    if (status) return status;
    if (map == QSI_MAP_AFFINE) {
        float zero = (float)qmin - nearbyintf(lo / out->scale);
        out->zero = (int32_t)fminf(fmaxf(zero, (float)qmin), (float)qmax);
    } else {
        out->low = qsi_as_stored(spec, lo);
        if (!isfinite(out->low)) return fail_overflow(lo, hi);
    }
    return QS_OK;
}
