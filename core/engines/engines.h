/*
 * Engines' own formats: how each engine really codes and scores, a file an engine. Their rows in the registry name
 * the version that they follow; bytes are those that it makes (tests/golden).
 */
#ifndef QSI_ENGINES_H
#define QSI_ENGINES_H

#include "codec/codec.h"

extern const qsi_family qsi_family_faiss_sq;

#endif
