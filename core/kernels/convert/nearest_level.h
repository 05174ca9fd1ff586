/*
 * Rising middles between the 2^bits levels of a codebook. The code of a value is how many of them lie below it, so
 * that what lies half-way goes to the lower level; of a NaN it is 0.
 */
#ifndef QSI_NEAREST_LEVEL_H
#define QSI_NEAREST_LEVEL_H

typedef struct qsi_nearest_level {
    unsigned bits; /* 1 to 8 */
    float middle[255];
    /* The same for vectors, which look up 16 floats at a time: up to 16 rows as long as each other, one for each of
     * the four highest bits. ends: what lies behind each row; columns[j]: number j within each row. What is not
     * there is infinite. */
    unsigned below; /* bits that are found within a row */
    float ends[16], columns[15][16];
} qsi_nearest_level;

/* Makes the rest of bits and middle. */
void qsi_nearest_level_make(qsi_nearest_level *nearest);

#endif
