// What a spec asks of the Range view, right or wrong: a range that is given in it is one set by hand.
import { changed } from '../state/specs.js'

/**
 * @typedef {import('../state/specs.js').Book} Book
 * @typedef {import('../state/specs.js').SpecInfo} SpecInfo
 * @typedef {{ lo: string, hi: string }} Ends
 * @typedef {{ info: SpecInfo, isFitted: boolean, ends?: Ends, problem?: undefined } | { info?: SpecInfo, isFitted?: undefined, problem: string }} Asked isFitted: levels, in place of a range
 */

/** The value of an option. @param {SpecInfo} info @param {string} name */
const valueOf = (info, name) => info.options.find(one => one.name === name)?.value

/** A number as a link holds it. */
export const endText = (/** @type {number} */ value) => String(Number(value.toPrecision(6)))

/** Beyond all levels. */
const [TOP, BOTTOM] = [0x7f000000, 0xff000000]

/**
 * The spec without a range that is given, and the ends of that: those of its levels where a scale is given.
 * @type {(about: Book, text: string) => Asked}
 */
export function asked(about, text) {
    const { info, problem } = about.info(text.trim())
    if (!info) return { problem: problem?.message ?? '' }
    const { isFitted = false, problem: none } = about.choice(info.spec)
    if (none !== undefined) return { info, problem: none }
    if (valueOf(info, 'range') !== 'given') return { info, isFitted }
    const plain = about.info(changed(about, info, { option: 'range', value: 'minmax' })).info ?? info
    const level = (/** @type {number} */ bits) => about.ask('bits', info.spec, bits).decoded
    const given = [valueOf(info, 'lo'), valueOf(info, 'hi')].map(Number)
    const [lo, hi] = given[0] < given[1] ? given : [level(BOTTOM), level(TOP)]
    return { info: plain, isFitted, ends: { lo: endText(lo), hi: endText(hi) } }
}

/** Another format with the same options, as far as it has them; a float gets a scale, error feedback is dropped. @type {(about: Book, info: SpecInfo, format: string) => string} */
export function withFormat(about, info, format) {
    const options = info.options.filter(one => one.name !== 'feedback')
    const spec = changed(about, { ...info, options }, { format })
    const other = about.info(spec).info
    if (!other || valueOf(other, 'per') !== 'none') return spec
    const per = valueOf(info, 'per')
    return changed(about, other, { option: 'per', value: !per || per === 'none' ? 'tensor' : per })
}

/** The formats to choose from for a spec, its own among them whatever is wrong with it. @type {(about: Book, info: SpecInfo) => string[]} */
export function formatsFor(about, info) {
    const fit = (/** @type {string} */ name) => about.choice(withFormat(about, info, name)).problem === undefined
    return about.formats.map(({ name }) => name).filter(name => name === info.format.name || fit(name))
}
