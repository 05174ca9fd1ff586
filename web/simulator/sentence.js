// The sentence of the first screen: what a stop saves, and which of a query's nearest rows it loses.
import * as write from '../text/numbers.js'
import { bitsText, LEAST_ROWS } from './stops.js'

/** @typedef {import('../state/rows.js').Row} Row */
/** @typedef {string | { bold: string } | { query: string } | { code: string } | { quiet: string } | { whole: Piece[] } | 'break'} Piece whole: what is not parted */

const bold = (/** @type {string} */ text) => ({ bold: text })

/** What a row is called: those of the demo are sentences. @type {(open: { demo: boolean, lines: unknown } | null) => string} */
export const nounOf = open => (open?.demo ? 'sentence' : open?.lines ? 'text' : 'row')

/** A text of so many characters at most, cut after a word. @type {(text: string, most?: number) => string} */
export function cut(text, most = 48) {
    if (text.length <= most) return text
    const head = text.slice(0, most - 1)
    const end = head.lastIndexOf(' ')
    return `${head.slice(0, end > most / 2 ? end : most)}…`
}

/** 7.9, 32 @type {(ratio: number) => string} */
const times = ratio => (Number.isInteger(ratio) ? write.count(ratio) : ratio.toFixed(1))

/** What a spec takes beside float32. @type {(row: Row, bits: number, isStop: boolean) => Piece[]} */
function memory(row, bits, isStop) {
    const head = isStop ? [bold(bitsText(bits)), ' instead of 32: '] : [{ code: row.spec }, ' instead of float32: ']
    const [ratio, word] = row.saving < 1 ? [1 / row.saving, 'more'] : [row.saving, 'less']
    const kept = row.bytes.originals > 0 ? `, and ${write.size(row.bytes.originals)} of originals on disk` : ''
    if (times(ratio) === '1') return [...head, `the same memory${kept}.`]
    return [...head, bold(`${times(ratio)} times`), ` ${word} memory${kept}.`]
}

/** "none is", "one is", "two are" lost. @type {(n: number) => Piece[]} */
const lostOne = n => [bold(n ? write.word(n) : 'none'), n > 1 ? ' are lost' : ' is lost']

/**
 * @param {object} about
 * @param {Row} about.row of the spec
 * @param {number} about.bits
 * @param {boolean} about.isStop
 * @param {string} about.noun what a row is called
 * @param {{ k: number, text: string, number: number, lost: number | null }} about.query its text, or its number where
 *   there are no texts; lost: how many of its k nearest, null while that is not known
 * @param {{ queries: number, of: number, lost: number } | null} about.all over all queries
 * @param {number} about.rows
 * @returns {Piece[]}
 */
export function stopSentence({ row, bits, isStop, noun, query, all, rows }) {
    const nearest = `${write.word(query.k)} ${noun}s nearest to `
    /** @type {Piece} */
    const name = query.text ? { query: `“${cut(query.text)}”` } : `query ${write.count(query.number)}`
    if (row.at === 'problem') return [...memory(row, bits, isStop), 'break', write.sentence(row.now)]
    if (rows < LEAST_ROWS) return [...memory(row, bits, isStop), 'break', ...tooFew(row, rows)]
    if (row.reference)
        return [
            bold('32 bits'),
            ' a number, float32: nothing saved, nothing lost.',
            'break',
            `These are the ${nearest}`,
            name,
            '.',
        ]
    if (query.lost === null || !all)
        return [...memory(row, bits, isStop), 'break', { quiet: 'What is lost is being measured.' }]
    return [
        ...memory(row, bits, isStop),
        'break',
        `Of the ${nearest}`,
        name,
        ', ',
        ...lostOne(query.lost),
        `; over ${write.plural(all.queries, 'query')}, `,
        { whole: [bold(write.count(all.lost)), ` of ${write.count(all.of)}.`] },
    ]
}

/** @type {(row: Row, rows: number) => Piece[]} */
function tooFew(row, rows) {
    const why = `With ${write.plural(rows, 'vector')} a search finds nearly all of them again, so losses are not counted`
    if (row.error?.mse === 0) return [`${why}. All values are exact.`]
    const sqnr = row.error?.sqnr_db
    return sqnr == null ? [`${why}.`] : [`${why}. SQNR: `, bold(`${write.decibel(sqnr)} dB`), '.']
}

/** The sentence as text. @type {(pieces: Piece[]) => string} */
export const textOf = pieces =>
    pieces
        .map(piece => {
            if (typeof piece === 'string') return piece === 'break' ? ' ' : piece
            return 'whole' in piece ? textOf(piece.whole) : Object.values(piece)[0]
        })
        .join('')
