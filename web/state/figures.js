// Every figure that a row has, once: its name, whether it is measured or computed, how it is read, written, sorted and
// explained. The table, the figures of A and B and the copied text all take them from here.
import * as write from '../text/numbers.js'
import { recallOf, recallRange } from './rows.js'

/**
 * @typedef {import('./rows.js').Row} Row
 * @typedef {object} Figure
 * @property {string} id
 * @property {string} label
 * @property {'measured' | 'computed'} sign
 * @property {(row: Row) => number | null | undefined} value
 * @property {(value: number | null | undefined) => string} text
 * @property {boolean} [more] whether more is better: sorted from the most
 * @property {string} about one sentence
 * @property {(row: Row) => string} [beside] what stands beside the figure of some rows
 * @property {'bar' | 'interval'} [drawn]
 * @property {number} [end] where its scale ends, when that is fixed
 * @property {(row: Row) => [number, number] | null} [range]
 * @property {string} [timed] the stage whose time it is
 * @property {boolean} [truth] whether it is counted against exact search
 */

/** What recall says of a row that others are measured against. */
const isExact = (/** @type {Row} */ row) => row.error?.mse === 0

/** @type {(k: number) => Figure[]} */
export const figures = k => [
    {
        id: 'bits',
        label: 'Bits per value',
        sign: 'computed',
        value: row => row.bytes.bits_per_value,
        text: write.bits,
        about: 'All stored bits divided by the number of values: codes, scales, zero points and padding.',
    },
    {
        id: 'bytes',
        label: 'Bytes per vector',
        sign: 'computed',
        value: row => row.bytes.per_row,
        text: write.count,
        drawn: 'bar',
        about: 'The memory of one vector. What all vectors share, and originals kept on disk, are listed under Memory in the Simulator.',
    },
    {
        id: 'saving',
        label: 'Saving',
        sign: 'computed',
        value: row => row.saving,
        text: write.times,
        beside: row => (row.bytes.originals > 0 ? `+ ${write.size(row.bytes.originals)} disk` : ''),
        more: true,
        about: 'How many times less memory than float32. Everything in memory counts; originals kept on disk are named beside it.',
    },
    {
        id: 'recall',
        label: `Recall@${k}`,
        truth: true,
        sign: 'measured',
        value: row => recallOf(row, k),
        range: row => recallRange(row, k),
        text: write.recall,
        more: true,
        drawn: 'interval',
        about: `The share of the ${write.word(k)} true nearest rows of a query that search over the codes also finds in its first ${write.word(k)}, averaged over queries.`,
    },
    {
        id: 'recall1',
        label: 'Recall@1',
        truth: true,
        sign: 'measured',
        value: row => row.search?.['recall@1'],
        text: write.recall,
        more: true,
        about: 'The share of queries whose true nearest row also comes first in search over the codes.',
    },
    {
        id: 'sqnr',
        label: 'SQNR, dB',
        sign: 'measured',
        value: row => row.error?.sqnr_db ?? (isExact(row) ? Infinity : null),
        text: value => (value === Infinity ? 'exact' : write.decibel(value)),
        more: true,
        drawn: 'bar',
        about: 'Signal to quantization noise: the energy of the values over the energy of their errors, in decibels. Binary codes store no magnitude; they are measured at the scale with the least error.',
    },
    {
        id: 'cosine',
        label: 'Cosine',
        sign: 'measured',
        value: row => row.error?.cosine_mean,
        text: write.cosine,
        more: true,
        about: 'The cosine between a vector and what its code decodes to, averaged over vectors.',
    },
    {
        id: 'encode',
        label: 'Encode, ms',
        sign: 'measured',
        value: row => row.seconds.encode,
        text: write.milliseconds,
        timed: 'encode',
        about: 'Time to encode all vectors on this device; the slowest worker counts.',
    },
    {
        id: 'search',
        label: 'Search, ms',
        sign: 'measured',
        value: row => row.seconds.search,
        text: write.milliseconds,
        timed: 'search',
        about: 'Time to find the nearest rows of all queries by exact search over the codes on this device; the slowest worker counts.',
    },
]

/** Sorted rows: the reference first, what is not known last. @type {(rows: Row[], list: Figure[], sort: string) => Row[]} */
export function sorted(rows, list, sort) {
    const id = sort.replace(/^-/, '')
    const figure = list.find(one => one.id === id)
    if (!figure && id !== 'spec') return rows
    const sign = sort.startsWith('-') ? -1 : 1
    const [first, rest] = [rows.filter(row => row.reference), rows.filter(row => !row.reference)]
    rest.sort((x, y) => {
        if (!figure) return sign * x.spec.localeCompare(y.spec)
        const [p, q] = [figure.value(x), figure.value(y)]
        if (p == null || q == null) return Number(p == null) - Number(q == null)
        return p === q ? 0 : sign * (p - q)
    })
    return [...first, ...rest]
}

/** A figure of a row, and what stands beside it. @type {(figure: Figure, row: Row) => string} */
const written = (figure, row) => [figure.text(figure.value(row)), figure.beside?.(row)].filter(Boolean).join(' ')

/** The table as text. @type {(rows: Row[], list: Figure[], as: 'csv' | 'markdown') => string} */
export function asText(rows, list, as) {
    const head = ['Spec', ...list.map(figure => `${figure.label} (${figure.sign})`)]
    const body = rows.map(row => [row.spec, ...list.map(figure => written(figure, row))])
    if (as === 'csv') {
        const cell = (/** @type {string} */ text) =>
            /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
        return [head, ...body].map(line => line.map(cell).join(',')).join('\n') + '\n'
    }
    const rule = ['---', ...list.map(() => '---:')]
    return [head, rule, ...body].map(line => `| ${line.join(' | ')} |`).join('\n') + '\n'
}
