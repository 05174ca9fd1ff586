// The spec of A or of B: its text, and a control for each of its options as the core lists them.
import { useState } from 'preact/hooks'
import { book, shown } from '../state/session.js'
import { changed } from '../state/specs.js'
import { dispatch, set, state } from '../state/store.js'
import { Field, Menu, Segments } from './controls.jsx'
import { OptionsButton } from './options-button.jsx'
import { Letter } from './signs.jsx'

/** Options that are named otherwise than their key. @type {Record<string, string>} */
const NAMES = {
    per: 'Scale per',
    z: 'Zero point',
    s: 'Scale',
    lo: 'From',
    hi: 'To',
    scale: 'Scale as',
    p: 'Percentile',
    sd: 'Deviations',
}

/** @param {{ side: 'A' | 'B' }} props */
export function SpecEditor({ side }) {
    const [open, setOpen] = useState(false)
    const [about, wanted] = [book.value, shown.value]
    if (!about || !wanted) return null
    const key = side === 'A' ? 'a' : 'b'
    const given = state.value[key]
    const canonical = wanted[key]
    const text = canonical || given
    const { info, problem } = about.info(text)
    const choose = (/** @type {string} */ spec) =>
        dispatch({ type: 'choose', side: key, spec, pair: [wanted.a || state.value.a, wanted.b || state.value.b] })
    const take = (/** @type {string} */ typed) => {
        const found = about.info(typed.trim())
        if (!found.info) return found.problem?.message
        choose(found.info.spec)
    }
    return (
        <div class={`editor ${side}`}>
            <div class="spec">
                <Letter side={side} />
                <code class="paper">{text}</code>
                <Field
                    id={`spec-${key}`}
                    class="mono"
                    label={`Spec of ${side}`}
                    value={text}
                    wrong={problem?.message}
                    on={take}
                />
                <OptionsButton label={`Options of ${side}`} open={open} on={setOpen} />
            </div>
            {info && (
                <div class={open ? 'options open' : 'options'}>
                    <label class="option">
                        <span>Format</span>
                        <Menu
                            label={`Format of ${side}`}
                            value={info.format.name}
                            values={about.formats.map(({ name }) => ({ value: name }))}
                            on={format => choose(changed(about, info, { format }))}
                        />
                    </label>
                    {info.options
                        .filter(option => option.applies)
                        .map(option => (
                            <Option
                                key={option.name}
                                option={option}
                                isFitted={about.choice(info.spec).isFitted}
                                side={side}
                                on={value => {
                                    const spec = changed(about, info, { option: option.name, value })
                                    if (about.canonical(spec)) choose(spec)
                                    else set({ [key]: spec })
                                    return about.info(spec).problem?.message
                                }}
                            />
                        ))}
                </div>
            )}
        </div>
    )
}

/** What an option is called; isFitted: levels are fitted, there is no scale. @type {(name: string, isFitted?: boolean) => string} */
const named = (name, isFitted) =>
    isFitted && name === 'per' ? 'Codebook per' : (NAMES[name] ?? name[0].toUpperCase() + name.slice(1))

/** A float32 in as few digits as give it back: 99.95 and not 99.9499969. @type {(value: number) => number} */
const shortest = value =>
    [6, 7, 8].map(digits => Number(value.toPrecision(digits))).find(one => Math.fround(one) === value) ?? value

/** @param {{ option: import('../state/specs.js').Option, isFitted?: boolean, side?: string, on: (value: string) => string | undefined }} props */
export function Option({ option, isFitted, side = '', on }) {
    const name = named(option.name, isFitted)
    const label = side ? `${name} of ${side}` : name
    const values = option.values?.map(value => ({ value }))
    const shown =
        typeof option.value === 'number' && !option.whole ? shortest(Math.fround(option.value)) : option.value
    const props = { label, value: String(shown), on: (/** @type {string} */ text) => on(text) }
    return (
        <div class="option" title={option.help}>
            <span aria-hidden="true">{name}</span>
            {!values ? (
                <Field {...props} mode={option.whole ? 'numeric' : 'decimal'} width={12} />
            ) : values.length <= 4 && values.map(one => one.value).join('').length <= 20 ? (
                <Segments {...props} values={values} />
            ) : (
                <Menu {...props} values={values} />
            )}
        </div>
    )
}
