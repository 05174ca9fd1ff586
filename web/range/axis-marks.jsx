// What is marked on the axis: the levels with their numbers, and where each rule ends the range.
import { apart, isScaled, namesOf, numbered, percent, place, ruleName, short, within } from './labels.js'
import { at, chooseRule, option, survey, wanted } from './session.js'
import { figure } from '../text/bits.js'

/** @typedef {import('./labels.js').Frame} Frame */

/** @param {{ frame: Frame }} props */
export function Levels({ frame: seen }) {
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

/** Where the rules end the range, above all on the side where it ends higher. @param {{ frame: Frame }} props */
export function RuleMarks({ frame: seen }) {
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
