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
#include <stdint.h>

/* Both as cmocka's group fixtures; *state is NAME before, and nothing after. */
int golden_open(const char *name);
void golden_close(void);

/* Checks all lines of a kind; returns how many there are. The other: of a kind that a test brings. */
size_t golden_check(const char *kind);
size_t golden_each(const char *kind, void (*check)(const char *line));

/* Word number at of a line, as text and as a number; floats at an offset, which the caller frees; bytes there. */
const char *golden_word(const char *line, size_t at, char *dst, size_t cap);
size_t golden_number(const char *line, size_t at);
float *golden_floats(size_t offset, size_t count);
const uint8_t *golden_bytes(size_t offset);

#endif
