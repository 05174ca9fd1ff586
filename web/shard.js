// One shard of a run: feeds whole chunks of rows to the core and steps it. It runs in a worker, and in Node as it is.
import { readRows } from './table.js'

/** Rows of a chunk, which one shard alone is fed (QS_CHUNK_ROWS). */
const CHUNK = 1024

/** A step is to last about so long: the shard stays able to answer, and engines that compile in tiers get to switch. */
const STEP_MS = 10

/**
 * @typedef {import('./table.js').Table} Table
 * @typedef {{ specs: string[], metric: string, k: number, seed: number, base: Table, queries: Table | null }} Job
 * @typedef {{ spec: number, name: string, stage: string, done: number, total: number }} Progress
 * @typedef {{ state: Uint8Array, seconds: Record<string, Record<string, number>> }} Part seconds by spec and stage
 */

/** The chunks of shard part of parts, as first row and end. @type {(rows: number, part: number, parts: number) => [number, number]} */
export function share(rows, part, parts) {
    const chunks = Math.ceil(rows / CHUNK)
    const edge = (/** @type {number} */ i) => Math.min(rows, Math.floor((chunks * i) / parts) * CHUNK)
    return [edge(part), edge(part + 1)]
}

/** How many shards have something to do. @type {(rows: number, most: number) => number} */
export const shardCount = (rows, most) => Math.max(1, Math.min(most, Math.ceil(rows / CHUNK)))

export class Shard {
    #run = 0
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
        const counts = [base.rows, base.dim, queries ? queries.rows : -1]
        this.#run = core.open('qs_run_open', job.specs.join('\n'), job.metric, job.k, job.seed, ...counts)
        const drawn = this.#drawn()
        if (queries) await this.#feed('qs_run_feed_queries', queries, 0, queries.rows)
        else await this.#feedDrawn(base, drawn)
        await this.#feed('qs_run_feed_base', base, ...share(base.rows, part, parts))
        return drawn
    }

    /** Feeds rows [first, end) of a table. @type {(to: string, table: Table, first: number, end: number) => Promise<void>} */
    async #feed(to, table, first, end) {
        await this.#convert(table, Math.min(CHUNK, end - first), async convert => {
            for (let row = first; row < end; row += CHUNK) {
                const count = Math.min(CHUNK, end - row)
                this.core.call(to, this.#run, row, await convert(row, count), count)
                await pause()
            }
        })
    }

    #drawn() {
        const { core } = this
        const count = core.call('qs_run_drawn', this.#run, 0, 0)
        const pointer = core.alloc(Math.max(1, count) * Uint32Array.BYTES_PER_ELEMENT)
        core.call('qs_run_drawn', this.#run, pointer, count)
        const rows = core.take(pointer, Uint32Array, count)
        core.free(pointer)
        return /** @type {Uint32Array} */ (rows)
    }

    /** Feeds the rows of the base that were drawn as queries. @type {(base: Table, rows: Uint32Array) => Promise<void>} */
    async #feedDrawn(base, rows) {
        await this.#convert(base, 1, async convert => {
            for (const [i, row] of rows.entries())
                this.core.call('qs_run_feed_queries', this.#run, i, await convert(row, 1), 1)
        })
    }

    /** Lends a function that turns rows of a file into floats. @type {(table: Table, most: number, use: (convert: (row: number, count: number) => Promise<number>) => Promise<void>) => Promise<void>} */
    async #convert(table, most, use) {
        const { core } = this
        const source = core.open('qs_source_open', table.head, table.head.length, table.blob.size)
        const floats = core.alloc(Math.max(1, most) * table.dim * Float32Array.BYTES_PER_ELEMENT)
        try {
            await use(async (row, count) => {
                const raw = await readRows(table, row, count)
                core.call('qs_source_rows', source, table.tensor, row, raw, count, floats)
                return floats
            })
        } finally {
            core.free(floats)
            core.call('qs_source_close', source)
        }
    }

    /** This shard's part of a phase, in steps. @type {(tell?: (at: Progress) => void) => Promise<Part>} */
    async phase(tell) {
        const { core } = this
        /** @type {Part['seconds']} */
        const seconds = {}
        /** @type {Record<string, number>} */
        const work = {}
        let told = 0
        for (let more = 1; more;) {
            const at = /** @type {Progress} */ (core.json('qs_run_progress_json', this.#run))
            if (tell && performance.now() - told > 50) {
                tell(at)
                told = performance.now()
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

    /** Lets go of the run. */
    async close() {
        if (this.#run) this.core.call('qs_run_close', this.#run)
        this.#run = 0
    }
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
