/* The networks of the demo data, opened and fed for tests. */
#ifndef NETS_H
#define NETS_H

#include "net/net.h"

/* name: digits-mlp, fashion-mlp, fashion-cnn, fashion-dscnn. Fed its test pictures and so many training pictures,
 * all with labels. */
qs_net *nets_open(const char *name, size_t train);
/* Until all recipes are done; none may fail. */
void nets_run(qs_net *net);
/* All bytes of a file; free() them. */
uint8_t *nets_read(const char *path, size_t *bytes);

#endif
