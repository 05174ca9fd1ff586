// Neighbours of one query: the true order in the middle, the order of A on the left and of B on the right, lines that
// join them. What was lost ends in a cross; what came in stands below.
import { query as chosen, queryText, rowText } from '../state/session.js'
import { set } from '../state/store.js'
import { score as writeScore, word } from '../text/numbers.js'
import { link, neighbourRows } from './neighbours.js'
import { Menu } from '../parts/controls.jsx'
import { Letter, Sign } from '../parts/signs.jsx'

const ROW = 28
const RAIL = 96
const BETWEEN = 30

/** @typedef {import('./neighbours.js').Neighbour} Neighbour */

/** @param {{ a: string, b: string, near: any, queries: number, k: number }} props */
export function Neighbours({ a, b, near, queries, k }) {
    const query = Math.min(chosen.value, queries || 1)
    const found = near && near.query === query - 1 ? near : null
    const rows = neighbourRows(found ?? near, a, b, k)
    const go = (/** @type {number} */ step) => set({ query: ((query - 1 + step + queries) % queries) + 1 })
    const names = Array.from({ length: queries }, (_, i) => ({
        value: String(i + 1),
        text: `${i + 1} ${queryText(i)}`,
    }))
    return (
        <section class="section" aria-labelledby="near-title">
            <div class="head">
                <h2 id="near-title">Neighbours in A and B</h2>
                {queries > 0 && (
                    <>
                        <Menu
                            class="query"
                            label="Query"
                            value={String(query)}
                            values={names}
                            on={value => set({ query: Number(value) })}
                        />
                        <div class="right">
                            <button class="button" aria-label="Previous query" onClick={() => go(-1)}>
                                ←
                            </button>
                            <button class="button" aria-label="Next query" onClick={() => go(1)}>
                                →
                            </button>
                        </div>
                    </>
                )}
            </div>
            {rows ? <Panel rows={rows} stale={!found} /> : <p class="quiet">Waiting for A and B to be measured</p>}
        </section>
    )
}

/** @param {{ rows: NonNullable<ReturnType<typeof neighbourRows>>, stale: boolean }} props */
function Panel({ rows: { truth, came }, stale }) {
    const height = truth.length * ROW + (came.length ? BETWEEN + came.length * ROW : 0)
    const all = [...truth, ...came]
    const y = (/** @type {number} */ i) => (i + 0.5) * ROW + (i >= truth.length ? BETWEEN : 0)
    return (
        <div class={stale ? 'rails stale' : 'rails'}>
            <table class="near" role="table">
                <caption class="hidden">True neighbours, their order in A and B, and what came in</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col" class="rank">
                            <Letter side="A" />
                        </th>
                        <th role="presentation" class="rail" />
                        <th role="columnheader" scope="col" class="true">
                            true
                        </th>
                        <th role="columnheader" scope="col" class="text">
                            text
                        </th>
                        <th role="columnheader" scope="col" class="score">
                            score <Sign kind="measured" />
                        </th>
                        <th role="presentation" class="rail" />
                        <th role="columnheader" scope="col" class="rank">
                            <Letter side="B" />
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {truth.map((row, i) => (
                        <Line key={row.row} row={row} place={i + 1} />
                    ))}
                </tbody>
                {came.length > 0 && (
                    <tbody role="rowgroup">
                        <tr role="row" class="between">
                            <td role="cell" colSpan={3} />
                            <td role="cell" colSpan={2}>
                                came in from outside the true {word(truth.length)}
                            </td>
                            <td role="cell" colSpan={2} />
                        </tr>
                        {came.map(row => (
                            <Line key={row.row} row={row} place={0} />
                        ))}
                    </tbody>
                )}
            </table>
            <Rails side="A" all={all} y={y} height={height} />
            <Rails side="B" all={all} y={y} height={height} />
        </div>
    )
}

/** @param {{ row: Neighbour, place: number }} props place: the rank that stands on both sides, 0 below the ten */
function Line({ row, place }) {
    return (
        <tr role="row" class={row.lostA || row.lostB ? 'lost' : ''}>
            <td role="cell" class="rank A" aria-hidden="true">
                {place || ''}
            </td>
            <td role="presentation" class="rail" />
            <td role="cell" class="true">
                {row.rank ?? '–'}
            </td>
            <th role="rowheader" scope="row" class="text" title={rowText(row.row)}>
                {rowText(row.row)}
                <span class="tags">
                    <Tag side="A" row={row} place={row.placeA} />
                    <Tag side="B" row={row} place={row.placeB} />
                </span>
            </th>
            <td role="cell" class="score">
                {writeScore(row.score)}
            </td>
            <td role="presentation" class="rail" />
            <td role="cell" class="rank B" aria-hidden="true">
                {place || ''}
            </td>
        </tr>
    )
}

/** What became of a neighbour in A or B, in words. @param {{ side: 'A' | 'B', row: Neighbour, place: number | null }} props */
function Tag({ side, row, place }) {
    if (row.came && !place) return null
    const text = row.came ? `in at ${place}` : place ? `rank ${place}` : 'lost'
    return (
        <span class={`tag ${!row.came && place === row.rank ? 'same' : ''}`}>
            <Letter side={side} /> {text}
        </span>
    )
}

/** @param {{ side: 'A' | 'B', all: Neighbour[], y: (i: number) => number, height: number }} props */
function Rails({ side, all, y, height }) {
    const isA = side === 'A'
    const [middle, edge] = isA ? [RAIL, 0] : [0, RAIL]
    const end = (middle + edge) / 2
    const curves = all.map((row, i) => {
        const place = isA ? row.placeA : row.placeB
        if (!place) return null
        const same = place === i + 1
        return { same, d: link(middle, y(i), edge, y(place - 1)) }
    })
    const crosses = all.map((row, i) => ((isA ? row.lostA : row.lostB) ? cross(middle, end, y(i)) : '')).join('')
    return (
        <svg class={`lines ${side}`} viewBox={`0 0 ${RAIL} ${height}`} height={height} aria-hidden="true">
            {curves.map(curve => curve && <path key={curve.d} class={curve.same ? 'same' : 'moved'} d={curve.d} />)}
            {crosses && <path class="moved" d={crosses} />}
        </svg>
    )
}

/** A short line that ends in a cross. @type {(from: number, to: number, at: number) => string} */
const cross = (from, to, at) => `M${from} ${at}H${to}M${to - 4} ${at - 4}l8 8m0 -8l-8 8`
