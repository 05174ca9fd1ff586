// The rows truly nearest to a query, in order, and what a spec makes of that order: lines to their new places, a dashed
// one to a cross for what it lost, and below the rows that came in. Its place is the same at every stop.
import { queryText, rowText } from '../state/session.js'
import { set } from '../state/store.js'
import { count, ordinalOf, score as writeScore, word } from '../text/numbers.js'
import { Menu } from '../parts/menu.jsx'
import { Letter, Sign } from '../parts/signs.jsx'
import { link } from './neighbours.js'

/** Heights of a row and of the words between, the width of the lines, and rows that there is always room for below. */
const [ROW, BETWEEN, RAIL, ROOM] = [26, 26, 92, 4]

/** @typedef {import('./neighbours.js').Neighbour} Neighbour */
/** @typedef {{ truth: Neighbour[], came: Neighbour[], lost: Neighbour[] }} Found */

/** @param {{ query: number, queries: number }} props */
export function QueryChoice({ query, queries }) {
    const go = (/** @type {number} */ step) =>
        set({ query: ((query - 1 + step + queries) % queries) + 1, pick: -1 })
    const names = Array.from({ length: queries }, (_, i) => ({
        value: String(i + 1),
        text: `${i + 1} ${queryText(i)}`,
    }))
    return (
        <>
            <Menu
                class="query"
                label="Query"
                value={String(query)}
                values={names}
                on={value => set({ query: Number(value), pick: -1 })}
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
    )
}

/**
 * @param {object} props
 * @param {Found | null} props.found of the stop, null while that is measured
 * @param {{ row: number, score: number }[]} props.truth
 * @param {boolean} props.isFresh whether these are of the query that is chosen
 * @param {ReadonlyMap<number, number> | null} props.ranks of those that are lost, by the stop
 * @param {string} props.name of the stop
 * @param {number} props.k
 */
export function Ten({ found, truth, isFresh, ranks, name, k }) {
    const came = found?.came ?? []
    const shown = came.length > ROOM ? came.slice(0, ROOM - 1) : came
    return (
        <div class={isFresh ? 'ten' : 'ten stale'} style={{ '--k': k }}>
            <table role="table">
                <caption class="hidden">The nearest rows in float32, and their ranks with {name}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col" class="number">
                            <span class="hidden">Rank in </span>
                        </th>
                        <th role="columnheader" scope="col">
                            nearest in float32
                        </th>
                        <th role="columnheader" scope="col" class="score">
                            score <Sign kind="measured" />
                        </th>
                        <th role="columnheader" scope="col" class="place A">
                            <Letter side="A" /> {name}
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {Array.from({ length: k }, (_, i) => (
                        <Line key={i} place={i + 1} at={truth[i]} one={found?.truth[i]} found={found} />
                    ))}
                </tbody>
                <tbody role="rowgroup" class="out">
                    <tr role="row" class="between">
                        <td role="cell" colSpan={4}>
                            {!found || came.length
                                ? `outside the ${word(k)}`
                                : 'The same rows: none lost, none came in'}
                        </td>
                    </tr>
                    {shown.map((one, i) => (
                        <tr role="row" key={one.row} class="came">
                            <td role="cell" class="number">
                                {one.rank ?? '–'}
                            </td>
                            <th role="rowheader" scope="row" class="text">
                                <span title={rowText(one.row)}>{rowText(one.row)}</span> <em>came in</em>
                            </th>
                            <td role="cell" class="score">
                                {writeScore(one.score)}
                            </td>
                            <td role="cell" class="place A">
                                <span class="rank">{one.placeA}</span>
                                <span class="wide quiet" aria-hidden="true">
                                    {found?.lost[i] && rankText(ranks?.get(found.lost[i].row))}
                                </span>
                            </td>
                        </tr>
                    ))}
                    {came.length > shown.length && (
                        <tr role="row" class="came">
                            <td role="cell" colSpan={4} class="more">
                                and {count(came.length - shown.length)} more came in
                            </td>
                        </tr>
                    )}
                </tbody>
            </table>
            {found && <Lines found={found} shown={shown.length} />}
        </div>
    )
}

/** "11th", once that is known. @type {(rank: number | undefined) => string} */
const rankText = rank => (rank ? ordinalOf(rank) : 'lost')

/** @param {{ place: number, at?: { row: number, score: number }, one?: Neighbour, found: Found | null }} props one: once the stop is measured */
function Line({ place, at, one, found }) {
    const isTaken = found?.truth.some(other => other.placeA === place && other.rank === place)
    return (
        <tr role="row" class={one?.lostA ? 'lost' : ''}>
            <td role="cell" class="number">
                {place}
            </td>
            <th role="rowheader" scope="row" class="text">
                <span title={at && rowText(at.row)}>{at ? rowText(at.row) : ''}</span>
                {one?.lostA && <em>lost</em>}
            </th>
            <td role="cell" class="score">
                {at ? writeScore(at.score) : ''}
            </td>
            <td role="cell" class={`place A ${found && !isTaken ? 'other' : ''}`}>
                <span class="wide" aria-hidden="true">
                    {found ? place : '–'}
                </span>
                <span class="rank">{one ? one.lostA ? <em>lost</em> : one.placeA : '–'}</span>
            </td>
        </tr>
    )
}

/** @param {{ found: Found, shown: number }} props shown: rows below that have their own line */
function Lines({ found: { truth, came, lost }, shown }) {
    const inside = (/** @type {number} */ i) => (i + 0.5) * ROW
    const below = (/** @type {number} */ i) => truth.length * ROW + BETWEEN + (Math.min(i, shown) + 0.5) * ROW
    const end = RAIL - 12
    return (
        <svg class="links A" viewBox={`0 0 ${RAIL} ${below(ROOM)}`} height={below(ROOM)} aria-hidden="true">
            {truth.map(
                (one, i) =>
                    one.placeA && (
                        <path
                            key={one.row}
                            class={one.placeA === i + 1 ? 'same' : 'moved'}
                            d={link(0, inside(i), RAIL, inside(one.placeA - 1))}
                        />
                    ),
            )}
            {came.map(
                (one, i) =>
                    one.placeA && (
                        <path key={one.row} class="in" d={link(0, below(i), RAIL, inside(one.placeA - 1))} />
                    ),
            )}
            {lost.map((one, i) => (
                <g key={one.row}>
                    <path class="out" d={link(0, inside(truth.indexOf(one)), end, below(i))} />
                    <path class="cross" d={`M${end} ${below(i) - 4}l8 8m0 -8l-8 8`} />
                </g>
            ))}
        </svg>
    )
}

/** On a narrow page, what was lost and what came in stand under the sentence. @param {{ found: Found | null }} props */
export const LostAndCame = ({ found }) => (
    <div class="exchange A" aria-hidden="true">
        <Some title="lost" list={found?.lost} d="M0 5h10M12 1l7 8m0-8l-7 8" />
        <Some title="came in" list={found?.came} d="M0 5h18M13.5 1L18 5l-4.5 4" />
    </div>
)

/** @param {{ title: string, list?: Neighbour[], d: string }} props */
const Some = ({ title, list, d }) => (
    <div>
        <h3>
            <svg viewBox="0 0 20 10">
                <path d={d} />
            </svg>
            {title}
        </h3>
        {list?.length === 0 && <p class="quiet">none</p>}
        {list?.slice(0, list.length > 2 ? 1 : 2).map(one => (
            <p key={one.row}>{rowText(one.row)}</p>
        ))}
        {list && list.length > 2 && <p class="quiet">and {count(list.length - 1)} more below</p>}
    </div>
)
