/* The public face of a codec: checks at the edge, then the family's functions. */
#include "codec/codec.h"

#include "base/rows.h"
#include "base/size.h"
#include "base/status.h"
#include "codec/transformed.h"
#include "codec/unit.h"
#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

int qsi_check_dim(double dim)
{
    if (dim >= 1 && dim <= QSI_DIM_MOST && floor(dim) == dim) return QS_OK;
    return qsi_fail_option("dim", "dim=%.15g: rows hold a whole number of values from 1 to %d", dim, QSI_DIM_MOST);
}

int qsi_codec_layout(const qsi_spec *spec, size_t dim, qsi_layout *layout)
{
    qsi_param params[QSI_TRANSFORM_PARAMS] = {{0}};
    size_t dims;
    int status = qsi_transformed_dims(spec, dim, &dims);
    if (!status) status = spec->format->family->layout(spec, dims, layout);
    if (!status) layout->params_bytes += qsi_transformed_params(spec, dim, params);
    return status;
}

qs_codec *qsi_codec_open(const qsi_spec *spec, size_t dim)
{
    size_t dims;
    if (qsi_check_dim((double)dim) || qsi_transformed_dims(spec, dim, &dims)) return NULL;
    qs_codec *codec = qsi_array_zero(1, sizeof *codec);
    if (!codec) return NULL;
    codec->spec = *spec;
    codec->family = spec->format->family;
    codec->dim = dims;
    codec->row_dim = dim;
    codec->metric = QSI_IP;
    if (codec->family->params) codec->family->params(spec, dims, codec->params);
    qsi_transformed_params(spec, dim, codec->transform_params);
    if (!qsi_codec_layout(spec, dim, &codec->layout)) return codec;
    qs_codec_close(codec);
    return NULL;
}

int qsi_codec_ready(qs_codec *codec)
{
    int status = qsi_transformed_ready(codec);
    return status || !codec->family->ready ? status : codec->family->ready(codec);
}

void qs_codec_close(qs_codec *codec)
{
    if (!codec) return;
    if (codec->derived && codec->family->close) codec->family->close(codec);
    qsi_array_free(codec->derived);
    if (codec->transform) qsi_transform_close(codec->transform);
    qsi_array_free(codec->transform);
    for (size_t p = 0; p < QSI_PARAMS; p++) qsi_array_free(codec->params[p].values);
    for (size_t p = 0; p < QSI_TRANSFORM_PARAMS; p++) qsi_array_free(codec->transform_params[p].values);
    qsi_array_free(codec);
}

const float *qsi_codec_param(const qs_codec *codec, const char *name)
{
    for (size_t p = 0; p < QSI_PARAMS && codec->params[p].name; p++)
        if (!strcmp(codec->params[p].name, name)) return codec->params[p].values;
    return NULL;
}

size_t qs_codec_dim(const qs_codec *codec)
{
    return codec->row_dim;
}
size_t qs_codec_row_bytes(const qs_codec *codec)
{
    return codec->layout.row_bytes;
}

/*
 * Rows go through a family in pieces that stay in the first cache, so that a family may pass over its rows more
 * than once; one that does not takes all at once. Large outputs go past the caches, as they would not be found
 * there any more: a piece is made in memory of its own, whose whole lines of 64 bytes are copied on, unless the
 * kernels of a family see to that.
 */
enum { PIECE_BYTES = 1 << 15, STREAM_IN_BYTES = 1 << 14, STREAM_OUT_BYTES = 1 << 12, LINE = 64 };
enum { PARALLEL_BYTES = 1 << 22 };

typedef struct output {
    size_t rows;    /* of a piece */
    size_t row;     /* bytes of a row */
    uint8_t *to;    /* where the next bytes belong */
    uint8_t *held;  /* bytes to be copied to there; NULL: all goes where it belongs at once */
    size_t waiting; /* of them, left from the piece before */
} output;

/* least: pieces have as many rows, or a multiple, as long as those are no more than BESIDE_BYTES. */
static int output_open(output *o, const qs_codec *codec, size_t least, size_t in_row, size_t out_row, size_t nrows,
                       void *to)
{
    const qsi_family *family = codec->family;
    bool streams = nrows >= QSI_PAST_BYTES / out_row && !family->whole;
    bool single_pass = family->whole || (!streams && family->single_pass && family->single_pass(codec));
    size_t in = (streams ? STREAM_IN_BYTES : PIECE_BYTES) / in_row;
    size_t out =
        (streams ? STREAM_OUT_BYTES : PIECE_BYTES) / out_row; /* less, as stores past the caches lag behind */
    size_t rows = in < out ? in : out, parallel_rows = PARALLEL_BYTES / (in_row > out_row ? in_row : out_row);
    if (parallel_rows < least) least = parallel_rows ? parallel_rows : 1;
    rows = rows > least ? rows - rows % least : least < nrows ? least : nrows;
    *o = (output){.rows = single_pass && nrows ? nrows : rows ? rows : 1, .row = out_row, .to = to};
    if (!streams) return QS_OK;
    o->held = qsi_array(o->rows * out_row + LINE, 1);
    return o->held ? QS_OK : QS_E_MEMORY;
}

/* Where a piece's output goes. Of float32 it stays aligned, as rows and lines are. */
static void *output_place(const output *o)
{
    return o->held ? o->held + o->waiting : o->to;
}

static void output_take(output *o, size_t nrows, bool last)
{
    size_t bytes = nrows * o->row;
    if (o->held) {
        size_t there = o->waiting + bytes;
        o->waiting = last ? 0 : (size_t)((uintptr_t)o->to + there) % LINE;
        if (o->waiting > there) o->waiting = there;
        bytes = there - o->waiting;
        qsi_kernels_now()->copy(o->held, bytes, o->to);
        memcpy(o->held, o->held + bytes, o->waiting);
    }
    o->to += bytes;
}

static int encode_coded(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    output o;
    size_t parallel_rows = codec->family->parallel_rows ? codec->family->parallel_rows(&codec->spec) : 1;
    int status =
        output_open(&o, codec, parallel_rows, codec->dim * sizeof *rows, codec->layout.row_bytes, nrows, codes);
    for (size_t r = 0; r < nrows && !status; r += o.rows) {
        size_t n = nrows - r < o.rows ? nrows - r : o.rows;
        status = codec->family->encode(codec, first_row + (double)r, rows + r * codec->dim, n, output_place(&o));
        if (!status) output_take(&o, n, r + n == nrows);
    }
    qsi_array_free(o.held);
    return status;
}

/* A transform takes so many rows at a time, in memory of its own. */
enum { TRANSFORM_ROWS = 256 };

static int encode_rows(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    int status;
    if (!codec->transform) return encode_coded(codec, first_row, rows, nrows, codes);
    size_t some = nrows < TRANSFORM_ROWS ? nrows : TRANSFORM_ROWS;
    float *own = qsi_array(some, codec->dim * sizeof *own);
    status = own ? QS_OK : QS_E_MEMORY;
    for (size_t r = 0, n; r < nrows && !status; r += n) {
        double number = first_row + (double)r;
        n = nrows - r < some ? nrows - r : some;
        status = qsi_transformed_apply(codec, number, rows + r * codec->row_dim, n, own);
        if (!status) status = encode_coded(codec, number, own, n, codes + r * codec->layout.row_bytes);
    }
    qsi_array_free(own);
    return status;
}

int qs_codec_encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    int status = qsi_check_rows(first_row, nrows);
    if (status || !codec->unit) return status ? status : encode_rows(codec, first_row, rows, nrows, codes);
    float *unit = qsi_array(nrows, codec->row_dim * sizeof *unit);
    if (!unit) return QS_E_MEMORY;
    qsi_unit_rows(codec, rows, nrows, unit);
    status = encode_rows(codec, first_row, unit, nrows, codes);
    qsi_array_free(unit);
    return status;
}

int qs_codec_decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    if (!codec->transform) return qsi_codec_decode_coded(codec, codes, nrows, rows);
    size_t some = nrows < TRANSFORM_ROWS ? nrows : TRANSFORM_ROWS;
    float *own = qsi_array(some, codec->dim * sizeof *own);
    int status = own ? QS_OK : QS_E_MEMORY;
    for (size_t r = 0, n; r < nrows && !status; r += n) {
        n = nrows - r < some ? nrows - r : some;
        status = qsi_codec_decode_coded(codec, codes + r * codec->layout.row_bytes, n, own);
        if (!status) status = qsi_transform_undo(codec->transform, own, n, rows + r * codec->row_dim);
    }
    qsi_array_free(own);
    return status;
}

int qsi_codec_decode_coded(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    output o;
    size_t row_bytes = codec->layout.row_bytes;
    int status = output_open(&o, codec, 1, row_bytes, codec->dim * sizeof *rows, nrows, rows);
    for (size_t r = 0; r < nrows && !status; r += o.rows) {
        size_t n = nrows - r < o.rows ? nrows - r : o.rows;
        status = codec->family->decode(codec, codes + r * row_bytes, n, output_place(&o));
        if (!status) output_take(&o, n, r + n == nrows);
    }
    qsi_array_free(o.held);
    return status;
}
