// The recipe of A or of B: its text, and a control for what it is most often made of.
import { useState } from 'preact/hooks'
import { book } from '../state/session.js'
import { set } from '../state/store.js'
import { Field, Menu } from '../parts/controls.jsx'
import { narrow } from '../parts/narrow.js'
import { OptionsButton } from '../parts/options-button.jsx'
import { Letter } from '../parts/signs.jsx'
import { INPUTS, WEIGHTS } from './demo.js'
import { byMethod, takes, valueOf, withPart } from './recipe.js'
import { given, read, recipes, resultOf, wanted } from './session.js'

/** @typedef {import('./recipe.js').Recipe} Recipe */

/** What may be on beside a method: an option, and its value. @type {{ title: string, name: string, value: string | number }[]} */
const TOGGLES = [
    { title: 'bias correction', name: 'correct', value: 'bias' },
    { title: 'equalise layers', name: 'correct', value: 'cle' },
    { title: 'GPTQ', name: 'rounding', value: 'gptq' },
    { title: 'AWQ', name: 'rounding', value: 'awq' },
    { title: 'SmoothQuant', name: 'smooth', value: 0.5 },
    { title: 'whole numbers', name: 'arithmetic', value: 'integer' },
]

const CORRECTIONS = ['bias', 'cle']

/** Whether a toggle is on, and the value it gives its option when pressed. @type {(recipe: Recipe, toggle: { name: string, value: string | number }) => { on: boolean, next: string | number | undefined }} */
function toggleOf(recipe, { name, value }) {
    const now = valueOf(recipe, name)
    if (name !== 'correct') return { on: now === value, next: now === value ? undefined : value }
    const on = String(now).split('+')
    const next = CORRECTIONS.filter(one => (one === value ? !on.includes(one) : on.includes(one)))
    return { on: on.includes(String(value)), next: next.join('+') || undefined }
}

/** @param {{ side: 'A' | 'B' }} props */
export function Editor({ side }) {
    const key = side === 'A' ? 'a' : 'b'
    const [open, setOpen] = useState(false)
    const { recipe, problem } = recipes.value[key]
    const take = (/** @type {string} */ text) => {
        const found = read(text.trim())
        if (!found.recipe) return found.problem
        set({ [`r${key}`]: found.recipe.recipe, picture: -1 })
    }
    const text = recipe?.recipe ?? given.value[key]
    return (
        <div class={`neteditor ${side}`}>
            <div class="netrecipe">
                <Letter side={side} />
                <Field
                    id={`recipe-${key}`}
                    class="mono"
                    label={`Recipe of ${side}`}
                    value={text}
                    wrong={problem}
                    on={take}
                />
                {narrow.value && <OptionsButton label={`Options of ${side}`} open={open} on={setOpen} />}
            </div>
            {recipe && (open || !narrow.value) && <Options side={side} recipe={recipe} take={take} />}
            {recipe?.method.trains && !wanted.value.has(recipe.recipe) && !resultOf(key) && (
                <p class="netasks">
                    This recipe trains.{' '}
                    <button
                        class="button line small"
                        onClick={() => (wanted.value = new Set([...wanted.value, recipe.recipe]))}
                    >
                        Train {side}
                    </button>
                </p>
            )}
        </div>
    )
}

/** @param {{ side: 'A' | 'B', recipe: Recipe, take: (text: string) => string | undefined | void }} props */
function Options({ side, recipe, take }) {
    const methods = /** @type {Recipe['method'][]} */ (book.value?.ask('methods').methods ?? [])
    const toggles = TOGGLES.filter(({ name }) => takes(recipe, name))
    const menu = (/** @type {string[]} */ offered, /** @type {string} */ value) =>
        [...new Set([value, ...offered])].map(one => ({ value: one }))
    return (
        <div class="netoptions">
            <div class="option">
                <span>Method</span>
                <Menu
                    label={`Method of ${side}`}
                    value={recipe.method.name}
                    values={methods.map(({ name, title }) => ({ value: name, text: title }))}
                    on={name => {
                        const method = methods.find(one => one.name === name)
                        if (method) take(byMethod(recipe, method))
                    }}
                />
            </div>
            {recipe.w !== null && (
                <div class="option">
                    <span>Weights</span>
                    <Menu
                        label={`Weights of ${side}`}
                        value={recipe.w}
                        values={menu(WEIGHTS, recipe.w)}
                        on={spec => take(withPart(recipe, 'w', spec))}
                    />
                </div>
            )}
            {recipe.a !== null && (
                <div class="option">
                    <span>Activations</span>
                    <Menu
                        label={`Activations of ${side}`}
                        value={recipe.a}
                        values={menu(INPUTS, recipe.a)}
                        on={spec => take(withPart(recipe, 'a', spec))}
                    />
                </div>
            )}
            {toggles.length > 0 && (
                <div class="option nettoggles">
                    <span>Also</span>
                    <span>
                        {toggles.map(toggle => {
                            const { on, next } = toggleOf(recipe, toggle)
                            return (
                                <button
                                    key={toggle.title}
                                    class="nettoggle"
                                    aria-pressed={on}
                                    onClick={() => take(withPart(recipe, toggle.name, next))}
                                >
                                    {toggle.title}
                                </button>
                            )
                        })}
                    </span>
                </div>
            )}
        </div>
    )
}
