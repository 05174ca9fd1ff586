/* Metadata of .safetensors, as metadata.h says. */
#include "source/metadata.h"

#include "base/bytes.h"
#include "base/json_read.h"
#include "base/unescape.h"

static bool copy(const qsi_json_tree *tree, size_t token, char *dst, size_t cap)
{
    const jsmntok_t *t = &tree->tokens[token];
    size_t length = (size_t)(t->end - t->start);
    if (length >= cap || !qsi_unescape(tree->text + t->start, length, dst, &length)) return false;
    dst[length] = 0;
    return true;
}

bool qsi_metadata(const uint8_t *head, size_t head_bytes, const char *key, char *dst, size_t cap)
{
    enum { FIXED = 8 };
    qsi_json_tree tree;
    bool found = false;
    if (head_bytes < FIXED || head[FIXED - 1] || qsi_get64(head) > head_bytes - FIXED) return false;
    if (!qsi_json_tree_open(&tree, (const char *)head + FIXED, (size_t)qsi_get64(head))) {
        size_t object = qsi_json_tree_member(&tree, 0, "__metadata__");
        size_t text = object ? qsi_json_tree_member(&tree, object, key) : 0;
        found = text && copy(&tree, text, dst, cap);
    }
    qsi_json_tree_close(&tree);
    return found;
}
