// ggml's formats in WebAssembly against ggml's own bytes and floats: tests/golden/ggml.md says what the data is, and
// tests/c/golden_ggml_test.c, which checks it natively, what is left out.
import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { newCore, path } from './core.js'

const data = readFileSync(path('tests/golden/ggml.bin'))
const lines = readFileSync(path('tests/golden/ggml.txt'), 'utf8').trim().split('\n')
const inputs = new Map(
    lines
        .map(line => line.split(' '))
        .filter(([kind]) => kind === 'input')
        .map(([, name, count, offset]) => [name, data.subarray(+offset, +offset + 4 * +count)]),
)
const cases = lines
    .map(line => line.split(' '))
    .filter(([kind]) => kind !== 'input')
    .map(([, format, input, ...numbers]) => ({ format, input, numbers: numbers.map(Number) }))

/** @type {import('../../web/engine/wasm.js').Core} */
let core
/** @type {Map<string, number>} */
const blocks = new Map()
beforeAll(async () => {
    core = await newCore()
    for (const { name, block } of core.json('qs_formats_json', 0).formats) blocks.set(name, Math.max(block, 32))
})

/** FNV-1a, 64 bits, over the bits of floats; any NaN counts as 0x7fc00000. @param {Float32Array} floats */
function hash(floats) {
    const bytes = new Uint8Array(Float32Array.from(floats, x => (Number.isNaN(x) ? NaN : x)).buffer)
    return bytes.reduce((h, byte) => BigInt.asUintN(64, (h ^ BigInt(byte)) * 0x100000001b3n), 0xcbf29ce484222325n)
}

/** Rows of one block each, through a function of the codec. @template T
 * @param {string} format @param {number} rows @param {(codec: number, dim: number, bytes: number, out: number) => T} use */
function withCodec(format, rows, use) {
    const dim = blocks.get(format) ?? expect.unreachable()
    const fit = core.open('qs_fit_open', format, dim)
    const codec = core.open('qs_fit_finish', fit)
    const out = core.alloc(4 * dim * rows)
    const result = use(codec, dim, core.call('qs_codec_row_bytes', codec), out)
    core.free(out)
    core.call('qs_codec_close', codec)
    core.call('qs_fit_close', fit)
    return result
}

test.each([...new Set(cases.map(c => c.format))])('%s', format => {
    for (const { input, numbers } of cases.filter(c => c.format === format)) {
        const [rows, at, hashes] = numbers
        withCodec(format, rows, (codec, dim, bytes, out) => {
            const encoded = data.subarray(at, at + rows * bytes)
            const floats = inputs.get(input)
            if (floats) {
                core.call('qs_codec_encode', codec, 0, floats, rows, out)
                const same = encoded.equals(core.take(out, Uint8Array, encoded.length))
                expect(same, `${format} of ${input} is encoded the same`).toBe(true)
            }
            core.call('qs_codec_decode', codec, encoded, rows, out)
            const decoded = core.take(out, Float32Array, rows * dim)
            for (let b = 0; b < rows; b++)
                expect(hash(decoded.subarray(b * dim, (b + 1) * dim)), `${format} of ${input}, block ${b}`).toBe(
                    data.readBigUInt64LE(hashes + 8 * b),
                )
        })
    }
})
