// Packs reference vectors of ggml's formats for tests/c/golden_ggml_test.c: node ggml-pack.mjs FOLDER
//
// FOLDER holds manifest.json, which lists arrays in .npy files: inputs (float32), and for each format and input the
// encoded blocks (uint8) and the floats they decode to. What is left out, and what is written, says ggml.md.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const from = process.argv[2]
const to = dirname(fileURLToPath(import.meta.url))
const manifest = JSON.parse(readFileSync(join(from, 'manifest.json'), 'utf8'))

const leftOut = ['IQ4_NL_REF', 'Q8_1', 'Q8_K']
const names = { MXFP4: 'ggml_mxfp4', NVFP4: 'ggml_nvfp4' }
const leastBlock = 32 // shorter blocks are taken together

function array({ path, data_offset, nbytes, sha256 }) {
    const file = readFileSync(join(from, path))
    const whole = createHash('sha256').update(file).digest('hex')
    const data = file.subarray(data_offset, data_offset + nbytes)
    const raw = createHash('sha256').update(data).digest('hex')
    if (data.length !== nbytes || (whole !== sha256 && raw !== sha256)) throw new Error(`${path} is damaged`)
    return data
}

// FNV-1a, 64 bits, over the bits of floats; any NaN counts as 0x7fc00000.
function hash(floats) {
    let h = 0xcbf29ce484222325n
    for (let at = 0; at < floats.length; at += 4) {
        const isNaN = (floats.readUInt32LE(at) & 0x7fffffff) > 0x7f800000
        const bits = isNaN ? 0x7fc00000 : floats.readUInt32LE(at)
        for (let shift = 0; shift < 32; shift += 8)
            h = ((h ^ BigInt((bits >>> shift) & 255)) * 0x100000001b3n) & 0xffffffffffffffffn
    }
    const out = Buffer.alloc(8)
    out.writeBigUInt64LE(h)
    return out
}

const data = []
let bytes = 0
function put(...buffers) {
    const at = bytes
    for (const b of buffers) {
        data.push(b)
        bytes += b.length
    }
    return at
}

const lines = []
const used = manifest.cases.filter(c => !leftOut.includes(c.format) && c.portable)
for (const [name, input] of Object.entries(manifest.inputs))
    if (used.some(c => c.input === name)) lines.push(`input ${name} ${input.nbytes / 4} ${put(array(input))}`)

function add(kind, c) {
    const format = names[c.format] ?? c.format.toLowerCase()
    const { values_per_block, bytes_per_block } = manifest.formats[c.format]
    const values = Math.max(values_per_block, leastBlock)
    const blocks = array(c.blocks)
    const decoded = array(c.decoded)
    const count = decoded.length / (4 * values)
    if (count * values * bytes_per_block !== blocks.length * values_per_block) throw new Error(`${format} ${c.input}`)
    const hashes = []
    for (let b = 0; b < count; b++) hashes.push(hash(decoded.subarray(4 * values * b, 4 * values * (b + 1))))
    lines.push(`${kind} ${format} ${c.input ?? '-'} ${count} ${put(blocks)} ${put(...hashes)}`)
}

for (const c of used) add(c.overflow ? 'overflow' : 'case', c)
for (const c of manifest.decode_only) if (!leftOut.includes(c.format)) add('decode', c)

writeFileSync(join(to, 'ggml.txt'), lines.join('\n') + '\n')
writeFileSync(join(to, 'ggml.bin'), Buffer.concat(data))
console.log(`${lines.length} lines, ${bytes} bytes`)
