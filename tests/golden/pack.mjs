// Packs reference vectors for tests/c/golden_NAME_test.c: node tests/golden/pack.mjs float8|torch|faiss FOLDER
//
// FOLDER holds manifest.json, which lists arrays in .npy files. NAME.md says where they come from and what is left out,
// tests/c/golden.h what is written: NAME.txt, a line for each check, and NAME.bin, the bytes that it points to.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [, , name, from] = process.argv
const manifest = JSON.parse(readFileSync(join(from, 'manifest.json'), 'utf8'))
const lines = []
const data = []
const places = new Map()
let bytes = 0

// ---- arrays

const views = { '<f4': Float32Array, '<f8': Float64Array, '|u1': Uint8Array, '|i1': Int8Array, '<u2': Uint16Array }
Object.assign(views, { '<i4': Int32Array, '<i8': BigInt64Array })

function array({ path, dtype, data_offset, nbytes, sha256 }) {
    const file = readFileSync(join(from, path))
    const raw = file.subarray(data_offset, data_offset + nbytes)
    const sums = [file, raw].map(b => createHash('sha256').update(b).digest('hex'))
    if (raw.length !== nbytes || !sums.includes(sha256)) throw new Error(`${path} is damaged`)
    return new views[dtype](Uint8Array.from(raw).buffer)
}

// The place of bytes in the file; the same bytes are kept once.
function put(values) {
    const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
    const key = createHash('sha256').update(raw).digest('hex')
    if (!places.has(key)) {
        places.set(key, bytes)
        data.push(raw)
        bytes += raw.length
    }
    return places.get(key)
}

// FNV-1a, 64 bits, over the bits of floats; any NaN counts as 0x7fc00000.
function hash(floats) {
    let h = 0xcbf29ce484222325n
    for (const bits of new Uint32Array(floats.buffer)) {
        const one = (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : bits
        for (let shift = 0; shift < 32; shift += 8)
            h = ((h ^ BigInt((one >>> shift) & 255)) * 0x100000001b3n) & 0xffffffffffffffffn
    }
    return h.toString(16).padStart(16, '0')
}

const float = x => String(Number(Math.fround(x).toPrecision(9)))

// Codes of so many bits, low bits first.
function packed(codes, bits) {
    const out = new Uint8Array(Math.ceil((codes.length * bits) / 8))
    codes.forEach((code, i) => {
        for (let b = 0; b < bits; b++)
            if ((code >> b) & 1) out[(i * bits + b) >> 3] |= 1 << ((i * bits + b) & 7)
    })
    return out
}

// Rows made of so many bytes of each part in turn.
function woven(...parts) {
    const rows = parts[0][0].length / parts[0][1]
    const out = []
    for (let r = 0; r < rows; r++) for (const [values, each] of parts) out.push(...values.subarray(r * each, (r + 1) * each))
    return Uint8Array.from(out)
}

const asBytes = values => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

// ---- lines

function codedRows(spec, dim, input, codes, decoded) {
    lines.push(`case ${spec} ${dim} ${input.length / dim} ${put(input)} ${put(codes)} ${decoded ? hash(decoded) : '-'}`)
}

// The values that keep(value, index) is true for, and the codes that go with them.
function kept(input, codes, keep) {
    const chosen = [...input.keys()].filter(i => keep(input[i], i))
    return [Float32Array.from(chosen, i => input[i]), codes.constructor.from(chosen, i => codes[i])]
}

function float8() {
    const names = { e4m3fn: 'f8_e4m3', e5m2: 'f8_e5m2', e2m1fn: 'f4_e2m1', e2m3fn: 'f6_e2m3', e3m2fn: 'f6_e3m2', e8m0: 'e8m0' }
    for (const t of manifest.tables) {
        if (names[t.format]) lines.push(`table ${names[t.format]} ${t.values.shape[0]} ${put(array(t.values))}`)
    }
    const input = array(manifest.encode_input)
    for (const e of manifest.encode) {
        const format = names[e.format]
        if (!format) continue
        if (format === 'e8m0') {
            const powers = array(e.input)
            codedRows(format, powers.length, powers, array(e.codes_nearest))
            continue
        }
        const bits = Number(format[1])
        const [x, codes] = kept(input, array(e.codes_saturating), v => bits === 8 || Number.isFinite(v))
        codedRows(format, x.length, x, packed(codes, bits))
        for (const [kind, all] of [['saturate', e.codes_saturating], ['overflow', e.codes_nonsaturating]]) {
            if (!all) continue
            const [y, c] = kept(input, array(all), v => bits === 8 || !Number.isNaN(v))
            lines.push(`${kind} ${format} ${y.length} ${put(y)} ${put(c)}`)
        }
    }
    const mx = { e4m3: ['mxfp8_e4m3', 8], e5m2: ['mxfp8_e5m2', 8], e3m2: ['mxfp6_e3m2', 6] }
    Object.assign(mx, { e2m3: ['mxfp6_e2m3', 6], e2m1: ['mxfp4', 4], int8: ['mxint8', 8] })
    for (const c of manifest.mx) {
        const [format, bits] = mx[c.element]
        const rows = woven([array(c.scales), 1], [packed(asBytes(array(c.codes)), bits), 4 * bits])
        codedRows(format, 32, array(manifest.mx_inputs[c.input]), rows, array(c.decoded))
    }
    for (const c of manifest.nvfp4) {
        lines.push(`scale nvfp4 16 ${c.input.shape[0]} ${put(array(c.input))} ${c.global_scale_bits.slice(2)}`)
        codedRows('nvfp4', 16, array(c.input), woven([array(c.block_scales), 1], [array(c.packed), 8]), array(c.decoded))
    }
    for (const [book, values] of Object.entries(manifest.codebooks)) {
        lines.push(`book ${book} ${values.shape[0]} ${put(array(values))}`)
    }
    for (const c of manifest.bitsandbytes) {
        const x = array(c.input)
        const spec = c.type + (c.blocksize === 128 ? ':block=128' : '')
        const absmax = asBytes(array(c.absmax))
        codedRows(spec, x.length, x, Buffer.concat([array(c.packed ?? c.codes), absmax]), array(c.decoded))
        if (c.packed_tree) lines.push(`tree ${spec} ${x.length} ${put(x)} ${put(array(c.packed_tree))}`)
    }
}

function torch() {
    const unsigned = c => (c.dtype === 'quint8' ? ',codes=unsigned' : '')
    for (const c of manifest.cases) {
        const x = array(manifest.inputs[c.input])
        if (c.kind === 'per_tensor') {
            const given = `map=affine,per=tensor,range=given,s=${float(c.scale)},z=${c.zero_point}${unsigned(c)}`
            const special = c.input === 'special'
            const keep = i => !special || (Number.isFinite(x[i]) && i !== 5)
            const [input, codes] = kept(x, array(c.codes), (v, i) => keep(i))
            const [, decoded] = kept(x, array(c.decoded), (v, i) => keep(i))
            codedRows(`int8:${given}`, 1, input, asBytes(codes), decoded)
        } else if (c.kind === 'per_channel') {
            const scales = [...array(c.scales)]
            const zeros = [...array(c.zero_points)]
            const codes = array(c.codes)
            const [rows, dim] = c.axis === 1 ? [8, 64] : [64, 8]
            const at = (r, d) => (c.axis === 1 ? r * dim + d : d * rows + r)
            const turned = v => v.constructor.from(v, (_, i) => v[at(Math.floor(i / dim), i % dim)])
            if (scales.some(s => Math.fround(s) === s)) throw new Error('decoding of a float32 scale is left out')
            const params = { scale: scales.map(s => Number(float(s))), zero: zeros.map(Number) }
            const spec = `int8:map=affine,per=dim${unsigned(c)}`
            const json = JSON.stringify({ quantscope: 1, spec, shape: [rows, dim], params })
            lines.push(`params ${json} ${dim} ${rows} ${put(turned(x))} ${put(turned(codes))}`)
        }
    }
    for (const c of manifest.casts) {
        const decoded = array(c.decoded)
        if (c.kind === 'decode_all_codes') {
            lines.push(`table f16 65536 ${hash(decoded)}`)
            continue
        }
        const x = array(manifest.inputs[c.input])
        const [input, codes] = kept(x, array(c.codes), v => !Number.isNaN(v))
        const [, floats] = kept(x, decoded, v => !Number.isNaN(v))
        codedRows(c.to === 'float16' ? 'f16' : 'bf16', 1, input, asBytes(codes), floats)
    }
}

// Quantizers of FAISS that cut a code off: their codes by int; what they decode, half a step further on, by faiss_sq.
const truncated = { QT_8bit: 8, QT_6bit: 6, QT_4bit: 4, QT_4bit_uniform: 4 }

function truncatedRows({ dim, trained, codes }, bits, base) {
    const [ends, top, rows] = [array(trained), 2 ** bits - 1, base.length / dim]
    const half = ends.length / 2
    const lo = Array.from(ends.subarray(0, half))
    const scale = Array.from(ends.subarray(half), width => Math.fround(width / top))
    const spec = `int${bits}:map=offset,per=${half > 1 ? 'dim' : 'tensor'},round=trunc`
    const json = JSON.stringify({ quantscope: 1, spec, shape: [rows, dim], params: { scale, lo } })
    lines.push(`params ${json} ${dim} ${rows} ${put(base)} ${put(array(codes))}`)
}

function twin({ trained, codes }, bits, base) {
    const ends = Array.from(array(trained))
    const params = { lo: ends.slice(0, 32), width: ends.slice(32) }
    const json = JSON.stringify({ quantscope: 1, spec: `faiss_sq${bits}`, shape: [base.length / 32, 32], params })
    return `${json} 32 ${base.length / 32} ${put(base)} ${put(array(codes))}`
}

function faiss() {
    const base = array(manifest.inputs.base)
    const queries = array(manifest.inputs.queries)
    const search = (spec, metric, ids) => {
        const [nq, k] = ids.shape
        const numbers = Uint32Array.from(array(ids), Number)
        lines.push(`search ${spec} ${metric} 32 ${base.length / 32} ${put(base)} ${nq} ${put(queries)} ${k} ${put(numbers)}`)
    }
    for (const c of manifest.cases) {
        if (c.qtype === 'QT_fp16') {
            codedRows('f16', 32, base, array(c.codes), array(c.decoded))
            search('f16', 'l2', c.search_l2_ids)
        }
        if (c.qtype === 'QT_8bit_direct') {
            const spec = 'int8:map=affine,per=tensor,codes=unsigned,range=given,s=1,z=0'
            codedRows(spec, 32, array(c.input), array(c.codes), array(c.decoded))
        }
        if (c.qtype in truncated) truncatedRows(c, truncated[c.qtype], base)
        if (/^QT_\dbit$/.test(c.qtype))
            lines.push(`decoded ${twin(c, truncated[c.qtype], base)} ${hash(array(c.decoded))}`)
        if (c.kind === 'flat') search('f32', c.metric, c.ids)
        if (c.kind === 'sign_bits') codedRows('binary', 32, base, array(c.codes))
        if (c.kind === 'binary_flat') {
            const ids = Uint32Array.from(array(c.ids_stable), Number)
            const places = [c.base, c.queries, c.distances].map(a => put(array(a)))
            lines.push(`hamming ${c.bits} ${c.base.shape[0]} ${places[0]} ${c.queries.shape[0]} ${places[1]} ${c.k} ${put(ids)} ${places[2]}`)
        }
    }
}

;({ float8, torch, faiss })[name]()
writeFileSync(join(dirname(fileURLToPath(import.meta.url)), `${name}.txt`), lines.join('\n') + '\n')
writeFileSync(join(dirname(fileURLToPath(import.meta.url)), `${name}.bin`), Buffer.concat(data))
console.log(`${lines.length} lines, ${bytes} bytes`)
