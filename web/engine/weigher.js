// The tensors of a file of weights, one at a time: the figures of their values and what specs do to them. It runs in a
// worker, and in Node as it is. The figures are those of `quantscope tensors`.
import { mostRows, sample } from '../data/table.js'
import { inChunks } from './chunks.js'
import { Shard } from './shard.js'

/** The histogram is of the values from -SIGMAS to SIGMAS standard deviations around the mean. */
export const SIGMAS = 4
const BINS = 48

/** Room for the counts of one scale. */
const COUNT_BYTES = 64 << 20

/**
 * @typedef {{ min: number, max: number, mean: number, std: number, largest_sigma: number | null, excess_kurtosis: number | null }} Facts
 * @typedef {{ spec: string, problem?: string, bytes?: any, error?: any }} WeightResult
 * @typedef {{ facts: Facts, counts: number[] | null, results: WeightResult[], sampled: number }} Weighed sampled: rows that were measured, when not all were
 */

export class Weigher {
    /** @param {import('./wasm.js').Core} core */
    constructor(core) {
        this.core = core
    }

    /** Measures specs on a tensor. @type {(whole: import('../data/table.js').Table, specs: string[]) => Promise<Weighed>} */
    async measure(whole, specs) {
        const table = sample(whole, Math.max(1, mostRows(whole.dim)))
        const facts = await this.#facts(table)
        const counts = await this.#counts(table, facts)
        const results = await this.#results(table, specs)
        const all = whole.allRows ?? whole.fileRows
        const sampled = table.rows < all ? table.rows : 0
        if (sampled) this.#ledger(results, all, table.dim)
        return { facts, counts, results, sampled }
    }

    /** @param {import('../data/table.js').Table} table @returns {Promise<Facts>} */
    async #facts(table) {
        const { core } = this
        const values = core.open('qs_values_open', table.dim)
        try {
            await inChunks(core, table, async each => {
                do await each((row, floats, count) => core.call('qs_values_observe', values, row, floats, count))
                while (core.call('qs_values_next_pass', values) > 0)
            })
            return core.json('qs_values_json', values)
        } finally {
            core.call('qs_values_close', values)
        }
    }

    /** How many values each bin has; nothing where values are not finite or all the same. @type {(table: import('../data/table.js').Table, facts: Facts) => Promise<number[] | null>} */
    async #counts(table, { mean, std }) {
        const { core } = this
        if (!(std > 0)) return null
        const { range: spec } = core.json('qs_defaults_json') // one scale for all: its range counts values in bins
        const range = core.open('qs_range_open', spec, table.dim, COUNT_BYTES)
        try {
            await inChunks(core, table, async each => {
                do await each((row, floats, count) => core.call('qs_range_observe', range, row, floats, count))
                while (core.call('qs_range_next_pass', range, 0, 0) > 0)
            })
            return core.json('qs_range_histogram_json', range, 0, mean - SIGMAS * std, mean + SIGMAS * std, BINS)
                .counts
        } finally {
            core.call('qs_range_close', range)
        }
    }

    /** @type {(table: import('../data/table.js').Table, specs: string[]) => Promise<WeightResult[]>} */
    async #results(table, specs) {
        const shard = new Shard(this.core)
        const queries = { ...table, rows: 0 }
        try {
            await shard.open({ specs, metric: 'cosine', k: 1, seed: 0, base: table, queries }, 0, 1)
            do await shard.phase()
            while (await shard.next(null))
            return JSON.parse(await shard.report()).results.map(
                (/** @type {WeightResult} */ { spec, problem, bytes, error }) => ({ spec, problem, bytes, error }),
            )
        } finally {
            await shard.close()
        }
    }

    /** Bytes of all rows in place of those of a sample. @type {(results: WeightResult[], rows: number, dim: number) => void} */
    #ledger(results, rows, dim) {
        for (const result of results)
            if (result.bytes) result.bytes = this.core.json('qs_plan_json', result.spec, rows, dim).bytes
    }
}
