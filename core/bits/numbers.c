/* The numbers of a coded row, as numbers.h says. */
#include "bits/numbers.h"

#include "base/size.h"
#include "base/status.h"
#include "codec/block.h"
#include "codec/scaled.h"

#include <assert.h>

/* Indices count the values of whole blocks; bits that are unused are no number. */
enum { KINDS = QSI_ROLE_UNUSED, INDICES = 2 * QSI_ROW_VALUES };

static size_t key(qsi_role_kind kind, size_t index)
{
    return (size_t)kind * INDICES + index;
}

int qsi_numbers_open(qsi_numbers *n, const qs_codec *codec)
{
    size_t bits = 8 * codec->layout.row_bytes;
    *n = (qsi_numbers){.codec = codec};
    if (codec->layout.row_bytes > QSI_ROW_BYTES || codec->dim > QSI_ROW_VALUES)
        return qsi_fail_option("values", "this row has %zu values in %zu bytes; %d in %d can be looked at",
                               codec->dim, codec->layout.row_bytes, QSI_ROW_VALUES, QSI_ROW_BYTES);
    n->stored = qsi_array_zero(bits, sizeof *n->stored);
    n->where = qsi_array_zero(bits, sizeof *n->where);
    n->known = qsi_array_zero((size_t)KINDS * INDICES, sizeof *n->known);
    if (!n->stored || !n->where || !n->known) return QS_E_MEMORY;
    for (size_t bit = 0; bit < bits; bit++) {
        qsi_role r = codec->family->role(codec, bit);
        if (r.kind == QSI_ROLE_UNUSED || r.place || r.index >= INDICES) continue;
        n->stored[n->count++] = (qsi_stored){.kind = r.kind, .index = r.index};
        n->known[key(r.kind, r.index)] = (uint16_t)n->count;
    }
    for (int pass = 0; pass < 2; pass++) { /* their lengths, then their places */
        uint32_t first = 0;
        for (size_t i = 0; i < n->count && pass; first += n->stored[i++].bits) n->stored[i].first = first;
        for (size_t bit = 0; bit < bits; bit++) {
            qsi_role r = codec->family->role(codec, bit);
            size_t at = r.kind == QSI_ROLE_UNUSED || r.index >= INDICES ? 0 : n->known[key(r.kind, r.index)];
            if (!at) continue;
            qsi_stored *s = &n->stored[at - 1];
            if (pass)
                n->where[s->first + r.place] = (uint16_t)bit;
            else if (r.place >= s->bits)
                s->bits = (uint16_t)(r.place + 1);
        }
    }
    return QS_OK;
}

void qsi_numbers_close(qsi_numbers *n)
{
    qsi_array_free(n->stored);
    qsi_array_free(n->where);
    qsi_array_free(n->known);
}

const qsi_stored *qsi_numbers_find(const qsi_numbers *n, qsi_role_kind kind, size_t index)
{
    size_t at = kind < QSI_ROLE_UNUSED && index < INDICES ? n->known[key(kind, index)] : 0;
    return at ? &n->stored[at - 1] : NULL;
}

uint32_t qsi_numbers_get(const qsi_numbers *n, const qsi_stored *s, const uint8_t *row)
{
    uint32_t number = 0;
    for (unsigned p = 0; p < s->bits && p < 32; p++) {
        unsigned bit = n->where[s->first + p];
        number |= (uint32_t)(row[bit / 8] >> bit % 8 & 1) << p;
    }
    return number;
}

void qsi_numbers_put(const qsi_numbers *n, const qsi_stored *s, uint8_t *row, uint32_t number)
{
    for (unsigned p = 0; p < s->bits && p < 32; p++) {
        unsigned bit = n->where[s->first + p], mask = 1U << bit % 8;
        row[bit / 8] = (uint8_t)((row[bit / 8] & ~mask) | (number >> p & 1 ? mask : 0));
    }
}

static const qsi_digits *digits_of(const qs_codec *codec)
{
    return codec->family->digits ? codec->family->digits(codec) : NULL;
}

size_t qsi_numbers_values(const qsi_numbers *n, const qsi_stored *s, size_t values[QSI_DIGITS])
{
    const qsi_digits *digits = digits_of(n->codec);
    uint16_t in_block[QSI_DIGITS];
    size_t block = n->codec->spec.format->block, start = s->index - s->index % block, count = 0;
    if (!digits) return 0;
    size_t all = digits->values(s->index - start, in_block);
    for (size_t i = 0; i < all; i++)
        if (start + in_block[i] < n->codec->dim) values[count++] = start + in_block[i];
    return count;
}

qsi_place qsi_numbers_place(const qsi_numbers *n, size_t value)
{
    const qsi_family *family = n->codec->family;
    size_t code = family->code_of ? family->code_of(n->codec, value) : value;
    qsi_place place = {.stored = qsi_numbers_find(n, QSI_ROLE_CODE, code)};
    assert(n->stored);
    place.digits = place.stored ? NULL : digits_of(n->codec);
    for (size_t i = 0; i < n->count && place.digits && !place.stored; i++) {
        size_t values[QSI_DIGITS];
        if (n->stored[i].kind != QSI_ROLE_CODES) continue;
        place.count = qsi_numbers_values(n, &n->stored[i], values);
        for (place.digit = 0; place.digit < place.count && values[place.digit] != value;) place.digit++;
        if (place.digit < place.count) place.stored = &n->stored[i];
    }
    return place;
}

uint32_t qsi_place_codes(const qsi_place *place)
{
    if (place->digits) return QSI_DIGIT_VALUES;
    return place->stored->bits < 32 ? 1U << place->stored->bits : 0;
}

uint32_t qsi_place_get(const qsi_numbers *n, const qsi_place *place, const uint8_t *row)
{
    uint32_t number = qsi_numbers_get(n, place->stored, row);
    uint8_t digits[QSI_DIGITS];
    if (!place->digits) return number;
    place->digits->get((uint8_t)number, digits);
    return digits[place->digit];
}

void qsi_place_put(const qsi_numbers *n, const qsi_place *place, uint8_t *row, uint32_t code)
{
    uint8_t digits[QSI_DIGITS];
    if (place->digits) {
        place->digits->get((uint8_t)qsi_numbers_get(n, place->stored, row), digits);
        digits[place->digit] = (uint8_t)code;
        code = place->digits->put(digits);
    }
    qsi_numbers_put(n, place->stored, row, code);
}

size_t qsi_numbers_group(const qsi_numbers *n, size_t value)
{
    const qsi_format *f = n->codec->spec.format;
    size_t length = f->block;
    if (f->coder)
        length /= f->coder->groups ? f->coder->groups : 1;
    else if (qsi_format_option(f, QSI_PER))
        length = qsi_cut_row(&n->codec->spec, n->codec->dim).length;
    else if (length == 1) /* one scale for the row, where there is any */
        length = n->codec->dim;
    return value / length;
}

size_t qsi_numbers_block(const qsi_numbers *n, size_t value)
{
    return value / n->codec->spec.format->block;
}
