/* Memory in large pages, as memory.h says. */
#define _DEFAULT_SOURCE /* NOLINT(bugprone-reserved-identifier): madvise() */
#include "cli/bench/memory.h"

#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static const size_t page = (size_t)1 << 21;

void *bench_memory(size_t bytes)
{
    size_t room = (bytes / page + 1) * page;
    void *memory = aligned_alloc(page, room);
    if (!memory) {
        cli_fail(CLI_MEMORY, "out of memory: %zu bytes were asked for", room);
        exit(CLI_MEMORY);
    }
#ifdef MADV_HUGEPAGE
    (void)madvise(memory, room, MADV_HUGEPAGE); /* without them all works, slower */
#endif
    memset(memory, 0, room);
    return memory;
}
