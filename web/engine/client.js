// The main thread's side of a run: a pool of workers that can be ended at any time, and the order of the phases.
// measure() asks of a shard only what shard.js gives, so it drives workers in the page and plain shards in Node.
import { proxy, transfer, wrap } from 'comlink'
import { CoreError } from './wasm.js'

const METHODS = /** @type {const} */ ([
    'open',
    'phase',
    'merge',
    'next',
    'report',
    'neighbours',
    'lost',
    'pair',
    'row',
    'value',
    'column',
    'ahead',
    'retime',
    'limit',
    'work',
])

/** @typedef {Pick<import('./shard.js').Shard, typeof METHODS[number]>} AnyShard */
/** @typedef {import('./shard.js').Job} Job */
/** @typedef {import('./shard.js').Progress} Progress */
/** @typedef {Record<string, Record<string, number>>} Seconds by spec and stage */

/** Why an open call ended: the pool was stopped. */
export class Stopped extends Error {}

/**
 * Runs a job over shards, phase after phase. on.phase is called whenever one has ended, when the first shard's report has
 * more in it, with the seconds of every stage: the slowest shard's, added over phases. on.progress gets what the first
 * shard is doing.
 * @param {AnyShard[]} shards
 * @param {Job} job
 * @param {{ opened?: (drawn: ArrayLike<number>) => void, progress?: (at: Progress) => void, phase?: (seconds: Seconds) => void }} [on]
 */
export async function measure(shards, job, on = {}) {
    /** @type {Seconds} */
    const seconds = {}
    const [drawn] = await Promise.all(shards.map((shard, i) => shard.open(job, i, shards.length)))
    on.opened?.(drawn)
    for (let more = true; more;) {
        const parts = await Promise.all(shards.map((shard, i) => shard.phase(i ? undefined : on.progress)))
        addSlowest(
            seconds,
            parts.map(part => part.seconds),
        )
        addTruth(seconds)
        const others = parts.slice(1).map(part => part.state)
        const merged = others.length ? await shards[0].merge(others) : null
        more = (await Promise.all(shards.map((shard, i) => shard.next(i ? merged : null))))[0]
        on.phase?.(seconds)
    }
    return { text: await shards[0].report(), seconds }
}

/** Adds to every stage what the slowest of the shards took. @type {(sum: Seconds, parts: Seconds[]) => void} */
export function addSlowest(sum, parts) {
    const names = new Set(parts.flatMap(part => Object.keys(part)))
    for (const name of names) {
        const stages = (sum[name] ??= {})
        for (const stage of new Set(parts.flatMap(part => Object.keys(part[name] ?? {}))))
            stages[stage] = (stages[stage] ?? 0) + Math.max(...parts.map(part => part[name]?.[stage] ?? 0))
    }
}

/** The row of float32 takes the hits of the truth: its search took as long. @type {(seconds: Seconds) => void} */
function addTruth(seconds) {
    const search = seconds.truth?.search
    for (const [name, stages] of Object.entries(seconds))
        if (search && name !== 'truth' && stages.encode && stages.measure) stages.search ??= search
}

/** Of each stage what the slowest of the shards took. @type {(parts: Record<string, number>[]) => Record<string, number>} */
export function slowest(parts) {
    /** @type {Seconds} */
    const sum = {}
    addSlowest(
        sum,
        parts.map(part => ({ all: part })),
    )
    return sum.all
}

/** A device's workers: its cores, eight at most. */
export const workerCount = () => Math.min(globalThis.navigator?.hardwareConcurrency || 2, 8)

/** What a worker gets: a way to call a function, and states themselves instead of their copies. */
const handedOver = (/** @type {any} */ arg) => {
    if (typeof arg === 'function') return proxy(arg)
    const states = Array.isArray(arg) ? arg.filter(one => one instanceof Uint8Array) : []
    return states.length
        ? transfer(
              arg,
              Array.from(states, state => state.buffer),
          )
        : arg
}

/**
 * Workers that share one compiled module. stop() ends them at once and rejects every open call; one that fails rejects
 * its own, and the others can still be asked.
 * @param {() => Worker} create
 * @param {WebAssembly.Module | Promise<WebAssembly.Module>} module
 * @param {number} count
 */
export function createPool(create, module, count) {
    const members = Array.from({ length: count }, () => {
        const worker = create()
        /** @type {(reason: Error) => void} */
        let end = () => {}
        const ended = /** @type {Promise<never>} */ (new Promise((_, reject) => (end = reject)))
        ended.catch(() => {})
        worker.onerror = event => end(new Error(event.message || 'a worker could not start'))
        const remote = /** @type {import('comlink').Remote<import('./worker.js').WorkerApi>} */ (wrap(worker))
        const ready = Promise.resolve(module).then(compiled => remote.start(compiled, 'run'))
        ready.catch(end)
        /** @type {(method: string) => (...args: any[]) => Promise<any>} */
        const ask =
            method =>
            (...args) => {
                const sent = args.map(handedOver)
                const answer = ready.then(() => remote.call(method, ...sent))
                return Promise.race([answer, ended]).then(({ value, error }) => {
                    if (error) throw new CoreError(error)
                    return value
                })
            }
        const shard = /** @type {AnyShard} */ (Object.fromEntries(METHODS.map(method => [method, ask(method)])))
        return { worker, end, shard }
    })
    return {
        /** The workers' shards, one each. */
        shards: members.map(member => member.shard),
        stop() {
            for (const { worker, end } of members) {
                worker.terminate()
                end(new Stopped('stopped'))
            }
        },
    }
}

/** @typedef {ReturnType<typeof createPool>} Pool */
