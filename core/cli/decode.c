/* quantscope decode: the codes that encode wrote, back to a .npy of float32. */
#include "cli/posix.h"

#include "cli/cli.h"

#include "cli/file.h"
#include "cli/json.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "quantscope.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const cli_option options[] = {
    {'o', "output", "FILE.npy", "where the float32 rows go"},
    {0, NULL, NULL, NULL},
};

typedef struct job {
    const char *path; /* OUT */
    char *json_path;  /* OUT.json */
    qs_codec *codec;
    double rows;
    int codes; /* the descriptor of OUT */
    cli_output output;
} job;

/* The rows that OUT.json tells; a whole number that a file can hold. */
static int read_shape(job *j, const char *text, size_t length)
{
    cli_json *json = cli_json_parse(text, length);
    int shape = json ? cli_json_get(json, 0, "shape") : -1;
    double dim = 0;
    bool good = json && cli_json_number(json, cli_json_at(json, shape, 0), &j->rows) &&
                cli_json_number(json, cli_json_at(json, shape, 1), &dim) && j->rows >= 1 && j->rows < 0x1p53 &&
                j->rows == (double)(long long)j->rows && dim == (double)qs_codec_dim(j->codec);
    cli_json_free(json);
    if (good) return CLI_DONE;
    return cli_fail(CLI_DATA, "%s: its \"shape\" is not [rows, dim] with rows of 1 or more and dim %zu",
                    j->json_path, qs_codec_dim(j->codec));
}

static int read_params(job *j)
{
    char *text;
    size_t length;
    if (access(j->json_path, F_OK) && !access(j->path, F_OK))
        return cli_fail(CLI_DATA, "%s: there is no such file; encode writes it beside %s", j->json_path, j->path);
    int status = cli_read_text(j->json_path, &text, &length);
    if (status) return status;
    j->codec = qs_codec_open_params(text, length);
    status = j->codec ? read_shape(j, text, length) : cli_fail_data(j->json_path);
    free(text);
    return status;
}

static int open_codes(job *j)
{
    double bytes = 0, expected = j->rows * (double)qs_codec_row_bytes(j->codec);
    int status = cli_open_plain(j->path, &j->codes, &bytes);
    if (status || bytes == expected) return status;
    char there[40], rows[40], row[40], wanted[40];
    return cli_fail(CLI_DATA, "%s: it has %s bytes, but %s rows of %s bytes are %s, says %s", j->path,
                    cli_grouped(bytes, there), cli_grouped(j->rows, rows),
                    cli_grouped((double)qs_codec_row_bytes(j->codec), row), cli_grouped(expected, wanted),
                    j->json_path);
}

/* The head of a .npy, padded so that its values begin at a multiple of 64. */
static int write_head(job *j)
{
    char head[128] = "\x93NUMPY\x01";
    int text = snprintf(head + 10, 110, "{'descr': '<f4', 'fortran_order': False, 'shape': (%.0f, %zu), }", j->rows,
                        qs_codec_dim(j->codec));
    memset(head + 10 + text, ' ', sizeof head - 11 - (size_t)text);
    head[sizeof head - 1] = '\n';
    head[8] = sizeof head - 10;
    return cli_output_write(&j->output, head, sizeof head);
}

static int write_rows(job *j, cli_progress *progress)
{
    size_t dim = qs_codec_dim(j->codec), row_bytes = qs_codec_row_bytes(j->codec);
    size_t most = j->rows < QS_CHUNK_ROWS ? (size_t)j->rows : QS_CHUNK_ROWS;
    uint8_t *codes = cli_alloc(most * row_bytes);
    float *rows = cli_alloc(most * dim * sizeof *rows);
    int status = CLI_DONE;
    double row = 0;
    while (row < j->rows && !status) {
        size_t n = j->rows - row < QS_CHUNK_ROWS ? (size_t)(j->rows - row) : QS_CHUNK_ROWS;
        status = cli_read_at(j->path, j->codes, row * (double)row_bytes, codes, n * row_bytes);
        if (!status && qs_codec_decode(j->codec, codes, n, rows) < 0) status = cli_fail_core(j->path);
        if (!status) status = cli_output_write(&j->output, rows, n * dim * sizeof *rows);
        row += (double)n;
        cli_progress_show(progress, row / j->rows, "decode");
    }
    free(codes);
    free(rows);
    return status;
}

static int decode_file(job *j, const char *out, bool quiet)
{
    int status = read_params(j);
    if (!status) status = open_codes(j);
    if (!status && (cli_same_file(out, j->path) || cli_same_file(out, j->json_path)))
        status = cli_fail(CLI_USAGE, "%s: the output is a file that is read", out);
    if (!status) status = cli_output_open(&j->output, out);
    if (status) return status;
    cli_progress progress = cli_progress_begin(quiet);
    status = write_head(j);
    if (!status) status = write_rows(j, &progress);
    cli_progress_end(&progress);
    if (!status) status = cli_output_close(&j->output);
    return status ? status : cli_output_rename(&j->output);
}

static int run(const cli_args *args)
{
    job j = {.path = cli_nth(args, CLI_POSITIONAL, 0), .codes = -1};
    const char *out;
    int status = cli_need(args, 'o', &out);
    if (status) return status;
    j.json_path = cli_alloc(strlen(j.path) + 6);
    strcat(strcpy(j.json_path, j.path), ".json");
    status = decode_file(&j, out, cli_last(args, CLI_QUIET));
    cli_output_discard(&j.output);
    if (j.codes >= 0) close(j.codes);
    qs_codec_close(j.codec);
    free(j.json_path);
    return status;
}

const cli_command cli_decode = {
    .name = "decode",
    .summary = "turns codes back into rows of float32",
    .usage = "OUT -o FILE.npy",
    .about = "Reads OUT and OUT.json, which encode wrote, and writes a .npy of float32 with\n"
             "one row for each that was coded: the values that the codes stand for.\n",
    .options = options,
    .examples = "  quantscope decode base.int8 -o back.npy\n"
                "  quantscope decode base.int8 -o back.npy --quiet\n",
    .positionals = 1,
    .run = run,
};
