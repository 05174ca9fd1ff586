// The classic summary as text: what a few well-known formats save, how well they search and how fast, and their use.
import * as write from '../text/numbers.js'
import { recallOf } from '../state/rows.js'

/** @typedef {import('./stops.js').Stop} Stop */
/** @typedef {{ spec: string, name: string, cells: string[], use: string, source: string }} Line */

/** @type {(k: number) => string[]} */
export const heads = k => [
    'Format',
    'Memory saved',
    'Bytes per vector',
    `Recall@${k}`,
    'Search, ms',
    'Where it is used',
]

/**
 * @param {Stop[]} stops
 * @param {{ spec: string, use?: string, source?: string }[]} uses
 * @param {number} k
 * @returns {Line[]}
 */
export const linesOf = (stops, uses, k) =>
    uses.flatMap(({ spec, use, source }) => {
        const stop = stops.find(one => one.spec === spec)
        if (!stop || !use || !source) return []
        const { row } = stop
        const cells = [
            row.reference ? 'none' : write.times(row.saving),
            write.count(row.bytes.per_row),
            write.recall(recallOf(row, k)),
            write.milliseconds(row.seconds.search),
        ]
        return [{ spec, name: stop.name, cells, use, source }]
    })

/** The table to be pasted elsewhere. @type {(lines: Line[], k: number, as: 'markdown' | 'tsv') => string} */
export function summaryText(lines, k, as) {
    const rows = lines.map(({ name, spec, cells, use, source }) => [
        name === spec ? name : `${name} (${spec})`,
        ...cells,
        `${use} (${source})`,
    ])
    if (as === 'tsv') return [heads(k), ...rows].map(row => row.join('\t')).join('\n') + '\n'
    const rule = heads(k).map((_, i) => (i > 0 && i < 5 ? '---:' : '---'))
    return [heads(k), rule, ...rows].map(row => `| ${row.join(' | ')} |`).join('\n') + '\n'
}
