// The plan of a model: sums that were worked out by hand, the same in WebAssembly, and errors that name the option.
import { expect, test } from 'vitest'
import { run } from './cli.js'
import { newCore } from './core.js'

const plan = (/** @type {string[]} */ ...args) => JSON.parse(run('plan', ...args, '--json').out)
const bySpec = (/** @type {any} */ report) =>
    Object.fromEntries(report.results.map((/** @type {any} */ one) => [one.spec, one]))

test('784-256-128-10: every weight, bias and scale', () => {
    const { f32, int8 } = bySpec(plan('--layers', '784-256-128-10', '-s', 'f32', '-s', 'int8', '--against', 'f32'))
    expect(f32.total).toBe(235_146 * 4)
    expect(int8.weights).toBe(234_752 + 394 * 4)
    expect(int8.total).toBe(237_904)
    expect(int8.times_smaller).toBeCloseTo(940_584 / 237_904, 4)
    expect(f32.cache).toBe(0)
})

test('7B parameters in plain bits: 28, 14, 7, 3.5, 1.75 and 0.875 GB', () => {
    const specs = ['f32', 'f16', 'bf16', 'int8:per=tensor', 'int4:per=tensor', 'int2:per=tensor', 'binary']
    const report = plan('--model', '7B', '--context', '0', ...specs.flatMap(spec => ['-s', spec]))
    const gigabytes = report.results.map((/** @type {any} */ one) => Math.floor(one.total / 1e6) / 1e3)
    expect(gigabytes).toEqual([28, 14, 14, 7, 3.5, 1.75, 0.875])
})

test('a KV cache of 32 layers, 8 heads of 128, 8,192 tokens', () => {
    const { results, cache } = plan('--model', '7B', '-s', 'f16')
    expect(results[0].cache).toBe(2 * 32 * 8 * 128 * 8192 * 2)
    const at = cache.find((/** @type {any} */ one) => one.context === 8192)
    expect(at.f16).toBe(1_073_741_824)
    expect(at.int8).toBe((1_073_741_824 / 2 / 128) * (128 + 4))
    expect(at.q4_0).toBe((1_073_741_824 / 2 / 32) * 18)
})

test('load time, tokens a second at most, energy, and prices', () => {
    const flags = ['--context', '0', '--load', '0.5', '--bandwidth', '100', '-s', 'f32', '-s', 'int8:per=tensor']
    const { f32, 'int8:per=tensor': int8 } = bySpec(plan('--model', '100M', ...flags))
    expect(f32.load_s).toBeCloseTo(0.8, 6)
    expect(int8.load_s).toBeCloseTo(0.2, 6)
    expect(f32.tokens_per_s).toBeCloseTo(250, 3)
    expect(f32.arithmetic_j).toBeCloseTo(1e8 * 4.6e-12, 12)
    expect(int8.arithmetic_j).toBeCloseTo(1e8 * 0.3e-12, 12)
    expect(f32.memory_j[0]).toBeCloseTo((4e8 / 8) * 1300e-12, 9)
    const money = ['--price', '3.8', '--copies', '40', '--once', '20000', '--hour', '2']
    const { q4_k, f16 } = bySpec(plan('--model', '7B', ...money, '-s', 'q4_k', '-s', 'f16'))
    expect(f16.month).toBeCloseTo((f16.total / 1e9) * 3.8 * 40, 1)
    expect(q4_k.saved_month).toBeCloseTo(f16.month - q4_k.month, 1)
    expect(q4_k.payback_months).toBeCloseTo(20_000 / q4_k.saved_month, 2)
    expect(q4_k.million_tokens).toBeCloseTo((2 / 3600 / q4_k.tokens_per_s) * 1e6, 3)
    expect(f16.payback_months).toBe(null)
})

test('WebAssembly gives the same text', async () => {
    const core = await newCore()
    const text = run('plan', '--model', '1.5B', '--device', '8', '--device', '24', '-s', 'q4_k', '--json').out
    expect(`${core.text('qs_plan_model_json', 'params=1.5B\ndevices=8,24', 'q4_k')}\n`).toBe(text)
})

test('what is wrong is named', () => {
    for (const [args, words] of [
        [['--model', '7X'], 'params=7X'],
        [['--model', '0'], 'params'],
        [['--layers', '784'], '784-256-128-10'],
        [['--layers', '784-0-10'], 'layers'],
        [['--model', '7B', '--kv', '3,4'], '--kv 3,4'],
        [['--model', '7B', '--device', 'x'], 'devices'],
        [['--model', '7B', '-s', 'int9'], 'int9'],
        [['--model', '7B', '--bandwidth', '0'], 'bandwidth'],
    ]) {
        const { status, err } = run('plan', ...args)
        expect(status, String(args)).toBe(2)
        expect(err).toContain(words)
    }
})
