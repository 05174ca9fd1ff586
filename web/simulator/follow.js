// The way of one value in words: value, range, step, code, bits, decoded value, and what became of the row's rank.
import * as write from '../text/numbers.js'
import { brief, relative } from '../text/bits.js'

/** @typedef {{ title: string, text: string, formula?: string }} Step */

/**
 * @param {object} about
 * @param {string} about.name of the vector
 * @param {number} about.dim
 * @param {any} about.mine the row at the spec
 * @param {any} about.bits the value bit by bit
 * @param {any} about.column the dim over all vectors
 * @param {{ row: number, rank: number | null, now: number | null, k: number, query: string } | null} about.rank of the
 *   vector in float32 and at the spec, null where that is not known
 * @returns {Step[]}
 */
export function stepsOf({ name, dim, mine, bits, column, rank }) {
    const { values, decoded, lowest, highest, count } = mine
    const step = bits.between.spacing
    const code = bits.fields.map((/** @type {{ bits: string }} */ field) => field.bits).join(' ')
    return [
        { title: 'Value', text: `Dim ${dim} of “${name}” is ${brief(values[dim], 9)}.` },
        {
            title: 'Range',
            text: lowest
                ? `Its levels go from ${brief(lowest[dim], 5)} to ${brief(highest[dim], 5)}${column ? `; ${beyond(column)}` : ''}.`
                : 'The format has levels of its own; no range is fitted to the data.',
        },
        {
            title: 'Scale',
            text:
                step == null
                    ? 'Here there is one level and no step.'
                    : `${count ? `${write.count(count)} levels; the` : 'The'} two on either side of it are ${brief(step, 4)} apart.`,
        },
        { title: 'Code', text: `The nearest level has code ${write.count(bits.code)}.` },
        {
            title: 'Bits',
            text: `It is stored as ${code}: ${write.plural(code.replaceAll(' ', '').length, 'bit')} in place of 32.`,
        },
        {
            title: 'Decoded',
            text: `It comes back as ${brief(decoded[dim], 6)}, off by ${relative(bits)}.`,
            formula: bits.formula,
        },
        { title: 'Rank', text: rankText(rank, values.length) },
    ]
}

/** @type {(column: { beyond: number, rows: number }) => string} */
const beyond = ({ beyond: outside, rows }) =>
    outside
        ? `${write.count(outside)} of ${write.count(rows)} vectors have values beyond the outermost of all`
        : `no value of ${write.plural(rows, 'vector')} is beyond`

/** @type {(rank: { rank: number | null, now: number | null, k: number, query: string } | null, dims: number) => string} */
function rankText(rank, dims) {
    const all = `All ${write.count(dims)} values of the vector are off in this manner`
    if (!rank || rank.rank === null || rank.now === null) return `${all}; its rank is not known here.`
    const from = `${all}, so its score for ${rank.query} changes`
    if (rank.rank === rank.now) return `${from}; it stays at rank ${rank.now}.`
    const end =
        rank.rank <= rank.k && rank.now > rank.k
            ? ' and is lost'
            : rank.rank > rank.k && rank.now <= rank.k
              ? ' and comes in'
              : ''
    return `${from}: it goes from rank ${rank.rank} to rank ${rank.now}${end}.`
}
