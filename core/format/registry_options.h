/* Which options the formats of a kind take, and their defaults: for registry.c alone. */
#ifndef QSI_REGISTRY_OPTIONS_H
#define QSI_REGISTRY_OPTIONS_H

#include "base/round.h"
#include "format/format.h"

#define END                   \
    {                         \
        .option = QSI_OPTIONS \
    }
#define WORDS(n, ...) .count = (n), .words = {__VA_ARGS__}
#define NUMBER(first_, low_, high_) .first = (first_), .low = (low_), .high = (high_)

#define QUERY                                              \
    {                                                      \
        QSI_QUERY, WORDS(2, QSI_QUERY_F32, QSI_QUERY_SAME) \
    }
#define RESCORE                         \
    {                                   \
        QSI_RESCORE, NUMBER(0, 0, 1000) \
    }

#define RANGES                                                                                               \
    {QSI_RANGE, WORDS(6, QSI_RANGE_MINMAX, QSI_RANGE_PERCENTILE, QSI_RANGE_MSE, QSI_RANGE_KL, QSI_RANGE_STD, \
                      QSI_RANGE_GIVEN)},                                                                     \
        {QSI_P, NUMBER(99.9, 50, 100)},                                                                      \
    {                                                                                                        \
        QSI_SD, NUMBER(3, 0.1, 100)                                                                          \
    }

#define ROTATE_DIMS                                                                                  \
    {QSI_ROTATE, WORDS(4, QSI_ROTATE_NONE, QSI_ROTATE_HADAMARD, QSI_ROTATE_RANDOM, QSI_ROTATE_PCA)}, \
    {                                                                                                \
        QSI_DIMS, NUMBER(0, 0, 1048576)                                                              \
    }
#define SEED                                 \
    {                                        \
        QSI_SEED, NUMBER(0, 0, 4294967295.0) \
    }
#define CENTER                                                 \
    {                                                          \
        QSI_CENTER, WORDS(2, QSI_CENTER_NONE, QSI_CENTER_MEAN) \
    }
#define TRANSFORM ROTATE_DIMS, CENTER

static const qsi_option_values f32_options[] = {SEED, TRANSFORM, RESCORE, END};
static const qsi_option_values float_options[] = {SEED, TRANSFORM, QUERY, RESCORE, END};
#define EXPONENT(n, ...)                    \
    {                                       \
        QSI_EXPONENT, WORDS(n, __VA_ARGS__) \
    }
static const qsi_option_values mx_options[] = {
    SEED,      EXPONENT(4, QSI_EXPONENT_FLOOR, QSI_EXPONENT_EVEN, QSI_EXPONENT_RCEIL, QSI_EXPONENT_CEIL),
    TRANSFORM, QUERY,
    RESCORE,   END,
};
static const qsi_option_values nvfp4_options[] = {
    SEED, EXPONENT(2, QSI_EXPONENT_FLOOR, QSI_EXPONENT_RCEIL), TRANSFORM, QUERY, RESCORE, END,
};
static const qsi_option_values integer_options[] = {
    {QSI_MAP, WORDS(3, QSI_MAP_SYM, QSI_MAP_AFFINE, QSI_MAP_OFFSET)},
    {QSI_PER, WORDS(4, QSI_PER_ROW, QSI_PER_TENSOR, QSI_PER_DIM, QSI_PER_BLOCK)},
    {QSI_BLOCK, NUMBER(32, 1, 65536)},
    {QSI_LEVELS, WORDS(3, QSI_LEVELS_NARROW, QSI_LEVELS_FULL, QSI_LEVELS_POW2)},
    {QSI_CODES, WORDS(2, QSI_CODES_SIGNED, QSI_CODES_UNSIGNED)},
    RANGES,
    {QSI_LO, NUMBER(0, -3e38, 3e38)},
    {QSI_HI, NUMBER(0, -3e38, 3e38)},
    {QSI_S, NUMBER(0, 0x1p-126, 3e38)},
    {QSI_Z, NUMBER(0, -128, 255)},
    {QSI_ROUND, WORDS(4, QSI_EVEN, QSI_AWAY, QSI_TRUNC, QSI_STOCHASTIC)},
    SEED,
    {QSI_SCALE, WORDS(4, QSI_SCALE_F32, QSI_SCALE_F16, QSI_SCALE_BF16, QSI_SCALE_E8M0)},
    TRANSFORM,
    QUERY,
    RESCORE,
    {QSI_FEEDBACK, NUMBER(0, 0, 1)},
    {QSI_OUTLIERS, NUMBER(0, 0, 1000)},
    END,
};
static const qsi_option_values smallfloat_options[] = {
    {QSI_PER, WORDS(5, QSI_PER_NONE, QSI_PER_ROW, QSI_PER_TENSOR, QSI_PER_DIM, QSI_PER_BLOCK)},
    {QSI_BLOCK, NUMBER(32, 1, 65536)},
    RANGES,
    {QSI_LO, NUMBER(0, -3e38, 3e38)},
    {QSI_HI, NUMBER(0, -3e38, 3e38)},
    {QSI_S, NUMBER(0, 0x1p-126, 3e38)},
    SEED,
    {QSI_SCALE, WORDS(4, QSI_SCALE_F32, QSI_SCALE_F16, QSI_SCALE_BF16, QSI_SCALE_E8M0)},
    TRANSFORM,
    QUERY,
    RESCORE,
    END,
};
#define CODEBOOK_OPTIONS(block_)                                                                                 \
    {                                                                                                            \
        {QSI_PER, WORDS(2, QSI_PER_BLOCK, QSI_PER_ROW)}, {QSI_BLOCK, NUMBER(block_, 1, 65536)}, SEED,            \
            {QSI_SCALE, WORDS(3, QSI_SCALE_F32, QSI_SCALE_F16, QSI_SCALE_BF16)}, TRANSFORM, QUERY, RESCORE, END, \
    }
static const qsi_option_values codebook64_options[] = CODEBOOK_OPTIONS(64),
                               codebook256_options[] = CODEBOOK_OPTIONS(256);
static const qsi_option_values lloyd_options[] = {
    {QSI_PER, WORDS(2, QSI_PER_TENSOR, QSI_PER_DIM)}, SEED, TRANSFORM, QUERY, RESCORE, END,
};
static const qsi_option_values ternary_options[] = {
    {QSI_PER, WORDS(2, QSI_PER_ROW, QSI_PER_BLOCK)},
    {QSI_BLOCK, NUMBER(32, 1, 65536)},
    SEED,
    {QSI_SCALE, WORDS(3, QSI_SCALE_F32, QSI_SCALE_F16, QSI_SCALE_BF16)},
    TRANSFORM,
    {QSI_RULE, WORDS(2, QSI_RULE_TWN, QSI_RULE_ABSMEAN)},
    {QSI_PACK, WORDS(2, QSI_PACK_BITS, QSI_PACK_TRITS)},
    QUERY,
    RESCORE,
    END,
};
static const qsi_option_values binary_options[] = {
    SEED,
    ROTATE_DIMS,
    {QSI_CENTER, WORDS(3, QSI_CENTER_NONE, QSI_CENTER_MEAN, QSI_CENTER_MEDIAN)},
    {QSI_QUERY, WORDS(2, QSI_QUERY_SAME, QSI_QUERY_F32)},
    RESCORE,
    END,
};

#define M_BITS                                     \
    {QSI_M, NUMBER(0, 0, 65535)},                  \
    {                                              \
        QSI_BITS, WORDS(2, QSI_BITS_8, QSI_BITS_4) \
    }
static const qsi_option_values pq_options[] = {M_BITS, SEED, TRANSFORM, RESCORE, END};
static const qsi_option_values rq_options[] = {M_BITS, {QSI_BEAM, NUMBER(1, 1, 64)}, SEED, TRANSFORM, RESCORE, END};
static const qsi_option_values opq_options[] = {M_BITS, SEED, RESCORE, END};

#define ESTIMATE_OPTIONS(first_, second_)                                                                  \
    SEED, {QSI_ROTATE, WORDS(4, QSI_ROTATE_HADAMARD, QSI_ROTATE_NONE, QSI_ROTATE_RANDOM, QSI_ROTATE_PCA)}, \
        {QSI_DIMS, NUMBER(0, 0, 1048576)}, {QSI_CENTER, WORDS(2, first_, second_)}, RESCORE, END
static const qsi_option_values rabitq_options[] = {
    {QSI_BITS,
     WORDS(8, QSI_BITS_1, QSI_BITS_2, QSI_BITS_3, QSI_BITS_4, QSI_BITS_5, QSI_BITS_6, QSI_BITS_7, QSI_BITS_8)},
    ESTIMATE_OPTIONS(QSI_CENTER_MEAN, QSI_CENTER_NONE)};
static const qsi_option_values tq_options[] = {{QSI_BITS, WORDS(4, QSI_BITS_1, QSI_BITS_2, QSI_BITS_3, QSI_BITS_4)},
                                               ESTIMATE_OPTIONS(QSI_CENTER_NONE, QSI_CENTER_MEAN)};

#define OSQ_BITS                                                                       \
    {                                                                                  \
        QSI_BITS, WORDS(5, QSI_BITS_1, QSI_BITS_2, QSI_BITS_4, QSI_BITS_7, QSI_BITS_8) \
    }
static const qsi_option_values osq_options[] = {
    OSQ_BITS,
    SEED,
    ROTATE_DIMS,
    {QSI_CENTER, WORDS(2, QSI_CENTER_MEAN, QSI_CENTER_NONE)},
    {QSI_QUERY, WORDS(3, QSI_QUERY_INT4, QSI_QUERY_SAME, QSI_QUERY_F32)},
    RESCORE,
    END};
static const qsi_option_values lucene_osq_options[] = {OSQ_BITS, RESCORE, END};

static const qsi_option_values qdrant_bq_options[] = {
    {QSI_BITS, WORDS(3, QSI_BITS_1, QSI_BITS_1_5, QSI_BITS_2)}, RESCORE, END};

#define ST_SOURCE "sentence-transformers cad2119, quantization.py"
static const qsi_option_values engine_options[] = {RESCORE, END};

#endif
