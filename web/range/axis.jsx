// The histogram under the numbered levels, with a handle at each end of the range.
import { useRef } from 'preact/hooks'
import { limits, moved, namesOf, outline, percent, place, short, stepsOf, ticks, within } from './labels.js'
import { at, fitted, frame, held, hold, mapping, near, refusal, sought, survey, wanted } from './session.js'
import { figure } from '../text/bits.js'
import { Levels, RuleMarks } from './axis-marks.jsx'

/** @typedef {import('./labels.js').Frame} Frame */

/** A key moves an end by a step of the axis; there are so many of them. */
const STEPS = 400

export function RangeAxis() {
    const box = useRef(/** @type {HTMLDivElement | null} */ (null))
    const [seen, now, known, drawn] = [frame.value, wanted.value, survey.value, at.value]
    if (!seen || !now || !known || !drawn)
        return <p class="rangeaxis quiet note">{sought.value && !refusal.value && 'Counting the values'}</p>
    const map = mapping()
    const x = (/** @type {number} */ value) => place(seen, value)
    const [low, high] = [within(x(now.lo)), within(x(now.hi))]
    // what is clipped lies beyond the levels, which need not end where the range does
    const [under, over] = [within(x(drawn.levels[0])), within(x(drawn.levels[drawn.levels.length - 1]))]
    const bars = near.value
    const valueAt = (/** @type {PointerEvent} */ event) => {
        const { left, width } = /** @type {HTMLDivElement} */ (box.current).getBoundingClientRect()
        const share = Math.min(Math.max((event.clientX - left) / width, 0), 1)
        return seen.lo + (seen.hi - seen.lo) * share
    }
    const names = namesOf(drawn)
    return (
        <div
            class={fitted.value ? 'rangeaxis unruled' : 'rangeaxis'}
            ref={box}
            role="group"
            aria-label={fitted.value ? 'Values and levels' : 'Values, levels and the ends of the range'}
        >
            <Levels frame={seen} />
            <div class="rangeplot">
                <svg class="fill" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
                    {bars && <path class="bars" d={histogram(bars, seen)} />}
                </svg>
                <div class="clip low" style={{ width: percent(under) }}>
                    <span>clipped to {figure(names[0])}</span>
                </div>
                <div class="clip high" style={{ width: percent(100 - over) }}>
                    <span>clipped to {figure(names[names.length - 1])}</span>
                </div>
            </div>
            {!fitted.value &&
                /** @type {const} */ (['lo', 'hi']).map(end => (
                    <Handle
                        key={end}
                        end={end}
                        left={end === 'lo' ? low : high}
                        map={map}
                        valueAt={valueAt}
                        frame={seen}
                    />
                ))}
            <div class="rangeticks" aria-hidden="true">
                {ticks(seen, 7).map((tick, i) => (
                    <span key={tick} class={i % 2 ? 'odd' : ''} style={{ left: percent(x(tick)) }}>
                        {figure(tick, 6)}
                    </span>
                ))}
            </div>
            {!fitted.value && <RuleMarks frame={seen} />}
        </div>
    )
}

/** @type {(bars: import('./labels.js').Histogram, seen: Frame) => string} */
function histogram(bars, seen) {
    const most = Math.max(...bars.counts)
    return Math.fround(bars.lo) === Math.fround(seen.lo) &&
        Math.fround(bars.hi) === Math.fround(seen.hi) &&
        most > 0
        ? outline(bars.counts, most * 1.04)
        : ''
}

/** @param {{ end: 'lo' | 'hi', left: number, map: string, frame: Frame, valueAt: (event: PointerEvent) => number }} props */
function Handle({ end, left, map, frame: seen, valueAt }) {
    const now = wanted.value
    if (!now) return null
    // events may come faster than what is drawn: they start from what is wanted when they come
    const current = () => wanted.peek() ?? now
    const to = (/** @type {number} */ value, /** @type {boolean} */ done) =>
        hold(moved(current(), end, value, map), done)
    const letGo = () => held.peek() && hold(current(), true)
    const most = limits(now, end, seen, map)
    const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
        const steps = stepsOf(event)
        const last = { Home: most.lo, End: most.hi }[event.key]
        if (!steps && last === undefined) return
        event.preventDefault()
        to(last ?? current()[end] + ((seen.hi - seen.lo) / STEPS) * steps, true)
    }
    const space = end === 'lo' ? left : 100 - left
    const name = end === 'lo' ? 'Lower end of the range' : 'Upper end of the range'
    return (
        <div
            class={`handle ${end}${space < 9 ? ' inward' : space < 26 ? ' tight' : ''}`}
            style={{ left: percent(left) }}
            role="slider"
            tabIndex={0}
            aria-label={name}
            aria-valuemin={most.lo}
            aria-valuemax={most.hi}
            aria-valuenow={now[end]}
            aria-valuetext={short(now[end])}
            onKeyDown={onKeyDown}
            onPointerDown={event => {
                event.currentTarget.setPointerCapture(event.pointerId)
                event.currentTarget.focus()
                event.preventDefault()
                hold(current(), false)
            }}
            onPointerMove={event => held.peek() && event.buttons && to(valueAt(event), false)}
            onPointerUp={letGo}
            onPointerCancel={letGo}
        >
            <i />
            <output aria-hidden="true">{short(now[end])}</output>
        </div>
    )
}
