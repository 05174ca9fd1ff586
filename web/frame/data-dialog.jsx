// The dialog of the data: a person's own files, the demo, and what is asked of either.
import { useState } from 'preact/hooks'
import { metricName, parseCount } from '../text/numbers.js'
import { data } from '../state/session.js'
import { clearData, openDemo } from '../state/opening.js'
import { set, state } from '../state/store.js'
import { Field, Segments } from '../parts/controls.jsx'
import { openChosen } from './own-data.jsx'
import { Dialog } from './dialog.jsx'
import { closeDialog } from '../parts/open.js'
import { Icon } from '../parts/signs.jsx'

/** @typedef {import('../data/files.js').Chosen} Chosen */

const VECTORS =
    '.npy,.npz,.safetensors,.json,.gguf,.fvecs,.bvecs,.ivecs,.fbin,.u8bin,.i8bin,.csv,.tsv,.txt,.jsonl,.gz,.h5,.hdf5,.parquet'

/** @type {{ key: Exclude<keyof Chosen, 'siblings'>, label: string, note: string, accept: string }[]} */
const INPUTS = [
    { key: 'vectors', label: 'Vectors', note: 'rows of numbers: .npy, GGUF, CSV and more', accept: VECTORS },
    {
        key: 'queries',
        label: 'Queries',
        note: 'optional, of the same dims; without them some rows serve as queries',
        accept: VECTORS,
    },
    {
        key: 'text',
        label: 'Text of the vectors',
        note: 'optional, one line per row',
        accept: '.txt,.tsv,.csv,.text',
    },
    {
        key: 'queryText',
        label: 'Text of the queries',
        note: 'optional, one line per row',
        accept: '.txt,.tsv,.csv',
    },
]

const METRICS = ['cosine', 'ip', 'l2'].map(value => ({ value, text: metricName(value).replace('squared ', '') }))

/** What a file can be taken for. */
const KINDS = [
    { value: '', text: 'what it seems' },
    { value: 'vectors', text: 'vectors' },
    { value: 'weights', text: 'weights' },
]

export function DataDialog() {
    const [chosen, setChosen] = useState(/** @type {Chosen} */ ({}))
    const [as, setAs] = useState('')
    const { metric, k } = state.value
    const takeK = (/** @type {string} */ text) => {
        const value = parseCount(text)
        if (!(value >= 1 && value <= 100)) return 'Takes a whole number from 1 to 100.'
        set({ k: value })
    }
    return (
        <Dialog name="data" title="Data">
            <div class="empty">
                <p>
                    <b>Your own vectors.</b> Drop files anywhere on the page (.npy, .npz, .safetensors, GGUF,
                    .fvecs, .fbin, CSV, JSON, GloVe, HDF5, Parquet, Arrow, gzip of these), or choose them here.
                </p>
                <p class="quiet">
                    They are read in this page and never leave this machine. They stay in this browser for this tab,
                    so that a reload finds them, until the tab is closed or you clear them.
                </p>
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
                <div class="option">
                    <span>Open as</span>
                    <Segments label="Open as" value={as} values={KINDS} on={setAs} />
                </div>
                <div class="row">
                    <button
                        class="button line"
                        disabled={!chosen.vectors}
                        onClick={() => {
                            openChosen(chosen, /** @type {any} */ (as || undefined))
                            setChosen({})
                        }}
                    >
                        <Icon name="data" /> Open
                    </button>
                    <button
                        class="button"
                        onClick={() => {
                            closeDialog()
                            set({ file: '' })
                            openDemo()
                        }}
                    >
                        Use the demo sentences
                    </button>
                    {data.value && !data.value.demo && (
                        <button
                            class="button line"
                            onClick={() => {
                                closeDialog()
                                clearData()
                            }}
                        >
                            Clear {data.value.name}
                        </button>
                    )}
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
