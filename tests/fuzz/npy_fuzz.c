/* Fuzzes the readers with starting points that are NumPy files: any bytes are a whole file, and every row of what
 * opens is used. */
#include "whole_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    whole_file("x.npy", data, size);
    return 0;
}
