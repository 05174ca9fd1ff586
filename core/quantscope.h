/*
 * Quantscope: the whole public interface of the quantization core.
 *
 * This header is also the export list of the WebAssembly module, so it uses only pointers, size_t,
 * uint32_t, int, float and double: no structs by value, no 64-bit integers, no callbacks, no varargs.
 *
 * Shapes    Float rows are row-major, rows * dim values. Codes are rows * qs_codec_row_bytes() bytes. Each row can
 *           be decoded by itself. It holds its packed codes (low bits first, the last byte filled with zeros; nf4
 *           and fp4 have the first of two values in the high half, as their reference does), then its scales (one,
 *           or one per block in order), then its zero points or lows, then its outliers and their columns.
 * Text      A function ending in _json writes at most cap bytes, the final NUL included, and returns the length
 *           of the whole text without the NUL, as snprintf does (cap 0: only that). 0: an error; no text is empty.
 * Errors    int functions return QS_OK (0) or more, or a negative QS_E_*. Functions that open return NULL on
 *           error. qs_error_json() describes the last error of this thread.
 * Ownership What an _open or _finish function returns belongs to the caller, who frees it with the _close
 *           function of its type (NULL is allowed). Arguments are copied; no pointer to them is retained.
 * Threads   Use a handle from one thread at a time; several threads may encode, decode and search with one codec.
 *           qs_run_step(), qs_search(), qs_range_observe() and qs_range_scales() start threads of their own.
 */
#ifndef QUANTSCOPE_H
#define QUANTSCOPE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define QS_VERSION "0.1.0"

#if defined(__GNUC__)
#define QS_API __attribute__((visibility("default")))
#else
#define QS_API
#endif

/* Status codes. The command line exits with 2 for OPTION, 3 for DATA, 4 for MEMORY. */
#define QS_OK 0
#define QS_E_OPTION (-2) /* a spec, an option or an argument that cannot be taken */
#define QS_E_DATA (-3)   /* data that cannot be read, or is not what it claims */
#define QS_E_MEMORY (-4) /* out of memory, or a size beyond what a pointer can address */
#define QS_E_STATE (-5)  /* a call out of its order (a defect of the caller) */

/* ------------------------------------------------------------------------------------------------ the library */

/* The version, as "0.1.0". A static string. */
QS_API const char *qs_version(void);

/* Allocates bytes bytes, aligned to 64. NULL when there is not enough memory. Free the result with qs_free();
 * qs_free(NULL) is allowed. */
QS_API void *qs_alloc(size_t bytes);
QS_API void qs_free(void *memory);

/* Sets the number of threads to n (n >= 1), or with n = 0 only reads it. Returns the number in use; a build
 * without threads always uses 1. Results do not depend on it. */
QS_API int qs_threads(int n);

/* The last error of this thread: {"code":-2,"message":"...","option":"per","byte":0,"row":0,"column":0}. Only the
 * keys of places that apply are written. {"code":0,"message":""} if there was no error. */
QS_API size_t qs_error_json(char *dst, size_t cap);

/* The compiled kernels, best last: {"backends":[{"name","title","available","used","features"}]}. features lists
 * optional features of this processor that the kernels use. */
QS_API size_t qs_backends_json(char *dst, size_t cap);

/* Selects the kernels by name; NULL or "auto" selects the best that this processor supports. Results do not
 * depend on it. */
QS_API int qs_backend_use(const char *name);

/* Two limits to compare a timed operation with. The first is memory traffic without arithmetic: reads rows rows
 * of from_row bytes and writes as many of to_row bytes (0: only reads), row by row. stream is 1 to write past the
 * caches, if to is aligned to 64, and 2 to also prefetch. The result and the bytes written have no meaning. */
QS_API int qs_limit_move(const uint8_t *from, size_t from_row, uint8_t *to, size_t to_row, size_t rows, int stream);

/* The second limit is arithmetic on registers, without memory traffic: repeats the arithmetic of scores of kind
 * "f32", "int8" or "bits" steps times. Returns the number of multiplications (for bits: bits compared), or a
 * negative error. */
QS_API double qs_limit_peak(const char *kind, size_t steps);

/* ------------------------------------------------------------------------------------------- formats and specs */

/* The registry: {"formats":[{"name","title","family",...}]}. With dim > 0 each format also has "bits_per_value",
 * that of its plain spec for rows of dim values, scales and padding counted, what all rows share left out. */
QS_API size_t qs_formats_json(double dim, char *dst, size_t cap);

/* QS_OK if spec is valid. Otherwise the error names the option and what it accepts. */
QS_API int qs_spec_check(const char *spec);

/* {"spec":canonical,"format":{...},"options":[{"name","value","default","help","values":[...]} ...]}: the options
 * that apply to the format of spec, with the values they have in it. 0 when the spec is wrong. */
QS_API size_t qs_spec_json(const char *spec, char *dst, size_t cap);

/* {"specs":[...],"pairs":[{"title","a","b"}],"range":spec,"stops":[{"spec","use","source"}],"stop":spec,"weights":[...]}:
 * specs worth comparing first (every format and its well-known variants), pairs to try, a spec whose range is worth
 * a look, the stops from float32 to one bit, the one to begin with, and specs for the tensors of a model. use says
 * where such a format is used, by which source; not every stop has both. */
QS_API size_t qs_defaults_json(char *dst, size_t cap);

/* The bytes that rows * dim values take, computed without data: {"spec","rows","dim","bytes":{"codes",
 * "scales","zeros","padding","params","total","per_row","bits_per_value","originals"},"warnings":[],"findings":[]}.
 * total excludes originals, the float32 rows that rescoring keeps beside the codes. */
QS_API size_t qs_plan_json(const char *spec, double rows, double dim, char *dst, size_t cap);

/* The same beside what there is already, of type from: a dtype of files ("float16", "f16", "int8") or a spec. Adds
 * "from", and "file" and "times_smaller" to "bytes". */
QS_API size_t qs_plan_from_json(const char *spec, const char *from, double rows, double dim, char *dst, size_t cap);

/* What a model takes in each spec, computed: question is lines NAME=VALUE (plan/question.h; "": 7B parameters, a KV
 * cache of 8,192 tokens), specs one a line ("": a list of usual ones). {"question":{...},"results":[{"spec",
 * "bits_per_value","weights","biases","cache","total","times_smaller","spare":[bytes on each device],"load_s",
 * "tokens_per_s","arithmetic_j","memory_j":[low,high],"month","saved_month","payback_months","after_36_months","million_tokens"}],
 * "cache":[{"context",bytes by spec}]}. tokens_per_s is an upper limit; prices are null where none was given. The
 * formulas are in plan/model.c. */
QS_API size_t qs_plan_model_json(const char *question, const char *specs, char *dst, size_t cap);

/* What several tensors take together. shapes: rows, dim and bytes in the file of each that is coded; kept_shapes:
 * of each that stays as it is; others: the bytes of each that is not measured and stays too; specs: one a line.
 * {"kept":{"tensors","values","bytes"},"not_measured":{"tensors","bytes"},"totals":[{"spec","bytes","float32_bytes",
 * "file_bytes","times_smaller"}]}: bytes and file_bytes are of all tensors, times_smaller their ratio;
 * float32_bytes is what those with values that are read take as float32. */
QS_API size_t qs_totals_json(const char *specs, const double *shapes, size_t tensors, const double *kept_shapes,
                             size_t kept, const double *others, size_t other_tensors, char *dst, size_t cap);

/* Encodes one value, given by the bits of its float32, with a spec: stored bits by field, code, decoded value,
 * neighbouring values, error, and the formula of the decoded value with its numbers. A scale that would be fitted
 * to data is that of absmax 1 (lo -1, hi 1), and the text says so. Block formats encode the value in a block with
 * 1, -1 and zeros. */
QS_API size_t qs_bits_json(const char *spec, uint32_t f32_bits, char *dst, size_t cap);

/* The same with that value's code replaced by code (right aligned): what this code means there. */
QS_API size_t qs_code_json(const char *spec, uint32_t f32_bits, uint32_t code, char *dst, size_t cap);

/* Encodes n values as one row, fitted to these values alone, then inverts the bits turned[turns] of the row (NULL
 * and 0: none): {"spec","formula","values":[{"value","decoded","code","stands","formula"}],"bytes":hex,
 * "code":[{"kind","bits"}],"fields":[{"kind","index","code","stands","values","digits","bits":[...]}]}. kind is
 * code, codes, scale, zero, low, super scale, super low, outlier or column (of an outlier). bits are positions in
 * the row (bit b is bit b % 8 of byte b / 8), the highest bit of a field first. */
QS_API size_t qs_block_json(const char *spec, const float *values, size_t n, const uint32_t *turned, size_t turns,
                            char *dst, size_t cap);

/* The values that each format can represent: {"ranges":[{"name","title","fields","negative","codes","values",
 * "lowest","largest","smallest_normal","smallest_subnormal","epsilon","exact_integers","bits_per_value","saved"}]};
 * null where a format has no such property. negative: how negative values are encoded; saved: the share of
 * float32's bytes that is saved. */
QS_API size_t qs_ranges_json(char *dst, size_t cap);

/* ---------------------------------------------------------------------------------------------------- sources */

/* A source describes the tensors of a file from the first bytes of it. It never needs the whole file. */
typedef struct qs_source qs_source;

/* How many bytes from the start of the file are needed to open it, given head_bytes of file_bytes: 0 if they are
 * enough, a larger number to try next, or a negative error. The file type follows from the content; name (that of
 * the file, or NULL) decides only where the content is ambiguous. */
QS_API int qs_source_check(const uint8_t *head, size_t head_bytes, double file_bytes);
QS_API int qs_source_check_as(const char *name, const uint8_t *head, size_t head_bytes, double file_bytes);
QS_API qs_source *qs_source_open(const uint8_t *head, size_t head_bytes, double file_bytes);
QS_API qs_source *qs_source_open_as(const char *name, const uint8_t *head, size_t head_bytes, double file_bytes);

/* A file of values alone: rows of dim values of one dtype ("float32", "int8", ...) from byte offset to its end. */
QS_API qs_source *qs_source_open_raw(const char *dtype, double dim, double offset, double file_bytes);

/* 1 if the file is compressed with gzip. Decompress it, then open the result. */
QS_API int qs_source_is_gzip(const uint8_t *head, size_t head_bytes);

/* Some sources need more than the head: while this returns 1 they want range[2] bytes from byte range[1] of part
 * range[0], and qs_source_take() gets them. Everything below waits until it returns 0. */
QS_API int qs_source_wants(const qs_source *source, double range[3]);
QS_API int qs_source_take(qs_source *source, const uint8_t *raw);

/* {"parts":[{},...]}: where the bytes come from. Part 0 is the file; {"file"}: a file beside it, by name;
 * {"of","offset","bytes","length"}: bytes of another part, packed by deflate, that unpack to length bytes. The list
 * grows while a source wants more. Before bytes of a file are given, qs_source_part() tells how long it is. */
QS_API size_t qs_source_parts_json(const qs_source *source, char *dst, size_t cap);
QS_API int qs_source_part(qs_source *source, size_t part, double bytes);

/* {"kind":"npy","metadata":{},"tensors":[{"name","dtype","shape":[...],"rows","dim","offset","row_bytes"}]}: a
 * tensor's rows lie one after another from byte offset. No dimension or one is one row; from three on, all but the
 * first are dim, but of experts the last alone is. rows or dim is 0 in a tensor without values. Keys that may be
 * there too: "part" (not 0), "order" ("columns" or "records": rows do not lie one after another), "skip" (bytes
 * before the values of each row), "swap" (1: big-endian), "labels" (true: qs_source_labels_json() has them),
 * "whole" (true: integers), "problem" (why its values are not read). */
QS_API size_t qs_source_json(const qs_source *source, char *dst, size_t cap);

/* The kind and the metadata alone, and one tensor of the list, for files of very many: 0 where there is no tensor
 * of this number. */
QS_API const char *qs_source_kind(const qs_source *source);
QS_API size_t qs_source_metadata_json(const qs_source *source, char *dst, size_t cap);
QS_API size_t qs_source_tensor_json(const qs_source *source, size_t tensor, char *dst, size_t cap);

/* Takes the first leading axes of a tensor as its rows (else the first alone, of experts the first two). 1: done;
 * 0: the tensor has no more axes than these, or its rows do not lie one after another, and is as it was. */
QS_API int qs_source_rows_axes(qs_source *source, size_t tensor, size_t leading);

/* Which bytes hold the rows: writes part, offset and bytes of each range, as far as cap ranges go, and returns how
 * many there are; 0: an error. */
QS_API size_t qs_source_plan(const qs_source *source, size_t tensor, double first_row, size_t rows, double *ranges,
                             size_t cap);

/* Converts rows rows of a tensor, the first of them its row first_row, to floats in dst. raw: the bytes of the
 * ranges of qs_source_plan(), one after another; where rows lie one after another, those. A finite value beyond
 * float32 is an error that names row and column, and so is a dtype that is not read; NaN and infinity pass. */
QS_API int qs_source_rows(const qs_source *source, size_t tensor, double first_row, const uint8_t *raw, size_t rows,
                          float *dst);

/* What float32 leaves out of those values (float64, integers of 32 bits and more), as far as a float tells. 1: dst
 * is filled; 0: nothing can be left out, dst is as it was. */
QS_API int qs_source_rests(const qs_source *source, size_t tensor, double first_row, const uint8_t *raw,
                           size_t rows, float *dst);

/* ["label",...]: a text for each of these rows, of the same bytes. */
QS_API size_t qs_source_labels_json(const qs_source *source, size_t tensor, double first_row, const uint8_t *raw,
                                    size_t rows, char *dst, size_t cap);
QS_API void qs_source_close(qs_source *source);

/* ---------------------------------------------------------------------------------------- figures of values */

/* Statistics of the values before encoding, computed over chunks as a fit is. In each pass, observe every row in
 * chunks of 1,024 rows (first_row a multiple of 1,024) in any order, and merge the saved states of that pass;
 * next_pass returns 1 if another pass is needed, else 0. NaN and infinity are accepted and make the figures null.
 */
typedef struct qs_values qs_values;

QS_API qs_values *qs_values_open(size_t dim);
QS_API int qs_values_observe(qs_values *values, double first_row, const float *rows, size_t nrows);
QS_API int qs_values_next_pass(qs_values *values);
QS_API size_t qs_values_save(const qs_values *values, uint8_t *dst, size_t cap);
QS_API int qs_values_merge(qs_values *values, const uint8_t *state, size_t bytes);

/* {"min","max","mean","std","largest_sigma","excess_kurtosis"}, after the last pass: min and max with the 9
 * digits that restore them; largest_sigma: how many standard deviations the furthest value is from the mean. */
QS_API size_t qs_values_json(const qs_values *values, char *dst, size_t cap);
QS_API void qs_values_close(qs_values *values);

/* --------------------------------------------------------------------------------------------------- findings */

/* What is noticed about data, queries, codes or a spec stands in reports as "findings":
 * [{"id","level","spec","text", "evidence":{...},"damage","remedy":{"text","spec","option","command"}}]. level:
 * note, warning or error; spec: the one it is about, null for the data; evidence: numbers; damage: text, null where
 * it is not known; remedy: what can be tried, null where nothing can; of its members spec, option and command those
 * that apply. "warnings" holds the texts of those that are more than notes.
 *
 * One finding by the rule "not-read": a tensor of a file that was left out, problem being that of qs_source_json().
 */
QS_API size_t qs_unread_json(const char *problem, char *dst, size_t cap);

/* The rules by which they are decided: {"rules":[{"id","level","title","meaning","decided"}]}. */
QS_API size_t qs_rules_json(char *dst, size_t cap);

/* ---------------------------------------------------------------------------------------------- fit and codec */

/* A fit reads the data in as many passes as the spec needs, and returns a codec. In each pass, observe every row
 * in chunks of 1,024 rows (first_row a multiple of 1,024, only the last chunk shorter) in any order, and merge
 * the saved states of other fits of the same pass. The codec has the same bytes for any split of the rows. */
#define QS_CHUNK_ROWS 1024
typedef struct qs_fit qs_fit;
typedef struct qs_codec qs_codec;

QS_API qs_fit *qs_fit_open(const char *spec, size_t dim);
QS_API int qs_fit_observe(qs_fit *fit, double first_row, const float *rows, size_t nrows);

/* Ends a pass. Returns 1 if all rows must be observed again, 0 if the fit can finish. A fit that needs no data
 * returns 0 at once. */
QS_API int qs_fit_next_pass(qs_fit *fit);

/* Writes the state of this pass if cap is large enough. Returns its size in bytes. */
QS_API size_t qs_fit_save(const qs_fit *fit, uint8_t *dst, size_t cap);
QS_API int qs_fit_merge(qs_fit *fit, const uint8_t *state, size_t bytes);
QS_API qs_codec *qs_fit_finish(qs_fit *fit); /* the fit must still be closed */
QS_API void qs_fit_close(qs_fit *fit);

/* Opens a codec from the text that qs_codec_params_json() or qs_codec_sidecar_json() gave. */
QS_API qs_codec *qs_codec_open_params(const char *json, size_t bytes);

/* {"quantscope":1,"spec":...,"shape":[rows,dim],"params":{...}}: all a decoder needs. params only where something
 * was fitted, its floats with the 9 digits that restore them. rows is only told on. */
QS_API size_t qs_codec_params_json(const qs_codec *codec, double rows, char *dst, size_t cap);

/* What lies beside a file of codes and belongs to no other: the same with the shape of the array that was coded
 * (axes numbers; a single axis is one row, else all but the first make up a row), the file's size and digest, and
 * last a digest of the text before it: {..."codes":{"bytes","row_bytes","digest"},"digest"}. 0: the shape is not
 * one of rows of the codec's dim. codes_digest: qs_digest_text() of all codes. */
QS_API size_t qs_codec_sidecar_json(const qs_codec *codec, const double *shape, size_t axes,
                                    const char *codes_digest, char *dst, size_t cap);

/* QS_OK where a text that qs_codec_sidecar_json() gave is as it was; QS_E_DATA where it was changed or is none. */
QS_API int qs_codec_sidecar_check(const char *json, size_t bytes);

/* A checksum of bytes that come in parts: XXH64 with seed 0. Its text is "xxh64:" and 16 hexadecimal digits. It
 * tells files apart that were mixed up or damaged, and is no protection against forgery. */
typedef struct qs_digest qs_digest;
QS_API qs_digest *qs_digest_open(void);
QS_API void qs_digest_add(qs_digest *digest, const uint8_t *bytes, size_t n);
QS_API size_t qs_digest_text(const qs_digest *digest, char *dst, size_t cap);
QS_API void qs_digest_close(qs_digest *digest);

QS_API size_t qs_codec_dim(const qs_codec *codec);
QS_API size_t qs_codec_row_bytes(const qs_codec *codec);

/* Encodes nrows * dim floats to nrows * row_bytes bytes. first_row is the number of the first row: it selects the
 * random numbers of stochastic rounding, and errors name rows by it. Formats without NaN or infinity return an
 * error that names the row and the column. */
QS_API int qs_codec_encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows,
                           uint8_t *codes);
QS_API int qs_codec_decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows);

/* Counts how often each level of an integer format, a small float or a fitted codebook occurs in encoded rows,
 * lowest level first. Returns the number of levels; writes nothing if cap is smaller. */
QS_API int qs_codec_usage(const qs_codec *codec, const uint8_t *codes, size_t nrows, double *counts, size_t cap);
QS_API void qs_codec_close(qs_codec *codec);

/* Exact search: writes the k rows of highest score for each of nq queries (nq * dim floats), best first, to ids
 * and scores (nq * k each). metric: "cosine", "ip" or "l2" (score: minus the squared distance). Equal scores: the
 * lower row first; NaN last; -0 is returned as 0. If nrows < k the remaining entries are UINT32_MAX and NaN.
 * originals: nrows * dim floats, required for rescore > 0. After an error the contents of ids and scores are
 * undefined. */
QS_API int qs_search(const qs_codec *codec, const uint8_t *codes, size_t nrows, const float *originals,
                     const float *queries, size_t nq, size_t k, const char *metric, uint32_t *ids, float *scores);

/* An export: encoded rows of one array as a file that other programs read. {"exports":[{"name","title","ending",
 * "help"}]} lists the kinds. A file is, for each section, what comes before it and then that section of all rows
 * (numbered from 0; of each row as many bytes as qs_export_row_bytes() says), and last what comes before the
 * section of number qs_export_sections(). */
typedef struct qs_export qs_export;
QS_API size_t qs_exports_json(char *dst, size_t cap);

/* to: a kind; name: of the array; shape: axes numbers, as qs_codec_sidecar_json() takes it. The codec stays open as
 * long. */
QS_API qs_export *qs_export_open(const char *to, const qs_codec *codec, const char *name, const double *shape,
                                 size_t axes);
QS_API size_t qs_export_sections(const qs_export *file);

/* Writes it if cap is large enough; returns its bytes, which do not depend on digest, or SIZE_MAX for an error.
 * digest: qs_digest_text() of all codes. */
QS_API size_t qs_export_before(const qs_export *file, size_t section, const char *digest, uint8_t *dst, size_t cap);
QS_API double qs_export_row_bytes(const qs_export *file, size_t section);

/* dst: nrows * qs_export_row_bytes() bytes. */
QS_API int qs_export_rows(const qs_export *file, size_t section, const uint8_t *codes, size_t nrows, uint8_t *dst);
QS_API void qs_export_close(qs_export *file);

/* ggml's number of the type that stores a spec's rows in a GGUF; stored 1: of the dtype of a source. An error where
 * it has none. */
QS_API int qs_ggml_type(const char *name, int stored);

/* What is noticed while rows are coded: {"warnings":[],"findings":[]}. elsewhere 1: the codec was fitted on other
 * rows, so values outside of its range are counted. Observe each chunk of 1,024 rows with the codes made of it. The
 * codec stays open as long. */
typedef struct qs_check qs_check;
QS_API qs_check *qs_check_open(const qs_codec *codec, int elsewhere);
/* The same of rows that are not coded, dim values each, for whom a spec is considered: codes are NULL. */
QS_API qs_check *qs_check_open_rows(const char *spec, size_t dim);
QS_API int qs_check_observe(qs_check *check, double first_row, const float *rows, size_t nrows,
                            const uint8_t *codes);
QS_API size_t qs_check_json(const qs_check *check, char *dst, size_t cap);
QS_API void qs_check_close(qs_check *check);

/* ------------------------------------------------------------------------------------------------------- ranges */

/* What each rule (the option range) would make of the data for a spec that takes one, and what any other range
 * would cost. A fold over chunks, as a fit is:
 *
 *   range = qs_range_open(...)                in each shard
 *   do {
 *     qs_range_observe(range, ...) each of the shard's chunks; state = qs_range_save(range)
 *     in one of them qs_range_merge(range, state of each other); merged = qs_range_save(range)
 *   } while (qs_range_next_pass(range, merged) > 0);
 *   qs_range_json(range)                      the same in each
 */
typedef struct qs_range qs_range;

/* What has to be chosen for a spec. 0: a range, by the rules; 1: levels, which are fitted instead; or an error. */
QS_API int qs_range_check(const char *spec);

/* memory: bytes of counts held at a time (0: 64 MiB); of per=dim as many dims as fit go into one pass, at some 42
 * KB each, at least one. The tensor's histogram takes 250 KB. Passes are two or more: where a few values lie far
 * from the others, those are counted again in finer cells. */
QS_API qs_range *qs_range_open(const char *spec, size_t dim, double memory);
QS_API int qs_range_observe(qs_range *range, double first_row, const float *rows, size_t nrows);
QS_API size_t qs_range_save(const qs_range *range, uint8_t *dst, size_t cap);
QS_API int qs_range_merge(qs_range *range, const uint8_t *state, size_t bytes);

/* Ends a pass with the merged state of all shards (NULL: this handle has seen all rows). Returns 1 if all rows
 * must be observed again. */
QS_API int qs_range_next_pass(qs_range *range, const uint8_t *merged, size_t bytes);
QS_API size_t qs_range_passes_left(const qs_range *range); /* at least, including the current one */

/* {"spec","rows","dim","figures":"computed","rules":[{"range","spec","lo":[],"hi":[],"scale":[],"zero":[],
 * "scale_mse":[],"mse","rounding_mse","clipping_mse","clipped_share","bias","sqnr_db","worst_dim",
 * "worst_dim_share","half_error_dims"}],"rounds":[{"round","theory","factor"}],"notes":[]}: arrays hold one
 * number for each scale, zero is null for map=offset (codes count from lo). Clipped: more than half a step beyond
 * the outermost level; bias is the mean of decoded minus original. With scales of the tensor or of dims figures
 * are computed from histograms, the values of a cell spread evenly between its least and its greatest; with
 * scales of rows or blocks they are "measured" by coding the rows, and the arrays, which may be larger than
 * memory, are null: qs_range_scales() lists them. The last three figures of a rule tell which dims carry the
 * error (null where one scale serves them all). rounds: of each way of rounding in the range of the spec's own
 * rule, the squared error of what is not clipped over step^2 / 12 for each value, and in theory; null where steps
 * are not of one length. notes tell why kl is none of the rules, or of how many scales it saw too little.
 * Outliers (the option) are left out of the ranges and counted with the error of their float16. Where levels are
 * fitted there is one entry in rules, "fitted": lo and hi are the outermost levels, scale and zero null. */
QS_API size_t qs_range_json(const qs_range *range, char *dst, size_t cap);
/* The same, but of more than two scales only the least and the greatest of each member are in its array. */
QS_API size_t qs_range_spans_json(const qs_range *range, char *dst, size_t cap);

/* Lists the scales of rows or blocks that a rule (by its place in qs_range_json()) gives to some rows (nrows *
 * dim floats), in the order in which encoding stores them and the same to the bit, until it lists others. Any
 * rows, in any pass; by threads of its own. QS_E_STATE: scales are not of rows or blocks, or there is no such
 * rule; QS_E_DATA: values not finite, ranges that no scale holds. After an error nothing is listed. */
QS_API int qs_range_scales(qs_range *range, size_t rule, double first_row, const float *rows, size_t nrows);

/* The array of those that qs_range_json() calls member, row after row and in each its groups in order: "lo", "hi",
 * "scale", "zero" or "scale_mse", which here is computed from the values: of stochastic rounding what is to be
 * expected, and without error feedback. [] before anything was listed; null where "zero" is null there; 0 with an
 * error for any other member. */
QS_API size_t qs_range_scales_json(const qs_range *range, const char *member, char *dst, size_t cap);

/* Views of the histogram of one scale (group; 0 where there is one; rows' and blocks' scales: that of the tensor).
 * 0 with an error where its counts were given up for those of other dims.
 * {"min","max","lo","hi","values","counts":[bins]}: counts between lo and hi, all of it unless lo < hi. */
QS_API size_t qs_range_histogram_json(qs_range *range, double group, double lo, double hi, size_t bins, char *dst,
                                      size_t cap);

/* The range from lo to hi, as the map takes it: {"lo","hi","scale","inverse_scale","zero","stored","floored",
 * "mse","rounding_mse","clipping_mse","clipped_share","bias","sqnr_db","clipped","overshoot","even_sqnr_db",
 * "first_code","exact_zero","upper_share","levels":[],"units":[],"rounds":[...]}. stored: what of a scale is,
 * null if all; floored: the scale was raised to the least that can be used. overshoot is how far the outermost
 * value lies beyond the outermost level, even_sqnr_db what values spread evenly over the range would get, levels
 * ascend from the first code's. Of floats even_sqnr_db and first_code are null, and units are the levels at scale
 * 1, the format's own values; else they are null. Of map=affine alone: exact_zero is the zero point before it is
 * rounded, upper_share the share of values in the upper half of the codes. Levels that are fitted are the same
 * whatever lo and hi; what scales mean is null there. */
QS_API size_t qs_range_at_json(qs_range *range, double group, double lo, double hi, char *dst, size_t cap);

/* The same figures for points ranges around center, their half-widths evenly spaced from from to to:
 * {"points":[{"half_range","mse","rounding_mse",...}]}; none where levels are fitted. */
QS_API size_t qs_range_curve_json(qs_range *range, double group, double center, double from, double to,
                                  size_t points, char *dst, size_t cap);
QS_API void qs_range_close(qs_range *range);

/* What each rule chooses for n values that share one scale, as a row or a block does when it is encoded:
 * {"rules":[{"range","lo","hi"}]}, without kl. A qs_range of these values gives the errors of those ranges. */
QS_API size_t qs_range_one_scale_json(const char *spec, const float *values, size_t n, char *dst, size_t cap);

/* --------------------------------------------------------------------------------------------------------- run */

/* A run measures specs over a base and queries, in bounded steps. One run may hold all rows, or several (threads,
 * workers, processes) a shard of whole chunks each: each phase ends with its states merged, so that the report is
 * the same bytes for any split.
 *
 *   run = qs_run_open(...)                    in each shard
 *   qs_run_feed_queries(...); qs_run_feed_base(...)
 *   do {
 *     while (qs_run_step(run, work) > 0) {}   until this shard's part of the phase is done
 *     state = qs_run_save(run); in one of them qs_run_merge(run, state of each other); merged = qs_run_save(run)
 *   } while (qs_run_next_phase(run, merged) > 0);
 *   qs_run_json(run)                          the same in each
 */
typedef struct qs_run qs_run;

/* specs: one a line. metric: "cosine", "ip" or "l2". rows: of the base file. queries: how many will be fed; if
 * negative, min(500, rows / 5) rows of the base, drawn by seed, are the queries and left out of the base. */
QS_API qs_run *qs_run_open(const char *specs, const char *metric, size_t k, double seed, double rows, size_t dim,
                           double queries);

/* Which spec (by its index) all others are compared with; without this call the first. The report then has, of two
 * specs or more, "against": {"spec","results":[{"spec","difference","difference_ci95","differs","shown","queries",
 * "text"}]}: paired differences of recall@k as measure/paired.h says. */
QS_API int qs_run_against(qs_run *run, size_t spec);

/* Of two specs that are measured (by their indices), the paired difference of recall@k of b from a: an object as in
 * "against". An error while either is not. */
QS_API size_t qs_run_pair_json(const qs_run *run, size_t a, size_t b, char *dst, size_t cap);

/* The rows of the base that are used as queries, ascending: writes at most cap of them and returns their number,
 * which is 0 if queries are fed separately. Feed all of them, in this order, to every shard. */
QS_API size_t qs_run_drawn(const qs_run *run, uint32_t *dst, size_t cap);

/* Feeds query rows [first, first + nrows). Every shard needs all queries. */
QS_API int qs_run_feed_queries(qs_run *run, double first, const float *rows, size_t nrows);

/* Feeds base rows [first_row, first_row + nrows), numbered as in the file, including the drawn rows, which are
 * skipped. Feed each chunk of 1,024 rows to one shard only, rows ascending. */
QS_API int qs_run_feed_base(qs_run *run, double first_row, const float *rows, size_t nrows);

/* How the file stores the base: if not as float32, savings are told against it too ("dtype" and "row_bytes" in
 * "data", "file" and "times_smaller" in "bytes"). Every shard makes the same call, and the source stays open as
 * long as the run. */
QS_API int qs_run_stored(qs_run *run, const qs_source *source, size_t tensor);

/* Rows of the file and what float32 leaves out of them (qs_source_rests()), of each chunk that the shard is fed: by
 * them rows are found that float32 cannot tell apart. */
QS_API int qs_run_feed_rests(qs_run *run, double first_row, const float *rows, const float *rests, size_t nrows);

/* Fits on other rows than those measured, if called before rows are fed to it: on so many of a set of their own,
 * or with drawn on so many rows of the base that are no queries, drawn by seed; drawn is the number of the draw,
 * 1 to 65535, each of rows of its own. Every shard makes the same call. */
QS_API int qs_run_calibrate(qs_run *run, double rows, int drawn);

/* The rows of the base that were drawn, ascending: as qs_run_drawn(). 0 when the set is of its own. */
QS_API size_t qs_run_calibration(const qs_run *run, uint32_t *dst, size_t cap);

/* Rows [first_row, first_row + nrows) of the set; of one that is drawn, in the order of qs_run_calibration(). A
 * chunk of 1,024 rows is fed to one shard alone, its rows ascending. */
QS_API int qs_run_feed_calibration(qs_run *run, double first_row, const float *rows, size_t nrows);

/* Does about work units of this phase, a unit being one row through one stage, and never goes beyond the stage it
 * is in. 1: more to do; 0: this shard's part of the phase is done. A spec that fails on the data does not fail the
 * run: its result tells the problem and the run goes on with the next. */
QS_API int qs_run_step(qs_run *run, double work);

/* {"spec":index,"name":spec,"stage":"fit|encode|measure|search|done","done":units,"total":units}: where the next
 * step will work. Time each step and add it to the stage told before it: that is all the timing there is. */
QS_API size_t qs_run_progress_json(const qs_run *run, char *dst, size_t cap);

QS_API size_t qs_run_save(const qs_run *run, uint8_t *dst, size_t cap);
QS_API int qs_run_merge(qs_run *run, const uint8_t *state, size_t bytes);

/* Ends a phase with the merged state of all shards (NULL: its own, others' merged in). 1: one more; 0: done. */
QS_API int qs_run_next_phase(qs_run *run, const uint8_t *merged, size_t bytes);

/* The report of all specs done so far: {"quantscope","data":{...},"metric","k","seed","warnings","findings",
 * "results"}. measure/error.h defines the figures of "error". 1-bit codes (binary) have no magnitude: their
 * errors are those of threshold - a and threshold + a, where "sign_size", a, is the mean of |x - threshold|,
 * which minimises the error. feedback=1 lowers "prefix_sum_rmse", the error of sums over the first values of a
 * row, and raises "mse". */
QS_API size_t qs_run_json(const qs_run *run, char *dst, size_t cap);

/* One query's neighbours: {"query","k","truth":{"rows":[...],"scores":[...]},"results":[{"spec","rows":[...],
 * "ranks":[...],"scores":[...]}]}. ranks are places in the true order from 1, null beyond the depth kept (100 or
 * k); truth holds that many; scores of results are the true ones, null where unknown. */
QS_API size_t qs_run_neighbours_json(const qs_run *run, double query, char *dst, size_t cap);

/* {"k","queries","results":[{"spec","lost":[[query,rank],...]}]}: each true neighbour among the first k that a
 * spec's first k lack, by query and its true rank from 1. */
QS_API size_t qs_run_lost_json(const qs_run *run, char *dst, size_t cap);

/* {"dim","results":[{"spec","shares":[dim]}]}: which part of a spec's squared error the values of each dim carry;
 * null where nothing was lost or the error is no number. */
QS_API size_t qs_run_dims_json(const qs_run *run, char *dst, size_t cap);

/* Neighbours that came with a set, depth row numbers for each query (4294967295: none), the nearest first: compares
 * them with those of a run that is over, whose queries were not drawn. Its report then has "truth" {"neighbours",
 * "recall@k_truth","recall@k_truth_ci95"}, the share of the given first k that float32 finds, the same two figures
 * in each "search", and a finding where they differ. Not in the WebAssembly module. */
QS_API int qs_run_truth(qs_run *run, const uint32_t *rows, size_t depth);

/* Which spec of a run that is over to take: of those whose codes for so many vectors (0: the rows of the base) take
 * at most budget bytes (0: any) and whose lower bound of recall@k is at_least (0: any), the cheapest, or without
 * at_least the one with the highest lower bound; by one half of the queries, measured again on the other.
 * {"budget",
 * "at_least","vectors","chosen_by","confirmed_by","chosen":{"spec","bytes","originals","recall@k","recall@k_ci95",
 * "others":{"recall@k","recall@k_ci95"}},"confirmed","text","results":[{"spec","bytes","recall@k","recall@k_ci95",
 * "by_construction","within_budget","holds"}]}; chosen is null where none holds. Not in the WebAssembly module. */
QS_API size_t qs_run_choice_json(const qs_run *run, double budget, double at_least, double vectors, char *dst,
                                 size_t cap);

/* What a run that is over is worth by people's judgements: count of them, each of a query (its number), a row of
 * the base (4294967295: a document that is not in it) and a grade, no two of the same pair.
 * {"judgements","queries",
 * "without_relevant","outside","float32":{"spec","ndcg@k","ndcg@k_ci95",...},"results":[{"spec","ndcg@k","ndcg@k_ci95",
 * "ndcg@k_difference","ndcg@k_difference_ci95","mrr@k",...,"judged_recall@k",...,"text"}]}: measure/judged.h
 * defines the figures, differences are from float32 on the same queries. Not in the WebAssembly module. */
QS_API size_t qs_run_judged_json(const qs_run *run, const uint32_t *queries, const uint32_t *rows,
                                 const int *grades, size_t count, char *dst, size_t cap);

/* One row (dim floats; number: its number in the file) through a spec of the run (by its index) that is measured:
 * {"spec","values":[dim],"decoded":[dim],"errors":[dim],"worst":[6],"codes":[dim],"count","lowest":[dim],
 * "highest":[dim],"levels":[[...]...]}. worst: the dims of the largest errors. The levels of a value are what its
 * codes stand for: count of them, at most; each is listed where they are 16 or fewer. Signs (binary) stand for
 * threshold - a and threshold + a, as in the report. What is about codes is left out where they are wider than a
 * byte, are of no one value, or the row is too long to be looked at (8,191 bytes).
 */
QS_API size_t qs_run_row_json(const qs_run *run, size_t spec, double number, const float *row, char *dst,
                              size_t cap);

/* The value of one column of such a row bit by bit, as qs_bits_json(), by the scales that the run has fitted. */
QS_API size_t qs_run_value_json(const qs_run *run, size_t spec, double number, const float *row, size_t column,
                                char *dst, size_t cap);

/* A column of this shard's rows: {"rows","below","above","counts":[bins],"codes":[...]}: in bins of equal width
 * from lo to hi, those beyond counted apart; codes: how often each code occurs in it, none as above. */
QS_API size_t qs_run_column_json(const qs_run *run, size_t spec, size_t column, double lo, double hi, size_t bins,
                                 char *dst, size_t cap);

/* How many of this shard's rows come before a row (as above) in the order of a query (its number, from 0) by a
 * spec's scores: of all shards together, its rank less 1. Where rescore is an option, by rescored scores. A
 * negative number is an error. */
QS_API double qs_run_ahead(const qs_run *run, size_t spec, double query, double number, const float *row);

/* The rest is for those who time a spec (by its index) in a run that is over, more often than once.
 * Codes the rows of this shard again (stage "encode"), or searches their codes for all queries ("search"), times
 * times over; the report stays as it is. The codes are held until another spec is asked for, or times is 0.
 * 1: done; 0: there is nothing to do, as the spec failed, or there are no rows in this shard, or no queries. */
QS_API int qs_run_retime(qs_run *run, size_t spec, const char *stage, size_t times);

/* What bounds that, as often: the same bytes moved, some rows at a time, with nothing made of them, or as many
 * operations of the same kind on registers alone. Returns as qs_run_retime(). */
QS_API int qs_run_limit(qs_run *run, size_t spec, const char *stage, size_t some, size_t times);

/* The work itself, of all shards together: {"rows","dim","queries","read","written","searched","operations",
 * "kind"}. Encoding reads values and writes codes, in bytes; searching reads the codes, in bytes, once for all
 * queries and does operations: multiplications, each with its addition, of kind "f32" or "int8", or comparisons
 * of "bits". */
QS_API size_t qs_run_work_json(const qs_run *run, size_t spec, char *dst, size_t cap);
QS_API void qs_run_close(qs_run *run);

/* ---------------------------------------------------------------------------------------------------- networks */

/* A recipe names what is done to a network, METHOD[:OPTION=VALUE,...]: "static:w=int4,a=int8,correct=bias"; a spec
 * with options stands in brackets, "w=(int4:per=row,range=mse)", and a layer apart is "fc1.w=int8". QS_OK, or an
 * error that names the option and what it takes. */
QS_API int qs_recipe_check(const char *recipe);

/* {"recipe":canonical,"method":{"name","title","help","weights","inputs","trains","calibrates"},"w","a","layers":
 * [{"layer","w"|"a"}],"options":[{"name","help","value","default","values"|"low","high","whole"}]}. w and a are
 * null where the method codes none. 0 when the recipe is wrong. */
QS_API size_t qs_recipe_json(const char *recipe, char *dst, size_t cap);

/* {"methods":[{"name","title","help",...}],"words":[...]}: every method; words stand for a method with an option.
 */
QS_API size_t qs_methods_json(char *dst, size_t cap);

/* A network of linear and convolutional layers, its samples, and what recipes make of it:
 *
 *   net = qs_net_open(...); qs_net_feed(...); qs_net_labels(...); qs_net_recipes(...)
 *   while (qs_net_step(net, work) > 0) {}
 *   qs_net_json(net)
 *
 * Several holders (workers, processes) may share the work: each opens the same net, is fed the same, and calls
 * qs_net_shard(); each does whole recipes; qs_net_merge() takes what others saved. The report is the same bytes. */
typedef struct qs_net qs_net;

/* file: all bytes of a .safetensors file. chain: the layers in order, "conv1:stride=2,pad=2 relu flatten fc1"; ""
 * takes the file's metadata "net", or without it its NAME.weight of 2 dimensions with a ReLU between. input:
 * "1x28x28/255", the shape of a sample and what pixels are divided by; "" takes the metadata's "input". */
QS_API qs_net *qs_net_open(const uint8_t *file, double bytes, const char *chain, const char *input);

/* {"layers":[{"name","kind","in":[],"out":[],"weights":[rows,dim],"relu","macs","values"}],"macs","values",
 * "inputs","classes","divisor"}. */
QS_API size_t qs_net_chain_json(const qs_net *net, char *dst, size_t cap);

/* Samples [first, first + nrows) of a set, in order, dim values each: "test" is what is measured on, "calibrate"
 * what ranges are taken from (none: the training samples, or the test samples), "train" what is trained on. pixels:
 * 1, they are uint8 and are divided by the net's divisor; 0, they enter as they are. */
QS_API int qs_net_feed(qs_net *net, const char *set, double first, const float *rows, size_t nrows, size_t dim,
                       int pixels);
/* Labels of samples that were fed, in order: the class of each, from 0. */
QS_API int qs_net_labels(qs_net *net, const char *set, double first, const uint32_t *labels, size_t n);
/* One recipe a line. For each schedule of training the float network trained on as long is added, the control. */
QS_API int qs_net_recipes(qs_net *net, const char *recipes);
/* Does only recipes number shard, shard + shards, ... */
QS_API int qs_net_shard(qs_net *net, size_t shard, size_t shards);

/* Does some of the work, about work samples (a batch, a layer, or a pass over the calibration samples at least). 1:
 * more to do; 0: done. A recipe that fails does not fail the net: its result tells the problem. */
QS_API int qs_net_step(qs_net *net, double work);

/* When all is done: adds the recipes that the results' findings offer as remedies, so that stepping on measures
 * them. Returns how many were added. */
QS_API int qs_net_try(qs_net *net);

/* {"result","results","recipe","stage":"code|train|ranges|measure|layers|done","done","total","run","epoch","loss"}:
 * what the next step works on. epoch counts whole epochs of the run (seed) and loss is the mean of the last. */
QS_API size_t qs_net_progress_json(const qs_net *net, char *dst, size_t cap);

/* The state: finished recipes, and of the one at work its weights, momenta, scales and place, so that a net which
 * is opened and fed alike and given it by qs_net_merge() goes on to the same bytes. Writes it if cap suffices;
 * returns its size. Merging takes over what is further on than its own. */
QS_API size_t qs_net_save(const qs_net *net, uint8_t *dst, size_t cap);
QS_API int qs_net_merge(qs_net *net, const uint8_t *state, size_t bytes);

/* The report of recipes done so far: {"quantscope","net":{...},"data":{"samples","calibration","training"},"float":
 * {"right","ties","accuracy","accuracy_ci95","cross_entropy","bytes"},"results":[{"recipe","w","a","method","control",
 * "arithmetic","bytes":{...},"right","accuracy","accuracy_ci95","cross_entropy","agree","lost","gained","change",
 * "change_ci95","layers":[...],"seeds":{...},"mixed":{...},"energy":{...},"notes":[],"findings":[{"id","level","layer",
 * "text","evidence":{},"remedy":{"text","recipe","accuracy","agree"}}]}]}. A remedy's accuracy is null until
 * measured. accuracy_ci95 is Wilson's interval. lost: right before and wrong after; gained: the other way; change:
 * their difference as a share, with 1,000 bootstrap resamples of the samples. The figures of a layer are explained
 * in net/layer_figures.c. A recipe that failed has {"recipe","problem"}. Without labels what needs them is null. */
QS_API size_t qs_net_json(const qs_net *net, char *dst, size_t cap);

/* {"recipe","lost":[],"gained":[],"wrong":[]} of a finished result: sample numbers; wrong: both answers wrong, and
 * different. Without labels all that changed are in wrong. */
QS_API size_t qs_net_changes_json(const qs_net *net, size_t result, char *dst, size_t cap);

/* {"sample","label","float":{"answer","outputs":[]},"results":[{"recipe","answer","outputs":[]}]}: one sample's
 * answers (classes) and outputs, of all results that are done. */
QS_API size_t qs_net_sample_json(const qs_net *net, size_t sample, char *dst, size_t cap);

/* The integer product behind one output of a layer (its number in the layer: channel, row, column) for a sample:
 * {"layer","output","row","scale_x","zero","scale_w","products":[{"x","w","product"}],"bias","sum","terms":{"wx",
 * "zero_w","wx_minus","bias"},"multiplier","fixed":[m,e],"output_scale","output_zero","code","value","float"}. x
 * and w are codes, product w * (x - zero), most the first products, all of them when most is 0; sum = bias + all
 * products. terms: sum of w * x, zero * sum of w, and bias: sum = wx - zero_w + bias. code is null of the last
 * layer with float outputs. 0 with an error where the result is not on whole numbers. */
QS_API size_t qs_net_product_json(const qs_net *net, size_t result, size_t layer, size_t sample, size_t output,
                                  size_t most, char *dst, size_t cap);

/* {"layer","min","max","lo","hi","scale","zero","bits","below","above","counts":[bins]}: what enters a layer of a
 * result's float network on the calibration samples (512 at most), in bins from min to max; below and above: how
 * many values lie outside the range; lo to zero are null where the range is not fixed. */
QS_API size_t qs_net_activations_json(const qs_net *net, size_t result, size_t layer, size_t bins, char *dst,
                                      size_t cap);
QS_API void qs_net_close(qs_net *net);

/* One linear layer with its real inputs: what recipes (weights, static, dynamic, rtn, mse, gptq, awq, hqq,
 * smoothquant) do to its outputs. weights: (rows, dim), finite. */
typedef struct qs_layer qs_layer;
QS_API qs_layer *qs_layer_open(const float *weights, size_t rows, size_t dim);
/* Rows [first, first + nrows) of dim inputs, in order: "test" is measured on, "calibrate" is what ranges and
 * rounding look at (none: those of test). */
QS_API int qs_layer_feed(qs_layer *layer, const char *set, double first, const float *rows, size_t nrows);
/* Does all of one recipe and adds its result; one that fails on the data has a problem in its result. */
QS_API int qs_layer_measure(qs_layer *layer, const char *recipe);
/* {"quantscope","layer":{"rows","dim","inputs","calibration"},"results":[{"recipe","bytes":{...},"output_rel_err",
 * "calibration_rel_err","dead_inputs","damp","awq_r","hqq_rounds","notes":[]}]}; the errors are explained in
 * net/layer.c. */
QS_API size_t qs_layer_json(const qs_layer *layer, char *dst, size_t cap);
QS_API void qs_layer_close(qs_layer *layer);

#ifdef __cplusplus
}
#endif
#endif
