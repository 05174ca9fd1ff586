/* The parser of spec strings: text to struct, with an error for everything it does not take. */
#include "spec/spec.h"

#include "base/decimal.h"
#include "base/status.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Appends a word to a list "a, b, c" in a buffer. */
static void list(char *text, size_t cap, const char *word)
{
    size_t length = strlen(text);
    snprintf(text + length, cap - length, "%s%s", length ? ", " : "", word);
}

static void list_options(const qsi_format *format, char *text, size_t cap)
{
    text[0] = 0;
    for (const qsi_option_values *o = format->options; o->option != QSI_OPTIONS; o++)
        list(text, cap, qsi_option_rows[o->option].name);
}

static void list_words(const qsi_option_values *allowed, char *text, size_t cap)
{
    text[0] = 0;
    for (size_t w = 0; w < allowed->count; w++)
        list(text, cap, qsi_option_rows[allowed->option].words[allowed->words[w]]);
}

static int fail_value(const qsi_option_values *allowed, const char *value)
{
    const qsi_option_row *row = &qsi_option_rows[allowed->option];
    char words[120];
    if (allowed->count) {
        list_words(allowed, words, sizeof words);
        return qsi_fail_option(row->name, "%s=%s: %s takes %s", row->name, value, row->name, words);
    }
    if (row->whole)
        return qsi_fail_option(row->name, "%s=%s: %s takes a whole number from %.0f to %.0f", row->name, value,
                               row->name, allowed->low, allowed->high);
    return qsi_fail_option(row->name, "%s=%s: %s takes a number from %.9g to %.9g", row->name, value, row->name,
                           allowed->low, allowed->high);
}

static int set_value(qsi_spec *spec, const qsi_option_values *allowed, const char *value)
{
    const qsi_option_row *row = &qsi_option_rows[allowed->option];
    double number;
    if (!*value) return qsi_fail_option(row->name, "%s: the value after = is missing", row->name);
    if (allowed->count) {
        for (size_t w = 0; w < allowed->count; w++) {
            if (strcmp(value, row->words[allowed->words[w]])) continue;
            spec->word[allowed->option] = allowed->words[w];
            return QS_OK;
        }
        return fail_value(allowed, value);
    }
    bool there = qsi_decimal_read(value, &number);
    if (there && !row->whole) { /* what canonical text can tell, so that the text means the same */
        char nine_digits[QSI_DECIMAL_TEXT];
        qsi_decimal_write(nine_digits, 'g', 9, number);
        there = qsi_decimal_read(nine_digits, &number);
    }
    if (!there || !(number >= allowed->low && number <= allowed->high) || (row->whole && number != floor(number)))
        return fail_value(allowed, value);
    spec->value[allowed->option] = number == 0 ? 0 : number;
    return QS_OK;
}

static int set_option(qsi_spec *spec, char *text)
{
    char known[600], *value = strchr(text, '=');
    if (!*text)
        return qsi_fail_option("", "an option is missing: %s takes OPTION=VALUE parted by single commas",
                               spec->format->name);
    if (value) *value++ = 0;
    for (qsi_option o = 0; o < QSI_OPTIONS; o++) {
        if (strcmp(text, qsi_option_rows[o].name)) continue;
        const qsi_option_values *allowed = qsi_format_option(spec->format, o);
        if (!allowed) break;
        if (!value) return qsi_fail_option(text, "%s: write %s=VALUE", text, text);
        if (spec->given >> o & 1) return qsi_fail_option(text, "%s is given twice", text);
        spec->given |= 1U << o;
        return set_value(spec, allowed, value);
    }
    list_options(spec->format, known, sizeof known);
    if (!*known) return qsi_fail_option(text, "%s: %s takes no options", text, spec->format->name);
    return qsi_fail_option(text, "%s is no option of %s, which takes %s", text, spec->format->name, known);
}

/* Appends "NAME=WORD, WORD" of an option's words. */
static void list_needs(const qsi_format *format, qsi_option option, uint32_t words, char *text, size_t cap)
{
    const qsi_option_row *row = &qsi_option_rows[option];
    char some[120] = "";
    size_t length = strlen(text);
    if (!qsi_format_option(format, option)) return;
    for (int w = 0; row->words[w]; w++)
        if (words >> w & 1) list(some, sizeof some, row->words[w]);
    if (*some) snprintf(text + length, cap - length, "%s%s=%s", length ? " or " : "", row->name, some);
}

/* Options that the others make pointless, such as block without per=block. */
static int check_use(const qsi_spec *spec)
{
    for (qsi_option o = 0; o < QSI_OPTIONS; o++) {
        const qsi_option_row *row = &qsi_option_rows[o];
        char where[300] = "";
        if (!(spec->given >> o & 1) || qsi_option_applies(spec, o)) continue;
        list_needs(spec->format, row->needs, row->needs_words, where, sizeof where);
        list_needs(spec->format, row->also, row->also_words, where, sizeof where);
        return qsi_fail_option(row->name, "%s applies only with %s", row->name, where);
    }
    return QS_OK;
}

/* range=given: lo and hi, or s and perhaps z, that fit the map. */
static int check_given(const qsi_spec *spec)
{
    bool lo = spec->given >> QSI_LO & 1, hi = spec->given >> QSI_HI & 1;
    bool s = spec->given >> QSI_S & 1, z = spec->given >> QSI_Z & 1;
    int map = qsi_word(spec, QSI_MAP);
    if (!qsi_format_option(spec->format, QSI_RANGE) || qsi_word(spec, QSI_RANGE) != QSI_RANGE_GIVEN) return QS_OK;
    if (lo != hi) return qsi_fail_option(lo ? "hi" : "lo", "range=given takes lo and hi, not one alone");
    if (lo == s)
        return qsi_fail_option("range", "range=given takes either lo and hi, or s%s",
                               map == QSI_MAP_AFFINE ? " and z" : "");
    if (z && !s) return qsi_fail_option("z", "z goes with s");
    if (lo && !((float)spec->value[QSI_LO] < (float)spec->value[QSI_HI]))
        return qsi_fail_option("lo", "lo=%.9g is not below hi=%.9g", spec->value[QSI_LO], spec->value[QSI_HI]);
    if (s && map == QSI_MAP_OFFSET) return qsi_fail_option("s", "map=offset takes lo and hi, not s");
    if (z && map == QSI_MAP_SYM && spec->value[QSI_Z] != 0)
        return qsi_fail_option("z", "z=%.9g: the zero point of map=sym is 0", spec->value[QSI_Z]);
    if (z && map == QSI_MAP_AFFINE) {
        bool is_unsigned = qsi_word(spec, QSI_CODES) == QSI_CODES_UNSIGNED;
        double low = is_unsigned ? 0 : -ldexp(1, spec->format->code_bits - 1);
        double high = low + ldexp(1, spec->format->code_bits) - 1;
        if (spec->value[QSI_Z] < low || spec->value[QSI_Z] > high)
            return qsi_fail_option("z", "z=%.9g: the codes go from %.9g to %.9g", spec->value[QSI_Z], low, high);
    }
    return QS_OK;
}

static int check_range(const qsi_spec *spec)
{
    int per = qsi_word(spec, QSI_PER);
    if (!qsi_format_option(spec->format, QSI_RANGE) || qsi_word(spec, QSI_RANGE) != QSI_RANGE_KL) return QS_OK;
    if (per == QSI_PER_TENSOR || per == QSI_PER_DIM) return QS_OK;
    return qsi_fail_option("range",
                           "range=kl compares distributions, for which a %s has too few values; it takes "
                           "per=tensor or per=dim",
                           qsi_option_rows[QSI_PER].words[per]);
}

/* A low can be negative, and a power of two cannot. */
static int check_scale(const qsi_spec *spec)
{
    if (qsi_word(spec, QSI_SCALE) != QSI_SCALE_E8M0 || qsi_word(spec, QSI_MAP) != QSI_MAP_OFFSET) return QS_OK;
    return qsi_fail_option("scale", "scale=e8m0: map=offset stores a low as it does a scale, which takes f32, f16, "
                                    "bf16");
}

/* What an outlier's own code loses is not lost, and would be fed on. */
static int check_outliers(const qsi_spec *spec)
{
    if (spec->value[QSI_OUTLIERS] == 0 || spec->value[QSI_FEEDBACK] == 0) return QS_OK;
    return qsi_fail_option("outliers",
                           "outliers=%.0f: outliers are kept beside the codes, and feedback=1 passes errors along "
                           "the row; use one of the two",
                           spec->value[QSI_OUTLIERS]);
}

int qsi_spec_parse(const char *text, qsi_spec *spec)
{
    char copy[QSI_SPEC_TEXT];
    size_t length = text ? strlen(text) : 0;
    if (!length)
        return qsi_fail_option("", "the spec is empty; write FORMAT[:OPTION=VALUE,...], such as int8:per=row");
    if (length >= sizeof copy)
        return qsi_fail_option("", "the spec \"%.20s...\" has %zu characters; %zu are the most", text, length,
                               sizeof copy - 1);
    for (size_t i = 0; i <= length; i++) copy[i] = (char)tolower((unsigned char)text[i]);

    char *options = strchr(copy, ':');
    if (options) *options++ = 0;
    *spec = (qsi_spec){.format = qsi_format_find(copy, strlen(copy))};
    if (!spec->format)
        return qsi_fail_option("", "%s is no format; the nearest is %s", *copy ? copy : "\"\"",
                               qsi_format_nearest(copy));
    for (const qsi_option_values *o = spec->format->options; o->option != QSI_OPTIONS; o++)
        spec->word[o->option] = o->words[0], spec->value[o->option] = o->first;
    if (options && !*options) return qsi_fail_option("", "%s: nothing follows the colon", copy);
    for (char *next; options; options = next) {
        next = strchr(options, ',');
        if (next) *next++ = 0;
        int status = set_option(spec, options);
        if (status) return status;
    }
    int status = check_use(spec);
    if (!status) status = check_scale(spec);
    if (!status) status = check_given(spec);
    if (!status) status = check_outliers(spec);
    return status ? status : check_range(spec);
}

void qsi_spec_text(const qsi_spec *spec, char text[QSI_SPEC_TEXT])
{
    size_t length = (size_t)snprintf(text, QSI_SPEC_TEXT, "%s", spec->format->name);
    char mark = ':';
    for (qsi_option o = 0; o < QSI_OPTIONS; o++) {
        const qsi_option_values *allowed = qsi_format_option(spec->format, o);
        const qsi_option_row *row = &qsi_option_rows[o];
        if (!allowed || !qsi_option_applies(spec, o)) continue;
        bool is_bound = o == QSI_LO || o == QSI_HI; /* lo=0 given beside hi must stay */
        bool is_first = allowed->count ? spec->word[o] == allowed->words[0] : spec->value[o] == allowed->first;
        if (is_bound ? !(spec->given >> o & 1) : is_first) continue;
        char value[QSI_DECIMAL_TEXT];
        if (allowed->count)
            snprintf(value, sizeof value, "%s", row->words[qsi_word(spec, o)]);
        else
            qsi_decimal_write(value, row->whole ? 'f' : 'g', row->whole ? 0 : 9, spec->value[o]);
        length += (size_t)snprintf(text + length, QSI_SPEC_TEXT - length, "%c%s=%s", mark, row->name, value);
        mark = ',';
    }
}

int qs_spec_check(const char *text)
{
    qsi_spec spec;
    return qsi_spec_parse(text, &spec);
}
