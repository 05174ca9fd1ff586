/* The table of options: their names, their words, and when they apply. */
#include "spec/spec.h"

#include "base/round.h"

#define SCALED (1U << QSI_PER_ROW | 1U << QSI_PER_TENSOR | 1U << QSI_PER_DIM | 1U << QSI_PER_BLOCK)
#define ONLY(option_, word) .needs = (option_), .needs_words = 1U << (word)

const qsi_option_row qsi_option_rows[QSI_OPTIONS] = {
    [QSI_M] = {.name = "m",
               .help = "codes of a row: pieces it is cut into, or stages; 0: one for each 8 dims",
               .whole = true,
               .needs = QSI_M},
    [QSI_BITS] = {.name = "bits",
                  .help = "of a code",
                  .words = {"1", "1.5", "2", "3", "4", "5", "6", "7", "8"},
                  .needs = QSI_BITS},
    [QSI_BEAM] = {.name = "beam",
                  .help = "rows are tried with so many of the best codes of each stage",
                  .whole = true,
                  .needs = QSI_BEAM},
    [QSI_TABLES] = {.name = "tables",
                    .help =
                        "entries of the tables that scores add up: f32, or u8, rounded to 8 bits, which is quicker",
                    .words = {"f32", "u8"},
                    .needs = QSI_TABLES},
    [QSI_MAP] =
        {.name = "map",
         .help = "sym: 0 is code 0, one scale for both signs; affine: a whole zero point; offset: from the low end",
         .words = {"sym", "affine", "offset"},
         .needs = QSI_MAP},
    [QSI_PER] = {.name = "per",
                 .help = "what shares one scale",
                 .words = {"row", "tensor", "dim", "block", "none"},
                 .needs = QSI_PER},
    [QSI_BLOCK] = {.name = "block", .help = "values of a block", .whole = true, ONLY(QSI_PER, QSI_PER_BLOCK)},
    [QSI_LEVELS] = {.name = "levels",
                    .help =
                        "narrow: as many codes below 0 as above; full: the lowest code too; pow2: 0 and powers of "
                        "two times the scale",
                    .words = {"narrow", "full", "pow2"},
                    ONLY(QSI_MAP, QSI_MAP_SYM)},
    [QSI_CODES] = {.name = "codes",
                   .help = "signed: two's complement; unsigned: from 0",
                   .words = {"signed", "unsigned"},
                   ONLY(QSI_MAP, QSI_MAP_AFFINE)},
    [QSI_RANGE] = {.name = "range",
                   .help = "minmax: from least to greatest value; percentile, std: the outermost left out; mse: of "
                           "least error; kl: closest in distribution; given: by lo and hi, or by s and z",
                   .words = {"minmax", "percentile", "mse", "kl", "std", "given"},
                   .needs = QSI_PER,
                   .needs_words = SCALED},
    [QSI_P] = {.name = "p",
               .help = "per cent of the values kept; map=sym: by magnitude, else half of the rest at either end",
               ONLY(QSI_RANGE, QSI_RANGE_PERCENTILE)},
    [QSI_SD] = {.name = "sd",
                .help = "standard deviations to either side of the mean",
                ONLY(QSI_RANGE, QSI_RANGE_STD)},
    [QSI_LO] = {.name = "lo", .help = "lowest value of the range", ONLY(QSI_RANGE, QSI_RANGE_GIVEN)},
    [QSI_HI] = {.name = "hi", .help = "highest value of the range", ONLY(QSI_RANGE, QSI_RANGE_GIVEN)},
    [QSI_S] = {.name = "s", .help = "the scale", ONLY(QSI_RANGE, QSI_RANGE_GIVEN)},
    [QSI_Z] = {.name = "z", .help = "the zero point", .whole = true, ONLY(QSI_RANGE, QSI_RANGE_GIVEN)},
    [QSI_ROUND] = {.name = "round",
                   .help = "to the nearest with ties to even or away from 0, toward 0, or up by chance",
                   .words = {"even", "away", "trunc", "stochastic"},
                   .needs = QSI_ROUND},
    [QSI_SEED] = {.name = "seed",
                  .help = "of stochastic rounding, of what is drawn for a rotation, and of the rows that k-means "
                          "starts from",
                  .whole = true,
                  ONLY(QSI_ROUND, QSI_STOCHASTIC),
                  .also = QSI_ROTATE,
                  .also_words = 1U << QSI_ROTATE_HADAMARD | 1U << QSI_ROTATE_RANDOM,
                  .always_with = true,
                  .with = QSI_M},
    [QSI_SCALE] = {.name = "scale",
                   .help = "how a scale is stored; the stored value is the one used",
                   .words = {"f32", "f16", "bf16", "e8m0"},
                   .needs = QSI_PER,
                   .needs_words = SCALED},
    [QSI_EXPONENT] = {.name = "exponent",
                      .help =
                          "how a shared power of two follows from absmax: floor: floor(log2(absmax)) - emax, as "
                          "OCP has it, which clips up to a power of two; even: floor after absmax is rounded to "
                          "the element's mantissa bits; rceil: ceil(log2(absmax / largest element)), which clips "
                          "nothing; ceil: ceil(log2(absmax)) - emax; the last three as torchao has them; of "
                          "nvfp4, floor: its scale is the nearest E4M3, rceil: the next one up",
                      .words = {"floor", "even", "rceil", "ceil"},
                      .needs = QSI_EXPONENT},
    [QSI_ROTATE] = {.name = "rotate",
                    .help = "rows are rotated before they are coded: by signs and Hadamard transforms, by a random "
                            "matrix, or to their principal components",
                    .words = {"none", "hadamard", "random", "pca"},
                    .needs = QSI_ROTATE},
    [QSI_DIMS] = {.name = "dims",
                  .help = "how many dims are kept, the first ones, after the rotation if there is one; 0: all",
                  .whole = true,
                  .needs = QSI_DIMS},
    [QSI_CENTER] = {.name = "center",
                    .help =
                        "what is taken from a dim before it is coded, of binary its threshold: 0, or its mean or "
                        "median over the data; rotate=pca takes the mean in any case",
                    .words = {"none", "mean", "median"},
                    .needs = QSI_ROTATE,
                    .needs_words = 1U << QSI_ROTATE_NONE | 1U << QSI_ROTATE_HADAMARD | 1U << QSI_ROTATE_RANDOM},
    [QSI_RULE] = {.name = "rule",
                  .help = "twn: 0 up to 0.7 of the mean magnitude, scale the mean of the others; absmean: the "
                          "nearest of -1, 0, 1 times the mean magnitude",
                  .words = {"twn", "absmean"},
                  .needs = QSI_RULE},
    [QSI_PACK] = {.name = "pack",
                  .help = "bits of a code: 2, or 1.6 with five of them in a byte",
                  .words = {"2", "1.6"},
                  .needs = QSI_PACK},
    [QSI_QUERY] = {.name = "query",
                   .help =
                       "f32: the query keeps its floats; same: it is coded as the rows are; int4: in 4 bits, or as "
                       "the rows if they have more",
                   .words = {"f32", "same", "int4"},
                   .needs = QSI_QUERY},
    [QSI_RESCORE] =
        {.name = "rescore",
         .help = "K: search takes K*k rows, 10,000 at most, by codes and ranks them by the kept originals; 0: none",
         .whole = true,
         .needs = QSI_RESCORE},
    [QSI_FEEDBACK] = {.name = "feedback",
                      .help = "1: the rounding error of a value is added to the next value of its row: sums over "
                              "neighbours become more accurate, single values less; ranges do not change",
                      .whole = true,
                      .needs = QSI_FEEDBACK},
    [QSI_OUTLIERS] = {.name = "outliers",
                      .help =
                          "T: the T per mille of a row's values that are largest by magnitude, rounded up to whole "
                          "values (one at least), are kept as float16 with their columns, and the range is that of "
                          "the others",
                      .whole = true,
                      .needs = QSI_OUTLIERS},
};

bool qsi_option_applies(const qsi_spec *spec, qsi_option option)
{
    const qsi_option_row *row = &qsi_option_rows[option];
    if (!qsi_format_option(spec->format, option)) return false;
    if (row->always_with && qsi_format_option(spec->format, row->with)) return true;
    if (row->needs == option || (row->needs_words >> qsi_word(spec, row->needs) & 1)) return true;
    return row->also_words && (row->also_words >> qsi_word(spec, row->also) & 1);
}

double qsi_spec_bits(const qsi_spec *spec)
{
    static const double bits[] = {1, 1.5, 2, 3, 4, 5, 6, 7, 8};
    return bits[qsi_word(spec, QSI_BITS)];
}
