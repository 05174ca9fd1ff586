/* Codecs as JSON text, {"quantscope":1,"spec","shape":[rows,dim],"params":{name:[...]}}, and back; and the same as
 * it lies beside a file of codes, with what tells that file. */
#include "codec/codec.h"

#include "base/json.h"
#include "base/json_read.h"
#include "base/size.h"
#include "base/status.h"
#include "base/xxh64.h"

#include <math.h>
#include <string.h>

enum { MOST_AXES = 64 }; /* no file has arrays of more */

static void write_params(const qsi_param *params, size_t most, qsi_json *json)
{
    for (size_t p = 0; p < most && params[p].name; p++) {
        qsi_json_key(json, params[p].name);
        qsi_json_open(json, '[');
        for (size_t i = 0; i < params[p].count; i++) qsi_json_exact(json, params[p].values[i]);
        qsi_json_close(json, ']');
    }
}

/* All members but those of a sidecar alone; the object stays open. */
static void put_codec(qsi_json *json, const qs_codec *codec, const double *shape, size_t axes)
{
    char spec[QSI_SPEC_TEXT];
    qsi_spec_text(&codec->spec, spec);
    qsi_json_open(json, '{');
    qsi_json_key(json, "quantscope");
    qsi_json_whole(json, 1);
    qsi_json_key(json, "spec");
    qsi_json_text(json, spec);
    qsi_json_key(json, "shape");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < axes; i++) qsi_json_whole(json, shape[i]);
    qsi_json_close(json, ']');
    if (!codec->params[0].name && !codec->transform_params[0].name) return;
    qsi_json_key(json, "params");
    qsi_json_open(json, '{');
    write_params(codec->params, QSI_PARAMS, json);
    write_params(codec->transform_params, QSI_TRANSFORM_PARAMS, json);
    qsi_json_close(json, '}');
}

size_t qs_codec_params_json(const qs_codec *codec, double rows, char *dst, size_t cap)
{
    const double shape[2] = {rows, (double)codec->row_dim};
    qsi_json json = qsi_json_start(dst, cap);
    put_codec(&json, codec, shape, 2);
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

/* The rows that a shape is of, and their dim; a product that is no size is none that a codec has. */
static void fold_shape(const double *shape, size_t axes, double *rows, double *dim)
{
    *rows = axes > 1 ? shape[0] : 1;
    *dim = axes ? 1 : 0;
    for (size_t i = axes > 1; i < axes; i++) *dim *= shape[i];
}

/* ---------------------------------------------------------------------------------------------- the sidecar */

static const char own_digest[] = ",\"digest\":\"";

static void digest_of(const char *text, size_t bytes, char digest[QSI_XXH64_TEXT])
{
    qs_digest sum = qsi_xxh64_start();
    qsi_xxh64_add(&sum, text, bytes);
    qsi_xxh64_text(&sum, digest);
}

size_t qs_codec_sidecar_json(const qs_codec *codec, const double *shape, size_t axes, const char *codes_digest,
                             char *dst, size_t cap)
{
    double rows, dim;
    fold_shape(shape, axes, &rows, &dim);
    if (dim != (double)codec->row_dim || !(rows >= 1)) {
        qsi_fail_option("shape", "the shape is of %.15g rows of dim %.15g; the codec's dim is %zu", rows, dim,
                        codec->row_dim);
        return 0;
    }
    qsi_json json = qsi_json_start(dst, cap);
    put_codec(&json, codec, shape, axes);
    qsi_json_key(&json, "codes");
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "bytes");
    qsi_json_whole(&json, rows * (double)qs_codec_row_bytes(codec));
    qsi_json_key(&json, "row_bytes");
    qsi_json_whole(&json, (double)qs_codec_row_bytes(codec));
    qsi_json_key(&json, "digest");
    qsi_json_text(&json, codes_digest);
    qsi_json_close(&json, '}');
    char digest[QSI_XXH64_TEXT];
    digest_of(dst, json.length < cap ? json.length : 0, digest);
    qsi_json_key(&json, "digest");
    qsi_json_text(&json, digest);
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

int qs_codec_sidecar_check(const char *json, size_t bytes)
{
    char digest[QSI_XXH64_TEXT];
    enum { MARK = sizeof own_digest - 1, TAIL = MARK + QSI_XXH64_TEXT - 1 + 2 }; /* a quote and a brace behind it */
    while (bytes && strchr(" \t\r\n", json[bytes - 1])) bytes--;
    const char *tail = bytes >= TAIL ? json + bytes - TAIL : json;
    if (bytes < TAIL || memcmp(tail, own_digest, MARK) != 0)
        return qsi_fail(QS_E_DATA, "it does not end with a \"digest\" as what lies beside codes does");
    digest_of(json, bytes - TAIL, digest);
    if (!memcmp(tail + MARK, digest, QSI_XXH64_TEXT - 1) && !memcmp(tail + TAIL - 2, "\"}", 2)) return QS_OK;
    return qsi_fail(QS_E_DATA, "it was changed after it was written: its digest is %.*s, that of its text %s",
                    QSI_XXH64_TEXT - 1, tail + MARK, digest);
}

/* -------------------------------------------------------------------------------------------------- reading */

static int read_param(const qsi_json_tree *tree, size_t params, qsi_param *param)
{
    size_t array = params ? qsi_json_tree_member(tree, params, param->name) : 0;
    if (!array || tree->tokens[array].type != JSMN_ARRAY)
        return qsi_fail(QS_E_DATA, "params: the array \"%s\" is missing", param->name);
    if ((size_t)tree->tokens[array].size != param->count)
        return qsi_fail_byte(tree->tokens[array].start,
                             "params: \"%s\" holds %d numbers; this spec and dim take %zu", param->name,
                             tree->tokens[array].size, param->count);
    param->values = qsi_array(param->count, sizeof(float));
    if (!param->values) return QS_E_MEMORY;
    size_t token = array + 1;
    for (size_t i = 0; i < param->count; i++, token = qsi_json_tree_skip(tree, token)) {
        double value;
        if (!qsi_json_tree_number(tree, token, &value) || !isfinite((float)value))
            return qsi_fail_byte(tree->tokens[token].start, "params: %s[%zu] is no float32", param->name, i);
        param->values[i] = (float)value;
    }
    return QS_OK;
}

/* The dim of rows of a shape of one axis or more. */
static bool read_dim(const qsi_json_tree *tree, size_t array, double *dim)
{
    double shape[MOST_AXES], rows;
    size_t axes = 0;
    if (!array || tree->tokens[array].type != JSMN_ARRAY || tree->tokens[array].size > MOST_AXES) return false;
    for (; axes < (size_t)tree->tokens[array].size; axes++)
        if (!qsi_json_tree_number(tree, array + 1 + axes, &shape[axes])) return false;
    fold_shape(shape, axes, &rows, dim);
    return axes > 0;
}

static qs_codec *read_codec(const qsi_json_tree *tree)
{
    char text[QSI_SPEC_TEXT];
    double version, dim;
    qsi_spec spec;
    size_t mark = qsi_json_tree_member(tree, 0, "quantscope"), spec_at = qsi_json_tree_member(tree, 0, "spec");
    size_t shape = qsi_json_tree_member(tree, 0, "shape"), params = qsi_json_tree_member(tree, 0, "params");
    if (!mark || !qsi_json_tree_number(tree, mark, &version) || version != 1) {
        qsi_fail_byte(0, "these are no params of Quantscope: \"quantscope\":1 is missing");
        return NULL;
    }
    if (!spec_at || !qsi_json_tree_string(tree, spec_at, text, sizeof text)) {
        qsi_fail_byte(0, "params: \"spec\" is missing or is no text");
        return NULL;
    }
    if (qsi_spec_parse(text, &spec)) return NULL;
    if (!read_dim(tree, shape, &dim)) {
        qsi_fail_byte(0, "params: \"shape\" is missing or is not [rows,dim] or the numbers of more axes");
        return NULL;
    }
    if (qsi_check_dim(dim)) return NULL;
    qs_codec *codec = qsi_codec_open(&spec, (size_t)dim);
    if (!codec) return NULL;
    int status = QS_OK;
    for (size_t p = 0; p < QSI_PARAMS && codec->params[p].name && !status; p++)
        status = read_param(tree, params, &codec->params[p]);
    for (size_t p = 0; p < QSI_TRANSFORM_PARAMS && codec->transform_params[p].name && !status; p++)
        status = read_param(tree, params, &codec->transform_params[p]);
    if (!status) status = qsi_codec_ready(codec);
    if (!status) return codec;
    qs_codec_close(codec);
    return NULL;
}

qs_codec *qs_codec_open_params(const char *json, size_t bytes)
{
    qsi_json_tree tree;
    if (qsi_json_tree_open(&tree, json, bytes)) return NULL;
    qs_codec *codec = read_codec(&tree);
    qsi_json_tree_close(&tree);
    return codec;
}
