// A person's own data: files dropped on the page, and what could not be read.
import { problem } from '../state/session.js'
import { openData } from '../state/opening.js'
import { closeDialog } from '../parts/open.js'
import { chosenFiles } from '../data/files.js'
import { useRef, useState } from 'preact/hooks'

/** @typedef {import('../data/files.js').Chosen} Chosen */

/** Opens what was chosen. @param {Chosen} chosen @param {import('../data/data.js').Files['as']} [as] */
export async function openChosen(chosen, as) {
    const { vectors, queries, text, queryText, siblings } = chosen
    if (!vectors) {
        const message = 'Add a file of rows of numbers, such as .npy, .safetensors, GGUF, .fvecs, CSV or JSON.'
        problem.value = { title: 'There are no vectors among these files.', details: { message } }
        return
    }
    closeDialog()
    await openData({ name: vectors.name, vectors, queries, text, queryText, siblings, as })
}

/** Takes files wherever on the page they are dropped. @param {{ children: import('preact').ComponentChildren }} props */
export function DropArea({ children }) {
    const [over, setOver] = useState(false)
    const depth = useRef(0)
    const turn = (/** @type {number} */ by) => {
        depth.current += by
        setOver(depth.current > 0)
    }
    const hasFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files')
    return (
        <div
            class="page"
            onDragEnter={event => hasFiles(event) && turn(1)}
            onDragLeave={event => hasFiles(event) && turn(-1)}
            onDragOver={event => hasFiles(event) && event.preventDefault()}
            onDrop={event => {
                if (!hasFiles(event)) return
                depth.current = 0
                setOver(false)
                if (event.defaultPrevented) return // the view took them
                event.preventDefault()
                openChosen(chosenFiles([...(event.dataTransfer?.files ?? [])]))
            }}
        >
            {children}
            {over && (
                <div class="drop" aria-hidden="true">
                    <p>
                        <b>Drop files here:</b> .npy, .npz, .safetensors, GGUF, .fvecs, .fbin, CSV, JSON, HDF5 or
                        Parquet, Arrow. The larger file is the base, the other the queries; a text file beside them
                        has one line per row.
                    </p>
                </div>
            )}
        </div>
    )
}
