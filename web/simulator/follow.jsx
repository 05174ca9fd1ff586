// Follow one value: from the number to its range, step, code and bits, back to a number, and to the rank of its vector.
import { data, queryText, rowText } from '../state/session.js'
import { set, state } from '../state/store.js'
import { Formula } from '../parts/cells.jsx'
import { answers } from './answers.js'
import { stepsOf } from './follow.js'
import { askRanks } from './questions.js'
import { cut } from './sentence.js'

const ranks = answers(askRanks)

/**
 * @param {object} props
 * @param {string} props.a
 * @param {number} props.query from 1
 * @param {number} props.row
 * @param {number} props.dim
 * @param {{ truth: import('./neighbours.js').Neighbour[], came: import('./neighbours.js').Neighbour[], lost: import('./neighbours.js').Neighbour[] } | null} props.ten
 * @param {any} props.mine
 * @param {any} props.bits
 * @param {any} props.column
 */
export function Follow({ a, query, row, dim, ten, mine, bits, column }) {
    const { k, metric, seed } = state.value
    const now = ranks.use([mine ? a : '', query - 1, String(row), data.value, metric, k, seed], [mine])
    const known = ten && [...ten.truth, ...ten.came].find(one => one.row === row)
    const lost = ten?.lost.filter(one => one.row !== row) ?? []
    const text = queryText(query - 1)
    const steps =
        mine && bits
            ? stepsOf({
                  ...{ dim, mine, bits, column },
                  name: cut(rowText(row)),
                  rank: {
                      ...{ row, k, rank: known?.rank ?? null },
                      now: (now.isFresh && now.value?.get(row)) || null,
                      query: text ? `“${cut(text)}”` : `query ${query}`,
                  },
              })
            : []
    return (
        <section class="section" id="follow" aria-labelledby="follow-title">
            <div class="head">
                <h2 id="follow-title">Follow one value</h2>
                <p>From a number to a code and back, and what it does to the order</p>
                <div class="right">
                    {lost.map(one => (
                        <button
                            key={one.row}
                            class="button line"
                            title={rowText(one.row)}
                            onClick={() => set({ pick: one.row })}
                        >
                            Follow “{cut(rowText(one.row), 24)}”, lost
                        </button>
                    ))}
                </div>
            </div>
            <ol class="steps">
                {steps.map(step => (
                    <li key={step.title}>
                        <b>{step.title}</b>
                        <p>{step.text}</p>
                        {step.formula && (
                            <p class="filled">
                                <Formula text={step.formula} digits={6} />
                            </p>
                        )}
                    </li>
                ))}
            </ol>
        </section>
    )
}
