/* Rounding to the nearest: what the codec of the spec does, whatever the inputs. */
#include "net/rounding.h"

#include "base/size.h"
#include "net/net.h"

#include <math.h>

static int round_rows(qsi_rounding_work *work)
{
    bool whole;
    int8_t *codes = qsi_array(work->rows, work->dim);
    int status = codes ? qsi_weights_code(work->spec, work->w, work->rows, work->dim, work->decoded, codes,
                                          work->scale, &whole)
                       : QS_E_MEMORY;
    for (size_t o = 0; !status && !whole && o < work->rows; o++) work->scale[o] = NAN;
    qsi_array_free(codes);
    return status;
}

const qsi_rounding qsi_rounding_rtn = {"rtn", false, round_rows};
