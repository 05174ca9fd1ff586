// Recall over bytes: a point a spec, its interval through it, the frontier as a line, what fits as an area. Points and
// text are HTML placed in per cent, lines are SVG, so that nothing shrinks on a narrow page.
import { scaleLinear, scaleLog } from 'd3-scale'
import { useEffect, useRef, useState } from 'preact/hooks'
import { bits, count, interval, recall } from '../text/numbers.js'
import { frontier, recallFoot, recallOf, recallRange } from '../state/rows.js'
import { state } from '../state/store.js'
import { placeLabels } from './labels.js'
import { useZoom } from './use-zoom.js'
import { isShown } from './zoom.js'
import { Point } from './point.jsx'
import { question } from './what-fits.jsx'
import { memo } from '../parts/memo.js'

/** @typedef {import('../state/rows.js').Row} Row */

/** The bytes of a vector, kept originals included or not. @type {(row: Row, disk: boolean) => number} */
export const bytesOf = (row, disk) => (disk ? row.perVector : row.bytes.per_row)

const percent = (/** @type {number} */ x) => `${x.toFixed(2)}%`

/** The width and height of an element as it is now. @returns {[{ current: HTMLDivElement | null }, [number, number]]} */
function useSize() {
    const ref = useRef(/** @type {HTMLDivElement | null} */ (null))
    const [size, setSize] = useState(/** @type {[number, number]} */ ([900, 320]))
    useEffect(() => {
        const observer = new ResizeObserver(([{ contentRect }]) => setSize([contentRect.width, contentRect.height]))
        if (ref.current) observer.observe(ref.current)
        return () => observer.disconnect()
    }, [])
    return [ref, size]
}

const pen = document.createElement('canvas').getContext('2d')
/** Widths by text and weight, each measured once. @type {Map<string, number>} */
const widths = new Map()

/** How wide a label is. @type {(text: string, bold: boolean) => number} */
function textWidth(text, bold) {
    if (!pen) return text.length * 7
    const key = `${bold ? 600 : 400} ${text}`
    if (!widths.has(key)) {
        pen.font = `${bold ? 600 : 400} 12px ${getComputedStyle(document.body).fontFamily}`
        widths.set(key, pen.measureText(text).width)
    }
    return widths.get(key) ?? 0
}

/** Where the box that is dragged lies. @type {(box: { from: [number, number], to: [number, number] }) => Record<string, string>} */
const boxStyle = ({ from, to }) => ({
    left: percent(Math.min(from[0], to[0])),
    top: percent(Math.min(from[1], to[1])),
    width: percent(Math.abs(from[0] - to[0])),
    height: percent(Math.abs(from[1] - to[1])),
})

/** How wide the word on what fits is. */
const TAG = 32

/** The steps of the frontier, as boxes a label is to keep off. @param {{ x: number, y: number }[]} points */
const stairs = points =>
    points.slice(1).flatMap((to, i) => {
        const from = points[i]
        return [
            { left: from.x, right: to.x, top: from.y - 1, bottom: from.y + 1 },
            { left: to.x - 1, right: to.x + 1, top: Math.min(from.y, to.y), bottom: Math.max(from.y, to.y) },
        ]
    })

/** The scale of bytes spans all rows from the start, that of recall those measured; a part of both when zoomed. @type {(low: number, high: number, rows: Row[], k: number, part: import('./zoom.js').Part | null) => any} */
function scales(low, high, rows, k, part) {
    const foot = recallFoot(rows, k)
    const top = 1 + (1 - foot) * 0.02
    /** @type {import('./zoom.js').Part} */
    const whole = { x: [low / 1.25, high * 1.25], y: [foot, top] }
    const x = scaleLog(part?.x ?? whole.x, [0, 100]).base(2)
    const y = scaleLinear(part?.y ?? whole.y, [100, 0]).clamp(!part)
    const ticks = x.ticks(6)
    const powers = ticks.filter(tick => Math.log2(tick) % 1 === 0)
    return { x, y, whole, xTicks: powers.length > 1 ? powers : ticks, yTicks: y.ticks(5).filter(tick => tick <= 1) }
}

/**
 * @typedef {object} ParetoProps
 * @property {Row[]} rows those measured
 * @property {number} low the least and the most bytes of all rows, measured or not
 * @property {number} high
 * @property {string} lit spec whose row is in focus
 * @property {(spec: string) => void} on
 * @property {string[]} off families that are switched off
 * @property {import('./zoom.js').Part | null} part
 * @property {(part: import('./zoom.js').Part | null) => void} onPart
 */

export const Pareto = memo((/** @type {ParetoProps} */ { rows, low, high, lit, on, off, part, onPart }) => {
    const { k, disk } = state.value
    const limit = question()
    const [ref, [width, height]] = useSize()
    const sizeOf = (/** @type {Row} */ row) => bytesOf(row, disk)
    const known = rows.filter(row => recallOf(row, k) != null && (row.letter || !off.includes(row.kind)))
    const { x, y, whole, xTicks, yTicks } = scales(low, high, known, k, part)
    const zoom = useZoom(ref, { x, y, whole }, onPart)
    const best = frontier(known, k, disk)
    const points = known.filter(row => isShown(part, sizeOf(row), recallOf(row, k)))
    const line = known.filter(row => best.has(row.spec)).sort((p, q) => sizeOf(p) - sizeOf(q))
    const room = (limit.memory + (disk ? limit.disk : 0)) / limit.vectors
    const [fitX, fitY] = [x(Math.max(room, x.domain()[0])), y(limit.least)]
    const fits = Number.isFinite(fitX) && limit.least >= y.domain()[0]
    const [right, top] = [Math.min(fitX, 100), Math.max(fitY, 0)]
    const foot = y.domain()[0]
    const tagged = fits && right > 10
    const nameOf = (/** @type {Row} */ row) =>
        [row.letter, row.spec, recallOf(row, k) < foot && `${recall(recallOf(row, k))} ↓`].filter(Boolean).join(' ')
    const [px, py] = [width / 100, height / 100]
    const at = (/** @type {Row} */ row) => ({ x: x(sizeOf(row)) * px, y: y(recallOf(row, k)) * py })
    // what fits is told in a corner of its area that has no point
    const inCorner = (/** @type {Row} */ row) => at(row).y < 20 && at(row).x > right * px - TAG - 8
    const tag = points.some(row => inCorner(row) && at(row).x < right * px + 8) ? TAG : right * px
    const places = placeLabels(
        points.map(row => ({
            id: row.spec,
            ...at(row),
            width: textWidth(nameOf(row), row.letter !== ''),
            short: row.letter ? textWidth(row.letter, true) : 0,
            first: best.has(row.spec),
        })),
        { left: 2, right: width + 12, top: -24, bottom: height - 2 },
        [
            ...stairs(line.map(at)),
            ...(tagged ? [{ left: tag - TAG, right: tag, top: 0, bottom: 16 }] : []),
            ...(fits
                ? [
                      { left: right * px - 1, right: right * px + 1, top: 0, bottom: top * py },
                      { left: 0, right: right * px, top: top * py - 1, bottom: top * py + 1 },
                  ]
                : []),
        ],
    )
    const step = line
        .map((row, i) => `${i ? 'H' : 'M'}${x(sizeOf(row))}${i ? 'V' : ' '}${y(recallOf(row, k))}`)
        .join('')
    const inOrder = points.slice().sort((p, q) => sizeOf(p) - sizeOf(q))
    const stop = inOrder.find(row => row.spec === lit) ?? inOrder[0]
    const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
        if (zoom.onKey(event, stop ? [x(sizeOf(stop)), y(recallOf(stop, k))] : [50, 50])) return
        if (!stop) return
        const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key]
        const to = inOrder[inOrder.indexOf(stop) + (step ?? 0)]
        if (!step || !to) return
        event.preventDefault()
        const button = /** @type {HTMLElement | undefined} */ (ref.current?.querySelector(`[title="${to.spec}"]`))
        button?.focus()
    }
    const bars = (/** @type {string} */ letter) =>
        points
            .filter(row => row.letter === letter && recallRange(row, k))
            .map(row => {
                const [low, high] = /** @type {[number, number]} */ (recallRange(row, k))
                return `M${x(sizeOf(row))} ${y(low)}V${y(high)}`
            })
            .join('')
    return (
        <div
            class={part ? 'chart zoomed' : 'chart'}
            ref={ref}
            role="group"
            aria-label={`Recall@${k} over bytes per vector`}
            onKeyDown={onKeyDown}
            onPointerDown={zoom.onPointerDown}
            onPointerMove={zoom.onPointerMove}
            onPointerUp={zoom.onPointerUp}
            onPointerCancel={zoom.onPointerUp}
        >
            <svg class="fill" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
                {fits && <path class="area" d={`M0 0H${right}V${top}H0z`} />}
                <path class="grid" d={yTicks.map((/** @type {number} */ tick) => `M0 ${y(tick)}H100`).join('')} />
                {fits && <path class="edge" d={`M${right} 0V${top}H0`} />}
                <path class="ref" d={bars('')} />
                <path class="A" d={bars('A')} />
                <path class="B" d={bars('B')} />
                <path class="frontier" d={step} />
            </svg>
            {zoom.box && <i class="zoombox" style={boxStyle(zoom.box)} />}
            {!points.length && (
                <p class="quiet waiting-chart">{known.length ? 'No spec in this part' : 'Measuring'}</p>
            )}
            {tagged && (
                <span class="tick fit" style={{ left: percent(tag / px), top: 0 }} aria-hidden="true">
                    fits
                </span>
            )}
            {yTicks.map((/** @type {number} */ tick) => (
                <span key={tick} class="tick y" style={{ top: percent(y(tick)) }} aria-hidden="true">
                    {bits(tick)}
                </span>
            ))}
            {xTicks.map((/** @type {number} */ tick) => (
                <span key={tick} class="tick x" style={{ left: percent(x(tick)) }} aria-hidden="true">
                    {count(tick)}
                </span>
            ))}
            {points.map(row => (
                <Point
                    key={row.spec}
                    spec={row.spec}
                    letter={row.letter}
                    kind={row.kind}
                    best={best.has(row.spec)}
                    lit={lit === row.spec}
                    x={percent(x(sizeOf(row)))}
                    y={percent(y(recallOf(row, k)))}
                    side={places.get(row.spec)?.side ?? ''}
                    label={!places.has(row.spec) ? '' : places.get(row.spec)?.isShort ? row.letter : nameOf(row)}
                    name={`${row.letter} ${row.spec}: ${count(sizeOf(row))} bytes, recall ${recall(recallOf(row, k))}, ${interval(recallRange(row, k))}`}
                    stop={row === stop}
                    on={on}
                />
            ))}
        </div>
    )
})
