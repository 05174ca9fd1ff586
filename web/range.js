// Helpers of the Range view: what is drawn where, and which words go with the figures. Figures come from the core.
import { scaleLinear } from 'd3-scale'
import { count, decibel } from './format.js'
import { figure } from './bits.js'

/**
 * @typedef {object} At a range, as the core takes it and what it costs
 * @property {number} lo
 * @property {number} hi
 * @property {number} scale
 * @property {number} inverse_scale
 * @property {number | null} zero
 * @property {number} mse
 * @property {number} rounding_mse
 * @property {number} clipping_mse
 * @property {number} clipped_share
 * @property {number} bias
 * @property {number | null} sqnr_db
 * @property {number} clipped
 * @property {number} overshoot
 * @property {number} even_sqnr_db
 * @property {number} first_code
 * @property {number[]} levels
 *
 * @typedef {{ min: number, max: number, lo: number, hi: number, values: number, counts: number[] }} Histogram
 * @typedef {{ range: string, spec: string, at: At, sqnr_db: number | null }} Rule sqnr_db: of all scales together
 * @typedef {{ half_range: number, mse: number, rounding_mse: number, clipping_mse: number }} Point
 * @typedef {{ lo: number, hi: number }} Frame
 */

/** What every rule chose for one scale. Rules of the core's table without numbers for it are left out. @type {(found: any, group: number, ask: (lo: number, hi: number) => Promise<At>) => Promise<Rule[]>} */
export async function rulesOf(found, group, ask) {
    /** @type {Rule[]} */
    const rules = []
    for (const { range, spec, lo, hi, sqnr_db } of found.rules)
        if (lo && range !== 'given') rules.push({ range, spec, sqnr_db, at: await ask(lo[group], hi[group]) })
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

/** What a key does to a handle: so many steps, or nothing. @type {(event: { key: string, shiftKey: boolean }) => number} */
export const stepsOf = ({ key, shiftKey }) =>
    (({ ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 })[key] ?? 0) *
    (shiftKey ? 10 : 1)

/** 0.2611 with four digits. */
export const short = (/** @type {number} */ value) => figure(value, 4)

/** ±0.2611, or both ends. @type {(at: Frame, map: string, digits?: number) => string} */
export const rangeText = (at, map, digits = 4) =>
    map === 'sym' ? `±${figure(at.hi, digits)}` : `${figure(at.lo, digits)} to ${figure(at.hi, digits)}`

/** 0.65 %, so that what is little is not nothing. @type {(share: number) => string} */
export function shareText(share) {
    const percent = share * 100
    if (percent === 0) return '0 %'
    return percent < 0.01 ? '< 0.01 %' : `${percent.toFixed(percent < 10 ? 2 : 1)} %`
}

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

/**
 * How a value is coded and decoded, in both conventions, filled in.
 * @type {(at: At, map: string) => { code: string[], decoded: string, clip: string }}
 */
export function formulas(at, map) {
    const [scale, inverse] = [figure(at.scale, 6), figure(at.inverse_scale, 6)]
    const zero = at.zero ?? 0
    const add = zero ? ` ${zero < 0 ? '−' : '+'} ${Math.abs(zero)}` : ''
    const less = zero ? `(q ${zero < 0 ? '+' : '−'} ${Math.abs(zero)})` : 'q'
    const shift = map === 'offset' && at.lo !== 0 ? ` ${at.lo < 0 ? '+' : '−'} ${short(Math.abs(at.lo))}` : ''
    const x = shift ? `(x${shift})` : 'x'
    const low = shift ? `${short(at.lo)} + ` : ''
    const last = at.first_code + at.levels.length - 1
    return {
        code: [`q = round(${x} / ${scale})${add}`, `q = round(${inverse} · ${x})${add}`],
        decoded: `x̂ = ${low}${scale} · ${less}`,
        clip: `q from ${figure(at.first_code)} to ${figure(last)}`,
    }
}

/**
 * What is often told otherwise, said for the numbers on screen.
 * @type {(at: At, known: { whole: Histogram, rules: Rule[] }, option: (name: string) => string) => { title: string, text: string }[]}
 */
export function tellings(at, { whole, rules }, option) {
    const map = option('map')
    const list = []
    const wide = rules.find(one => one.range === 'minmax')?.at
    const last = at.first_code + at.levels.length - 1
    if (wide && wide.scale > at.scale)
        list.push({
            title: 'An outlier makes the scale larger',
            text: `A range up to the outermost value has scale ${figure(wide.scale, 6)}; this one has ${figure(at.scale, 6)}. Where the scale is said to shrink with an outlier, its inverse is meant: ${figure(wide.inverse_scale, 5)} instead of ${figure(at.inverse_scale, 5)} steps per unit.`,
        })
    if (option('levels') === 'pow2') return list // its steps are not all alike
    const half = figure(at.scale / 2, 4)
    if (['even', 'away'].includes(option('round')) && option('feedback') !== '1')
        list.push(
            at.clipped > 0
                ? {
                      title: 'Half a step bounds rounding, not clipping',
                      text: `Rounding is off by ${half} at most, half the scale. ${count(at.clipped)} of ${count(whole.values)} values are clipped and off by more, the outermost by ${short(at.overshoot)}.`,
                  }
                : {
                      title: 'Nothing is clipped, so half a step bounds the error',
                      text: `No value is off by more than ${half}, half the scale. With a narrower range that no longer holds.`,
                  },
        )
    if (at.sqnr_db !== null)
        list.push({
            title: 'Six decibels a bit are for evenly spread values',
            text: `Values spread evenly over the range would get ${decibel(at.even_sqnr_db)} dB from ${at.levels.length} levels. These get ${decibel(at.sqnr_db)} dB.`,
        })
    if (map === 'affine' && (whole.min > 0 || whole.max < 0))
        list.push({
            title: '0 has to lie within an affine range',
            text: `All values are ${whole.min > 0 ? 'above' : 'below'} 0, from ${short(whole.min)} to ${short(whole.max)}. The range is widened to 0 all the same; without that the zero point would lie beyond the codes and be clipped, and the values with it.`,
        })
    else if (map === 'affine')
        list.push({
            title: 'The zero point is a whole number',
            text: `Code ${figure(at.zero)} decodes to 0 exactly. A zero point kept as a float would not promise that. It is one of the codes ${figure(at.first_code)} to ${figure(last)}: parameters made for other codes would clip what is fine here.`,
        })
    if (map === 'sym' && option('levels') === 'narrow')
        list.push({
            title: 'One code is never used',
            text: `Mirrored ranges have ${at.levels.length} levels, ${figure(at.first_code)} to ${figure(last)}. Code ${figure(at.first_code - 1)} is left out so that both sides are alike.`,
        })
    if (whole.min === whole.max && whole.max !== 0)
        list.push({
            title: 'All values are equal',
            text: `Every value is ${short(whole.max)}. A fixed scale of 1 would turn it into a whole number; here the scale follows from the value.`,
        })
    return list
}
