/* The family of blocks, as block.h says: rows cut into blocks that stand alone, coded by the format's coder. */
#include "codec/block.h"

#include "base/size.h"
#include "base/status.h"
#include "codec/codec.h"
#include "range/finite.h"

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

bool qsi_blocks_encode(const qsi_spec *spec, const float *x, size_t n, float scale, uint8_t *blocks)
{
    const qsi_format *f = spec->format;
    const qsi_block_coder *coder = f->coder;
    size_t most = (coder->most_encoded ? coder->most_encoded : QSI_RUN) / f->block;
    if (coder->shape) return qsi_kernels_now()->blocks_encode(coder->shape, x, n, blocks);
    for (size_t k; n > 0; n -= k, x += k * f->block, blocks += k * coder->bytes) {
        k = n < most ? n : most;
        bool finite = coder->encode_by ? coder->encode_by(qsi_word(spec, QSI_EXPONENT), x, k, scale, blocks)
                                       : coder->encode(x, k, scale, blocks);
        if (!finite) return false;
    }
    return true;
}

void qsi_blocks_decode(const qsi_format *f, const uint8_t *blocks, size_t n, float scale, float *x)
{
    const qsi_block_coder *coder = f->coder;
    size_t most = QSI_RUN / f->block;
    for (size_t k; n > 0; n -= k, x += k * f->block, blocks += k * coder->bytes) {
        k = n < most ? n : most;
        if (coder->shape)
            qsi_kernels_now()->blocks_decode(coder->shape, blocks, k, x);
        else
            coder->decode(blocks, k, scale, x);
    }
}

/* Rows of whole blocks are one long row. */
static void long_row(const qsi_format *f, size_t *nrows, size_t *dim)
{
    if (*dim % f->block) return;
    *dim *= *nrows;
    *nrows = 1;
}

/* Where rows end within a block they are padded with zeros, as many side by side as there is room for: coders are
 * quick with many blocks. Of a row that is too long for that the last block alone is. */
enum { PADDED = 2 * QSI_RUN };
typedef struct pad {
    size_t from, length; /* the first value of a row that is padded, and how many there are then */
    size_t rows;         /* at a time */
} pad;

static pad pad_of(const qsi_format *f, size_t dim)
{
    size_t rest = dim % f->block, row = dim - rest + (rest ? f->block : 0);
    if (rest && row <= PADDED) return (pad){.length = row, .rows = PADDED / row};
    return (pad){.from = dim - rest, .length = rest ? f->block : 0, .rows = 1};
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    const qsi_format *f = codec->spec.format;
    size_t dim = codec->dim, count = nrows, bytes = f->coder->bytes;
    const float *x = rows;
    bool finite = true;
    float padded[PADDED], scale = shared_scale(codec);
    long_row(f, &count, &dim);
    pad p = pad_of(f, dim);
    for (size_t r = 0, some; r < count && finite; r += some, x += some * dim) {
        some = count - r < p.rows ? count - r : p.rows;
        finite = qsi_blocks_encode(&codec->spec, x, p.from / f->block, scale, codes);
        codes += p.from / f->block * bytes;
        for (size_t k = 0; k < some * (p.length > 0); k++) {
            float *to = padded + k * p.length;
            memcpy(to, x + k * dim + p.from, (dim - p.from) * sizeof *to);
            memset(to + dim - p.from, 0, (p.from + p.length - dim) * sizeof *to);
        }
        finite &= qsi_blocks_encode(&codec->spec, padded, some * p.length / f->block, scale, codes);
        codes += some * p.length / f->block * bytes;
    }
    return finite ? QS_OK : qsi_check_finite(first_row, rows, nrows, codec->dim);
}

static int decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    const qsi_format *f = codec->spec.format;
    size_t dim = codec->dim, bytes = f->coder->bytes;
    float padded[PADDED], scale = shared_scale(codec);
    long_row(f, &nrows, &dim);
    pad p = pad_of(f, dim);
    for (size_t r = 0, some; r < nrows; r += some, rows += some * dim) {
        some = nrows - r < p.rows ? nrows - r : p.rows;
        qsi_blocks_decode(f, codes, p.from / f->block, scale, rows);
        codes += p.from / f->block * bytes;
        qsi_blocks_decode(f, codes, some * p.length / f->block, scale, padded);
        codes += some * p.length / f->block * bytes;
        for (size_t k = 0; k < some; k++)
            memcpy(rows + k * dim + p.from, padded + k * p.length, (dim - p.from) * sizeof *rows);
    }
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

static const char *formula(const qsi_spec *spec)
{
    return spec->format->coder->formula;
}

static qsi_number number(const qs_codec *codec, qsi_role_kind kind)
{
    const qsi_format *f = codec->spec.format;
    if (kind == QSI_ROLE_SCALE) return f->coder->scale;
    if (kind == QSI_ROLE_LOW) return f->coder->low;
    if (kind != QSI_ROLE_CODE) return (qsi_number){.as = "f16"};
    return f->exponent_bits ? (qsi_number){.as = f->name} : f->coder->code;
}

static const qsi_digits *digits(const qs_codec *codec)
{
    return codec->spec.format->coder->digits;
}

const qsi_family qsi_family_block = {QSI_FAMILY("block"), .formula_of = formula, .params = params, .needs = needs,
                                     .fit = fit,          .ready = ready,        .digits = digits};
