/* The specs that a promise of the registry is tested with. */
#ifndef QS_TEST_SPECS_H
#define QS_TEST_SPECS_H

#include "spec/spec.h"

/* Calls check() for each row's plain spec and its variants, and for ways of scaling that apply to many. */
void each_spec(void (*check)(const qsi_spec *spec, const char *text));

#endif
