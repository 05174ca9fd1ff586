// The works in plain JavaScript, as a good engineer would write them: typed arrays, flat loops, nothing made anew, sums
// that do not wait for each other. Left out is q4_k, whose search for scales nobody writes twice.
import { K, draw, time } from './works.js'

/** A sum with this has no bits for a fraction: it is rounded, halves to even, in a quarter of Math.round's time. */
const WHOLE = 1.5 * 2 ** 52

const BLOCK = 32

/** @typedef {Float32Array} Floats */

/** Of [from, to), whole numbers from -127 to 127. @type {(x: Floats, q: Int8Array, inverse: number, from: number, to: number) => void} */
function quantize(x, q, inverse, from, to) {
    for (let i = from; i < to; i++) {
        const v = x[i] * inverse
        q[i] = (v > 127 ? 127 : v < -127 ? -127 : v) + WHOLE - WHOLE
    }
}

/** @type {(x: Floats, from: number, to: number) => number} */
function absmax(x, from, to) {
    let most = 0
    for (let i = from; i < to; i++) {
        const v = Math.abs(x[i])
        if (v > most) most = v
    }
    return most
}

/** Of each column most / absmax, to multiply with. @type {(x: Floats, dim: number, most: number) => Floats} */
function inverses(x, dim, most) {
    const found = new Float32Array(dim)
    for (let i = 0; i < x.length; i += dim)
        for (let d = 0; d < dim; d++) {
            const v = Math.abs(x[i + d])
            if (v > found[d]) found[d] = v
        }
    return found.map(v => (v ? most / v : 0))
}

const pun = new Float32Array(1)
const punBits = new Uint32Array(pun.buffer)

/** The bits of a float16, for scales: numbers of the usual kind. */
function toHalf(/** @type {number} */ v) {
    pun[0] = v
    const bits = punBits[0]
    const half = (bits & 0x7fffffff) - 0x38000000
    return half < 0 ? 0 : ((bits >>> 16) & 0x8000) | ((half + 0xfff + ((half >>> 13) & 1)) >>> 13)
}

function fromHalf(/** @type {number} */ half) {
    punBits[0] = half & 0x7fff ? ((half & 0x8000) << 16) | (((half & 0x7fff) << 13) + 0x38000000) : 0
    return pun[0]
}

/** A float16 scale and 32 whole numbers a block. @type {(x: Floats, out: Uint8Array) => void} */
function toQ8(x, out) {
    for (let i = 0, at = 0; i < x.length; i += BLOCK) {
        const scale = absmax(x, i, i + BLOCK) / 127
        const inverse = scale ? 1 / scale : 0
        const half = toHalf(scale)
        out[at++] = half
        out[at++] = half >>> 8
        for (let j = i; j < i + BLOCK; j++) out[at++] = x[j] * inverse + WHOLE - WHOLE
    }
}

/** @type {(codes: Int8Array, bytes: Uint8Array, back: Floats) => void} */
function fromQ8(codes, bytes, back) {
    for (let i = 0, at = 0; i < back.length; i += BLOCK) {
        const scale = fromHalf(bytes[at] | (bytes[at + 1] << 8))
        at += 2
        for (let j = i; j < i + BLOCK; j++) back[j] = codes[at++] * scale
    }
}

/** A float16 scale and 32 numbers from 0 to 15 a block, the first 16 in low halves. @type {(x: Floats, out: Uint8Array) => void} */
function toQ4(x, out) {
    for (let i = 0, at = 0; i < x.length; i += BLOCK) {
        let most = 0
        let far = 0
        for (let j = i; j < i + BLOCK; j++) {
            const v = Math.abs(x[j])
            if (v > most) {
                most = v
                far = x[j]
            }
        }
        const scale = far / -8
        const inverse = scale ? 1 / scale : 0
        const half = toHalf(scale)
        out[at++] = half
        out[at++] = half >>> 8
        for (let j = i; j < i + BLOCK / 2; j++) {
            const low = (x[j] * inverse + 8.5) | 0
            const high = (x[j + BLOCK / 2] * inverse + 8.5) | 0
            out[at++] = (low > 15 ? 15 : low) | ((high > 15 ? 15 : high) << 4)
        }
    }
}

/** @type {(bytes: Uint8Array, back: Floats) => void} */
function fromQ4(bytes, back) {
    for (let i = 0, at = 0; i < back.length; i += BLOCK) {
        const scale = fromHalf(bytes[at] | (bytes[at + 1] << 8))
        at += 2
        for (let j = i; j < i + BLOCK / 2; j++) {
            const byte = bytes[at++]
            back[j] = ((byte & 15) - 8) * scale
            back[j + BLOCK / 2] = ((byte >>> 4) - 8) * scale
        }
    }
}

/** Two numbers a byte. @type {(x: Floats, dim: number, out: Uint8Array) => void} */
function toInt4(x, dim, out) {
    const inverse = inverses(x, dim, 7)
    for (let i = 0, at = 0; i < x.length; i += dim)
        for (let d = 0; d < dim; d += 2) {
            const low = x[i + d] * inverse[d] + WHOLE - WHOLE
            const high = x[i + d + 1] * inverse[d + 1] + WHOLE - WHOLE
            out[at++] = (low & 15) | (high << 4)
        }
}

/** @type {(x: Floats, words: Uint16Array) => void} */
function toBf16(x, words) {
    const bits = new Uint32Array(x.buffer)
    for (let i = 0; i < bits.length; i++) {
        const v = bits[i]
        words[i] = (v & 0x7fffffff) > 0x7f800000 ? (v >>> 16) | 64 : (v + 0x7fff + ((v >>> 16) & 1)) >>> 16
    }
}

/** @type {(x: Floats, bits: Uint8Array) => void} */
function toSigns(x, bits) {
    for (let i = 0, at = 0; i < x.length; at++) {
        let byte = 0
        for (let b = 0; b < 8; b++, i++) byte |= (x[i] > 0 ? 1 : 0) << b
        bits[at] = byte
    }
}

/** The best K of each query: an ordered list, as most scores are turned away by its last. */
function topOf(/** @type {number} */ queries) {
    const ids = new Int32Array(queries * K)
    const best = new Float64Array(queries * K)
    return {
        clear: () => best.fill(-Infinity),
        /** @type {(query: number, score: number, row: number) => void} */
        offer(query, score, row) {
            const first = query * K
            let at = first + K - 1
            if (score <= best[at]) return
            for (; at > first && best[at - 1] < score; at--) {
                best[at] = best[at - 1]
                ids[at] = ids[at - 1]
            }
            best[at] = score
            ids[at] = row
        },
    }
}

/**
 * All rows against all queries: a row is decoded (into row, from which place on its values stand is told), then scored.
 * @template T
 * @typedef {(n: number, nq: number, dim: number, decode: (r: number) => number, row: T, asked: T, top: ReturnType<typeof topOf>) => void} Search
 */

/** @type {Search<Floats>} */
function searchFloats(n, nq, dim, decode, row, asked, top) {
    top.clear()
    for (let r = 0; r < n; r++) {
        const first = decode(r)
        for (let q = 0; q < nq; q++) {
            let [s, t, u, v] = [0, 0, 0, 0]
            for (let i = first, j = q * dim, end = i + dim; i < end; i += 4, j += 4) {
                s += row[i] * asked[j]
                t += row[i + 1] * asked[j + 1]
                u += row[i + 2] * asked[j + 2]
                v += row[i + 3] * asked[j + 3]
            }
            top.offer(q, s + t + (u + v), r)
        }
    }
}

/** Whole sums are done at once: one is enough. @type {Search<Int8Array>} */
function searchBytes(n, nq, dim, decode, row, asked, top) {
    top.clear()
    for (let r = 0; r < n; r++) {
        const first = decode(r)
        for (let q = 0; q < nq; q++) {
            let sum = 0
            for (let i = first, j = q * dim, end = i + dim; i < end; i++, j++)
                sum = (sum + Math.imul(row[i], asked[j])) | 0
            top.offer(q, sum, r)
        }
    }
}

/** @type {(a: Int32Array, b: Int32Array, words: number, n: number, nq: number, top: any) => void} */
function searchBits(a, b, words, n, nq, top) {
    top.clear()
    for (let r = 0; r < n; r++) {
        for (let q = 0; q < nq; q++) {
            let differ = 0
            for (let i = r * words, j = q * words, end = i + words; i < end; i++, j++) {
                let v = a[i] ^ b[j]
                v -= (v >>> 1) & 0x55555555
                v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
                differ += Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
            }
            top.offer(q, -differ, r)
        }
    }
}

/** @typedef {import('./works.js').Sizes} Sizes */

/** W1 and W2, by name. @type {(sizes: Sizes) => Record<string, () => void>} */
function codings({ rows, dim }) {
    const x = draw(rows * dim)
    const q = new Int8Array(x.length)
    const bytes = new Uint8Array(x.length * 2)
    const back = new Float32Array(x.length)
    const words = new Uint16Array(x.length)
    const scale = absmax(x, 0, x.length) / 127
    const steps = inverses(x, dim, 127).map(v => 1 / v)
    /** The engine's own halves, where it has them. */
    const Halves = /** @type {any} */ (globalThis).Float16Array
    const halves = Halves && new Halves(words.buffer)
    const blocks = x.length / BLOCK
    const coded8 = new Uint8Array(blocks * (BLOCK + 2))
    const coded4 = new Uint8Array(blocks * (BLOCK / 2 + 2))
    toQ8(x, coded8)
    toQ4(x, coded4)
    return {
        'W1-int8-known': () => quantize(x, q, 1 / scale, 0, x.length),
        'W1-int8-tensor': () => quantize(x, q, 127 / absmax(x, 0, x.length), 0, x.length),
        'W1-int8-dim': () => {
            const inverse = inverses(x, dim, 127)
            for (let i = 0; i < x.length; i += dim)
                for (let d = 0; d < dim; d++) q[i + d] = x[i + d] * inverse[d] + WHOLE - WHOLE
        },
        'W1-int8-row': () => {
            for (let i = 0; i < x.length; i += dim) quantize(x, q, 127 / absmax(x, i, i + dim), i, i + dim)
        },
        'W1-q8_0': () => toQ8(x, bytes),
        'W1-q4_0': () => toQ4(x, bytes),
        ...(halves && { 'W1-f16': () => halves.set(x) }),
        'W1-bf16': () => toBf16(x, words),
        'W1-int4-dim': () => toInt4(x, dim, bytes),
        'W1-binary': () => toSigns(x, bytes),
        'W2-int8-tensor': () => {
            for (let i = 0; i < q.length; i++) back[i] = q[i] * scale
        },
        'W2-int8-dim': () => {
            for (let i = 0; i < q.length; i += dim) for (let d = 0; d < dim; d++) back[i + d] = q[i + d] * steps[d]
        },
        ...(halves && { 'W2-f16': () => back.set(halves) }),
        'W2-q8_0': () => fromQ8(new Int8Array(coded8.buffer), coded8, back),
        'W2-q4_0': () => fromQ4(coded4, back),
    }
}

/** W3, by name. @type {(sizes: Sizes) => Record<string, () => void>} */
function searches({ base, queries, dim }) {
    const [b, asked] = [draw(base * dim, 2), draw(queries * dim, 3)]
    const [b8, asked8] = [new Int8Array(b.length), new Int8Array(asked.length)]
    quantize(b, b8, 40, 0, b.length)
    quantize(asked, asked8, 40, 0, asked.length)
    const nibbles = new Uint8Array(b.length / 2)
    toInt4(b, dim, nibbles)
    const words = new Uint16Array(b.length)
    toBf16(b, words)
    const [bBits, askedBits] = [new Uint8Array(b.length / 8), new Uint8Array(asked.length / 8)]
    toSigns(b, bBits)
    toSigns(asked, askedBits)
    const Halves = /** @type {any} */ (globalThis).Float16Array
    const halves = Halves && new Halves(b)
    const [row, row8] = [new Float32Array(dim), new Int8Array(dim)]
    const rowBits = new Uint32Array(row.buffer)
    const top = topOf(queries)
    const inPlace = (/** @type {number} */ r) => r * dim
    const fromHalves = (/** @type {number} */ r) => {
        row.set(halves.subarray(r * dim, (r + 1) * dim))
        return 0
    }
    const fromBf16 = (/** @type {number} */ r) => {
        for (let i = 0; i < dim; i++) rowBits[i] = words[r * dim + i] << 16
        return 0
    }
    const fromInt4 = (/** @type {number} */ r) => {
        for (let i = 0, at = (r * dim) / 2; i < dim; i += 2, at++) {
            row8[i] = (nibbles[at] << 28) >> 28
            row8[i + 1] = (nibbles[at] << 24) >> 28
        }
        return 0
    }
    return {
        'W3-f32': () => searchFloats(base, queries, dim, inPlace, b, asked, top),
        'W3-int8': () => searchBytes(base, queries, dim, inPlace, b8, asked8, top),
        'W3-int4': () => searchBytes(base, queries, dim, fromInt4, row8, asked8, top),
        ...(halves && { 'W3-f16': () => searchFloats(base, queries, dim, fromHalves, row, asked, top) }),
        'W3-bf16': () => searchFloats(base, queries, dim, fromBf16, row, asked, top),
        'W3-binary': () => {
            const [a, c] = [new Int32Array(bBits.buffer), new Int32Array(askedBits.buffer)]
            searchBits(a, c, dim / 32, base, queries, top)
        },
    }
}

/** @type {(works: import('./works.js').Work[], sizes: Sizes) => import('./works.js').Timed[]} */
export function timePlain(works, sizes) {
    const names = new Set(works.map(({ work }) => work))
    return [codings, searches].flatMap(some => {
        const runs = Object.entries(some(sizes)).filter(([work]) => names.has(work))
        return runs.map(([work, run]) => ({ work, ...time(run) }))
    })
}
