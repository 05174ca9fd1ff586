/* The number of threads in use, and work for them. One of three pieces of changing state; results never depend on
 * it. */
#include "base/threads.h"

#include "base/status.h"

#ifdef _OPENMP
#include <omp.h>

static int threads; /* 0: not set, all cores */

int qs_threads(int n)
{
    if (n >= 1) threads = n;
    return threads ? threads : omp_get_num_procs();
}
#else
int qs_threads(int n)
{
    (void)n;
    return 1;
}
#endif

int qsi_each(int threads, size_t count, int (*work)(void *context, size_t i), void *context)
{
    size_t failed = count;
    qsi_error why;
    (void)threads; /* a build without threads takes no notice */
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (count > 1)
    for (long i = 0; i < (long)count; i++) {
        if (!work(context, (size_t)i)) continue;
#pragma omp critical(qsi_each_failed)
        if ((size_t)i < failed) {
            failed = (size_t)i;
            qsi_error_get(&why);
        }
    }
    if (failed == count) return QS_OK;
    qsi_error_set(&why);
    return why.code;
}
