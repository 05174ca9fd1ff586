/*
 * Memory for tests that ends right where nothing may be touched: an unmapped page behind it (not in WebAssembly,
 * which has no pages), and bytes before and after an output that must stay as they were.
 */
#ifndef QS_GUARD_H
#define QS_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if !defined(__EMSCRIPTEN__)
#include <sys/mman.h>
#include <unistd.h>
#endif

#define GUARD_CANARY 0xa5
#define GUARD_MARGIN 64 /* bytes looked at on either side of an output, where they are mapped */

typedef struct guard {
    uint8_t *start, *end;    /* all there is */
    uint8_t *output, *after; /* the output placed last */
} guard;

/* Room for bytes bytes at least. */
static inline guard guard_open(size_t bytes)
{
#if defined(__EMSCRIPTEN__)
    uint8_t *start = malloc(bytes);
    if (start == NULL) abort();
#else
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    bytes = (bytes + page - 1) / page * page;
    uint8_t *start = mmap(NULL, bytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
    if (start == MAP_FAILED || mprotect(start + bytes, page, PROT_NONE) != 0) abort();
#endif
    return (guard){.start = start, .end = start + bytes};
}

/* Where bytes bytes end shift bytes before the guard. */
static inline void *guard_input(const guard *guard, size_t bytes, size_t shift)
{
    if (bytes + shift > (size_t)(guard->end - guard->start)) abort();
    return guard->end - shift - bytes;
}
static inline void *guard_output(guard *guard, size_t bytes, size_t shift)
{
    guard->output = guard_input(guard, bytes, shift);
    guard->after = guard->output + bytes;
    uint8_t *from = guard->output - guard->start > GUARD_MARGIN ? guard->output - GUARD_MARGIN : guard->start;
    memset(from, GUARD_CANARY, (size_t)(guard->end - from));
    return guard->output;
}

/* Whether nothing around the last output has changed. */
static inline bool guard_intact(const guard *guard)
{
    const uint8_t *from = guard->output - guard->start > GUARD_MARGIN ? guard->output - GUARD_MARGIN : guard->start;
    for (const uint8_t *p = from; p < guard->end; p++) {
        if (p == guard->output && guard->after > guard->output) p = guard->after;
        if (p < guard->end && *p != GUARD_CANARY) return false;
    }
    return true;
}

#endif
