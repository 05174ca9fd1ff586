// Values: some dims of one row, each under the levels it can have and with the one it gets. A dim is chosen by pointer
// or by keys, for this strip and for the sections below.
import { scaleLinear } from 'd3-scale'
import { rowText } from '../state/session.js'
import { set } from '../state/store.js'
import { count } from '../text/numbers.js'
import { Letter, Sign } from '../parts/signs.jsx'
import { WINDOW, windowOf } from './strip.js'
import { cut } from './sentence.js'

/** Share of a dim's width that its levels take, and levels up to which each has its line. */
const [FILLED, LINES] = [0.72, 16]

/**
 * @param {object} props
 * @param {string} props.spec
 * @param {string} props.name of the stop
 * @param {{ row: number, dim: number, dims: number, found: Map<string, any> | null, isFresh: boolean }} props.look
 */
export function Strip({ spec, name, look: { row, dim, dims, found, isFresh } }) {
    const mine = found?.get(spec)
    const from = windowOf(dim, dims)
    const some = Math.min(WINDOW, dims - from)
    const window = Array.from({ length: some }, (_, i) => from + i)
    const y = scaleOf(found, window)
    const x = (/** @type {number} */ i, side = 0) => ((i - from + 0.5 + (side * FILLED) / 2) / some) * 100
    const go = (/** @type {number} */ to) => set({ dim: Math.max(0, Math.min(dims - 1, to)) })
    const across = (/** @type {number} */ i, /** @type {number} */ value) => `M${x(i, -1)} ${y(value)}H${x(i, 1)}`
    const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
        const far = event.shiftKey ? WINDOW : 1
        const step = { ArrowRight: far, ArrowUp: far, ArrowLeft: -far, ArrowDown: -far }[event.key]
        if (step === undefined) return
        event.preventDefault()
        go(dim + step)
    }
    const onClick = (/** @type {MouseEvent} */ event) => {
        const { left, width } = /** @type {Element} */ (event.currentTarget).getBoundingClientRect()
        go(from + Math.floor(((event.clientX - left) / width) * some))
    }
    return (
        <section class="strip A" aria-labelledby="strip-title">
            <div class="head">
                <h2 id="strip-title">
                    Values <Sign kind="measured" />
                </h2>
                <p>
                    {count(some)} of the {count(dims)} numbers of “{cut(rowText(row))}”: <b>{levelsText(mine)}</b>
                </p>
                <span class="legend wide" aria-hidden="true">
                    <i class="dot" /> float32
                    <i class="mark" /> <Letter side="A" /> {name}
                    <i class="level" /> levels of each number
                </span>
            </div>
            <div
                class={isFresh ? 'plot' : 'plot stale'}
                role="slider"
                tabIndex={0}
                aria-label="Dim whose value is looked at"
                aria-valuemin={0}
                aria-valuemax={dims - 1}
                aria-valuenow={dim}
                aria-valuetext={
                    mine ? `dim ${dim}: ${mine.values[dim]} becomes ${mine.decoded[dim]}` : `dim ${dim}`
                }
                onKeyDown={onKeyDown}
                onClick={onClick}
            >
                {y
                    .domain()
                    .concat(0)
                    .map(value => (
                        <span key={value} class="tick" style={{ top: `${y(value)}%` }}>
                            {String(Number(value.toPrecision(2))).replace('-', '−')}
                        </span>
                    ))}
                <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
                    <path class="zero" d={`M0 ${y(0)}H100`} />
                    {mine?.levels?.length && mine.count <= LINES && (
                        <path
                            class="levels"
                            d={window
                                .map((i, j) =>
                                    mine.levels[j].map((/** @type {number} */ one) => across(i, one)).join(''),
                                )
                                .join('')}
                        />
                    )}
                    {mine?.lowest && mine.count > LINES && (
                        <path
                            class="band"
                            d={window
                                .map(
                                    i =>
                                        `M${x(i, -1)} ${y(mine.lowest[i])}H${x(i, 1)}V${y(mine.highest[i])}H${x(i, -1)}Z`,
                                )
                                .join('')}
                        />
                    )}
                    {mine && (
                        <>
                            <path
                                class="off"
                                d={window.map(i => `M${x(i)} ${y(mine.values[i])}V${y(mine.decoded[i])}`).join('')}
                            />
                            <path class="decoded" d={window.map(i => across(i, mine.decoded[i])).join('')} />
                            <path class="dots" d={window.map(i => `M${x(i)} ${y(mine.values[i])}h0`).join('')} />
                        </>
                    )}
                    <rect class="chosen" x={x(dim) - 50 / some} width={100 / some} y="-4" height="108" />
                </svg>
                <span class="at" style={{ left: `${x(dim)}%` }} aria-hidden="true">
                    dim {dim}
                </span>
            </div>
        </section>
    )
}

/** "16 levels" @param {any} mine */
const levelsText = mine => (!mine ? '–' : mine.count ? `${count(mine.count)} levels` : 'levels too fine to draw')

/** One scale for all stops, about 0. @type {(found: Map<string, any> | null, window: number[]) => import('d3-scale').ScaleLinear<number, number>} */
function scaleOf(found, window) {
    let most = 0
    for (const one of found?.values() ?? [])
        for (const list of one ? [one.values, one.lowest ?? [], one.highest ?? []] : [])
            for (const i of window) if (Math.abs(list[i]) > most) most = Math.abs(list[i])
    const [low, high] = scaleLinear([-(most || 1), most || 1], [100, 0])
        .nice(2)
        .domain()
    return scaleLinear([low, high], [100, 0])
}
