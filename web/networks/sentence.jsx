// The sentence: what A and B do to the answers, in words, against float32.
import { format } from 'd3-format'
import { count } from '../text/numbers.js'
import { Letter } from '../parts/signs.jsx'
import { changes, open, recipes, report, resultOf } from './session.js'

/** @typedef {import('./session.js').Result} Result */

/** A change as percentage points: −2.0. */
export const points = (/** @type {number} */ share) => format('+.1f')(share * 100).replace('+0.0', '0.0')

/** How many answers a result changed. @param {'a' | 'b'} side */
export const changedOf = side => {
    const found = changes.value[side]
    return found && found.lost.length + found.gained.length + found.wrong.length
}

export function Sentence() {
    const now = report.value
    return (
        <p class="verdict" role="status">
            {now && open.value ? (
                <>
                    <span class="netside">
                        <Side side="A" />
                    </span>{' '}
                    <span class="netside">
                        <Side side="B" />
                    </span>
                </>
            ) : (
                <span class="quiet">What quantizing changes is being measured.</span>
            )}
        </p>
    )
}

/** @param {{ side: 'A' | 'B' }} props */
function Side({ side }) {
    const key = side === 'A' ? 'a' : 'b'
    const result = resultOf(key)
    const now = report.value
    if (!now || !result) return recipes.value[key].recipe?.method.trains ? <Waits side={side} /> : null
    if (result.problem)
        return (
            <>
                <Letter side={side} /> can’t be measured: {result.problem}.
            </>
        )
    const total = count(now.data.samples)
    const changed = changedOf(key)
    const times = format('.1f')(now.float.bytes / result.bytes.total)
    if (result.right === null || now.float.right === null)
        return (
            <>
                <Letter side={side} /> takes <b>{times} times</b> less memory and changes{' '}
                <b>{changed === undefined ? '–' : count(changed)}</b> of {total} answers; without labels no one can
                say which are right.
            </>
        )
    return (
        <>
            <Letter side={side} /> is right on <b>{count(result.right)}</b> of {total}
            {result.right === now.float.right ? ', as often as float32' : `, float32 on ${count(now.float.right)}`},
            in <b>{times} times</b> less memory: <b>{count(result.lost)}</b> lost, <b>{count(result.gained)}</b>{' '}
            gained
            {result.change !== null && result.change_ci95 && (
                <span class="netinterval">
                    {' '}
                    ({points(result.change)} points, {points(result.change_ci95[0])} to{' '}
                    {points(result.change_ci95[1])})
                </span>
            )}
            .
        </>
    )
}

/** @param {{ side: 'A' | 'B' }} props */
const Waits = ({ side }) => (
    <>
        <Letter side={side} /> is not trained yet.
    </>
)
