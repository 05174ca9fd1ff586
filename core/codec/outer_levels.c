/* The outermost levels of coded rows, as outer_levels.h says. */
#include "codec/outer_levels.h"

#include "base/bytes.h"
#include "base/size.h"
#include "codec/outliers.h"
#include "codec/fewbits/signs.h"
#include "format/minifloat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LOW, HIGH, PIECE_BYTES = 1 << 14 };

/* ---- codes by rank: 0 the outermost of an end, 1 the one next to it */

typedef struct ranked {
    float level;
    uint8_t code;
} ranked;

static int by_level(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->level != y->level) return x->level < y->level ? -1 : 1;
    return x->code - y->code;
}

static const qsi_digits *digits_of(const qs_codec *codec)
{
    return codec->family->digits ? codec->family->digits(codec) : NULL;
}

static void order_codes(qsi_outer_levels *outer)
{
    const qsi_format *f = outer->codec->spec.format;
    ranked list[sizeof outer->order];
    uint32_t codes = digits_of(outer->codec) ? QSI_DIGIT_VALUES : 1U << f->code_bits;
    for (uint32_t code = 0; code < codes; code++) {
        if (!qsi_number_given(&outer->how, f->code_bits, code)) continue;
        float level = qsi_number_value(&outer->how, outer->codec, f->code_bits, code);
        list[outer->count++] = (ranked){level, (uint8_t)code};
    }
    qsort(list, outer->count, sizeof *list, by_level);
    for (size_t i = 0; i < outer->count; i++) outer->order[i] = list[i].code;
}

static uint32_t code_of(const qsi_outer_levels *outer, int end, size_t rank)
{
    const qsi_format *f = qsi_number_float(&outer->how);
    if (!f) return outer->order[end == LOW ? rank : outer->count - 1 - rank];
    qsi_minifloat split = qsi_minifloat_of(f);
    uint32_t most = qsi_minifloat_most(&split), is_signed = f->mantissa_bits > 0;
    if (end == LOW && !is_signed) return (uint32_t)rank;
    return (most - (uint32_t)rank) | (uint32_t)(end == LOW) << (f->code_bits - 1);
}

/* The code bits of a row in which every code is the same. */
static void write_codes(const qsi_outer_levels *outer, uint32_t code, uint8_t *row)
{
    const qs_codec *codec = outer->codec;
    const qsi_digits *digits = digits_of(codec);
    uint32_t number[] = {[QSI_ROLE_CODE] = code, [QSI_ROLE_CODES] = 0};
    if (digits) {
        uint8_t same[QSI_DIGITS];
        memset(same, (int)code, sizeof same);
        number[QSI_ROLE_CODES] = digits->put(same);
    }
    memset(row, 0, codec->layout.row_bytes);
    for (size_t bit = 0; bit < 8 * codec->layout.row_bytes; bit++) {
        qsi_role r = codec->family->role(codec, bit);
        if (r.kind > QSI_ROLE_CODES) continue;
        row[bit / 8] |= (uint8_t)((number[r.kind] >> r.place & 1) << bit % 8);
    }
}

static void find_others(qsi_outer_levels *outer)
{
    const qs_codec *codec = outer->codec;
    memset(outer->others, 0, codec->layout.row_bytes);
    outer->codes_only = true;
    for (size_t bit = 0; bit < 8 * codec->layout.row_bytes; bit++)
        if (codec->family->role(codec, bit).kind > QSI_ROLE_CODES) {
            outer->others[bit / 8] |= (uint8_t)(1U << bit % 8);
            outer->codes_only = false;
        }
}

static uint8_t *codes_at(const qsi_outer_levels *outer, int end, size_t rank)
{
    return outer->codes + ((size_t)end * QSI_OUTER_RANKS + rank) * outer->codec->layout.row_bytes;
}

int qsi_outer_levels_open(qsi_outer_levels *outer, const qs_codec *codec)
{
    *outer = (qsi_outer_levels){.codec = codec, .how = codec->family->number(codec, QSI_ROLE_CODE), .size = NAN};
    if (codec->spec.format->code_bits > 16 || codec->family->code_of) return QS_OK; /* a piece has no ends */
    const qsi_format *f = qsi_number_float(&outer->how);
    outer->others = qsi_array(1, codec->layout.row_bytes);
    outer->codes = qsi_array((size_t)2 * QSI_OUTER_RANKS, codec->layout.row_bytes);
    if (!outer->others || !outer->codes) return QS_E_MEMORY;
    if (f)
        outer->count = (size_t)1 << (f->exponent_bits + f->mantissa_bits);
    else
        order_codes(outer);
    find_others(outer);
    for (size_t rank = 0; rank < QSI_OUTER_RANKS; rank++)
        for (int end = LOW; end <= HIGH; end++)
            write_codes(outer, code_of(outer, end, rank), codes_at(outer, end, rank));
    return QS_OK;
}

void qsi_outer_levels_close(qsi_outer_levels *outer)
{
    qsi_array_free(outer->others);
    qsi_array_free(outer->codes);
    *outer = (qsi_outer_levels){0};
}

int qsi_outer_levels_decode(const qsi_outer_levels *outer, const uint8_t *codes, size_t nrows, float *rows)
{
    int status = qsi_codec_decode_coded(outer->codec, codes, nrows, rows);
    if (!status) qsi_signs_scale(outer->codec, outer->size, nrows, rows);
    return status;
}

/* ---- some rows at a time, whose levels stay in the cache */

/* What values would be if each code were that of a rank from its end: (2, n) by end. */
typedef struct levels {
    float *at;
    size_t rank, n; /* n = 0: nothing yet */
} levels;

typedef struct piece {
    const qsi_outer_levels *outer;
    const float *x, *decoded;
    const uint8_t *codes;
    uint8_t *marks;
    size_t nrows, n;        /* rows, and values of them */
    uint8_t *replaced;      /* (nrows, row_bytes), and a row more */
    levels outermost, next; /* to either end */
    size_t *beyond;         /* (n): which values lie beyond the outermost level and wait for their step */
} piece;

/* A row with other codes. */
static void replace(const qsi_outer_levels *outer, const uint8_t *row, const uint8_t *codes, uint8_t *to)
{
    size_t bytes = outer->codec->layout.row_bytes, b = 0;
    const uint8_t *others = outer->others;
    for (; b + 8 <= bytes; b += 8)
        qsi_put64(to + b, (qsi_get64(row + b) & qsi_get64(others + b)) | qsi_get64(codes + b));
    for (; b < bytes; b++) to[b] = (uint8_t)((row[b] & others[b]) | codes[b]);
}

static int decode_outer(const piece *p, size_t rank, levels *to)
{
    const qs_codec *codec = p->outer->codec;
    size_t bytes = codec->layout.row_bytes;
    int status = QS_OK;
    if (p->outer->codes_only && to->n == p->n && to->rank == rank) return QS_OK; /* as of the rows before */
    to->n = p->n;
    to->rank = rank;
    for (int end = LOW; end <= HIGH && !status; end++) {
        const uint8_t *codes = codes_at(p->outer, end, rank < QSI_OUTER_RANKS ? rank : 0);
        uint8_t *row = p->replaced, *own = p->replaced + p->nrows * bytes;
        if (rank >= QSI_OUTER_RANKS) {
            write_codes(p->outer, code_of(p->outer, end, rank), own);
            codes = own;
        }
        for (size_t r = 0; r < p->nrows; r++, row += bytes) replace(p->outer, p->codes + r * bytes, codes, row);
        status = qsi_outer_levels_decode(p->outer, p->replaced, p->nrows, to->at + (size_t)end * p->n);
    }
    return status;
}

enum { SOME = 16 };

/* Whether a value lies beyond its levels; a and b are the outermost of them. */
static inline bool is_beyond(float x, float a, float b)
{
    float lo = a < b ? a : b, hi = a < b ? b : a, slack = (-lo > hi ? -lo : hi) * 0x1p-23F;
    return (x > hi + slack) | (x < lo - slack);
}

/* How much further than half a step a value lies beyond the only two levels there are. */
static inline double beyond_half(float x, float a, float b)
{
    float lo = a < b ? a : b, hi = a < b ? b : a;
    double above = (double)x - (double)hi, below = (double)lo - (double)x;
    return (above > below ? above : below) - ((double)hi - (double)lo) / 2;
}

/* Lists all that lies beyond and is not decoded to itself, and returns how many; of two levels, what lies beyond by
 * enough. The inner loops have a constant length where they can, so that compilers turn them into vectors. */
static size_t find_beyond(const piece *p)
{
    size_t count = 0;
    for (size_t i = 0, n; i < p->n; i += n) {
        const float *x = p->x + i, *y = p->decoded + i, *a = p->outermost.at + i, *b = a + p->n;
        double far[SOME];
        uint32_t is[SOME], any = 0;
        bool two = p->outer->count == 2;
        n = p->n - i < SOME ? p->n - i : SOME;
        if (n < SOME)
            for (size_t l = 0; l < n; l++) any |= is[l] = is_beyond(x[l], a[l], b[l]) & (x[l] != y[l]);
        else
            for (size_t l = 0; l < SOME; l++) any |= is[l] = is_beyond(x[l], a[l], b[l]) & (x[l] != y[l]);
        if (any && two && n < SOME)
            for (size_t l = 0; l < n; l++) far[l] = beyond_half(x[l], a[l], b[l]);
        else if (any && two)
            for (size_t l = 0; l < SOME; l++) far[l] = beyond_half(x[l], a[l], b[l]);
        for (size_t l = 0; l < n && any; l++) {
            p->beyond[count] = i + l;
            count += two ? is[l] & (far[l] > 0) : is[l];
        }
    }
    return count;
}

/* Takes values that are kept beside the codes from the list. */
static int drop_outliers(const piece *p, uint8_t *kept, size_t *count)
{
    const qs_codec *codec = p->outer->codec;
    size_t all = *count, at = 0;
    *count = 0;
    for (size_t r = 0; r < p->nrows; r++) {
        int status = qsi_outliers_marked(codec, p->codes + r * codec->layout.row_bytes, kept);
        if (status) return status;
        for (; at < all && p->beyond[at] < (r + 1) * codec->dim; at++)
            if (!kept[p->beyond[at] - r * codec->dim]) p->beyond[(*count)++] = p->beyond[at];
    }
    return QS_OK;
}

/* Settles which of the listed values lie beyond by more than half a step, whose other end has been decoded. Where
 * that level is the same (levels may repeat), a value stays in the list; how many do is returned. */
static size_t settle(const piece *p, size_t count, qsi_clipping *clipping)
{
    size_t left = 0;
    for (size_t k = 0; k < count; k++) {
        size_t i = p->beyond[k];
        double x = (double)p->x[i], outer[] = {(double)p->outermost.at[i], (double)p->outermost.at[p->n + i]};
        int end = fabs(x - outer[HIGH]) < fabs(x - outer[LOW]) ? HIGH : LOW;
        double by = fabs(x - outer[end]), step = fabs(outer[end] - (double)p->next.at[(size_t)end * p->n + i]);
        bool unknown = step == 0 && outer[LOW] != outer[HIGH];
        bool clipped = !unknown && (by > step / 2 || !isfinite(p->decoded[i]));
        double overshoot = clipped ? by / fabs(outer[HIGH] - outer[LOW]) : 0;
        p->beyond[left] = i;
        left += unknown;
        p->marks[i] = clipped;
        clipping->count += clipped;
        clipping->overshoot = overshoot > clipping->overshoot ? overshoot : clipping->overshoot;
    }
    return left;
}

static int clip_piece(piece *p, uint8_t *kept, qsi_clipping *clipping)
{
    int status = decode_outer(p, 0, &p->outermost);
    size_t left = status ? 0 : find_beyond(p);
    if (left && p->outer->codec->layout.outlier_bytes) status = drop_outliers(p, kept, &left);
    for (size_t rank = 1; left && !status && rank < p->outer->count; rank++) {
        status = decode_outer(p, rank, &p->next);
        if (!status) left = settle(p, left, clipping);
    }
    return status;
}

int qsi_outer_levels_clipped(const qsi_outer_levels *outer, const float *rows, const uint8_t *codes,
                             const float *decoded, size_t nrows, uint8_t *marks, qsi_clipping *clipping)
{
    size_t dim = outer->codec->dim, row_bytes = outer->codec->layout.row_bytes;
    size_t some = PIECE_BYTES / sizeof *rows / dim;
    memset(marks, 0, nrows * dim);
    if (!outer->count || (outer->codec->family->signs_only && isnan(outer->size))) return QS_OK;
    some = some < 1 ? 1 : some > nrows ? nrows : some;
    piece p = {.outer = outer,
               .replaced = qsi_array(some + 1, row_bytes),
               .outermost = {.at = qsi_array(2 * some, dim * sizeof *rows)},
               .next = {.at = qsi_array(2 * some, dim * sizeof *rows)},
               .beyond = qsi_array(some, dim * sizeof *p.beyond)};
    uint8_t *kept = qsi_array(dim, 1);
    int status = p.replaced && p.outermost.at && p.next.at && p.beyond && kept ? QS_OK : QS_E_MEMORY;
    for (size_t r = 0; r < nrows && !status; r += some) {
        p.nrows = nrows - r < some ? nrows - r : some;
        p.n = p.nrows * dim;
        p.x = rows + r * dim;
        p.decoded = decoded + r * dim;
        p.codes = codes + r * row_bytes;
        p.marks = marks + r * dim;
        status = clip_piece(&p, kept, clipping);
    }
    qsi_array_free(p.replaced);
    qsi_array_free(p.outermost.at);
    qsi_array_free(p.next.at);
    qsi_array_free(p.beyond);
    qsi_array_free(kept);
    return status;
}
