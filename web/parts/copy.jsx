// A button that copies text and says that it did.
import { useState } from 'preact/hooks'

/** Copies also where the clipboard is only open to older ways, as for a local file. @param {string} text */
async function copy(text) {
    try {
        await navigator.clipboard.writeText(text)
    } catch {
        const area = document.createElement('textarea')
        area.value = text
        document.body.append(area)
        area.select()
        document.execCommand('copy')
        area.remove()
    }
}

/** @param {{ text: () => string, class?: string, children: import('preact').ComponentChildren, label?: string }} props */
export function CopyButton({ text, class: name = 'button line', children, label }) {
    const [done, setDone] = useState(false)
    const act = async () => {
        await copy(text())
        setDone(true)
        setTimeout(() => setDone(false), 1500)
    }
    return (
        <button class={name} onClick={act} aria-label={label}>
            {children}
            <span class="copied" role="status">
                {done ? 'Copied' : ''}
            </span>
        </button>
    )
}
