// What a spec asks of the Range view, right or wrong: a range that is given in it is one set by hand.
import { changed } from './specs.js'

/**
 * @typedef {import('./specs.js').Book} Book
 * @typedef {import('./specs.js').SpecInfo} SpecInfo
 * @typedef {{ lo: string, hi: string }} Ends
 */

/** The value of an option. @param {SpecInfo} info @param {string} name */
const valueOf = (info, name) => info.options.find(one => one.name === name)?.value

/** Whether a format has ranges, with one scale or another. @param {SpecInfo | undefined} info */
export const hasRange = info => !!info?.options.some(one => one.name === 'range')

/** A number as a link holds it. */
export const endText = (/** @type {number} */ value) => String(Number(value.toPrecision(6)))

/** Beyond all levels. */
const [TOP, BOTTOM] = [0x7f000000, 0xff000000]

/**
 * The spec without a range that is given, and the ends of that: those of its levels where a scale is given.
 * @type {(about: Book, text: string) => { info: SpecInfo, ends?: Ends, problem?: undefined } | { info?: SpecInfo, problem: string }}
 */
export function asked(about, text) {
    const { info, problem } = about.info(text.trim())
    if (!info) return { problem: problem?.message ?? '' }
    const { name } = info.format
    if (!hasRange(info))
        return { info, problem: `${name} has no range to choose; take an integer or a small float with a scale.` }
    if (valueOf(info, 'per') === 'none')
        return { info, problem: `${name} as it stands has no scale; take ${name}:per=tensor, row, dim or block.` }
    if (valueOf(info, 'range') !== 'given') return { info }
    const plain = about.info(changed(about, info, { option: 'range', value: 'minmax' })).info ?? info
    const level = (/** @type {number} */ bits) => about.ask('bits', info.spec, bits).decoded
    const given = [valueOf(info, 'lo'), valueOf(info, 'hi')].map(Number)
    const [lo, hi] = given[0] < given[1] ? given : [level(BOTTOM), level(TOP)]
    return { info: plain, ends: { lo: endText(lo), hi: endText(hi) } }
}

/** Another format with the same options, as far as it has them; a float gets a scale. @type {(about: Book, info: SpecInfo, format: string) => string} */
export function withFormat(about, info, format) {
    const spec = changed(about, info, { format })
    const other = about.info(spec).info
    return other && valueOf(other, 'per') === 'none'
        ? changed(about, other, { option: 'per', value: valueOf(info, 'per') ?? 'tensor' })
        : spec
}
