// One calibration of the core at work: it folds over the rows of a table and then answers. It runs in a worker, and in
// Node as it is.
import { Shard } from './shard.js'
import { readFloats } from '../data/table.js'
import { CHUNK, inChunks } from './chunks.js'

/** Bytes of counts for one dim, and the least room for all of them. */
const [DIM_BYTES, LEAST_BYTES] = [4096 * 4, 64 << 20]

/** What the core calls it when a pass ends that has seen no rows (QS_E_DATA). */
const NO_ROWS = -3

/**
 * @typedef {import('../data/table.js').Table} Table
 * @typedef {{ name: string, number: number, shape: number[], rows: number, dim: number, offset: number, row_bytes: number, problem?: string }} Tensor
 */

/** Whether a fit is to see all rows once more; before the first it may say that none have come. @type {(core: import('./wasm.js').Core, fit: number) => boolean} */
function needsRows(core, fit) {
    try {
        return core.call('qs_fit_next_pass', fit) > 0
    } catch (error) {
        if (/** @type {import('./wasm.js').CoreError} */ (error).details.code === NO_ROWS) return true
        throw error
    }
}

export class Calibrator {
    #range = 0
    /** @param {import('./wasm.js').Core} core */
    constructor(core) {
        this.core = core
    }

    /** Folds over a table. Resolves to what every rule chooses. @type {(table: Table, spec: string) => Promise<any>} */
    async open(table, spec) {
        this.close()
        const { core } = this
        const memory = Math.max(LEAST_BYTES, (table.dim + 1) * DIM_BYTES)
        const range = (this.#range = core.open('qs_range_open', spec, table.dim, memory))
        await inChunks(core, table, async each => {
            do await each((row, floats, count) => core.call('qs_range_observe', range, row, floats, count))
            while (core.call('qs_range_next_pass', range, 0, 0) > 0)
        })
        return core.json('qs_range_json', range)
    }

    /**
     * Looks at some values of one row alone, which share a scale. Resolves to what every rule chooses for them.
     * @param {Table} table
     * @param {{ spec: string, shared: string, row: number, from: number, count: number }} part spec: with scales of rows or blocks; shared: with one
     */
    async openPart(table, { spec, shared, row, from, count }) {
        this.close()
        const { core } = this
        const values = (await readFloats(core, table, row)).subarray(from, from + count)
        const range = (this.#range = core.open('qs_range_open', shared, count, LEAST_BYTES))
        do core.call('qs_range_observe', range, 0, values, 1)
        while (core.call('qs_range_next_pass', range, 0, 0) > 0)
        const { rules } = core.json('qs_range_one_scale_json', spec, values, count)
        return {
            rules: rules.map((/** @type {{ lo: number, hi: number }} */ rule) => ({
                ...rule,
                lo: [rule.lo],
                hi: [rule.hi],
            })),
        }
    }

    /** The tensors of a table's file that can be read. @type {(table: Table) => Promise<Tensor[]>} */
    async tensors(table) {
        const source = this.core.open('qs_source_open', table.head, table.head.length, table.bytes)
        const { tensors } = this.core.json('qs_source_json', source)
        this.core.call('qs_source_close', source)
        return tensors
            .map((/** @type {Tensor} */ tensor, /** @type {number} */ number) => ({ ...tensor, number }))
            .filter((/** @type {Tensor} */ { problem, rows, dim }) => !problem && rows * dim > 0)
    }

    /** histogram, at or curve of one scale. @type {(name: string, group: number, ...args: number[]) => Promise<any>} */
    async ask(name, group, ...args) {
        return this.core.json(`qs_range_${name}_json`, this.#range, group, ...args)
    }

    /**
     * Measures specs on a table: errors alone, or with the search of drawn queries after a fit on calibrate rows.
     * @param {Table} table
     * @param {{ specs: string[], metric: string, k: number, seed: number, calibrate?: number, draw?: number }} job
     * @returns {Promise<{ report: any, dims: { results: { spec: string, shares: number[] | null }[] } | null }>} dims: without a search
     */
    async measure(table, job) {
        const shard = new Shard(this.core)
        await shard.open({ ...job, base: table, queries: job.calibrate ? null : { ...table, rows: 0 } }, 0, 1)
        do await shard.phase()
        while (await shard.next(null))
        const found = {
            report: JSON.parse(await shard.report()),
            dims: job.calibrate ? null : await shard.dims(),
        }
        await shard.close()
        return found
    }

    /** How often each code is used when a table is encoded. @type {(table: Table, spec: string) => Promise<number[]>} */
    async codeUsage(table, spec) {
        const { core } = this
        const fit = core.open('qs_fit_open', spec, table.dim)
        await inChunks(core, table, async each => {
            while (needsRows(core, fit))
                await each((row, floats, count) => core.call('qs_fit_observe', fit, row, floats, count))
        })
        const codec = core.open('qs_fit_finish', fit)
        const length = core.call('qs_codec_usage', codec, 0, 0, 0, 0)
        const codes = core.alloc(CHUNK * core.call('qs_codec_row_bytes', codec))
        const some = core.alloc(length * Float64Array.BYTES_PER_ELEMENT)
        /** @type {number[]} */
        const counts = Array(length).fill(0)
        await inChunks(core, table, async each => {
            await each((row, floats, count) => {
                core.call('qs_codec_encode', codec, row, floats, count, codes)
                core.call('qs_codec_usage', codec, codes, count, some, length)
                core.take(some, Float64Array, length).forEach(
                    (/** @type {number} */ n, /** @type {number} */ i) => (counts[i] += n),
                )
            })
        })
        core.free(codes)
        core.free(some)
        core.call('qs_codec_close', codec)
        core.call('qs_fit_close', fit)
        return counts
    }

    close() {
        if (this.#range) this.core.call('qs_range_close', this.#range)
        this.#range = 0
    }
}
