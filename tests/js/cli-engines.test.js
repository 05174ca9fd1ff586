// quantscope engines, and sweep --equal-bytes: groups of specs, the best of each, and paired differences from it.
import { beforeAll, expect, test } from 'vitest'
import { noise, run, writeRows } from './cli.js'

beforeAll(() => {
    writeRows('base.npy', [300, 48], noise(300 * 48))
    writeRows('queries.npy', [40, 48], noise(340 * 48).slice(300 * 48))
})

/** @typedef {{ name: string, results: { codec: string, result: number, best: boolean, pair: any }[] }} Group */
const json = (/** @type {string[]} */ ...args) => {
    const done = run(...args, '--json')
    expect([done.status, done.err]).toEqual([0, ''])
    return JSON.parse(done.out)
}

/** Groups are in order of recall, and differences are of the best. @param {any} report */
function checkGroups(report) {
    for (const { results } of /** @type {Group[]} */ (report.groups)) {
        const recalls = results.map(r => report.results[r.result].search['recall@10'])
        expect(recalls).toEqual([...recalls].sort((a, b) => b - a))
        expect(results.map(r => r.best)).toEqual(results.map((_, i) => !i))
        expect(results[0].pair).toBe(null)
        for (const [i, { result, pair }] of results.entries()) {
            if (!i) continue
            expect(pair.spec).toBe(report.results[result].spec)
            expect(pair.difference).toBeCloseTo(recalls[i] - recalls[0], 5)
        }
    }
}

test('engines by what they call their codes', () => {
    const report = json('engines', 'base.npy', '-q', 'queries.npy')
    checkGroups(report)
    const names = (/** @type {number} */ g) =>
        report.groups[g].results.map((/** @type {any} */ r) => r.codec).sort()
    expect(report.groups.map((/** @type {Group} */ g) => g.name)).toEqual(['int8', '4 bits', '1 bit'])
    expect(names(0)).toContain('qdrant_int8')
    expect(names(0)).toContain('lucene_osq:bits=7')
    expect(names(1)).toEqual(expect.arrayContaining(['faiss_sq4', 'lucene_osq:bits=4']))
    expect(names(2)).toEqual(expect.arrayContaining(['lucene_osq', 'usearch_b1']))
    const told = run('engines', 'base.npy', '-q', 'queries.npy', '--md')
    expect(told.out).toMatch(/\| int8 +\| st_int8 +\| +48 \|.* \|$/m)
    expect(run('engines', 'base.npy', '--csv').out.split('\n')[0]).toMatch(/^called,spec,bytes\/vector,/)
})

test('equal bytes: nothing is larger than its budget, and each codec is there once', () => {
    const report = json('sweep', 'base.npy', '-q', 'queries.npy', '--equal-bytes', '8,16', '--no-timing')
    checkGroups(report)
    expect(report.groups.map((/** @type {Group} */ g) => g.name)).toEqual(['8', '16'])
    for (const { name, results } of /** @type {Group[]} */ (report.groups)) {
        const codecs = results.map(r => r.codec)
        expect(new Set(codecs).size).toBe(codecs.length)
        expect(codecs).toEqual(expect.arrayContaining(['pq', 'opq', 'binary', ...(name === '16' ? ['int'] : [])]))
        for (const { result } of results) {
            const { total, params } = report.results[result].bytes
            expect((total - params) / 300).toBeLessThanOrEqual(Number(name))
        }
    }
    const table = run('sweep', 'base.npy', '--equal-bytes', '8', '--no-timing').out
    expect(table).toMatch(/^at most +spec/m)
    expect(table).toMatch(/^8 .* best /m)
})

test('wrong budgets are refused', () => {
    for (const list of ['', '0', '8,', 'x', '8,,9', '1.5'])
        expect(run('sweep', 'base.npy', '--equal-bytes', list)).toMatchObject({ status: 2, out: '' })
    expect(run('sweep', 'base.npy', '--equal-bytes', '8', '-s', 'int8').err).toContain(
        '--equal-bytes chooses the specs',
    )
    expect(run('engines', 'base.npy', '--json', '--csv')).toMatchObject({ status: 2, out: '' })
    expect(run('engines', 'nowhere.npy').status).toBe(3)
})
