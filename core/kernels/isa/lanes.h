/* The width of what a vec_<isa>.h declares, in floats and in bytes; included behind it. */
#ifndef QSI_LANES_H
#define QSI_LANES_H

#define LANES QSI_LANES
#define BYTES (4 * (size_t)LANES) /* of a vector */

#endif
