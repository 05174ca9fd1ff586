// A and B, figure by figure: A grows to the left, B to the right, both on one scale that is named below.
import { scaleLinear } from 'd3-scale'
import { figures } from '../state/figures.js'
import * as write from '../text/numbers.js'
import { recallFoot } from '../state/rows.js'
import { state } from '../state/store.js'
import { Bar, Interval } from '../parts/bars.jsx'
import { About } from '../parts/signs.jsx'

/** @typedef {import('../state/rows.js').Row} Row */
/** @typedef {import('../state/figures.js').Figure & { note?: (row: Row) => string }} Line */

const saving = figures(0).find(figure => figure.id === 'saving')

/** What stands beside a figure, in words. @type {Record<string, (row: Row, figure: import('../state/figures.js').Figure) => string>} */
const NOTES = {
    bytes: row =>
        [row.reference ? '' : write.timesSmaller(row.saving), saving?.beside?.(row)].filter(Boolean).join(' '),
    recall: (row, figure) => (figure.range?.(row) ? write.interval(figure.range(row)) : ''),
    cosine: row => (row.error?.cosine_min == null ? '' : `lowest ${write.cosine(row.error.cosine_min)}`),
    largest: row => {
        const clipped = row.error?.clipped_share
        return clipped == null
            ? ''
            : clipped
              ? `clipped ${(clipped * 100).toPrecision(2)} %`
              : 'rounding, none clipped'
    },
}

/** @type {import('../state/figures.js').Figure} */
const LARGEST = {
    id: 'largest',
    label: 'Largest error',
    sign: 'measured',
    value: row => row.error?.max_abs,
    text: write.error,
    about: 'The largest distance between a value and its decoded self, over all values of all vectors.',
}

/** @type {import('../state/figures.js').Figure} */
const RUNNING = {
    id: 'running',
    label: 'Running sums',
    sign: 'measured',
    value: row => row.error?.prefix_sum_rmse,
    text: write.error,
    about: 'How far sums from the first value of a vector up to any other are off, the root of the mean square. This is what error feedback (feedback=1) gains; what it costs shows in SQNR.',
}

/** @type {(k: number) => import('../state/figures.js').Figure[]} */
function lines(k) {
    const list = figures(k).filter(figure => !['bits', 'saving'].includes(figure.id))
    list.splice(
        list.findIndex(figure => figure.id === 'encode'),
        0,
        LARGEST,
        RUNNING,
    )
    return list
}

/** @param {{ a: Row, b: Row, all: Row[], conditions: string }} props */
export function Duel({ a, b, all, conditions }) {
    const list = lines(state.value.k)
    const foot = recallFoot(all, state.value.k)
    const recall = scaleLinear([foot, 1], [0, 1])
    const endOf = (/** @type {import('../state/figures.js').Figure} */ figure) => {
        const rows = figure.id === 'bytes' ? all : [a, b]
        const values = rows.map(figure.value).filter(value => value != null && Number.isFinite(value))
        return ['recall1', 'cosine'].includes(figure.id) ? 1 : Math.max(0, .../** @type {number[]} */ (values))
    }
    const bytes = /** @type {import('../state/figures.js').Figure} */ (list.find(one => one.id === 'bytes'))
    return (
        <section aria-label="A and B, figure by figure">
            <div class="duel" role="table" aria-label="A and B, figure by figure">
                <div role="row" class="hidden">
                    <span role="columnheader">A</span>
                    <span role="columnheader">Figure</span>
                    <span role="columnheader">B</span>
                </div>
                {list.map(figure => {
                    const end = endOf(figure)
                    return (
                        <div role="row" class="line" key={figure.id}>
                            <Side row={a} side="A" {...{ figure, end, recall }} />
                            <span role="rowheader" class="label">
                                <About figure={figure} label />
                            </span>
                            <Side row={b} side="B" {...{ figure, end, recall }} />
                        </div>
                    )
                })}
            </div>
            <p class="conditions">
                <span>{conditions}</span>
                <span>
                    Bytes to {bytes.text(endOf(bytes))} · recall@{state.value.k} from {foot} to 1 · recall@1 and
                    cosine to 1 · others to the larger
                </span>
            </p>
        </section>
    )
}

/** @param {{ row: Row, side: 'A' | 'B', figure: Line, end: number, recall: (x: number) => number }} props */
function Side({ row, side, figure, end, recall }) {
    const value = figure.value(row)
    const stale = row.at === 'waiting' || row.at === 'running' ? figure.sign === 'measured' : false
    const drawn =
        figure.drawn === 'interval' ? (
            <Interval value={value} range={figure.range?.(row)} scale={recall} />
        ) : (
            <Bar share={value != null && Number.isFinite(value) && end > 0 ? value / end : null} />
        )
    const parts = [
        <small key="note">{NOTES[figure.id]?.(row, figure)}</small>,
        <span key="plot" class="plot">
            {drawn}
        </span>,
        <span key="value" class="value">
            {stale ? <span class="quiet">{row.now}</span> : figure.text(value)}
        </span>,
    ]
    return (
        <span role="cell" class={`side ${side}`}>
            {side === 'A' ? parts : parts.reverse()}
        </span>
    )
}
