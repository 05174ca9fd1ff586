// A point of the chart: a button at its place, with its label where there is room for one.
import { memo } from '../parts/memo.js'
import { Shape } from '../parts/signs.jsx'

/**
 * @typedef {object} PointProps
 * @property {string} spec
 * @property {'A' | 'B' | ''} letter
 * @property {string} kind its family
 * @property {boolean} best whether it is on the frontier
 * @property {boolean} lit
 * @property {string} x in per cent, as y is
 * @property {string} y
 * @property {string} side where its label is
 * @property {string} label
 * @property {string} name what it is and says, for those who do not see it
 * @property {boolean} stop whether Tab reaches it
 * @property {(spec: string) => void} on
 */

export const Point = memo((/** @type {PointProps} */ point) => {
    const { spec, letter, kind, best, lit, x, y, side, label, name, stop, on } = point
    return (
        <button
            class={`point ${letter} ${side} ${best ? 'best' : ''} ${lit ? 'lit' : ''}`}
            style={{ left: x, top: y }}
            aria-label={name}
            title={spec}
            tabIndex={stop ? 0 : -1}
            onFocus={() => on(spec)}
            onBlur={() => on('')}
            onMouseEnter={() => on(spec)}
            onMouseLeave={() => on('')}
            onClick={() => document.getElementById(`row-${spec}`)?.scrollIntoView({ block: 'nearest' })}
        >
            <Shape kind={kind} full={best} />
            {label && <span aria-hidden="true">{label}</span>}
        </button>
    )
})
