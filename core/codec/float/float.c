/* Family: float32, float16 and bfloat16 as they are, two or four bytes a value, little-endian. */
#include "codec/codec.h"

#include "kernels/kernels.h"

#include <string.h>

static int layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    *out = (qsi_layout){.code_bytes = dim * spec->format->code_bits / 8};
    out->row_bytes = out->code_bytes;
    return QS_OK;
}

/* Of the floats of two bytes, bfloat16 is the one with the exponent of float32. */
static bool is_upper_half(const qsi_format *format)
{
    return format->exponent_bits == 8;
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    size_t n = nrows * codec->dim;
    (void)first_row;
    if (codec->spec.format->code_bits == 32)
        memcpy(codes, rows, n * sizeof *rows);
    else
        (is_upper_half(codec->spec.format) ? kernels->bf16_encode : kernels->f16_encode)(rows, n, codes);
    return QS_OK;
}

static int decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    size_t n = nrows * codec->dim;
    if (codec->spec.format->code_bits == 32)
        memcpy(rows, codes, n * sizeof *rows);
    else
        (is_upper_half(codec->spec.format) ? kernels->bf16_decode : kernels->f16_decode)(codes, n, rows);
    return QS_OK;
}

static qsi_role role(const qs_codec *codec, size_t bit)
{
    size_t bits = codec->spec.format->code_bits;
    return (qsi_role){QSI_ROLE_CODE, (uint16_t)(bit / bits), (uint8_t)(bit % bits)};
}

static qsi_number number(const qs_codec *codec, qsi_role_kind kind)
{
    (void)kind;
    return (qsi_number){.as = codec->spec.format->name};
}

const qsi_family qsi_family_float = {QSI_FAMILY("float"), .formula = "q", .whole = true};
