// The first screen: a slider from float32 to one bit, the sentence that it says, and beside a query's true neighbours
// what the stop takes and finds.
import { useMemo, useRef } from 'preact/hooks'
import { book, drawn, measured, progress, queryText, report, shown } from '../state/session.js'
import { set, state } from '../state/store.js'
import { conditions, lostOf } from '../text/sentences.js'
import { count, plural } from '../text/numbers.js'
import { Progress } from '../frame/progress.jsx'
import { Letter } from '../parts/signs.jsx'
import { lazy } from '../parts/lazy.jsx'
import { memo } from '../parts/memo.js'
import { answers } from './answers.js'
import { askRanks } from './questions.js'
import * as memory from './memory.jsx'
import { neighboursOf } from './neighbours.js'
import { nounOf, stopSentence, textOf } from './sentence.js'
import { Slider, Steps } from './slider.jsx'
import { bitsText, LEAST_ROWS, stopsOf } from './stops.js'
import * as ten from './ten.jsx'
import { Ways } from './ways.jsx'

const SpecEditor = lazy(async () => (await import('../parts/spec-editor.jsx')).SpecEditor)
const Findings = lazy(async () => (await import('../frame/findings.jsx')).Findings)
const Curve = memo(lazy(async () => (await import('./curve.jsx')).Curve, <div class="curveplace" />))
const Strip = memo(lazy(async () => (await import('./strip.jsx')).Strip, <div class="stripplace" />))
const [Memory, Ten, QueryChoice, LostAndCame] = [
    memo(memory.Memory),
    memo(ten.Ten),
    memo(ten.QueryChoice),
    memo(ten.LostAndCame),
]

/** The ranks that a stop gives to what it lost. */
const lostRanks = answers(askRanks)

/**
 * @param {object} props
 * @param {import('../state/specs.js').Book} props.about
 * @param {import('../data/data.js').Data} props.open
 * @param {string} props.a
 * @param {number} props.query from 1
 * @param {{ value: any, isFresh: boolean }} props.near
 * @param {any} props.lost to this question, or null
 * @param {{ row: number, dim: number, dims: number, found: Map<string, any> | null, isFresh: boolean }} props.look the row and the dim whose values are shown
 */
export function First({ about, open, a, query, near, lost, look }) {
    const { k, more, both, metric, seed } = state.value
    const isDone = measured.value.has(a) && near.isFresh
    const beside = useMemo(() => neighboursOf(near.value, a, k), [near.value, a, k])
    const gone = isDone ? (beside?.lost ?? []) : []
    const before = useRef(/** @type {import('../state/rows.js').Row[]} */ ([]))
    const truth = useMemo(() => firstOf(near.value?.truth, k), [near.value, k])
    const ranks = lostRanks.use([
        gone.length ? a : '',
        query - 1,
        gone.map(one => one.row).join(' '),
        open,
        metric,
        seed,
    ])
    const hasSettings = !both && (more || !shown.value?.a)
    const { rows, dim } = open.base
    const noun = nounOf(open)
    const now = stopsOf(about, a, open.base, measured.value, progress.value, before.current)
    const { rows: stopRows, at, isStop, bits, row } = now
    before.current = stopRows
    const stops = useMemo(() => now.stops, [stopRows])
    const name = isStop ? bitsText(bits) : row.spec
    const found = row.at === 'done' ? beside : null
    const hasList = rows >= LEAST_ROWS && row.at !== 'problem'
    const all = lostOf(lost, a)
    const pieces = stopSentence({
        ...{ row, bits, isStop, rows, noun },
        query: {
            k,
            text: (open.queries ? open.queryLines : open.lines) ? queryText(query - 1) : '',
            number: query,
            lost: near.isFresh && found ? found.lost.length : null,
        },
        all: all && { queries: lost.queries, of: all.of, lost: all.lost.length },
    })
    return (
        <div class="first">
            <div class="control">
                <div class="ask">
                    <p id="ask">
                        {plural(rows, noun === 'row' ? 'vector' : noun)},<span class="wide"> each kept as</span>{' '}
                        {count(dim)} numbers
                        <span class="wide">. </span>
                        <span class="slim"> each </span>
                        <b>
                            How many bits <span class="wide">for each</span>
                            <span class="slim">a</span> number?
                        </b>
                    </p>
                    <span class="right">
                        <span class="chosen wide">
                            <Letter side="A" />
                            <code title={a}>{a}</code>
                        </span>
                        <button class="button line wide" aria-expanded={hasSettings} onClick={toggleSettings}>
                            More settings
                        </button>
                        <Steps at={at} count={stops.length} on={go} />
                    </span>
                </div>
                <Slider
                    stops={stops}
                    at={at}
                    isStop={isStop}
                    bits={bits}
                    text={textOf(pieces)}
                    label="ask"
                    on={go}
                />
            </div>
            {hasSettings && (
                <div class="settings" id="settings">
                    <SpecEditor side="A" />
                </div>
            )}
            <p class="says">
                <Pieces list={pieces} />
            </p>
            {hasList && <LostAndCame found={near.isFresh ? found : null} />}
            <div class="sides">
                <section class="near-first" aria-labelledby="ten-title">
                    <div class="head">
                        <h2 id="ten-title">Neighbours</h2>
                        {hasList && (
                            <QueryChoice query={query} queries={open.queries?.rows ?? drawn.value.length} />
                        )}
                    </div>
                    {hasList && (
                        <Ten
                            k={Math.min(k, rows)}
                            name={name}
                            found={found}
                            ranks={ranks.isFresh ? ranks.value : null}
                            isFresh={near.isFresh || !near.value}
                            truth={truth}
                        />
                    )}
                    {!hasList && <p class="quiet note">{noList(row, rows)}</p>}
                </section>
                <div class="beside">
                    <Memory row={row} reference={stops[0].row} name={name} rows={rows} />
                    {rows >= LEAST_ROWS && <Curve stops={stops} at={isStop ? at : -1} k={k} on={go} />}
                    <Ways />
                </div>
            </div>
            <Strip spec={a} name={name} look={look} />
            <div class="foot">
                <p class="conditions">
                    {conditions(open, report.value, state.value)}. The query stays in float32; the truth is float32
                    on the same rows.
                </p>
                <Progress />
            </div>
            <Findings />
        </div>
    )
}

/** The rows truly nearest, and their scores. @type {(truth: { rows: number[], scores: number[] } | undefined, k: number) => { row: number, score: number }[]} */
const firstOf = (truth, k) =>
    (truth?.rows ?? []).slice(0, k).map((row, i) => ({ row, score: truth?.scores[i] ?? NaN }))

/** Goes to a stop. @param {number} stop */
const go = stop => set({ a: book.peek()?.defaults.stops[stop].spec })

/** Opens the options of A; where two formats are compared, they stand there. */
function toggleSettings() {
    const { more, both } = state.value
    if (both) document.getElementById('both')?.scrollIntoView()
    else set({ more: !more })
}

/** Why no neighbours are listed. @type {(row: import('../state/rows.js').Row, rows: number) => string} */
const noList = (row, rows) =>
    rows < LEAST_ROWS
        ? `Neighbours are listed from ${count(LEAST_ROWS)} vectors on.`
        : 'No neighbours: these values have no code here.'

/** @param {{ list: import('./sentence.js').Piece[] }} props */
const Pieces = ({ list }) => (
    <>
        {list.map((piece, i) => {
            if (piece === 'break') return [' ', <br key={i} class="wide" />]
            if (typeof piece === 'string') return piece
            if ('bold' in piece) return <b key={i}>{piece.bold}</b>
            if ('code' in piece) return <code key={i}>{piece.code}</code>
            if ('whole' in piece)
                return (
                    <span key={i} class="whole">
                        <Pieces list={piece.whole} />
                    </span>
                )
            if ('query' in piece)
                return (
                    <span key={i} class="asked-for">
                        {piece.query}
                    </span>
                )
            return (
                <span key={i} class="quiet">
                    {piece.quiet}
                </span>
            )
        })}
    </>
)
