// A dialog over the page: a name, a title, what is in it. Which one is open stands in open.js.
import { useEffect, useRef } from 'preact/hooks'
import { closeDialog, current } from '../parts/open.js'

/** @param {{ name: import('../parts/open.js').DialogName, title: string, children: import('preact').ComponentChildren, wide?: boolean }} props */
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
