// How lessons and claims write figures: each takes what may still be measured, and writes a dash for it.
import { figure } from '../text/bits.js'
import * as write from '../text/numbers.js'

/** @typedef {import('../text/numbers.js').Maybe} Maybe */
/** @typedef {string | { bold: string }} Piece */

export const { NONE, count, recall, decibel, times, size } = write
export const bits = write.bits

/** A figure of few digits. @type {(value: Maybe, digits?: number) => string} */
export const fig = (value, digits = 4) => (value == null ? NONE : figure(value, digits))

/** A number that follows another in a formula: (−0.7). @type {(value: Maybe, digits?: number) => string} */
export const fenced = (value, digits = 4) =>
    value != null && value < 0 ? `(${fig(value, digits)})` : fig(value, digits)

/** @type {(value: Maybe) => string} */
export const share = value => (value == null ? NONE : write.percent(value))

/** Text whose values in b() are bold. @type {(texts: TemplateStringsArray, ...values: (string | { bold: string })[]) => Piece[]} */
export const say = (texts, ...values) =>
    texts.flatMap((text, i) => [text, ...(i < values.length ? [values[i]] : [])])

/** @type {(text: string) => { bold: string }} */
export const b = text => ({ bold: text })

/** One of two texts, by a figure; nothing while it is measured. @type {(is: boolean | null | undefined, yes: string, no: string) => string} */
export const either = (is, yes, no) => (is == null ? '' : is ? yes : no)

/** What pieces say, as one text. @type {(pieces: readonly Piece[]) => string} */
export const plain = pieces => pieces.map(one => (typeof one === 'string' ? one : one.bold)).join('')

/** A share with all its digits: 87.5 %. @type {(value: Maybe) => string} */
export const per = value => (value == null ? NONE : `${figure(value * 100, 4)} %`)

/** @type {[number, string][]} */
const JOULES = [
    [1, 'J'],
    [1e-3, 'mJ'],
    [1e-6, 'µJ'],
    [1e-9, 'nJ'],
    [1e-12, 'pJ'],
]

/** Joules by their prefix: energy(4.6e-12) is in pJ. @type {(joules: Maybe) => string} */
export function energy(joules) {
    if (joules == null) return NONE
    const [worth, unit] = JOULES.find(([one]) => joules >= one) ?? JOULES[JOULES.length - 1]
    return `${figure(joules / worth, 3)} ${unit}`
}

/** In units of a thousand million. @type {(value: Maybe) => string} */
export const billions = value => (value == null ? NONE : `${figure(value / 1e9, 3)} billion`)

/** @type {(pj: Maybe) => string} */
export const picojoules = pj => energy(pj == null ? pj : pj * 1e-12)
