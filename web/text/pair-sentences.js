// Sentences about A and B, put together from reported figures. Parts that stand out are objects, so that a view can draw
// a letter or a bold number, and a test can read the whole.
import * as write from './numbers.js'
import { UNSEARCHED } from './sentences.js'

/** @typedef {string | { letter: 'A' | 'B' } | { bold: string }} Piece */
/** @typedef {import('../state/rows.js').Row} Row */
/** @typedef {import('./sentences.js').Lost} Lost */

const A = { letter: /** @type {const} */ ('A') }
const B = { letter: /** @type {const} */ ('B') }
const bold = (/** @type {string} */ text) => ({ bold: text })

/** How much smaller one is than another, as one would say it. @type {(ratio: number) => string} */
export function smaller(ratio) {
    if (Math.abs(ratio - 2) < 0.02) return 'half the memory of'
    if (Math.abs(ratio - 3) < 0.03) return 'a third of the memory of'
    if (Math.abs(ratio - 4) < 0.04) return 'a quarter of the memory of'
    return `${write.bits(ratio)} times less memory than`
}

/** What A and B take. @type {(a: Row, b: Row) => Piece[]} */
export function memorySentence(a, b) {
    if (a.spec === b.spec) return [A, ' and ', B, ' are the same spec. ']
    if (a.bytes.total === b.bytes.total) return [A, ' and ', B, ' take the same memory. ']
    const ratio = b.saving / a.saving
    return ratio > 1 ? [B, ` takes ${smaller(ratio)} `, A, '. '] : [A, ` takes ${smaller(1 / ratio)} `, B, '. ']
}

/** Where the lost ones were: "all of them ranked eighth to tenth", when that tells something. @type {(lost: [number, number][], k: number) => string} */
export function ranksOf(lost, k) {
    if (!lost.length) return ''
    const ranks = lost.map(([, rank]) => rank)
    const [low, high] = [Math.min(...ranks), Math.max(...ranks)]
    if (low < k / 2) return ''
    const who = lost.length === 1 ? '' : 'all of them '
    const to = high === low ? '' : ` ${high === low + 1 ? 'or' : 'to'} ${write.ordinal(high)}`
    return `, ${who}ranked ${write.ordinal(low)}${to}`
}

/** What A and B lose. @type {(a: Lost, b: Lost, k: number) => Piece[]} */
export function lostSentence(a, b, k) {
    if (!a.of) return [UNSEARCHED]
    const of = `Of ${write.count(a.of)} true neighbours `
    const [x, y] = [a.lost.length, b.lost.length]
    if (!x && !y) return [of, 'neither loses any.']
    const number = (/** @type {number} */ n) => bold(n ? write.count(n) : 'none')
    return [of, A, ' loses ', number(x), ' and ', B, ' loses ', number(y), `${ranksOf(b.lost, k)}.`]
}

/** "39 of 1,000 lost", and in how many queries. @type {(lost: Lost) => { head: string, rest: string }} */
export function lostCaption({ of, lost }) {
    const queries = new Set(lost.map(([query]) => query)).size
    const first = Math.min(...lost.map(([, rank]) => rank))
    const safe = first > 2 ? `, none among the first ${write.word(first - 1)} ranks` : ''
    return {
        head: `${write.count(lost.length)} of ${write.count(of)} lost`,
        rest: lost.length ? `, in ${write.plural(queries, 'query')}${safe}` : '',
    }
}
