// A person's own data: files chosen or dropped, what could not be read, and what is asked of the data.
import { useRef, useState } from 'preact/hooks'
import { count, metricName } from '../format.js'
import { chosenFiles } from '../files.js'
import { data, openData, openDemo, problem, start } from '../session.js'
import { set, state } from '../store.js'
import { Field, Segments } from './controls.jsx'
import { closeDialog, Dialog, openDialog } from './dialogs.jsx'
import { Icon } from './signs.jsx'

/** @typedef {import('../files.js').Chosen} Chosen */

/** @param {Chosen} chosen */
async function open(chosen) {
    const { vectors, queries, text, queryText } = chosen
    if (!vectors) {
        const message = 'A .npy file of rows by dims is needed; a text file tells what its rows are.'
        problem.value = { title: 'No vectors among these files.', details: { message } }
        return
    }
    closeDialog()
    await openData({ name: vectors.name, vectors, queries, text, queryText })
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
                event.preventDefault()
                depth.current = 0
                setOver(false)
                open(chosenFiles([...(event.dataTransfer?.files ?? [])]))
            }}
        >
            {children}
            {over && (
                <div class="drop" aria-hidden="true">
                    <p>
                        <b>Drop .npy files here.</b> The one with more rows is the base, the other the queries; a
                        text file has a line for each row.
                    </p>
                </div>
            )}
        </div>
    )
}

export function Problem() {
    const { title, details } = /** @type {NonNullable<typeof problem.value>} */ (problem.value)
    const places = /** @type {const} */ (['byte', 'row', 'column'])
        .filter(key => details[key] !== undefined)
        .map(key => `${key} ${count(details[key])}`)
    return (
        <div class="problem" role="alert">
            <p>
                <b>{title}</b> {details.message}
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
                        Keep {data.value.name}
                    </button>
                )}
            </div>
        </div>
    )
}

/** @type {{ key: keyof Chosen, label: string, note: string, accept: string }[]} */
const INPUTS = [
    { key: 'vectors', label: 'Vectors', note: '.npy, rows by dims', accept: '.npy' },
    {
        key: 'queries',
        label: 'Queries',
        note: '.npy of the same dims, or none: some rows are drawn',
        accept: '.npy',
    },
    {
        key: 'text',
        label: 'Text of the vectors',
        note: 'a line for each row, or none',
        accept: '.txt,.tsv,.csv,.text',
    },
    {
        key: 'queryText',
        label: 'Text of the queries',
        note: 'a line for each row, or none',
        accept: '.txt,.tsv,.csv',
    },
]

const METRICS = ['cosine', 'ip', 'l2'].map(value => ({ value, text: metricName(value) }))

export function DataDialog() {
    const [chosen, setChosen] = useState(/** @type {Chosen} */ ({}))
    const { metric, k } = state.value
    const takeK = (/** @type {string} */ text) => {
        const value = Number(text)
        if (!(Number.isInteger(value) && value >= 1 && value <= 100)) return 'Takes a whole number from 1 to 100.'
        set({ k: value })
    }
    return (
        <Dialog name="data" title="Data">
            <div class="empty">
                <p>
                    <b>Your own vectors.</b> Drop .npy files anywhere on the page, or choose them here.
                </p>
                <p class="quiet">They are read here and sent nowhere.</p>
                {INPUTS.map(({ key, label, note, accept }) => (
                    <label class="file" key={key}>
                        <span>
                            {label} <small>{chosen[key]?.name ?? note}</small>
                        </span>
                        <input
                            type="file"
                            accept={accept}
                            onChange={event => setChosen({ ...chosen, [key]: event.currentTarget.files?.[0] })}
                        />
                        <span class="button line" aria-hidden="true">
                            Choose file
                        </span>
                    </label>
                ))}
                <div class="row">
                    <button
                        class="button line"
                        disabled={!chosen.vectors}
                        onClick={() => {
                            open(chosen)
                            setChosen({})
                        }}
                    >
                        <Icon name="data" /> Open
                    </button>
                    <button
                        class="button"
                        onClick={() => {
                            closeDialog()
                            openDemo()
                        }}
                    >
                        Use the demo sentences
                    </button>
                </div>
            </div>
            <div class="asked">
                <div class="option">
                    <span>Compared by</span>
                    <Segments
                        label="Compared by"
                        value={metric}
                        values={METRICS}
                        on={value => set({ metric: value })}
                    />
                </div>
                <div class="option">
                    <span>Neighbours</span>
                    <Field label="Neighbours that count" mode="numeric" width={5} value={String(k)} on={takeK} />
                </div>
            </div>
        </Dialog>
    )
}
