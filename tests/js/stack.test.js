// How much of a stack is used: by the module, whose stack is filled before everything is run and looked at after, and
// by every command under a small one.
import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { bytes, module, path } from './core.js'
import { noise, run, shell, writeRows } from './cli.js'

/** An unsigned LEB128 number of a module, and where it ends. @param {Uint8Array} from @param {number} at */
function number(from, at) {
    let value = 0
    for (let shift = 0; ; shift += 7) {
        const byte = from[at++]
        value += (byte & 127) * 2 ** shift
        if (byte < 128) return { value, at }
    }
}

/** Where the stack begins, from which it goes down: what the module's first global, the stack pointer, is at first. */
function top() {
    for (let at = 8; at < bytes.length;) {
        const id = bytes[at]
        const size = number(bytes, at + 1)
        if (id === 6) {
            const first = number(bytes, size.at).at // behind the number of globals
            expect([...bytes.subarray(first, first + 3)]).toEqual([0x7f, 1, 0x41]) // a variable i32, i32.const
            return number(bytes, first + 3).value
        }
        at = size.at + size.value
    }
    throw new Error('the module has no globals')
}

const stated = Number(/^STACK := (\d+)$/m.exec(readFileSync(path('emscripten.mk'), 'utf8'))?.[1])
const FILLED = 0xa5
const rows = noise(1100 * 40)

/** The module's own functions, so that nothing but them uses its stack. */
async function bare() {
    const { exports } = await WebAssembly.instantiate(module, {})
    const x = /** @type {Record<string, (...args: number[]) => number>} */ (/** @type {unknown} */ (exports))
    const memory = () => new Uint8Array(/** @type {WebAssembly.Memory} */ (exports.memory).buffer)
    x._initialize()
    const put = (/** @type {ArrayBufferView} */ array) => {
        const from = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
        const at = x.qs_alloc(from.length + 1) >>> 0
        memory().set(from, at)
        return at
    }
    const name = (/** @type {string} */ text) => put(new TextEncoder().encode(text + '\0'))
    const text = (/** @type {string} */ call, /** @type {number[]} */ ...args) => {
        const length = x[call](...args, 0, 0) >>> 0
        const at = x.qs_alloc(length + 1)
        x[call](...args, at, length + 1)
        return { text: new TextDecoder().decode(memory().slice(at, at + length)), at, length }
    }
    return { x, memory, put, name, text }
}
/** @typedef {Awaited<ReturnType<typeof bare>>} Bare */

/** A fold over count rows: until no pass is left. @param {(row: number, n: number) => number} observe */
function passes(/** @type {number} */ count, observe, /** @type {() => number} */ next) {
    do {
        for (let row = 0; row < count; row += 1024) expect(observe(row, Math.min(1024, count - row))).toBe(0)
    } while (next() > 0)
}

/** Codes, decodes and searches by a spec. @param {Bare} core @param {number} spec @param {number} dim */
function use({ x, put, name, text }, spec, dim) {
    const count = 1050
    const data = put(rows.subarray(0, count * dim))
    for (const bits of [0x3f39fbe7, 0x7fc00000, 0x80000000, 1]) text('qs_bits_json', spec, bits)
    text('qs_spec_json', spec)
    text('qs_plan_json', spec, count, dim)
    text('qs_block_json', spec, data, 32, put(new Uint32Array([3])), 1)
    const fit = x.qs_fit_open(spec, dim)
    if (!fit) return // a format that does not take this dim
    if (x.qs_fit_next_pass(fit) !== 0)
        passes(
            count,
            (row, n) => x.qs_fit_observe(fit, row, data + row * dim * 4, n),
            () => x.qs_fit_next_pass(fit),
        )
    const codec = x.qs_fit_finish(fit)
    const codes = x.qs_alloc(count * x.qs_codec_row_bytes(codec))
    expect(x.qs_codec_encode(codec, 0, data, count, codes)).toBe(0)
    expect(x.qs_codec_decode(codec, codes, 50, x.qs_alloc(50 * dim * 4))).toBe(0)
    for (const metric of ['cosine', 'l2'])
        x.qs_search(codec, codes, count, data, data, 1, 10, name(metric), x.qs_alloc(40), x.qs_alloc(40))
    const params = text('qs_codec_params_json', codec, count)
    for (const one of [codec, x.qs_codec_open_params(params.at, params.length)]) x.qs_codec_close(one)
    x.qs_fit_close(fit)
}

/** @param {Bare} core @param {number} spec @param {number} dim */
function calibrate({ x, put, text }, spec, dim) {
    const count = 300
    const data = put(rows.subarray(0, count * dim))
    const range = x.qs_range_open(spec, dim, 0)
    if (!range) return // nothing to choose
    passes(
        count,
        (row, n) => x.qs_range_observe(range, row, data, n),
        () => x.qs_range_next_pass(range, 0, 0),
    )
    expect(text('qs_range_json', range).length).toBeGreaterThan(2)
    x.qs_range_scales(range, 0, 0, data, 3)
    x.qs_range_close(range)
}

/** A run of many specs, with its report. @param {Bare} core @param {string[]} specs */
function sweep({ x, put, name, text }, specs) {
    const run = x.qs_run_open(name(specs.join('\n')), name('cosine'), 10, 0, 1000, 40, 20)
    expect(run).toBeGreaterThan(0)
    const data = put(rows)
    expect(x.qs_run_feed_base(run, 0, data, 1000)).toBe(0)
    expect(x.qs_run_feed_queries(run, 0, data, 20)).toBe(0)
    do while (x.qs_run_step(run, 5000) > 0);
    while (x.qs_run_next_phase(run, 0, 0) > 0)
    expect(JSON.parse(text('qs_run_json', run).text).results).toHaveLength(specs.length)
    x.qs_run_close(run)
}

test('the module uses at most half of the stack that emscripten.mk states', async () => {
    const core = await bare()
    const begin = top() - stated
    expect(begin).toBeGreaterThan(0)
    const stack = () => core.memory().subarray(begin, begin + stated)
    const deepest = () => stated - stack().findIndex(byte => byte !== FILLED)
    stack().fill(FILLED)
    const { formats } = JSON.parse(core.text('qs_formats_json', 384).text)
    expect(deepest()).toBeGreaterThan(100) // it is the stack that is looked at
    expect(deepest()).toBeLessThan(stated)
    for (const call of ['qs_ranges_json', 'qs_backends_json', 'qs_error_json']) core.text(call)
    const { specs } = JSON.parse(core.text('qs_defaults_json').text)
    const more = [
        'int4:per=dim,range=kl',
        'int4:range=mse',
        'int8:map=offset,per=tensor,range=mse',
        'int4:map=affine,per=block,range=mse',
    ]
    const all = [...new Set([...specs, ...formats.map((/** @type {any} */ f) => f.name), ...more])]
    for (const spec of all)
        for (const dim of [1, 40]) {
            use(core, core.name(spec), dim)
            calibrate(core, core.name(spec), dim)
        }
    sweep(core, all)
    const used = deepest()
    console.log(`the deepest use of the module's stack: ${used} of ${stated} bytes`)
    expect(used).toBeGreaterThan(2000)
    expect(used).toBeLessThanOrEqual(stated / 2)
}, 120_000)

beforeAll(() => writeRows('base.npy', [1100, 40], rows))

const specs = [
    'f32',
    'int8:per=row,range=mse',
    'int4:per=dim,range=kl',
    'q3_k',
    'q4_k',
    'mxfp4',
    'nvfp4',
    'nf4',
    'binary:rescore=4',
    'ternary',
    'int4:map=offset,per=block,range=mse',
]
const all = specs.map(spec => `-s ${spec}`).join(' ')

test.each([
    'formats --json',
    'backends',
    'bits 0.7265 --json',
    'plan --rows 1000 --dim 384',
    'info base.npy',
    `sweep base.npy ${all} --threads 3`,
    `sweep base.npy ${all} --threads 3 --metric l2 --json`,
    ...specs.map(spec => `encode base.npy -s ${spec} -o codes && "$0" decode codes -o back.npy`),
    'range base.npy -s int4:per=tensor',
    'range base.npy -s int4:per=dim --threads 3',
    'range base.npy -s int4:map=offset,per=row --threads 3',
    'range base.npy -s lloyd4',
    `tensors base.npy ${all} --threads 3`,
    'bench --help',
])('128 KB of stack are enough for %s', line => {
    const { status, err } = shell(
        `ulimit -s 128; OMP_STACKSIZE=128k; export OMP_STACKSIZE; "$0" ${line} >/dev/null`,
    )
    const plain = shell(`"$0" ${line} >/dev/null`)
    expect({ status, err }).toEqual({ status: plain.status, err: plain.err })
    expect(run('info', 'base.npy').status).toBe(0)
    expect([0, 3]).toContain(status)
})
