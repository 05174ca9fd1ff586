// What happens between the state and the figures: which data is open, which run is on, what it has measured. Signals
// here are results and never state: a reload measures them again.
import { batch, computed, effect, signal } from '@preact/signals'
import { demoFiles, loadModule, newWorker } from '../engine/assets.js'
import { detailsOf, readData, Unusable } from '../data/data.js'
import { count, plural } from '../text/numbers.js'
import { createPool, measure, slowest, Stopped, workerCount } from '../engine/client.js'
import { rowsOf } from './rows.js'
import { shardCount, TIMED_MS } from '../engine/shard.js'
import { bookOf, shownSpecs } from './specs.js'
import { set, state } from './store.js'
import { compareWithLink, verdict } from './linked-file.js'
import { clearFiles, digestOf, fileLabel, readLabel, storedFiles, storeFiles } from '../data/stored-files.js'
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

const openView = () => VIEWS.find(({ name }) => name === state.value.view)

/** The specs that the open view needs measured. */
export const needed = computed(() => {
    if (!shown.value || !book.value) return []
    const specs = openView()?.measures(shown.value, book.value, state.value) ?? []
    return [...new Set(specs)].filter(Boolean)
})

/** The specs of a run for the open view: those not measured yet, and those that it asks the run about. */
const inRun = (/** @type {string[]} */ all) => {
    if (openView()?.asks) return all
    const { a, b } = shown.peek() ?? {}
    const missing = all.filter(spec => !measured.peek().has(spec))
    return /** @type {string[]} */ ([...new Set([...missing, a, b])].filter(Boolean))
}

/** The specs that the last run was for. */
const sought = signal(/** @type {string[]} */ ([]))

/** Those of them that are on screen still: what the progress is told of. */
export const asked = computed(() =>
    sought.value.filter(spec => needed.value.includes(spec) || shown.value?.specs.includes(spec)),
)

/** The rows on screen as they stand. */
export const rows = computed(() =>
    book.value && shown.value && data.value
        ? rowsOf(book.value, shown.value, data.value.base, measured.value, progress.value)
        : [],
)

/** After the first row, what is measured is drawn so often: drawing takes a core from workers where there are few. */
export const DRAWN_MS = 250

/** How long all timing after a run takes, and how long the page is let alone before it goes on. */
const RETIME_MS = 3000
const HANDS_OFF_MS = 300

/** The stages whose time is shown. */
const TIMED = ['encode', 'search']

export const module = loadModule()
/** @type {import('../engine/wasm.js').Core} */
let core
/** The core of this thread, which answers what needs no data. */
const ready = module.then(connect).then(connected => {
    core = connected
    batch(() => {
        book.value = bookOf(core)
        const { backends } = core.json('qs_backends_json')
        backend.value = backends.find((/** @type {{ used: boolean }} */ one) => one.used)?.name ?? ''
    })
})
/** How many workers have something to do. @param {Data | null} open */
const workers = open => (open ? shardCount(open.base.rows, workerCount()) : workerCount())

/**
 * @typedef {object} Run
 * @property {import('../engine/client.js').Pool} pool
 * @property {string[]} specs
 * @property {number} turn which data and question it is about
 * @property {import('../engine/shard.js').Progress} [at] what is being done
 * @property {Record<string, StageSeconds>} seconds so far
 * @property {number} ended phases that have ended
 * @property {number} told those of them whose results are kept
 */

/** @type {Run | null} */
let run = null

/** Rises with other data, or another question about it. */
let turn = 0

/** Ends the run. What was measured stays. @param {Status['at']} at */
function end(at) {
    leave()
    timing.value = false
    const now = performance.now()
    const { since } = status.peek()
    status.value = { at, since, lasted: now - since }
}

export const stop = () => end('stopped')

/**
 * Measures what the open view needs, or else what was asked for last, as far as it is not yet measured. A and B are in
 * every run, so that their neighbours can be asked.
 */
export async function start() {
    const open = data.peek()
    const wanted = shown.peek()
    if (!open || !wanted) return
    leave()
    const all = needed.peek().length ? needed.peek() : asked.peek()
    const specs = inRun(all)
    const { metric, k, seed } = state.peek()
    const { base, queries } = open
    const pool = createPool(newWorker, module, workers(open))
    /** @type {Run} */
    const mine = { pool, specs, turn, seconds: {}, ended: 0, told: 0 }
    run = mine
    batch(() => {
        problem.value = null
        sought.value = all
        progress.value = null
        timing.value = false
        status.value = { at: 'running', since: performance.now(), lasted: 0 }
    })
    const job = { specs, metric, k, seed, base, queries }
    let telling = Promise.resolve()
    const drawing = setInterval(() => (telling = telling.then(() => tell(mine))), DRAWN_MS)
    const on = {
        opened: (/** @type {ArrayLike<number>} */ list) => (drawn.value = list),
        progress: (/** @type {Run['at']} */ at) => (mine.at = at),
        phase: (/** @type {Run['seconds']} */ far) => {
            mine.seconds = far
            mine.ended++
            if (!measured.peek().size) telling = telling.then(() => tell(mine))
        },
    }
    try {
        const { text, seconds } = await measure(pool.shards, job, on).finally(() => clearInterval(drawing))
        if (run !== mine) return
        mine.told = Infinity
        const { since } = status.peek()
        batch(() => {
            keep(JSON.parse(text), seconds)
            progress.value = null
            status.value = { at: 'done', since, lasted: performance.now() - since }
        })
        await timeAgain(mine)
    } catch (error) {
        if (error instanceof Stopped || run !== mine) return
        const shape = `${count(base.rows)} × ${count(base.dim)}`
        batch(() => {
            problem.value = {
                title: `${open.name}, ${shape} values, can’t be measured.`,
                details: detailsOf(error),
            }
            end('failed')
        })
    }
}

/** Shows how far a run is, and keeps what it has found; a call that fails leaves that for the next. @param {Run} mine */
async function tell(mine) {
    const { pool, ended } = mine
    const text = ended > mine.told ? await pool.shards[0].report().catch(() => null) : ''
    if (text === null || mine.turn !== turn || mine.told > ended) return
    mine.told = ended
    batch(() => {
        if (run === mine) progress.value = mine.at ?? null
        if (text) keep(JSON.parse(text), mine.seconds)
    })
}

/** Lets the run go: its workers end as soon as the first has told what is not kept yet. */
function leave() {
    const mine = run
    run = null
    if (mine && mine.ended > mine.told) tell(mine).finally(mine.pool.stop)
    else mine?.pool.stop()
}

/**
 * Times what took too little time to be measured well, a spec after the other, A and B first: the run stays open for
 * questions meanwhile, and ends with the next. It waits while no speed is on screen.
 * @param {Run} mine
 */
async function timeAgain(mine) {
    const { a, b } = shown.peek() ?? {}
    const first = mine.specs.filter(spec => spec === a || spec === b)
    const plan = [...new Set([...first, ...mine.specs])].flatMap(spec => {
        const known = measured.peek().get(spec)
        const brief = TIMED.filter(stage => (known?.seconds[stage] ?? Infinity) * 1000 < TIMED_MS)
        return known && !known.result.problem && brief.length ? [{ spec, brief }] : []
    })
    const ms = Math.min(TIMED_MS, RETIME_MS / plan.reduce((sum, { brief }) => sum + brief.length, 0))
    for (const { spec, brief } of plan) {
        const index = mine.specs.indexOf(spec)
        await speedsShown()
        await handsOff()
        if (run !== mine) return
        timing.value = true
        const parts = await Promise.all(mine.pool.shards.map(shard => shard.retime(index, brief, ms)))
        const known = measured.peek().get(spec)
        if (run !== mine || !known) return
        const seconds = { ...known.seconds, ...slowest(parts) }
        measured.value = new Map(measured.peek()).set(spec, { ...known, seconds })
    }
    timing.value = false
}

/** Once the person has let the page alone for a moment: timing takes the processor that a control needs. */
async function handsOff() {
    for (let left = 1; left > 0;) {
        left = lastInput + HANDS_OFF_MS - performance.now()
        if (left > 0) await new Promise(resolve => setTimeout(resolve, left))
    }
}
let lastInput = 0
for (const event of ['keydown', 'pointerdown', 'pointermove', 'wheel'])
    addEventListener(event, () => (lastInput = performance.now()), { passive: true })

/** Once a view that shows speeds is open: one that needs figures. */
const speedsShown = () =>
    new Promise(resolve => {
        const watch = effect(() => {
            if (needed.value.length) setTimeout(() => resolve(watch()))
        })
    })

/** The least seconds that each amount of bytes or operations took, when nothing else was done. @type {Map<string, number>} */
const limits = new Map()

/**
 * What there is to do in a stage of a spec of the run, and the least seconds it would take this device: its limit.
 * @param {string} spec
 * @param {string} stage
 */
export async function askLimit(spec, stage) {
    const index = run?.specs.indexOf(spec) ?? -1
    if (!run || index < 0) return
    const { shards } = run.pool
    const work = await shards[0].work(index)
    const seconds = Math.max(...(await Promise.all(shards.map(shard => shard.limit(index, stage)))))
    const key = [stage, ...(stage === 'encode' ? [work.read, work.written] : [work.kind, work.operations])].join()
    limits.set(key, Math.min(seconds, limits.get(key) ?? Infinity))
    return { work, limit: /** @type {number} */ (limits.get(key)) }
}

/** @type {(found: any, seconds: Record<string, StageSeconds>) => void} */
function keep(found, seconds) {
    const all = new Map(measured.peek())
    for (const result of found.results) all.set(result.spec, { result, seconds: { ...seconds[result.spec] } })
    // a run over some specs says nothing of the findings of others
    const findings = new Map(
        [...(report.peek()?.findings ?? []), ...(found.findings ?? [])].map(one => [`${one.id} ${one.spec}`, one]),
    )
    batch(() => {
        report.value = { ...found, findings: [...findings.values()] }
        measured.value = all
    })
}

/** Starts anew when something the open view needs is neither measured nor in the run that is on. */
const follow = () => {
    const wanted = shown.value
    const all = needed.value
    if (!wanted || !data.value || !all.length) return
    const { at } = status.peek()
    if (at === 'stopped' || at === 'failed') return
    if (run && inRun(all).every(spec => run?.specs.includes(spec))) return
    start()
}

/** Forgets all results and measures what is needed again: other data, or another question about it. */
function restart() {
    batch(() => {
        measured.value = new Map()
        report.value = null
        drawn.value = []
        turn++
        run?.pool.stop()
        run = null
        sought.value = []
        status.value = { at: 'waiting', since: 0, lasted: 0 }
    })
    follow()
}

/** The neighbours of a query (from 0), for every spec of the run. */
export const askNeighbours = async (/** @type {number} */ query) => run?.pool.shards[0].neighbours(query)
export const askLost = async () => run?.pool.shards[0].lost()

/**
 * Asks the run about specs of it, by their numbers there; nothing when it is not about one of them.
 * @template T
 * @param {string[]} specs
 * @param {(shards: import('../engine/client.js').Pool['shards'], numbers: number[]) => Promise<T>} ask
 */
export const askRun = async (specs, ask) => {
    const numbers = specs.map(spec => run?.specs.indexOf(spec) ?? -1)
    return run && !numbers.includes(-1) ? ask(run.pool.shards, numbers) : undefined
}

/** What was asked to be opened last: what comes late of something else is dropped. */
let latest = 0

/** Opens what a promise of files resolves to. @param {Promise<import('../data/data.js').Files>} files @param {string} title should they not come */
async function open(files, title) {
    const mine = ++latest
    try {
        await ready
        const found = await files
        const read = await readData(core, found)
        const label = found.demo ? '' : await labelOf(found, read)
        if (mine !== latest) return
        batch(() => {
            problem.value = null
            data.value = read
            compareWithLink(label)
            if (label) set({ file: label })
        })
        restart()
    } catch (error) {
        if (mine !== latest) return
        const unusable = error instanceof Unusable ? error : new Unusable(title, error)
        batch(() => {
            problem.value = { title: unusable.message, details: unusable.details }
            if (!data.peek()) status.value = { at: 'waiting', since: 0, lasted: 0 }
        })
    }
}

/** Opens a person's own files. @param {import('../data/data.js').Files} files */
export async function openData(files) {
    await open(Promise.resolve(files), `${files.name} can’t be read.`)
    if (data.peek()?.name === files.name) await storeFiles(files)
}

/** Forgets a person's own files, and opens the demo. */
export async function clearData() {
    await clearFiles()
    set({ file: '' })
    await openDemo()
}

/** How a link names the file. @type {(files: import('../data/data.js').Files, read: Data) => Promise<string>} */
const labelOf = async ({ vectors }, { base }) =>
    fileLabel(vectors.name, base.fileRows, base.dim, await digestOf(vectors))

/** What is opened at first: the files of this tab when the link names them, else the demo. @param {ReturnType<typeof demoFiles>} demo */
async function openFirst(demo) {
    const wanted = readLabel(state.peek().file)
    const stored = wanted && (await storedFiles())
    if (stored && (await digestOf(stored.vectors)) === wanted.digest)
        await open(Promise.resolve(stored), `${stored.name} can’t be read.`)
    else await openDemo(demo)
    verdict.value = null
}

/** Opens the demo set. */
export const openDemo = (files = demoFiles()) =>
    open(
        files.then(found => ({ ...found, demo: true })),
        'The demo sentences can’t be loaded.',
    )

/** What base row i is called: its line, or its number. @type {(i: number) => string} */
export function rowText(i) {
    const open = data.value
    if (!open) return ''
    const row = fileRow(open.base, i)
    return open.lines?.[row] ?? `row ${row}`
}

/** What query i (from 0) is called. @type {(i: number) => string} */
export function queryText(i) {
    const open = data.value
    if (!open) return ''
    if (!open.queries) return i < drawn.value.length ? rowText(drawn.value[i]) : ''
    const row = fileRow(open.queries, i)
    return open.queryLines?.[row] ?? `row ${row}`
}

/** Loads the core and the demo, and from then on follows the state. */
export async function begin() {
    const files = demoFiles()
    files.catch(() => {}) // told when it is opened
    await ready
    if (!latest) await openFirst(files)
    effect(follow)
    let asked = question()
    effect(() => {
        if (question() === asked) return
        asked = question()
        if (data.peek()) restart()
    })
}

const question = () => [state.value.metric, state.value.k, state.value.seed].join()
