/* The reader of sidecar.h. */
#include "cli/posix.h"

#include "cli/sidecar.h"

#include "cli/cli.h"
#include "cli/file.h"
#include "cli/json.h"
#include "cli/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/types.h>
#include <sys/xattr.h>
#endif

/* ------------------------------------------------------------------------------------------------- the mark */

#ifdef __linux__

static const char attribute[] = "user.quantscope.sidecar";

static void read_mark(int descriptor, char mark[CLI_DIGEST])
{
    ssize_t length = fgetxattr(descriptor, attribute, mark, CLI_DIGEST - 1);
    mark[length > 0 ? length : 0] = 0;
}

static void write_mark(int descriptor, const char *mark)
{
    (void)!fsetxattr(descriptor, attribute, mark, strlen(mark), 0);
}

#else

static void read_mark(int descriptor, char mark[CLI_DIGEST])
{
    (void)descriptor;
    *mark = 0;
}

static void write_mark(int descriptor, const char *mark)
{
    (void)descriptor;
    (void)mark;
}

#endif

/* ------------------------------------------------------------------------------------------------ the names */

static const char ending[] = ".json";

char *cli_sidecar_name(const char *codes)
{
    char *name = cli_alloc(strlen(codes) + sizeof ending);
    return strcat(strcpy(name, codes), ending);
}

char *cli_sidecar_codes(const char *path)
{
    size_t length = strlen(path), end = sizeof ending - 1;
    if (length <= end || strcmp(path + length - end, ending) != 0) return NULL;
    char *name = cli_copy(path);
    name[length - end] = 0;
    return name;
}

/* The rows that the shape tells; a whole number that a file can hold. */
static int read_shape(cli_sidecar *s, const cli_json *json)
{
    int shape = cli_json_get(json, 0, "shape");
    s->axes = cli_json_size(json, shape);
    s->shape = cli_json_text(json, shape);
    s->rows = 1;
    if (s->axes > 1) cli_json_number(json, cli_json_at(json, shape, 0), &s->rows);
    if (s->rows >= 1 && s->rows < 0x1p53 && s->rows == floor(s->rows)) return CLI_DONE;
    return cli_fail(CLI_DATA, "%s: its \"shape\" is not [rows, dim] with rows of 1 or more and dim %zu", s->path,
                    qs_codec_dim(s->codec));
}

/* The "digest" of an object; empty where there is none that could be one. */
static void read_digest(const cli_json *json, int object, char digest[CLI_DIGEST])
{
    const char *text = cli_json_string(json, cli_json_get(json, object, "digest"));
    if (text && strlen(text) < CLI_DIGEST) strcpy(digest, text);
}

/* What it says of the codes, and of itself. */
static int read_digests(cli_sidecar *s, const cli_json *json)
{
    int codes = cli_json_get(json, 0, "codes");
    if (codes < 0) return CLI_DONE;
    read_digest(json, codes, s->digest);
    read_digest(json, 0, s->own);
    if (*s->digest && *s->own) return CLI_DONE;
    return cli_fail(CLI_DATA, "%s: it has \"codes\" without a \"digest\" of them, or none of its own", s->path);
}

int cli_sidecar_read(cli_sidecar *s, const char *path, const char *codes)
{
    *s = (cli_sidecar){.path = path, .codes = codes};
    int status = cli_read_text(path, &s->text, &s->length);
    if (status) return status;
    s->codec = qs_codec_open_params(s->text, s->length);
    if (!s->codec) return cli_fail_data(path);
    cli_json *json = cli_json_parse(s->text, s->length);
    status = read_shape(s, json);
    if (!status) status = read_digests(s, json);
    cli_json_free(json);
    return status;
}

void cli_sidecar_close(cli_sidecar *s)
{
    qs_codec_close(s->codec);
    free(s->text);
    free(s->shape);
    *s = (cli_sidecar){.path = NULL};
}

void cli_sidecar_mark(int descriptor, const char *text)
{
    char mark[CLI_DIGEST] = "";
    cli_json *json = cli_json_parse(text, strlen(text));
    read_digest(json, 0, mark);
    if (*mark) write_mark(descriptor, mark);
    cli_json_free(json);
}

static int fail_bytes(const cli_sidecar *s, double bytes, double expected)
{
    char there[40], rows[40], row[40], wanted[40];
    return cli_fail(CLI_DATA, "%s: it has %s bytes, but %s rows of %s bytes are %s, says %s", s->codes,
                    cli_grouped(bytes, there), cli_grouped(s->rows, rows),
                    cli_grouped((double)qs_codec_row_bytes(s->codec), row), cli_grouped(expected, wanted), s->path);
}

int cli_sidecar_check_text(const cli_sidecar *s)
{
    if (qs_codec_sidecar_check(s->text, s->length) == QS_OK) return CLI_DONE;
    char *about = cli_alloc(strlen(s->path) + (s->codes ? strlen(s->codes) : 0) + 20);
    strcpy(about, s->path);
    if (s->codes) strcat(strcat(about, ", beside "), s->codes);
    int status = cli_fail_data(about);
    free(about);
    return status;
}

/* The head of a .npy of version 1, if that is what a file begins with and it takes all that is not codes. */
static double bytes_before(int descriptor, double more)
{
    uint8_t head[10];
    bool is = pread(descriptor, head, sizeof head, 0) == (ssize_t)sizeof head && !memcmp(head, "\x93NUMPY\x01", 8);
    return is && 10 + head[8] + 256 * head[9] == more ? more : 0;
}

int cli_sidecar_check_file(cli_sidecar *s, int descriptor, double bytes)
{
    char mark[CLI_DIGEST];
    double expected = s->rows * (double)qs_codec_row_bytes(s->codec);
    s->skip = 0;
    if (bytes > expected) s->skip = bytes_before(descriptor, bytes - expected);
    bytes -= s->skip;
    if (bytes != expected) return fail_bytes(s, bytes, expected);
    if (!*s->digest)
        return cli_fail(CLI_DATA, "%s: it does not say that it belongs to %s: encode the rows again", s->path,
                        s->codes);
    int status = cli_sidecar_check_text(s);
    if (status) return status;
    read_mark(descriptor, mark);
    if (!*mark || !strcmp(mark, s->own)) return CLI_DONE;
    return cli_fail(CLI_DATA,
                    "%s and %s are not of one encode: %s was written with a %s whose digest is %s; "
                    "encode the rows again",
                    s->codes, s->path, s->codes, s->path, mark);
}

int cli_sidecar_check_digest(const cli_sidecar *s, const qs_digest *digest)
{
    char text[sizeof s->digest];
    qs_digest_text(digest, text, sizeof text);
    if (!strcmp(text, s->digest)) return CLI_DONE;
    return cli_fail(CLI_DATA,
                    "%s and %s are not of one encode: the digest of %s is %s, %s says %s; encode the rows again",
                    s->codes, s->path, s->codes, text, s->path, s->digest);
}

int cli_sidecar_check_codes(cli_sidecar *s, int descriptor, double bytes)
{
    enum { AT_A_TIME = 1 << 18 };
    int status = cli_sidecar_check_file(s, descriptor, bytes);
    if (status) return status;
    uint8_t *some = cli_alloc(AT_A_TIME);
    qs_digest *digest = qs_digest_open();
    if (!digest) status = cli_fail_core(NULL);
    for (double done = s->skip; done < bytes && !status;) {
        size_t n = bytes - done < AT_A_TIME ? (size_t)(bytes - done) : AT_A_TIME;
        status = cli_read_at(s->codes, descriptor, done, some, n);
        if (!status) qs_digest_add(digest, some, n);
        done += (double)n;
    }
    if (!status) status = cli_sidecar_check_digest(s, digest);
    qs_digest_close(digest);
    free(some);
    return status;
}
