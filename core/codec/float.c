/* Family: float32, float16 and bfloat16 as they are, two or four bytes a value, little-endian. */
#include "codec/codec.h"

#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

static int layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    *out = (qsi_layout){.code_bytes = dim * spec->format->code_bits / 8};
    out->row_bytes = out->code_bytes;
    return QS_OK;
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    (void)first_row;
    size_t n = nrows * codec->dim;
    switch (codec->spec.format->exponent_bits * 100 + codec->spec.format->mantissa_bits) {
    case 510: qsi_kernels_now()->f16_encode(rows, n, codes); break;
    case 807: qsi_kernels_now()->bf16_encode(rows, n, codes); break;
    default: memcpy(codes, rows, n * sizeof *rows);
    }
    return QS_OK;
}

static int decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    size_t n = nrows * codec->dim;
    switch (codec->spec.format->exponent_bits * 100 + codec->spec.format->mantissa_bits) {
    case 510: qsi_kernels_now()->f16_decode(codes, n, rows); break;
    case 807: qsi_kernels_now()->bf16_decode(codes, n, rows); break;
    default: memcpy(rows, codes, n * sizeof *rows);
    }
    return QS_OK;
}

/* Clipped: finite values whose code is infinity. */
static int audit(const qs_codec *codec, const float *rows, const uint8_t *codes, size_t nrows, qsi_audit *audit)
{
    if (codec->spec.format->code_bits == 32) return QS_OK;
    uint32_t infinity = codec->spec.format->exponent_bits == 5 ? 0x7c00 : 0x7f80;
    for (size_t i = 0; i < nrows * codec->dim; i++) {
        uint32_t code = (uint32_t)codes[2 * i] | (uint32_t)codes[2 * i + 1] << 8;
        audit->clipped += (code & 0x7fff) == infinity && isfinite(rows[i]);
    }
    return QS_OK;
}

static qsi_role role(const qs_codec *codec, size_t bit)
{
    size_t bits = codec->spec.format->code_bits;
    return (qsi_role){QSI_ROLE_CODE, (uint16_t)(bit / bits), (uint8_t)(bit % bits)};
}

const qsi_family qsi_family_float = {.name = "float",
                                     .audits_clipped = true,
                                     .layout = layout,
                                     .encode = encode,
                                     .decode = decode,
                                     .audit = audit,
                                     .role = role};
