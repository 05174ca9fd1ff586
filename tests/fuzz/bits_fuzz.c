/* Fuzzes the texts of one value, of one code and of a block: a spec, a value's bits, a code, bits to turn, values.
 */
#include "input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input in = {data, size};
    uint32_t bits = fuzz_word(&in), code = fuzz_word(&in), turned[3];
    size_t n = 1 + fuzz_byte(&in) % 70, turns = fuzz_byte(&in) % 4;
    for (size_t i = 0; i < 3; i++) turned[i] = fuzz_word(&in) % (i ? 1000 : UINT32_MAX);
    const char *known = fuzz_spec(&in);
    char *own = fuzz_line(&in);
    float *values = fuzz_values(&in, n);
    const char *spec = *own ? own : known;
    free(FUZZ_TEXT(qs_bits_json, spec, bits));
    free(FUZZ_TEXT(qs_code_json, spec, bits, code));
    free(FUZZ_TEXT(qs_block_json, spec, values, n, turned, turns));
    free(values);
    free(own);
    return 0;
}
