/* Loads the library of hdf5/plugin.h when it is needed. */
#include "cli/posix.h"

#include "cli/hdf5.h"

#include "cli/cli.h"
#include "cli/hdf5/plugin.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A function of the library; NULL, with the reason printed, where it was not built. */
static void *load(const char *path, const char *name)
{
    void *library = dlopen("quantscope-hdf5.so", RTLD_NOW);
    void *function = library ? dlsym(library, name) : NULL;
    if (!function)
        cli_fail(
            CLI_DATA,
            "%s: it is HDF5, and quantscope was built without libhdf5: install libhdf5-dev and build it again, "
            "or save a dataset: np.save('x.npy', h5py.File(f)['train'][:])",
            path);
    return function;
}

int cli_hdf5_list(const char *path, char **text)
{
    const char *problem;
    qs_hdf5_list_function *list = (qs_hdf5_list_function *)load(path, "qs_hdf5_list");
    if (!list) return CLI_DATA;
    return list(path, text, &problem) < 0 ? cli_fail(CLI_DATA, "%s: %s", path, problem) : CLI_DONE;
}

int cli_hdf5_dataset(const char *path, const char *name, int *descriptor, double *bytes)
{
    const char *problem;
    struct stat info;
    qs_hdf5_dataset_function *dataset = (qs_hdf5_dataset_function *)load(path, "qs_hdf5_dataset");
    if (!dataset) return CLI_DATA;
    FILE *to = tmpfile();
    bool good = to && dataset(path, name, to, &problem) >= 0 && !fstat(fileno(to), &info);
    if (good) {
        *descriptor = dup(fileno(to));
        *bytes = (double)info.st_size;
    }
    if (to) fclose(to);
    return good ? CLI_DONE
                : cli_fail(CLI_DATA, "%s: %s", path, to ? problem : "there is no temporary file to unpack it to");
}
