// A run gives the same report however its rows are split, and the same as the command line's.
import { beforeAll, expect, test } from 'vitest'
import { addSlowest, measure, slowest } from '../../web/engine/client.js'
import { neighbourRows } from '../../web/simulator/neighbours.js'
import { Shard, shardCount, shardRange } from '../../web/engine/shard.js'
import { openTable, sample } from '../../web/data/table.js'
import { cli, demo, newCore, path } from './core.js'

const BASE = 'web/public/demo/demo-sentences-2k.f16.npy'
const QUERIES = 'web/public/demo/demo-sentences-2k.queries-100.f16.npy'

/** @type {import('../../web/engine/wasm.js').Core} */
let core
/** @type {import('../../web/data/table.js').Table} */
let base
/** @type {import('../../web/data/table.js').Table} */
let queries
/** @type {string[]} */
let specs

beforeAll(async () => {
    core = await newCore()
    base = await openTable(core, demo('f16.npy'), 'base')
    queries = await openTable(core, demo('queries-100.f16.npy'), 'queries')
    specs = core.json('qs_defaults_json').specs
})

/** Runs a job over so many shards, each with its own core, as workers have. @param {number} count @param {Partial<import('../../web/engine/shard.js').Job>} [change] */
async function run(count, change) {
    const shards = await Promise.all(Array.from({ length: count }, async () => new Shard(await newCore())))
    /** @type {string[]} */
    const reports = []
    const job = { specs, metric: 'cosine', k: 10, seed: 0, base, queries, ...change }
    const phase = async () => reports.push(await shards[0].report())
    const { text, seconds } = await measure(shards, job, { phase })
    return { shards, reports, text, seconds }
}

const withoutTiming = (/** @type {string} */ text) => text.trimEnd().replace(/,"timing":.*\}$/s, '}')

test('rows are shared out in whole chunks, all of them once', () => {
    for (const rows of [1, 1023, 1024, 1025, 2000, 5000, 100_000])
        for (const parts of [1, 2, 3, 8]) {
            const edges = Array.from({ length: parts }, (_, part) => shardRange(rows, part, parts))
            expect(edges[0][0]).toBe(0)
            expect(edges[parts - 1][1]).toBe(rows)
            edges.slice(1).forEach(([first], i) => expect(first).toBe(edges[i][1]))
            edges.forEach(([first]) => expect(first === rows || first % 1024 === 0).toBe(true))
        }
    expect([shardCount(1, 8), shardCount(2000, 8), shardCount(9000, 8)]).toEqual([1, 2, 8])
})

test('one, two and three shards give the same report, and the command line gives it too', async () => {
    const [one, two, three] = [await run(1), await run(2), await run(3)]
    expect(two.text).toBe(one.text)
    expect(three.text).toBe(one.text)
    const args = specs.flatMap(spec => ['-s', spec])
    const told = cli('sweep', '--no-timing', path(BASE), '-q', path(QUERIES), ...args, '--json', '--quiet')
    expect(withoutTiming(told)).toBe(one.text)
})

test('drawn queries are the same for any split, and left out of the base', async () => {
    const few = { specs: specs.slice(0, 3), queries: null, seed: 5 }
    const [one, two] = [await run(1, few), await run(2, few)]
    expect(two.text).toBe(one.text)
    expect(JSON.parse(one.text).data).toMatchObject({ rows: 1600, queries: 400 })
    const args = few.specs.flatMap(spec => ['-s', spec])
    const told = cli('sweep', '--no-timing', path(BASE), ...args, '--seed', '5', '--json', '--quiet')
    expect(withoutTiming(told)).toBe(one.text)
})

test('a report comes after each spec, every one with a row more', async () => {
    const { reports } = await run(2, { specs: specs.slice(0, 4) })
    const counts = reports.map(text => JSON.parse(text).results.length)
    expect(counts.at(-1)).toBe(4)
    expect(new Set(counts)).toEqual(new Set([0, 1, 2, 3, 4]))
})

test('time is told for each spec and stage', async () => {
    const { seconds } = await run(2, { specs: specs.slice(0, 2) })
    for (const spec of specs.slice(0, 2)) {
        expect(seconds[spec].encode).toBeGreaterThan(0)
        expect(seconds[spec].search).toBeGreaterThan(0)
    }
})

test('a run that is over is timed again in each shard, and what bounds it; its report stays', async () => {
    const { shards, text } = await run(2, { specs: ['int8', 'binary', 'int4:query=same'] })
    for (const spec of [0, 1, 2]) {
        for (const shard of shards) {
            const times = await shard.retime(spec, ['encode', 'search'])
            for (const stage of ['encode', 'search']) {
                expect(times[stage]).toBeGreaterThan(0)
                expect(await shard.limit(spec, stage)).toBeGreaterThan(0)
            }
        }
        expect(await shards[0].work(spec)).toEqual(await shards[1].work(spec))
    }
    const bytes = JSON.parse(text).results[1].bytes.total
    expect(await shards[0].work(1)).toEqual({
        ...{ rows: 2000, dim: 512, queries: 100, read: 2000 * 512 * 4, written: bytes, searched: bytes },
        ...{ operations: 2000 * 512 * 100, kind: 'bits' },
    })
    expect((await shards[0].work(2)).kind).toBe('int8')
    expect(await shards[1].report()).toBe(text)
})

test('what is short is timed for 200 ms', async () => {
    const { shards } = await run(1, { specs: ['int8'] })
    const began = performance.now()
    await shards[0].retime(0, ['encode'])
    expect(performance.now() - began).toBeGreaterThan(200)
})

test('the slowest shard counts, phase after phase', () => {
    const sum = { x: { fit: 1 } }
    addSlowest(sum, [{ x: { fit: 1, encode: 2 } }, { x: { fit: 3 }, y: { search: 4 } }])
    expect(sum).toEqual({ x: { fit: 4, encode: 2 }, y: { search: 4 } })
    expect(slowest([{ a: 1, b: 5 }, { a: 2 }])).toEqual({ a: 2, b: 5 })
})

test('neighbours and lost ones are the same for any split, and agree with the recall', async () => {
    const few = { specs: specs.slice(-4) }
    const [one, two] = [await run(1, few), await run(2, few)]
    const [near, lost] = [await one.shards[0].neighbours(7), await one.shards[0].lost()]
    for (const shard of two.shards) {
        expect(await shard.neighbours(7)).toEqual(near)
        expect(await shard.lost()).toEqual(lost)
    }
    for (const result of JSON.parse(one.text).results) {
        const mine = lost.results.find((/** @type {any} */ one_) => one_.spec === result.spec)
        expect(result.search['recall@10']).toBeCloseTo(1 - mine.lost.length / 1000, 6)
    }
    const { against } = JSON.parse(one.text)
    const first = few.specs.indexOf(against.spec)
    for (const result of against.results)
        expect(await two.shards[1].pair(first, few.specs.indexOf(result.spec))).toEqual(result)
    await expect(one.shards[0].pair(0, few.specs.length)).rejects.toThrow('is not measured')
    const [a, b] = few.specs
    const rows = neighbourRows(near, a, b, 10)
    const gone = (/** @type {string} */ spec) =>
        lost.results
            .find((/** @type {any} */ one_) => one_.spec === spec)
            .lost.filter((/** @type {number[]} */ pair) => pair[0] === 7)
            .map((/** @type {number[]} */ pair) => pair[1])
    expect(rows?.truth.filter(row => row.lostA).map(row => row.rank)).toEqual(gone(a))
    expect(rows?.truth.filter(row => row.lostB).map(row => row.rank)).toEqual(gone(b))
    expect(rows?.came.filter(row => row.placeA).length).toBe(gone(a).length)
})

test('a sampled table is measured like any other', async () => {
    const { text } = await run(2, { specs: specs.slice(0, 2), base: sample(base, 1100) })
    expect(JSON.parse(text).data.rows).toBe(1088)
})

test('what is computed is the same as on the command line', async () => {
    const [spec, other] = core.json('qs_defaults_json').specs.slice(3)
    const line = (/** @type {string[]} */ ...args) => cli(...args, '--json').trimEnd()
    expect(line('formats')).toBe(core.text('qs_formats_json', 0))
    expect(line('plan', '-s', spec, '--rows', '1000', '--dim', '384')).toContain(
        core.text('qs_plan_json', spec, 1000, 384).slice(1, -1),
    )
    const bits = new Uint32Array(new Float32Array([0.7265]).buffer)[0]
    for (const one of [spec, other])
        expect(line('bits', '0.7265', '-s', one)).toContain(core.text('qs_bits_json', one, bits))
})
