/* Codecs as JSON text, {"quantscope":1,"spec","shape":[rows,dim],"params":{name:[...]}}, and back. */
#include "codec/codec.h"

#include "base/json.h"
#include "base/json_read.h"
#include "base/size.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

static void write_params(const qsi_param *params, size_t most, qsi_json *json)
{
    for (size_t p = 0; p < most && params[p].name; p++) {
        qsi_json_key(json, params[p].name);
        qsi_json_open(json, '[');
        for (size_t i = 0; i < params[p].count; i++) qsi_json_exact(json, params[p].values[i]);
        qsi_json_close(json, ']');
    }
}

size_t qs_codec_params_json(const qs_codec *codec, double rows, char *dst, size_t cap)
{
    char spec[QSI_SPEC_TEXT];
    qsi_json json = qsi_json_start(dst, cap);
    qsi_spec_text(&codec->spec, spec);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "quantscope");
    qsi_json_whole(&json, 1);
    qsi_json_key(&json, "spec");
    qsi_json_text(&json, spec);
    qsi_json_key(&json, "shape");
    qsi_json_open(&json, '[');
    qsi_json_whole(&json, rows);
    qsi_json_whole(&json, (double)codec->row_dim);
    qsi_json_close(&json, ']');
    if (codec->params[0].name || codec->transform_params[0].name) {
        qsi_json_key(&json, "params");
        qsi_json_open(&json, '{');
        write_params(codec->params, QSI_PARAMS, &json);
        write_params(codec->transform_params, QSI_TRANSFORM_PARAMS, &json);
        qsi_json_close(&json, '}');
    }
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

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

static qs_codec *read_codec(const qsi_json_tree *tree)
{
    char text[QSI_SPEC_TEXT];
    double version, rows, dim;
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
    if (!shape || tree->tokens[shape].type != JSMN_ARRAY || tree->tokens[shape].size != 2 ||
        !qsi_json_tree_number(tree, shape + 1, &rows) || !qsi_json_tree_number(tree, shape + 2, &dim)) {
        qsi_fail_byte(0, "params: \"shape\" is missing or is not [rows,dim]");
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
