/* The width of what a vec_<isa>.h declares, in floats and in bytes, and what not each of them declares; included
 * behind it. */
#ifndef QSI_LANES_H
#define QSI_LANES_H

#define LANES QSI_LANES
#define BYTES (4 * (size_t)LANES) /* of a vector */

/* One value in all lanes, loaded where it is used and not before. */
#ifndef vf_once
#define vf_once(p) vf_set(*(p))
#define vi_once(p) vi_set(*(p))
#endif

#endif
