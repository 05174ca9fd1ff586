// sweep --truth: neighbours that came with a set beside those of exact search, and what explains a difference.
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { file, headerOf, noise, npyOf, run, writeRows } from './cli.js'
import { ranked } from './trec.js'

const ROWS = 300
const QUERIES = 50
const DIM = 32
const values = noise((ROWS + QUERIES) * DIM)
const rows = Array.from({ length: ROWS + QUERIES }, (_, i) => [...values.slice(i * DIM, (i + 1) * DIM)])
const base = rows.slice(0, ROWS)
const queries = rows.slice(ROWS)
const near = queries.map(query => ranked(base, query).slice(0, 12))

/** Row numbers of each query as .ivecs. @param {string} name @param {number[][]} lists */
function ivecs(name, lists) {
    writeFileSync(file(name), Buffer.from(Int32Array.from(lists.flatMap(list => [list.length, ...list])).buffer))
}

/** @param {string[]} args */
function report(...args) {
    const { status, out, err } = run('sweep', ...args, '--no-timing', '--json')
    expect(err).toBe('')
    expect(status).toBe(0)
    const whole = JSON.parse(out)
    return { ...whole, finding: whole.findings.find((/** @type {any} */ f) => f.id === 'other-truth') }
}

writeRows('base.npy', [ROWS, DIM], base.flat())
writeRows('queries.npy', [QUERIES, DIM], queries.flat())
const options = ['base.npy', '-q', 'queries.npy', '-s', 'f32', '-s', 'int3']

test('the same neighbours: no finding, recall against them is recall', () => {
    ivecs('same.ivecs', near)
    const { finding, truth, results } = report(...options, '--truth', 'same.ivecs')
    expect(finding).toBeUndefined()
    expect(truth).toEqual({ neighbours: 12, 'recall@10_truth': 1, 'recall@10_truth_ci95': [1, 1] })
    for (const { search } of results) {
        expect(search['recall@10_truth']).toBe(search['recall@10'])
        expect(search['recall@10_truth_ci95']).toEqual(search['recall@10_ci95'])
    }
})

test('int64 .npy, and numbers that float32 does not hold', () => {
    const data = BigInt64Array.from(near.flat().map(BigInt))
    writeFileSync(file('same.npy'), npyOf(headerOf('<i8', [QUERIES, 12]), new Uint8Array(data.buffer)))
    expect(report(...options, '--truth', 'same.npy').truth['recall@10_truth']).toBe(1)
    data[3] = 16777217n
    writeFileSync(file('far.npy'), npyOf(headerOf('<i8', [QUERIES, 12]), new Uint8Array(data.buffer)))
    const { finding } = report(...options, '--truth', 'far.npy')
    expect(finding).toMatchObject({ level: 'warning', evidence: { error: 1, outside: 1, ties: 0, of: QUERIES } })
})

test('files of numbers whose first bytes look like .safetensors are read by their names', () => {
    const bytes = Buffer.alloc(8 + 4 * 12)
    bytes.writeUInt32LE(3, 0)
    bytes.writeUInt32LE(4, 4)
    bytes[8] = 0x7b
    writeFileSync(file('brace.fbin'), bytes)
    expect(JSON.parse(run('info', 'brace.fbin', '--json').out)).toMatchObject({ kind: 'fbin' })
    ivecs('brace.ivecs', [
        [5, 0x7b, 7],
        [5, 0x7b, 7],
    ])
    expect(JSON.parse(run('info', 'brace.ivecs', '--json').out)).toMatchObject({ kind: 'ivecs' })
})

test('ties are told from errors', () => {
    // Rows 300 .. 599 repeat rows 0 .. 299: each true neighbour has a twin of equal score.
    writeRows('twins.npy', [2 * ROWS, DIM], [...base, ...base].flat())
    const lists = near.map(list => list.slice(0, 5).flatMap(row => [row, row + ROWS]))
    ivecs('twins.ivecs', lists)
    const twins = ['twins.npy', '-q', 'queries.npy', '-s', 'f32']
    expect(report(...twins, '--truth', 'twins.ivecs').finding).toBeUndefined()
    // With k 9 the ninth is either of two twins; these lists have the other one.
    ivecs(
        'others.ivecs',
        lists.map(list => [...list.slice(0, 8), list[9]]),
    )
    const { finding } = report(...twins, '-k', '9', '--truth', 'others.ivecs')
    expect(finding).toMatchObject({ level: 'note', evidence: { ties: QUERIES, rounding: 0, error: 0 } })
})

test('another metric and numbers from 1 are named as the remedy', () => {
    const distance = (/** @type {number[]} */ a, /** @type {number[]} */ b) =>
        a.reduce((s, v, i) => s + (v - b[i]) ** 2, 0)
    const byL2 = queries.map(query => {
        const d = base.map(row => distance(query, row))
        return d
            .map((_, i) => i)
            .sort((a, b) => d[a] - d[b])
            .slice(0, 10)
    })
    ivecs('l2.ivecs', byL2)
    expect(report(...options, '--truth', 'l2.ivecs').finding).toMatchObject({
        level: 'warning',
        remedy: { option: '--metric l2' },
    })
    expect(report(...options, '--metric', 'l2', '--truth', 'l2.ivecs').finding).toBeUndefined()
    ivecs(
        'one.ivecs',
        near.map(list => list.map(row => row + 1)),
    )
    expect(report(...options, '--truth', 'one.ivecs').finding.remedy.text).toContain('count from 1')
})

test('the truth of longer vectors shows what the dims left out lose', () => {
    const short = (/** @type {number[][]} */ list) => list.map(row => row.slice(0, 12))
    writeRows('short.npy', [ROWS, 12], short(base).flat())
    writeRows('short-queries.npy', [QUERIES, 12], short(queries).flat())
    const { finding, truth, results } = report(
        ...['short.npy', '-q', 'short-queries.npy', '-s', 'int8', '--truth', 'same.ivecs'],
    )
    const found = queries.map(query => ranked(short(base), query.slice(0, 12)).slice(0, 10))
    const share =
        found.flatMap((list, q) => list.filter(row => near[q].slice(0, 10).includes(row))).length / QUERIES / 10
    expect(truth['recall@10_truth']).toBeCloseTo(share, 5)
    expect(share).toBeLessThan(0.7)
    expect(results[0].search['recall@10']).toBeGreaterThan(0.98)
    expect(Math.abs(results[0].search['recall@10_truth'] - share)).toBeLessThan(0.02)
    expect(finding.remedy.text).toContain('longer vectors')
    expect(finding.damage).toContain(`float32 itself finds ${Number(share.toPrecision(4))}`)
})

test('files that are no truth are refused', () => {
    const refused = (/** @type {string} */ name, /** @type {string[]} */ ...more) => {
        const { status, err } = run('sweep', ...options, '--truth', name, ...more)
        expect(status).toBe(3)
        return err
    }
    writeRows('distances.npy', [QUERIES, 10], noise(QUERIES * 10))
    expect(refused('distances.npy')).toContain('not the number of a row')
    ivecs('few.ivecs', near.slice(1))
    expect(refused('few.ivecs')).toContain('the neighbours of 49 queries')
    expect(refused('same.ivecs', '-k', '20')).toContain('recall@20 needs more: try -k 12')
    expect(run('sweep', 'base.npy', '-s', 'int8', '--truth', 'same.ivecs').status).toBe(2)
})
