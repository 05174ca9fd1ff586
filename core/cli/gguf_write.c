/* The bytes of a GGUF (gguf.h): its head, then each tensor, encoded or copied. */
#include "cli/posix.h"

#include "cli/gguf.h"

#include "cli/cli.h"
#include "quantscope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 1 << 22, TYPE_UINT32 = 4 };

/* Without a known version readers doubt what the types are laid out like. */
static const char version_key[] = "general.quantization_version";
enum { VERSION = 2 };

static double aligned(const cli_gguf *g, double bytes)
{
    return ceil(bytes / g->alignment) * g->alignment;
}

/* ---------------------------------------------------------------------------------------------------- the head */

typedef struct head {
    uint8_t *at; /* NULL: it is only counted */
    double bytes;
} head;

static void put(head *h, const void *bytes, size_t count)
{
    if (h->at) {
        memcpy(h->at, bytes, count);
        h->at += count;
    }
    h->bytes += (double)count;
}

static void put_number(head *h, double value, size_t bytes)
{
    uint64_t number = (uint64_t)value;
    uint8_t text[8];
    for (size_t i = 0; i < bytes; i++) text[i] = (uint8_t)(number >> 8 * i);
    put(h, text, bytes);
}

static void put_text(head *h, const char *text)
{
    put_number(h, (double)strlen(text), 8);
    put(h, text, strlen(text));
}

static bool has_version(const cli_gguf *g)
{
    size_t length = sizeof version_key - 1;
    for (size_t i = 0; i + length <= g->pairs_bytes; i++)
        if (!memcmp(g->pairs + i, version_key, length)) return true;
    return false;
}

static void put_head(head *h, const cli_gguf *g)
{
    bool add = !has_version(g);
    put(h, "GGUF", 4);
    put_number(h, 3, 4);
    put_number(h, (double)g->count, 8);
    put_number(h, g->pairs_count + add, 8);
    if (g->pairs_bytes) put(h, g->pairs, g->pairs_bytes);
    if (add) {
        put_text(h, version_key);
        put_number(h, TYPE_UINT32, 4);
        put_number(h, VERSION, 4);
    }
    double offset = 0;
    for (size_t i = 0; i < g->count; i++) {
        const cli_gguf_tensor *t = &g->list[i];
        put_text(h, t->name);
        put_number(h, (double)t->axes, 4);
        for (size_t a = t->axes; a-- > 0;) put_number(h, t->shape[a], 8);
        put_number(h, t->type, 4);
        put_number(h, offset, 8);
        offset += aligned(g, t->bytes);
    }
    static const uint8_t zeros[64] = {0};
    double end = aligned(g, h->bytes);
    while (h->bytes < end) put(h, zeros, end - h->bytes < 64 ? (size_t)(end - h->bytes) : 64);
}

double cli_gguf_bytes(const cli_gguf *g)
{
    head h = {NULL, 0};
    put_head(&h, g);
    double bytes = h.bytes;
    for (size_t i = 0; i < g->count; i++) bytes += aligned(g, g->list[i].bytes);
    return bytes;
}

/* -------------------------------------------------------------------------------------------------- the values */

typedef struct job {
    cli_gguf *g;
    cli_output *output;
    cli_progress *progress;
    double done, all;
} job;

static int write_padding(job *j, double bytes)
{
    static const char zeros[4096] = {0};
    int status = CLI_DONE;
    for (double rest = aligned(j->g, bytes) - bytes; rest > 0 && !status;) {
        size_t n = rest < (double)sizeof zeros ? (size_t)rest : sizeof zeros;
        status = cli_output_write(j->output, zeros, n);
        rest -= (double)n;
    }
    return status;
}

static int write_some(job *j, const void *bytes, size_t count)
{
    int status = cli_output_write(j->output, bytes, count);
    j->done += (double)count;
    cli_progress_show(j->progress, j->done / j->all, "write");
    return status;
}

/* The bytes as they are, where they lie one after another in a type that a GGUF has. */
static int copy(job *j, size_t tensor)
{
    cli_gguf *g = j->g;
    const cli_gguf_tensor *t = &g->list[tensor];
    uint8_t *some = cli_alloc(PIECE);
    int status = CLI_DONE;
    for (double at = 0; at < t->bytes && !status;) {
        size_t n = t->bytes - at < PIECE ? (size_t)(t->bytes - at) : PIECE;
        status = cli_parts_read(&g->file->parts, g->file->source, t->part, t->offset + at, some, n);
        if (!status) status = write_some(j, some, n);
        at += (double)n;
    }
    free(some);
    return status;
}

/* Encodes rows on all threads: each row stands alone, so their number changes nothing. */
static int encode_rows(const qs_codec *codec, double row, const float *values, size_t rows, uint8_t *codes)
{
    enum { AT_A_TIME = 8 };
    size_t dim = qs_codec_dim(codec), row_bytes = qs_codec_row_bytes(codec);
    int failed = 0;
#pragma omp parallel for schedule(dynamic) num_threads(qs_threads(0))
    for (size_t first = 0; first < rows; first += AT_A_TIME) {
        size_t n = rows - first < AT_A_TIME ? rows - first : AT_A_TIME;
        if (qs_codec_encode(codec, row + (double)first, values + first * dim, n, codes + first * row_bytes) < 0) {
#pragma omp atomic write
            failed = 1;
        }
    }
    return failed ? qs_codec_encode(codec, row, values, rows, codes) : QS_OK; /* once more, for the error */
}

/* Values of the source, some rows at a time, as rows of the last axis. */
static int encode(job *j, size_t tensor)
{
    cli_file *file = j->g->file;
    const cli_gguf_tensor *t = &j->g->list[tensor];
    int status = cli_file_choose(file, tensor);
    qs_codec *codec = status ? NULL : cli_gguf_codec(t->spec ? t->spec : "f32", (size_t)t->dim);
    if (status || !codec) return status ? status : cli_fail_core(file->path);
    size_t some = PIECE / (file->dim * sizeof(float)), row_bytes = qs_codec_row_bytes(codec);
    if (!some) some = 1;
    if ((double)some > file->rows) some = (size_t)file->rows;
    size_t each = file->dim / (size_t)t->dim; /* of the last axis in a row of the source */
    float *values = cli_alloc(some * file->dim * sizeof *values);
    uint8_t *codes = cli_alloc(some * each * row_bytes);
    for (double row = 0; row < file->rows && !status;) {
        size_t n = file->rows - row < (double)some ? (size_t)(file->rows - row) : some;
        status = cli_file_rows(file, row, n, values);
        if (!status && encode_rows(codec, row * (double)each, values, n * each, codes) < 0)
            status = cli_fail_core(t->name);
        if (!status) status = write_some(j, codes, n * each * row_bytes);
        row += (double)n;
    }
    free(values);
    free(codes);
    qs_codec_close(codec);
    return status;
}

static int check(const cli_gguf *g)
{
    for (size_t i = 0; i < g->count; i++) {
        const cli_gguf_tensor *t = &g->list[i];
        if (t->problem)
            return cli_fail(CLI_DATA, "%s: tensor '%s' cannot be in a GGUF: %s", g->file->path, t->name,
                            t->problem);
        if (strlen(t->name) > CLI_GGUF_NAME)
            return cli_fail(CLI_DATA, "%s: tensor '%s' cannot be in a GGUF: ggml reads names of at most %d bytes",
                            g->file->path, t->name, CLI_GGUF_NAME);
    }
    return CLI_DONE;
}

int cli_gguf_write(cli_gguf *g, cli_output *output, cli_progress *progress)
{
    job j = {.g = g, .output = output, .progress = progress, .all = cli_gguf_bytes(g)};
    head counted = {NULL, 0}, h;
    int status = check(g);
    if (status) return status;
    put_head(&counted, g);
    uint8_t *bytes = cli_alloc((size_t)counted.bytes);
    h = (head){bytes, 0};
    put_head(&h, g);
    status = write_some(&j, bytes, (size_t)h.bytes);
    free(bytes);
    for (size_t i = 0; i < g->count && !status; i++) {
        status = g->list[i].spec || g->list[i].decodes ? encode(&j, i) : copy(&j, i);
        if (!status) status = write_padding(&j, g->list[i].bytes);
    }
    return status;
}
