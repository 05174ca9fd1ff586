// One shard of a run: feeds whole chunks of rows to the core and steps it. It runs in a worker, and in Node as it is.
import { readFloats, readRows } from '../data/table.js'
import { CHUNK } from './chunks.js'

/** A step is to last about so long: the shard stays able to answer, and engines that compile in tiers get to switch. */
const STEP_MS = 10

/** How long a timing takes in all, unless less is asked for. It is the least of so many calls or more, as the clocks of pages are coarse and whatever else the device does slows a call. */
export const TIMED_MS = 200
export const LEAST_CALLS = 3
const CALLS = 8

/** How many rows at a time the bytes are moved in that bound coding: what is fastest is this device's limit. */
const BURSTS = [1, 4, 16]

/**
 * @typedef {import('../data/table.js').Table} Table
 * @typedef {{ specs: string[], metric: string, k: number, seed: number, base: Table, queries: Table | null, calibrate?: number, draw?: number }} Job
 *   calibrate: of how many rows of the base the fit sees; all of them unless given, the first draw unless draw tells
 *   which. Such a run has one shard
 * @typedef {{ spec: number, name: string, stage: string, done: number, total: number }} Progress
 * @typedef {{ state: Uint8Array, seconds: Record<string, Record<string, number>> }} Part seconds by spec and stage
 */

/** The chunks of shard part of parts, as first row and end. @type {(rows: number, part: number, parts: number) => [number, number]} */
export function shardRange(rows, part, parts) {
    const chunks = Math.ceil(rows / CHUNK)
    const edge = (/** @type {number} */ i) => Math.min(rows, Math.floor((chunks * i) / parts) * CHUNK)
    return [edge(part), edge(part + 1)]
}

/** How many shards have something to do. @type {(rows: number, most: number) => number} */
export const shardCount = (rows, most) => Math.max(1, Math.min(most, Math.ceil(rows / CHUNK)))

export class Shard {
    #run = 0
    /** @type {Table | null} */
    #base = null
    /** @param {import('./wasm.js').Core} core */
    constructor(core) {
        this.core = core
    }

    /**
     * Opens a run and feeds it this shard's rows and all queries. Resolves to the rows that were drawn as queries.
     * @type {(job: Job, part: number, parts: number) => Promise<Uint32Array>}
     */
    async open(job, part, parts) {
        await this.close()
        const { core } = this
        const { base, queries } = job
        this.#base = base
        const counts = [base.rows, base.dim, queries ? queries.rows : -1]
        this.#run = core.open('qs_run_open', job.specs.join('\n'), job.metric, job.k, job.seed, ...counts)
        if (job.calibrate) core.call('qs_run_calibrate', this.#run, job.calibrate, job.draw ?? 1)
        const drawn = this.#drawn('qs_run_drawn')
        if (queries) await this.#feed('qs_run_feed_queries', queries, 0, queries.rows)
        else await this.#feedDrawn('qs_run_feed_queries', base, drawn)
        if (job.calibrate) await this.#feedDrawn('qs_run_feed_calibration', base, this.#drawn('qs_run_calibration'))
        await this.#feed('qs_run_feed_base', base, ...shardRange(base.rows, part, parts))
        return drawn
    }

    /** Feeds rows [first, end) of a table, a chunk being read while the one before is converted. @type {(to: string, table: Table, first: number, end: number) => Promise<void>} */
    async #feed(to, table, first, end) {
        const count = (/** @type {number} */ row) => Math.min(CHUNK, end - row)
        const read = (/** @type {number} */ row) => (row < end ? readRows(table, row, count(row)) : null)
        const isBase = to === 'qs_run_feed_base'
        await this.#convert(table, Math.min(CHUNK, end - first), async (convert, source) => {
            if (isBase) this.core.call('qs_run_stored', this.#run, source, table.tensor)
            let coming = read(first)
            for (let row = first; row < end; row += CHUNK) {
                const raw = /** @type {Uint8Array} */ (await coming)
                coming = read(row + CHUNK)
                const rows = convert(row, raw, count(row))
                this.core.call(to, this.#run, row, rows, count(row))
                if (isBase) this.#feedRests(source, table, row, raw, rows, count(row))
            }
        })
    }

    /** What float32 leaves out of rows, where it can. @type {(source: number, table: Table, row: number, raw: Uint8Array, rows: number, count: number) => void} */
    #feedRests(source, table, row, raw, rows, count) {
        const { core } = this
        const rests = core.alloc(count * table.dim * Float32Array.BYTES_PER_ELEMENT)
        try {
            const lost = core.call('qs_source_rests', source, table.tensor, row, raw, count, rests)
            if (lost) core.call('qs_run_feed_rests', this.#run, row, rows, rests, count)
        } finally {
            core.free(rests)
        }
    }

    /** @param {'qs_run_drawn' | 'qs_run_calibration'} name */
    #drawn(name) {
        const { core } = this
        const count = core.call(name, this.#run, 0, 0)
        const pointer = core.alloc(Math.max(1, count) * Uint32Array.BYTES_PER_ELEMENT)
        core.call(name, this.#run, pointer, count)
        const rows = core.take(pointer, Uint32Array, count)
        core.free(pointer)
        return /** @type {Uint32Array} */ (rows)
    }

    /** Feeds the rows of the base that were drawn, a chunk of them read at once. @type {(to: string, base: Table, rows: Uint32Array) => Promise<void>} */
    async #feedDrawn(to, base, rows) {
        await this.#convert(base, 1, async convert => {
            for (let first = 0; first < rows.length; first += CHUNK) {
                const some = rows.subarray(first, first + CHUNK)
                const all = await Promise.all(Array.from(some, row => readRows(base, row, 1)))
                some.forEach((row, i) => this.core.call(to, this.#run, first + i, convert(row, all[i], 1), 1))
            }
        })
    }

    /** Lends a function that turns rows of a file into floats. @type {(table: Table, most: number, use: (convert: (row: number, raw: Uint8Array, count: number) => number, source: number) => Promise<void>) => Promise<void>} */
    async #convert(table, most, use) {
        const { core } = this
        const source = core.open('qs_source_open', table.head, table.head.length, table.bytes)
        const floats = core.alloc(Math.max(1, most) * table.dim * Float32Array.BYTES_PER_ELEMENT)
        try {
            await use((row, raw, count) => {
                core.call('qs_source_rows', source, table.tensor, row, raw, count, floats)
                return floats
            }, source)
        } finally {
            core.free(floats)
            core.call('qs_source_close', source)
        }
    }

    /** This shard's part of a phase, in steps. @type {(onProgress?: (at: Progress) => void) => Promise<Part>} */
    async phase(onProgress) {
        const { core } = this
        /** @type {Part['seconds']} */
        const seconds = {}
        /** @type {Record<string, number>} */
        const work = {}
        let reported = 0
        for (let more = 1; more;) {
            const at = /** @type {Progress} */ (core.json('qs_run_progress_json', this.#run))
            if (onProgress && performance.now() - reported > 50) {
                onProgress(at)
                reported = performance.now()
            }
            const units = (work[at.stage] ??= CHUNK)
            const start = performance.now()
            more = core.call('qs_run_step', this.#run, units)
            const ms = performance.now() - start
            const stages = (seconds[at.name] ??= {})
            stages[at.stage] = (stages[at.stage] ?? 0) + ms / 1000
            work[at.stage] = Math.max(
                16,
                Math.round(units * Math.min(4, Math.max(0.5, STEP_MS / Math.max(ms, 0.1)))),
            )
            await pause()
        }
        return { state: core.bytes('qs_run_save', this.#run), seconds }
    }

    /** The state of all shards, from this one's and the others'. @type {(others: Uint8Array[]) => Promise<Uint8Array>} */
    async merge(others) {
        for (const state of others) this.core.call('qs_run_merge', this.#run, state, state.length)
        return this.core.bytes('qs_run_save', this.#run)
    }

    /** Ends the phase; whether there is another. @type {(merged: Uint8Array | null) => Promise<boolean>} */
    async next(merged) {
        return this.core.call('qs_run_next_phase', this.#run, merged ?? 0, merged?.length ?? 0) > 0
    }

    /** The report so far, as text: it is the same bytes as the command line's. */
    async report() {
        return this.core.text('qs_run_json', this.#run)
    }

    /** @type {(query: number) => Promise<any>} */
    async neighbours(query) {
        return this.core.json('qs_run_neighbours_json', this.#run, query)
    }

    async lost() {
        return this.core.json('qs_run_lost_json', this.#run)
    }

    /** The paired difference of spec b from spec a. @type {(a: number, b: number) => Promise<any>} */
    async pair(a, b) {
        return this.core.json('qs_run_pair_json', this.#run, a, b)
    }

    /** Row i of the base, as floats. @param {number} i */
    async #floats(i) {
        if (!this.#base) throw new Error('no run is open')
        return readFloats(this.core, this.#base, i)
    }

    /**
     * What one row becomes by each of some specs; null by those that are not measured or have no code for it. Levels
     * that are listed are those of count values from one on.
     * @type {(specs: number[], row: number, from: number, count: number) => Promise<any[]>}
     */
    async row(specs, row, from, count) {
        const floats = await this.#floats(row)
        return specs.map(spec => {
            try {
                const found = this.core.json('qs_run_row_json', this.#run, spec, row, floats)
                return { ...found, levels: found.levels?.slice(from, from + count) }
            } catch {
                return null
            }
        })
    }

    /** One value of a row, bit by bit. @type {(spec: number, row: number, column: number) => Promise<any>} */
    async value(spec, row, column) {
        return this.core.json('qs_run_value_json', this.#run, spec, row, await this.#floats(row), column)
    }

    /** A column of this shard's rows in bins, and the use of its codes. @type {(spec: number, column: number, lo: number, hi: number, bins: number) => Promise<any>} */
    async column(spec, column, lo, hi, bins) {
        return this.core.json('qs_run_column_json', this.#run, spec, column, lo, hi, bins)
    }

    /** How many of this shard's rows come before each of some in the order of a query. @type {(spec: number, query: number, rows: number[]) => Promise<number[]>} */
    async ahead(spec, query, rows) {
        const counts = []
        for (const row of rows)
            counts.push(this.core.call('qs_run_ahead', this.#run, spec, query, row, await this.#floats(row)))
        return counts
    }

    /** Seconds that stages of a spec of a run that is over take, each by itself, about ms milliseconds for each. @type {(spec: number, stages: string[], ms?: number) => Promise<Record<string, number>>} */
    async retime(spec, stages, ms) {
        /** @type {Record<string, number>} */
        const seconds = {}
        for (const stage of stages)
            seconds[stage] = await leastSeconds(
                times => this.core.call('qs_run_retime', this.#run, spec, stage, times),
                ms,
            )
        this.core.call('qs_run_retime', this.#run, spec, stages[0], 0)
        return seconds
    }

    /** Seconds that the same bytes take when they are but moved, or the same operations on registers. @type {(spec: number, stage: string) => Promise<number>} */
    async limit(spec, stage) {
        let least = Infinity
        for (const some of stage === 'encode' ? BURSTS : [1]) {
            const limit = (/** @type {number} */ times) =>
                this.core.call('qs_run_limit', this.#run, spec, stage, some, times)
            least = Math.min(least, await leastSeconds(limit))
        }
        return least
    }

    /** What there is to do for a spec, of all shards together. @type {(spec: number) => Promise<any>} */
    async work(spec) {
        return this.core.json('qs_run_work_json', this.#run, spec)
    }

    /** Which part of each spec's error the dims carry. */
    async dims() {
        return this.core.json('qs_run_dims_json', this.#run)
    }

    /** Lets go of the run. */
    async close() {
        if (this.#run) this.core.call('qs_run_close', this.#run)
        this.#run = 0
    }
}

/** The least seconds that a call takes for one time of many; 0 when it has nothing to do. @type {(call: (times: number) => number, total?: number) => Promise<number>} */
export async function leastSeconds(call, total = TIMED_MS) {
    const wanted = total / CALLS
    let least = Infinity
    let times = 1
    let calls = 0
    for (let spent = 0; spent < total || calls < LEAST_CALLS;) {
        const start = performance.now()
        if (!call(times)) return 0
        const ms = performance.now() - start
        spent += ms
        if (ms > wanted / 2) {
            least = Math.min(least, ms / times / 1000)
            calls++
        }
        times = Math.max(1, Math.round(times * Math.min(8, Math.max(0.5, wanted / Math.max(ms, 0.1)))))
        await pause()
    }
    return least
}

const { port1, port2 } = new MessageChannel()
/** @type {(() => void)[]} */
const waiting = []
port1.onmessage = () => {
    const resolve = waiting.shift()
    resolve?.()
}

/** Lets whatever else is waiting run, without the four milliseconds that timers are held back. */
function pause() {
    return new Promise((/** @type {(done: void) => void} */ resolve) => {
        waiting.push(resolve)
        port2.postMessage(0)
    })
}
