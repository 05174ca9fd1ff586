// quantscope tensors --against: two files of one model, by plain loops over what another command decodes.
import { writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { file, noise, readRows, run } from './cli.js'
import { gguf } from './gguf.js'

const bytesOf = (/** @type {Float32Array} */ values) => new Uint8Array(values.slice().buffer)
const shapes = {
    'a.weight': [6, 256],
    'b.weight': [3, 2, 512],
    'c.weight': [256],
    'd.weight': [2, 256],
    'e.weight': [4, 32],
}
const count = (/** @type {number[]} */ shape) => shape.reduce((a, b) => a * b)
const all = noise(8192)

beforeAll(() => {
    let at = 0
    const tensors = Object.fromEntries(
        Object.entries(shapes).map(([name, shape]) => [
            name,
            { type: 'float32', shape, bytes: bytesOf(all.subarray(at, (at += count(shape)))) },
        ]),
    )
    writeFileSync(file('f32.gguf'), gguf({}, tensors))
    writeFileSync(file('types.txt'), 'a=q4_k b=q8_0 d=q6_k e=q4_0')
    expect(run('encode', 'f32.gguf', '--types', 'types.txt', '--to', 'gguf', '-o', 'mixed.gguf').status).toBe(0)
})

test('differences, types and bytes of each tensor, and of all', () => {
    const { status, out, err } = run('tensors', 'f32.gguf', '--against', 'mixed.gguf', '--json')
    expect([status, err]).toEqual([0, ''])
    const { tensors, others, totals } = JSON.parse(out)
    expect(others).toEqual([])
    expect(tensors.map((/** @type {any} */ t) => [t.name, t.dtype, t.against_dtype, t.against_bytes])).toEqual([
        ['a.weight', 'float32', 'q4_k', 6 * 144],
        ['b.weight', 'float32', 'q8_0', 6 * 16 * 34],
        ['c.weight', 'float32', 'float32', 1024],
        ['d.weight', 'float32', 'q6_k', 2 * 210],
        ['e.weight', 'float32', 'q4_0', 4 * 18],
    ])
    let [error, power, n] = [0, 0, 0]
    for (const t of tensors) {
        const rows = ['f32.gguf', 'mixed.gguf'].map(name => {
            run('encode', name, '--tensor', t.name, '-s', 'f32', '--to', 'float-npy', '-o', 'v.npy')
            return readRows('v.npy').values
        })
        let [e, p, q, dot, most] = [0, 0, 0, 0, 0]
        for (let i = 0; i < rows[0].length; i++) {
            const [x, y] = [rows[0][i], rows[1][i]]
            e += (y - x) ** 2
            p += x * x
            q += y * y
            dot += x * y
            most = Math.max(most, Math.abs(y - x))
        }
        const figure = (/** @type {number} */ x) => (Number.isFinite(x) ? Number(x.toPrecision(6)) : null)
        expect(t.max_abs).toBe(figure(most))
        expect(t.mse).toBe(figure(e / rows[0].length))
        expect(t.noise).toBe(figure(e / p))
        expect(t.sqnr_db).toBe(figure(10 * Math.log10(p / e)))
        expect(t.cosine).toBe(figure(dot / Math.sqrt(p * q)))
        error += e
        power += p
        n += rows[0].length
    }
    expect(totals.values).toBe(n)
    expect(totals.bytes).toBe(4 * n)
    expect(totals.against_bytes).toBe(
        tensors.reduce((/** @type {number} */ sum, /** @type {any} */ t) => sum + t.against_bytes, 0),
    )
    expect(totals.noise / (error / power)).toBeCloseTo(1, 5)
    const table = run('tensors', 'f32.gguf', '--against', 'mixed.gguf').out
    expect(table).toMatch(/\nq4_k +1 +6,144 +864 +\d/)
    expect(table).toMatch(/\nall +/)
})

test('a file cut at other axes, tensors that only one has, other shapes', () => {
    const head = {
        b: { dtype: 'F32', shape: [3, 2, 512], data_offsets: [0, 12288] },
        x: { dtype: 'F32', shape: [1], data_offsets: [12288, 12292] },
        'e.weight': { dtype: 'F32', shape: [2, 64], data_offsets: [12292, 12804] },
    }
    const named = JSON.stringify({ 'b.weight': head.b, x: head.x, 'e.weight': head['e.weight'] })
    const length = Buffer.alloc(8)
    length.writeUInt32LE(named.length)
    const values = all.subarray(1536, 1536 + 3072)
    writeFileSync(
        file('b.safetensors'),
        Buffer.concat([length, Buffer.from(named), bytesOf(values), Buffer.alloc(4 + 512)]),
    )
    const { tensors, others } = JSON.parse(run('tensors', 'mixed.gguf', '--against', 'b.safetensors', '--json').out)
    expect(tensors).toMatchObject([{ name: 'b.weight', dtype: 'q8_0', against_dtype: 'float32' }])
    expect(tensors[0].sqnr_db).toBeGreaterThan(40)
    expect(Object.fromEntries(others.map((/** @type {any} */ o) => [o.name, o.problem]))).toEqual({
        'a.weight': 'the other file does not have it',
        'c.weight': 'the other file does not have it',
        'd.weight': 'the other file does not have it',
        'e.weight': 'its shape is another one in the other file',
        x: 'only the other file has it',
    })
})

test('wrong usage and files without anything in common', () => {
    writeFileSync(
        file('other.gguf'),
        gguf({}, { z: { type: 'float32', shape: [2, 2], bytes: new Uint8Array(16) } }),
    )
    expect(run('tensors', 'f32.gguf', '--against', 'other.gguf')).toMatchObject({ status: 3, out: '' })
    expect(run('tensors', 'f32.gguf', '--against', 'none.gguf')).toMatchObject({ status: 3 })
    expect(run('tensors', 'f32.gguf', '--against', 'mixed.gguf', '-s', 'int8')).toMatchObject({ status: 2 })
    expect(run('tensors', 'f32.gguf', '--against', 'mixed.gguf', '--budget', '5bpw')).toMatchObject({ status: 2 })
})
