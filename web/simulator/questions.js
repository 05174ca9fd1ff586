// What the sections about one value ask of the run, and how the shards' answers become one.
import { askRun } from '../state/run.js'
import { WINDOW } from './strip.js'

/** Bins of the histogram of a column. */
export const BINS = 60

/**
 * What a row becomes at each spec: levels of the dims from one on.
 * @type {(specs: string, row: number, from: number) => Promise<Map<string, any> | undefined>}
 */
export const askRow = (specs, row, from) => {
    const list = specs.split('\n')
    return askRun(list, async ([shard], numbers) => {
        const found = await shard.row(numbers, row, from, WINDOW)
        return new Map(list.map((spec, i) => [spec, found[i]]))
    })
}

/** One value bit by bit. @type {(spec: string, row: number, dim: number) => Promise<any>} */
export const askValue = (spec, row, dim) => askRun([spec], ([shard], [number]) => shard.value(number, row, dim))

/** The paired difference of B from A. @type {(a: string, b: string) => Promise<any>} */
export const askPair = (a, b) => askRun([a, b], ([shard], [i, j]) => shard.pair(i, j))

/** Sums, place by place. @type {(lists: number[][]) => number[]} */
const sums = lists => lists[0].map((_, i) => lists.reduce((sum, list) => sum + list[i], 0))

/**
 * How a dim is spread over all rows, and how many of a spec's codes it uses.
 * @type {(spec: string, dim: number, lo: number, hi: number) => Promise<{ rows: number, counts: number[], beyond: number, used: number, codes: number } | undefined>}
 */
export const askColumn = (spec, dim, lo, hi) =>
    askRun([spec], async (shards, [number]) => {
        const parts = await Promise.all(shards.map(shard => shard.column(number, dim, lo, hi, BINS)))
        const codes = sums(parts.map(part => part.codes))
        const [rows, below, above] = sums(parts.map(part => [part.rows, part.below, part.above]))
        return {
            ...{ rows, beyond: below + above },
            counts: sums(parts.map(part => part.counts)),
            used: codes.filter(count => count > 0).length,
            codes: codes.length,
        }
    })

/** The ranks of rows by a spec's scores, from 1, as they are given. @type {(spec: string, query: number, rows: string) => Promise<Map<number, number> | undefined>} */
export const askRanks = (spec, query, rows) => {
    const list = rows.split(' ').filter(Boolean).map(Number)
    return askRun([spec], async (shards, [number]) => {
        const parts = await Promise.all(shards.map(shard => shard.ahead(number, query, list)))
        const ahead = list.length ? sums(parts) : []
        return new Map(list.map((row, i) => [row, ahead[i] + 1]))
    })
}
