// Packs what search engines make of given rows, for tests/c/golden_search_test.c: node tests/golden/search-pack.mjs FOLDER
//
// FOLDER holds inputs/manifest.json and a folder and manifest for each engine, as search.md says. Written are search.txt,
// a line for each check (tests/c/golden_search_test.c says how they are read), and search.bin.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = process.argv[2]
const views = { '<f4': Float32Array, '|u1': Uint8Array, '|i1': Int8Array, '<i4': Int32Array, '<u8': BigUint64Array, '<u2': Uint16Array }
const lines = []
const data = []
const places = new Map()
let bytes = 0

const manifest = engine => JSON.parse(readFileSync(join(root, engine, 'manifest.json'), 'utf8'))

function array(engine, { path, dtype, data_offset, nbytes }) {
    const raw = readFileSync(join(root, engine, path)).subarray(data_offset, data_offset + nbytes)
    if (raw.length !== nbytes) throw new Error(`${path} is damaged`)
    return new views[dtype](Uint8Array.from(raw).buffer)
}

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

const { files } = manifest('inputs')
const dims = { sent: 512, sentq: 512, word: 100, wordq: 100, wordu: 100, wordqu: 100 }
const input = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, array('inputs', file)]))
const rowsOf = name => input[name].length / dims[name]
const queriesOf = { sent: 'sentq', word: 'wordq', wordu: 'wordqu' }

const asBytes = values => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

// Rows of so many bytes of each part in turn.
function woven(...parts) {
    const rows = parts[0][0].byteLength / parts[0][1]
    const out = []
    for (let r = 0; r < rows; r++) for (const [values, each] of parts) out.push(...asBytes(values).subarray(r * each, (r + 1) * each))
    return Uint8Array.from(out)
}

// A codec with params that are given instead of fitted.
const opened = (spec, dim, params) => JSON.stringify({ quantscope: 1, spec, shape: [1, dim], params })

// Rows of a set encoded by what was fitted to another.
function coded(spec, metric, fitted, given, expected, floats = '-') {
    const dim = dims[fitted]
    const [rows, count] = [rowsOf(fitted), expected.rows]
    lines.push(`coded ${spec} ${metric} ${dim} ${rows} ${put(input[fitted])} ${count} ${put(input[given])} ${put(expected.bytes)} ${floats}`)
}

// Scores of queries with the first rows, larger is nearer.
function scored(spec, fitMetric, metric, fitted, scores, tolerance, queries = queriesOf[fitted]) {
    const nq = rowsOf(queries)
    const place = put(Float32Array.from(scores))
    lines.push(
        `scored ${spec} ${fitMetric} ${metric} ${dims[fitted]} ${rowsOf(fitted)} ${put(input[fitted])} ${scores.length / nq} ${nq} ${put(input[queries])} ${place} ${tolerance}`,
    )
}

const rows = (values, each) => ({ bytes: asBytes(values), rows: values.byteLength / each })

function sentenceTransformers() {
    const folder = 'sentence-transformers'
    const of = Object.fromEntries(manifest(folder).cases.map(c => [c.name, array(folder, c.file)]))
    for (const set of ['sent', 'word']) {
        coded('st_int8', 'ip', set, set, rows(of[`${set}.int8`], dims[set]))
        coded('st_int8', 'ip', set, queriesOf[set], rows(of[`${set}.query_int8`], dims[set]))
        coded('usearch_b1', 'ip', set, set, rows(of[`${set}.ubinary`], Math.ceil(dims[set] / 8)))
        coded('usearch_b1', 'ip', set, queriesOf[set], rows(of[`${set}.query_ubinary`], Math.ceil(dims[set] / 8)))
    }
    coded('st_uint8', 'ip', 'word', 'word', rows(of['word.uint8'], 100))
    input.one = input.word.slice(0, 100)
    dims.one = 100
    coded('st_int8', 'ip', 'one', 'one', rows(of['word.one_row_int8'], 100))
}

function pgvector() {
    for (const c of manifest('pgvector').cases) {
        const each = Math.ceil(dims[c.input] / 8)
        const codes = array('pgvector', c.binary_packed_msb_first)
        coded('usearch_b1', 'ip', c.input, c.input, rows(codes, each))
        scored('usearch_b1', 'ip', 'ip', c.input, array('pgvector', c.hamming).map(d => -d), 0)
        const halves = 'f16:query=same'
        scored(halves, 'ip', 'cosine', c.input, array('pgvector', c.halfvec_cos).map(d => 1 - d), 1e-4)
        scored(halves, 'ip', 'ip', c.input, array('pgvector', c.halfvec_neg_ip).map(d => -d), 1e-4)
        scored(halves, 'ip', 'l2', c.input, array('pgvector', c.halfvec_l2).map(d => -d * d), 1e-4)
        if (c.halfvec) coded('f16', 'ip', c.input, c.input, rows(array('pgvector', { ...c.halfvec, dtype: '|u1' }), 2 * dims[c.input]))
    }
}

function usearch() {
    const metrics = { cos: ['cosine', d => 1 - d], ip: ['ip', d => 1 - d], l2sq: ['l2', d => -d], hamming: ['ip', d => -d] }
    for (const c of manifest('usearch').cases) {
        const [metric, turned] = metrics[c.metric]
        const dim = dims[c.input]
        const spec = `usearch_${c.kind}`
        if (c.codes && (c.kind === 'i8' || dim % 8 === 0)) {
            const codes = array('usearch', c.codes)
            const each = c.kind === 'b1' ? Math.ceil(dim / 8) : dim
            coded(spec, 'ip', c.input, c.input, rows(codes, each))
        }
        if (c.kind !== 'b1' || dim % 8 === 0)
            scored(spec, metric, metric, c.input, array('usearch', c.distances).map(turned), c.metric === 'cos' ? 1e-4 : 0)
    }
}

function qdrant() {
    for (const c of manifest('qdrant').cases) {
        if (c.kind !== 'scalar_int8' || c.quantile) continue
        const [codes, offsets] = [array('qdrant', c.codes), array('qdrant', c.offsets)]
        const metric = c.input === 'word' ? 'l2' : 'ip'
        coded('qdrant_int8', metric, c.input, c.input, rows(woven([offsets, 4], [codes, c.codes.shape[1]]), 4 + c.codes.shape[1]), '0:4')
        scored('qdrant_int8', metric, metric, c.input, array('qdrant', c.scores).map(s => (metric === 'l2' ? -s : s)), 1e-4)
    }
}

function sqliteVec() {
    for (const c of manifest('sqlite-vec').cases) {
        const codes = array('sqlite-vec', c.int8)
        if (c.values) {
            input.special = array('sqlite-vec', c.values)
            dims.special = 1
            const finite = [...input.special.keys()].filter(i => Number.isFinite(input.special[i]))
            input.special = input.special.filter((_, i) => finite.includes(i))
            coded('sqlite_int8', 'ip', 'special', 'special', rows(codes.filter((_, i) => finite.includes(i)), 1))
            continue
        }
        const set = c.normalized ? 'wordn' : c.input
        if (c.normalized) {
            input.wordn = array('sqlite-vec', c.normalized)
            dims.wordn = 100
            coded('sqlite_int8', 'ip', 'word', 'word', rows(array('sqlite-vec', c.int8_of_unnormalized), 100))
        }
        coded('sqlite_int8', 'ip', set, set, rows(codes, dims[set]))
        if (c.query_int8 && c.input === 'sent') coded('sqlite_int8', 'ip', set, 'sentq', rows(array('sqlite-vec', c.query_int8), 512))
        if (c.input !== 'sent') continue
        scored('sqlite_int8', 'ip', 'l2', set, array('sqlite-vec', c.int8_l2).map(d => -d), 1e-5, 'sentq')
        scored('sqlite_int8', 'ip', 'cosine', set, array('sqlite-vec', c.int8_cosine).map(d => 1 - d), 1e-4, 'sentq')
    }
}

// Distances of the nearest, found among three copies of each row.
function lance() {
    for (const c of manifest('lancedb').cases) {
        const metric = { l2: 'l2', cosine: 'cosine', dot: 'ip' }[c.metric]
        const [ids, distances] = [array('lancedb', c.ids), array('lancedb', c.distances)]
        const turned = d => -d
        const [nq, k] = c.ids.shape
        const rowOf = Uint32Array.from(ids, id => id % 100)
        const place = put(Float32Array.from(distances, turned))
        lines.push(`nearest lance_sq ${metric} 100 100 ${put(input.word)} ${nq} ${put(input.wordq)} ${k} ${put(rowOf)} ${place} 1e-5`)
    }
}

function weaviate() {
    for (const c of manifest('weaviate').cases) {
        const metric = c.metric === 'l2-squared' ? 'l2' : 'ip'
        const dim = dims[c.input]
        // the range as Weaviate found it, by a running sum that rounds
        const [range, low] = array('weaviate', c['sq.params'])
        const sq = opened('weaviate_sq', dim, { low: [low], range: [range] })
        coded(sq, metric, c.input, c.input, rows(array('weaviate', c['sq.rows']), dim + 8))
        coded(sq, metric, c.input, queriesOf[c.input], rows(array('weaviate', c['sq.query_rows']), dim + 8))
        const turned = metric === 'l2' ? d => -d : d => 1 - d
        scored(sq, metric, metric, c.input, array('weaviate', c['sq.distances']).map(turned), 1e-4)
    }
}

// Codes of a byte each, of rows of dim, as rows of planes, halves or bytes.
function packedRows(codes, bits, dim) {
    const plane = Math.ceil(dim / 8)
    const half = Math.ceil(dim / 2)
    const each = bits <= 2 ? plane * bits : bits === 4 ? half : dim
    const out = new Uint8Array((codes.length / dim) * each)
    codes.forEach((code, at) => {
        const [row, i] = [Math.floor(at / dim) * each, at % dim]
        if (bits <= 2) for (let b = 0; b < bits; b++) out[row + b * plane + (i >> 3)] |= ((code >> b) & 1) << (7 - (i & 7))
        else if (bits === 4) out[row + (i % half)] |= code << (i < half ? 4 : 0)
        else out[row + i] = code
    })
    return [out, each]
}

// 7 bits by the range that is fitted, but for a confidence interval of 1, whose range is given.
function lucene99(c) {
    const [lo, hi, interval] = array('lucene', c.params)
    if (c.bits !== 7) return
    const metric = c.similarity === 'l2' ? 'l2' : c.input === 'sent' ? 'ip' : 'cosine'
    const spec = interval < 1 ? 'lucene_int7' : opened('lucene_int7', dims[c.input], { lo: [lo], hi: [hi] })
    const dim = dims[c.input]
    const all = rows(woven([array('lucene', c.codes), dim], [array('lucene', c.offsets), 4]), dim + 4)
    coded(spec, metric, c.input, c.input, all, `${dim}:${dim + 4}`)
    const turned = metric === 'l2' ? s => 1 - 1 / s : s => 2 * s - 1
    scored(spec, metric, metric, c.input, array('lucene', c.scores).map(turned), 1e-4)
}

function lucene() {
    for (const c of manifest('lucene').cases) {
        if (c.kind === 'scalar_quantizer_lucene99') {
            lucene99(c)
            continue
        }
        const metric = { dot: 'ip', cos: 'cosine', l2: 'l2' }[c.similarity]
        const dim = dims[c.input]
        const spec = opened(`lucene_osq:bits=${c.bits}`, dim, { center: [...array('lucene', c.centroid)] })
        const codes = c.packed ? [array('lucene', c.packed), c.packed.shape[1]] : packedRows(array('lucene', c.codes), c.bits, dim)
        const all = woven(codes, [array('lucene', c.corrections), 12], [array('lucene', c.sums), 4])
        const each = codes[1] + 16
        coded(spec, metric, c.input, c.input, rows(all, each), `${codes[1]}:${codes[1] + 12}`)
        scored(spec, metric, metric, c.input, array('lucene', c.scores).map(s => (metric === 'l2' ? -s : s)), 1e-4)
    }
}

// Product codes by given centroids: of pieces, and of stages.
function faiss() {
    const of = Object.fromEntries(manifest('faiss').cases.map(c => [c.name, array('faiss', c.file)]))
    const pq = opened('pq:m=20,bits=4', 100, { codebook: [...of['pq_m20_b4.centroids']] })
    coded(pq, 'ip', 'word', 'word', rows(of['pq_m20_b4.codes'], 10))
    scored(pq, 'ip', 'ip', 'word', of['pq_m20_b4.adc_ip'], 1e-5)
    scored(pq, 'l2', 'l2', 'word', of['pq_m20_b4.adc_l2'].map(d => -d), 1e-5)
    const rq = opened('rq:m=4,bits=4', 100, { codebook: [...of['rq_M4_b4_beam1.codebooks']] })
    coded(rq, 'ip', 'word', 'word', rows(of['rq_M4_b4_beam1.codes'], 2))
}

;[faiss, lucene, sentenceTransformers, pgvector, usearch, qdrant, sqliteVec, lance, weaviate].forEach(pack => pack())
const here = dirname(fileURLToPath(import.meta.url))
writeFileSync(join(here, 'search.txt'), lines.join('\n') + '\n')
writeFileSync(join(here, 'search.bin'), Buffer.concat(data))
console.log(`${lines.length} lines, ${bytes} bytes`)
