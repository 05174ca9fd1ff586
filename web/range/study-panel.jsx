// What a way of rounding costs, which dims carry the error, and how many rows a fit needs.
import { count, decibel, interval, recall } from '../text/numbers.js'
import { figure } from '../text/bits.js'
import { explained } from './figures.js'
import { at, fitted, info, option, place, table } from './session.js'
import { drawCurve, isFitted, points, study } from './study.js'
import { shareText } from './labels.js'
import { book } from '../state/session.js'
import { changed } from '../state/specs.js'
import { set, state } from '../state/store.js'
import { Interval } from '../parts/bars.jsx'
import { About } from '../parts/signs.jsx'

/** Rounding modes: what theory says of them and what they cost here. */
export function Rounding() {
    const rounds = at.value?.rounds
    if (!rounds) return null
    return (
        <div>
            <div class="head">
                <h2>Rounding modes</h2>
                <p>
                    squared error, relative to errors spread evenly over a step{'\u00a0'}
                    <About figure={explained('rounds')} />
                </p>
            </div>
            <table class="rangetable rounds">
                <caption class="hidden">The error of each rounding mode</caption>
                <thead>
                    <tr>
                        <th scope="col">Round</th>
                        <th scope="col" class="number">
                            In theory
                        </th>
                        <th scope="col" class="number">
                            Here
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {rounds.map(({ round, theory, factor }) => (
                        <tr key={round} class={round === option('round') ? 'chosen' : ''}>
                            <th scope="row">{round}</th>
                            <td class="number">{figure(theory)}</td>
                            <td class="number">{factor === null ? '–' : factor.toFixed(2)}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
            <Feedback />
        </div>
    )
}

/** What is told of errors with and without feedback. */
const FED = [
    { label: 'Mean squared error', key: 'mse' },
    { label: 'Error of running sums', key: 'prefix_sum_rmse' },
]

/** What error feedback costs single values and what sums along a row gain by it. */
function Feedback() {
    const { plain, feedback } = study.value ?? {}
    if (!plain?.error || !feedback?.error) return null
    const [without, handed] = [plain.error, feedback.error]
    return (
        <>
            <p class="note">
                Error feedback adds each error to the next value of the row: single values get larger errors, sums
                along the row smaller ones{'\u00a0'}
                <About figure={explained('feedback')} />
            </p>
            <table class="rangetable fed">
                <caption class="hidden">What error feedback costs and gains</caption>
                <thead>
                    <tr>
                        <th scope="col">Error</th>
                        {['Without', 'With', 'Ratio'].map(name => (
                            <th key={name} scope="col" class="number">
                                {name}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {FED.map(({ label, key }) => (
                        <tr key={key}>
                            <th scope="row">{label}</th>
                            <td class="number">{figure(without[key], 3)}</td>
                            <td class="number">{figure(handed[key], 3)}</td>
                            <td class="number">{without[key] ? (handed[key] / without[key]).toFixed(2) : '–'}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </>
    )
}

/** Looks at a dim with a scale of its own. @param {number} dim */
function look(dim) {
    const [about, known] = [book.peek(), info.peek()]
    if (!about || !known) return
    set({ range: changed(about, known, { option: 'per', value: 'dim' }), dim, lo: '', hi: '' })
    window.scrollTo(0, 0)
}

/** So many of the dims that carry most have a name. */
const NAMED = 8

/** Which dims carry the error; a dim that is chosen is looked at with a scale of its own. */
export function Dims() {
    const shares = study.value?.shares
    if (!shares || shares.length < 2) return null
    const order = shares.map((share, dim) => ({ share, dim })).sort((p, q) => q.share - p.share)
    const [most, even] = [order[0].share, 1 / shares.length]
    const chosen = option('per') === 'dim' ? place.value.dim : -1
    const half =
        order.findIndex((_, i) => order.slice(0, i + 1).reduce((sum, one) => sum + one.share, 0) >= 0.5) + 1
    return (
        <div>
            <div class="head">
                <h2>Which dims carry the error</h2>
                <p>
                    {count(half)} of {count(shares.length)} dims carry half of it{' '}
                    <About figure={explained('dims')} />
                </p>
            </div>
            <svg
                class="dimbars"
                viewBox={`0 0 ${shares.length} 100`}
                preserveAspectRatio="none"
                role="img"
                aria-label={`Share of the squared error by dim: at most ${shareText(most)}, of dim ${order[0].dim}; ${shareText(even)} if all were equal`}
            >
                <path d={shares.map((share, i) => bar(i, share / most)).join('')} />
                {chosen >= 0 && <path class="on" d={bar(chosen, shares[chosen] / most)} />}
                <path class="even" d={`M0 ${100 - (even / most) * 100}H${shares.length}`} />
            </svg>
            <p class="dimends" aria-hidden="true">
                <span>dim 0</span>
                <span>dashed: {shareText(even)}, if all were equal</span>
                <span>dim {shares.length - 1}</span>
            </p>
            <ol class="dimlist">
                {order.slice(0, NAMED).map(({ dim, share }) => (
                    <li key={dim}>
                        <button class="link" aria-pressed={dim === chosen} onClick={() => look(dim)}>
                            dim {dim}
                        </button>{' '}
                        {shareText(share)}
                    </li>
                ))}
            </ol>
        </div>
    )
}

const bar = (/** @type {number} */ i, /** @type {number} */ share) =>
    `M${i} 100V${(100 - share * 100).toFixed(2)}H${i + 1}V100z`

/** How many rows a fit needs: recall and error against them, measured on demand. */
export function RowsNeeded() {
    const [known, open] = [points.value, table.value]
    if (!isFitted.value || !open) return null
    const { k } = state.value
    const list = known?.list ?? []
    const found = list.map(({ rows, result, sqnr }) => ({
        rows,
        problem: result.problem,
        sqnr: sqnr.length
            ? [...new Set([Math.min(...sqnr), Math.max(...sqnr)].map(decibel))].join(' to ')
            : decibel(null),
        clipped: result.error?.clipped_share ?? null,
        recall: result.search?.[`recall@${k}`] ?? null,
        range: result.search?.[`recall@${k}_ci95`] ?? null,
    }))
    const lows = found.flatMap(one => (one.range ? [one.range[0]] : []))
    const foot = Math.floor(Math.min(1, ...lows) * 20) / 20
    return (
        <section class="section">
            <div class="head">
                <h2>How many rows to fit on</h2>
                <p>
                    to {fitted.value ? 'fit the levels to' : 'choose the range from'}, drawn from{' '}
                    {known && known.rows < open.rows ? `${count(known.rows)} rows of ` : ''}this data{' '}
                    <About figure={explained('curve')} />
                </p>
            </div>
            {!known && (
                <button class="button line" onClick={drawCurve}>
                    Measure
                </button>
            )}
            {known && (
                <table class="rangetable curve">
                    <caption class="hidden">Recall and error of a fit on this many rows</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="number">
                                Rows
                            </th>
                            <th scope="col" class="number">
                                Recall@{k}
                            </th>
                            <th scope="col" class="wide">
                                {foot.toFixed(2)} to 1
                            </th>
                            <th scope="col" class="number">
                                SQNR, dB
                            </th>
                            <th scope="col" class="number">
                                Clipped
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        {found.map(one => (
                            <tr key={one.rows}>
                                <th scope="row" class="number">
                                    {count(one.rows)}
                                </th>
                                <td class="number">
                                    {recall(one.recall)} <span class="hidden">{interval(one.range)}</span>
                                </td>
                                <td class="wide">
                                    <Interval
                                        value={one.recall}
                                        range={one.range}
                                        scale={x => (x - foot) / (1 - foot || 1)}
                                    />
                                </td>
                                <td class="number">{one.problem ?? one.sqnr}</td>
                                <td class="number">{one.clipped === null ? '–' : shareText(one.clipped)}</td>
                            </tr>
                        ))}
                        {!known.done && (
                            <tr>
                                <td colSpan={5} class="quiet">
                                    measuring
                                </td>
                            </tr>
                        )}
                    </tbody>
                </table>
            )}
        </section>
    )
}
