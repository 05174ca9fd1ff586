/*
 * Random numbers by counter: number i of a seed is a hash of the two, so that order, threads and splits do not
 * matter. The mixing is that of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators,
 * 2014).
 */
#ifndef QSI_RANDOM_H
#define QSI_RANDOM_H

#include <stdint.h>

/* The finaliser of SplitMix64. */
static inline uint64_t qsi_random_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

/* Number index of a stream of a seed. Streams of one seed know nothing of each other: fits take one for each use.
 */
static inline uint64_t qsi_random_stream(uint64_t seed, uint64_t stream, uint64_t index)
{
    uint64_t key = qsi_random_mix(seed * 0x9e3779b97f4a7c15U + stream + 1);
    return qsi_random_mix(key + (index + 1) * 0x9e3779b97f4a7c15U);
}

static inline uint64_t qsi_random(uint64_t seed, uint64_t counter)
{
    return qsi_random_mix(seed * 0xd1342543de82ef95U + (counter + 1) * 0x9e3779b97f4a7c15U);
}

/* Uniform in [0, 1), a multiple of 2^-24. */
static inline float qsi_random_unit(uint64_t seed, uint64_t counter)
{
    return (float)(qsi_random(seed, counter) >> 40) * 0x1p-24F;
}

/* Uniform in [0, bound), bound > 0, for bound far below 2^32. */
static inline uint32_t qsi_random_below(uint64_t seed, uint64_t counter, uint32_t bound)
{
    return (uint32_t)(((qsi_random(seed, counter) >> 32) * bound) >> 32);
}

#endif
