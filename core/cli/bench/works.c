/* The list of works: W1 codes float32 rows, W2 decodes them again, W3 is exact search of the top 10. */
#include "cli/bench/bench.h"

const bench_work bench_works[] = {
    {"W1-int8-known", "int8:per=tensor", BENCH_ENCODE, false, NULL},
    {"W1-int8-tensor", "int8:per=tensor", BENCH_ENCODE, true, NULL},
    {"W1-int8-dim", "int8:per=dim", BENCH_ENCODE, true, NULL},
    {"W1-int8-row", "int8", BENCH_ENCODE, false, NULL},
    {"W1-q8_0", "q8_0", BENCH_ENCODE, false, NULL},
    {"W1-q4_0", "q4_0", BENCH_ENCODE, false, NULL},
    {"W1-q4_k", "q4_k", BENCH_ENCODE, false, NULL},
    {"W1-f16", "f16", BENCH_ENCODE, false, NULL},
    {"W1-bf16", "bf16", BENCH_ENCODE, false, NULL},
    {"W1-int4-dim", "int4:per=dim", BENCH_ENCODE, true, NULL},
    {"W1-binary", "binary", BENCH_ENCODE, false, NULL},
    {"W2-int8-tensor", "int8:per=tensor", BENCH_DECODE, false, NULL},
    {"W2-int8-dim", "int8:per=dim", BENCH_DECODE, false, NULL},
    {"W2-f16", "f16", BENCH_DECODE, false, NULL},
    {"W2-q8_0", "q8_0", BENCH_DECODE, false, NULL},
    {"W2-q4_0", "q4_0", BENCH_DECODE, false, NULL},
    {"W2-q4_k", "q4_k", BENCH_DECODE, false, NULL},
    {"W3-f32", "f32", BENCH_SEARCH, false, "f32"},
    {"W3-int8", "int8:query=same", BENCH_SEARCH, false, "int8"},
    {"W3-int4", "int4:query=same", BENCH_SEARCH, false, "int8"},
    {"W3-f16", "f16", BENCH_SEARCH, false, "f32"},
    {"W3-bf16", "bf16", BENCH_SEARCH, false, "f32"},
    {"W3-binary", "binary", BENCH_SEARCH, false, "bits"},
    {NULL, NULL, BENCH_ENCODE, false, NULL},
};
