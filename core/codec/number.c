/* The numbers that a coded row is made of: how their bits are read, as role.h says. */
#include "codec/codec.h"
#include "format/minifloat.h"

#include <string.h>

const qsi_format *qsi_number_float(const qsi_number *how)
{
    return how->as ? qsi_format_find(how->as, strlen(how->as)) : NULL;
}

int32_t qsi_number_whole(const qsi_number *how, unsigned bits, uint32_t number)
{
    bool negative = how->is_signed && bits < 32 && number >> (bits - 1) & 1;
    return (int32_t)(negative ? number | ~qsi_ones(bits) : number);
}

bool qsi_number_given(const qsi_number *how, unsigned bits, uint32_t number)
{
    if (how->narrow && number == 1U << (bits - 1)) return false;
    return !how->most || number <= how->most;
}

float qsi_number_value(const qsi_number *how, const qs_codec *codec, unsigned bits, uint32_t number)
{
    const qsi_format *f = qsi_number_float(how);
    if (how->level) return how->level(codec, 0, number);
    if (!f) return (float)(qsi_number_whole(how, bits, number) - how->minus);
    qsi_minifloat split = qsi_minifloat_of(f);
    return qsi_minifloat_value(&split, number);
}
