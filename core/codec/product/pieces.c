/* The options m and bits, as pieces.h says. */
#include "codec/product/pieces.h"

#include "base/status.h"

enum { VALUES_OF_A_PIECE = 8 };

int qsi_pieces_of(const qsi_spec *spec, size_t dim, qsi_pieces *pieces)
{
    size_t m = (size_t)spec->value[QSI_M], by_default = (dim + VALUES_OF_A_PIECE - 1) / VALUES_OF_A_PIECE;
    unsigned bits = (unsigned)qsi_spec_bits(spec);
    *pieces = (qsi_pieces){.dim = dim, .m = m ? m : by_default, .count = (size_t)1 << bits, .bits = bits};
    if (m <= dim) return QS_OK;
    return qsi_fail_option("m", "m=%zu: rows have %zu values; m takes 1 to %zu, or 0 for one piece of each %d", m,
                           dim, dim, VALUES_OF_A_PIECE);
}
