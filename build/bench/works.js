// The works of `quantscope bench --list` in WebAssembly, the same in Node and in a page. Many short calls, as an engine
// replaces code by its faster kind between calls alone, never within one.
import { connect } from '../../web/wasm.js'

/**
 * @typedef {{ work: string, spec: string, kind: string, fits: boolean, peak: string }} Work
 * @typedef {{ rows: number, base: number, queries: number, dim: number }} Sizes
 * @typedef {{ work: string, min_ms: number, median_ms: number, limit_ms?: number }} Timed
 */

export const K = 10
const CHUNK = 1024
const [ENOUGH_MS, FEW_RUNS, MOST_RUNS] = [400, 5, 50]

/** Nearly normal values, the same each time. @param {number} n */
export function draw(n, seed = 1) {
    const values = new Float32Array(n)
    let state = seed
    const unit = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
    for (let i = 0; i < n; i++) values[i] = (unit() + unit() + unit() + unit() - 2) * Math.sqrt(3)
    return values
}

/** Runs until that is enough, the limit in turn with the work. @type {(run: () => void, limit?: () => number) => any} */
export function time(run, limit) {
    const times = []
    let least = Infinity
    let spent = 0
    for (let warm = 0; warm < 2; warm++) run()
    while (times.length < MOST_RUNS && (times.length < FEW_RUNS || spent < ENOUGH_MS)) {
        const began = performance.now()
        run()
        times.push(performance.now() - began)
        spent += times[times.length - 1]
        if (limit) least = Math.min(least, limit())
    }
    times.sort((a, b) => a - b)
    return { min_ms: times[0], median_ms: times[times.length >> 1], ...(limit && { limit_ms: least }) }
}

const elapsed = (/** @type {() => void} */ run) => {
    const began = performance.now()
    run()
    return performance.now() - began
}

/** @type {(module: WebAssembly.Module, works: Work[], sizes: Sizes) => Promise<Timed[]>} */
export async function timeWasm(module, works, { rows, base, queries, dim }) {
    const core = await connect(module)
    const most = Math.max(rows, base)
    const [values, decoded] = [core.alloc(rows * dim * 4), core.alloc(rows * dim * 4)]
    const [codes, baseValues] = [core.alloc(most * (dim + 256) * 4), core.alloc(base * dim * 4)]
    const [ids, scores] = [core.alloc(queries * K * 4), core.alloc(queries * K * 4)]
    const queryValues = core.alloc(queries * dim * 4)
    core.fill(values, draw(rows * dim))
    core.fill(baseValues, draw(base * dim, 2))
    core.fill(queryValues, draw(queries * dim, 3))

    /** Calls with (first row, rows) for each chunk. @type {(n: number, call: (first: number, some: number) => void) => void} */
    const chunks = (n, call) => {
        for (let r = 0; r < n; r += CHUNK) call(r, Math.min(CHUNK, n - r))
    }

    return works.map(({ work, spec, kind, fits, peak }) => {
        const searches = kind === 'search'
        const [from, n] = searches ? [baseValues, base] : [values, rows]
        let codec = 0
        const fit = () => {
            const handle = core.open('qs_fit_open', spec, dim)
            chunks(n, (r, some) => core.call('qs_fit_observe', handle, r, from + r * dim * 4, some))
            core.call('qs_fit_next_pass', handle)
            if (codec) core.call('qs_codec_close', codec)
            codec = core.open('qs_fit_finish', handle)
            core.call('qs_fit_close', handle)
        }
        fit()
        const row = core.call('qs_codec_row_bytes', codec)
        const encode = () =>
            chunks(n, (r, some) =>
                core.call('qs_codec_encode', codec, r, from + r * dim * 4, some, codes + r * row),
            )
        const decode = () =>
            chunks(n, (r, some) =>
                core.call('qs_codec_decode', codec, codes + r * row, some, decoded + r * dim * 4),
            )
        const search = () =>
            core.call('qs_search', ...[codec, codes, n, 0, queryValues, queries, K, 'ip', ids, scores])
        encode()

        const move = (/** @type {boolean} */ writes, /** @type {number} */ some) => {
            const [a, b, to, out] =
                kind === 'decode' ? [codes, row, decoded, dim * 4] : [values, dim * 4, codes, row]
            return elapsed(() =>
                chunks(n, (r, count) =>
                    core.call(
                        'qs_limit_move',
                        a + r * b,
                        b * some,
                        to + r * out,
                        writes ? out * some : 0,
                        count / some,
                        0,
                    ),
                ),
            )
        }
        const limit = () => {
            if (searches) {
                let least = Infinity // for one; over some milliseconds, as a page's clock is coarse
                for (let i = 0; i < 10; i++) {
                    const began = performance.now()
                    let done = 0
                    let ms = 0
                    for (; ms < 5; ms = performance.now() - began) done += core.call('qs_limit_peak', peak, 100_000)
                    least = Math.min(least, ms / done)
                }
                return least * n * queries * dim
            }
            const moved = Math.min(...[1, 2, 4, 8].map(some => move(true, some)))
            return fits ? moved + Math.min(...[1, 8].map(some => move(false, some))) : moved
        }
        const once = () => {
            if (fits) fit()
            encode()
        }
        const timed = { work, ...time(searches ? search : kind === 'decode' ? decode : once, limit) }
        core.call('qs_codec_close', codec)
        return timed
    })
}
