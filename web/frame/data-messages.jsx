// What the page says of its data in place of a view or above it: nothing is open, what could not be read, which file a
// link asks for. Loaded when it is needed.
import { count, sentence } from '../text/numbers.js'
import { data, problem, status } from '../state/session.js'
import { start } from '../state/run.js'
import { openDemo } from '../state/opening.js'
import { openLabel, verdict, wantedFile } from '../state/linked-file.js'
import { set } from '../state/store.js'
import { openDialog } from '../parts/open.js'

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
