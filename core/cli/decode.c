/* quantscope decode: the codes that encode wrote, back to a .npy of float32. */
#include "cli/posix.h"

#include "cli/cli.h"

#include "cli/export.h"
#include "cli/file.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/sidecar.h"
#include "quantscope.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const cli_option options[] = {
    {'o', "output", "FILE.npy", "the file of float32 rows: .fvecs where its name ends so, else .npy"},
    {0, NULL, NULL, NULL},
};

typedef struct job {
    const char *path; /* OUT */
    char *json_path;  /* OUT.json */
    cli_sidecar sidecar;
    qs_digest *digest; /* of the codes as they are read */
    int codes;         /* the descriptor of OUT */
    cli_output output;
    cli_export export;
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

static int write_rows(job *j, cli_progress *progress)
{
    const qs_codec *codec = j->sidecar.codec;
    size_t row_bytes = qs_codec_row_bytes(codec);
    double all = j->sidecar.rows;
    size_t most = all < QS_CHUNK_ROWS ? (size_t)all : QS_CHUNK_ROWS;
    uint8_t *codes = cli_alloc(most * row_bytes);
    int status = CLI_DONE;
    double row = 0;
    while (row < all && !status) {
        size_t n = all - row < QS_CHUNK_ROWS ? (size_t)(all - row) : QS_CHUNK_ROWS;
        status = cli_read_at(j->path, j->codes, j->sidecar.skip + row * (double)row_bytes, codes, n * row_bytes);
        if (!status) qs_digest_add(j->digest, codes, n * row_bytes);
        if (!status) status = cli_export_write(&j->export, row, n, codes, n * row_bytes);
        row += (double)n;
        cli_progress_show(progress, row / all, "decode");
    }
    free(codes);
    return status;
}

static bool is_vectors(const char *path)
{
    static const char ending[] = ".fvecs";
    size_t length = strlen(path), end = sizeof ending - 1;
    return length > end && !strcmp(path + length - end, ending);
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
    status = cli_export_open(&j->export, is_vectors(out) ? "fvecs" : "float-npy", j->path, j->sidecar.shape,
                             j->sidecar.axes, j->sidecar.codec, &j->output);
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
    cli_export_close(&j.export);
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
    .usage = "OUT -o FILE.npy|FILE.fvecs",
    .about = "Reads OUT and OUT.json, which encode wrote (as codes or as a .npy of codes), and\n"
             "writes the decoded values as a .npy of float32 in the shape of the original\n"
             "array, or as .fvecs. OUT.json holds a digest of OUT; two files that do not\n"
             "belong together are an error.\n",
    .options = options,
    .examples = "  quantscope decode base.int8 -o back.npy\n"
                "  quantscope decode base.int8 -o back.npy --quiet\n",
    .positionals = 1,
    .run = run,
};
