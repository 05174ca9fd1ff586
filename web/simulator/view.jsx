// Simulator: two specs side by side, what each loses, and the neighbours of one query under both.
import './simulator.css'
import './neighbours.css'
import { useEffect, useState } from 'preact/hooks'
import {
    askLost,
    askNeighbours,
    book,
    data,
    measured,
    query as chosenQuery,
    report,
    rows as allRows,
    shown,
    status,
} from '../state/session.js'
import { dispatch, set, state } from '../state/store.js'
import { isUnsearched } from '../state/rows.js'
import { conditions, lostOf, lostSentence, memorySentence } from '../text/sentences.js'
import { Duel } from './ab-figures.jsx'
import { LedgerBars } from './ledger.jsx'
import { LostMap } from './lost-neighbours.jsx'
import { Neighbours } from './neighbours.jsx'
import { Icon, Letter } from '../parts/signs.jsx'
import { SpecEditor } from '../parts/spec-editor.jsx'

/** Asks the run again whenever what decides the answer changes; keeps the last answer until then. @template T @param {() => Promise<T | undefined>} ask @param {unknown[]} keys */
function useAnswer(ask, keys) {
    const [answer, setAnswer] = useState(/** @type {T | null} */ (null))
    useEffect(() => {
        let wanted = true
        ask()
            .then(found => wanted && found && setAnswer(found))
            .catch(() => {}) // the run was ended: another asks again
        return () => {
            wanted = false
        }
    }, keys)
    return answer
}

export function View() {
    const wanted = shown.value
    const rows = allRows.value
    const { k } = state.value
    const query = chosenQuery.value
    const a = rows.find(row => row.spec === wanted?.a)
    const b = rows.find(row => row.spec === wanted?.b)
    const both = a?.at === 'done' && b?.at === 'done'
    const keys = [both, wanted?.a, wanted?.b, data.value, status.value.at, measured.value.size]
    const lost = useAnswer(askLost, keys)
    const near = useAnswer(() => askNeighbours(query - 1), [...keys, query])
    if (!wanted || !book.value) return null
    return (
        <>
            <h1 class="hidden">Simulator</h1>
            <Starts />
            <div class="two editors">
                <SpecEditor side="A" />
                <SpecEditor side="B" />
                <button
                    class="button swap"
                    aria-label="Swap A and B"
                    onClick={() => dispatch({ type: 'swap', pair: [wanted.a, wanted.b] })}
                >
                    <Icon name="swap" />
                </button>
            </div>
            {a && b && (
                <>
                    <Verdict a={a} b={b} lost={both ? lost : null} k={k} />
                    <Duel a={a} b={b} all={rows} conditions={conditions(data.value, report.value, state.value)} />
                    {!isUnsearched([a, b]) && (
                        <>
                            <LostMap a={a.spec} b={b.spec} lost={lost} k={k} />
                            <Neighbours a={a.spec} b={b.spec} near={near} queries={lost?.queries ?? 0} k={k} />
                        </>
                    )}
                    <LedgerBars a={a} b={b} reference={rows[0]} />
                </>
            )}
        </>
    )
}

function Starts() {
    return (
        <p class="starts">
            <span>Start from</span>
            {book.value?.defaults.pairs.map(({ title, a, b }) => (
                <button key={title} class="link" onClick={() => set({ a, b })}>
                    {title}
                </button>
            ))}
        </p>
    )
}

/** @param {{ a: import('../state/rows.js').Row, b: import('../state/rows.js').Row, lost: any, k: number }} props */
function Verdict({ a, b, lost, k }) {
    const [x, y] = [lostOf(lost, a.spec), lostOf(lost, b.spec)]
    const pieces = [...memorySentence(a, b), ...(x && y ? lostSentence(x, y, k) : [])]
    return (
        <p class="verdict" role="status">
            {pieces.map((piece, i) =>
                typeof piece === 'string' ? (
                    piece
                ) : 'letter' in piece ? (
                    <Letter key={i} side={piece.letter} />
                ) : (
                    <b key={i}>{piece.bold}</b>
                ),
            )}
        </p>
    )
}
