// The classic summary: float32, float16, int8, int4 and one bit in a small table, with the figures of this data, and
// where such formats are used.
import { book, data, measured, report } from '../state/session.js'
import { state } from '../state/store.js'
import { conditions } from '../text/sentences.js'
import { CopyButton } from '../parts/copy.jsx'
import { Sign } from '../parts/signs.jsx'
import { heads, linesOf, summaryText } from './summary.js'
import { stopsOf } from './stops.js'

/** Which columns are computed, which measured; the others are text. */
const SIGNS = /** @type {const} */ (['', 'computed', 'computed', 'measured', 'measured', ''])

/** @param {{ a: string }} props */
export function Summary({ a }) {
    const [about, open] = [book.value, data.value]
    if (!about || !open) return null
    const { k } = state.value
    const { stops } = stopsOf(about, a, open.base, measured.value, null)
    const lines = linesOf(stops, about.defaults.stops, k)
    return (
        <section class="section" aria-labelledby="summary-title">
            <div class="head">
                <h2 id="summary-title">Summary</h2>
                <p>Five well-known formats on this data</p>
                <div class="right">
                    <CopyButton text={() => summaryText(lines, k, 'markdown')}>Copy Markdown</CopyButton>
                    <CopyButton text={() => summaryText(lines, k, 'tsv')}>Copy TSV</CopyButton>
                </div>
            </div>
            <table class="summary" role="table">
                <caption class="hidden">
                    What five well-known formats save, how they search, and where they are used
                </caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {heads(k).map((head, i) => (
                            <th key={head} role="columnheader" scope="col">
                                {head} {SIGNS[i] && <Sign kind={SIGNS[i]} />}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {lines.map(({ spec, name, cells, use, source }) => (
                        <tr key={spec} role="row" class={spec === a ? 'A on' : ''}>
                            <th role="rowheader" scope="row">
                                {name}
                                <code>{spec}</code>
                            </th>
                            {cells.map((cell, i) => (
                                <td key={i} role="cell" data-head={heads(k)[i + 1]}>
                                    {cell}
                                </td>
                            ))}
                            <td role="cell" class="use">
                                {use} <small>{source}</small>
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
            <p class="conditions">
                {conditions(open, report.value, state.value)}. Times are of this device; the uses are what the
                sources say, the figures are measured here.
            </p>
        </section>
    )
}
