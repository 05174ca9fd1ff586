// Small floats, microscaling, codebooks, integers and half floats in WebAssembly against the bytes and floats of other
// libraries: tests/c/golden.h says what the lines of tests/golden are, and the C tests what is left out.
import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { newCore, path } from './core.js'

const cases = ['float8', 'torch', 'faiss'].flatMap(name => {
    const data = readFileSync(path(`tests/golden/${name}.bin`))
    return readFileSync(path(`tests/golden/${name}.txt`), 'utf8')
        .trim()
        .split('\n')
        .map(line => line.split(' '))
        .filter(([kind]) => kind === 'case')
        .map(([, spec, dim, rows, input, codes, wanted]) => {
            const numbers = [dim, rows, input, codes].map(Number)
            return { data, spec, dim: numbers[0], rows: numbers[1], input: numbers[2], codes: numbers[3], wanted }
        })
})

/** @type {import('../../web/engine/wasm.js').Core} */
let core
beforeAll(async () => {
    core = await newCore()
})

/** FNV-1a, 64 bits, over the bits of floats; any NaN counts as 0x7fc00000. @param {Float32Array} floats */
function hash(floats) {
    const bytes = new Uint8Array(Float32Array.from(floats, x => (Number.isNaN(x) ? NaN : x)).buffer)
    const h = bytes.reduce(
        (h, byte) => BigInt.asUintN(64, (h ^ BigInt(byte)) * 0x100000001b3n),
        0xcbf29ce484222325n,
    )
    return h.toString(16).padStart(16, '0')
}

test.each([...new Set(cases.map(c => c.spec))])('%s', spec => {
    for (const { data, dim, rows, input, codes, wanted } of cases.filter(c => c.spec === spec)) {
        const floats = data.subarray(input, input + 4 * dim * rows)
        const fit = core.open('qs_fit_open', spec, dim)
        core.call('qs_fit_observe', fit, 0, floats, rows)
        core.call('qs_fit_next_pass', fit)
        const codec = core.open('qs_fit_finish', fit)
        const bytes = core.call('qs_codec_row_bytes', codec)
        const out = core.alloc(Math.max(4 * dim, bytes) * rows)
        const expected = data.subarray(codes, codes + rows * bytes)
        core.call('qs_codec_encode', codec, 0, floats, rows, out)
        expect(expected.equals(core.take(out, Uint8Array, expected.length)), 'encoded the same').toBe(true)
        core.call('qs_codec_decode', codec, expected, rows, out)
        const decoded = core.take(out, Float32Array, rows * dim)
        if (wanted !== '-') expect(hash(decoded)).toBe(wanted)
        core.free(out)
        core.call('qs_codec_close', codec)
        core.call('qs_fit_close', fit)
    }
})
