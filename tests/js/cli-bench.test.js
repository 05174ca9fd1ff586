// quantscope bench on sizes so small that only what it says is of interest.
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { file, noise, run } from './cli.js'

const small = ['bench', '--rows', '70', '--dim', '48', '--queries', '5', '--quiet']
const backends = JSON.parse(run('backends', '--json').out)
    .backends.filter((/** @type {any} */ b) => b.available)
    .map((/** @type {any} */ b) => b.name)

test('every work with every backend, each beside its limit', () => {
    const { status, out, err } = run(...small, '--threads', '2', '--json')
    expect([status, err]).toEqual([0, ''])
    const { works } = JSON.parse(out)
    const names = [...new Set(works.map((/** @type {any} */ w) => w.work))]
    expect(names).toHaveLength(25)
    expect(names).toEqual(expect.arrayContaining(['W1-int8-known', 'W1-q4_k', 'W2-f16', 'W3-f32', 'W3-binary']))
    expect(works.map((/** @type {any} */ w) => w.backend)).toEqual(names.flatMap(() => backends))
    for (const work of works) {
        expect(Object.keys(work)).toEqual(
            'work backend threads rows dim min_ms median_ms limit_ms of_limit'.split(' '),
        )
        expect(work).toMatchObject({ threads: 2, rows: 70, dim: 48 })
        expect(work.min_ms).toBeGreaterThan(0)
        expect(work.median_ms).toBeGreaterThanOrEqual(work.min_ms)
        expect(work.of_limit).toBeCloseTo(work.limit_ms / work.min_ms, 4)
    }
})

test('a work and a backend by name, as a table', () => {
    const { status, out } = run(...small, '--work', 'W3-int8', '--backend', 'ref', '--threads', '1')
    expect(status).toBe(0)
    const [heading, line, ...rest] = out.trim().split('\n')
    expect(heading).toMatch(/^work +backend +threads +rows +dim +min ms +median ms +limit ms +of limit +rate$/)
    expect(line).toMatch(/^W3-int8 +ref +1 +70 +48 .* GMAC\/s$/)
    expect(rest).toEqual([])
})

test('a limit beside the least of data', () => {
    const least = ['--rows', '10', '--dim', '1', '--backend', 'ref', '--work', 'W1-int8-dim', '--work', 'W2-f16']
    const { works } = JSON.parse(run('bench', ...least, '--threads', '2', '--json', '--quiet').out)
    expect(works).toHaveLength(2)
    for (const work of works) expect(work.limit_ms).toBeGreaterThan(1e-6)
})

test('data of a folder', () => {
    const folder = file('.')
    for (const [name, rows] of [
        ['w1', 20],
        ['base', 30],
        ['queries', 4],
    ])
        writeFileSync(file(`${name}.f32`), noise(Number(rows) * 8))
    const args = ['bench', '--data', folder, '--dim', '8', '--json', '--backend', 'ref', '--threads', '1']
    const { works } = JSON.parse(run(...args, '--work', 'W1-f16', '--work', 'W3-f32').out)
    expect(works.map((/** @type {any} */ w) => [w.work, w.rows])).toEqual([
        ['W1-f16', 20],
        ['W3-f32', 30],
    ])
    const refused = (/** @type {string[]} */ ...more) => {
        const { status, out, err } = run(...args, '--work', 'W1-int8-row', ...more)
        expect([status, out]).toEqual([3, ''])
        return err
    }
    expect(refused('--rows', '21')).toContain('w1.f32: it has 20 rows of 8 float32, fewer than the 21 asked for')
    expect(refused('--dim', '7')).toContain('w1.f32: its 640 bytes are not whole rows of 7 float32')
    expect(refused('--dim', '512')).toContain('w1.f32: its 640 bytes are not whole rows of 512 float32')
    for (const value of [NaN, -Infinity, 3e38]) {
        writeFileSync(
            file('w1.f32'),
            noise(160).map((x, i) => (i === 45 ? value : x)),
        )
        expect(refused()).toMatch(/w1\.f32: row 5, column 5 is (nan|-inf|3e\+38); works take numbers/)
    }
    expect(run('bench', '--data', `${folder}/nowhere`).status).toBe(3)
})

test('what the works are', () => {
    const { works } = JSON.parse(run('bench', '--list').out)
    expect(works).toHaveLength(25)
    expect(works[1]).toEqual({
        work: 'W1-int8-tensor',
        spec: 'int8:per=tensor',
        kind: 'encode',
        fits: true,
        peak: '',
    })
    for (const { spec } of works) expect(run('plan', '-s', spec, '--rows', '1', '--dim', '8').status).toBe(0)
})

test('a work that is none', () => {
    const tried = (/** @type {string[]} */ ...args) => {
        const { status, out, err } = run('bench', ...args)
        expect([status, out]).toEqual([2, ''])
        return err
    }
    expect(tried('--work', 'W3-int9')).toMatch(
        /there is no work 'W3-int9'; did you mean W3-int8\? Works: W1-int8-known/,
    )
    expect(tried('--list', '--work', 'none')).toMatch(/there is no work 'none'; works: W1-int8-known .* W4-pq\n/)
})
