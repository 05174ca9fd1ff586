// The histogram under the numbered levels, two handles, rules as marks on the axis, and the whole data below.
import { useRef } from 'preact/hooks'
import {
    apart,
    isScaled,
    limits,
    moved,
    namesOf,
    numbered,
    outline,
    place,
    ruleName,
    short,
    stepsOf,
    ticks,
} from './labels.js'
import {
    at,
    chooseRule,
    fitted,
    frame,
    held,
    hold,
    mapping,
    near,
    option,
    refusal,
    sought,
    survey,
    wanted,
} from './session.js'
import { figure } from '../text/bits.js'

/** @typedef {import('./labels.js').Frame} Frame */

const percent = (/** @type {number} */ x) => `${x.toFixed(3)}%`
const within = (/** @type {number} */ x) => Math.min(Math.max(x, 0), 100)

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

/** @param {{ frame: Frame }} props */
function Levels({ frame: seen }) {
    const drawn = at.value
    if (!drawn) return null
    const { levels } = drawn
    const places = levels.map(level => place(seen, level))
    const names = namesOf(drawn)
    const [wide, slim] = [36, 12].map(room => shownNumbers(places, names, room))
    const isShown = (/** @type {number} */ left) => left >= 0 && left <= 100
    return (
        <>
            <svg class="fill levels" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
                <path
                    class={levels.length > 64 ? 'dense' : ''}
                    d={places
                        .filter(isShown)
                        .map(left => `M${left.toFixed(3)} 0V100`)
                        .join('')}
                />
            </svg>
            {places.map(
                (left, i) =>
                    isShown(left) &&
                    wide.has(i) && (
                        <span
                            key={i}
                            class={slim.has(i) ? 'code' : 'code more'}
                            style={{ left: percent(left) }}
                            aria-hidden="true"
                        >
                            {figure(names[i])}
                        </span>
                    ),
            )}
        </>
    )
}

/** Which levels get a number where so many have room: of codes a step apart both ends and round ones between. @type {(places: number[], names: number[], room: number) => Set<number>} */
function shownNumbers(places, names, room) {
    const last = places.length - 1
    const drawn = at.peek()
    if (!drawn || !isScaled(drawn) || drawn.units || option('levels') === 'pow2') return apart(places, room)
    const step = numbered(places.length, (room * Math.abs(places[last] - places[0])) / 100)
    const round = names.flatMap((name, i) =>
        (names[0] < 0 ? name : i) % step === 0 && i >= step && last - i >= step ? [i] : [],
    )
    return new Set([0, last, ...round])
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

/** Where the rules end the range, above all on the side where it ends higher. @param {{ frame: Frame }} props */
function RuleMarks({ frame: seen }) {
    const rules = survey.value?.rules ?? []
    const chosen = chosenRule()
    const marks = rules
        .map(rule => ({ rule, left: place(seen, rule.at.hi), low: place(seen, rule.at.lo) }))
        .sort((p, q) => p.left - q.left)
    return (
        <div class="rulemarks" role="group" aria-label="Rules on the axis">
            {marks.map(
                ({ rule, low }) => low >= 0 && low <= 100 && <i key={rule.range} style={{ left: percent(low) }} />,
            )}
            {marks.map(({ rule, left }, i) => {
                const beyond = left > 100
                return (
                    <button
                        key={rule.range}
                        class={`${beyond ? 'beyond' : ''}${left > 60 ? ' left' : ''}`}
                        style={{ left: percent(within(left)), '--row': i }}
                        aria-pressed={chosen === rule.range}
                        onClick={() => chooseRule(rule.range)}
                    >
                        {ruleName(rule.range, option)}
                        {beyond && ` ${short(rule.at.hi)} →`}
                    </button>
                )
            })}
        </div>
    )
}

const chosenRule = () => {
    const now = wanted.value
    return survey.value?.rules.find(
        one => one.range === option('range') && one.at.lo === now?.lo && one.at.hi === now?.hi,
    )?.range
}

/** All of the data, small, with a frame around what is drawn large. */
export function Overview() {
    const [known, seen] = [survey.value, frame.value]
    if (!known || !seen) return null
    const { whole } = known
    const all = { lo: Math.min(whole.lo, seen.lo), hi: Math.max(whole.hi, seen.hi) }
    const [left, right] = [place(all, seen.lo), place(all, seen.hi)]
    const [from, to] = [place(all, whole.lo), place(all, whole.hi)]
    return (
        <div class="overview" aria-hidden="true">
            <div>
                <svg
                    viewBox="0 0 100 100"
                    preserveAspectRatio="none"
                    style={{ left: percent(from), width: percent(to - from) }}
                >
                    <path class="bars" d={outline(whole.counts, Math.max(...whole.counts))} />
                </svg>
                <i style={{ left: percent(left), width: percent(right - left) }} />
            </div>
            <p>
                all values, {short(whole.min)} to {short(whole.max)}; the frame marks the part drawn above
            </p>
        </div>
    )
}
