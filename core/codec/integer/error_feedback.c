/*
 * Affine integers: error feedback along a row.
 *
 *   v = x[i] + e;  code = round(v);  e = v - decoded, kept within a step either way; 0 before a row's first value
 *
 * What rounding takes from one value is given to the next, so sums over neighbours stay within half a step of the
 * truth however long they are, while each value alone errs more: by white noise twice the squared error. Beyond a
 * step e is clipping, which the next values cannot make up for. Rows do not know of each other: the kernel takes
 * many side by side.
 */
#include "codec/integer/integer.h"

#include "base/size.h"
#include "base/status.h"
#include "range/finite.h"

#include <string.h>

enum { PARALLEL_ROWS = QSI_FEEDBACK_ROWS, CODES_BYTES = 1 << 20 };

/* What the grid has of one group of each row. */
typedef struct own {
    float scale[PARALLEL_ROWS], inv[PARALLEL_ROWS], low[PARALLEL_ROWS];
    int32_t zero[PARALLEL_ROWS];
} own;

/* Chooses and stores them, n values from begin on. */
static int choose(const qs_codec *codec, double first_row, const qsi_error_feedback *f, size_t group, size_t begin,
                  const qsi_inliers *inliers, uint8_t *codes, own *out)
{
    size_t groups = qsi_cut_row(&codec->spec, codec->dim).groups;
    for (size_t r = 0; r < f->rows; r++) {
        const float *x = f->x + r * f->apart;
        qsi_affine a;
        size_t n = inliers ? qsi_inliers_gather(x, inliers->marks + begin, f->n, inliers->room) : f->n;
        int status = qsi_group_choose(codec, inliers ? inliers->room : x, n, &a);
        if (status) return qsi_group_fail(codec, status, first_row + (double)r, x - begin, begin);
        qsi_group_put(codec, codes + r * codec->layout.row_bytes, group, groups, &a);
        out->scale[r] = a.scale, out->inv[r] = qsi_inverse(a.scale), out->low[r] = a.low, out->zero[r] = a.zero;
    }
    return QS_OK;
}

/* Up to SIDE rows, group after group. Codes of less than 8 bits are made in scratch, then packed; others need none.
 */
static int encode_together(const qs_codec *codec, qsi_grid grid, double first_row, const float *rows, size_t nrows,
                           const qsi_inliers *inliers, uint8_t *codes, uint8_t *scratch)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    bool shared = !qsi_row_scales(&codec->spec), packs = scratch != NULL;
    qsi_cut c = qsi_cut_row(&codec->spec, codec->dim);
    size_t row_bytes = codec->layout.row_bytes;
    float carry[PARALLEL_ROWS] = {0};
    own o;
    qsi_error_feedback f = {.rows = nrows, .apart = codec->dim, .codes_apart = packs ? c.padded : row_bytes};
    f.by_row = !shared, f.by_value = shared && grid.entries > 1;
    for (size_t g = 0, begin = 0; g < c.groups; g++, begin += c.length) {
        f.x = rows + begin;
        f.n = codec->dim - begin < c.length ? codec->dim - begin : c.length;
        int status = shared ? QS_OK : choose(codec, first_row, &f, g, begin, inliers, codes, &o);
        if (status) return status;
        if (!shared) grid.scale = o.scale, grid.inv = o.inv, grid.lo = o.low, grid.zero = o.zero;
        grid.counter = (uint64_t)first_row * codec->dim + begin;
        kernels->error_feedback(&grid, &f, carry, (packs ? scratch : codes) + begin);
    }
    for (size_t r = 0; r < nrows; r++) {
        uint8_t *row = codes + r * row_bytes, *made = packs ? scratch + r * c.padded : row;
        memset(made + codec->dim, 0, c.padded - codec->dim);
        if (packs) kernels->pack(made, c.padded, codec->spec.format->code_bits, row);
    }
    return shared ? qsi_check_finite(first_row, rows, nrows, codec->dim) : QS_OK;
}

int qsi_feedback_encode(const qs_codec *codec, qsi_grid grid, double first_row, const float *rows, size_t nrows,
                        const qsi_inliers *inliers, uint8_t *codes)
{
    size_t padded = qsi_cut_row(&codec->spec, codec->dim).padded, fit = CODES_BYTES / padded, most = PARALLEL_ROWS;
    bool packs = codec->spec.format->code_bits < 8;
    if (fit < most) most = fit ? fit : 1;
    if (nrows < most) most = nrows;
    uint8_t *scratch = packs ? qsi_array(most, padded) : NULL;
    int status = scratch || !packs ? QS_OK : QS_E_MEMORY;
    for (size_t r = 0, n; r < nrows && !status; r += n) {
        n = nrows - r < most ? nrows - r : most;
        status = encode_together(codec, grid, first_row + (double)r, rows + r * codec->dim, n, inliers,
                                 codes + r * codec->layout.row_bytes, scratch);
        if (!status || n == 1) continue;
        most = 1; /* once more, row by row, so that the error names the first row that fails */
        n = 0;
        status = QS_OK;
    }
    qsi_array_free(scratch);
    return status;
}
