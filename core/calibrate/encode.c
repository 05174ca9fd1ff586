/* Encodes the rows of a calibration, on several threads where their ranges are searched for. */
#include "calibrate/calibrate.h"

#include "base/threads.h"

/* Rows to encode a few at a time, as many as feedback=1 encodes together. */
typedef struct coding {
    const qs_codec *codec;
    double first_row;
    const float *rows;
    size_t nrows;
    uint8_t *codes;
} coding;

enum { FEW_ROWS = QSI_FEEDBACK_ROWS };

static int encode_few(void *context, size_t i)
{
    const coding *c = context;
    size_t r = i * FEW_ROWS, n = c->nrows - r < FEW_ROWS ? c->nrows - r : FEW_ROWS;
    return qs_codec_encode(c->codec, c->first_row + (double)r, c->rows + r * c->codec->dim, n,
                           c->codes + r * c->codec->layout.row_bytes);
}

int qsi_calibrate_threads(const qsi_spec *spec)
{
    return qsi_word(spec, QSI_RANGE) == QSI_RANGE_MSE ? qs_threads(0) : 1;
}

int qsi_calibrate_encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    coding c = {codec, first_row, rows, nrows, codes};
    int threads = qsi_calibrate_threads(&codec->spec);
    if (threads == 1) return qs_codec_encode(codec, first_row, rows, nrows, codes);
    return qsi_each(threads, (nrows + FEW_ROWS - 1) / FEW_ROWS, encode_few, &c);
}
