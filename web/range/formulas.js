// How values are coded and decoded in a range: the formulas of the map, filled in with its numbers, for both ways to
// tell a scale: its size, and how many steps a unit has.
import { exact, figure } from '../text/bits.js'
import { isScaled, namesOf } from './labels.js'

/**
 * @typedef {import('./labels.js').At} At
 * @typedef {import('./labels.js').Scaled} Scaled
 * @typedef {{ name: string, text: string, note?: string }} Line text: as maths.js reads it
 * @typedef {(name: string) => string} Option
 */

const short = (/** @type {number} */ value) => figure(value, 5)

/** A number that is subtracted or multiplied: (−0.7). */
const fenced = (/** @type {number} */ value) => (value < 0 ? `(${short(value)})` : short(value))

/** + 3, − 3 or nothing. @type {(value: number, text?: string) => string} */
const plus = (value, text = short(Math.abs(value))) => (value ? ` ${value < 0 ? '−' : '+'} ${text}` : '')

/** @type {Record<string, { call: (x: string) => string, note: string }>} */
const ROUND = {
    even: { call: x => `round(${x})`, note: 'ties to even' },
    away: { call: x => `round(${x})`, note: 'ties away from 0' },
    trunc: { call: x => `trunc(${x})`, note: 'toward 0' },
    stochastic: { call: x => `floor(${x} + u)`, note: 'u random for each value, uniform from 0 to 1' },
}

/** @type {(at: At, option: Option, format: string) => Line[]} */
export function formulas(at, option, format) {
    if (!isScaled(at)) return levels(at)
    const names = namesOf(at)
    const last = names[names.length - 1]
    const ends = `q = ${figure(names[0])}, …, ${figure(last)}`
    const beyond = 'values beyond become the outermost'
    if (at.units)
        return [...floats(at, option, last), { name: 'values', text: ends, note: `those of ${format}; ${beyond}` }]
    if (!at.scale) return constant(at)
    const lines =
        option('levels') === 'pow2' && option('map') === 'sym' ? powers(at, option, last) : even(at, option)
    return [...lines, { name: 'codes', text: ends, note: beyond }]
}

const INVERSE = '1/s, which some texts call the scale'

/** The scale as it comes about: rounded to how it is stored, and raised to the least. @type {(at: Scaled, option: Option, plain: string, note?: string) => Line} */
function scaleLine(at, option, plain, note) {
    const type = option('scale')
    const kept = at.stored ? `${type}(${plain})` : plain
    const whole = at.floored ? `max(${kept}, ${short(at.scale)})` : kept
    const notes = [at.stored && `${type}: ${at.stored}`, at.floored && 'the least scale allowed', note].filter(
        Boolean,
    )
    const result = whole === short(at.scale) ? '' : ` = ${short(at.scale)}`
    return { name: 'scale', text: `s = ${whole}${result}`, note: notes.join('; ') }
}

/** Levels that are fitted hang on no scale. @type {(at: At) => Line[]} */
const levels = ({ levels: { length } }) => [
    { name: 'codes', text: `q = 0, …, ${length - 1}`, note: 'the nearest level, ties to the lower' },
    { name: 'decoded', text: 'x̂ = level(q)' },
]

/** A scale of 0, as of values that are all alike: one level is all. @type {(at: At) => Line[]} */
const constant = at => [
    { name: 'scale', text: 's = 0', note: 'the range has no width' },
    { name: 'codes', text: 'q = 0' },
    { name: 'decoded', text: `x̂ = ${short(at.levels[0])}` },
]

/** Levels a step apart. @type {(at: Scaled, option: Option) => Line[]} */
function even(at, option) {
    const map = option('map')
    const [scale, inverse] = [short(at.scale), short(at.inverse_scale)]
    const zero = at.zero ?? 0
    const { call, note } = ROUND[option('round')] ?? ROUND.even
    const [width, steps, wide] =
        map === 'sym'
            ? [short(at.hi), short((at.levels.length - 1) / 2), undefined]
            : [`${short(at.hi)} − ${fenced(at.lo)}`, short(at.levels.length - 1), widthNote(at)]
    const ofZero = at.exact_zero === null ? [] : [zeroPoint(at)]
    const lowest = map === 'offset' ? at.levels[0] : 0
    const x = lowest ? `(x${plus(-lowest)})` : 'x'
    const low = lowest ? `${short(lowest)} + ` : ''
    const taken = zero ? `(q${plus(-zero)})` : 'q'
    return [
        scaleLine(at, option, `{${width}}/{${steps}}`, wide),
        ...ofZero,
        { name: 'with the scale', text: `q = ${call(`${x} / ${scale}`)}${plus(zero)}`, note },
        { name: 'with its inverse', text: `q = ${call(`${inverse} · ${x}`)}${plus(zero)}`, note: INVERSE },
        { name: 'decoded', text: `x̂ = ${low}${scale} · ${taken}` },
    ]
}

/** How wide a range of two ends is, and how many steps that are. @type {(at: At) => string} */
const widthNote = ({ lo, hi, levels: { length } }) =>
    `${figure(hi - lo, 5)} wide, ${length - 1} steps between ${length} codes`

/** Levels that are the values of a float times the scale. @type {(at: Scaled, option: Option, largest: number) => Line[]} */
function floats(at, option, largest) {
    const [scale, inverse] = [short(at.scale), short(at.inverse_scale)]
    return [
        scaleLine(at, option, `{${short(at.hi)}}/{${short(largest)}}`),
        { name: 'with the scale', text: `q ≈ x / ${scale}`, note: 'the nearest value, ties to the even code' },
        { name: 'with its inverse', text: `q ≈ ${inverse} · x`, note: INVERSE },
        { name: 'decoded', text: `x̂ = ${scale} · q` },
    ]
}

/** @type {(at: Scaled) => Line} */
const zeroPoint = at => ({
    name: 'zero point',
    text: `z = ${figure(namesOf(at)[0])} − round(${short(at.lo)} / ${short(at.scale)}) = ${exact(at.zero ?? 0)}`,
})

/** @type {Record<string, string>} */
const NEAREST = {
    trunc: 'k of the next level toward 0',
    stochastic: 'k of a neighbour, more often the nearer one',
}

/** Levels that are powers of two times the scale. @type {(at: Scaled, option: Option, last: number) => Line[]} */
function powers(at, option, last) {
    const nearest = NEAREST[option('round')] ?? 'k of the nearest level'
    const level = `≈ 2^{k − ${last}}, q = ±k`
    return [
        scaleLine(at, option, short(at.hi), 'the outermost level'),
        { name: 'with the scale', text: `|x| / ${short(at.scale)} ${level}`, note: nearest },
        { name: 'with its inverse', text: `${short(at.inverse_scale)} · |x| ${level}`, note: INVERSE },
        { name: 'decoded', text: `x̂ = ±${short(at.scale)} · 2^{|q| − ${last}}`, note: '0 for q = 0' },
    ]
}
