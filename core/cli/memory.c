/* Memory, or the end of the program with exit code 4. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

void *cli_alloc(size_t bytes)
{
    void *memory = calloc(1, bytes ? bytes : 1);
    if (memory) return memory;
    exit(cli_fail(CLI_MEMORY, "out of memory: %zu more bytes are needed", bytes));
}

char *cli_copy(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(cli_alloc(bytes), text, bytes);
}
