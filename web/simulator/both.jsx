// Two formats side by side: A and B, what each loses, the neighbours of the query under both, and every stored byte.
import './both.css'
import './neighbours.css'
import { book, data, report, rows as allRows, shown, status } from '../state/session.js'
import { dispatch, set, state } from '../state/store.js'
import { isUnsearched } from '../state/rows.js'
import { lostSentence, memorySentence } from '../text/pair-sentences.js'
import { conditions, lostOf } from '../text/sentences.js'
import { Duel } from './ab-figures.jsx'
import { answers } from './answers.js'
import { askPair } from './questions.js'
import { interval, signed } from '../text/numbers.js'
import { LedgerBars } from './ledger.jsx'
import { LostMap } from './lost-neighbours.jsx'
import { Neighbours } from './neighbours.jsx'
import { Icon, Letter, Sign } from '../parts/signs.jsx'
import { SpecEditor } from '../parts/spec-editor.jsx'

const pairs = answers(askPair)

/** @param {{ near: any, lost: any }} props lost: to this question, or null */
export function Both({ near, lost }) {
    const { k } = state.value
    const wanted = shown.value
    const rows = allRows.value
    const a = rows.find(row => row.spec === wanted?.a)
    const b = rows.find(row => row.spec === wanted?.b)
    const { metric, seed } = state.value
    const pair = pairs.use([a?.spec, b?.spec, data.value, metric, k, seed], [report.value, status.value.at])
    if (!wanted) return null
    return (
        <div id="both">
            <div class="head">
                <h2>Two formats</h2>
                <Starts />
                <div class="right">
                    <button class="button" onClick={() => set({ both: false })}>
                        Close the comparison
                    </button>
                </div>
            </div>
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
                    <Verdict a={a} b={b} lost={a.at === 'done' && b.at === 'done' ? lost : null} k={k} />
                    {pair.isFresh && a.spec !== b.spec && <Pair found={pair.value} k={k} />}
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
        </div>
    )
}

/** B compared with A on the same queries: the difference, its interval and what follows. @param {{ found: any, k: number }} props */
const Pair = ({ found, k }) => (
    <p class="note pair">
        <Letter side="B" /> {found.text}. Paired difference of recall@{k} from <Letter side="A" />:{' '}
        <b>{signed(found.difference)}</b>, {interval(found.difference_ci95)} <Sign kind="measured" />
    </p>
)

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
