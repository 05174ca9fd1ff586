// The stops of the slider, and what is known at each: rows of figures, names, and which stop a key leads to.
import { rowsOf, unchanged } from '../state/rows.js'
import { placeAmongStops } from '../state/specs.js'

/** @typedef {import('../state/specs.js').Book} Book */
/** @typedef {import('../state/rows.js').Row} Row */
/** @typedef {{ spec: string, bits: number, name: string, row: Row }} Stop */

/** Fewer vectors than these say nothing of a search: it finds nearly all of them again. */
export const LEAST_ROWS = 100

/** "4 bits", "1 bit" @type {(bits: number) => string} */
export const bitsText = bits => (bits === 1 ? '1 bit' : `${bits} bits`)

/**
 * The stops with their figures, A's row, and where A is among them.
 * @param {Book} book
 * @param {string} a
 * @param {{ rows: number, dim: number }} base
 * @param {ReadonlyMap<string, import('../state/session.js').Measured>} measured
 * @param {import('../engine/shard.js').Progress | null} progress
 * @param {Row[]} [before] rows as they were: those that have not changed are the same objects again
 */
export function stopsOf(book, a, base, measured, progress, before = []) {
    const list = book.defaults.stops.map(stop => stop.spec)
    const specs = list.includes(a) ? list : [...list, a]
    const rows = unchanged(before, rowsOf(book, { specs, a, b: '', reference: list[0] }, base, measured, progress))
    const stops = list.map((spec, i) => {
        const { name, title, family, bits } = formatOf(book, spec)
        return { spec, bits, name: family === 'float' ? title : name, row: rows[i] }
    })
    const { at, isStop } = placeAmongStops(book, a)
    return {
        rows,
        stops,
        at,
        isStop,
        bits: formatOf(book, a).bits,
        row: /** @type {Row} */ (rows[specs.indexOf(a)]),
    }
}

/** @type {(book: Book, spec: string) => { name: string, title: string, family: string, bits: number }} */
const formatOf = (book, spec) =>
    book.info(spec).info?.format ?? { name: spec, title: spec, family: '', bits: book.formats[0].bits }

/** How many stops a key goes, to fewer bits; nothing for other keys. @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 3, PageUp: -3 }

/** The stop that a key leads to from a place among so many, if it is a key of the slider. @type {(key: string, at: number, count: number) => number | null} */
export function stopOfKey(key, at, count) {
    if (key === 'Home') return 0
    if (key === 'End') return count - 1
    const step = STEPS[key]
    return step === undefined ? null : stopBy(step, at, count)
}

/** So many stops on; from between two stops the first is the next one. @type {(step: number, at: number, count: number) => number} */
export function stopBy(step, at, count) {
    const from = step > 0 ? Math.floor(at) : Math.ceil(at)
    return Math.max(0, Math.min(count - 1, from + step))
}
