/* Work that falls into parts of which none needs another. */
#ifndef QSI_THREADS_H
#define QSI_THREADS_H

#include <stddef.h>

/* Calls work(context, i) for i from 0 to count - 1, by so many threads; of those that fail, the error is that of
 * the least i. */
int qsi_each(int threads, size_t count, int (*work)(void *context, size_t i), void *context);

#endif
