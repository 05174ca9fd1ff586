/* Fuzzes the states that shards merge: a state of a fit, of a calibration or of a run, with bytes of it changed,
 * cut or replaced, is refused, or merges into something that goes on to its end. */
#include "input.h"

enum { DIM = 5, ROWS = 9 };

static const float rows[ROWS * DIM] = {1, -2, 3, 0.5F, 7, -8, 9, 1e-3F, 2, 2, 4, -6, 3, 1, 0, 5, 5, -5, 2, 1};

/* A copy of a state as the input changes it: some bytes, and its length. */
static uint8_t *changed(input *in, const uint8_t *state, size_t *bytes)
{
    uint8_t *copy = fuzz_room(*bytes);
    memcpy(copy, state, *bytes);
    size_t changes = fuzz_byte(in) % 8;
    for (size_t i = 0; i < changes && *bytes; i++) {
        size_t at = fuzz_word(in) % *bytes;
        copy[at] = (uint8_t)fuzz_byte(in);
    }
    if (fuzz_byte(in) % 8 == 7) *bytes = fuzz_word(in) % (*bytes + 1);
    uint8_t *exact = fuzz_room(*bytes);
    memcpy(exact, copy, *bytes);
    free(copy);
    return exact;
}

#define STATE_OF(save, handle, bytes)                            \
    ({                                                           \
        *(bytes) = save(handle, NULL, 0);                        \
        uint8_t *state_ = fuzz_room(*(bytes));                   \
        if (save(handle, state_, *(bytes)) != *(bytes)) abort(); \
        state_;                                                  \
    })

static void fuzz_fit(input *in, const char *spec)
{
    qs_fit *fit = qs_fit_open(spec, DIM), *other = qs_fit_open(spec, DIM);
    int more = !fit || !other ? 0 : qs_fit_next_pass(fit) != 0;
    if (fit && other) qs_fit_next_pass(other);
    for (int pass = 0; more > 0 && pass < 6; pass++) {
        if (qs_fit_observe(fit, 0, rows, ROWS) || qs_fit_observe(other, 1024, rows, ROWS)) abort();
        size_t bytes;
        uint8_t *state = STATE_OF(qs_fit_save, other, &bytes), *bad = changed(in, state, &bytes);
        qs_fit_merge(fit, bad, bytes);
        free(bad);
        free(state);
        more = qs_fit_next_pass(fit);
        if (more > 0 && qs_fit_next_pass(other) <= 0) break;
    }
    qs_codec *codec = fit && more == 0 ? qs_fit_finish(fit) : NULL;
    if (codec) free(FUZZ_TEXT(qs_codec_params_json, codec, ROWS));
    qs_codec_close(codec);
    qs_fit_close(fit);
    qs_fit_close(other);
}

static void fuzz_range(input *in, const char *spec)
{
    qs_range *range = qs_range_open(spec, DIM, 0);
    int more = range != NULL;
    for (int pass = 0; more > 0 && pass < 6; pass++) {
        if (qs_range_observe(range, 0, rows, ROWS)) break;
        size_t bytes, same;
        uint8_t *state = STATE_OF(qs_range_save, range, &bytes);
        same = bytes;
        uint8_t *bad = changed(in, state, &bytes);
        bool merges = fuzz_byte(in) % 2;
        if (merges) qs_range_merge(range, bad, bytes);
        more = merges ? qs_range_next_pass(range, NULL, 0) : qs_range_next_pass(range, bad, bytes);
        if (more < 0 && !merges) more = qs_range_next_pass(range, state, same);
        free(bad);
        free(state);
    }
    if (range && more == 0) free(FUZZ_TEXT(qs_range_json, range));
    qs_range_close(range);
}

static void fuzz_run(input *in, const char *spec)
{
    qs_run *run = qs_run_open(spec, "cosine", 2, 0, ROWS, DIM, 2);
    if (!run || qs_run_feed_base(run, 0, rows, ROWS) || qs_run_feed_queries(run, 0, rows, 2)) abort();
    int more = 1;
    for (int phase = 0; more > 0 && phase < 20; phase++) {
        while (qs_run_step(run, 1000) > 0) {
        }
        size_t bytes;
        uint8_t *state = STATE_OF(qs_run_save, run, &bytes), *bad = changed(in, state, &bytes);
        bool merges = fuzz_byte(in) % 2;
        if (merges) qs_run_merge(run, bad, bytes);
        more = merges ? qs_run_next_phase(run, NULL, 0) : qs_run_next_phase(run, bad, bytes);
        free(bad);
        free(state);
    }
    free(FUZZ_TEXT(qs_run_json, run));
    qs_run_close(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const kinds[])(input * in, const char *spec) = {fuzz_fit, fuzz_range, fuzz_run};
    input in = {data, size};
    size_t kind = fuzz_byte(&in) % 3;
    kinds[kind](&in, fuzz_spec(&in));
    return 0;
}
