// The run: its workers measure what the open view needs, its results are kept, and it answers questions until the next.
import { batch, effect } from '@preact/signals'
import { newWorker } from '../engine/assets.js'
import { detailsOf } from '../data/data.js'
import { count } from '../text/numbers.js'
import { createPool, measure, Stopped } from '../engine/client.js'
import { sameMeasured } from './rows.js'
import { state } from './store.js'
import {
    asked,
    data,
    drawn,
    measured,
    module,
    needed,
    openView,
    problem,
    progress,
    report,
    shown,
    sought,
    status,
    timing,
    workers,
} from './session.js'

/** After the first row, what is measured is drawn so often: drawing takes a core from workers where there are few. */
export const DRAWN_MS = 250

/**
 * @typedef {object} Run
 * @property {import('../engine/client.js').Pool} pool
 * @property {string[]} specs
 * @property {number} turn which data and question it is about
 * @property {import('../engine/shard.js').Progress} [at] what is being done
 * @property {Record<string, import('./session.js').StageSeconds>} seconds so far
 * @property {number} ended phases that have ended
 * @property {number} told those of them whose results are kept
 */

/** @type {Run | null} */
let run = null

/** Rises with other data, or another question about it. */
let turn = 0

/** Ends the run. What was measured stays. @param {import('./session.js').Status['at']} at */
function end(at) {
    leave()
    timing.value = false
    const now = performance.now()
    const { since } = status.peek()
    status.value = { at, since, lasted: now - since }
}

export const stop = () => end('stopped')

/** The specs of a run for the open view: those not measured yet, and those that it asks the run about. */
const inRun = (/** @type {string[]} */ all) => {
    if (openView()?.asks) return all
    const { a, b } = shown.peek() ?? {}
    const missing = all.filter(spec => !measured.peek().has(spec))
    return /** @type {string[]} */ ([...new Set([...missing, a, b])].filter(Boolean))
}

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
        const { timeAgain } = await import('./retime.js')
        await timeAgain(mine, () => run === mine)
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

/** @type {(found: any, seconds: Record<string, import('./session.js').StageSeconds>) => void} */
function keep(found, seconds) {
    const all = new Map(measured.peek())
    for (const result of found.results) {
        const next = { result, seconds: { ...seconds[result.spec] } }
        all.set(result.spec, sameMeasured(all.get(result.spec), next))
    }
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
export function restart() {
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

/** From now on what the open view needs is measured, and all of it again when another question is asked. */
export function followState() {
    effect(follow)
    let last = question()
    effect(() => {
        if (question() === last) return
        last = question()
        if (data.peek()) restart()
    })
}

const question = () => [state.value.metric, state.value.k, state.value.seed].join()
