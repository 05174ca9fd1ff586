// Controls: a choice of few, a choice of many, and a field whose text is taken on Enter or when it is left.
import { useRef, useState } from 'preact/hooks'

export { Menu } from './menu.jsx'

/**
 * Two to four values side by side: a radio group, moved through by arrow keys.
 * @param {{ label: string, value: string, values: { value: string, text?: string }[], on: (value: string) => void }} props
 */
export function Segments({ label, value, values, on }) {
    const group = useRef(/** @type {HTMLSpanElement | null} */ (null))
    const at = values.findIndex(one => one.value === value)
    const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
        if (!step) return
        event.preventDefault()
        const next = (at + step + values.length) % values.length
        on(values[next].value)
        const button = /** @type {HTMLElement | undefined} */ (group.current?.children[next])
        button?.focus()
    }
    return (
        <span class="segments" role="radiogroup" aria-label={label} ref={group} onKeyDown={onKeyDown}>
            {values.map((one, i) => (
                <button
                    key={one.value}
                    role="radio"
                    aria-checked={one.value === value}
                    tabIndex={i === Math.max(at, 0) ? 0 : -1}
                    onClick={() => on(one.value)}
                >
                    {one.text ?? one.value}
                </button>
            ))}
        </span>
    )
}

/**
 * A field. on gets the text and answers with nothing when it is taken, or with what is wrong with it.
 * @param {object} props
 * @param {string} props.label
 * @param {string} props.value
 * @param {(text: string) => string | undefined | void} props.on
 * @param {string} [props.wrong] what is wrong with the value as it stands
 * @param {string} [props.class]
 * @param {number} [props.width] in digits
 * @param {string} [props.placeholder]
 * @param {string} [props.id]
 * @param {'text' | 'decimal' | 'numeric' | 'search'} [props.mode]
 * @param {boolean} [props.live] whether every key counts
 */
export function Field({ label, value, on, wrong, class: more = '', width, placeholder, id, mode, live = false }) {
    // what is typed, and over which value: another value from outside takes its place at once
    const [typed, setTyped] = useState({ over: value, text: value, refused: '' })
    const current = typed.over === value ? typed : { over: value, text: value, refused: '' }
    const { text } = current
    const message = current.refused || (text === value ? wrong : '')
    const type = (/** @type {string} */ next) => setTyped({ over: value, text: next, refused: current.refused })
    const take = () => {
        if (text === value && !message) return
        const refused = on(text) ?? ''
        setTyped({ over: value, text: refused ? text : value, refused })
    }
    const reset = () => setTyped({ over: value, text: value, refused: '' })
    return (
        <span class={`fieldbox ${more}`}>
            <label class={message ? 'field refused' : 'field'}>
                <input
                    id={id}
                    aria-label={label}
                    aria-invalid={message ? true : undefined}
                    aria-errormessage={message && id ? `${id}-wrong` : undefined}
                    inputMode={mode}
                    placeholder={placeholder}
                    autoComplete="off"
                    autoCapitalize="off"
                    spellcheck={false}
                    style={width ? { width: `${width}ch` } : undefined}
                    value={text}
                    onInput={event => {
                        type(event.currentTarget.value)
                        if (live) on(event.currentTarget.value)
                    }}
                    onKeyDown={event => {
                        if (event.key === 'Enter') take()
                        if (event.key === 'Escape') reset()
                    }}
                    onBlur={live ? undefined : take}
                />
            </label>
            {message && (
                <span class="wrong" id={id && `${id}-wrong`} role="alert">
                    {message}
                </span>
            )}
        </span>
    )
}
