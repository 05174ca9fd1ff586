/*
 * Reference vectors: tests/golden/NAME.txt, a line for each check, and NAME.bin, whose bytes the lines point to
 * (offsets; all little-endian). tests/golden/pack.mjs writes both. A hash is FNV-1a, 64 bits, over the bits of
 * floats, any NaN taken as 0x7fc00000.
 *
 *   case SPEC dim rows input codes HASH          input, rows * dim floats, is coded as codes, which decode to HASH
 *                                                (-: not compared)
 *   params JSON dim rows input codes             the same by a codec opened from JSON
 *   decoded JSON dim rows input codes HASH       the same, and the codes decode to HASH
 *   table FORMAT count values|HASH               every code decodes to its value
 *   saturate|overflow FORMAT count input codes   what one value's code is, a byte each, by format/minifloat.h
 *   scale SPEC dim rows input BITS               the scale that all rows share
 *   book FORMAT count values                     a codebook
 *   tree SPEC dim input codes                    codes that stand for the same values as those given
 *   search SPEC metric dim rows base queries_count queries k ids
 *   hamming bits rows base queries_count queries k ids distances
 */
#ifndef QS_GOLDEN_H
#define QS_GOLDEN_H

#include <stddef.h>

/* Both as cmocka's group fixtures; *state is NAME before, and nothing after. */
int golden_open(const char *name);
void golden_close(void);

/* Checks all lines of a kind; returns how many there are. */
size_t golden_check(const char *kind);

#endif
