// A and B side by side: accuracy with its interval and float32's tick, bytes, changes, and all answers in one bar.
import { format } from 'd3-format'
import { scaleLinear } from 'd3-scale'
import { NONE, count, interval } from '../text/numbers.js'
import { Interval } from '../parts/bars.jsx'
import { Letter, Sign } from '../parts/signs.jsx'
import { changes, report, resultOf } from './session.js'
import { changedOf } from './sentence.jsx'

/** @typedef {import('./session.js').Result} Result */
/** @typedef {import('./session.js').Report} Report */

/** From the least to the most of several intervals, with a little room. @param {([number, number] | null | undefined)[]} ranges */
export function sharedScale(ranges) {
    const ends = ranges.flatMap(range => range ?? [])
    return scaleLinear()
        .domain([Math.min(...ends), Math.max(...ends)])
        .nice(5)
        .range([0.03, 0.97])
}

const accuracy = format('.4f')
const micro = (/** @type {number | null} */ pj) => (pj === null ? NONE : format('.3f')(pj / 1e6))

/** @type {{ label: string, sign: 'measured' | 'computed', text: (result: Result, key: 'a' | 'b') => string }[]} */
const ROWS = [
    { label: 'Right answers', sign: 'measured', text: result => count(result.right) },
    { label: 'Answers changed', sign: 'measured', text: (_, key) => count(changedOf(key)) },
    { label: 'Bytes', sign: 'computed', text: result => count(result.bytes.total) },
    {
        label: 'Weights read from DRAM, µJ',
        sign: 'computed',
        text: result => micro(result.energy.weights_dram_pj),
    },
    { label: 'Arithmetic, µJ a picture', sign: 'computed', text: result => micro(result.energy.arithmetic_pj) },
]

export function Figures() {
    const now = /** @type {Report} */ (report.value)
    const sides = /** @type {const} */ (['a', 'b'])
    const results = sides.map(side => resultOf(side)).map(one => (one?.problem ? undefined : one))
    const scale = sharedScale([now.float.accuracy_ci95, ...results.map(one => one?.accuracy_ci95)])
    const tick = now.float.accuracy
    return (
        <section class="netfigures" aria-label="Figures of A and B">
            <table>
                <caption class="hidden">A and B against float32</caption>
                <thead class="hidden">
                    <tr>
                        <th scope="col">Figure</th>
                        <th scope="col">A</th>
                        <th scope="col">B</th>
                    </tr>
                </thead>
                <tbody>
                    <tr>
                        <th scope="row">
                            Test accuracy <Sign kind="measured" />
                        </th>
                        {results.map((result, i) => (
                            <td key={sides[i]} class={i ? 'B' : 'A'}>
                                <b>{result?.accuracy == null ? NONE : accuracy(result.accuracy)}</b>
                                <span class="netplot">
                                    <Interval
                                        value={result?.accuracy}
                                        range={result?.accuracy_ci95}
                                        scale={scale}
                                    />
                                    {tick !== null && (
                                        <i class="nettick" style={{ left: `${scale(tick) * 100}%` }} />
                                    )}
                                </span>
                                <small>{interval(result?.accuracy_ci95)}</small>
                            </td>
                        ))}
                    </tr>
                    {ROWS.map(({ label, sign, text }) => (
                        <tr key={label}>
                            <th scope="row">
                                {label} <Sign kind={sign} />
                            </th>
                            {results.map((result, i) => (
                                <td key={sides[i]} class={i ? 'B' : 'A'}>
                                    <b>{result ? text(result, sides[i]) : NONE}</b>
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
            <p class="conditions">
                {count(now.data.samples)} test pictures; ranges from training pictures. float32:{' '}
                {tick === null ? 'no labels' : `${accuracy(tick)}, ${interval(now.float.accuracy_ci95)} (the tick)`}
                , {count(now.float.bytes)} bytes. Energy: Horowitz 2014, 45 nm; no figure below 8 bits.
            </p>
            <div class="netsides">
                {sides.map((side, i) => (
                    <Answers key={side} side={side} result={results[i]} />
                ))}
            </div>
        </section>
    )
}

/** All test pictures in one bar, and the four counts. @param {{ side: 'a' | 'b', result: Result | undefined }} props */
function Answers({ side, result }) {
    const found = changes.value[side]
    const now = /** @type {Report} */ (report.value)
    if (!result || !found || result.right === null || result.gained === null || result.lost === null) return <div />
    const both = result.right - result.gained
    const parts = /** @type {[string, string, number][]} */ ([
        ['right in both', 'both', both],
        ['lost', 'lost', result.lost],
        ['gained', 'gained', result.gained],
        ['wrong in both', 'wrong', now.data.samples - both - result.lost - result.gained],
    ])
    return (
        <div class={`netanswers ${side === 'a' ? 'A' : 'B'}`}>
            <div class="netbar" aria-hidden="true">
                {parts.map(([label, name, value]) => (
                    <i key={label} class={name} style={{ flexGrow: value }} />
                ))}
            </div>
            <p class="legend">
                <Letter side={side === 'a' ? 'A' : 'B'} />
                {parts.map(([label, , value]) => (
                    <span key={label}>
                        {label} <b>{count(value)}</b>
                    </span>
                ))}
            </p>
        </div>
    )
}
