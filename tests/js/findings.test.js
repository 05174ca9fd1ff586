// Findings, and scores that do not depend on the size of the data: on every backend, in WASM, in shards.
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { measure } from '../../web/engine/client.js'
import { Shard } from '../../web/engine/shard.js'
import { openTable } from '../../web/data/table.js'
import { file, noise, run, writeRows } from './cli.js'
import { cli, newCore } from './core.js'

const [ROWS, QUERIES, DIM] = [1500, 40, 24]
const SPECS = [
    'f32',
    'int8',
    'int4',
    'int8:query=same',
    'binary',
    'binary:query=f32',
    'int4:map=offset,per=dim,rescore=2',
]
const args = SPECS.flatMap(spec => ['-s', spec])

/** @type {{ name: string, available: boolean }[]} */
const backends = JSON.parse(cli('backends', '--json')).backends
const names = backends.filter(b => b.available).map(b => b.name)

/** Unit vectors times 2^power, as base and queries. @param {number} power */
function write(power) {
    const values = noise((ROWS + QUERIES) * DIM)
    for (let r = 0; r < ROWS + QUERIES; r++) {
        const row = values.subarray(r * DIM, (r + 1) * DIM)
        const length = Math.hypot(...row)
        row.forEach((x, i) => (row[i] = Math.fround(x / length)))
    }
    const scaled = values.map(x => x * 2 ** power)
    writeRows(`base${power}.npy`, [ROWS, DIM], scaled.subarray(0, ROWS * DIM))
    writeRows(`queries${power}.npy`, [QUERIES, DIM], scaled.subarray(ROWS * DIM))
    return [`base${power}.npy`, `queries${power}.npy`]
}

/** @param {any} report */
const searches = report => report.results.map((/** @type {any} */ r) => r.search)

test.each(['cosine', 'ip', 'l2'])('%s: the same recall at any power of two, on every backend', metric => {
    const at = (/** @type {string[]} */ [base, queries], /** @type {string} */ backend) =>
        searches(
            JSON.parse(
                run(
                    'sweep',
                    base,
                    '-q',
                    queries,
                    '--metric',
                    metric,
                    ...args,
                    '--json',
                    '--no-timing',
                    '--backend',
                    backend,
                ).out,
            ),
        )
    const plain = at(write(0), 'ref')
    expect(plain[0]['recall@10']).toBe(1)
    expect(plain[2]['recall@10']).toBeLessThan(1)
    for (const power of [-100, -70, 60, 100]) {
        const files = write(power)
        // signs have no size to be scaled by: what lies between float queries and them by l2 depends on the size
        const compared = (/** @type {any[]} */ found) =>
            found.filter((_, i) => metric !== 'l2' || SPECS[i] !== 'binary:query=f32')
        for (const backend of names) expect(compared(at(files, backend))).toEqual(compared(plain))
    }
})

test('WASM in shards gives the report of the command line, findings included', async () => {
    const [base, queries] = write(100)
    const core = await newCore()
    const table = async (/** @type {string} */ name) =>
        openTable(core, new File([readFileSync(file(name))], name), name)
    const job = {
        specs: SPECS,
        metric: 'ip',
        k: 10,
        seed: 0,
        base: await table(base),
        queries: await table(queries),
    }
    const native = run('sweep', base, '-q', queries, '--metric', 'ip', ...args, '--json').out
    for (const count of [1, 2]) {
        const shards = await Promise.all(Array.from({ length: count }, async () => new Shard(await newCore())))
        const { text } = await measure(shards, job, {})
        expect(text).toBe(native.trimEnd().replace(/,"timing":.*\}$/s, '}'))
    }
})

test('check: levels, formats and the exit', () => {
    writeRows('twice.npy', [4, 2], [1, 2, 1, 2, 3, 4, 5, 7])
    expect(run('check', 'twice.npy', '-q', 'twice.npy').status).toBe(0)
    expect(run('check', 'twice.npy', '-q', 'twice.npy', '--fail-on', 'warning').status).toBe(1)
    expect(run('check', 'twice.npy', '--fail-on', 'much').status).toBe(2)
    const found = JSON.parse(run('check', 'twice.npy', '-q', 'twice.npy', '--json').out).findings
    const repeated = found.find((/** @type {any} */ f) => f.id === 'repeated-rows')
    expect(repeated).toMatchObject({ level: 'warning', spec: null, evidence: { rows: 1, of: 4, row: 0, times: 2 } })
    const sarif = JSON.parse(run('check', 'twice.npy', '-q', 'twice.npy', '--sarif').out)
    expect(sarif.version).toBe('2.1.0')
    const rules = sarif.runs[0].tool.driver.rules.map((/** @type {any} */ r) => r.id)
    for (const result of sarif.runs[0].results) expect(rules).toContain(result.ruleId)
    expect(sarif.runs[0].results.map((/** @type {any} */ r) => r.ruleId)).toEqual(
        found.map((/** @type {any} */ f) => f.id),
    )
    const list = run('check', '--list').out
    for (const rule of rules) expect(list).toContain(`${rule} (`)
})

test('a remedy can be tried: the spec it names has no such finding', () => {
    const values = noise(400 * 8).map(x => 2 + x)
    writeRows('above.npy', [400, 8], values)
    const one = (/** @type {string} */ spec) => JSON.parse(run('sweep', 'above.npy', '-s', spec, '--json').out)
    const before = one('binary')
    const finding = before.findings.find((/** @type {any} */ f) => f.id === 'one-sided-dims')
    expect(finding).toMatchObject({ level: 'error', remedy: { spec: 'binary:center=mean' } })
    const after = one(finding.remedy.spec)
    expect(after.findings.map((/** @type {any} */ f) => f.id)).not.toContain('one-sided-dims')
    expect(after.results[0].search['recall@10']).toBeGreaterThan(before.results[0].search['recall@10'] + 0.1)
})

test('the demo gives no warning', () => {
    writeFileSync(file('none'), '')
    const { out } = run(
        'check',
        new URL('../../web/public/demo/demo-sentences-2k.f16.npy', import.meta.url).pathname,
        '-s',
        'int8',
        '--json',
    )
    expect(JSON.parse(out).findings).toEqual([])
})
