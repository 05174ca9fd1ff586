/* Rows through a transform and back, as transform.h says. */
#include "transform/transform.h"

#include "base/size.h"
#include "format/format.h"
#include "kernels/kernels.h"
#include "quantscope.h"

#include <string.h>

enum { PIECE = 64 }; /* rows taken at a time */

static bool is_matrix(const qsi_transform *t)
{
    return t->rotate == QSI_ROTATE_RANDOM || t->rotate == QSI_ROTATE_PCA;
}

static int open_matrix(qsi_transform *t)
{
    t->back = qsi_array(t->dim, t->dims * sizeof *t->back);
    if (!t->back) return QS_E_MEMORY;
    for (size_t i = 0; i < t->dims; i++)
        for (size_t d = 0; d < t->dim; d++) t->back[d * t->dims + i] = t->matrix[i * t->dim + d];
    return QS_OK;
}

/* What of a row that apply took to kept is left out. */
static int find_rest(const qsi_transform *t, const float *row, const float *kept, float *rest)
{
    qsi_transform plain = *t;
    plain.mean = NULL;
    int status = qsi_transform_undo(&plain, kept, 1, rest);
    for (size_t d = 0; d < t->dim && !status; d++) rest[d] = row[d] - rest[d];
    return status;
}

static float dot(const float *a, const float *b, size_t n)
{
    float sum;
    qsi_kernels_now()->dots(a, 1, b, 1, n, &sum, 1);
    return sum;
}

static int open_mean(qsi_transform *t)
{
    t->moved = qsi_array(t->dims, sizeof *t->moved);
    t->mean_rest = qsi_array_zero(t->dim, sizeof *t->mean_rest);
    if (!t->moved || !t->mean_rest) return QS_E_MEMORY;
    int status = qsi_transform_apply(t, t->mean, 1, false, t->moved);
    if (!status && t->dims < t->dim) status = find_rest(t, t->mean, t->moved, t->mean_rest);
    t->mean_rest_square = dot(t->mean_rest, t->mean_rest, t->dim);
    return status;
}

int qsi_transform_open(qsi_transform *t)
{
    int status = QS_OK;
    if (t->rotate == QSI_ROTATE_HADAMARD) status = qsi_hadamard_open(&t->hadamard, t->dim, t->seed);
    if (is_matrix(t)) status = open_matrix(t);
    if (!status && t->mean) status = open_mean(t);
    return status;
}

void qsi_transform_close(qsi_transform *t)
{
    qsi_hadamard_close(&t->hadamard);
    qsi_array_free(t->back);
    qsi_array_free(t->moved);
    qsi_array_free(t->mean_rest);
}

static void center(const float *x, const float *mean, size_t nrows, size_t dim, float *out)
{
    for (size_t r = 0; r < nrows; r++)
        for (size_t d = 0; d < dim; d++) out[r * dim + d] = x[r * dim + d] - mean[d];
}

static void apply_some(const qsi_transform *t, const float *x, size_t n, float *out)
{
    if (is_matrix(t))
        qsi_kernels_now()->dots(x, n, t->matrix, t->dims, t->dim, out, t->dims);
    else
        for (size_t r = 0; r < n; r++) memcpy(out + r * t->dims, x + r * t->dim, t->dims * sizeof *x);
}

int qsi_transform_apply(const qsi_transform *t, const float *rows, size_t nrows, bool centered, float *out)
{
    bool copies = (t->mean && centered) || t->rotate == QSI_ROTATE_HADAMARD;
    size_t piece = nrows < PIECE ? nrows : PIECE;
    float *own = copies ? qsi_array(piece, t->dim * sizeof *own) : NULL;
    if (copies && !own) return QS_E_MEMORY;
    for (size_t r = 0, n; r < nrows; r += n) {
        const float *x = rows + r * t->dim;
        n = nrows - r < piece ? nrows - r : piece;
        if (t->mean && centered)
            center(x, t->mean, n, t->dim, own);
        else if (own)
            memcpy(own, x, n * t->dim * sizeof *x);
        if (t->rotate == QSI_ROTATE_HADAMARD) qsi_hadamard_apply(&t->hadamard, own, n);
        apply_some(t, own ? own : x, n, out + r * t->dims);
    }
    qsi_array_free(own);
    return QS_OK;
}

int qsi_transform_undo(const qsi_transform *t, const float *coded, size_t nrows, float *rows)
{
    size_t dim = t->dim, dims = t->dims;
    if (is_matrix(t)) qsi_kernels_now()->dots(coded, nrows, t->back, dim, dims, rows, dim);
    for (size_t r = 0; r < nrows; r++) {
        float *x = rows + r * dim;
        if (!is_matrix(t)) {
            memcpy(x, coded + r * dims, dims * sizeof *x);
            memset(x + dims, 0, (dim - dims) * sizeof *x);
        }
        if (t->rotate == QSI_ROTATE_HADAMARD) qsi_hadamard_undo(&t->hadamard, x, 1);
        for (size_t d = 0; d < dim && t->mean; d++) x[d] += t->mean[d];
    }
    return QS_OK;
}

void qsi_transform_move(const qsi_transform *t, float *coded, size_t nrows)
{
    for (size_t r = 0; r < nrows && t->moved; r++)
        for (size_t d = 0; d < t->dims; d++) coded[r * t->dims + d] += t->moved[d];
}

int qsi_transform_rest(const qsi_transform *t, const float *query, const float *kept, float *scratch,
                       qsi_left_out *rest)
{
    *rest = (qsi_left_out){0, 0};
    if (t->dims == t->dim) return QS_OK;
    int status = find_rest(t, query, kept, scratch);
    if (status) return status;
    if (t->mean_rest) rest->dot = dot(scratch, t->mean_rest, t->dim);
    for (size_t d = 0; d < t->dim && t->mean_rest; d++) scratch[d] -= t->mean_rest[d];
    rest->square = dot(scratch, scratch, t->dim);
    return QS_OK;
}
