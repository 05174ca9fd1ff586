/* The unpacker of unpack.h, by zlib where it is there at build time (QS_ZLIB). */
#include "cli/posix.h"

#include "cli/unpack.h"

#include "cli/cli.h"

#ifdef QS_ZLIB
#include "cli/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { BUFFER = 1 << 18 };

/* Of packed bytes that do not say how many they unpack to: this many times their own, and a little. It is a bound
 * on what a small file can fill a disk with. */
static const double MOST_TIMES = 200, MOST_LEAST = 1 << 24;

struct cli_unpack {
    char *about;
    int from, to;
    FILE *file; /* of to */
    double at, end, done, length, most;
    bool over, gzip;
    z_stream z;
    unsigned char in[BUFFER], out[BUFFER];
};

int cli_unpack_open(cli_unpack **result, const char *about, int from, double offset, double bytes, bool gzip,
                    double length, int *descriptor)
{
    cli_unpack *u = cli_alloc(sizeof *u);
    *result = u;
    u->about = cli_copy(about);
    u->from = from;
    u->at = offset;
    u->end = offset + bytes;
    u->length = length;
    u->most = length >= 0 ? length : bytes * MOST_TIMES + MOST_LEAST;
    u->gzip = gzip;
    u->file = tmpfile();
    if (!u->file) return cli_fail(CLI_OUTPUT, "%s: no temporary file to unpack it to: %s", about, strerror(errno));
    *descriptor = u->to = fileno(u->file);
    if (inflateInit2(&u->z, gzip ? 16 + 15 : -15) != Z_OK)
        return cli_fail(CLI_MEMORY, "%s: no memory to unpack it", about);
    return CLI_DONE;
}

static int fail(const cli_unpack *u, const char *what)
{
    return cli_fail(CLI_DATA, "%s: byte %.0f: %s", u->about, u->at - u->z.avail_in, what);
}

static int write_out(cli_unpack *u)
{
    size_t n = BUFFER - u->z.avail_out;
    if (u->done + (double)n > u->most) {
        char words[120];
        snprintf(words, sizeof words, "what is packed here unpacks to more than %.0f bytes, %s", u->most,
                 u->length >= 0 ? "which is what it says" : "which is not believed: unpack it first");
        return fail(u, words);
    }
    for (size_t at = 0; at < n;) {
        ssize_t put = write(u->to, u->out + at, n - at);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return cli_fail(CLI_OUTPUT, "%s: cannot be unpacked: %s", u->about, strerror(errno));
        at += (size_t)put;
    }
    u->done += (double)n;
    return CLI_DONE;
}

static int read_in(cli_unpack *u)
{
    double left = u->end - u->at;
    size_t n = left < BUFFER ? (size_t)left : BUFFER;
    int status = cli_read_at(u->about, u->from, u->at, u->in, n);
    u->at += (double)n;
    u->z.next_in = u->in;
    u->z.avail_in = (unsigned)n;
    return status;
}

/* gzip files may be several, one after another. */
static int end_of_stream(cli_unpack *u)
{
    u->over = !u->gzip || (u->at >= u->end && u->z.avail_in == 0);
    if (!u->over) return inflateReset(&u->z) == Z_OK ? CLI_DONE : CLI_MEMORY;
    if (u->length < 0 || u->done == u->length) return CLI_DONE;
    return fail(u, "what is packed here ends before the length it says");
}

int cli_unpack_until(cli_unpack *u, double upto, double *there)
{
    int status = CLI_DONE;
    while (!status && !u->over && (upto < 0 || u->done < upto)) {
        if (u->z.avail_in == 0 && u->at < u->end) status = read_in(u);
        if (status) break;
        u->z.next_out = u->out;
        u->z.avail_out = BUFFER;
        int got = inflate(&u->z, Z_NO_FLUSH);
        if (got == Z_MEM_ERROR) return cli_fail(CLI_MEMORY, "%s: no memory to unpack it", u->about);
        if (got != Z_OK && got != Z_STREAM_END && got != Z_BUF_ERROR)
            return fail(u, "what should be packed by deflate is damaged from here on");
        if (got == Z_BUF_ERROR && u->z.avail_in == 0 && u->at >= u->end)
            return fail(u, "what is packed here is truncated");
        status = write_out(u);
        if (!status && got == Z_STREAM_END) status = end_of_stream(u);
    }
    *there = u->done;
    return status;
}

void cli_unpack_close(cli_unpack *u)
{
    if (!u) return;
    inflateEnd(&u->z);
    if (u->file) fclose(u->file);
    free(u->about);
    free(u);
}

#else

int cli_unpack_open(cli_unpack **unpack, const char *about, int from, double offset, double bytes, bool gzip,
                    double length, int *descriptor)
{
    (void)from, (void)offset, (void)bytes, (void)gzip, (void)length;
    *unpack = NULL;
    *descriptor = -1;
    return cli_fail(
        CLI_DATA, "%s: it is packed, and this build has no zlib: unpack it first, or build with zlib1g-dev", about);
}

int cli_unpack_until(cli_unpack *unpack, double upto, double *there)
{
    (void)unpack, (void)upto;
    *there = 0;
    return CLI_DATA;
}

void cli_unpack_close(cli_unpack *unpack)
{
    (void)unpack;
}

#endif
