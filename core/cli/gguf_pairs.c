/* The metadata of a GGUF as its bytes lie there: "key, type u32, value" one after another (the core's reader has
 * checked them). What a change of types or a join of several files makes wrong is left out. */
#include "cli/gguf.h"

#include "quantscope.h"

#include <stdlib.h>
#include <string.h>

enum { FIXED = 24, TEXT = 8, ARRAY = 9, FIRST_READ = 1 << 16 };

/* Bytes of the source as far as they are read. */
typedef struct head {
    cli_gguf *g;
    size_t part, count, at;
    uint8_t *bytes;
    int status;
} head;

/* Has n more bytes at hand; false with the status set where they cannot be read. */
static bool reach(head *h, double n)
{
    double end = (double)h->at + n;
    if (h->status || end <= (double)h->count) return !h->status;
    const cli_part *part = &h->g->file->parts.list[h->part];
    double want = 2 * end > FIRST_READ ? 2 * end : FIRST_READ;
    if (part->bytes > 0 && want > part->bytes) want = part->bytes;
    if (want < end) want = end; /* reading says that it is truncated */
    free(h->bytes);
    h->bytes = cli_alloc(h->count = (size_t)want);
    h->status = cli_parts_read(&h->g->file->parts, h->g->file->source, h->part, 0, h->bytes, h->count);
    return !h->status;
}

static double take(head *h, size_t n)
{
    double value = 0;
    if (!reach(h, (double)n) || !h->bytes) return 0;
    for (size_t i = n; i-- > 0;) value = value * 256 + h->bytes[h->at + i];
    h->at += n;
    return value;
}

static void skip(head *h, double n)
{
    if (reach(h, n)) h->at += (size_t)n;
}

static void skip_value(head *h, unsigned type)
{
    static const size_t sizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    if (type == TEXT) {
        skip(h, take(h, 8));
    } else if (type == ARRAY) {
        unsigned of = (unsigned)take(h, 4);
        double count = take(h, 8);
        if (of != TEXT) skip(h, of < sizeof sizes / sizeof *sizes ? count * (double)sizes[of] : 0);
        for (double i = 0; of == TEXT && i < count && !h->status; i++) skip(h, take(h, 8));
    } else if (type < sizeof sizes / sizeof *sizes) {
        skip(h, (double)sizes[type]);
    }
}

/* general.file_type is what most tensors were; split.* is about the files that were joined. */
static bool is_left_out(const uint8_t *key, size_t length)
{
    static const char file_type[] = "general.file_type", split[] = "split.";
    return (length == sizeof file_type - 1 && !memcmp(key, file_type, length)) ||
           (length >= sizeof split - 1 && !memcmp(key, split, sizeof split - 1));
}

static void take_pairs(head *h)
{
    cli_gguf *g = h->g;
    h->at = FIXED - 8;
    double count = take(h, 8);
    size_t room = 0;
    for (double i = 0; i < count && !h->status; i++) {
        size_t begin = h->at, length = (size_t)take(h, 8);
        skip(h, (double)length);
        skip_value(h, (unsigned)take(h, 4));
        if (h->status || is_left_out(h->bytes + begin + 8, length)) continue;
        size_t bytes = h->at - begin;
        if (g->pairs_bytes + bytes > room) {
            room = 2 * (g->pairs_bytes + bytes);
            uint8_t *more = cli_alloc(room);
            if (g->pairs_bytes) memcpy(more, g->pairs, g->pairs_bytes);
            free(g->pairs);
            g->pairs = more;
        }
        memcpy(g->pairs + g->pairs_bytes, h->bytes + begin, bytes);
        g->pairs_bytes += bytes;
        g->pairs_count++;
    }
}

int cli_gguf_pairs(cli_gguf *g)
{
    if (strcmp(qs_source_kind(g->file->source), "gguf") != 0) return CLI_DONE;
    head h = {.g = g, .part = g->file->list ? 1 : 0};
    take_pairs(&h);
    free(h.bytes);
    return h.status;
}
