/*
 * WebAssembly only: what the runtime calls after memory has grown. There is nothing to do, as JavaScript keeps no
 * views on memory; it is defined so that the module imports nothing.
 */
#include <stddef.h>

#ifdef __EMSCRIPTEN__
void emscripten_notify_memory_growth(size_t memory);
void emscripten_notify_memory_growth(size_t memory)
{
    (void)memory;
}
#endif
