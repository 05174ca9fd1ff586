/* The rows of the registry. A format is added here, and by the file of its family in codec/ if that is new. */
#include "format/format.h"

#include "format/minifloat.h"
#include "format/registry_options.h"

#include <string.h>

extern const struct qsi_family qsi_family_lloyd, qsi_family_float, qsi_family_smallfloat, qsi_family_integer,
    qsi_family_binary, qsi_family_ternary, qsi_family_codebook, qsi_family_block, qsi_family_pq, qsi_family_opq,
    qsi_family_rq, qsi_family_rabitq, qsi_family_tq, qsi_family_engine, qsi_family_engine_cosine,
    qsi_family_engine_unit, qsi_family_engine_signs, qsi_family_engine_bits, qsi_family_engine_lucene,
    qsi_family_osq, qsi_family_lucene_osq;
extern const struct qsi_engine qsi_engine_faiss_sq, qsi_engine_st_int8, qsi_engine_st_uint8, qsi_engine_qdrant_int8,
    qsi_engine_usearch_i8, qsi_engine_usearch_b1, qsi_engine_sqlite_int8, qsi_engine_lance_sq,
    qsi_engine_weaviate_sq, qsi_engine_osq, qsi_engine_qdrant_bq, qsi_engine_lucene_int7, qsi_engine_lucene_osq;
extern const struct qsi_codebook qsi_codebook_nf4, qsi_codebook_fp4, qsi_codebook_dynamic8;
extern const struct qsi_block_coder qsi_coder_mxfp8_e4m3, qsi_coder_mxfp8_e5m2, qsi_coder_mxfp6_e3m2,
    qsi_coder_mxfp6_e2m3, qsi_coder_mxfp4, qsi_coder_mxint8, qsi_coder_nvfp4;
extern const struct qsi_block_coder qsi_coder_q4_0, qsi_coder_q4_1, qsi_coder_q5_0, qsi_coder_q5_1, qsi_coder_q8_0,
    qsi_coder_q2_k, qsi_coder_q3_k, qsi_coder_q4_k, qsi_coder_q5_k, qsi_coder_q6_k, qsi_coder_iq4_nl,
    qsi_coder_iq4_xs, qsi_coder_tq1_0, qsi_coder_tq2_0, qsi_coder_q1_0, qsi_coder_q2_0, qsi_coder_ggml_mxfp4,
    qsi_coder_ggml_nvfp4;

#define FLOAT(name_, bits, split, title_, rule_, source_, bound, options_)                                  \
    {                                                                                                       \
        .name = #name_, .title = title_, .rule = rule_, .source = source_, .kind = "float", .variants = "", \
        .family = &qsi_family_float, .code_bits = bits, .block = 1, split, .error_bound = (bound),          \
        .options = options_                                                                                 \
    }

#define SMALLFLOAT(name_, bits, kind_, refuses, bound, source_)                                                   \
    {                                                                                                             \
        .name = #name_, .title = #bits "-bit float " #kind_,                                                      \
        .rule = "nearest float, ties to even, the largest beyond it; or that times a shared scale",               \
        .source = source_, .kind = "float", .variants = #name_ ":per=row", .family = &qsi_family_smallfloat,      \
        .code_bits = bits, .block = 1, QSI_##kind_##_SPLIT, .refuses_nonfinite = refuses, .error_bound = (bound), \
        .options = smallfloat_options                                                                             \
    }
#define OSQ_SOURCE "Lucene 3ca085e, OptimizedScalarQuantizer.java"
#define OFP8 "OCP OFP8 v1.0, 2023; Micikevicius et al. 2022, arXiv:2209.05433"
#define OCP_MX "OCP Microscaling Formats (MX) v1.0, 2023"

#define CODEBOOK(name_, bits, block_, bound, title_, rule_, source_)                                               \
    {                                                                                                              \
        .name = #name_, .title = title_, .rule = rule_, .source = source_, .kind = "codebook", .variants = "",     \
        .family = &qsi_family_codebook, .codebook = &qsi_codebook_##name_, .code_bits = bits, .block = block_,     \
        .scale_bits = 32, .refuses_nonfinite = true, .error_bound = (bound), .options = codebook##block_##_options \
    }

/* Microscaling and nvfp4. Their errors are bounded where scales are normal: half a step below the largest element,
 * or what is clipped above it. */
#define MX(name_, bits, block_, bound, options_, variants_, title_, rule_, source_, ...)                           \
    {                                                                                                              \
        .name = #name_, .title = title_, .rule = rule_, .source = source_, .kind = "block", .variants = variants_, \
        .family = &qsi_family_block, .coder = &qsi_coder_##name_, .code_bits = bits, .block = block_,              \
        .scale_bits = 8, .refuses_nonfinite = true, .error_bound = (bound), .options = options_, __VA_ARGS__       \
    }
#define MX_RULE(of) of " times a power of two that 32 values share, from the exponent of their largest magnitude"

#define INTEGER(bits, variants_)                                                                   \
    {                                                                                              \
        .name = "int" #bits, .title = #bits "-bit integer",                                        \
        .rule = "nearest multiple of a scale that the row (or tensor, dim, block) shares",         \
        .source = "Jacob et al. 2017, arXiv:1712.05877", .kind = "integer", .variants = variants_, \
        .family = &qsi_family_integer, .code_bits = bits, .block = 1, .refuses_nonfinite = true,   \
        .error_bound = 0.5 / ((1 << (bits - 1)) - 1), .options = integer_options                   \
    }

/* Errors of ggml's formats are bounded where scales are normal half floats: half a step (or what is cut off at the
 * end without a code), and the scale's rounding. Those that fit a scale to the sum of errors (K, iq4) have no bound
 * of this kind for a single value, least of all q2_k for those near zero, which weigh nothing: for them it is the
 * worst that a search for bad blocks found, and a fifth more. */
#define GGML(name_, title_, rule_, bits, block_, scale_bits_, zero_bits_, bound, ...)                     \
    {                                                                                                     \
        .name = #name_, .title = title_, .rule = rule_, .source = "ggml, ggml-quants.c", .kind = "block", \
        .variants = "", .family = &qsi_family_block, .coder = &qsi_coder_##name_, .code_bits = bits,      \
        .block = block_, .scale_bits = scale_bits_, .zero_bits = zero_bits_, .refuses_nonfinite = true,   \
        .error_bound = (bound), .options = float_options, __VA_ARGS__                                     \
    }

#define PRODUCT(name_, slow_, title_, rule_, source_)                                                            \
    {                                                                                                            \
        .name = #name_, .title = title_, .rule = rule_, .source = source_, .kind = "product", .score = "tables", \
        .variants = "", .family = &qsi_family_##name_, .code_bits = 8, .block = 1, .refuses_nonfinite = true,    \
        .error_bound = 2, .slow_fit = slow_, .options = name_##_options                                          \
    }

#define ESTIMATE(name_, title_, rule_, source_)                                                         \
    {                                                                                                   \
        .name = #name_, .title = title_, .rule = rule_, .source = source_, .kind = "estimate",          \
        .score = "estimate", .variants = "", .family = &qsi_family_##name_, .code_bits = 1, .block = 1, \
        .refuses_nonfinite = true, .error_bound = 2, .options = name_##_options                         \
    }

/* An engine's own. A bound is of a value against the largest magnitude of all rows, whose range is at most twice
 * that: a step of the range, or half of one; of usearch_i8 a 127th of the row's length, which is at most sqrt(dim)
 * times the largest magnitude: the bound is for up to 300 dims. */
#define ENGINE(name_, family_, engine_, bits, bound, title_, rule_, source_)                                       \
    {                                                                                                              \
        .name = #name_, .title = title_, .rule = rule_, .source = source_, .kind = "engine", .score = "engine",    \
        .variants = "", .family = &qsi_family_engine##family_, .engine = &qsi_engine_##engine_, .code_bits = bits, \
        .block = 1, .refuses_nonfinite = true, .error_bound = (bound), .options = engine_options                   \
    }
#define OSQ(name_, kind_, variants_, title_, rule_, source_)                                                   \
    {                                                                                                          \
        .name = #name_, .title = title_, .rule = rule_, .source = source_, .kind = kind_, .score = "estimate", \
        .variants = variants_, .family = &qsi_family_##name_, .engine = &qsi_engine_##name_, .code_bits = 1,   \
        .block = 1, .refuses_nonfinite = true, .error_bound = 2, .options = name_##_options,                   \
    }
#define FAISS_SQ(bits)                                                                                           \
    {                                                                                                            \
        .name = "faiss_sq" #bits, .title = #bits "-bit scalar quantizer of FAISS",                               \
        .rule = "a step of the range of each dim, cut off toward the low end, decoded half a step above",        \
        .source = "FAISS 1.7.3, ScalarQuantizer.cpp: QT_" #bits "bit, RS_minmax", .kind = "engine",              \
        .variants = "", .family = &qsi_family_engine, .engine = &qsi_engine_faiss_sq, .code_bits = bits,         \
        .block = 1, .refuses_nonfinite = true, .error_bound = 1.0 / ((1 << bits) - 1), .options = engine_options \
    }

#define LLOYD(bits)                                                                                          \
    {                                                                                                        \
        .name = "lloyd" #bits, .title = #bits "-bit fitted codebook",                                        \
        .rule = "nearest level of a codebook of least squared error, fitted to the data",                    \
        .source = "Lloyd 1982, Max 1960", .kind = "codebook", .variants = "", .family = &qsi_family_lloyd,   \
        .code_bits = bits, .block = 1, .refuses_nonfinite = true, .error_bound = 2, .options = lloyd_options \
    }

static const qsi_format rows[] = {
    FLOAT(f32, 32, QSI_F32_SPLIT, "float32", "stored as it is", "IEEE 754-2019 binary32", 0, f32_options),
    FLOAT(f16, 16, QSI_F16_SPLIT, "float16", "nearest half float, ties to even", "IEEE 754-2019 binary16", 0x1p-11,
          float_options),
    FLOAT(bf16, 16, QSI_BF16_SPLIT, "bfloat16", "upper half of a float32, nearest, ties to even",
          "Intel BFLOAT16 definition, 2018", 0x1p-8, float_options),
    SMALLFLOAT(f8_e4m3, 8, E4M3, false, 0x1p-4, OFP8),
    SMALLFLOAT(f8_e5m2, 8, E5M2, false, 0x1p-3, OFP8),
    SMALLFLOAT(f6_e3m2, 6, E3M2, true, 0x1p-3, OCP_MX),
    SMALLFLOAT(f6_e2m3, 6, E2M3, true, 0x1p-4, OCP_MX),
    SMALLFLOAT(f4_e2m1, 4, E2M1, true, 0x1p-2, OCP_MX),
    {
        .name = "e8m0",
        .title = "power of two",
        .rule =
            "a type for scales, no use for vectors: nearest power of two, NaN for negative values, 2^-127 for 0",
        .source = OCP_MX,
        .kind = "float",
        .variants = "",
        .family = &qsi_family_smallfloat,
        .code_bits = 8,
        .block = 1,
        QSI_E8M0_SPLIT,
        .scales_only = true,
        .error_bound = 1.0 / 3,
        .options = float_options,
    },
    INTEGER(8, "int8:map=offset,per=dim int8:per=tensor"),
    INTEGER(7, ""),
    INTEGER(6, ""),
    INTEGER(5, ""),
    INTEGER(4, "int4:map=offset,per=dim int4:per=tensor"),
    INTEGER(3, ""),
    INTEGER(2, "int2:map=offset,per=dim"),
    LLOYD(6),
    LLOYD(5),
    LLOYD(4),
    LLOYD(3),
    LLOYD(2),
    {
        .name = "binary",
        .title = "1 bit",
        .rule = "1 where the value is above a threshold, else 0",
        .source = "Yamada et al. 2021, arXiv:2106.00882",
        .kind = "few bits",
        .variants = "binary:center=mean binary:query=f32 binary:rescore=4",
        .family = &qsi_family_binary,
        .code_bits = 1,
        .block = 1,
        .refuses_nonfinite = true,
        .error_bound = 0,
        .options = binary_options,
    },
    {
        .name = "ternary",
        .title = "-1, 0 or 1",
        .rule = "-1, 0 or 1 times a scale that a row shares, the mean magnitude of what is not 0",
        .source = "Li et al. 2016, arXiv:1605.04711; absmean: Ma et al. 2024, arXiv:2402.17764",
        .kind = "few bits",
        .variants = "ternary:rule=absmean ternary:pack=1.6",
        .family = &qsi_family_ternary,
        .code_bits = 2,
        .block = 1,
        .refuses_nonfinite = true,
        .error_bound = 1,
        .options = ternary_options,
    },
    CODEBOOK(nf4, 4, 64, 0.152, "4-bit normal quantiles",
             "nearest of 16 quantiles of a normal distribution, times the largest magnitude of a block",
             "Dettmers et al. 2023, arXiv:2305.14314; bitsandbytes"),
    CODEBOOK(fp4, 4, 64, 0.167, "4-bit float of bitsandbytes",
             "nearest of 15 values, sign and uneven magnitude, times the largest magnitude of a block",
             "bitsandbytes, functional.py"),
    CODEBOOK(dynamic8, 8, 256, 0.0071, "8-bit dynamic tree",
             "nearest of 256 values, fine about 0, times the largest magnitude of a block",
             "Dettmers et al. 2021, arXiv:2110.02861; bitsandbytes"),
    MX(mxfp8_e4m3, 8, 32, 0.125, mx_options, "mxfp8_e4m3:exponent=rceil", "8-bit microscaling E4M3",
       MX_RULE("a float of 8 bits"), OCP_MX, QSI_E4M3_SPLIT),
    MX(mxfp8_e5m2, 8, 32, 0.125, mx_options, "", "8-bit microscaling E5M2", MX_RULE("a float of 8 bits"), OCP_MX,
       QSI_E5M2_SPLIT),
    MX(mxfp6_e3m2, 6, 32, 0.125, mx_options, "", "6-bit microscaling E3M2", MX_RULE("a float of 6 bits"), OCP_MX,
       QSI_E3M2_SPLIT),
    MX(mxfp6_e2m3, 6, 32, 0.0625, mx_options, "", "6-bit microscaling E2M3", MX_RULE("a float of 6 bits"), OCP_MX,
       QSI_E2M3_SPLIT),
    MX(mxfp4, 4, 32, 0.25, mx_options, "mxfp4:exponent=rceil", "4-bit microscaling E2M1",
       MX_RULE("a float of 4 bits"), OCP_MX, QSI_E2M1_SPLIT),
    MX(mxint8, 8, 32, 0x1p-7, mx_options, "", "8-bit microscaling integer", MX_RULE("64ths from -127 to 127"),
       OCP_MX),
    MX(nvfp4, 4, 16, 0.18, nvfp4_options, "", "NVFP4",
       "floats of 4 bits times an 8-bit float that 16 values share and a float32 of all",
       "NVIDIA 2025, arXiv:2509.25149", QSI_E2M1_SPLIT),
    GGML(q4_0, "4-bit blocks", "32 values share a float16 scale that gives the largest magnitude code 0 of 0 to 15",
         4, 32, 16, 0, 0.125 + 0x1p-11),
    GGML(q4_1, "4-bit blocks with minima", "32 values share a float16 scale, (max - min) / 15, and their minimum",
         4, 32, 16, 16, 1.0 / 15 + 0x3p-11),
    GGML(q5_0, "5-bit blocks", "32 values share a float16 scale that gives the largest magnitude code 0 of 0 to 31",
         5, 32, 16, 0, 0.0625 + 0x1p-11),
    GGML(q5_1, "5-bit blocks with minima", "32 values share a float16 scale, (max - min) / 31, and their minimum",
         5, 32, 16, 16, 1.0 / 31 + 0x3p-11),
    GGML(q8_0, "8-bit blocks", "32 values share a float16 scale, absmax / 127", 8, 32, 16, 0, 0.5 / 127 + 0x1p-11),
    GGML(q2_k, "2-bit superblocks",
         "16 values share a 4-bit scale and minimum, 256 values two float16 scales of these", 2, 256, 80, 80, 1.12),
    GGML(q3_k, "3-bit superblocks", "16 values share a 6-bit scale, 256 values a float16 scale of the scales", 3,
         256, 112, 0, 0.375),
    GGML(q4_k, "4-bit superblocks",
         "32 values share a 6-bit scale and minimum, 256 values two float16 scales of these", 4, 256, 64, 64, 0.18),
    GGML(q5_k, "5-bit superblocks",
         "32 values share a 6-bit scale and minimum, 256 values two float16 scales of these", 5, 256, 64, 64, 0.1),
    GGML(q6_k, "6-bit superblocks", "16 values share an 8-bit scale, 256 values a float16 scale of the scales", 6,
         256, 144, 0, 0.036),
    GGML(iq4_nl, "4-bit uneven levels", "one of 16 uneven levels times a float16 scale that 32 values share", 4, 32,
         16, 0, 0.23),
    GGML(iq4_xs, "4-bit uneven levels in superblocks",
         "one of 16 uneven levels times a 6-bit scale that 32 values share, 256 values one float16 scale of these",
         4, 256, 64, 0, 0.23),
    GGML(tq1_0, "ternary, five to a byte", "-1, 0 or 1 times a float16 scale, absmax, that 256 values share", 2,
         256, 16, 0, 0.5 + 0x1p-11, .shared_bits = 52 * 8),
    GGML(tq2_0, "ternary, 2 bits each", "-1, 0 or 1 times a float16 scale, absmax, that 256 values share", 2, 256,
         16, 0, 0.5 + 0x1p-11),
    GGML(q1_0, "1-bit blocks", "plus or minus a float16 scale that 128 values share, their mean magnitude", 1, 128,
         16, 0, 127.0 / 128 + 0x1p-11),
    GGML(q2_0, "2-bit blocks", "-1, 0 or 1 times a float16 scale, absmax, that 64 values share", 2, 64, 16, 0,
         0.5 + 0x1p-11),
    GGML(ggml_mxfp4, "MXFP4 of ggml",
         "floats of 4 bits times a power of two that 32 values share, halves toward zero", 4, 32, 8, 0, 0.25,
         QSI_E2M1_SPLIT),
    GGML(ggml_nvfp4, "NVFP4 of ggml",
         "floats of 4 bits times an 8-bit float that 16 values share, halves toward zero", 4, 64, 32, 0, 0.2,
         QSI_E2M1_SPLIT),
    PRODUCT(pq, false, "product quantization",
            "rows are cut into m pieces; each is the nearest of 2^bits fitted centroids",
            "Jegou, Douze, Schmid 2011, doi:10.1109/TPAMI.2010.57"),
    PRODUCT(opq, true, "optimized product quantization",
            "product quantization of rotated rows, the rotation fitted with the centroids",
            "Ge, He, Ke, Sun 2013, doi:10.1109/TPAMI.2013.240"),
    PRODUCT(rq, true, "residual quantization",
            "m centroids of whole rows whose sum is the row, each of what those before it leave",
            "Chen, Guan, Wang 2010, doi:10.3390/s101211259"),
    ESTIMATE(rabitq, "RaBitQ",
             "a rotated row, less its mean, as the nearest direction of a grid, and a scale that makes dot "
             "products unbiased",
             "Gao, Long 2024, arXiv:2405.12497; Gao et al. 2024, arXiv:2409.09913"),
    ESTIMATE(tq, "TurboQuant",
             "a rotated row as levels of least error on a normal distribution, and a scale that makes dot products "
             "unbiased",
             "Zandieh et al. 2025, arXiv:2504.19874"),
    OSQ(osq, "estimate", "", "optimized scalar quantization",
        "a row, less the mean, in an interval of least error of its own", OSQ_SOURCE),
    ENGINE(st_int8, , st_int8, 8, 2.0 / 255, "int8 of Sentence Transformers",
           "a step of each dim's range, cut off toward the low end; scored as codes, which makes dims of a small "
           "range weigh as much as others",
           ST_SOURCE),
    ENGINE(st_uint8, , st_uint8, 8, 2.0 / 255, "uint8 of Sentence Transformers",
           "the same from 0 up; scored as codes, whose products favour rows of large codes", ST_SOURCE),
    ENGINE(qdrant_int8, _cosine, qdrant_int8, 8, 1.0 / 127, "int8 of Qdrant",
           "7 bits, not 8, over the range of all values, with an offset; filled up to 16 codes",
           "Qdrant 74f3e85, lib/quantization, encoded_vectors_u8.rs"),
    {
        .name = "qdrant_bq",
        .title = "binary quantization of Qdrant",
        .rule = "1 where the value is above 0; of more bits thresholds about the mean of its dim",
        .source = "Qdrant 74f3e85, lib/quantization, encoded_vectors_binary.rs",
        .kind = "engine",
        .score = "engine",
        .variants = "qdrant_bq:bits=2",
        .family = &qsi_family_engine_bits,
        .engine = &qsi_engine_qdrant_bq,
        .code_bits = 1,
        .block = 1,
        .refuses_nonfinite = true,
        .options = qdrant_bq_options,
    },
    ENGINE(usearch_i8, _unit, usearch_i8, 8, 0.14, "i8 of USearch",
           "a row at length 127, of which single values use few codes, cut off toward zero; its length is lost",
           "USearch 2.25.3, index_plugins.hpp"),
    ENGINE(usearch_b1, _signs, usearch_b1, 1, 0, "b1 of USearch, binary of pgvector",
           "1 where the value is above 0, the first value in the highest bit", "USearch 2.25.3; pgvector 0.8.7"),
    FAISS_SQ(8),
    FAISS_SQ(6),
    FAISS_SQ(4),
    ENGINE(lucene_int7, _lucene, lucene_int7, 8, 2, "int7 of Lucene 99",
           "7 bits over a range averaged over groups of 20 rows, with an offset that gives back some rounding",
           "Lucene 3ca085e, ScalarQuantizer.java"),
    OSQ(lucene_osq, "engine", "lucene_osq:bits=4 lucene_osq:bits=7", "OSQ of Lucene 104, BBQ of Elasticsearch",
        "osq by Lucene's centroid, for cosine brought to length 1", OSQ_SOURCE),
    ENGINE(sqlite_int8, _cosine, sqlite_int8, 8, 1, "int8 of sqlite-vec",
           "a fixed range from -1 to 1, of which values of a unit row use few codes, cut off toward zero",
           "sqlite-vec 0.1.9, 'unit'"),
    ENGINE(lance_sq, _cosine, lance_sq, 8, 2.0 / 255, "scalar quantization of LanceDB",
           "a step of the range of all values, cut off toward the low end; ip leaves the low end out",
           "LanceDB 0.31.0; lance d2039d7, sq.rs"),
    ENGINE(weaviate_sq, _cosine, weaviate_sq, 8, 2.0 / 255, "scalar quantization of Weaviate",
           "a step of the range of all values, cut off toward the low end: half a step of bias on both sides",
           "Weaviate adcffc5, scalar_quantization.go"),
};

size_t qsi_format_count(void)
{
    return sizeof rows / sizeof *rows;
}

const qsi_format *qsi_format_at(size_t index)
{
    return index < qsi_format_count() ? &rows[index] : NULL;
}

const qsi_format *qsi_format_find(const char *name, size_t length)
{
    for (size_t i = 0; i < qsi_format_count(); i++)
        if (strlen(rows[i].name) == length && !strncmp(rows[i].name, name, length)) return &rows[i];
    return NULL;
}
