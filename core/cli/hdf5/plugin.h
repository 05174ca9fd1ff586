/* What the library of HDF5 files gives the command line, which loads it when it meets such a file: built as
 * quantscope-hdf5.so beside the program, where libhdf5 is there. */
#ifndef CLI_HDF5_PLUGIN_H
#define CLI_HDF5_PLUGIN_H

#include <stdio.h>

/* The datasets of numbers in a file, as a list that the core opens (core/source/files.c); free() it. Values that
 * lie in the file as they are are read from there; others are a part called "hdf5:NAME". Negative: problem says
 * why. */
int qs_hdf5_list(const char *path, char **text, const char **problem);
/* Writes the values of such a part. */
int qs_hdf5_dataset(const char *path, const char *name, FILE *to, const char **problem);

typedef int qs_hdf5_list_function(const char *path, char **text, const char **problem);
typedef int qs_hdf5_dataset_function(const char *path, const char *name, FILE *to, const char **problem);

#endif
