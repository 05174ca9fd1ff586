/* Memory from checked sizes. */
#include "base/size.h"

#include "base/status.h"

#include <stdlib.h>
#include <string.h>

void *qsi_array(size_t count, size_t size)
{
    size_t bytes, room = 0;
    void *array = NULL;
    if (qsi_size_mul(count, size, &bytes) && qsi_size_add(bytes, 127, &room))
        array = aligned_alloc(64, room & ~(size_t)63);
    if (!array) qsi_fail_memory((double)count * (double)size);
    return array;
}

void *qsi_array_zero(size_t count, size_t size)
{
    void *array = qsi_array(count, size);
    if (array) memset(array, 0, count * size);
    return array;
}

void qsi_array_free(void *array)
{
    free(array);
}

void *qs_alloc(size_t bytes)
{
    return qsi_array(bytes, 1);
}
void qs_free(void *memory)
{
    qsi_array_free(memory);
}
