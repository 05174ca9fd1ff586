// Common misconceptions about ranges, corrected with the numbers on screen. Those that matter most to them come first.
import { decibel, count } from '../text/numbers.js'
import { figure } from '../text/bits.js'
import { isScaled, namesOf, shareText, short } from './labels.js'

/**
 * @typedef {import('./labels.js').At} At
 * @typedef {{ title: string, text: string }} Misconception
 * @typedef {object} Facts what is on screen
 * @property {import('./labels.js').Scaled} at
 * @property {{ whole: import('./labels.js').Histogram, rules: import('./labels.js').Rule[] }} known
 * @property {(name: string) => string} option
 * @property {(value: number) => number | undefined} decoded what a value becomes
 */

/** Those that apply. @type {(facts: Facts) => Misconception[]} */
export const misconceptions = facts =>
    RULES.flatMap(rule => {
        const found = rule(facts)
        return found ? [found] : []
    })

const firstCode = (/** @type {At} */ at) => namesOf(at)[0]
const lastCode = (/** @type {At} */ at) => firstCode(at) + at.levels.length - 1
/** Whether levels are a step apart. */
const isEven = (/** @type {Facts} */ { at, option }) =>
    !at.units && (option('levels') !== 'pow2' || option('map') !== 'sym')

/** @type {((facts: Facts) => Misconception | false | undefined)[]} */
const RULES = [
    // a constant
    ({ known: { whole }, decoded }) =>
        whole.min === whole.max &&
        whole.max !== 0 && {
            title: 'A constant is a range too',
            text: `Every value is ${figure(whole.max, 7)}. Some tools give a constant scale 1, zero point 0 and code 0, so that all values decode to 0. Here the scale follows from the value, and ${figure(whole.max, 7)} decodes to ${figure(decoded(whole.max) ?? null, 7)}.`,
        },
    // 0 beside the range of an affine map
    ({ at, known: { whole }, option }) => {
        if (option('map') !== 'affine' || !(whole.min > 0 || whole.max < 0)) return false
        const [near, far] = whole.min > 0 ? [whole.min, whole.max] : [whole.max, whole.min]
        const width = Math.abs(far - near)
        const most =
            Math.abs(near) >= width && width > 0
                ? ` Every value would decode to ${short(far - near)}, off by ${short(Math.abs(near) - width)} to ${short(Math.abs(near))}.`
                : ''
        return {
            title: '0 has to lie within an affine range',
            text: `All values lie from ${short(whole.min)} to ${short(whole.max)}. The range is widened to include 0, ${short(at.lo)} to ${short(at.hi)}. Otherwise the zero point would lie beyond the codes and be clipped, and the values with it.${most}`,
        }
    },
    // two formulas of an affine map
    ({ at, option }) => {
        if (option('map') !== 'affine' || option('round') !== 'even' || !at.zero) return false
        const [zero, tie] = [figure(at.zero), figure(at.scale / 2, 4)]
        const differ = at.zero % 2 !== 0
        return {
            title: 'Rounding before or after the zero point is added',
            text: differ
                ? `round(x / s) + z and round(x / s + z) differ on every tie, as z = ${zero} is odd: ${tie}, half a step, is code ${zero} by the first and ${figure(at.zero + 1)} by the second. Here the first is used.`
                : `round(x / s) + z and round(x / s + z) agree here, as z = ${zero} is even: ${tie}, half a step, is code ${zero} by both. With an odd zero point they differ on every tie.`,
        }
    },
    // parameters of other codes
    ({ at, option }) => {
        if (option('map') !== 'affine' || at.upper_share === null) return false
        const half = at.levels.length / 2
        const shift = option('codes') === 'unsigned' ? -half : half
        const [low, high] = [firstCode(at), lastCode(at)]
        const text =
            shift > 0
                ? `Zero point ${figure(at.zero)} is for codes ${figure(low)} to ${figure(high)}. The one for ${figure(low + shift)} to ${figure(high + shift)}, ${figure((at.zero ?? 0) + shift)}, used with codes that end at ${figure(high)}, would clip ${shareText(at.upper_share)} of these values.`
                : `Zero point ${figure(at.zero)} is for codes ${figure(low)} to ${figure(high)}. Were they clipped at ${figure(high + shift)}, as signed codes are, ${shareText(at.upper_share)} of these values would be.`
        return { title: 'A zero point belongs to its codes', text }
    },
    // a float zero point
    ({ at }) =>
        at.exact_zero !== null && {
            title: 'The zero point is a whole number',
            text: `Code ${figure(at.zero)} decodes to 0 exactly. ${
                Math.abs(at.exact_zero - Math.round(at.exact_zero)) < 1e-4
                    ? 'A zero point stored as a float would not guarantee that.'
                    : `Stored as a float it would be ${figure(at.exact_zero, 5)}, and no code would decode to 0.`
            }`,
        },
    // an outlier and the scale
    ({ at, known: { rules } }) => {
        const wide = rules.find(one => one.range === 'minmax')?.at
        return (
            !!wide &&
            isScaled(wide) &&
            wide.scale > at.scale && {
                title: 'An outlier makes the scale larger',
                text: `A range up to the outermost value has scale ${figure(wide.scale, 5)}; this one has ${figure(at.scale, 5)}. Texts that say the scale shrinks with an outlier mean its inverse: ${figure(wide.inverse_scale, 5)} steps per unit instead of ${figure(at.inverse_scale, 5)}.`,
            }
        )
    },
    // what bounds the error
    facts => {
        const { at, known, option } = facts
        if (!isEven(facts) || !['even', 'away'].includes(option('round'))) return false
        const half = figure(at.scale / 2, 4)
        return at.clipped > 0
            ? {
                  title: 'Half a step bounds rounding, not clipping',
                  text: `Rounding is off by ${half} at most, half the scale. ${count(at.clipped)} of ${count(known.whole.values)} values are clipped and off by more, the outermost by ${short(at.overshoot)}.`,
              }
            : {
                  title: 'Nothing is clipped, so half a step bounds the error',
                  text: `No value is off by more than ${half}, half the scale. With a narrower range that is no longer so.`,
              }
    },
    // decibels a bit
    facts =>
        isEven(facts) &&
        facts.at.sqnr_db !== null &&
        facts.at.even_sqnr_db !== null && {
            title: 'Six decibels a bit holds for evenly spread values',
            text: `Values spread evenly over the range would get ${decibel(facts.at.even_sqnr_db)} dB from ${facts.at.levels.length} levels. These get ${decibel(facts.at.sqnr_db)} dB.`,
        },
    // the nearest code
    facts => {
        const { at, known, option, decoded } = facts
        const value = Math.abs(known.whole.min) < Math.abs(known.whole.max) ? known.whole.min : known.whole.max
        const back = decoded(value) ?? value
        if (option('map') !== 'sym' || !isEven(facts) || back === value || Math.abs(value) > at.hi) return false
        const [share, cut] = [value / at.scale, Math.trunc(value / at.scale)]
        const code = Math.round(back / at.scale)
        const other = cut === code ? '' : ` Truncated it would be ${figure(cut)}.`
        return {
            title: 'Codes are rounded, and decode to levels',
            text: `${figure(value)} is ${figure(share)} steps from 0. Its code is ${figure(code)}.${other} It decodes to ${figure(code)} steps, ${figure(back, 5)}, and not ${figure(value)}.`,
        }
    },
    // the code that mirrored ranges leave out
    ({ at, option }) =>
        option('map') === 'sym' &&
        option('levels') === 'narrow' && {
            title: 'One code is not used',
            text: `Mirrored ranges have ${at.levels.length} levels, ${figure(firstCode(at))} to ${figure(lastCode(at))}. Code ${figure(firstCode(at) - 1)} is left out so that the levels are symmetric.`,
        },
    // a smaller scale
    ({ at }) =>
        at.lo < at.hi && {
            title: 'What a smaller scale does to the ends',
            text:
                at.lo * at.hi < 0
                    ? `Both ends come nearer to 0: ${short(at.hi)} falls, and ${short(at.lo)} rises. They get smaller in magnitude, not in value, and only because 0 lies between them.`
                    : at.lo * at.hi === 0
                      ? `The end at 0 stays, and ${short(at.lo || at.hi)} comes nearer to it: smaller in magnitude${at.hi ? '' : ', not in value'}.`
                      : `It does not bring them nearer to 0, which lies beyond ${short(at.lo)} to ${short(at.hi)}: the ends come nearer to each other.`,
        },
]
