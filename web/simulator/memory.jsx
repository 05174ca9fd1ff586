// Memory of all vectors: float32 over A, both on one scale, and what A's bytes are made of.
import { count, plural } from '../text/numbers.js'
import { Letter, Sign } from '../parts/signs.jsx'
import { termsOf } from './terms.js'

/** @typedef {import('../state/rows.js').Row} Row */

/** @param {{ row: Row, reference: Row, name: string, rows: number }} props */
export function Memory({ row, reference, name, rows }) {
    const terms = termsOf(row)
    const parts = terms.map(([key, title]) => `${title} ${count(row.bytes[key])}`).join(' + ')
    const whole = Math.max(row.bytes.total, reference.bytes.total)
    return (
        <section class="memory" aria-labelledby="memory-first">
            <div class="head">
                <h2 id="memory-first">
                    Memory <Sign kind="computed" />
                </h2>
                <p>{rows === 1 ? 'One vector' : `All ${plural(rows, 'vector')}`}</p>
            </div>
            <div class="bytes">
                <Bytes bytes={reference.bytes.total} whole={whole} name="float32" />
                <Bytes bytes={row.bytes.total} whole={whole} name={name} side="A" />
                <p class="parts">
                    {row.reference
                        ? 'the numbers as they came'
                        : terms.length > 1
                          ? parts
                          : 'codes alone, nothing shared'}
                    {row.bytes.originals > 0 && `; originals on disk ${count(row.bytes.originals)}`}
                </p>
            </div>
        </section>
    )
}

/** @param {{ bytes: number, whole: number, name: string, side?: 'A' }} props */
const Bytes = ({ bytes, whole, name, side }) => (
    <div class={`line ${side ?? 'ref'}`}>
        <span class="name">
            {side && <Letter side={side} />} {name}
        </span>
        <span class="value">
            <b>{count(bytes)}</b> bytes
        </span>
        <i style={{ '--v': `${(bytes / whole) * 100}%` }} />
    </div>
)
