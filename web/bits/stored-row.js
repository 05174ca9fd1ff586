// A coded row as the core tells it, turned about: for each value its bits and where they lie, for each byte whose bits
// it holds.
import { exact } from '../text/bits.js'

/**
 * @typedef {{ value: number, decoded: number | null, code: number, stands: number | null, formula: string }} Stored
 * @typedef {{ kind: string, index: number, code: number, stands?: number | null, bits: number[], values?: number[], digits?: number[] }} BlockField
 * @typedef {{ spec: string, formula: string, values: Stored[], bytes: string, code: { kind: string, bits: number }[], fields: BlockField[] }} Block
 *
 * @typedef {{ at: number, set: boolean, kind: string }} Bit its place in the row
 * @typedef {{ kind: string, name: string, code: number, stands: number | null, bits: Bit[], values: number[], digits: number[] }} Piece a number that is stored: a code, a scale, or a byte of digits, one for each of its values
 * @typedef {{ hex: string, bits: { set: boolean, kind: string, piece: number }[] }} Byte from its highest bit; piece: number in the list
 * @typedef {{ of: 'value' | 'byte' | 'piece', index: number }} Mark what is pointed at or chosen
 */

const SHAPES = { code: '', codes: 'integer' }

/** What the pieces of a row are called. @type {(field: BlockField, all: BlockField[]) => string} */
function nameOf({ kind, index, values }, all) {
    if (kind === 'code') return `value ${index}`
    if (kind === 'codes') return `trits of values ${values?.join(', ')}`
    return all.filter(other => other.kind === kind).length > 1 ? `${kind} ${index}` : kind
}

/** @type {(block: Block) => { pieces: Piece[], bytes: Byte[] }} */
export function readBlock({ bytes: hex, fields, code }) {
    const pairs = hex.match(/../g) ?? []
    const isSet = (/** @type {number} */ at) => ((parseInt(pairs[at >> 3], 16) >> (at & 7)) & 1) === 1
    const kinds = code.flatMap(({ kind, bits }) => Array(bits).fill(kind))
    const bytes = pairs.map(pair => ({
        hex: pair,
        bits: Array.from({ length: 8 }, () => ({ set: false, kind: 'unused', piece: -1 })),
    }))
    const pieces = fields.map((field, piece) => {
        const shape = SHAPES[/** @type {'code'} */ (field.kind)] ?? 'scale'
        const bits = field.bits.map((at, i) => ({ at, set: isSet(at), kind: shape || (kinds[i] ?? 'integer') }))
        for (const { at, set, kind } of bits) bytes[at >> 3].bits[7 - (at & 7)] = { set, kind, piece }
        const values = field.values ?? (field.kind === 'code' ? [field.index] : [])
        return {
            kind: field.kind,
            name: nameOf(field, fields),
            code: field.code,
            stands: field.stands ?? null,
            bits,
            values,
            digits: field.digits ?? [],
        }
    })
    return { pieces, bytes }
}

/** Runs of whole numbers: "bits 4 to 7", "bit 2". @type {(places: number[]) => string} */
function runs(places) {
    const sorted = places.slice().sort((x, y) => x - y)
    const [low, high] = [sorted[0], sorted[sorted.length - 1]]
    if (low === high) return `bit ${low}`
    return high - low === sorted.length - 1 ? `bits ${low} to ${high}` : `bits ${sorted.join(', ')}`
}

/** Where bits lie: "bits 4 to 7 of byte 2", and so on for each byte. @type {(bits: Bit[]) => string} */
export function whereText(bits) {
    /** @type {Map<number, number[]>} */
    const byByte = new Map()
    for (const { at } of bits) byByte.set(at >> 3, [...(byByte.get(at >> 3) ?? []), at & 7])
    return [...byByte]
        .sort(([x], [y]) => x - y)
        .map(([byte, places]) => (places.length === 8 ? `byte ${byte}` : `${runs(places)} of byte ${byte}`))
        .join(', ')
}

/** What a byte holds: "value 4 in bits 0 to 3, value 20 in bits 4 to 7". @type {(byte: Byte, pieces: Piece[]) => string} */
export function holdsText({ bits }, pieces) {
    /** @type {Map<number, number[]>} */
    const byPiece = new Map()
    for (const [i, { piece }] of bits.entries()) byPiece.set(piece, [...(byPiece.get(piece) ?? []), 7 - i])
    return [...byPiece]
        .reverse()
        .map(([piece, places]) => {
            const { name = 'unused', digits = [] } = pieces[piece] ?? {}
            if (digits.length) return `${name}: ${digits.join(' ')}`
            return places.length === 8 ? name : `${name} in ${runs(places)}`
        })
        .join(', ')
}

/** The piece that holds a value's code, alone or with others. @type {(pieces: Piece[], value: number) => number} */
export const pieceOf = (pieces, value) => pieces.findIndex(piece => piece.values.includes(value))

/** Which digit of its byte a value has, where codes share bytes: "trit 2 of 5". @type {(piece: Piece, value: number) => string} */
export const tritText = ({ values, digits }, value) => `trit ${values.indexOf(value) + 1} of ${digits.length}`

/** A decoded value, which a block that was changed by hand may have none of. @type {(value: number | null) => string} */
export const decodedText = value => (value == null ? 'no finite number' : exact(value))

/** "bit 7 of byte 3". @type {(bit: Bit) => string} */
export const bitOf = ({ at }) => `bit ${at & 7} of byte ${at >> 3}`

/** The pieces that a mark is about. @type {(read: { pieces: Piece[], bytes: Byte[] }, mark: Mark) => Set<number>} */
export function markedPieces({ pieces, bytes }, { of, index }) {
    if (of === 'byte') return new Set(bytes[index].bits.map(bit => bit.piece))
    return new Set([of === 'piece' ? index : pieceOf(pieces, index)])
}
