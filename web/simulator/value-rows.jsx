// Six dims of a row as numbers: original, code, decoded and error, A and B on one scale of errors.
import { set } from '../state/store.js'
import { error as writeError } from '../text/numbers.js'
import { brief } from '../text/bits.js'
import { narrow } from '../parts/narrow.js'
import { Letter, Sign } from '../parts/signs.jsx'

const ROWS = 6

/** @typedef {{ side: 'A' | 'B', spec: string, mine: any }} Side */

/** The dims that are shown: around one, or those of the largest errors of A. @type {(mine: any, dim: number, byError: boolean) => number[]} */
function dimsOf(mine, dim, byError) {
    if (byError) return mine.worst
    const from = Math.max(0, Math.min(dim - 2, mine.values.length - ROWS))
    return mine.values.map((/** @type {number} */ _, /** @type {number} */ i) => i).slice(from, from + ROWS)
}

/** @param {{ sides: Side[], dim: number, byError: boolean }} props */
export function ValueRows({ sides, dim, byError }) {
    const first = sides[0].mine
    const digits = narrow.value ? 4 : 6
    const known = sides.filter(side => side.mine)
    const limit = Math.max(...known.map(({ mine }) => Math.abs(mine.errors[mine.worst[0]] ?? 0)))
    const dims = first ? dimsOf(first, dim, byError) : [...Array(ROWS).keys()]
    return (
        <div class="scroll">
            <table class="rows">
                <caption class="hidden">
                    Six values of one vector: as they are, their codes, what these decode to, and the error
                </caption>
                <thead>
                    <tr>
                        <th scope="col">dim</th>
                        <th scope="col">original</th>
                        {sides.map(({ side }) => [
                            <th scope="col" key={`${side}c`} class={side}>
                                <Letter side={side} /> code
                            </th>,
                            <th scope="col" key={`${side}d`}>
                                decoded
                            </th>,
                            <th scope="col" key={`${side}e`}>
                                error <Sign kind="measured" />
                            </th>,
                            <th scope="col" key={`${side}b`} class="errors">
                                to ±{writeError(Number.isFinite(limit) ? limit : null)}
                            </th>,
                        ])}
                    </tr>
                </thead>
                <tbody>
                    {dims.map(one => (
                        <tr key={one} class={one === dim ? 'on' : ''}>
                            <th scope="row">
                                <button class="link" aria-pressed={one === dim} onClick={() => set({ dim: one })}>
                                    {one}
                                </button>
                            </th>
                            <td>{first ? brief(first.values[one], digits) : '–'}</td>
                            {sides.map(({ side, mine }) => [
                                <td key={`${side}c`} class={`${side} code`}>
                                    {mine?.codes ? mine.codes[one] : '–'}
                                </td>,
                                <td key={`${side}d`}>{mine ? brief(mine.decoded[one], digits) : '–'}</td>,
                                <td key={`${side}e`}>{mine ? signed(mine.errors[one]) : '–'}</td>,
                                <td key={`${side}b`} class={`${side} errors`}>
                                    <ErrorBar share={mine && limit ? mine.errors[one] / limit : 0} />
                                </td>,
                            ])}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    )
}

/** An error with its sign. @type {(value: number | null) => string} */
const signed = value => (value == null ? '–' : writeError(value).replace('-', '−'))

/** From the middle to the side of its sign. @param {{ share: number }} props */
const ErrorBar = ({ share }) => (
    <i
        class="errorbar"
        aria-hidden="true"
        style={{ '--l': `${50 + Math.min(0, share) * 50}%`, '--v': `${Math.abs(share) * 50}%` }}
    />
)
