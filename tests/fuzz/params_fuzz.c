/* Fuzzes the params of codecs: any bytes are a JSON text. What opens decodes any codes, and its own text opens
 * again as itself. */
#include "input.h"

static void use(const qs_codec *codec)
{
    enum { ROWS = 3 };
    size_t dim = qs_codec_dim(codec), bytes = ROWS * qs_codec_row_bytes(codec);
    if (dim > 5000) return;
    uint8_t *codes = fuzz_room(bytes);
    float *rows = fuzz_room(ROWS * dim * sizeof *rows);
    for (size_t i = 0; i < bytes; i++) codes[i] = (uint8_t)(i * 37);
    qs_codec_decode(codec, codes, ROWS, rows);
    for (size_t i = 0; i < ROWS * dim; i++) rows[i] = (float)(i % 11) - 5;
    qs_codec_encode(codec, 0, rows, ROWS, codes);
    free(rows);
    free(codes);
    char *text = FUZZ_TEXT(qs_codec_params_json, codec, ROWS);
    qs_codec *again = qs_codec_open_params(text, strlen(text));
    if (!again) abort();
    char *same = FUZZ_TEXT(qs_codec_params_json, again, ROWS);
    if (strcmp(text, same) != 0) abort();
    const double shape[2] = {ROWS, (double)dim};
    char *beside = FUZZ_TEXT(qs_codec_sidecar_json, again, shape, 2, "xxh64:0123456789abcdef");
    if (!beside || qs_codec_sidecar_check(beside, strlen(beside)) != QS_OK) abort();
    free(beside);
    free(same);
    free(text);
    qs_codec_close(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *json = fuzz_room(size);
    memcpy(json, data, size);
    qs_codec_sidecar_check(json, size);
    qs_codec *codec = qs_codec_open_params(json, size);
    if (codec) use(codec);
    qs_codec_close(codec);
    free(json);
    return 0;
}
