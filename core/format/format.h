/*
 * The registry of number formats: one row each, and nothing else in the project lists them.
 *
 * A row says what the format is (bits, block, fields), which options a spec of it may have and their defaults, in
 * which words it is explained, and which family of codecs makes its bytes. Sizes of whole rows are computed in
 * codec/ and plan/.
 */
#ifndef QSI_FORMAT_H
#define QSI_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The options of a spec, in canonical order. */
typedef enum qsi_option {
    QSI_M,
    QSI_BITS,
    QSI_BEAM,
    QSI_TABLES,
    QSI_MAP,
    QSI_PER,
    QSI_BLOCK,
    QSI_LEVELS,
    QSI_CODES,
    QSI_RANGE,
    QSI_P,
    QSI_SD,
    QSI_LO,
    QSI_HI,
    QSI_S,
    QSI_Z,
    QSI_ROUND,
    QSI_SEED,
    QSI_SCALE,
    QSI_EXPONENT,
    QSI_ROTATE,
    QSI_DIMS,
    QSI_CENTER,
    QSI_RULE,
    QSI_PACK,
    QSI_QUERY,
    QSI_RESCORE,
    QSI_FEEDBACK,
    QSI_OUTLIERS,
    QSI_OPTIONS
} qsi_option;

/* The values of those options that are words; their names stand in spec/options.c in this order. */
enum {
    QSI_BITS_1,
    QSI_BITS_1_5,
    QSI_BITS_2,
    QSI_BITS_3,
    QSI_BITS_4,
    QSI_BITS_5,
    QSI_BITS_6,
    QSI_BITS_7,
    QSI_BITS_8
};
enum { QSI_TABLES_F32, QSI_TABLES_U8 };
enum { QSI_MAP_SYM, QSI_MAP_AFFINE, QSI_MAP_OFFSET };
enum { QSI_PER_ROW, QSI_PER_TENSOR, QSI_PER_DIM, QSI_PER_BLOCK, QSI_PER_NONE };
enum { QSI_LEVELS_NARROW, QSI_LEVELS_FULL, QSI_LEVELS_POW2 };
enum { QSI_CODES_SIGNED, QSI_CODES_UNSIGNED };
enum { QSI_RANGE_MINMAX, QSI_RANGE_PERCENTILE, QSI_RANGE_MSE, QSI_RANGE_KL, QSI_RANGE_STD, QSI_RANGE_GIVEN };
enum { QSI_SCALE_F32, QSI_SCALE_F16, QSI_SCALE_BF16, QSI_SCALE_E8M0 };
enum { QSI_EXPONENT_FLOOR, QSI_EXPONENT_EVEN, QSI_EXPONENT_RCEIL, QSI_EXPONENT_CEIL };
enum { QSI_ROTATE_NONE, QSI_ROTATE_HADAMARD, QSI_ROTATE_RANDOM, QSI_ROTATE_PCA };
enum { QSI_CENTER_NONE, QSI_CENTER_MEAN, QSI_CENTER_MEDIAN };
enum { QSI_RULE_TWN, QSI_RULE_ABSMEAN };
enum { QSI_PACK_BITS, QSI_PACK_TRITS };
enum { QSI_QUERY_F32, QSI_QUERY_SAME, QSI_QUERY_INT4 };
/* QSI_ROUND takes the values of qsi_round in base/round.h. */

/* What a format takes for one option: words, the first the default, or a number from low to high. */
typedef struct qsi_option_values {
    qsi_option option;
    uint8_t count; /* of words; 0: a number */
    uint8_t words[8];
    double first, low, high;
} qsi_option_values;

typedef enum qsi_specials {
    QSI_FINITE,   /* every code is a number */
    QSI_NAN_ONLY, /* one NaN (all ones), no infinity */
    QSI_IEEE      /* the largest exponent holds infinity and NaN */
} qsi_specials;

struct qsi_family;      /* codec/codec.h */
struct qsi_block_coder; /* codec/block.h */
struct qsi_codebook;    /* codec/codebook.h */
struct qsi_engine;      /* engines/engine.h */

typedef struct qsi_format {
    const char *name, *title;
    const char *rule;   /* one line: how a value is coded */
    const char *source; /* who defines it */
    const char *kind;   /* "float", "integer", "few bits", "codebook", "block": for grouping and drawing */
    const char *score;  /* what a float query is scored with: NULL, "decoded": decoded rows; "tables": sums of table
                           entries of codes; "estimate": an unbiased estimate of the dot product; "engine": as that
                           engine does */
    const char *variants; /* well-known specs beside the plain one, parted by blanks */
    const struct qsi_family *family;
    const struct qsi_block_coder *coder;  /* of the family of blocks: how one block is coded; else NULL */
    const struct qsi_engine *engine;      /* of the families of engines: how it codes and scores; else NULL */
    const struct qsi_codebook *codebook;  /* of the family of codebooks: what each code stands for; else NULL */
    uint16_t code_bits;                   /* bits of one value's code */
    uint16_t block;                       /* values that share a scale by definition of the format; 1: none */
    uint16_t scale_bits, zero_bits;       /* bits of scales and zero points or minima in one such block */
    uint16_t shared_bits;                 /* bits of all codes of a block where some share a byte, else 0 */
    uint8_t exponent_bits, mantissa_bits; /* of a float */
    int16_t bias;
    qsi_specials specials;
    bool slow_fit;          /* a fit takes seconds: left out of the specs that are worth comparing first */
    bool scales_only;       /* a type for scales, which vectors of both signs have no use for */
    bool refuses_nonfinite; /* NaN and infinity are an error, not a code */
    double error_bound; /* |x - decoded| is at most this times the largest magnitude under x's scale (x itself for
                           a plain float in its normal range), for the plain spec */
    const qsi_option_values *options; /* ends with option = QSI_OPTIONS */
} qsi_format;

/* The bits of a block with its scales and zero points. */
static inline unsigned qsi_format_block_bits(const qsi_format *f)
{
    unsigned codes = f->shared_bits ? f->shared_bits : (unsigned)f->block * f->code_bits;
    return codes + f->scale_bits + f->zero_bits;
}

size_t qsi_format_count(void);
const qsi_format *qsi_format_at(size_t index); /* NULL past the last */
const qsi_format *qsi_format_find(const char *name, size_t length);
const qsi_option_values *qsi_format_option(const qsi_format *format, qsi_option option); /* NULL: does not apply */

#endif
