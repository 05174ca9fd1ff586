// Memory: every stored byte as a sum, as the core's ledger has it.
import { count } from '../text/numbers.js'
import { Letter, Sign } from '../parts/signs.jsx'
import { termsOf } from './terms.js'

/** @typedef {import('../state/rows.js').Row} Row */

/** @param {{ a: Row, b: Row, reference: Row }} props */
export function LedgerBars({ a, b, reference }) {
    const whole = Math.max(...[reference, a, b].map(row => row.bytes.total))
    return (
        <section class="section" aria-labelledby="memory-title">
            <div class="head">
                <h2 id="memory-title">Memory</h2>
                <p>
                    Every stored byte of all vectors <Sign kind="computed" />
                </p>
            </div>
            <div class="ledger">
                {[reference, a, b].map((row, i) => (
                    <Line key={i} row={row} whole={whole} letter={i ? row.letter || (i === 1 ? 'A' : 'B') : ''} />
                ))}
            </div>
        </section>
    )
}

/** @param {{ row: Row, whole: number, letter: 'A' | 'B' | '' }} props */
function Line({ row, whole, letter }) {
    const terms = termsOf(row)
    const share = (/** @type {number} */ bytes) => ({ '--v': `${((bytes / whole) * 82).toFixed(3)}%` })
    return (
        <>
            <span>{letter ? <Letter side={letter} /> : <code>{row.spec}</code>}</span>
            <div class={`sum ${letter || 'ref'}`}>
                {terms.map(([key]) => (
                    <i key={key} class={key === 'codes' ? '' : 'hatched'} style={share(row.bytes[key])} />
                ))}
                <span>
                    <b>{count(row.bytes.total)}</b>
                    {terms.length > 1
                        ? ` = ${terms.map(([key, name]) => `${name} ${count(row.bytes[key])}`).join(' + ')}`
                        : ' bytes'}
                    {row.bytes.originals > 0 && `, and originals kept on disk ${count(row.bytes.originals)}`}
                </span>
            </div>
        </>
    )
}
