// Transforms and product codecs: the same report for any number of shards, of threads, and by the command line.
import { beforeAll, expect, test } from 'vitest'
import { measure } from '../../web/engine/client.js'
import { Shard } from '../../web/engine/shard.js'
import { openTable } from '../../web/data/table.js'
import { cli, fileOf, newCore, path } from './core.js'

const BASE = 'tests/data/known/words-2k.f32.npy'
const QUERIES = 'tests/data/known/words-2k.queries-100.f32.npy'
const SPECS = [
    'int8:rotate=hadamard',
    'int4:map=offset,per=dim,rotate=pca,dims=64',
    'f32:dims=32',
    'binary:rotate=random,dims=80,center=mean',
    'int6:rotate=hadamard,center=mean,rescore=2',
    'rabitq',
    'rabitq:bits=3,seed=2',
    'tq:bits=2',
    'faiss_sq6',
    'tq:bits=4,rotate=pca,dims=60',
    'pq:m=10,bits=4',
    'pq:m=7,bits=4,rotate=pca,dims=40',
    'opq:m=5,bits=4',
    'rq:m=2,bits=4,beam=3',
]

/** @type {any} */
let base
/** @type {any} */
let queries

beforeAll(async () => {
    const core = await newCore()
    base = await openTable(core, fileOf(BASE), 'base')
    queries = await openTable(core, fileOf(QUERIES), 'queries')
})

/** The report of a job over so many shards. @param {number} count */
async function report(count) {
    const shards = await Promise.all(Array.from({ length: count }, async () => new Shard(await newCore())))
    const job = { specs: SPECS, metric: 'cosine', k: 10, seed: 0, base, queries }
    return (await measure(shards, job, { phase: async () => {} })).text
}

const withoutTiming = (/** @type {string} */ text) => text.trimEnd().replace(/,"timing":.*\}$/s, '}')
const sweep = (/** @type {string[]} */ ...more) =>
    withoutTiming(
        cli(
            ...['sweep', path(BASE), '-q', path(QUERIES), ...SPECS.flatMap(spec => ['-s', spec])],
            ...more,
            '--json',
        ),
    )

test('one, two and three shards and the command line by 1, 2 and 5 threads give the same report', async () => {
    const one = await report(1)
    expect(await report(2)).toBe(one)
    expect(await report(3)).toBe(one)
    for (const threads of ['1', '2', '5']) expect(sweep('--quiet', '--threads', threads)).toBe(one)
    expect(sweep('--quiet', '--backend', 'ref')).toBe(one)
})

test('codes are as good as they are known to be', () => {
    const { results } = JSON.parse(sweep('--quiet'))
    const recall = Object.fromEntries(results.map((/** @type {any} */ r) => [r.spec, r.search['recall@10']]))
    expect(recall['int8:rotate=hadamard']).toBeGreaterThan(0.98)
    expect(recall['opq:m=5,bits=4']).toBeGreaterThan(0.1)
    expect(recall['pq:m=10,bits=4']).toBeGreaterThan(recall['rq:m=2,bits=4,beam=3'])
    const bytes = Object.fromEntries(results.map((/** @type {any} */ r) => [r.spec, r.bytes]))
    expect(bytes['opq:m=5,bits=4']).toMatchObject({ codes: 2000 * 3, params: 16 * 100 * 4 + 100 * 100 * 4 })
    expect(bytes['int4:map=offset,per=dim,rotate=pca,dims=64']).toMatchObject({
        codes: 2000 * 32,
        params: 64 * 2 * 4 + (100 + 64 * 100) * 4,
    })
})
