// The lessons, in their order. A lesson is a row of a file in lessons/: text, formulas filled in, one figure or table.
import { BASICS } from './lessons/basics.js'
import { NETWORKS } from './lessons/networks.js'
import { PRACTICE } from './lessons/practice.js'
import { RANGES } from './lessons/ranges.js'
import { SEARCH } from './lessons/search.js'

/**
 * @typedef {import('./facts.js').Facts} Facts
 * @typedef {{ head: string[], rows: { name: string, cells: string[], bar?: number | null }[], sign: 'measured' | 'computed', note?: string, caption: string }} Table
 *   bar: of the last cell, as a share of the scale
 * @typedef {{ name: string, levels: readonly number[], from: number, to: number, low: number, high: number, counts?: readonly number[] }} Levels
 *   levels of a range, drawn from low to high; the values lie from from to to, counts of them in bins of equal width
 * @typedef {{ name: string, look: import('../text/bits.js').Look }} Bits
 * @typedef {object} Lesson
 * @property {string} id in the address
 * @property {string} title
 * @property {(f: Facts) => string[]} text paragraphs
 * @property {(f: Facts) => { text: string, note: string }[]} [formulas] as maths.js reads them
 * @property {(f: Facts) => Table} [table]
 * @property {(f: Facts) => Levels[]} [levels]
 * @property {(f: Facts) => Bits[]} [bits]
 * @property {string} [caption] under levels or bits
 * @property {'network' | 'weights'} [of] what the figures are of, when not of the open vectors
 * @property {boolean} [trains] whether some of its figures need training
 * @property {{ title: string, state: Partial<import('../state/state.js').State> }[]} see where it can be seen
 */

/** @type {readonly Lesson[]} */
export const LESSONS = [...BASICS, ...RANGES, ...NETWORKS, ...SEARCH, ...PRACTICE]
