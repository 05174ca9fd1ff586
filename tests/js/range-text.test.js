// What the Range view writes: formulas taken apart and filled in, and what is often told otherwise, with figures of
// the core.
import { expect, test } from 'vitest'
import { pieces } from '../../web/text/maths.js'
import { formulas } from '../../web/range/formulas.js'
import { misconceptions } from '../../web/range/misconceptions.js'
import { bookOf } from '../../web/state/specs.js'
import { newCore } from './core.js'

const core = await newCore()
const about = bookOf(core)

/** What the view has of some values and a spec: the range that a rule chooses, and its cost. @type {(spec: string, values: number[], rule?: string) => import('../../web/range/misconceptions.js').Facts} */
function told(spec, values, rule = 'minmax') {
    const floats = Float32Array.from(values)
    const range = core.open('qs_range_open', spec, values.length, 0)
    do core.call('qs_range_observe', range, 0, floats, 1)
    while (core.call('qs_range_next_pass', range, 0, 0) > 0)
    const whole = core.json('qs_range_histogram_json', range, 0, 0, 0, 8)
    const rules = core
        .json('qs_range_json', range)
        .rules.map((/** @type {{ range: string, lo: number[], hi: number[] }} */ one) => ({
            range: one.range,
            at: core.json('qs_range_at_json', range, 0, one.lo[0], one.hi[0]),
        }))
    core.call('qs_range_close', range)
    const { at } = rules.find((/** @type {{ range: string }} */ one) => one.range === rule)
    const known = about.info(spec).info
    return {
        at,
        known: { whole, rules },
        option: name => String(known?.options.find(one => one.name === name)?.value ?? ''),
        decoded: value => {
            if (at.lo === at.hi) return at.levels[0]
            const given = `${spec},range=given,lo=${at.lo},hi=${at.hi}`
            return about.ask('bits', given, new Uint32Array(Float32Array.of(value).buffer)[0]).decoded
        },
    }
}

/** @type {(spec: string, values: number[], rule?: string) => Record<string, string>} */
const lines = (spec, values, rule) => {
    const { at, option } = told(spec, values, rule)
    return Object.fromEntries(formulas(at, option, spec.split(':')[0]).map(({ name, text }) => [name, text]))
}

/** @type {(spec: string, values: number[], rule?: string) => Record<string, string>} */
const said = (spec, values, rule) =>
    Object.fromEntries(misconceptions(told(spec, values, rule)).map(({ title, text }) => [title, text]))

test('a formula in pieces', () => {
    expect(pieces('s = {0.7 − (−1e−7)}/{15} · x̂')).toEqual([
        { kind: 'name', text: 's' },
        { kind: 'sign', text: '=' },
        {
            kind: 'fraction',
            parts: [
                [
                    { kind: 'number', text: '0.7' },
                    { kind: 'sign', text: '−' },
                    { kind: 'sign', text: '(' },
                    { kind: 'number', text: '−1e−7' },
                    { kind: 'sign', text: ')' },
                ],
                [{ kind: 'number', text: '15' }],
            ],
        },
        { kind: 'sign', text: '·' },
        { kind: 'hat', text: 'x' },
    ])
    expect(pieces('round(2^{k − 7})').map(({ kind }) => kind)).toEqual(['word', 'sign', 'power', 'sign'])
    expect(() => pieces('{1}x')).toThrow('no /')
})

test('the range of both signs is as wide as both together, in both conventions', () => {
    expect(lines('int8:map=affine,per=tensor', [-7.59, 10.8, 1])).toEqual({
        scale: 's = {10.8 − (−7.59)}/{255} = 0.072118',
        'zero point': 'z = −128 − round(−7.59 / 0.072118) = −23',
        'with the scale': 'q = round(x / 0.072118) − 23',
        'with its inverse': 'q = round(13.866 · x) − 23',
        decoded: 'x̂ = 0.072118 · (q + 23)',
        codes: 'q = −128, …, 127',
    })
    const { at, option } = told('int8:map=affine,per=tensor', [-7.59, 10.8, 1])
    expect(formulas(at, option, 'int8')[0].note).toBe('18.39 wide, 255 steps between 256 codes')
})

test('formulas of the other maps', () => {
    const values = [-0.7, 0.3, 0.9]
    expect(lines('int4:per=tensor,round=trunc', values)).toMatchObject({
        scale: 's = {0.9}/{7} = 0.12857',
        'with the scale': 'q = trunc(x / 0.12857)',
        'with its inverse': 'q = trunc(7.7778 · x)',
        decoded: 'x̂ = 0.12857 · q',
    })
    expect(lines('int4:levels=full,per=tensor', values).scale).toBe('s = {0.9}/{7.5} = 0.12')
    expect(lines('int4:map=offset,per=tensor,round=stochastic', values)).toMatchObject({
        scale: 's = {0.9 − (−0.7)}/{15} = 0.10667',
        'with the scale': 'q = floor((x + 0.7) / 0.10667 + u)',
        decoded: 'x̂ = −0.7 + 0.10667 · q',
        codes: 'q = 0, …, 15',
    })
    const pow2 = lines('int4:levels=pow2,per=tensor', values)
    expect(pow2).toEqual({
        scale: 's = 0.9',
        'with the scale': '|x| / 0.9 ≈ 2^{k − 7}, q = ±k',
        'with its inverse': '1.1111 · |x| ≈ 2^{k − 7}, q = ±k',
        decoded: 'x̂ = ±0.9 · 2^{|q| − 7}',
        codes: 'q = −7, …, 7',
    })
    // and so the core decodes: code 5 is 0.9 / 4
    const look = about.ask('bits', 'int4:levels=pow2,per=tensor,range=given,lo=-0.9,hi=0.9', 0x3e6b851f) // 0.23
    expect([look.code, Math.fround(look.decoded)]).toEqual([5, Math.fround(0.225)])
    for (const spec of ['int4:levels=pow2,per=tensor', 'int8:map=affine,per=tensor'])
        for (const text of Object.values(lines(spec, values))) expect(pieces(text).length).toBeGreaterThan(2)
})

test('a scale as it is stored or raised: each equation holds', () => {
    const values = [-0.7, 0.3, 0.9]
    const noted = (/** @type {string} */ spec, /** @type {number[]} */ list) => {
        const { at, option } = told(spec, list)
        return formulas(at, option, '')[0]
    }
    expect(noted('int4:per=tensor,scale=e8m0', values)).toEqual({
        name: 'scale',
        text: 's = e8m0({0.9}/{7}) = 0.25',
        note: 'e8m0: the power of two from there up',
    })
    expect(noted('int4:per=tensor,scale=f16', values).text).toBe('s = f16({0.9}/{7}) = 0.12854')
    expect(noted('int4:levels=pow2,per=tensor,scale=e8m0', values)).toEqual({
        name: 'scale',
        text: 's = e8m0(0.9) = 1',
        note: 'e8m0: the power of two from there up; the outermost level',
    })
    expect(noted('int8:map=affine,per=tensor', [1e-9, 2e-9])).toEqual({
        name: 'scale',
        text: 's = max({2e−9 − 0}/{255}, 1.1921e−7) = 1.1921e−7',
        note: 'the least scale allowed; 2e−9 wide, 255 steps between 256 codes',
    })
    // a low is stored as the scale is: −0.7 as bfloat16
    expect(lines('int4:map=offset,per=tensor,scale=bf16', values)).toMatchObject({
        'with the scale': 'q = round((x + 0.69922) / 0.10645)',
        decoded: 'x̂ = −0.69922 + 0.10645 · q',
    })
    expect(lines('int4:per=tensor', [0, 0])).toEqual({ scale: 's = 0', codes: 'q = 0', decoded: 'x̂ = 0' })
    expect(pieces('e8m0({0.9}/{7})')[0]).toEqual({ kind: 'word', text: 'e8m0' })
})

test('floats: levels are their values times the scale', () => {
    expect(lines('f8_e4m3:per=tensor', [-0.7, 0.3, 0.896])).toEqual({
        scale: 's = {0.896}/{448} = 0.002',
        'with the scale': 'q ≈ x / 0.002',
        'with its inverse': 'q ≈ 500 · x',
        decoded: 'x̂ = 0.002 · q',
        values: 'q = −448, …, 448',
    })
    const list = said('f8_e4m3:per=tensor', [-0.7, 0.3, 0.896])
    expect(Object.keys(list)).toEqual(['What a smaller scale does to the ends'])
})

test('a constant stays what it is, where scale 1 and code 0 would make it 0', () => {
    for (const map of ['sym', 'affine', 'offset']) {
        const text = said(`int8:map=${map},per=tensor`, [0.3, 0.3, 0.3])['A constant is a range too']
        expect(text).toContain('Every value is 0.3.')
        expect(text).toContain('and 0.3 decodes to 0.3.')
    }
    expect(said('int8:per=tensor', [0, 0])).not.toHaveProperty('A constant is a range too')
})

test('an affine range is widened to 0; what else would become of the values', () => {
    const title = '0 has to lie within an affine range'
    const up = said('int8:map=affine,per=tensor', [10, 10.25, 11])[title]
    expect(up).toContain('All values lie from 10 to 11. The range is widened to include 0, 0 to 11.')
    expect(up).toContain('Every value would decode to 1, off by 9 to 10.')
    expect(said('int8:map=affine,per=tensor', [-10, -10.5, -12])[title]).toContain('decode to −2, off by 8 to 10.')
    expect(said('int8:map=affine,per=tensor', [1, 11])[title]).not.toContain('decode to')
    expect(said('int8:map=affine,per=tensor', [-1, 11])).not.toHaveProperty(title)
})

test('ties tell whether the zero point is added before rounding or after', () => {
    const title = 'Rounding before or after the zero point is added'
    const spec = 'int8:map=affine,per=tensor'
    const [odd, even] = [
        [-129 / 128, 126 / 128, 0.5 / 128],
        [-130 / 128, 125 / 128, 0.5 / 128],
    ]
    expect(told(spec, odd).at.zero).toBe(1)
    expect(said(spec, odd)[title]).toContain(
        'as z = 1 is odd: 0.003906, half a step, is code 1 by the first and 2 by the second',
    )
    expect(told(spec, odd).decoded(0.5 / 128)).toBe(0) // code 1, which stands for 0
    expect(told(spec, even).at.zero).toBe(2)
    expect(said(spec, even)[title]).toContain('agree here, as z = 2 is even: 0.003906, half a step, is code 2')
    expect(told(spec, even).decoded(0.5 / 128)).toBe(0)
})

test('the nearest code, and what comes back of it', () => {
    const title = 'Codes are rounded, and decode to levels'
    expect(said('int8:per=tensor', [0.1, -0.2, 0.15, 2.5, -3, 2.8])[title]).toBe(
        '2.8 is 118.533 steps from 0. Its code is 119. Truncated it would be 118. It decodes to 119 steps, 2.811, and not 2.8.',
    )
    expect(said('int8:per=tensor', [3.14159, -1.57079, 0.5])[title]).toBe(
        '−1.57079 is −63.4998 steps from 0. Its code is −63. It decodes to −63 steps, −1.5584, and not −1.57079.',
    )
    expect(said('int8:per=tensor', [-2, 2])).not.toHaveProperty(title) // both are levels
    expect(said('int8:map=offset,per=tensor', [-2, 1])).not.toHaveProperty(title)
})

test('what codes and zero points promise', () => {
    const even = Array.from({ length: 1000 }, (_, i) => -1 + (2 * i + 1) / 1000)
    const signed = said('int8:map=affine,per=tensor', even)
    expect(signed['A zero point belongs to its codes']).toMatch(
        /^Zero point −?\d is for codes −128 to 127\. The one for 0 to 255, 12\d, used with codes that end at 127, would clip (49|50)\.\d % /,
    )
    const half = said('int4:map=affine,per=tensor', [-0.73, 1.1])['The zero point is a whole number']
    expect(half).toBe(
        'Code −2 decodes to 0 exactly. Stored as a float it would be −2.0164, and no code would decode to 0.',
    )
    expect(said('int4:per=tensor', even)['One code is not used']).toContain(
        '15 levels, −7 to 7. Code −8 is left out',
    )
    expect(said('int4:levels=full,per=tensor', even)).not.toHaveProperty('One code is not used')
})

test('what an outlier does, what bounds the error, what six decibels are for', () => {
    const bulk = Array.from({ length: 999 }, (_, i) => Math.sin(i) * 5)
    const list = said('int8:per=tensor', [...bulk, 256], 'percentile')
    const { at, known } = told('int8:per=tensor', [...bulk, 256], 'percentile')
    expect(at.scale).toBeLessThan(Number(known.rules[0].at.scale))
    expect(list['An outlier makes the scale larger']).toContain('0.49609 steps per unit instead of')
    expect(list['Half a step bounds rounding, not clipping']).toContain(
        '1 of 1,000 values are clipped and off by more',
    )
    expect(said('int8:per=tensor', [...bulk])).toHaveProperty('Nothing is clipped, so half a step bounds the error')
    expect(list['Six decibels a bit holds for evenly spread values']).toContain(
        'would get 48.13 dB from 255 levels',
    )
    const pow2 = said('int4:levels=pow2,per=tensor', bulk)
    expect(Object.keys(pow2).join()).not.toMatch(/step|decibel/)
})

test('a smaller scale brings both ends nearer to 0 only where 0 lies between them', () => {
    const title = 'What a smaller scale does to the ends'
    expect(said('int8:map=offset,per=tensor', [-1, 2])[title]).toContain('2 falls, and −1 rises')
    expect(said('int8:map=offset,per=tensor', [10, 11])[title]).toContain('0, which lies beyond 10 to 11')
    expect(said('int8:per=tensor', [-1, 2])[title]).toContain('2 falls, and −2 rises')
    expect(said('int8:map=affine,per=tensor', [1, 2])[title]).toContain(
        'The end at 0 stays, and 2 comes nearer to it',
    )
    expect(said('int8:map=affine,per=tensor', [-1, -2])[title]).toContain(
        '−2 comes nearer to it: smaller in magnitude, not',
    )
    expect(said('int8:map=offset,per=tensor', [2, 2])).not.toHaveProperty(title)
})
