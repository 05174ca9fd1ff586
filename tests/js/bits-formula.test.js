// The formula of every code, its numbers evaluated in float32, is the decoded value: of one value and of whole blocks,
// of every format, its variants and its options.
import { beforeAll, expect, test } from 'vitest'
import { bitsOf, floatOf } from '../../web/text/bits.js'
import { newCore } from './core.js'

/** @type {import('../../web/engine/wasm.js').Core} */
let core
beforeAll(async () => {
    core = await newCore()
})

/** A formula's value: numbers, + - * / from left to right, ^, brackets; each result a float32. @type {(text: string) => number} */
function evaluate(text) {
    const tokens = text.match(/NaN|infinity|\d+(\.\d+)?(e[+-]?\d+)?|[-+*/^()]/g) ?? []
    if (tokens.join('') !== text.replaceAll(' ', '')) throw new Error(text)
    let at = 0
    const take = (/** @type {string[]} */ ...wanted) => (wanted.includes(tokens[at]) ? tokens[at++] : undefined)
    /** @type {() => number} */
    const factor = () => {
        if (take('-')) return -factor()
        if (take('+')) return factor()
        if (take('infinity')) return Infinity
        if (take('(')) {
            const inner = sum()
            if (!take(')')) throw new Error(text)
            return inner
        }
        const number = Math.fround(Number(tokens[at++]))
        return take('^') ? 2 ** factor() : number
    }
    const product = () => {
        let value = factor()
        for (let sign; (sign = take('*', '/'));)
            value = Math.fround(sign === '*' ? value * factor() : value / factor())
        return value
    }
    const sum = () => {
        let value = product()
        for (let sign; (sign = take('+', '-'));)
            value = Math.fround(sign === '+' ? value + product() : value - product())
        return value
    }
    const value = sum()
    if (at !== tokens.length) throw new Error(text)
    return value
}

test('formulas are evaluated as they are written', () => {
    expect(evaluate('2^-1 * (1 + 464/1024)')).toBe(0.7265625)
    expect(evaluate('(12 - 8) * -0.125')).toBe(-0.5)
    expect(evaluate('-2^3')).toBe(-8)
    expect(evaluate('0.1')).toBe(Math.fround(0.1))
    expect(() => evaluate('2 * x')).toThrow()
})

/** Specs of every format: plain, well-known, and each word of each option. */
function specs() {
    const { formats } = core.json('qs_formats_json', 0)
    const all = new Set(core.json('qs_defaults_json').specs)
    for (const { name } of formats) {
        all.add(name)
        for (const { name: option, values } of core.json('qs_spec_json', name).options)
            for (const value of values ?? [])
                for (const per of ['', ',per=tensor', ',per=dim', ',per=block']) {
                    const spec = `${name}:${option}=${value}${per}`
                    try {
                        core.call('qs_spec_check', spec)
                        all.add(core.json('qs_spec_json', spec).spec)
                    } catch {
                        continue // an option that does not go with the other
                    }
                }
    }
    for (const more of [
        'int8:map=affine,codes=unsigned',
        'int8:range=given,s=0.02',
        'int8:map=affine,range=given,s=0.02,z=-25',
        'int4:map=offset,per=block,block=7,scale=f16',
        'int4:outliers=100',
        'int5:levels=pow2,per=block,block=16',
        'f8_e4m3:per=row,range=given,s=0.01',
        'ternary:per=block,block=7,pack=1.6',
        'nf4:block=5',
    ])
        all.add(more)
    return /** @type {string[]} */ ([...all])
}

const VALUES = [0.7265, -300, 2e-5]

test('every code of every format', () => {
    let codes = 0
    for (const { name } of core.json('qs_formats_json', 0).formats)
        for (const value of VALUES) {
            const first = core.json('qs_bits_json', name, bitsOf(value))
            const count = first.fields.reduce(
                (/** @type {number} */ all, /** @type {any} */ one) => all + one.bits.length,
                0,
            )
            const last = first.fields[0].kind === 'trit' ? 3 : 2 ** count
            const step = last > 256 ? last / 256 - (last > 65536 ? 12345 : 7) : 1
            for (let code = 0; code < last; code += step) {
                const look = core.json('qs_code_json', name, bitsOf(value), code)
                const decoded = floatOf(look.decoded_bits)
                expect(evaluate(look.formula) + 0, `${name}, ${value}, code ${code}: ${look.formula}`).toBe(
                    decoded + 0,
                )
                codes++
            }
        }
    expect(codes).toBeGreaterThan(10_000)
})

test('every way to scale', () => {
    for (const spec of specs())
        for (const value of [...VALUES, 0, 1e-39]) {
            const look = core.json('qs_bits_json', spec, bitsOf(value))
            expect(evaluate(look.formula) + 0, `${spec}, ${value}: ${look.formula}`).toBe(
                floatOf(look.decoded_bits) + 0,
            )
        }
})

test('every value of a row of blocks, as it was coded and with bits turned over', () => {
    const values = Float32Array.from({ length: 270 }, (_, i) => 3 * Math.sin(i * i))
    const plain = core.json('qs_formats_json', 0).formats.map((/** @type {any} */ one) => one.name)
    const turned = Uint32Array.from({ length: 40 }, (_, i) => 5 * i)
    const wrong = []
    for (const spec of specs()) {
        const [length, some] = plain.includes(spec) ? [270, turned.length] : [40, 7]
        const rowBits = 4 * core.json('qs_block_json', spec, values, length, turned, 0).bytes.length
        const most = Math.min(some, turned.filter(bit => bit < rowBits).length)
        for (const turns of [0, most])
            for (const { formula, decoded } of core.json('qs_block_json', spec, values, length, turned, turns)
                .values) {
                const value = evaluate(formula)
                const told = decoded === null ? null : Math.fround(decoded) + 0
                if ((Number.isFinite(value) ? value + 0 : null) !== told) wrong.push([spec, formula, told])
            }
    }
    expect(wrong).toEqual([])
})

test('formulas and their names', () => {
    const of = (/** @type {string} */ spec, /** @type {number} */ value) => {
        const { formula, formula_names: names, formula_rest: rest } = core.json('qs_bits_json', spec, bitsOf(value))
        return [formula, names, rest]
    }
    // blocks with 1 and -1. q4_0: the first of the largest, 1, is code 0, so d = -1/8; 0.5 / d + 8.5 = 4.5
    expect(of('q4_0', 0.5)).toEqual(['(4 - 8) * -0.125', '(code - 8) * scale', ' * -0.125'])
    // q4_1: m = -1, d = 2/15 as a half float: 1092/8192; (0.5 + 1) / d = 11.25
    expect(of('q4_1', 0.5)).toEqual(['11 * 0.133300781 - 1', 'code * scale + low', ' * 0.133300781 - 1'])
    // mxfp4: the scale's exponent is 0 - 2; 0.75 * 4 = 3 = 2 * 1.5
    expect(of('mxfp4', 0.75)).toEqual(['2^1 * (1 + 1/2) * 0.25', 'float * scale', ' * 0.25'])
    expect(of('ggml_mxfp4', 0.75)).toEqual(of('mxfp4', 0.75))
    expect(of('mxint8', 0.75)).toEqual(['48 / 64 * 1', 'code / 64 * scale', ' / 64 * 1'])
    // nvfp4: 1 / 2688 of all, 448 of the block; 0.5 * 6 = 3
    expect(of('nvfp4', 0.5)).toEqual([
        '2^1 * (1 + 1/2) * (448 * 0.000372023816)',
        'float * (scale * tensor scale)',
        ' * (448 * 0.000372023816)',
    ])
    expect(of('nf4', 1)).toEqual(['1 * 1', 'level * scale', ' * 1'])
    expect(of('int8:map=affine', 1)[1]).toBe('(code - zero) * scale')
    expect(of('int8:map=offset', 1)[1]).toBe('low + code * scale')
    expect(of('q4_k', 1)[1]).toBe('super scale * scale * code - super low * low')
    expect(of('q3_k', 1)[1]).toBe('super scale * (scale - 32) * (code - 4)')
    expect(of('q6_k', 1)[1]).toBe('super scale * scale * (code - 32)')
    expect(of('iq4_xs', 1)[1]).toBe('super scale * (scale - 32) * level')
    expect(of('tq1_0', 1)).toEqual(['(2 - 1) * 1', '(trit - 1) * scale', ' * 1'])
    expect(of('f16', 1)).toEqual(['2^0 * (1 + 0/1024)', null, null])
    expect(of('binary', -3)).toEqual(['-1', null, null])
})
