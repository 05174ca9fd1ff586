/* Memory for data that is timed. Included first: it asks the system's headers for more than POSIX. */
#ifndef CLI_BENCH_MEMORY_H
#define CLI_BENCH_MEMORY_H

#include <stddef.h>

/* bytes at a boundary of 2 MiB, in pages of that size if the system has them, all touched; free() it. Without
 * memory the program ends with exit 4. */
void *bench_memory(size_t bytes);

#endif
