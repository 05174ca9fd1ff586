// The sentence: what the specs leave at worst, who suffers most, and what it takes.
import { size } from '../text/numbers.js'
import { cellText } from './labels.js'
import { endsOf, leastOf } from './order.js'

/** @typedef {import('./order.js').Row} Row */

/** @param {{ ends: [number, number] }} props */
const Left = ({ ends: [low, high] }) => (
    <b>
        {low === high ? '' : `${cellText(low, 'sqnr')} to `}
        {cellText(high, 'sqnr')} dB
    </b>
)

/** The spec that leaves least, and of those that leave more the smallest. @param {{ rows: Row[], specs: string[], totals: import('./session.js').Totals | null }} props */
export function Verdict({ rows, specs, totals }) {
    const known = specs.flatMap(spec => {
        const ends = endsOf(rows, spec)
        const bytes = totals?.totals.find(one => one.spec === spec)?.bytes
        return ends && bytes !== undefined ? [{ spec, ends, bytes }] : []
    })
    const [least] = known.toSorted((x, y) => x.ends[0] - y.ends[0])
    const suffers = rows
        .map(row => ({ name: row.weight.name, least: leastOf(row, specs) }))
        .filter(one => one.least != null)
        .toSorted((x, y) => Number(x.least) - Number(y.least))[0]
    if (!least || !suffers)
        return (
            <p class="verdict" role="status">
                {rows.length ? 'The first tensor is being measured.' : ''}
            </p>
        )
    const [next] = known.filter(one => one.ends[0] > least.ends[0]).toSorted((x, y) => x.bytes - y.bytes)
    return (
        <p class="verdict" role="status">
            <code>{least.spec}</code> leaves <Left ends={least.ends} /> of signal over noise;{' '}
            <code>{suffers.name}</code> suffers most.
            {next && (
                <>
                    {' '}
                    <code>{next.spec}</code> leaves <Left ends={next.ends} /> and takes {size(next.bytes)} instead
                    of {size(least.bytes)}.
                </>
            )}
        </p>
    )
}
