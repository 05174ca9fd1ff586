// Numbers as text, by one rule each: what PAGE calls recall, bytes or times reads the same in every view.
import { format } from './format.js'

export const NONE = '–'
/** @typedef {number | null | undefined} Maybe */

const by = (/** @type {string} */ rule) => {
    const write = format(rule)
    return (/** @type {Maybe} */ value) => (value == null || !Number.isFinite(value) ? NONE : write(value))
}

/** 2,048 */
export const count = by(',.0f')
export const bits = by('.2f')
export const recall = by('.3f')
/** A difference of recalls: +0.012, −0.026 */
export const signed = by('+.3f')
export const decibel = by('.2f')
export const cosine = by('.5f')
export const score = by('.4f')

/** 0.00574: an error small beside 1. */
export const error = by('.5f')

/** 3.98×, and 32× as 32.00× so that a column stands. */
export const times = (/** @type {Maybe} */ value) => (value == null ? NONE : `${bits(value)}×`)

/** 0.951 to 0.971 */
export const interval = (/** @type {[number, number] | null | undefined} */ range) =>
    range ? `${recall(range[0])} to ${recall(range[1])}` : NONE

/** Seconds as milliseconds: < 0.1 (what the clock of a page can tell), 0.6, 6.2, 62, 6,200. */
export function milliseconds(/** @type {Maybe} */ seconds) {
    if (seconds == null) return NONE
    const ms = seconds * 1000
    if (ms < 0.1) return '< 0.1'
    return format(ms < 10 ? '.1f' : ',.0f')(ms)
}

/** 6.41, 12.3, 123: of a rate, three digits. @type {(value: number) => string} */
export const rate = value => format(value < 9.995 ? '.2f' : value < 99.95 ? '.1f' : ',.0f')(value)

/** 62 %; below a tenth 4.1 %. @type {(share: number) => string} */
export const percent = share => `${format(share < 0.0995 ? '.1f' : '.0f')(share * 100)} %`

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB']

/** 256 MB: three digits, units of 1,000. @type {(bytes: Maybe) => string} */
export function size(bytes) {
    if (bytes == null) return NONE
    let unit = 0
    let value = bytes
    for (; value >= 999.5 && unit < UNITS.length - 1; unit++) value /= 1000
    const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
    return `${Number(value.toFixed(digits))} ${UNITS[unit]}`
}

/** A number as it is typed: digits with or without commas, a point, a power of ten; then perhaps a unit. */
const TYPED = /^\s*(\d[\d,]*\.?\d*|\.\d+)(e\+?\d{1,2})?\s*([a-z]*)\s*$/i

/** @type {Record<string, number>} */
const COUNTS = { '': 1, k: 1e3, thousand: 1e3, m: 1e6, million: 1e6, b: 1e9, g: 1e9, billion: 1e9, t: 1e12 }

/** @type {(unit: string) => number} */
function bytesOf(unit) {
    const [match, letter, binary] = /^(?:bytes?|b|([kmgtp])(i?)b?)?$/.exec(unit) ?? []
    if (match === undefined) return NaN
    return (binary ? 1024 : 1000) ** (letter ? ' kmgtp'.indexOf(letter) : 0)
}

/** @type {(text: string, worth: (unit: string) => number) => number} */
function parse(text, worth) {
    const [, digits, power = '', unit = ''] = TYPED.exec(text) ?? []
    return digits === undefined ? NaN : Number(digits.replaceAll(',', '') + power) * worth(unit.toLowerCase())
}

/** The bytes of "300 MB", "2GB", "1e6", "1.5 GiB" or "4096"; NaN when it is none of these. @type {(text: string) => number} */
export const parseSize = text => Math.round(parse(text, bytesOf))

/** A whole number as "1,000", "20M", "1e6", "1.5k" or "2 billion"; NaN when it is none. @type {(text: string) => number} */
export function parseCount(text) {
    const value = parse(text, unit => COUNTS[unit] ?? NaN)
    const whole = Math.round(value)
    return Math.abs(value - whole) <= 1e-9 * value ? whole : NaN
}

/** one two three ... ten, then digits. */
export const word = (/** @type {number} */ n) =>
    ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'][n] ?? count(n)

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth']
export const ordinal = (/** @type {number} */ n) => ORDINALS[n - 1] ?? `rank ${count(n)}`

/** 11th, 1,002nd @type {(n: number) => string} */
export function ordinalOf(n) {
    const isTeen = Math.floor((n % 100) / 10) === 1
    return `${count(n)}${(!isTeen && ['', 'st', 'nd', 'rd'][n % 10]) || 'th'}`
}

/** "1 spec", "2 specs", "2 queries". */
export const plural = (/** @type {number} */ n, /** @type {string} */ noun) =>
    `${count(n)} ${n === 1 ? noun : `${noun}s`.replace(/ys$/, 'ies')}`

/** How much smaller something is by a ratio, or larger; what is beyond all measure with three digits. @type {(ratio: number) => string} */
export function timesSmaller(ratio) {
    const by = ratio < 1 ? 1 / ratio : ratio
    const text = by < 1e6 ? format(',.2f')(by) : format('.3~g')(by).replace('+', '')
    return text === '1.00' ? 'the same' : `${text} times ${ratio < 1 ? 'larger' : 'smaller'}`
}

const METRICS = { cosine: 'cosine', ip: 'inner product', l2: 'squared distance' }
export const metricName = (/** @type {string} */ metric) => METRICS[/** @type {'ip'} */ (metric)] ?? metric

/** What the core says of an error, as a sentence; options and formats stay as they are written. @type {(text: string) => string} */
export const sentence = text =>
    text.replace(/^[a-z]+(?=[ ,])/, word => word[0].toUpperCase() + word.slice(1)) +
    (/[.!?]$/.test(text) ? '' : '.')
