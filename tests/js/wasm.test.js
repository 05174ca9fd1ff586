// The module and its loader: nothing imported, text and arrays cross, errors are exceptions with their place.
import { beforeAll, expect, test } from 'vitest'
import { CoreError } from '../../web/engine/wasm.js'
import { bytes, module, newCore } from './core.js'

/** @type {import('../../web/engine/wasm.js').Core} */
let core
beforeAll(async () => {
    core = await newCore()
})

test('the module imports nothing', () => {
    expect(WebAssembly.Module.imports(module)).toEqual([])
})

test('the module stays small', async () => {
    const { gzipSync } = await import('node:zlib')
    expect(gzipSync(bytes, { level: 9 }).length).toBeLessThan(300 * 1024)
})

test('text comes back, also beyond ASCII', () => {
    expect(core.json('qs_formats_json', 0).formats.length).toBeGreaterThan(5)
    expect(() => core.text('qs_spec_json', 'é')).toThrow(CoreError)
})

test('a refusal tells what is taken', () => {
    const [spec] = core.json('qs_defaults_json').specs
    expect(core.call('qs_spec_check', spec)).toBe(0)
    try {
        core.call('qs_spec_check', `${spec}:nonsense=1`)
        expect.unreachable()
    } catch (error) {
        expect(error).toBeInstanceOf(CoreError)
        expect(/** @type {CoreError} */ (error).details).toMatchObject({ code: -2, option: 'nonsense' })
        expect(/** @type {CoreError} */ (error).message).toContain('nonsense')
    }
})

test('an instance that traps is replaced, and says so', async () => {
    const own = await newCore()
    const before = own.json('qs_defaults_json')
    expect(() => own.call('qs_run_step', 0xffff0000, 1)).toThrow(/The core failed here and was started again/)
    expect(own.starts()).toBe(2)
    expect(own.json('qs_defaults_json')).toEqual(before)
})

test('arrays survive growth of memory', () => {
    const pointer = core.alloc(64)
    const big = Array.from({ length: 40 }, () => core.alloc(1 << 20))
    const values = core.take(pointer, Float32Array, 4)
    expect(values).toHaveLength(4)
    big.forEach(core.free)
    core.free(pointer)
})

test('what is put in for a call is given back', () => {
    const spec = core.json('qs_defaults_json').specs[0]
    const before = core.alloc(1 << 16)
    core.free(before)
    for (let i = 0; i < 5000; i++) core.call('qs_spec_check', `${spec}${' '.repeat(0)}`)
    const after = core.alloc(1 << 16)
    core.free(after)
    expect(after).toBe(before)
})
