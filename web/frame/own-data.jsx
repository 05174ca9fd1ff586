// A person's own data: files dropped on the page, and what could not be read.
import { useRef, useState } from 'preact/hooks'
import { count, sentence } from '../text/numbers.js'
import { chosenFiles } from '../data/files.js'
import { data, problem, status } from '../state/session.js'
import { start } from '../state/run.js'
import { openData, openDemo } from '../state/opening.js'
import { openLabel, verdict, wantedFile } from '../state/linked-file.js'
import { set } from '../state/store.js'
import { closeDialog, openDialog } from '../parts/open.js'

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
                        Parquet. The larger file is the base, the other the queries; a text file beside them has one
                        line per row.
                    </p>
                </div>
            )}
        </div>
    )
}

/** No data: what to drop, where it is read, and the demo as the way out. */
export const Empty = () => (
    <div class="empty blank">
        <p>
            <b>No vectors yet.</b> Drop a file of rows of numbers here (.npy, .safetensors, GGUF, CSV and more), or
            choose one.
        </p>
        <p class="quiet">It is read in this page and never leaves this machine.</p>
        <div class="row">
            <button class="button line" onClick={() => openDialog('data')}>
                Choose file
            </button>
            <button class="button" onClick={() => openDemo()}>
                Use the demo sentences
            </button>
        </div>
    </div>
)

export function Problem() {
    const { title, details } = /** @type {NonNullable<typeof problem.value>} */ (problem.value)
    const places = /** @type {const} */ (['byte', 'row', 'column'])
        .filter(key => details[key] !== undefined)
        .map(key => `${key} ${count(details[key])}`)
    return (
        <div class="problem" role="alert">
            <p>
                <b>{title}</b> {sentence(details.message)}
            </p>
            {places.length > 0 && <p class="quiet">At {places.join(', ')}.</p>}
            <div class="row">
                <button class="button line" onClick={() => openDialog('data')}>
                    Choose another
                </button>
                {data.value && (
                    <button
                        class="button line"
                        onClick={() => {
                            problem.value = null
                            start()
                        }}
                    >
                        {status.value.at === 'failed' ? 'Try again' : `Keep ${data.value.name}`}
                    </button>
                )}
            </div>
        </div>
    )
}

/** A link that was made with a person's own file asks for it, and says whether the one that was opened is the same. */
export function LinkedFile() {
    const [wanted, found] = [wantedFile.value, verdict.value]
    if (wanted && data.value)
        return (
            <div class="linked" role="status">
                <p>
                    This link was made with <b>{wanted.name}</b>, {count(wanted.rows)} × {count(wanted.dim)}. Open
                    that file to see its figures; these are of {data.value.name}.
                </p>
                <button class="button line small" onClick={() => openDialog('data')}>
                    Choose file
                </button>
                <button class="button small" onClick={() => set({ file: openLabel.value })}>
                    Keep {data.value.name}
                </button>
            </div>
        )
    if (!found) return null
    return (
        <div class="linked" role="status">
            <p>
                {found.is === 'same'
                    ? `This is the same ${found.name} that the link was made with.`
                    : `This file differs from the ${found.name} that the link was made with.`}
            </p>
            <button class="button line small" onClick={() => (verdict.value = null)}>
                OK
            </button>
        </div>
    )
}
