/* The choice of the backend: the best that this processor has, or the one asked for by name. */
#include "kernels/backends.h"

#include "base/json.h"
#include "base/status.h"
#include "kernels/features.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#if defined(__wasm_simd128__)
const int32_t qsi_wasm_zero = 0; /* for vec_wasm.h, in another file than that */
#endif

static const qsi_kernels *const all[] = {
    &qsi_backend_ref,
#if defined(__x86_64__)
    &qsi_backend_avx2,
    &qsi_backend_avx512,
#elif defined(__aarch64__)
    &qsi_backend_neon,
#elif defined(__wasm_simd128__)
    &qsi_backend_wasm,
#endif
    NULL,
};

/* NULL until the first question. Threads that ask at the same time choose the same one. */
static _Atomic(const qsi_kernels *) now;

const qsi_kernels *const *qsi_kernels_all(void)
{
    return all;
}
const qsi_kernels *qsi_kernels_ref(void)
{
    return all[0];
}

static const qsi_kernels *best(void)
{
    const qsi_kernels *found = all[0];
    for (size_t i = 1; all[i] != NULL; i++) {
        if (all[i]->available()) found = all[i];
    }
    return found;
}

const qsi_kernels *qsi_kernels_now(void)
{
    const qsi_kernels *kernels = atomic_load_explicit(&now, memory_order_relaxed);
    if (kernels == NULL) {
        kernels = best();
        atomic_store_explicit(&now, kernels, memory_order_relaxed);
    }
    return kernels;
}

int qsi_kernels_use(const char *name)
{
    const qsi_kernels *found = NULL;
    char there[120] = "auto";
    if (name == NULL || strcmp(name, "auto") == 0) {
        atomic_store_explicit(&now, best(), memory_order_relaxed);
        return QS_OK;
    }
    for (size_t i = 0; all[i] != NULL; i++) {
        if (!all[i]->available()) continue;
        if (strcmp(name, all[i]->name) == 0) found = all[i];
        size_t length = strlen(there);
        snprintf(there + length, sizeof there - length, ", %s", all[i]->name);
    }
    if (found == NULL) return qsi_fail_option("backend", "there is no backend '%.40s' here, only %s", name, there);
    atomic_store_explicit(&now, found, memory_order_relaxed);
    return QS_OK;
}

int qs_backend_use(const char *name)
{
    return qsi_kernels_use(name);
}

size_t qs_backends_json(char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "backends");
    qsi_json_open(&json, '[');
    for (size_t i = 0; all[i] != NULL; i++) {
        qsi_json_open(&json, '{');
        qsi_json_key(&json, "name");
        qsi_json_text(&json, all[i]->name);
        qsi_json_key(&json, "title");
        qsi_json_text(&json, all[i]->title);
        qsi_json_key(&json, "available");
        qsi_json_bool(&json, all[i]->available());
        qsi_json_key(&json, "used");
        qsi_json_bool(&json, all[i] == qsi_kernels_now());
        qsi_json_key(&json, "features");
        qsi_json_open(&json, '[');
        for (unsigned f = 1; f < QSI_FEATURES_END; f *= 2)
            if (all[i]->features & qsi_features() & f) qsi_json_text(&json, qsi_feature_name(f));
        qsi_json_close(&json, ']');
        qsi_json_close(&json, '}');
    }
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
