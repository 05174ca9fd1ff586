/* Writers of arrays alone: .npy of codes or of decoded floats, and .fvecs. */
#include "export/export.h"

#include "base/bytes.h"

#include <string.h>

static const char magic[] = "\x93NUMPY\x01"; /* and a NUL: version 1.0 */

/* The head, padded so that values begin at a multiple of 64. */
static int write_head(qsi_out *out, const char *descr, const double *shape, size_t axes)
{
    size_t begin = out->length, fixed = sizeof magic + 2;
    uint8_t length[2];
    qsi_out text = {.dst = NULL};
    for (int pass = 0; pass < 2; pass++) { /* first how long it is */
        qsi_out *to = pass ? out : &text;
        size_t padded = (fixed + text.length + 1 + 63) / 64 * 64;
        if (pass) {
            qsi_put16(length, (uint16_t)(padded - fixed));
            qsi_out_bytes(out, magic, sizeof magic);
            qsi_out_bytes(out, length, 2);
        }
        qsi_out_text(to, "{'descr': '%s', 'fortran_order': False, 'shape': (", descr);
        for (size_t i = 0; i < axes; i++) qsi_out_text(to, "%s%.0f", i ? ", " : "", shape[i]);
        qsi_out_text(to, "%s), }", axes == 1 ? "," : "");
    }
    while ((out->length - begin + 1) % 64) qsi_out_fill(out, ' ', 1);
    qsi_out_fill(out, '\n', 1);
    return QS_OK;
}

static int before_codes(const qs_export *e, size_t section, const char *digest, qsi_out *out)
{
    const double shape[2] = {e->rows, (double)e->codec->layout.row_bytes};
    (void)digest;
    return section ? QS_OK : write_head(out, "|u1", shape, 2);
}

static int before_floats(const qs_export *e, size_t section, const char *digest, qsi_out *out)
{
    (void)digest;
    return section ? QS_OK : write_head(out, "<f4", e->shape, e->axes);
}

static double float_bytes(const qs_export *e, size_t section)
{
    (void)section;
    return 4 * (double)e->codec->row_dim;
}

static int before_vectors(const qs_export *e, size_t section, const char *digest, qsi_out *out)
{
    (void)e;
    (void)section;
    (void)digest;
    (void)out;
    return QS_OK;
}

static void write_vector(const qs_export *e, size_t section, const uint8_t *bytes, qsi_out *out)
{
    uint8_t dim[4];
    (void)section;
    qsi_put32(dim, (uint32_t)e->codec->row_dim);
    qsi_out_bytes(out, dim, 4);
    qsi_out_bytes(out, bytes, 4 * e->codec->row_dim);
}

static double vector_bytes(const qs_export *e, size_t section)
{
    return 4 + float_bytes(e, section);
}

const qsi_writer qsi_writer_npy = {.name = "npy",
                                   .title = ".npy of codes",
                                   .ending = ".npy",
                                   .help = "uint8 of (rows, bytes of a row); what decodes them is beside it",
                                   .in_place = true,
                                   .before = before_codes};

const qsi_writer qsi_writer_float_npy = {.name = "float-npy",
                                         .title = ".npy of decoded values",
                                         .ending = ".npy",
                                         .help = "float32 in the shape of the array",
                                         .floats = true,
                                         .in_place = true,
                                         .before = before_floats,
                                         .row_bytes = float_bytes};

const qsi_writer qsi_writer_fvecs = {.name = "fvecs",
                                     .title = ".fvecs of decoded values",
                                     .ending = ".fvecs",
                                     .help = "float32 rows, each after its dim",
                                     .floats = true,
                                     .in_place = true,
                                     .before = before_vectors,
                                     .rows = write_vector,
                                     .row_bytes = vector_bytes};
