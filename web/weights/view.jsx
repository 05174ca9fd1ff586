// Weights: every tensor of a model's file, what its values are like, and what specs do to it.
import './weights.css'
import { book } from '../state/session.js'
import { set, state } from '../state/store.js'
import { count, plural, sentence, size } from '../text/numbers.js'
import { Field, Menu, Segments } from '../parts/controls.jsx'
import { CopyButton } from '../parts/copy.jsx'
import { Export } from '../parts/export.jsx'
import { About, Icon } from '../parts/signs.jsx'
import { asCsv, CELLS, columnOf, commandOf } from './labels.js'
import { globOf, ranked } from './order.js'
import { Progress } from './progress.jsx'
import { Verdict } from './verdict.jsx'
import { asked, found, listed, measured, openTensor, refusal, totals } from './session.js'
import { TensorTable } from './table.jsx'

/** What prints the same. */
export const command = () => commandOf(listed.value?.weights.name ?? '', asked.value.specs)

export function View() {
    const about = book.value
    const file = listed.value
    return (
        <div class="weightsview">
            <h1 class="hidden">Weights</h1>
            <Progress />
            {refusal.value && (
                <div class="problem" role="alert">
                    <p>
                        <b>The tensors can’t be read.</b> {sentence(refusal.value)}
                    </p>
                </div>
            )}
            {about && file && <Tensors about={about} file={file} />}
        </div>
    )
}

/** @param {{ about: import('../state/specs.js').Book, file: import('./session.js').Listed }} props */
function Tensors({ about, file }) {
    const { glob, rank, cell, one } = state.value
    const { specs, wrong } = asked.value
    const chosen = about.canonical(one) && specs.includes(one) ? one : (specs.at(-1) ?? '')
    const all = measured.value.map(weight => ({ weight, found: found.value.get(weight.name) }))
    const matches = globOf(glob)
    const rows = ranked(
        all.filter(({ weight }) => matches(weight.name)),
        rank,
        cell,
        specs,
    )
    const sums = totals.value
    const bytes = sums?.totals[0]?.file_bytes
    return (
        <>
            <div class="weightfile">
                <p>
                    <b>{file.weights.name}</b>{' '}
                    <span class="quiet">
                        {plural(file.tensors.length, 'tensor')}
                        {bytes !== undefined && `, ${size(bytes)}`}
                        {file.demo && ', demo'}
                    </span>
                </p>
                <div class="right">
                    <Field
                        id="glob"
                        label="Filter tensors by name; * is any text"
                        placeholder="Filter, as *.weight"
                        value={glob}
                        live
                        on={text => set({ glob: text })}
                    />
                    <CopyButton text={() => asCsv(rows, specs)}>Copy CSV</CopyButton>
                    <CopyButton text={() => commandOf(file.weights.name, specs)}>Copy command</CopyButton>
                </div>
            </div>
            <Verdict rows={all} specs={specs} totals={sums} />
            <Specs about={about} specs={specs} wrong={wrong} chosen={chosen} />
            {all.length ? (
                <TensorTable rows={rows} all={all} specs={specs} chosen={chosen} book={about} totals={sums} />
            ) : (
                <p class="note">No tensor of this file has two dimensions or more of values that can be read.</p>
            )}
            {all.length > 0 && !rows.length && <p class="quiet note">No tensor matches “{glob}”.</p>}
            {rows.length > 0 && (
                <Export
                    what="an encoded tensor"
                    names={rows.map(({ weight }) => weight.name)}
                    specs={specs}
                    chosen={chosen}
                    open={openTensor}
                />
            )}
            <Others file={file} />
        </>
    )
}

/** @param {{ about: import('../state/specs.js').Book, specs: string[], wrong: string[], chosen: string }} props */
function Specs({ about, specs, wrong, chosen }) {
    const { cell } = state.value
    const add = (/** @type {string} */ text) => {
        if (!text.trim()) return
        const { info, problem } = about.info(text.trim())
        if (!info) return problem?.message
        set({ weigh: [...specs.filter(spec => spec !== info.spec), info.spec] })
    }
    const named = specs.map(spec => {
        const { name, rest } = columnOf(about, spec)
        return { value: spec, text: [name, rest].filter(Boolean).join(' ') }
    })
    return (
        <>
            <div class="weightcontrols">
                <Segments
                    label="Figure of each spec"
                    value={cell}
                    values={Object.entries(CELLS).map(([value, { text }]) => ({ value, text }))}
                    on={value => set({ cell: value })}
                />
                <About
                    label
                    figure={{
                        label: CELLS[cell].title,
                        sign: cell === 'bytes' ? 'computed' : 'measured',
                        about: CELLS[cell].about,
                        conditions: 'all values of each tensor; a row is one index of the first dimension',
                        command: commandOf(listed.value?.weights.name ?? '', specs),
                    }}
                />
                <Segments
                    label="Tensors by"
                    value={state.value.by || 'none'}
                    values={[
                        { value: 'none', text: 'all' },
                        { value: 'layer', text: 'by layer' },
                        { value: 'role', text: 'by role' },
                    ]}
                    on={value => set({ by: value === 'none' ? '' : value })}
                />
                <Menu
                    class="weightone"
                    label="Spec that is shown"
                    value={chosen}
                    values={named}
                    on={value => set({ one: value })}
                />
                <details class="weightspecs">
                    <summary>Specs</summary>
                    <ul>
                        {specs.map(spec => (
                            <li key={spec} class="chip">
                                <code>{spec}</code>
                                {specs.length > 1 && (
                                    <button
                                        class="remove"
                                        aria-label={`Remove ${spec}`}
                                        onClick={() => set({ weigh: specs.filter(other => other !== spec) })}
                                    >
                                        <Icon name="remove" />
                                    </button>
                                )}
                            </li>
                        ))}
                        <li>
                            <Field id="add-weight" label="Add a spec" placeholder="Add a spec" value="" on={add} />
                        </li>
                        {state.value.weigh.length > 0 && (
                            <li>
                                <button class="button line" onClick={() => set({ weigh: [] })}>
                                    Default specs
                                </button>
                            </li>
                        )}
                    </ul>
                </details>
            </div>
            {wrong.length > 0 && (
                <p class="wrong" role="alert">
                    {wrong.map(sentence).join(' ')}
                </p>
            )}
        </>
    )
}

/** Tensors that are not measured, and why. @param {{ file: import('./session.js').Listed }} props */
function Others({ file }) {
    const others = file.tensors.filter(({ fate }) => fate === 'other')
    if (!others.length) return null
    return (
        <details class="weightothers">
            <summary>{count(others.length)} not measured: they stay as they are</summary>
            <ul>
                {others.map(({ name, bytes, problem }) => (
                    <li key={name}>
                        <code>{name}</code>, {size(bytes)}: {problem}
                    </li>
                ))}
            </ul>
        </details>
    )
}
