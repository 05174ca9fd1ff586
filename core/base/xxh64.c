/* The checksum of xxh64.h: 32 bytes at a time go into four sums, what is left goes in at the end. */
#include "base/xxh64.h"

#include "base/bytes.h"
#include "base/size.h"
#include "quantscope.h"

#include <stdio.h>
#include <string.h>

static const uint64_t P1 = 0x9e3779b185ebca87U, P2 = 0xc2b2ae3d27d4eb4fU, P3 = 0x165667b19e3779f9U,
                      P4 = 0x85ebca77c2b2ae63U, P5 = 0x27d4eb2f165667c5U;

static uint64_t turn(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static uint64_t mix(uint64_t lane, uint64_t word)
{
    return turn(lane + word * P2, 31) * P1;
}

static void add_stripe(uint64_t lanes[4], const uint8_t *stripe)
{
    for (size_t i = 0; i < 4; i++) lanes[i] = mix(lanes[i], qsi_get64(stripe + 8 * i));
}

qs_digest qsi_xxh64_start(void)
{
    return (qs_digest){.lanes = {P1 + P2, P2, 0, 0 - P1}};
}

void qsi_xxh64_add(qs_digest *digest, const void *data, size_t bytes)
{
    const uint8_t *from = data;
    size_t held = (size_t)(digest->bytes % QSI_STRIPE);
    digest->bytes += bytes;
    if (held && held + bytes >= QSI_STRIPE) {
        memcpy(digest->waiting + held, from, QSI_STRIPE - held);
        add_stripe(digest->lanes, digest->waiting);
        from += QSI_STRIPE - held;
        bytes -= QSI_STRIPE - held;
        held = 0;
    }
    for (; !held && bytes >= QSI_STRIPE; bytes -= QSI_STRIPE, from += QSI_STRIPE) add_stripe(digest->lanes, from);
    if (bytes) memcpy(digest->waiting + held, from, bytes);
}

static uint64_t join_lanes(const uint64_t lanes[4])
{
    static const int turns[4] = {1, 7, 12, 18};
    uint64_t sum = 0;
    for (size_t i = 0; i < 4; i++) sum += turn(lanes[i], turns[i]);
    for (size_t i = 0; i < 4; i++) sum = (sum ^ mix(0, lanes[i])) * P1 + P4;
    return sum;
}

uint64_t qsi_xxh64_value(const qs_digest *digest)
{
    size_t left = (size_t)(digest->bytes % QSI_STRIPE);
    const uint8_t *from = digest->waiting;
    uint64_t sum = (digest->bytes < QSI_STRIPE ? P5 : join_lanes(digest->lanes)) + digest->bytes;
    for (; left >= 8; left -= 8, from += 8) sum = turn(sum ^ mix(0, qsi_get64(from)), 27) * P1 + P4;
    if (left >= 4) {
        sum = turn(sum ^ qsi_get32(from) * P1, 23) * P2 + P3;
        from += 4;
        left -= 4;
    }
    for (; left; left--, from++) sum = turn(sum ^ *from * P5, 11) * P1;
    sum = (sum ^ sum >> 33) * P2;
    sum = (sum ^ sum >> 29) * P3;
    return sum ^ sum >> 32;
}

void qsi_xxh64_text(const qs_digest *digest, char text[QSI_XXH64_TEXT])
{
    uint64_t value = qsi_xxh64_value(digest);
    snprintf(text, QSI_XXH64_TEXT, "xxh64:%08lx%08lx", (unsigned long)(value >> 32),
             (unsigned long)(value & 0xffffffffU));
}

/* ------------------------------------------------------------------------------------------- its public face */

qs_digest *qs_digest_open(void)
{
    qs_digest *digest = qsi_array(1, sizeof *digest);
    if (digest) *digest = qsi_xxh64_start();
    return digest;
}

void qs_digest_add(qs_digest *digest, const uint8_t *bytes, size_t n)
{
    if (n) qsi_xxh64_add(digest, bytes, n);
}

size_t qs_digest_text(const qs_digest *digest, char *dst, size_t cap)
{
    char text[QSI_XXH64_TEXT];
    qsi_xxh64_text(digest, text);
    return (size_t)snprintf(dst, cap, "%s", text);
}

void qs_digest_close(qs_digest *digest)
{
    qsi_array_free(digest);
}
