// Files are read by ranges: the head first, then only rows that are wanted, sampled evenly when there are too many.
import { beforeAll, expect, test } from 'vitest'
import { fileRow, mostRows, openTable, readRows, sample, stretches } from '../../web/data/table.js'
import { readLines } from '../../web/data/lines.js'
import { chosenFiles } from '../../web/data/files.js'
import { demo, fileOf, newCore } from './core.js'

/** @type {import('../../web/engine/wasm.js').Core} */
let core
beforeAll(async () => {
    core = await newCore()
})

/** A blob that counts what is read of it. @param {Blob} blob */
function watched(blob) {
    let read = 0
    const view = {
        size: blob.size,
        slice(/** @type {number} */ from, /** @type {number} */ to) {
            read += Math.min(to, blob.size) - from
            return blob.slice(from, to)
        },
    }
    return { blob: /** @type {Blob} */ (/** @type {unknown} */ (view)), read: () => read }
}

test('a head is enough to open a file', async () => {
    const { blob, read } = watched(demo('f16.npy'))
    const table = await openTable(core, blob, 'demo')
    expect(table).toMatchObject({ rows: 2000, fileRows: 2000, dim: 512, tensor: 0 })
    expect(read()).toBeLessThan(10_000)
})

test('rows are the bytes they stand for', async () => {
    const file = demo('f16.npy')
    const table = await openTable(core, file, 'demo')
    const whole = new Uint8Array(await file.arrayBuffer())
    const rows = await readRows(table, 1500, 3)
    expect(rows).toEqual(whole.slice(table.offset + 1500 * table.rowBytes, table.offset + 1503 * table.rowBytes))
})

test('of several tensors the largest is opened', async () => {
    const table = await openTable(core, fileOf('tests/data/weights/digits-mlp.safetensors'), 'digits')
    expect(table).toMatchObject({ name: 'digits', part: 'fc1.weight', tensor: 0, rows: 32, dim: 64 })
    const silero = await openTable(core, fileOf('tests/data/weights/silero-vad-part.safetensors'), 'silero')
    expect(silero).toMatchObject({ tensor: 2, rows: 128, dim: 192 })
    const none = new Blob([Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0), '{}'])
    await expect(openTable(core, none, 'none')).rejects.toThrow('has no tensor')
})

test('a sample spreads over the whole file', () => {
    const table = sample(/** @type {any} */ ({ fileRows: 100_000 }), 1000)
    expect(table.rows).toBe(992)
    const rows = Array.from({ length: table.rows }, (_, i) => fileRow(table, i))
    expect(rows[0]).toBe(0)
    expect(rows.at(-1)).toBeGreaterThan(96_000)
    expect(rows.at(-1)).toBeLessThan(100_000)
    expect(rows.every((row, i) => i === 0 || row > rows[i - 1])).toBe(true)
    const gaps = rows.map((row, i) => (i ? row - rows[i - 1] : 0))
    expect(Math.max(...gaps)).toBeLessThan(100_000 / 31 + 1)
})

test('stretches name the same rows as fileRow', () => {
    const table = sample(/** @type {any} */ ({ fileRows: 5000 }), 700)
    const listed = stretches(table, 50, 500).flatMap(({ row, count }) =>
        Array.from({ length: count }, (_, i) => row + i),
    )
    expect(listed).toEqual(Array.from({ length: 500 }, (_, i) => fileRow(table, 50 + i)))
})

test('few rows are all taken', () => {
    expect(sample(/** @type {any} */ ({ fileRows: 1000 }), 1000).rows).toBe(1000)
    expect(mostRows(10, { rows: 500, values: 1000, queries: 1 })).toBe(100)
    expect(mostRows(1, { rows: 500, values: 1000, queries: 1 })).toBe(500)
})

test('a sampled table reads rows of all the file', async () => {
    const file = demo('f16.npy')
    const { blob, read } = watched(file)
    const table = sample(await openTable(core, blob, 'demo'), 64)
    const before = read()
    const rows = await readRows(table, 0, 64)
    expect(read() - before).toBe(64 * table.rowBytes)
    const whole = new Uint8Array(await file.arrayBuffer())
    const at = table.offset + fileRow(table, 40) * table.rowBytes
    expect(rows.slice(40 * table.rowBytes, 41 * table.rowBytes)).toEqual(whole.slice(at, at + table.rowBytes))
})

test.each([
    ['a cut file', async () => demo('f16.npy').slice(0, 5000)],
    ['a head alone', async () => demo('f16.npy').slice(0, 40)],
    ['text', async () => demo('txt')],
    ['an empty file', async () => new Blob([])],
])('%s is refused in words', async (_, make) => {
    await expect(openTable(core, await make(), 'bad.npy')).rejects.toThrow(/\w+ \w+/)
})

test('lines of a text', async () => {
    const lines = await readLines(new Blob(['a\nb\r\n\nd']))
    expect(lines).toEqual(['a', 'b', '', 'd'])
    expect(await readLines(new Blob(['a\nb\n']))).toEqual(['a', 'b'])
    expect(await readLines(new Blob([]))).toEqual([])
    const some = await readLines(new Blob(['a\nb\nc\n']), i => i === 1)
    expect([some.length, some[1], 0 in some]).toEqual([3, 'b', false])
    expect(await readLines(demo('txt'))).toHaveLength(2000)
})

test('dropped files find their place', () => {
    const file = (/** @type {string} */ name, size = 10) => new File([new Uint8Array(size)], name)
    const [base, queries, text, asked] = [file('v.npy', 100), file('q.npy'), file('v.txt'), file('v.queries.txt')]
    expect(chosenFiles([queries, base])).toMatchObject({ vectors: base, queries })
    expect(chosenFiles([text, base])).toMatchObject({ vectors: base, text })
    expect(chosenFiles([asked, text, queries, base])).toEqual({ vectors: base, queries, text, queryText: asked })
    const named = file('queries.npy', 1000)
    expect(chosenFiles([named, base])).toMatchObject({ vectors: base, queries: named })
    expect(chosenFiles([file('notes.bin')]).vectors?.name).toBe('notes.bin')
})
