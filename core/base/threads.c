/* The number of threads in use. One of three pieces of changing state; results never depend on it. */
#include "quantscope.h"

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
