// "What fits": a question with fields in it, the answer below, its reason and its limit. The lower end of the interval
// of recall decides.
import { count, interval, parseCount, parseSize, plural, recall, size } from '../text/numbers.js'
import { isUnsearched, recallOf, recallRange, whatFits } from '../state/rows.js'
import { book, data } from '../state/session.js'
import { set, state } from '../state/store.js'
import { UNSEARCHED } from '../text/sentences.js'
import { Field } from '../parts/controls.jsx'
import { Letter, Sign } from '../parts/signs.jsx'

/** What the fields ask for, as numbers. */
export function question() {
    const { vectors, memory, space, least, k } = state.value
    return {
        vectors,
        dim: data.value?.base.dim ?? 1,
        memory: parseSize(memory),
        disk: parseSize(space),
        least,
        k,
    }
}

/** @type {(name: 'memory' | 'space') => (text: string) => string | void} */
const takeSize = name => text => {
    if (Number.isNaN(parseSize(text))) return 'Takes a size such as 300 MB, 2GB or 1.5 GiB.'
    set({ [name]: text.trim() })
}

/** @param {string} text */
const takeVectors = text => {
    const vectors = parseCount(text)
    if (!(vectors >= 1 && vectors <= 1e12)) return 'Takes a whole number such as 1,000,000, 20M or 1e6.'
    set({ vectors })
}

/** @param {string} text */
const takeLeast = text => {
    const least = Number(text)
    if (!(text.trim() && least >= 0 && least <= 1)) return 'Takes a number from 0 to 1.'
    set({ least })
}

/** @param {{ rows: import('../state/rows.js').Row[] }} props */
export function Fits({ rows }) {
    const { vectors, memory, space, least, k } = state.value
    return (
        <section class="fits" aria-labelledby="fits-title">
            <h2 id="fits-title">What fits</h2>
            <span class="phrase">
                <Field label="Vectors" width={11} value={count(vectors)} on={takeVectors} /> vectors
            </span>
            <span class="phrase">of {plural(data.value?.base.dim ?? 0, 'dim')}</span>
            <span class="phrase">
                in <Field label="Memory" width={8} value={memory} on={takeSize('memory')} />
            </span>
            <span class="phrase">
                and <Field label="Disk" width={8} value={space} on={takeSize('space')} /> of disk,
            </span>
            <span class="phrase">
                recall@{k} at least{' '}
                <Field label="Least recall" mode="decimal" width={6} value={String(least)} on={takeLeast} />
            </span>
            <Answer rows={rows} />
        </section>
    )
}

/** @typedef {NonNullable<ReturnType<typeof whatFits>['best']>} Sized */

/** @param {{ rows: import('../state/rows.js').Row[] }} props */
function Answer({ rows }) {
    const about = book.value
    const { k } = state.value
    const found = about && data.value && whatFits(about, rows, question())
    if (!found?.smallest) return <p class="answer quiet">{isUnsearched(rows) ? UNSEARCHED : 'Still measuring'}</p>
    const { best, below, unsure, smallest, isFinal } = found
    const measuredOn = `Measured on ${plural(data.value?.base.rows ?? 0, 'row')}; recall falls as rows are added.`
    const soFar = isFinal ? null : <span class="quiet">Still measuring; so far </span>
    if (!best)
        return (
            <p class="answer">
                {soFar}
                <b>{isFinal ? 'Nothing measured here fits.' : 'nothing fits.'}</b>{' '}
                <span class="quiet">
                    {unsure ? (
                        <Unsure unsure={unsure} k={k} />
                    ) : below ? (
                        <>
                            Within that memory and disk, <code>{below.row.spec}</code> at {size(below.bytes.total)}{' '}
                            has the highest recall, {recall(recallOf(below.row, k))}.{' '}
                        </>
                    ) : (
                        <>
                            The smallest, <code>{smallest.row.spec}</code>, takes {size(smallest.bytes.total)}
                            {smallest.bytes.originals ? ` and ${size(smallest.bytes.originals)} of disk` : ''}.{' '}
                        </>
                    )}
                    {measuredOn}
                </span>
            </p>
        )
    return (
        <p class="answer">
            {soFar}
            {best.row.letter && <Letter side={best.row.letter} />} <code>{best.row.spec}</code>{' '}
            <b>{size(best.bytes.total)}</b>
            <Sign kind="computed" />
            {best.bytes.originals > 0 && ` and ${size(best.bytes.originals)} of disk,`} recall{' '}
            <b>{recall(recallOf(best.row, k))}</b>
            <Sign kind="measured" />{' '}
            <span class="quiet">
                {interval(recallRange(best.row, k))}.{' '}
                {unsure ? (
                    <Unsure unsure={unsure} k={k} />
                ) : (
                    below && (
                        <>
                            The next smaller, <code>{below.row.spec}</code> at {size(below.bytes.total)}, has{' '}
                            {recall(recallOf(below.row, k))}.{' '}
                        </>
                    )
                )}
                {measuredOn}
            </span>
        </p>
    )
}

/** A spec whose recall is enough as measured, but not by its interval. @param {{ unsure: Sized, k: number }} props */
const Unsure = ({ unsure: { row, bytes }, k }) => (
    <>
        <code>{row.spec}</code> at {size(bytes.total)} has {recall(recallOf(row, k))}, but its interval starts at{' '}
        {recall(recallRange(row, k)?.[0])}.{' '}
    </>
)
