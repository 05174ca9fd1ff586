/*
 * The reader of .npz, a zip archive of .npy files, stored or deflated.
 *
 * A zip archive is read from its end: the last record says where the directory is, the directory where each member
 * is, and the member's own header where its bytes begin. Each .npy among them is a tensor; a deflated one is a
 * part, which is unpacked by who reads it.
 *
 *     end of directory (22 bytes and a comment)  "PK\5\6" ... entries u16 at 10, bytes u32 at 12, offset u32 at 16
 *     its 64-bit form, found by a locator        "PK\6\7" ... offset u64 at 8;  "PK\6\6" ... u64 at 32, 40 and 48
 *     entry of the directory (46 bytes and more) "PK\1\2" flags at 8, method at 10, sizes at 20 and 24, offset at
 * 42 header of a member (30 bytes and more)     "PK\3\4" lengths of its name and extra at 26 and 28
 */
#include "source/source.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"

#include <string.h>

enum { END = 22, LOCATOR = 20, END64 = 56, ENTRY = 46, LOCAL = 30, TAIL = END + 65535 + LOCATOR };
enum { MOST_DIRECTORY = 1 << 26, NPY_HEAD = 128, MOST_TIMES = 1032 }; /* deflate packs no better than that */

typedef enum stage { AT_END, AT_END64, AT_DIRECTORY, AT_MEMBER, AT_NPY } stage;

typedef struct member {
    const char *name;
    size_t length;
    double offset, packed, bytes;
    bool deflated;
} member;

typedef struct archive {
    stage stage;
    double entries, directory_bytes, directory;
    uint8_t *raw; /* the directory */
    size_t at;    /* in it */
    member now;
    double data; /* where the member's bytes begin */
    double file_bytes;
} archive;

static bool is_mark(const uint8_t *bytes, const char *mark)
{
    return !memcmp(bytes, mark, 4);
}

static int want(qs_source *source, double part, double offset, double bytes)
{
    const archive *z = source->state;
    if (part == 0 && !(offset >= 0 && bytes > 0 && offset + bytes <= z->file_bytes))
        return qsi_fail_byte(z->file_bytes,
                             "the zip archive is truncated or damaged: %.0f bytes are expected at byte %.0f", bytes,
                             offset);
    source->want[0] = part;
    source->want[1] = offset;
    source->want[2] = bytes;
    return QS_OK;
}

static int want_directory(qs_source *source)
{
    archive *z = source->state;
    z->stage = AT_DIRECTORY;
    if (z->entries == 0) return qsi_fail_byte(z->directory, "the zip archive is empty");
    if (z->directory_bytes > MOST_DIRECTORY)
        return qsi_fail_byte(z->directory, "a zip directory of %.0f bytes is not believed", z->directory_bytes);
    return want(source, 0, z->directory, z->directory_bytes);
}

/* The last bytes of the file: the end record is the last one whose comment ends with the file. */
static int take_end(qs_source *source, const uint8_t *raw, size_t n)
{
    archive *z = source->state;
    for (size_t at = n - END + 1; at-- > 0;) {
        const uint8_t *e = raw + at;
        if (!is_mark(e, "PK\5\6") || at + END + qsi_get16(e + 20) != n) continue;
        z->entries = qsi_get16(e + 10);
        z->directory_bytes = qsi_get32(e + 12);
        z->directory = qsi_get32(e + 16);
        if (at >= LOCATOR && is_mark(e - LOCATOR, "PK\6\7")) {
            z->stage = AT_END64;
            return want(source, 0, (double)qsi_get64(e - LOCATOR + 8), END64);
        }
        return want_directory(source);
    }
    return qsi_fail_byte(z->file_bytes,
                         "the zip archive is truncated: its directory, which should be at its end, is not there");
}

static int take_end64(qs_source *source, const uint8_t *raw)
{
    archive *z = source->state;
    if (!is_mark(raw, "PK\6\6"))
        return qsi_fail_byte(source->want[1], "the end of the zip directory is expected here");
    z->entries = (double)qsi_get64(raw + 32);
    z->directory_bytes = (double)qsi_get64(raw + 40);
    z->directory = (double)qsi_get64(raw + 48);
    return want_directory(source);
}

/* Sizes and offset that do not fit 32 bits stand in the extra field 1, in this order. */
static void take_extra(member *m, const uint8_t *extra, size_t n)
{
    double *wide[] = {&m->bytes, &m->packed, &m->offset};
    for (size_t at = 0; at + 4 <= n;) {
        size_t length = qsi_get16(extra + at + 2), end = at + 4 + length;
        if (end > n) return;
        if (qsi_get16(extra + at) == 1)
            for (size_t i = 0, from = at + 4; i < 3; i++) {
                if (*wide[i] != 4294967295.0 || from + 8 > end) continue;
                *wide[i] = (double)qsi_get64(extra + from);
                from += 8;
            }
        at = end;
    }
}

static int fail_member(const archive *z, const char *what)
{
    char name[QSI_SHOWN] = "";
    size_t n = z->now.length < QSI_SHOWN - 1 ? z->now.length : QSI_SHOWN - 1;
    memcpy(name, z->now.name, n);
    return qsi_fail_byte(z->now.offset, "member '%s' of the archive: %s", name, what);
}

/* Goes on to the next .npy of the directory; 0 where there is none, a negative error. */
static int next_member(archive *z)
{
    size_t all = (size_t)z->directory_bytes;
    while (z->entries-- > 0) {
        const uint8_t *e = z->raw + z->at;
        size_t name = 0, rest = 0;
        if (z->at + ENTRY <= all && is_mark(e, "PK\1\2")) {
            name = qsi_get16(e + 28);
            rest = qsi_get16(e + 30) + (size_t)qsi_get16(e + 32);
        }
        if (!name || z->at + ENTRY + name + rest > all)
            return qsi_fail_byte(z->directory + (double)z->at, "an entry of the zip directory is expected here");
        z->at += ENTRY + name + rest;
        member *m = &z->now;
        *m =
            (member){(const char *)e + ENTRY, name, qsi_get32(e + 42), qsi_get32(e + 20), qsi_get32(e + 24), false};
        take_extra(m, e + ENTRY + name, qsi_get16(e + 30));
        if (name < 5 || memcmp(m->name + name - 4, ".npy", 4) != 0) continue;
        unsigned method = qsi_get16(e + 10);
        m->deflated = method == 8;
        if (qsi_get16(e + 8) & 1) return fail_member(z, "it is encrypted");
        if (method != 0 && method != 8)
            return fail_member(z, "it is packed by a method other than deflate: np.savez it anew");
        if (method == 0 && m->packed != m->bytes) return fail_member(z, "it is stored, and its two sizes differ");
        if (m->bytes > MOST_TIMES * m->packed + 64)
            return fail_member(z, "deflate cannot unpack it to the size it says");
        return 1;
    }
    return 0;
}

static int want_member(qs_source *source)
{
    archive *z = source->state;
    int more = next_member(z);
    if (more < 0) return more;
    if (more) {
        z->stage = AT_MEMBER;
        return want(source, 0, z->now.offset, LOCAL);
    }
    source->want[2] = 0;
    if (source->count) return QS_OK;
    return qsi_fail_byte(
        0, "the zip archive holds no .npy; a .pt or .pth of PyTorch is one that is never loaded: save "
           "its tensors with safetensors.torch.save_file");
}

static int take_directory(qs_source *source, const uint8_t *raw)
{
    archive *z = source->state;
    z->raw = qsi_array((size_t)z->directory_bytes, 1);
    if (!z->raw) return QS_E_MEMORY;
    memcpy(z->raw, raw, (size_t)z->directory_bytes);
    return want_member(source);
}

static int take_member(qs_source *source, const uint8_t *raw)
{
    archive *z = source->state;
    if (!is_mark(raw, "PK\3\4")) return fail_member(z, "its header does not stand where the directory says");
    z->data = z->now.offset + LOCAL + qsi_get16(raw + 26) + qsi_get16(raw + 28);
    z->stage = AT_NPY;
    double head = z->now.bytes < NPY_HEAD ? z->now.bytes : NPY_HEAD;
    if (head < 10) return fail_member(z, "it is too short for a .npy");
    if (!(z->data + z->now.packed <= z->file_bytes))
        return fail_member(z, "its bytes end beyond the archive: it is truncated");
    if (!z->now.deflated) return want(source, 0, z->data, head);
    int part = qsi_part_add(source, NULL, 0);
    if (part < 0) return part;
    source->parts[part] = (qsi_part){.offset = z->data, .bytes = z->now.packed, .length = z->now.bytes};
    return want(source, part, 0, head);
}

/* The head of a .npy, or the start of it. */
static int take_npy(qs_source *source, const uint8_t *raw)
{
    archive *z = source->state;
    qsi_head head = {raw, (size_t)source->want[2], z->now.bytes, ""};
    if (!qsi_reader_npy.matches(&head)) return fail_member(z, "it is no .npy");
    int more = qsi_reader_npy.check(&head);
    if (more > 0) return want(source, source->want[0], source->want[1], more);
    qs_source inner = {.reader = &qsi_reader_npy};
    int status = more ? more : qsi_reader_npy.open(&inner, &head);
    if (status) {
        qsi_error error;
        qsi_error_get(&error);
        status = error.code == QS_E_DATA ? fail_member(z, error.message) : error.code;
    } else {
        const qsi_tensor *t = inner.tensors;
        qsi_tensor *mine = qsi_tensor_add(source, z->now.name, z->now.length - 4, t->shape, t->axes);
        if (mine) {
            const char *name = mine->name;
            const double *shape = mine->shape;
            *mine = *t;
            mine->name = name;
            mine->shape = shape;
            mine->part = (size_t)source->want[0];
            mine->offset += z->now.deflated ? 0 : z->data;
        }
        status = mine ? QS_OK : QS_E_MEMORY;
    }
    qsi_array_free(inner.tensors);
    qsi_array_free(inner.shapes);
    return status ? status : want_member(source);
}

/* ----------------------------------------------------------------------------------------------- the reader */

static bool matches(const qsi_head *head)
{
    return head->count >= 4 && (is_mark(head->bytes, "PK\3\4") || is_mark(head->bytes, "PK\5\6"));
}

static int check(const qsi_head *head)
{
    if (head->file_bytes < END) return qsi_fail_byte(head->file_bytes, "the zip archive is truncated");
    return 0;
}

static int open_npz(qs_source *source, const qsi_head *head)
{
    archive *z = source->state = qsi_array_zero(1, sizeof *z);
    if (!z) return QS_E_MEMORY;
    z->file_bytes = head->file_bytes;
    double tail = head->file_bytes < TAIL ? head->file_bytes : TAIL;
    return want(source, 0, head->file_bytes - tail, tail);
}

static int take(qs_source *source, const uint8_t *raw)
{
    switch (((archive *)source->state)->stage) {
    case AT_END: return take_end(source, raw, (size_t)source->want[2]);
    case AT_END64: return take_end64(source, raw);
    case AT_DIRECTORY: return take_directory(source, raw);
    case AT_MEMBER: return take_member(source, raw);
    default: return take_npy(source, raw);
    }
}

static void close_npz(qs_source *source)
{
    archive *z = source->state;
    if (z) qsi_array_free(z->raw);
    qsi_array_free(z);
}

const qsi_reader qsi_reader_npz = {.kind = "npz",
                                   .title = ".npz",
                                   .matches = matches,
                                   .check = check,
                                   .open = open_npz,
                                   .take = take,
                                   .close = close_npz};
