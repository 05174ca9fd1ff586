/* The counts of lost.h. */
#include "measure/lost.h"

#include "base/size.h"
#include "kernels/kernels.h"

#include <math.h>

/* How many values share what may vanish. With a transform blocks are of other values than the row's. */
static size_t group_length(const qs_codec *codec)
{
    const qsi_spec *spec = &codec->spec;
    bool blocks = qsi_format_option(spec->format, QSI_BLOCK) && qsi_word(spec, QSI_PER) == QSI_PER_BLOCK;
    size_t length = blocks ? (size_t)spec->value[QSI_BLOCK] : spec->format->block;
    return codec->transform || length < 2 || length > codec->row_dim ? codec->row_dim : length;
}

static void count_vanished(const float *x, size_t n, qsi_lost *lost)
{
    if (!qsi_kernels_now()->absmax(x, n)) return;
    for (size_t i = 0; i < n; i++) lost->vanished += x[i] != 0;
}

static void count_overflowed(const float *x, const float *y, size_t n, qsi_lost *lost)
{
    for (size_t i = 0; i < n; i++) lost->overflowed += isfinite(x[i]) && !isfinite(y[i]);
}

int qsi_lost_count(const qs_codec *codec, const float *rows, const float *decoded, size_t nrows, qsi_lost *lost)
{
    size_t dim = codec->row_dim, length = group_length(codec), groups = dim / length;
    float *most = qsi_array(groups, sizeof *most);
    if (!most) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++, rows += dim, decoded += dim) {
        bool finite = true;
        qsi_kernels_now()->absmaxes(decoded, groups, length, most);
        for (size_t g = 0; g < groups; g++) {
            if (most[g] == 0) count_vanished(rows + g * length, length, lost);
            finite = finite && isfinite(most[g]);
        }
        size_t end = groups * length, rest = dim - end;
        uint32_t last = rest ? qsi_kernels_now()->absmax(decoded + end, rest) : 1;
        if (!last) count_vanished(rows + end, rest, lost);
        if (!finite || last >= 0x7f800000U) count_overflowed(rows, decoded, dim, lost);
    }
    qsi_array_free(most);
    return QS_OK;
}
