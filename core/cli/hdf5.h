/* HDF5, by the library of that name where it was there at build time. */
#ifndef CLI_HDF5_H
#define CLI_HDF5_H

/* The datasets of numbers in a file, as a list that the core opens (core/source/files.c); free() it. Values that
 * lie in the file as they are are read from there; others are a part called "hdf5:NAME". */
int cli_hdf5_list(const char *path, char **text);
/* Such a part, written to a file without a name: its descriptor and bytes. */
int cli_hdf5_dataset(const char *path, const char *name, int *descriptor, double *bytes);

#endif
