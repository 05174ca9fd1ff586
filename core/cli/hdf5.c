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

static int load(const char *path, const char *name, void **function)
{
    void *library = dlopen("quantscope-hdf5.so", RTLD_NOW);
    *function = library ? dlsym(library, name) : NULL;
    if (*function) return CLI_DONE;
    return cli_fail(
        CLI_DATA,
        "%s: it is HDF5, and quantscope was built without libhdf5: install libhdf5-dev and build it again, "
        "or save a dataset: np.save('x.npy', h5py.File(f)['train'][:])",
        path);
}

int cli_hdf5_list(const char *path, char **text)
{
    const char *problem;
    qs_hdf5_list_function *list;
    int status = load(path, "qs_hdf5_list", (void **)&list);
    if (status) return status;
    return list(path, text, &problem) < 0 ? cli_fail(CLI_DATA, "%s: %s", path, problem) : CLI_DONE;
}

int cli_hdf5_dataset(const char *path, const char *name, int *descriptor, double *bytes)
{
    const char *problem;
    struct stat info;
    qs_hdf5_dataset_function *dataset;
    int status = load(path, "qs_hdf5_dataset", (void **)&dataset);
    if (status) return status;
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
