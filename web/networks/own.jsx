// A network of one's own: weights, pictures and labels, chosen or dropped; each file is refused by itself.
import { signal } from '@preact/signals'
import { openOwn } from './session.js'

/** @typedef {import('../engine/network.js').NetFiles} NetFiles */

const SLOTS = /** @type {const} */ ([
    { name: 'weights', title: 'Weights', takes: '.safetensors', test: /\.safetensors$/i },
    { name: 'test', title: 'Test pictures', takes: '.npy', test: /\.npy$/i },
    { name: 'testLabels', title: 'Their labels', takes: '.npy', test: /\.npy$/i },
    { name: 'train', title: 'Training pictures', takes: '.npy', test: /\.npy$/i },
    { name: 'trainLabels', title: 'Their labels', takes: '.npy', test: /\.npy$/i },
])

/** @typedef {typeof SLOTS[number]['name']} SlotName */

const chosen = signal(/** @type {Partial<Record<SlotName, File>>} */ ({}))
const refused = signal(/** @type {Partial<Record<SlotName | 'drop', string>>} */ ({}))

/** Which of the files that were dropped is what, by their names; arrays without a name that tells, by their size. @param {File[]} files */
export function slotsOf(files) {
    /** @type {Partial<Record<SlotName, File>>} */
    const found = {}
    const arrays = files.filter(file => /\.npy$/i.test(file.name)).toSorted((x, y) => y.size - x.size)
    found.weights = files.find(file => /\.safetensors$/i.test(file.name))
    const isLabels = (/** @type {File} */ file) => /label|target|(^|[^a-z])y([^a-z]|$)/i.test(file.name)
    const isTrain = (/** @type {File} */ file) => /train/i.test(file.name)
    found.trainLabels = arrays.find(file => isTrain(file) && isLabels(file))
    found.train = arrays.find(file => isTrain(file) && !isLabels(file))
    const others = arrays.filter(file => file !== found.train && file !== found.trainLabels)
    found.test = others.find(file => !isLabels(file))
    found.testLabels = others.find(file => file !== found.test)
    return /** @type {Partial<Record<SlotName, File>>} */ (
        Object.fromEntries(Object.entries(found).filter(([, file]) => file))
    )
}

/** Takes files, and opens the network when there are weights and pictures. @param {Partial<Record<SlotName, File>>} files */
function take(files) {
    chosen.value = { ...chosen.value, ...files }
    const { weights, test, ...more } = chosen.value
    if (weights && test) openOwn(/** @type {NetFiles} */ ({ weights, test, ...more }))
}

/** What makes an element take dropped files of a network. */
export const useDrop = () => ({
    onDrop: (/** @type {DragEvent} */ event) => {
        const files = [...(event.dataTransfer?.files ?? [])]
        if (!files.length) return
        event.preventDefault()
        const found = slotsOf(files)
        refused.value = Object.keys(found).length
            ? {}
            : { drop: `${files[0].name}: the Networks view takes .safetensors and .npy files.` }
        take(found)
    },
})

export function OwnNetwork() {
    return (
        <section class="section" aria-labelledby="net-own">
            <div class="head">
                <h2 id="net-own">Your own network</h2>
                <p>
                    Linear and convolutional layers with ReLU. It is read in this page and never leaves this
                    machine.
                </p>
            </div>
            <div class="netslots">
                {SLOTS.map(slot => (
                    <Slot key={slot.name} slot={slot} />
                ))}
            </div>
            {refused.value.drop && (
                <p class="wrong" role="alert">
                    {refused.value.drop}
                </p>
            )}
            <p class="quiet note netfoot">
                Drop the files anywhere in this view, or choose them. The layers are those of the file’s metadata{' '}
                <code>net</code> and <code>input</code>; without it NAME.weight of two dimensions, in order. Without
                labels, agreement with float32 stands in for accuracy.
            </p>
        </section>
    )
}

/** @param {{ slot: typeof SLOTS[number] }} props */
function Slot({ slot }) {
    const file = chosen.value[slot.name]
    const wrong = refused.value[slot.name]
    return (
        <label class="netslot">
            <b>{slot.title}</b>
            <span class="quiet">{file?.name ?? slot.takes}</span>
            <input
                type="file"
                accept={slot.takes}
                aria-label={`${slot.title}, ${slot.takes}`}
                onChange={event => {
                    const one = event.currentTarget.files?.[0]
                    if (!one) return
                    const isRight = slot.test.test(one.name)
                    refused.value = {
                        ...refused.value,
                        [slot.name]: isRight ? undefined : `${one.name}: ${slot.takes} is taken here.`,
                    }
                    if (isRight) take({ [slot.name]: one })
                }}
            />
            {wrong && (
                <span class="wrong" role="alert">
                    {wrong}
                </span>
            )}
        </label>
    )
}
