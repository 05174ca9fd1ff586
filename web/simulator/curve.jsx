// Recall of every stop over its bytes: a point with its interval, A's filled. A click takes the nearest point; the
// slider does the same by keys, and the table below has the figures.
import { scaleLinear, scaleLog } from 'd3-scale'
import { count, recall as writeRecall, word } from '../text/numbers.js'
import { recallFoot, recallOf, recallRange } from '../state/rows.js'
import { Letter, Sign } from '../parts/signs.jsx'
import { bitsText } from './stops.js'

/** @typedef {import('./stops.js').Stop} Stop */

/** From the last on, so that the top has its number. @type {(value: number, i: number, all: number[]) => boolean} */
const everyOther = (_, i, all) => (all.length - 1 - i) % 2 === 0

/** @param {{ stops: Stop[], at: number, k: number, on: (stop: number) => void }} props */
export function Curve({ stops, at, k, on }) {
    const bytes = stops.map(stop => stop.row.bytes.per_row)
    const x = scaleLog([Math.min(...bytes), Math.max(...bytes)], [0, 100]).base(2)
    const known = stops.filter(stop => recallOf(stop.row, k) != null)
    const foot = recallFoot(
        known.map(stop => ({ ...stop.row, letter: 'A' })),
        k,
    )
    const y = scaleLinear([foot, 1], [100, 0])
    const points = known.map(stop => ({
        stop,
        left: x(stop.row.bytes.per_row),
        top: y(recallOf(stop.row, k)),
        ends: recallRange(stop.row, k)?.map(y) ?? null,
        isOn: stops.indexOf(stop) === at,
    }))
    const here = points.find(point => point.isOn)
    const onClick = (/** @type {MouseEvent} */ event) => {
        const { left, width } = /** @type {Element} */ (event.currentTarget).getBoundingClientRect()
        const share = ((event.clientX - left) / width) * 100
        const far = (/** @type {number} */ i) => Math.abs(x(bytes[i]) - share)
        on(bytes.reduce((best, _, i) => (far(i) < far(best) ? i : best), 0))
    }
    return (
        <section class="curve" aria-labelledby="curve-title">
            <div class="head">
                <h2 id="curve-title">
                    Recall and bytes <Sign kind="measured" />
                </h2>
                <p>Share of the true {word(k)} that is found</p>
            </div>
            <div class="plot" onClick={onClick}>
                {y.ticks(4).map(value => (
                    <i key={value} class="grid" style={{ top: `${y(value)}%` }} />
                ))}
                {y
                    .ticks(4)
                    .filter(everyOther)
                    .map(value => (
                        <span key={value} class="tick y" style={{ top: `${y(value)}%` }}>
                            {value.toFixed(2)}
                        </span>
                    ))}
                {x.ticks().map(value => (
                    <span key={value} class="tick x" style={{ left: `${x(value)}%` }}>
                        {count(value)}
                    </span>
                ))}
                <span class="tick unit">
                    bytes per vector, log scale <Sign kind="computed" />
                </span>
                <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
                    {points.length > 1 && (
                        <path d={`M${points.map(({ left, top }) => `${left} ${top}`).join('L')}`} />
                    )}
                </svg>
                {points.map(
                    ({ stop, left, ends, isOn }) =>
                        ends && (
                            <i
                                key={stop.spec}
                                class={`ends ${isOn ? 'on A' : ''}`}
                                style={{ left: `${left}%`, top: `${ends[1]}%`, height: `${ends[0] - ends[1]}%` }}
                            />
                        ),
                )}
                {points.map(({ stop, left, top, isOn }) => (
                    <span
                        key={stop.spec}
                        class={`point ${stop.row.kind.replace(' ', '-')} ${isOn ? 'on A' : ''}`}
                        style={{ left: `${left}%`, top: `${top}%` }}
                        role="img"
                        aria-label={`${bitsText(stop.bits)}, recall ${writeRecall(recallOf(stop.row, k))}`}
                    />
                ))}
                {here && (
                    <span
                        class={`label A ${here.left > 70 ? 'left' : ''}`}
                        style={{ left: `${here.left}%`, top: `${here.top}%` }}
                        aria-hidden="true"
                    >
                        <Letter side="A" /> {bitsText(here.stop.bits)}: {writeRecall(recallOf(here.stop.row, k))}
                    </span>
                )}
            </div>
        </section>
    )
}
