/* Fuzzes specs: any line is a spec, then a plan for rows and dim. What is taken has a canonical text that is taken
 * as itself. */
#include "input.h"

/* The "spec" of a JSON text that begins with it. */
static char *canonical(const char *json)
{
    static const char head[] = "{\"spec\":\"";
    if (strncmp(json, head, sizeof head - 1) != 0) abort();
    const char *begin = json + sizeof head - 1, *end = strchr(begin, '"');
    char *text = fuzz_room((size_t)(end - begin) + 1);
    memcpy(text, begin, (size_t)(end - begin));
    text[end - begin] = 0;
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input in = {data, size};
    char *spec = fuzz_line(&in);
    double rows = (double)fuzz_word(&in), dim = (double)(fuzz_word(&in) % 2000000U);
    int status = qs_spec_check(spec);
    char *json = FUZZ_TEXT(qs_spec_json, spec);
    if ((status == QS_OK) != (json != NULL)) abort();
    if (json) {
        char *own = canonical(json), *again = FUZZ_TEXT(qs_spec_json, own);
        if (!again || strcmp(json, again) != 0) abort();
        free(FUZZ_TEXT(qs_plan_json, spec, rows, dim));
        free(again);
        free(own);
    }
    qs_range_check(spec);
    char error[1024];
    qs_error_json(error, sizeof error);
    free(json);
    free(spec);
    return 0;
}
