/* The family of blocks, as block.h says: rows cut into blocks that stand alone, coded by the format's coder. */
#include "codec/block.h"

#include "base/size.h"
#include "base/status.h"
#include "codec/codec.h"

#include <math.h>
#include <string.h>

static size_t count_blocks(const qsi_spec *spec, size_t dim)
{
    return (dim + spec->format->block - 1) / spec->format->block;
}

/* Of a block's bytes those of codes are computed, so that what a short last block leaves unused is known. */
static int layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    const qsi_format *f = spec->format;
    size_t blocks = count_blocks(spec, dim), scales = f->scale_bits / 8, zeros = f->zero_bits / 8;
    *out = (qsi_layout){.scale_bytes = blocks * scales, .zero_bytes = blocks * zeros};
    size_t codes = blocks * (f->coder->bytes - scales - zeros);
    out->code_bytes = (size_t)ceil((double)dim * (double)codes / (double)(blocks * f->block));
    out->padding_bytes = codes - out->code_bytes;
    out->row_bytes = blocks * f->coder->bytes;
    out->params_bytes = f->coder->shared_scale ? sizeof(float) : 0;
    return QS_OK;
}

static void params(const qsi_spec *spec, size_t dim, qsi_param out[QSI_PARAMS])
{
    (void)dim;
    if (spec->format->coder->shared_scale) out[0] = (qsi_param){.name = "scale", .count = 1};
}

static qsi_statistic needs(const qsi_spec *spec)
{
    return spec->format->coder->shared_scale ? QSI_EXTREMES : QSI_NOTHING;
}

static int fit(qs_codec *codec, const qsi_observer *seen)
{
    const qsi_block_coder *coder = codec->spec.format->coder;
    if (!coder->shared_scale) return QS_OK;
    const float *lo = qsi_observer_lo(seen), *hi = qsi_observer_hi(seen);
    codec->params[0].values = qsi_array(1, sizeof(float));
    if (!codec->params[0].values) return QS_E_MEMORY;
    codec->params[0].values[0] = coder->shared(lo ? lo[0] : -1, hi ? hi[0] : 1);
    return QS_OK;
}

static int ready(qs_codec *codec)
{
    if (!codec->params[0].name) return QS_OK;
    float scale = codec->params[0].values[0];
    if (isfinite(scale) && scale >= 0) return QS_OK;
    return qsi_fail(QS_E_DATA, "params: scale is %.9g; it is finite and not negative", (double)scale);
}

static float shared_scale(const qs_codec *codec)
{
    return codec->params[0].name ? codec->params[0].values[0] : 1;
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    const qsi_format *f = codec->spec.format;
    void (*fast)(const float *, size_t, uint8_t *) = qsi_kernels_now()->blocks[f->coder->fast].encode;
    int status = qsi_check_finite(first_row, rows, nrows, codec->dim);
    if (status) return status;
    float *padded = qsi_array_zero(f->block, sizeof *padded);
    if (!padded) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        size_t whole = fast ? codec->dim / f->block : 0;
        if (fast) fast(rows + r * codec->dim, whole, codes);
        codes += whole * f->coder->bytes;
        for (size_t d = whole * f->block; d < codec->dim; d += f->block, codes += f->coder->bytes) {
            const float *x = rows + r * codec->dim + d;
            if (codec->dim - d < f->block) {
                memset(padded, 0, f->block * sizeof *padded);
                memcpy(padded, x, (codec->dim - d) * sizeof *x);
                x = padded;
            }
            f->coder->encode(x, shared_scale(codec), codes);
        }
    }
    qsi_array_free(padded);
    return QS_OK;
}

static int decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    const qsi_format *f = codec->spec.format;
    void (*fast)(const uint8_t *, size_t, float *) = qsi_kernels_now()->blocks[f->coder->fast].decode;
    float *padded = qsi_array(f->block, sizeof *padded);
    if (!padded) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        size_t whole = fast ? codec->dim / f->block : 0;
        if (fast) fast(codes, whole, rows + r * codec->dim);
        codes += whole * f->coder->bytes;
        for (size_t d = whole * f->block; d < codec->dim; d += f->block, codes += f->coder->bytes) {
            size_t n = codec->dim - d < f->block ? codec->dim - d : f->block;
            float *x = rows + r * codec->dim + d;
            f->coder->decode(codes, shared_scale(codec), n < f->block ? padded : x);
            if (n < f->block) memcpy(x, padded, n * sizeof *x);
        }
    }
    qsi_array_free(padded);
    return QS_OK;
}

/* Indices count on through the row: values by block, groups by group, the numbers of a whole block by one. */
static qsi_role role(const qs_codec *codec, size_t bit)
{
    const qsi_format *f = codec->spec.format;
    size_t bits = f->coder->bytes * 8, block = bit / bits, in_block = 1;
    qsi_role r = f->coder->role(bit % bits);
    if (r.kind == QSI_ROLE_CODE || r.kind == QSI_ROLE_CODES) in_block = f->block;
    if ((r.kind == QSI_ROLE_SCALE || r.kind == QSI_ROLE_LOW) && f->coder->groups) in_block = f->coder->groups;
    r.index = (uint16_t)(r.index + block * in_block);
    return r;
}

const qsi_family qsi_family_block = {.name = "block",
                                     .layout = layout,
                                     .params = params,
                                     .needs = needs,
                                     .fit = fit,
                                     .ready = ready,
                                     .encode = encode,
                                     .decode = decode,
                                     .role = role};
