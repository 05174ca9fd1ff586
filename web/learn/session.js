// The facts of the data that is open: anew for other data or another question.
import { computed, effect, signal } from '@preact/signals'
import { demoWeights, NETWORKS, networkFiles } from '../engine/assets.js'
import { newRemote } from '../engine/remote.js'
import { book, data, measured, ready } from '../state/session.js'
import { state } from '../state/store.js'
import { taught } from '../views.js'
import { factsOf } from './facts.js'
import { specsFor } from './recipes.js'

effect(() => {
    const [open, about] = [data.value, book.value]
    if (open && about) taught.value = specsFor(about, open.base.rows, open.base.dim)
})

/** Rises when a figure has come. */
const turn = signal(0)
const core = signal(/** @type {import('../engine/wasm.js').Core | null} */ (null))
ready.then(found => (core.value = found)).catch(() => {})

/** @type {import('../engine/remote.js').Remote[]} */
let workers = []

const asked = computed(() => JSON.stringify([state.value.k, state.value.metric, state.value.seed]))

/** The facts of what is open; figures come while they are shown. */
export const facts = computed(() => {
    const [open, about, found] = [data.value, book.value, core.value]
    if (!open || !about || !found) return null
    const [k, metric, seed] = JSON.parse(asked.value)
    workers.forEach(one => one.end())
    workers = []
    return factsOf({
        core: found,
        book: about,
        data: open,
        question: { k, metric, seed },
        resultOf: spec => measured.value.get(about.canonical(spec) ?? spec)?.result,
        remote(role) {
            const worker = newRemote(role)
            workers.push(worker)
            return worker.ask
        },
        demoWeights,
        async networkFiles() {
            const [name] = NETWORKS
            if (!name) throw new Error('the demo networks are on the site only')
            return networkFiles(name)
        },
        track: () => void turn.value,
        changed: () => void turn.value++,
    })
})
