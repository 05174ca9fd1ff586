// The works of `quantscope bench --list` in WebAssembly, the same in Node and in a page. Many short calls, as an engine
// replaces code by its faster kind between calls alone, never within one.
import { connect } from '../../web/engine/wasm.js'

/**
 * @typedef {{ work: string, spec: string, kind: string, fits: boolean, peak: string }} Work
 * @typedef {{ rows: number, base: number, queries: number, dim: number }} Sizes
 * @typedef {{ work: string, min_ms: number, median_ms: number, limit_ms?: number }} Timed
 */

export const K = 10
const CHUNK = 1024
const [ENOUGH_MS, TOO_LONG_MS, FEW_RUNS, MOST_RUNS] = [400, 4000, 5, 50]
/**
 * Turns of a limit: enough for each of its ways, and those it gets in addition where a run had the luck to be below it.
 * What counts operations does so for some time, as clocks are coarse.
 */
const [TURNS, MORE_TURNS, COUNTED_MS] = [8, 100, 5]

/** Nearly normal values, the same each time. @param {number} n */
export function draw(n, seed = 1) {
    const values = new Float32Array(n)
    let state = seed
    const unit = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
    for (let i = 0; i < n; i++) values[i] = (unit() + unit() + unit() + unit() - 2) * Math.sqrt(3)
    return values
}

/**
 * What bounds a work: ways to do its least, by kinds that all have to be done, each way returning milliseconds.
 * @param {(() => number)[][]} kinds
 */
function limitOf(kinds) {
    const least = kinds.map(() => ({ way: 0, ms: Infinity }))
    let turn = 0
    return {
        /** For so long, one way after another, and the best one between them: it is to be tried as often as the work. */
        seek(/** @type {number} */ ms) {
            const end = performance.now() + ms
            for (; performance.now() < end || turn < TURNS; turn++)
                kinds.forEach((ways, kind) => {
                    const way = turn % 2 ? least[kind].way : (turn / 2) % ways.length
                    const took = ways[way]()
                    if (took < least[kind].ms) least[kind] = { way, ms: took }
                })
        },
        ms: () => least.reduce((sum, { ms }) => sum + ms, 0),
    }
}

/** Runs until that is enough, the limit in turn with the work and for as long. @type {(run: () => void, limit?: ReturnType<typeof limitOf>) => any} */
export function time(run, limit) {
    const times = []
    let spent = 0
    for (let warm = 0; warm < 2; warm++) run()
    while (times.length < MOST_RUNS && (times.length < FEW_RUNS || spent < ENOUGH_MS) && spent < TOO_LONG_MS) {
        const ms = elapsed(run)
        times.push(ms)
        spent += ms
        limit?.seek(ms)
    }
    times.sort((a, b) => a - b)
    for (let more = 0; limit && more < MORE_TURNS && limit.ms() > times[0]; more++) limit.seek(times[0])
    return { min_ms: times[0], median_ms: times[times.length >> 1], ...(limit && { limit_ms: limit.ms() }) }
}

const elapsed = (/** @type {() => void} */ run) => {
    const began = performance.now()
    run()
    return performance.now() - began
}

/** @type {(works: Work[], sizes: Sizes, module: WebAssembly.Module) => Promise<Timed[]>} */
export async function timeWasm(works, { rows, base, queries, dim }, module) {
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

        const [a, b, to, out] = kind === 'decode' ? [codes, row, decoded, dim * 4] : [values, dim * 4, codes, row]
        /** Rows are read, and written too, some at a time. @type {(writes: boolean) => (some: number) => () => number} */
        const move = writes => some => () =>
            elapsed(() =>
                chunks(n, (r, count) => {
                    const sizes = [b * some, to + r * out, writes ? out * some : 0, count / some]
                    core.call('qs_limit_move', a + r * b, ...sizes, 0)
                }),
            )
        const compute = () => {
            const began = performance.now()
            let [done, ms] = [0, 0]
            for (; ms < COUNTED_MS; ms = performance.now() - began)
                done += core.call('qs_limit_peak', peak, 100_000)
            return (ms / done) * n * queries * dim
        }
        const moves = [[1, 2, 4, 8].map(move(true)), ...(fits ? [[1, 8].map(move(false))] : [])]
        const limit = limitOf(searches ? [[compute]] : moves)
        const once = () => {
            if (fits) fit()
            encode()
        }
        const timed = { work, ...time(searches ? search : kind === 'decode' ? decode : once, limit) }
        core.call('qs_codec_close', codec)
        return timed
    })
}
