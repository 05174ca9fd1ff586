// Some of the works in plain JavaScript, as a good engineer would write them: typed arrays, flat loops, nothing made anew.
import { K, draw, time } from './works.js'

/** A sum with this has no bits for a fraction: it is rounded, halves to even, in a quarter of Math.round's time. */
const WHOLE = 1.5 * 2 ** 52

/** @type {(x: Float32Array, q: Int8Array, inverse: number) => void} */
function quantize(x, q, inverse) {
    for (let i = 0; i < x.length; i++) {
        const v = x[i] * inverse
        q[i] = (v > 127 ? 127 : v < -127 ? -127 : v) + WHOLE - WHOLE
    }
}

/** @param {Float32Array} x */
function absmax(x, from = 0, to = x.length) {
    let most = 0
    for (let i = from; i < to; i++) {
        const v = Math.abs(x[i])
        if (v > most) most = v
    }
    return most
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

/** All rows against all queries, four sums at a time. @type {(a: any, b: any, dim: number, n: number, nq: number, top: any) => void} */
function searchDots(a, b, dim, n, nq, top) {
    top.clear()
    for (let r = 0; r < n; r++) {
        for (let q = 0; q < nq; q++) {
            let [s, t, u, v] = [0, 0, 0, 0]
            for (let i = r * dim, j = q * dim, end = i + dim; i < end; i += 4, j += 4) {
                s += a[i] * b[j]
                t += a[i + 1] * b[j + 1]
                u += a[i + 2] * b[j + 2]
                v += a[i + 3] * b[j + 3]
            }
            top.offer(q, s + t + (u + v), r)
        }
    }
}

/** @type {(a: Int32Array, b: Int32Array, words: number, n: number, nq: number, top: any) => void} */
function searchBits(a, b, words, n, nq, top) {
    top.clear()
    for (let r = 0; r < n; r++) {
        for (let q = 0; q < nq; q++) {
            let differ = 0
            for (let i = 0; i < words; i++) {
                let v = a[r * words + i] ^ b[q * words + i]
                v -= (v >>> 1) & 0x55555555
                v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
                differ += Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
            }
            top.offer(q, -differ, r)
        }
    }
}

/** @type {(x: Float32Array, bits: Uint8Array) => void} */
function signs(x, bits) {
    for (let i = 0, at = 0; i < x.length; at++) {
        let byte = 0
        for (let b = 0; b < 8; b++, i++) byte |= (x[i] > 0 ? 1 : 0) << b
        bits[at] = byte
    }
}

/** @type {(works: import('./works.js').Work[], sizes: import('./works.js').Sizes) => import('./works.js').Timed[]} */
export function timePlain(works, { rows, base, queries, dim }) {
    const x = draw(rows * dim)
    const q = new Int8Array(x.length)
    const back = new Float32Array(x.length)
    const words = new Uint16Array(x.length)
    const [b, asked] = [draw(base * dim, 2), draw(queries * dim, 3)]
    const [b8, asked8] = [new Int8Array(b.length), new Int8Array(asked.length)]
    const bits = new Uint8Array(x.length / 8)
    const [bBits, askedBits] = [new Uint8Array(b.length / 8), new Uint8Array(asked.length / 8)]
    const [low, high] = [new Float32Array(dim), new Float32Array(dim)]
    const top = topOf(queries)
    const scale = absmax(x) / 127
    quantize(x, q, 1 / scale)
    quantize(b, b8, 40)
    quantize(asked, asked8, 40)
    signs(b, bBits)
    signs(asked, askedBits)

    /** The engine's own halves, where it has them. */
    const Halves = /** @type {any} */ (globalThis).Float16Array
    const halves = Halves && new Halves(x.length)

    /** @type {Record<string, () => void>} */
    const runs = {
        'W1-int8-known': () => quantize(x, q, 1 / scale),
        'W1-int8-tensor': () => quantize(x, q, 127 / absmax(x)),
        'W1-int8-dim': () => {
            low.fill(0)
            for (let i = 0; i < x.length; i += dim)
                for (let d = 0; d < dim; d++) {
                    const v = Math.abs(x[i + d])
                    if (v > low[d]) low[d] = v
                }
            for (let d = 0; d < dim; d++) high[d] = low[d] ? 127 / low[d] : 0
            for (let i = 0; i < x.length; i += dim)
                for (let d = 0; d < dim; d++) q[i + d] = x[i + d] * high[d] + WHOLE - WHOLE
        },
        'W1-int8-row': () => {
            for (let i = 0; i < x.length; i += dim)
                quantize(x.subarray(i, i + dim), q.subarray(i, i + dim), 127 / absmax(x, i, i + dim))
        },
        'W1-bf16': () => {
            const from = new Uint32Array(x.buffer)
            for (let i = 0; i < from.length; i++) {
                const v = from[i]
                words[i] = (v & 0x7fffffff) > 0x7f800000 ? (v >>> 16) | 64 : (v + 0x7fff + ((v >>> 16) & 1)) >>> 16
            }
        },
        'W1-binary': () => signs(x, bits),
        'W2-int8-tensor': () => {
            for (let i = 0; i < q.length; i++) back[i] = q[i] * scale
        },
        ...(halves && { 'W1-f16': () => halves.set(x), 'W2-f16': () => back.set(halves) }),
        'W3-f32': () => searchDots(b, asked, dim, base, queries, top),
        'W3-int8': () => searchDots(b8, asked8, dim, base, queries, top),
        'W3-binary': () =>
            searchBits(
                new Int32Array(bBits.buffer),
                new Int32Array(askedBits.buffer),
                dim / 32,
                base,
                queries,
                top,
            ),
    }
    return works.filter(({ work }) => runs[work]).map(({ work }) => ({ work, ...time(runs[work]) }))
}
