/* quantscope decode: the codes that encode wrote, back to a .npy of float32. */
#include "cli/posix.h"

#include "cli/cli.h"

#include "cli/file.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/sidecar.h"
#include "quantscope.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const cli_option options[] = {
    {'o', "output", "FILE.npy", "the file of float32 rows"},
    {0, NULL, NULL, NULL},
};

typedef struct job {
    const char *path; /* OUT */
    char *json_path;  /* OUT.json */
    cli_sidecar sidecar;
    qs_digest *digest; /* of the codes as they are read */
    int codes;         /* the descriptor of OUT */
    cli_output output;
} job;

static int read_sidecar(job *j)
{
    if (access(j->json_path, F_OK) && !access(j->path, F_OK))
        return cli_fail(CLI_DATA, "%s: there is no such file; encode writes it beside %s", j->json_path, j->path);
    return cli_sidecar_read(&j->sidecar, j->json_path, j->path);
}

/* What cannot be taken back is not written before all codes are known to be the right ones. */
static int open_codes(job *j, bool at_once)
{
    double bytes = 0;
    int status = cli_open_plain(j->path, &j->codes, &bytes);
    if (status) return status;
    return at_once ? cli_sidecar_check_codes(&j->sidecar, j->codes, bytes)
                   : cli_sidecar_check_file(&j->sidecar, j->codes, bytes);
}

/* The head of a .npy, padded so that its values begin at a multiple of 64. */
static int write_head(job *j)
{
    enum { FIXED = 10, MOST = 2048 }; /* room for 64 axes */
    char head[MOST] = "\x93NUMPY\x01", shape[MOST] = "";
    size_t at = 0;
    for (const char *c = j->sidecar.shape; *c && at < MOST / 2; c++) { /* [50,4,8] as (50, 4, 8) */
        if (*c == '[' || *c == ']') continue;
        shape[at++] = *c;
        if (*c == ',') shape[at++] = ' ';
    }
    int text =
        snprintf(head + FIXED, MOST - FIXED - 64, "{'descr': '<f4', 'fortran_order': False, 'shape': (%s%s), }",
                 shape, j->sidecar.axes == 1 ? "," : "");
    size_t used = FIXED + (size_t)text, length = (used + 1 + 63) / 64 * 64;
    memset(head + used, ' ', length - 1 - used);
    head[length - 1] = '\n';
    head[8] = (char)((length - FIXED) & 255);
    head[9] = (char)((length - FIXED) >> 8);
    return cli_output_write(&j->output, head, length);
}

static int write_rows(job *j, cli_progress *progress)
{
    const qs_codec *codec = j->sidecar.codec;
    size_t dim = qs_codec_dim(codec), row_bytes = qs_codec_row_bytes(codec);
    double all = j->sidecar.rows;
    size_t most = all < QS_CHUNK_ROWS ? (size_t)all : QS_CHUNK_ROWS;
    uint8_t *codes = cli_alloc(most * row_bytes);
    float *rows = cli_alloc(most * dim * sizeof *rows);
    int status = CLI_DONE;
    double row = 0;
    while (row < all && !status) {
        size_t n = all - row < QS_CHUNK_ROWS ? (size_t)(all - row) : QS_CHUNK_ROWS;
        status = cli_read_at(j->path, j->codes, row * (double)row_bytes, codes, n * row_bytes);
        if (!status) qs_digest_add(j->digest, codes, n * row_bytes);
        if (!status && qs_codec_decode(codec, codes, n, rows) < 0) status = cli_fail_core(j->path);
        if (!status) status = cli_output_write(&j->output, rows, n * dim * sizeof *rows);
        row += (double)n;
        cli_progress_show(progress, row / all, "decode");
    }
    free(codes);
    free(rows);
    return status;
}

static int decode_file(job *j, const char *out, bool quiet)
{
    int status = read_sidecar(j);
    if (!status) status = open_codes(j, cli_output_is_device(out));
    if (!status && !(j->digest = qs_digest_open())) status = cli_fail_core(NULL);
    if (!status && (cli_same_file(out, j->path) || cli_same_file(out, j->json_path)))
        status = cli_fail(CLI_USAGE, "%s: the output is a file that is read", out);
    if (!status) status = cli_output_open(&j->output, out);
    if (status) return status;
    cli_progress progress = cli_progress_begin(quiet);
    status = write_head(j);
    if (!status) status = write_rows(j, &progress);
    cli_progress_end(&progress);
    if (!status) status = cli_sidecar_check_digest(&j->sidecar, j->digest);
    if (!status) status = cli_output_close(&j->output);
    return status ? status : cli_output_rename(&j->output);
}

static int run(const cli_args *args)
{
    job j = {.path = cli_nth(args, CLI_POSITIONAL, 0), .codes = -1};
    const char *out;
    int status = cli_need(args, 'o', &out);
    if (status) return status;
    j.json_path = cli_sidecar_name(j.path);
    status = decode_file(&j, out, cli_last(args, CLI_QUIET));
    cli_output_discard(&j.output);
    if (j.codes >= 0) close(j.codes);
    qs_digest_close(j.digest);
    cli_sidecar_close(&j.sidecar);
    free(j.json_path);
    return status;
}

const cli_command cli_decode = {
    .name = "decode",
    .summary = "decodes an encoded file to float32",
    .usage = "OUT -o FILE.npy",
    .about = "Reads OUT and OUT.json, which encode wrote, and writes the decoded values as a\n"
             ".npy of float32 in the shape of the original array. OUT.json holds a digest of\n"
             "OUT; two files that do not belong together are an error.\n",
    .options = options,
    .examples = "  quantscope decode base.int8 -o back.npy\n"
                "  quantscope decode base.int8 -o back.npy --quiet\n",
    .positionals = 1,
    .run = run,
};
