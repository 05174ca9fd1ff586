/* Fuzzes the codes of every format: a codec fitted to a few values decodes, counts and searches codes that are any
 * bytes. */
#include "input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { ROWS = 2, K = 2 };
    input in = {data, size};
    const char *spec = fuzz_spec(&in), *metric = fuzz_byte(&in) % 2 ? "l2" : "cosine";
    size_t dim = 1 + fuzz_byte(&in) % 67;
    float fitted[ROWS * 67], decoded[ROWS * 67], scores[K];
    uint32_t ids[K];
    for (size_t i = 0; i < ROWS * dim; i++) fitted[i] = (float)(int)(fuzz_byte(&in) - 128U);
    qs_fit *fit = qs_fit_open(spec, dim);
    if (!fit) return 0;
    if (qs_fit_next_pass(fit) != 0) do {
            if (qs_fit_observe(fit, 0, fitted, ROWS)) abort();
        } while (qs_fit_next_pass(fit) > 0);
    qs_codec *codec = qs_fit_finish(fit);
    qs_fit_close(fit);
    if (!codec) return 0; /* such as values that have no scale */
    size_t bytes = ROWS * qs_codec_row_bytes(codec);
    uint8_t *codes = fuzz_room(bytes);
    for (size_t i = 0; i < bytes; i++) codes[i] = (uint8_t)fuzz_byte(&in);
    double usage[256];
    qs_codec_decode(codec, codes, ROWS, decoded);
    qs_codec_usage(codec, codes, ROWS, usage, 256);
    qs_search(codec, codes, ROWS, fitted, fitted, 1, K, metric, ids, scores);
    if (qs_codec_encode(codec, 0, decoded, ROWS, codes) == QS_OK) qs_codec_decode(codec, codes, ROWS, decoded);
    free(codes);
    qs_codec_close(codec);
    return 0;
}
