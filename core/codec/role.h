/* What each bit of a coded row or block belongs to: the map that a view of the bytes is drawn from. */
#ifndef QSI_ROLE_H
#define QSI_ROLE_H

#include <stdint.h>

typedef enum qsi_role_kind {
    QSI_ROLE_CODE,        /* a value's code; index: the value */
    QSI_ROLE_CODES,       /* a byte that several values share as one number; index: the first of them */
    QSI_ROLE_SCALE,       /* a scale; index: the group of values it is for */
    QSI_ROLE_ZERO,        /* a zero point of a group */
    QSI_ROLE_LOW,         /* a minimum of a group */
    QSI_ROLE_SUPER_SCALE, /* the scale of the scales */
    QSI_ROLE_SUPER_LOW,   /* the scale of the minima */
    QSI_ROLE_OUTLIER,     /* a value kept as float16; index: which of the row's outliers */
    QSI_ROLE_COLUMN,      /* the column that outlier is of */
    QSI_ROLE_UNUSED       /* filled with zeros */
} qsi_role_kind;

typedef struct qsi_role {
    qsi_role_kind kind;
    uint16_t index;
    uint8_t place; /* which bit of that number, 0 the lowest */
} qsi_role;

#endif
