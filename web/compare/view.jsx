// Compare: what fits, recall over bytes, and all specs as a table.
import './compare.css'
import './table.css'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { asText, figures, sorted } from '../state/figures.js'
import { frontier, isUnsearched } from '../state/rows.js'
import { book, data, report, rows as allRows, shown } from '../state/session.js'
import { dispatch, set, state } from '../state/store.js'
import { count } from '../text/numbers.js'
import { conditions, familyName } from '../text/sentences.js'
import { Field, Segments } from '../parts/controls.jsx'
import { CopyButton } from '../parts/copy.jsx'
import { Export } from '../parts/export.jsx'
import { narrow } from '../parts/narrow.js'
import { Fits } from './what-fits.jsx'
import { bytesOf, Pareto } from './pareto.jsx'
import { About, Shape } from '../parts/signs.jsx'
import { SpecTable } from './table.jsx'

export function View() {
    const [lit, setLit] = useState('')
    const rows = allRows.value
    const { k } = state.value
    const list = useMemo(() => figures(k), [k])
    if (!rows.length) return null
    return (
        <>
            <h1 class="hidden">Compare</h1>
            <Fits rows={rows} />
            {!isUnsearched(rows) && <Chart rows={rows} list={list} lit={lit} on={setLit} />}
            <AllSpecs rows={rows} list={list} lit={lit} />
        </>
    )
}

/** @typedef {{ rows: import('../state/rows.js').Row[], list: import('../state/figures.js').Figure[], lit: string }} Props */

/** A list that is the one it was while what it holds is the same. @template T @param {T[]} list @returns {T[]} */
function useSame(list) {
    const last = useRef(list)
    const isSame = list.length === last.current.length && list.every((one, i) => one === last.current[i])
    return (last.current = isSame ? last.current : list)
}

/** @param {Props & { on: (spec: string) => void }} props */
function Chart({ rows, list, lit, on }) {
    const { disk } = state.value
    const done = useSame(rows.filter(row => row.at === 'done'))
    const sizes = rows.map(row => bytesOf(row, disk))
    const families = [...new Set(rows.map(row => row.kind))]
    const [off, setOff] = useState(/** @type {string[]} */ ([]))
    const [part, setPart] = useState(/** @type {import('./zoom.js').Part | null} */ (null))
    useEffect(() => setPart(null), [disk, data.value])
    const turn = (/** @type {string} */ family) =>
        setOff(off.includes(family) ? off.filter(one => one !== family) : [...off, family])
    const figure = (/** @type {string} */ id) =>
        /** @type {import('../state/figures.js').Figure} */ (list.find(one => one.id === id))
    return (
        <section class="section" aria-labelledby="chart-title">
            <div class="head">
                <h2 id="chart-title">Recall and bytes</h2>
                <p>Top left is better. Drag a box, or press + and −, to zoom.</p>
                <div class="right">
                    {part && (
                        <button class="button line" onClick={() => setPart(null)}>
                            Whole chart
                        </button>
                    )}
                    <Segments
                        label="Bytes counted"
                        value={disk ? 'both' : 'memory'}
                        values={[{ value: 'memory' }, { value: 'both', text: 'memory + disk' }]}
                        on={value => set({ disk: value === 'both' })}
                    />
                </div>
            </div>
            <div class="legend">
                {families.map(family => (
                    <button key={family} aria-pressed={!off.includes(family)} onClick={() => turn(family)}>
                        <Shape kind={family} full={!off.includes(family)} /> {familyName(family)}
                    </button>
                ))}
                <span class="apart">
                    <Shape kind="integer" full /> on the frontier
                </span>
                <span>
                    <Shape kind="integer" /> behind it
                </span>
            </div>
            <div class="ylabel">
                <About figure={figure('recall')} label />
            </div>
            <Pareto
                rows={done}
                low={Math.min(...sizes)}
                high={Math.max(...sizes)}
                lit={lit}
                on={on}
                off={off}
                part={part}
                onPart={setPart}
            />
            <div class="xlabel">
                bytes per vector{disk ? ', kept originals included' : ''},{' '}
                <span class="phrase">
                    log scale <About figure={figure('bytes')} />
                </span>
            </div>
        </section>
    )
}

/** @param {Props} props */
function AllSpecs({ rows, list, lit }) {
    const { filter, sort, k, disk } = state.value
    const [every, setEvery] = useState(false)
    const wanted = shown.value
    if (!wanted) return null
    const words = filter.toLowerCase().split(/\s+/)
    const kept = rows.filter(row => words.every(word => row.spec.includes(word)))
    const ordered = sorted(kept, list, sort)
    const isBrief = narrow.value && !every && !filter
    const best = isBrief ? frontier(rows, k, disk) : new Set()
    const isNamed = (/** @type {import('../state/rows.js').Row} */ row) =>
        row.reference || row.letter || row.spec === lit || best.has(row.spec)
    const seen = isBrief && !isUnsearched(rows) ? ordered.filter(isNamed) : ordered
    const add = (/** @type {string} */ text) => {
        if (!text.trim()) return
        const { info, problem } = book.value?.info(text.trim()) ?? {}
        if (!info) return problem?.message
        dispatch({ type: 'add', spec: info.spec, shown: wanted.specs })
    }
    return (
        <section class="section" aria-labelledby="table-title">
            <div class="head">
                <h2 id="table-title">All specs</h2>
                <div class="right wrap">
                    <Field
                        label="Filter specs"
                        placeholder="Filter"
                        value={filter}
                        live
                        on={text => set({ filter: text })}
                    />
                    <Field
                        id="add-spec"
                        class="add"
                        label="Add a spec"
                        placeholder="Add a spec"
                        value=""
                        on={add}
                    />
                    {state.value.specs.length > 0 && (
                        <button class="button line" onClick={() => set({ specs: [] })}>
                            Default specs
                        </button>
                    )}
                    <CopyButton text={() => asText(ordered, list, 'csv')}>Copy CSV</CopyButton>
                    <CopyButton text={() => asText(ordered, list, 'markdown')}>Copy Markdown</CopyButton>
                </div>
            </div>
            {wanted.wrong.length > 0 && (
                <div class="problem" role="alert">
                    {wanted.wrong.map(({ spec, message }) => (
                        <p key={spec}>
                            <code>{spec}</code> is left out: {message}.
                        </p>
                    ))}
                </div>
            )}
            <SpecTable
                rows={seen}
                list={list}
                all={rows}
                lit={lit}
                pair={[wanted.a, wanted.b]}
                shown={wanted.specs}
            />
            {seen.length < ordered.length && (
                <p class="brief note">
                    Shown are the frontier, A and B.{' '}
                    <button class="button line" onClick={() => setEvery(true)}>
                        All {count(ordered.length)} specs
                    </button>
                </p>
            )}
            {!kept.length && <p class="quiet note">No spec matches “{filter}”.</p>}
            <Export
                what="the vectors, encoded"
                names={[]}
                specs={rows.map(row => row.spec)}
                chosen={wanted.a}
                open={openBase}
            />
            <p class="conditions">
                <span>{conditions(data.value, report.value, state.value)}</span>
                <span>Bars start at 0; recall starts at the number in its column head</span>
            </p>
        </section>
    )
}

/** All vectors of the file that is open. */
async function openBase() {
    const { name, base } = /** @type {import('../data/data.js').Data} */ (data.peek())
    return {
        table: base,
        name: base.part ?? base.names?.[0] ?? 'data',
        shape: [base.fileRows, base.dim],
        file: name,
    }
}
