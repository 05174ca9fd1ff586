// What is looked at in the Range view: the tensor, the spec with its options, and one of its scales where it has many.
import { useState } from 'preact/hooks'
import { count, parseCount } from '../text/numbers.js'
import { fitted, given, info, most, option, own, place, sense, spec, table, tensors } from './session.js'
import { asked, formatsFor, withFormat } from './spec.js'
import { changed } from '../state/specs.js'
import { set } from '../state/store.js'
import { Field, Menu } from '../parts/controls.jsx'
import { narrow } from '../parts/narrow.js'
import { OptionsButton } from '../parts/options-button.jsx'
import { Option } from '../parts/spec-editor.jsx'

/** Options that say nothing of a range, or that are set by dragging it. */
const HIDDEN = ['lo', 'hi', 's', 'z', 'query', 'rescore', 'feedback', 'outliers', 'seed']

/** Values of options that are none here: a range is given by dragging it, and one has to have a scale. @type {(option: string, value: string) => boolean} */
const offered = (option, value) =>
    value !== 'given' && !(option === 'per' && value === 'none') && !(own.value && value === 'kl')

/** @param {{ about: import('../state/specs.js').Book }} props */
export function RangeControls({ about }) {
    const known = info.value
    const [open, setOpen] = useState(false)
    const isFolded = narrow.value && !open
    const take = (/** @type {string} */ typed) => {
        const found = asked(about, typed)
        if (found.problem !== undefined) return found.problem
        set({ range: found.info.spec, lo: '', hi: '', ...found.ends })
    }
    return (
        <div class="rangecontrols">
            <TensorMenu />
            <code class="paper">{spec.value || given.value}</code>
            <Field
                id="spec-range"
                class="mono"
                label="Spec"
                value={spec.value || given.value}
                wrong={sense.value.problem}
                on={take}
            />
            {narrow.value && <OptionsButton label="Options of the spec" open={open} on={setOpen} />}
            {known && !isFolded && (
                <label class="option">
                    <span>Format</span>
                    <Menu
                        label="Format"
                        value={known.format.name}
                        values={formatsFor(about, known).map(value => ({ value }))}
                        on={format => take(withFormat(about, known, format))}
                    />
                </label>
            )}
            {(isFolded ? [] : (known?.options ?? []))
                .filter(one => one.applies && !HIDDEN.includes(one.name))
                .map(one => (
                    <Option
                        key={one.name}
                        option={{ ...one, values: one.values?.filter(value => offered(one.name, value)) }}
                        isFitted={fitted.value}
                        on={value => known && take(changed(about, known, { option: one.name, value }))}
                    />
                ))}
            {option('per') === 'dim' && <Place name="dim" label="Dim" />}
            {own.value && <Place name="line" label="Row" />}
            {option('per') === 'block' && <Place name="group" label="Block of it" />}
        </div>
    )
}

/** The tensors of a file that has several. */
function TensorMenu() {
    const open = table.value
    if (!tensors.value.length || !open?.part) return null
    return (
        <label class="option">
            <span>Tensor</span>
            <Menu
                label="Tensor"
                class="tensors"
                value={open.part}
                values={tensors.value.map(({ name, shape }) => ({
                    value: name,
                    text: `${name}  ${shape.map(count).join(' × ') || 'one value'}`,
                }))}
                on={tensor => set({ tensor, lo: '', hi: '' })}
            />
        </label>
    )
}

/** Which dim, row or block is looked at. @param {{ name: 'dim' | 'line' | 'group', label: string }} props */
function Place({ name, label }) {
    const last = most.value[name] - 1
    return (
        <div class="option">
            <span aria-hidden="true">{label}</span>
            <Field
                label={label}
                value={String(place.value[name])}
                mode="numeric"
                width={6}
                on={text => {
                    const value = parseCount(text)
                    if (!(value <= last)) return `Takes a whole number from 0 to ${count(last)}.`
                    set({ [name]: value, lo: '', hi: '' })
                }}
            />
        </div>
    )
}
