// Helpers of the Range view: what is drawn where, and which words go with the figures. Figures come from the core.
import { scaleLinear } from 'd3-scale'
import { decibel, timesSmaller } from '../text/numbers.js'
import { figure } from '../text/bits.js'

/**
 * @typedef {object} At a range, as the core takes it and what it costs
 * @property {number} lo
 * @property {number} hi
 * @property {number | null} scale null where levels are fitted
 * @property {number | null} inverse_scale
 * @property {number | null} zero
 * @property {string | null} stored what is stored of a scale, if not all of it
 * @property {boolean} floored whether the scale was raised to the least that can be used
 * @property {number} mse
 * @property {number} rounding_mse
 * @property {number} clipping_mse
 * @property {number} clipped_share
 * @property {number} bias
 * @property {number | null} sqnr_db
 * @property {number} clipped
 * @property {number} overshoot
 * @property {number | null} even_sqnr_db
 * @property {number | null} first_code of codes that are whole numbers
 * @property {number | null} exact_zero
 * @property {number | null} upper_share
 * @property {number[]} levels
 * @property {number[] | null} units levels of a float at scale 1
 * @property {{ round: string, theory: number, factor: number | null }[] | null} rounds
 *
 * @typedef {At & { scale: number, inverse_scale: number }} Scaled
 *
 * @typedef {{ min: number, max: number, lo: number, hi: number, values: number, counts: number[] }} Histogram
 * @typedef {{ range: string, at: At }} Rule
 * @typedef {{ half_range: number, mse: number, rounding_mse: number, clipping_mse: number }} Point
 * @typedef {{ lo: number, hi: number }} Frame
 */

/** A place on the axis as CSS writes it. @type {(x: number) => string} */
export const percent = x => `${x.toFixed(3)}%`

/** The nearest place that is on the axis. @type {(x: number) => number} */
export const within = x => Math.min(Math.max(x, 0), 100)

/** Whether levels hang on a scale, as they do unless they are fitted. @type {(at: At) => at is Scaled} */
export const isScaled = at => at.scale !== null

/** What every rule chose for one scale. Rules of the core's table without numbers for it are left out. @type {(found: any, group: number, ask: (lo: number, hi: number) => Promise<At>) => Promise<Rule[]>} */
export async function rulesOf(found, group, ask) {
    /** @type {Rule[]} */
    const rules = []
    for (const { range, lo, hi } of found.rules)
        if (lo && range !== 'given') rules.push({ range, at: await ask(lo[group], hi[group]) })
    return rules
}

/** The part of the axis to draw large: all data, unless its ends are far from where rules other than minmax lie. @type {(known: { whole: Histogram, rules: Rule[] }, now: Frame) => Frame} */
export function windowOf({ whole, rules }, now) {
    const others = rules.filter(one => one.range !== 'minmax').map(one => one.at)
    const ends = [now, ...others]
    const [lo, hi] = [Math.min(...ends.map(one => one.lo)), Math.max(...ends.map(one => one.hi))]
    const room = (hi - lo) * 0.5 || Math.abs(hi) || 1
    const [low, high] = [Math.min(whole.min, now.lo), Math.max(whole.max, now.hi)]
    const edge = (high - low) * 0.08 || Math.abs(high) * 0.1 || 1
    return { lo: Math.max(lo - room, low - edge), hi: Math.min(hi + room, high + edge) }
}

/** The ranges of the curve: around the middle of the one at hand, as wide as what is drawn. @type {(at: At, frame: Frame) => { center: number, from: number, to: number }} */
export function pointsAround(at, frame) {
    const center = (at.lo + at.hi) / 2
    const to = Math.max(frame.hi - center, center - frame.lo)
    return { center, from: to / 40, to }
}

/** Where a value lies in a frame, in per cent. @type {(frame: Frame, value: number) => number} */
export const place = (frame, value) => ((value - frame.lo) / (frame.hi - frame.lo)) * 100

/** The outline of bars, 100 wide and high; what is not empty is seen. @type {(counts: number[], most: number) => string} */
export function outline(counts, most) {
    const step = 100 / counts.length
    const top = (/** @type {number} */ n) => 100 - (n > 0 ? Math.max(0.6, (n / most) * 100) : 0)
    const steps = counts.map((n, i) => `${i ? '' : 'M0 100'}V${top(n).toFixed(2)}H${((i + 1) * step).toFixed(3)}`)
    return `${steps.join('')}V100z`
}

/** Which codes get a number: one in so many, both ends and 0 among them where there is room. @type {(levels: number, room: number) => number} */
export function numbered(levels, room) {
    const least = levels / Math.max(room, 2)
    return [1, 2, 3, 4, 5, 8, 10, 16, 20, 32, 50, 64, 128].find(step => step >= least) ?? 256
}

/** What levels are called: by their codes, or by what a float is at scale 1. @type {(at: At) => number[]} */
export const namesOf = ({ levels, units, first_code: first }) => units ?? levels.map((_, i) => (first ?? 0) + i)

/** Which levels get a number where they are not a step apart: both ends, 0, and from the ends inwards what has room. @type {(places: number[], room: number) => Set<number>} */
export function apart(places, room) {
    const last = places.length - 1
    /** @type {Set<number>} */
    const taken = new Set()
    const inwards = places.flatMap((_, i) => (2 * i < last ? [i, last - i] : []))
    for (const i of [0, last, Math.round(last / 2), ...inwards])
        if ([...taken].every(other => Math.abs(places[i] - places[other]) >= 100 / room)) taken.add(i)
    return taken
}

export const ticks = (/** @type {Frame} */ frame, /** @type {number} */ many) =>
    scaleLinear([frame.lo, frame.hi], [0, 100]).ticks(many)

/** The range after one end is moved: kept in order, and mirrored where the map is. @type {(range: Frame, end: 'lo' | 'hi', to: number, map: string) => Frame} */
export function moved(range, end, to, map) {
    if (map === 'sym') {
        const half = Math.max(end === 'hi' ? to : -to, 0)
        return { lo: -half, hi: half }
    }
    if (map === 'affine')
        return end === 'lo' ? { ...range, lo: Math.min(to, 0) } : { ...range, hi: Math.max(to, 0) }
    return end === 'lo' ? { ...range, lo: Math.min(to, range.hi) } : { ...range, hi: Math.max(to, range.lo) }
}

/** How far an end can be moved on what is drawn. @type {(range: Frame, end: 'lo' | 'hi', frame: Frame, map: string) => Frame} */
export function limits(range, end, frame, map) {
    const other = map === 'offset' ? range : { lo: 0, hi: 0 }
    return end === 'lo'
        ? { lo: Math.min(frame.lo, range.lo), hi: other.hi }
        : { lo: other.lo, hi: Math.max(frame.hi, range.hi) }
}

/** What a key does to a handle: so many steps, or nothing. @type {(event: { key: string, shiftKey: boolean }) => number} */
export const stepsOf = ({ key, shiftKey }) =>
    (({ ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 })[key] ?? 0) *
    (shiftKey ? 10 : 1)

/** 0.2611 with four digits. */
export const short = (/** @type {number} */ value) => figure(value, 4)

/** ±0.2611, or both ends. @type {(at: Frame, map: string, digits?: number) => string} */
export const rangeText = (at, map, digits = 4) =>
    map === 'sym' ? `±${figure(at.hi, digits)}` : `${figure(at.lo, digits)} to ${figure(at.hi, digits)}`

/** Numbers as a column reads: all with as many decimals, the largest with four digits. @type {(list: number[]) => string[]} */
export function column(list) {
    const decimals = 3 - Math.floor(Math.log10(Math.max(...list.map(Math.abs)) || 1))
    const reads = decimals >= 0 && decimals <= 9
    return list.map(value => (reads ? value.toFixed(decimals).replace('-', '−') : short(value)))
}

/** 0.65 %, so that what is little is not nothing. @type {(share: number) => string} */
export function shareText(share) {
    const percent = share * 100
    if (percent === 0) return '0 %'
    return percent < 0.01 ? '< 0.01 %' : `${percent.toFixed(percent < 10 ? 2 : 1)} %`
}

/** 15.46; of what loses nothing there is no ratio. @type {(of: { mse?: number | null, sqnr_db?: number | null }) => string} */
export const noiseText = ({ mse, sqnr_db }) => (mse === 0 ? 'exact' : decibel(sqnr_db))

/** @type {Record<string, string>} */
const NAMES = { tensor: 'Per tensor', dim: 'Per dim', row: 'Per row', block: 'Per block' }
export const perName = (/** @type {string} */ per) => NAMES[per] ?? per

/** The name of a rule with what it was given. @type {(range: string, option: (name: string) => string) => string} */
export const ruleName = (range, option) =>
    range === 'percentile'
        ? `percentile ${figure(Number(option('p')), 6)}`
        : range === 'std'
          ? `${figure(Number(option('sd')), 6)} std`
          : range

/** What more scales, or codebooks, give, in one sentence, when it is known. @type {(shares: import('./sharing.js').Share[], what?: 'scale' | 'codebook') => string} */
export function gains(shares, what = 'scale') {
    const errors = shares.map(share => ({ per: share.per, mse: share.rules[0].mse }))
    const one = errors.find(({ per }) => per === 'tensor')?.mse
    const others = errors.filter(({ per }) => per !== 'tensor')
    if (!one || !others.length || others.some(({ mse }) => !mse)) return ''
    const list = others.map(({ per, mse }) => `${timesSmaller(one / (mse ?? 1))} with a ${what} per ${per}`)
    const last = list.length > 1 ? ` and ${list.pop()}` : ''
    const rule = what === 'scale' ? 'By minmax, the' : 'The'
    return `${rule} mean squared error of one ${what} for all, ${figure(one, 3)}, is ${list.join(', ')}${last}.`
}
