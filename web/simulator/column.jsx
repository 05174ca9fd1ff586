// How one dim is spread over all vectors, under the levels that a value of it can have.
import { scaleLinear } from 'd3-scale'
import { count } from '../text/numbers.js'
import { brief } from '../text/bits.js'
import { Letter, Sign } from '../parts/signs.jsx'
import { windowOf } from './strip.js'

/** Levels closer than so much of the width, as 3 of 600 px are, are drawn as a band. */
const CLOSE = 0.5
/** Share of their distance that is drawn beyond the outermost levels on either side. */
const ROOM = 0.01

/** Where the histogram begins and ends: a little beyond the outermost levels of all specs that have some. @type {(found: Map<string, any> | null, dim: number) => [number, number] | null} */
export function endsOf(found, dim) {
    const all = [...(found?.values() ?? [])].filter(one => one?.lowest?.[dim] != null)
    if (!all.length) return null
    const low = Math.min(...all.map(one => one.lowest[dim]))
    const high = Math.max(...all.map(one => one.highest[dim]))
    const room = (high - low) * ROOM
    return low < high ? [low - room, high + room] : null
}

/**
 * @param {object} props
 * @param {'A' | 'B'} props.side
 * @param {string} props.spec
 * @param {any} props.mine
 * @param {any} props.column
 * @param {any} props.bits
 * @param {[number, number] | null} props.ends
 * @param {number} props.dim
 * @param {number | undefined} props.value
 */
export function Column({ side, spec, mine, column, bits, ends, dim, value }) {
    const x = scaleLinear(ends ?? [0, 1], [0, 100])
    const y = scaleLinear([0, Math.max(1, ...(column?.counts ?? []))], [100, 4])
    const listed = mine?.levels?.[dim - windowOf(dim, mine.values.length)] ?? null
    const isBand = mine?.count && (!listed || (x(listed[1]) - x(listed[0]) || 0) < CLOSE)
    const bars = column?.counts.map(
        (/** @type {number} */ n, /** @type {number} */ i) => `V${y(n)}H${((i + 1) / column.counts.length) * 100}`,
    )
    return (
        <div class={`column ${side}`}>
            <p class="caption">
                <Letter side={side} />
                <span>
                    <Levels mine={mine} column={column} bits={bits} spec={spec} /> <Sign kind="measured" />
                </span>
            </p>
            <div class="plot">
                <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
                    {bars && <path class="hill" d={`M0 100${bars.join('')}V100Z`} />}
                    {isBand && mine.lowest && (
                        <rect
                            class="band"
                            x={x(mine.lowest[dim])}
                            width={x(mine.highest[dim]) - x(mine.lowest[dim])}
                            height="5"
                        />
                    )}
                    {listed && !isBand && (
                        <path
                            class="levels"
                            d={listed.map((/** @type {number} */ one) => `M${x(one)} 0V100`).join('')}
                        />
                    )}
                </svg>
                {value !== undefined && ends && (
                    <span
                        class="mark"
                        style={{ left: `${Math.max(0, Math.min(100, x(value)))}%` }}
                        aria-hidden="true"
                    />
                )}
            </div>
            <p class="ends">
                <span>{ends ? brief(ends[0], 3) : ''}</span>
                <span>
                    dim {dim}
                    {column && `, ${column.beyond ? `${count(column.beyond)} beyond` : 'none beyond'}`}
                </span>
                <span>{ends ? brief(ends[1], 3) : ''}</span>
            </p>
        </div>
    )
}

/** @param {{ mine: any, column: any, bits: any, spec: string }} props */
function Levels({ mine, column, bits, spec }) {
    if (!mine) return <span class="quiet">–</span>
    if (!mine.count)
        return (
            <>
                <b>levels too fine to draw</b>
                {bits?.between.spacing != null && `, ${brief(bits.between.spacing, 3)} apart at this value`} of{' '}
                <code>{spec}</code>
            </>
        )
    return (
        <>
            <b>{count(mine.count)} levels</b>
            {bits?.between.spacing != null && mine.count > 2 && `, ${brief(bits.between.spacing, 3)} apart here`}
            {column?.codes > 0 && `, ${count(column.used)} used`}
        </>
    )
}
