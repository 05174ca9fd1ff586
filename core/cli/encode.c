/* quantscope encode: rows of a file to codes, OUT, and all that a decoder needs, OUT.json. */
#include "cli/posix.h"

#include "cli/cli.h"

#include "cli/encode.h"
#include "cli/export.h"
#include "cli/file.h"
#include "cli/findings.h"
#include "cli/json.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/sidecar.h"
#include "cli/specs.h"
#include "quantscope.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPTION_TENSOR = CLI_FIRST_OPTION, OPTION_PARAMS, OPTION_TO, OPTION_TYPES };

static const cli_option options[] = {
    {'s', "spec", "SPEC", "the spec to encode with; optional with --params"},
    {'o', "output", "OUT", "the file of codes; OUT.json is written beside it"},
    {OPTION_TENSOR, "tensor", "NAME", "which tensor of FILE, if it has several; can be repeated with gguf"},
    {OPTION_PARAMS, "params", "OUT.json", "use the parameters of an earlier encode instead of fitting"},
    {OPTION_TO, "to", "KIND", "codes (default), npy, safetensors, c, float-npy, fvecs or gguf"},
    {OPTION_TYPES, "types", "FILE", "with --to gguf: types by tensor, lines NAME=TYPE"},
    CLI_RAW_OPTIONS,
    {CLI_JSON, "json", NULL, "print {\"spec\",\"rows\",\"dim\",\"bytes\",\"warnings\",\"findings\"}"},
    {0, NULL, NULL, NULL},
};

typedef struct job {
    char *spec;
    cli_file file;
    qs_codec *codec;
    const char *to; /* the kind of OUT */
    cli_output codes, json;
    cli_export export;
    qs_digest *digest; /* of the codes */
    qs_check *check;   /* what is noticed */
    float *rows;
    cli_progress progress;
} job;

/* Calls observe or encode for each chunk. */
static int each_chunk(job *j, const char *what, int (*use)(job *j, void *with, double row, size_t n), void *with)
{
    double row = 0;
    while (row < j->file.rows) {
        size_t n = cli_file_chunk(&j->file, row);
        int status = cli_file_rows(&j->file, row, n, j->rows);
        if (!status) status = use(j, with, row, n);
        if (status) return status;
        row += (double)n;
        cli_progress_show(&j->progress, row / j->file.rows, what);
    }
    return CLI_DONE;
}

static int observe(job *j, void *fit, double row, size_t n)
{
    return qs_fit_observe(fit, row, j->rows, n) < 0 ? cli_fail_core(j->file.path) : CLI_DONE;
}

static int encode(job *j, void *codes, double row, size_t n)
{
    if (qs_codec_encode(j->codec, row, j->rows, n, codes) < 0) return cli_fail_core(j->file.path);
    size_t bytes = n * qs_codec_row_bytes(j->codec);
    qs_digest_add(j->digest, codes, bytes);
    if (qs_check_observe(j->check, row, j->rows, n, codes) < 0) return cli_fail_core(j->file.path);
    return cli_export_write(&j->export, row, n, codes, bytes);
}

static int fit_codec(job *j)
{
    qs_fit *fit = qs_fit_open(j->spec, j->file.dim);
    if (!fit) return cli_fail_data(j->file.path);             /* the spec is good: it is the dim */
    int status = CLI_DONE, more = qs_fit_next_pass(fit) != 0; /* before any row: 0 where none is needed */
    while (!status && more > 0) {
        status = each_chunk(j, "fit", observe, fit);
        if (!status) more = qs_fit_next_pass(fit);
    }
    if (!status && more == 0) j->codec = qs_fit_finish(fit);
    if (!status && !j->codec) status = cli_fail_core(j->file.path);
    qs_fit_close(fit);
    return status;
}

/* Whether the codes that the params were written beside, where there are any, are still those. */
static int check_pair(cli_sidecar *params)
{
    int descriptor = -1;
    double bytes = 0;
    if (!*params->digest || !params->codes || access(params->codes, F_OK)) return CLI_DONE;
    int status = cli_open_plain(params->codes, &descriptor, &bytes);
    if (!status) status = cli_sidecar_check_codes(params, descriptor, bytes);
    if (descriptor >= 0) close(descriptor);
    return status;
}

/* The codec that an earlier encode wrote, checked against -s. The dim is checked once the file is known. */
static int read_params(job *j, const char *path)
{
    cli_sidecar params;
    char *codes = cli_sidecar_codes(path);
    int status = cli_sidecar_read(&params, path, codes);
    if (!status && *params.digest) status = cli_sidecar_check_text(&params);
    cli_json *json = status ? NULL : cli_json_parse(params.text, params.length);
    const char *written = json ? cli_json_string(json, cli_json_get(json, 0, "spec")) : NULL;
    char *spec = written ? cli_canonical(written) : NULL;
    if (!status && j->spec && (!spec || strcmp(spec, j->spec) != 0))
        status = cli_fail(CLI_USAGE, "%s: its params are of %s, not of %s; leave out -s", path, spec ? spec : "?",
                          j->spec);
    if (!status) status = check_pair(&params);
    if (!status) {
        j->codec = params.codec;
        params.codec = NULL;
    }
    cli_sidecar_close(&params);
    free(codes);
    free(spec);
    cli_json_free(json);
    return status;
}

/* Kinds that hold all a decoder needs, or decoded values, have nothing beside them. */
static bool stands_alone(const job *j)
{
    return j->to && strcmp(j->to, "codes") != 0 && strcmp(j->to, "npy") != 0;
}

static int open_outputs(job *j, const char *path, const char *params)
{
    bool device = cli_output_is_device(path) || stands_alone(j);
    char *beside = cli_sidecar_name(path);
    int status = CLI_DONE;
    if (cli_same_file(path, j->file.path) || (params && cli_same_file(path, params)))
        status = cli_fail(CLI_USAGE, "%s: OUT is the file that is read", path);
    else if (!device && cli_same_file(beside, j->file.path))
        status = cli_fail(CLI_USAGE, "%s: OUT.json is the file that is read; choose another OUT", beside);
    if (!status) status = cli_output_open(&j->codes, path);
    if (!status && !device) status = cli_output_open(&j->json, beside);
    free(beside);
    return status;
}

static int write_sidecar(job *j)
{
    char *text, digest[80];
    qs_digest_text(j->digest, digest, sizeof digest);
    int written = cli_export_finish(&j->export, digest);
    if (written || !j->json.stream) return written;
    double *shape = cli_alloc((j->file.axes + 1) * sizeof *shape);
    size_t axes = cli_export_shape(j->file.shape, shape, j->file.axes);
    CLI_TEXT(text, qs_codec_sidecar_json(j->codec, shape, axes, digest, dst, cap));
    free(shape);
    if (!text) return cli_fail_core(j->file.path);
    int status = cli_output_write(&j->json, text, strlen(text));
    if (!status) status = cli_output_write(&j->json, "\n", 1);
    cli_sidecar_mark(fileno(j->codes.stream), text);
    free(text);
    return status ? status : cli_output_close(&j->json);
}

static int open_export(job *j)
{
    cli_json *tensor = cli_file_tensor(&j->file, j->file.tensor);
    const char *name = cli_json_string(tensor, cli_json_get(tensor, 0, "name"));
    int status = cli_export_open(&j->export, j->to, name, j->file.shape, j->file.axes, j->codec, &j->codes);
    cli_json_free(tensor);
    return status;
}

static int code_rows(job *j, bool earlier)
{
    if (qs_codec_dim(j->codec) != j->file.dim)
        return cli_fail(CLI_DATA, "%s: its rows have dim %zu, those that the params were fitted to %zu",
                        j->file.path, j->file.dim, qs_codec_dim(j->codec));
    if (!(j->digest = qs_digest_open())) return cli_fail_core(NULL);
    if (!(j->check = qs_check_open(j->codec, earlier))) return cli_fail_core(NULL);
    uint8_t *codes = cli_alloc(cli_file_chunk(&j->file, 0) * qs_codec_row_bytes(j->codec));
    int status = open_export(j);
    if (!status) status = each_chunk(j, "encode", encode, codes);
    free(codes);
    if (!status) status = write_sidecar(j);
    if (!status) status = cli_output_close(&j->codes);
    if (!status && j->json.temporary) status = cli_output_remove(&j->json);
    if (!status) status = cli_output_rename(&j->codes);
    return status || !j->json.temporary ? status : cli_output_rename(&j->json);
}

/* What was noticed of the codes as warnings on stderr, all of it as JSON. */
static void say_findings(const job *j, bool as_json)
{
    char *text, *params;
    CLI_TEXT(text, qs_check_json(j->check, dst, cap));
    CLI_TEXT(params, qs_codec_params_json(j->codec, j->file.rows, dst, cap));
    cli_json *json = cli_json_parse(text, strlen(text)), *codec = cli_json_parse(params, strlen(params));
    int findings = cli_json_get(json, 0, "findings");
    for (size_t i = 0; i < cli_json_size(json, findings); i++) { /* of the data itself check tells */
        int finding = cli_json_at(json, findings, i);
        cli_level level = cli_level_of(cli_json_string(json, cli_json_get(json, finding, "level")));
        bool of_spec = cli_json_string(json, cli_json_get(json, finding, "spec"));
        if (of_spec && level > CLI_NOTE) cli_warn("%s", cli_json_string(json, cli_json_get(json, finding, "text")));
    }
    if (as_json) {
        double row_bytes = (double)qs_codec_row_bytes(j->codec);
        fputs("{\"spec\":", stdout);
        cli_json_print(stdout, codec, cli_json_get(codec, 0, "spec"));
        printf(",\"rows\":%.0f,\"dim\":%zu,\"bytes\":%.0f,%s\n", j->file.rows, j->file.dim,
               j->file.rows * row_bytes, text + 1);
    }
    cli_json_free(json);
    cli_json_free(codec);
    free(text);
    free(params);
}

/* Where rows are not the first axis (experts, tensors of a GGUF) the codes are of the shape (rows, dim). */
static void settle_shape(cli_file *file)
{
    enum { ROOM = 64 };
    if (file->axes < 2 || strtod(file->shape + 1, NULL) == file->rows) return;
    free(file->shape);
    file->shape = cli_alloc(ROOM);
    file->axes = 2;
    snprintf(file->shape, ROOM, "[%.0f,%zu]", file->rows, file->dim);
}

static int encode_file(job *j, const cli_args *args, const char *out)
{
    const char *params = cli_last(args, OPTION_PARAMS);
    int status = params ? read_params(j, params) : CLI_DONE;
    if (!status) status = cli_file_open(&j->file, cli_nth(args, CLI_POSITIONAL, 0), cli_last(args, OPTION_TENSOR));
    if (!status) status = open_outputs(j, out, params);
    if (status) return status;
    settle_shape(&j->file);
    j->rows = cli_alloc(cli_file_chunk(&j->file, 0) * j->file.dim * sizeof *j->rows);
    j->progress = cli_progress_begin(cli_last(args, CLI_QUIET));
    if (!j->codec) status = fit_codec(j);
    if (!status) status = code_rows(j, params != NULL);
    cli_progress_end(&j->progress);
    if (!status) say_findings(j, cli_last(args, CLI_JSON));
    return status;
}

static bool is_gguf(const job *j)
{
    return j->to && !strcmp(j->to, "gguf");
}

static int check_gguf_options(const job *j, const cli_args *args)
{
    if (is_gguf(j) && cli_last(args, OPTION_PARAMS))
        return cli_fail_usage(&cli_encode, "encode: types of a GGUF are fitted to nothing; leave out --params");
    if (!is_gguf(j) && cli_last(args, OPTION_TYPES))
        return cli_fail_usage(&cli_encode, "encode: --types is of --to gguf alone");
    return CLI_DONE;
}

static int encode_model(job *j, const cli_args *args, const char *out)
{
    const cli_encode_gguf_options o = {
        .args = args, .tensor = OPTION_TENSOR, .spec = j->spec, .types = cli_last(args, OPTION_TYPES)};
    return cli_encode_gguf(&o, cli_nth(args, CLI_POSITIONAL, 0), out);
}

static int run(const cli_args *args)
{
    job j = {.to = cli_last(args, OPTION_TO)};
    const char *out, *spec = cli_last(args, 's');
    int status = cli_need(args, 'o', &out);
    if (!status) status = cli_export_check(j.to);
    if (!status && cli_count(args, 's') > 1)
        status = cli_fail_usage(&cli_encode, "encode: it codes by one spec; choose one of the %zu given with -s",
                                cli_count(args, 's'));
    if (!status) status = check_gguf_options(&j, args);
    bool optional = cli_last(args, OPTION_PARAMS) || cli_last(args, OPTION_TYPES);
    if (!status && !optional) status = cli_need(args, 's', &spec);
    if (status) return status;
    if (spec && !(j.spec = cli_canonical(spec))) return cli_fail_spec(spec);
    status = is_gguf(&j) ? encode_model(&j, args, out) : encode_file(&j, args, out);
    cli_export_close(&j.export);
    cli_output_discard(&j.codes);
    cli_output_discard(&j.json);
    cli_file_close(&j.file);
    qs_codec_close(j.codec);
    qs_digest_close(j.digest);
    qs_check_close(j.check);
    free(j.rows);
    free(j.spec);
    return status;
}

const cli_command cli_encode = {
    .name = "encode",
    .summary = "encodes the rows of a file",
    .usage = "FILE -s SPEC -o OUT [--to KIND] [--tensor NAME]\n"
             "                         [--params OUT.json] [--types FILE] [--json]",
    .about = "Fits SPEC to the rows of FILE, encodes them, and writes two files. OUT holds\n"
             "the bytes of all rows one after another (the codes of a row, then its scales,\n"
             "then its zero points). OUT.json holds the spec, the shape, the fitted\n"
             "parameters and a digest of OUT (XXH64); decode and --params read and check it.\n"
             "FILE is read in chunks, so it may be larger than memory. If OUT is a device, a\n"
             "pipe or standard output, OUT.json is not written. An error leaves no partial\n"
             "output.\n\n"
             "--to writes another kind of file. npy: an array of uint8, one row of bytes for\n"
             "each row, with OUT.json. safetensors: codes, scales and zero points as tensors,\n"
             "OUT.json in the metadata. c: a C header of constant arrays. float-npy and fvecs:\n"
             "decoded float32 values. gguf: the whole file as a GGUF; SPEC, a type of ggml,\n"
             "applies to all floats of two axes or more, other tensors and the metadata of a\n"
             "GGUF are copied (general.file_type is left out). --types gives tensors types of\n"
             "their own by regular expressions; of several that match the first counts.\n\n"
             "Values outside an earlier fit, blocks that decode to zeros and the like are\n"
             "reported on stderr, and as findings with --json.\n",
    .options = options,
    .examples = "  quantscope encode base.npy -s int8 -o base.int8\n"
                "  quantscope encode model.gguf -s q4_k --to gguf -o model-q4_k.gguf\n",
    .positionals = 1,
    .run = run,
};
