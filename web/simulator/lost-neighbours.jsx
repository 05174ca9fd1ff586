// Lost neighbours: one column a query, one row a rank, a mark for each true neighbour that is lost. A column is chosen
// by pointer or by arrow keys, and chooses the query.
import { data, query as chosen, queryText } from '../state/session.js'
import { set } from '../state/store.js'
import { count } from '../text/numbers.js'
import { lostCaption } from '../text/pair-sentences.js'
import { lostOf } from '../text/sentences.js'
import { Letter } from '../parts/signs.jsx'

/** @param {{ a: string, b: string, lost: any, k: number }} props */
export function LostMap({ a, b, lost, k }) {
    return (
        <section class="section" aria-labelledby="lost-title">
            <div class="head">
                <h2 id="lost-title">Lost neighbours</h2>
                <p>One column a query, one row a rank. Choose a column to read it.</p>
            </div>
            <div class="two">
                <Half side="A" lost={lostOf(lost, a)} queries={lost?.queries ?? 0} k={k} />
                <Half side="B" lost={lostOf(lost, b)} queries={lost?.queries ?? 0} k={k} />
            </div>
        </section>
    )
}

/** @param {{ side: 'A' | 'B', lost: import('../text/sentences.js').Lost | null, queries: number, k: number }} props */
function Half({ side, lost, queries, k }) {
    if (!lost || !queries || !data.value)
        return (
            <div class={side}>
                <p class="caption quiet">
                    <Letter side={side} /> waiting
                </p>
                <div class="map empty-map" />
            </div>
        )
    const query = Math.min(chosen.value, queries)
    const { head, rest } = lostCaption(lost)
    const mine = lost.lost.filter(([one]) => one === query - 1)
    const go = (/** @type {number} */ to) => set({ query: Math.max(1, Math.min(queries, to)) })
    const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
        const far = event.shiftKey ? 10 : 1
        const to = {
            ArrowRight: query + far,
            ArrowUp: query + far,
            ArrowLeft: query - far,
            ArrowDown: query - far,
            Home: 1,
            End: queries,
        }[event.key]
        if (to === undefined) return
        event.preventDefault()
        go(to)
    }
    const onClick = (/** @type {MouseEvent} */ event) => {
        const { left, width } = /** @type {Element} */ (event.currentTarget).getBoundingClientRect()
        go(Math.ceil(((event.clientX - left) / width) * queries))
    }
    const marks = lost.lost.map(([one, rank]) => `M${one + 0.08} ${rank - 0.5}h.84`).join('')
    return (
        <div class={side}>
            <p class="caption">
                <Letter side={side} />
                <span>
                    <b>{head}</b>
                    {rest}
                </span>
            </p>
            <div class="map">
                <div class="ranks" aria-hidden="true">
                    <span>1</span>
                    <span>rank</span>
                    <span>{k}</span>
                </div>
                <div
                    class="plot"
                    role="slider"
                    tabIndex={0}
                    aria-label={`Query, over what ${side} lost`}
                    aria-valuemin={1}
                    aria-valuemax={queries}
                    aria-valuenow={query}
                    aria-valuetext={`${query}, ${queryText(query - 1)}: ${mine.length} lost`}
                    onKeyDown={onKeyDown}
                    onClick={onClick}
                >
                    <svg viewBox={`0 0 ${queries} ${k}`} preserveAspectRatio="none" aria-hidden="true">
                        <Grid side={side} queries={queries} k={k} />
                        <path class="marks" d={marks} />
                        <rect class="chosen" x={query - 1} width="1" height={k} />
                    </svg>
                </div>
                <div class="queries" aria-hidden="true">
                    <span>{query > queries / 10 ? 'query 1' : ''}</span>
                    <span class="chosen" style={{ left: `${((query - 0.5) / queries) * 100}%` }}>
                        {query > queries / 10 ? query : `query ${query}`}
                    </span>
                    <span>{query < queries * 0.95 ? count(queries) : ''}</span>
                </div>
            </div>
        </div>
    )
}

/** The cells, so that a column can be followed. @param {{ side: string, queries: number, k: number }} props */
const Grid = ({ side, queries, k }) => (
    <>
        <pattern id={`cells-${side}`} width="1" height="1" patternUnits="userSpaceOnUse">
            <rect class="cell" x=".08" y=".1" width=".84" height=".8" />
        </pattern>
        <rect width={queries} height={k} fill={`url(#cells-${side})`} />
    </>
)
