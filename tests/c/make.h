/* What tests make: numbers that look random and are the same each time, texts, codecs fitted to rows. */
#ifndef QS_TEST_MAKE_H
#define QS_TEST_MAKE_H

#include "quantscope.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* xorshift64*: not the core's own generator, which is under test. */
typedef struct random_state {
    uint64_t state;
} random_state;

random_state random_from(uint64_t seed);
uint64_t random_bits(random_state *r);
double random_unit(random_state *r); /* [0, 1) */
size_t random_below(random_state *r, size_t bound);
float random_normal(random_state *r); /* nearly normal: twelve units summed */
/* n values nearly normal times scale. The caller frees. */
float *random_rows(uint64_t seed, size_t n, float scale);
/* Rows brought to length 1, in place. */
void to_unit(float *rows, size_t nrows, size_t dim);
/* The numbers 0 .. n-1 in random order. The caller frees. */
size_t *random_order(random_state *r, size_t n);

/* Whether case i of very many alike is tested: each is, or one in five where all runs many times slower. */
static inline bool is_tested(size_t i)
{
#ifdef QS_SLOW
    return i % 5 == 0;
#else
    (void)i;
    return true;
#endif
}

/* malloc that fails the test instead of returning NULL. */
void *make_room(size_t bytes);

/* The whole text of a function that ends in _json, in memory of just its size. The caller frees. */
#define TEXT_OF(function, ...)                                     \
    ({                                                             \
        size_t length_ = function(__VA_ARGS__, NULL, 0);           \
        char *text_ = make_room(length_ + 1);                      \
        text_[0] = 0;                                              \
        size_t again_ = function(__VA_ARGS__, text_, length_ + 1); \
        check_length(text_, length_, again_, #function);           \
        text_;                                                     \
    })
void check_length(const char *text, size_t length, size_t again, const char *function);

/* The same, asked for only once: for texts that take long, where another test has their length checked. */
#define LONG_TEXT_OF(function, ...)                           \
    ({                                                        \
        enum { ROOM_ = 1 << 19 };                             \
        char *text_ = make_room(ROOM_);                       \
        size_t length_ = function(__VA_ARGS__, text_, ROOM_); \
        check_length(text_, length_, length_, #function);     \
        text_;                                                \
    })

/* Fails unless the last error has this code, and its JSON holds these words. */
void check_error(int code, const char *words);

/* The number behind "key": in a JSON text, the first from start on. NAN for null; fails where there is none. */
double number_of(const char *start, const char *key);

/* A spec fitted to all rows at once, NULL with the error set where that fails. */
qs_codec *fit_codec(const char *spec, size_t dim, const float *rows, size_t nrows);

/* The squared error of coding rows (nrows, dim) by a codec fitted to them; each, unless NULL: those of the rows.
 * Fails the test where that fails. */
double coding_error(const char *spec, size_t dim, const float *rows, size_t nrows, double *each);

/* A calibration of all rows at once, its passes done; memory as of qs_range_open(). Fails the test where that
 * fails. */
qs_range *calibrated(const char *spec, size_t dim, double memory, const float *rows, size_t nrows);

#endif
