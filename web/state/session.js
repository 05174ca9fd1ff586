// What the page knows beside its state: the core, the data that is open, what is measured of it and what is needed.
// Signals here are results and never state: a reload measures them again.
import { batch, computed, signal } from '@preact/signals'
import { loadModule } from '../engine/assets.js'
import { plural } from '../text/numbers.js'
import { workerCount } from '../engine/client.js'
import { rowsOf, unchanged } from './rows.js'
import { shardCount } from '../engine/shard.js'
import { bookOf, shownSpecs } from './specs.js'
import { state } from './store.js'
import { fileRow } from '../data/table.js'
import { VIEWS } from '../views.js'
import { connect } from '../engine/wasm.js'

/**
 * @typedef {import('../data/data.js').Data} Data
 * @typedef {{ spec: string, problem?: string, error?: any, search?: any, bytes?: any }} Result
 * @typedef {Record<string, number>} StageSeconds
 * @typedef {{ result: Result, seconds: StageSeconds }} Measured
 * @typedef {{ at: 'loading' | 'waiting' | 'running' | 'done' | 'stopped' | 'failed', since: number, lasted: number }} Status
 */

export const book = signal(/** @type {import('./specs.js').Book | null} */ (null))
export const data = signal(/** @type {Data | null} */ (null))
/** The demo while its vectors are on their way: what it is, for what can be said of it already. */
export const coming = signal(/** @type {Data | null} */ (null))
/** Why a file could not be opened or a run went wrong: a title and the core's details. */
export const problem = signal(
    /** @type {{ title: string, details: import('../engine/wasm.js').CoreError['details'] } | null} */ (null),
)
export const measured = signal(/** @type {ReadonlyMap<string, Measured>} */ (new Map()))
export const report = signal(/** @type {any} */ (null))
export const progress = signal(/** @type {import('../engine/shard.js').Progress | null} */ (null))
/** Whether what is measured is being timed once more. */
export const timing = signal(false)
export const status = signal(/** @type {Status} */ ({ at: 'loading', since: 0, lasted: 0 }))
/** Rows of the base that serve as queries; empty when the queries have a file. */
export const drawn = signal(/** @type {ArrayLike<number>} */ ([]))
const backend = signal('')

/** The query of the demo that is opened with: at 4 bits it loses one of its ten. */
const DEMO_QUERY = 20
/** The query that is looked at, from 1. */
export const query = computed(() => state.value.query || (data.value?.demo ? DEMO_QUERY : 1))

/** What measures: the kernels, and how many workers. */
export const device = computed(() =>
    backend.value ? `${backend.value} · ${plural(workers(data.value), 'worker')}` : '',
)

/** The specs on screen, A and B among them. */
export const shown = computed(() => (book.value ? shownSpecs(book.value, state.value) : null))

/** The row of the view that is open. */
export const openView = () => VIEWS.find(({ name }) => name === state.value.view)

/** The specs that the open view needs measured. */
export const needed = computed(() => {
    if (!shown.value || !book.value) return []
    const specs = openView()?.measures?.(shown.value, book.value, state.value) ?? []
    return [...new Set(specs)].filter(Boolean)
})

/** The specs that the last run was for. */
export const sought = signal(/** @type {string[]} */ ([]))

/** Those of them that are on screen still: what the progress is told of. */
export const asked = computed(() =>
    sought.value.filter(spec => needed.value.includes(spec) || shown.value?.specs.includes(spec)),
)

/** @type {import('./rows.js').Row[]} */
let lastRows = []

/** The rows on screen as they are: a row that has not changed is the object it was, so that it is not drawn again. */
export const rows = computed(() => {
    const [about, specs, open] = [book.value, shown.value, data.value]
    const next = about && specs && open ? rowsOf(about, specs, open.base, measured.value, progress.value) : []
    return (lastRows = unchanged(lastRows, next))
})

export const module = loadModule()
/** The core of this thread, which answers what needs no data. */
export const ready = module.then(connect).then(core => {
    batch(() => {
        book.value = bookOf(core)
        const { backends } = core.json('qs_backends_json')
        backend.value = backends.find((/** @type {{ used: boolean }} */ one) => one.used)?.name ?? ''
    })
    return core
})

/** How many workers have something to do. @param {Data | null} open */
export const workers = open => (open ? shardCount(open.base.rows, workerCount()) : workerCount())

/** What base row i is called: its line, or its number. @type {(i: number) => string} */
export function rowText(i) {
    const open = data.value
    if (!open) return ''
    const row = fileRow(open.base, i)
    return open.lines?.[row] ?? `row ${row}`
}

/** What query i (from 0) is called. @type {(i: number) => string} */
export function queryText(i) {
    const open = data.value ?? coming.value
    if (!open) return ''
    if (!open.queries) return i < drawn.value.length ? rowText(drawn.value[i]) : ''
    const row = fileRow(open.queries, i)
    return open.queryLines?.[row] ?? `row ${row}`
}
