// Common misconceptions about ranges, with the numbers on screen: the first few, the others on demand.
import { misconceptions } from './misconceptions.js'
import { isScaled } from './labels.js'
import { at, option, survey } from './session.js'
import { decoded } from './formulas-panel.jsx'

/** How many are shown at once. */
const FIRST = 4

export function Misconceptions() {
    const [here, known] = [at.value, survey.value]
    if (!here || !known || !isScaled(here)) return null
    const all = misconceptions({ at: here, known, option, decoded })
    const rest = all.slice(FIRST)
    return (
        <section class="section misconceptions">
            <div class="head">
                <h2>Common misconceptions</h2>
                <p>with the numbers above</p>
            </div>
            <List list={all.slice(0, FIRST)} />
            {rest.length > 0 && (
                <details>
                    <summary>{rest.length} more</summary>
                    <List list={rest} />
                </details>
            )}
        </section>
    )
}

/** @param {{ list: import('./misconceptions.js').Misconception[] }} props */
const List = ({ list }) => (
    <ul>
        {list.map(({ title, text }) => (
            <li key={title}>
                <h3>{title}</h3>
                <p>{text}</p>
            </li>
        ))}
    </ul>
)
