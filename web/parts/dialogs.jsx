// Dialogs over the page: which one is open, and the three that only tell something.
import { signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'

const current = signal(/** @type {'' | 'data' | 'keys' | 'licences' | 'about'} */ (''))

/** @param {'data' | 'keys' | 'licences' | 'about'} name */
export const openDialog = name => (current.value = name)
export const closeDialog = () => (current.value = '')

/** @param {{ name: 'data' | 'keys' | 'licences' | 'about', title: string, children: import('preact').ComponentChildren, wide?: boolean }} props */
export function Dialog({ name, title, children, wide = false }) {
    const box = useRef(/** @type {HTMLDialogElement | null} */ (null))
    const open = current.value === name
    useEffect(() => {
        if (open && !box.current?.open) box.current?.showModal()
        if (!open && box.current?.open) box.current.close()
    }, [open])
    return (
        <dialog
            ref={box}
            class={wide ? 'wide' : ''}
            aria-label={title}
            onClose={() => open && closeDialog()}
            onClick={event => event.target === event.currentTarget && closeDialog()}
        >
            {open && (
                <div class="sheet">
                    <div class="head">
                        <h2>{title}</h2>
                        <div class="right">
                            <button class="button line" onClick={closeDialog}>
                                Close
                            </button>
                        </div>
                    </div>
                    {children}
                </div>
            )}
        </dialog>
    )
}

/** @type {[string, string][]} */
const KEYS = [
    ['1 2', 'the views'],
    ['/', 'the spec field'],
    ['s', 'swap A and B'],
    ['← →', 'within a choice, and over the map of lost neighbours; with Shift ten steps'],
    ['?', 'these keys'],
    ['Esc', 'close what is open'],
]

export const Keys = () => (
    <Dialog name="keys" title="Keys">
        <dl class="keys">
            {KEYS.map(([key, text]) => (
                <>
                    <dt>
                        <kbd>{key}</kbd>
                    </dt>
                    <dd>{text}</dd>
                </>
            ))}
        </dl>
    </Dialog>
)

export const About = () => (
    <Dialog name="about" title="About">
        <p>
            Quantscope shows, measured on your own embeddings, what quantization saves and what it costs: bytes,
            recall, errors and time, each with where it comes from.
        </p>
        <p>
            A figure marked measured was got by running the codec on the data that is open, in this page. A figure
            marked computed follows from the spec, the rows and the dims alone. The truth that recall is counted
            against is exact search over the vectors as they are.
        </p>
        <p>
            Everything runs in this page. Files are read here and sent nowhere. The link holds what is compared,
            never the data.
        </p>
    </Dialog>
)

export const Licences = () => (
    <Dialog name="licences" title="Licences" wide>
        <LicenceTexts />
    </Dialog>
)

/** The texts come only when they are asked for. */
function LicenceTexts() {
    const [texts, setTexts] = useState(/** @type {{ title: string, text: string }[]} */ ([]))
    useEffect(() => {
        import('../licences.js').then(({ licences }) => setTexts(licences))
    }, [])
    return (
        <>
            {texts.map(({ title, text }) => (
                <details key={title}>
                    <summary>{title}</summary>
                    <pre>{text}</pre>
                </details>
            ))}
        </>
    )
}
