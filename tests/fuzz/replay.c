/* Gives each file named on the command line to a fuzzer's function once: what was found stays mended. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file || fseek(file, 0, SEEK_END) != 0) return fprintf(stderr, "%s cannot be read\n", argv[i]), 1;
        size_t bytes = (size_t)ftell(file);
        uint8_t *data = malloc(bytes ? bytes : 1); /* of its own size, so that a sanitizer sees a step beyond */
        rewind(file);
        if (!data || fread(data, 1, bytes, file) != bytes)
            return fprintf(stderr, "%s cannot be read\n", argv[i]), 1;
        fclose(file);
        printf("%s\n", argv[i]);
        fflush(stdout);
        LLVMFuzzerTestOneInput(data, bytes);
        free(data);
    }
    printf("[  PASSED  ] %d test(s).\n", argc - 1);
    return 0;
}
