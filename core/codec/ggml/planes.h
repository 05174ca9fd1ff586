/*
 * Where the codes of a block lie, planes as kernels/planes.h says: what each bit is. Kernels move the numbers.
 */
#ifndef QSI_PLANES_H
#define QSI_PLANES_H

#include "codec/role.h"
#include "kernels/block/planes.h"

/* The number and place of a bit, as a role of this kind; QSI_ROLE_UNUSED for a bit of no plane. */
qsi_role qsi_planes_role(const qsi_planes *planes, qsi_role_kind kind, size_t bit);

#endif
