// How values are coded and decoded in a range: the formulas of the map, filled in with its numbers, for both ways to
// tell a scale: its size, and how many steps a unit has.
import { exact, figure } from './bits.js'

/**
 * @typedef {import('./range.js').At} At
 * @typedef {{ name: string, text: string, note?: string }} Line text: as maths.js reads it
 */

const short = (/** @type {number} */ value) => figure(value, 5)

/** A number that is subtracted or multiplied: (−0.7). */
const fenced = (/** @type {number} */ value) => (value < 0 ? `(${short(value)})` : short(value))

/** + 3, − 3 or nothing. @type {(value: number, text?: string) => string} */
const plus = (value, text = short(Math.abs(value))) => (value ? ` ${value < 0 ? '−' : '+'} ${text}` : '')

/** @type {Record<string, { call: (x: string) => string, note: string }>} */
const ROUND = {
    even: { call: x => `round(${x})`, note: 'half-way to the even number' },
    away: { call: x => `round(${x})`, note: 'half-way away from 0' },
    trunc: { call: x => `trunc(${x})`, note: 'toward 0' },
    stochastic: { call: x => `floor(${x} + u)`, note: 'u anew for each value, evenly from 0 to 1' },
}

/** @type {(at: At, option: (name: string) => string) => Line[]} */
export function formulas(at, option) {
    const [first, last] = [at.first_code, at.first_code + at.levels.length - 1]
    const codes = {
        name: 'codes',
        text: `q = ${figure(first)}, …, ${figure(last)}`,
        note: 'beyond them the outermost',
    }
    return [
        ...(option('levels') === 'pow2' && option('map') === 'sym' ? powers(at, option, last) : even(at, option)),
        codes,
    ]
}

/** How the scale is stored, where that is not as it is computed. @type {(option: (name: string) => string) => string | undefined} */
const stored = option => (option('scale') === 'f32' ? undefined : `stored as ${option('scale')}`)

/** Levels a step apart. @type {(at: At, option: (name: string) => string) => Line[]} */
function even(at, option) {
    const map = option('map')
    const [scale, inverse] = [short(at.scale), short(at.inverse_scale)]
    const zero = at.zero ?? 0
    const isOffset = map === 'offset'
    const { call, note } = ROUND[option('round')] ?? ROUND.even
    const [width, steps] =
        map === 'sym'
            ? [short(at.hi), short((at.levels.length - 1) / 2)]
            : [`${short(at.hi)} − ${fenced(at.lo)}`, short(at.levels.length - 1)]
    const ofZero = at.exact_zero === null ? [] : [zeroPoint(at)]
    const x = isOffset && at.lo ? `(x${plus(-at.lo)})` : 'x'
    const low = isOffset && at.lo ? `${short(at.lo)} + ` : ''
    const taken = zero ? `(q${plus(-zero)})` : 'q'
    return [
        { name: 'scale', text: `s = {${width}}/{${steps}} = ${scale}`, note: stored(option) },
        ...ofZero,
        { name: 'with the scale', text: `q = ${call(`${x} / ${scale}`)}${plus(zero)}`, note },
        {
            name: 'with its inverse',
            text: `q = ${call(`${inverse} · ${x}`)}${plus(zero)}`,
            note: '1/s, which some texts call the scale',
        },
        { name: 'decoded', text: `x̂ = ${low}${scale} · ${taken}` },
    ]
}

/** @type {(at: At) => Line} */
const zeroPoint = at => ({
    name: 'zero point',
    text: `z = ${figure(at.first_code)} − round(${short(at.lo)} / ${short(at.scale)}) = ${exact(at.zero ?? 0)}`,
})

/** @type {Record<string, string>} */
const NEAREST = {
    trunc: 'k of the next level inwards',
    stochastic: 'k of a neighbour, the nearer one more often',
}

/** Levels that are powers of two times the scale. @type {(at: At, option: (name: string) => string, last: number) => Line[]} */
function powers(at, option, last) {
    const nearest = NEAREST[option('round')] ?? 'k of the nearest level'
    const level = `≈ 2^{k − ${last}}, q = ±k`
    return [
        { name: 'scale', text: `s = ${short(at.scale)}`, note: stored(option) ?? 'the outermost level' },
        { name: 'with the scale', text: `|x| / ${short(at.scale)} ${level}`, note: nearest },
        {
            name: 'with its inverse',
            text: `${short(at.inverse_scale)} · |x| ${level}`,
            note: '1/s, which some texts call the scale',
        },
        { name: 'decoded', text: `x̂ = ±${short(at.scale)} · 2^{|q| − ${last}}`, note: '0 for q = 0' },
    ]
}
