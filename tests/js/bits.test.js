// Bits as text and back, moves among bits, and where bits lie in bytes.
import { expect, test } from 'vitest'
import {
    bitName,
    bitsOf,
    brief,
    chosen,
    exact,
    fieldText,
    floatOf,
    formula,
    handSet,
    moved,
    nextOrder,
    ordered,
    parseValue,
    relative,
    spoken,
    toggled,
} from '../../web/text/bits.js'
import { holdsText, pieceOf, readBlock, tritText, whereText } from '../../web/bits/stored-row.js'
import { newCore } from './core.js'

test.each([
    ['0.7265', 0x3f39fbe7],
    ['-1.5', 0xbfc00000],
    ['−1.5', 0xbfc00000],
    ['1/3', 0x3eaaaaab],
    ['-1 / 2', 0xbf000000],
    ['1e−7', 0x33d6bf95],
    ['.5', 0x3f000000],
    ['-0', 0x80000000],
    ['inf', 0x7f800000],
    ['-Infinity', 0xff800000],
    ['∞', 0x7f800000],
    ['nan', 0x7fc00000],
    ['-nan', 0xffc00000],
    ['0x3f39fbe7', 0x3f39fbe7],
    ['0X1', 1],
    [' 2 ', 0x40000000],
])('%s is bits', (text, bits) => expect(parseValue(text)).toEqual({ bits }))

test.each([
    ['', 'no number'],
    ['one', 'no number'],
    ['0,5', 'the decimal mark is a point'],
    ['1/2/3', 'no number'],
    ['0x123456789', 'no number'],
    ['1e39', 'beyond float32'],
    ['1/0', 'beyond float32'],
    ['0/0', 'beyond float32'],
])('%s is refused', (text, words) => expect(parseValue(text).problem).toContain(words))

test('a value in the field gives its bits again', () => {
    for (const bits of [0, 0x80000000, 1, 0x7f7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0x7fc00001, 0xff812345])
        expect(parseValue(fieldText(bits)), fieldText(bits)).toEqual({ bits })
    for (let i = 0; i < 20_000; i++) {
        const bits = Math.imul(i, 0x9e3779b1) >>> 0
        expect(parseValue(fieldText(bits)).bits).toBe(bits)
    }
})

test.each([
    [0.5, '0.5'],
    [0.12347412109375, '0.12347412109375'],
    [Math.fround(0.7265), '0.726499975'],
    [65504, '65,504'],
    [-0, '−0'],
    [2 ** -24, '5.9604644775390625e−8'],
    [2 ** 100, '1.2676506e30'],
    [2 ** -13, '0.0001220703125'],
    [NaN, 'NaN'],
    [-Infinity, '−∞'],
    [0, '0'],
])('%d is written in full', (value, text) => expect(exact(value)).toBe(text))

test('few digits', () => {
    expect(brief(floatOf(0x3f39e000))).toBe('0.7260742')
    expect(brief(3.38953139e38, 5)).toBe('3.3895e38')
    expect(brief(6.103515625e-5, 5)).toBe('6.1035e−5')
    expect(brief(57344, 5)).toBe('57,344')
    expect(bitsOf(1)).toBe(0x3f800000)
})

test('formulas in print and said', () => {
    expect(formula('-2^-1 * (1 + 464/1024)')).toEqual(['−2', { raised: '−1' }, ' × (1 + 464/1,024)'])
    expect(formula('92 * 0.00787402')).toEqual(['92 × 0.00787402'])
    expect(formula('92 * 0.00787401572')).toEqual(['92 × 0.00787401572'])
    expect(formula('92 * 0.00787401572 - 3800039', 6)).toEqual(['92 × 0.00787402 − 3,800,039'])
    expect(formula('5 * 7.8e-05')).toEqual(['5 × 7.8e−5'])
    expect(formula('-inf * 63 - nan')).toEqual(['−∞ × 63 − NaN'])
    expect(formula('1.5e+20')).toEqual(['1.5e20'])
    expect(spoken('2^-14')).toBe('2 to the power −14')
})

const EXPONENT = { kind: 'exponent', bits: '01110', meaning: '2^-1', worth: ['16', '8', '4', '2', '1'] }

test('names of bits', () => {
    expect(bitName(EXPONENT, 2)).toBe('exponent bit 3 of 5, worth 4, set')
    expect(bitName({ kind: 'sign', bits: '0', meaning: '+', worth: [null] }, 0)).toBe('sign bit, clear')
    expect(bitName({ kind: 'integer', bits: '10', meaning: '-2', worth: ['-2', '1'] }, 0)).toBe(
        'integer bit 1 of 2, worth −2, set',
    )
})

test('a relative error has a sign and three digits', () => {
    const look = (/** @type {number} */ value, /** @type {number} */ decoded) =>
        /** @type {any} */ ({ value, decoded_bits: bitsOf(decoded), relative_error: Math.abs(decoded / value - 1) })
    expect(relative(look(0.7265, 0.75))).toBe('+3.23 %')
    expect(relative(look(-0.7265, -0.5))).toBe('−31.2 %')
    expect(relative(look(2, 2))).toBe('exact')
    expect(relative({ ...look(2, 2), relative_error: null })).toBe('–')
})

const COUNTS = [32, 0, 16, 1]
test.each([
    [{ row: 0, bit: 5 }, 'ArrowRight', { row: 0, bit: 6 }],
    [{ row: 0, bit: 0 }, 'ArrowLeft', undefined],
    [{ row: 0, bit: 31 }, 'ArrowRight', undefined],
    [{ row: 0, bit: 20 }, 'ArrowDown', { row: 2, bit: 15 }],
    [{ row: 2, bit: 3 }, 'ArrowUp', { row: 0, bit: 3 }],
    [{ row: 2, bit: 3 }, 'ArrowDown', { row: 3, bit: 0 }],
    [{ row: 3, bit: 0 }, 'ArrowDown', undefined],
    [{ row: 2, bit: 3 }, 'Home', { row: 2, bit: 0 }],
    [{ row: 2, bit: 3 }, 'End', { row: 2, bit: 15 }],
    [{ row: 2, bit: 3 }, 'x', undefined],
])('from %j by %s', (at, key, to) => expect(moved(COUNTS, at, { key })).toEqual(to))

test('Ctrl with Home and End leads to the first and last row', () => {
    expect(moved(COUNTS, { row: 2, bit: 3 }, { key: 'Home', ctrlKey: true })).toEqual({ row: 0, bit: 3 })
    expect(moved(COUNTS, { row: 0, bit: 3 }, { key: 'End', ctrlKey: true })).toEqual({ row: 3, bit: 0 })
})

test('formats are found by any of their words', () => {
    const list = [
        { name: 'x8', title: 'eight', family: 'integer' },
        { name: 'y4', title: 'four', family: 'block' },
    ]
    const names = (/** @type {string} */ find, every = false) => chosen(list, find, every).map(one => one.name)
    expect(names('')).toEqual(['x8'])
    expect(names('', true)).toEqual(['x8', 'y4'])
    expect(names('FOUR bl')).toEqual(['y4'])
    expect(names('z')).toEqual([])
})

test('a code that was set by hand', () => {
    expect(handSet('14800 x:map=affine')).toEqual({ code: 14800, spec: 'x:map=affine' })
    expect(handSet('3 x 3221225472')).toEqual({ code: 3, spec: 'x', bits: 0xc0000000 })
    expect(handSet('')).toBeUndefined()
    expect(handSet('4294967296 x')).toBeUndefined()
})

test('order of the ranges', () => {
    const rows = [
        { name: 'b', x: 2 },
        { name: 'a', x: null },
        { name: 'c', x: 5 },
    ]
    const names = (/** @type {string} */ order) =>
        ordered(rows, order)
            .map(row => row.name)
            .join('')
    expect([names(''), names('-x'), names('x'), names('name')]).toEqual(['bac', 'cba', 'bca', 'abc'])
    expect(['', '-x', 'x', '-y'].map(order => nextOrder(order, 'x'))).toEqual(['-x', 'x', '', '-x'])
})

test('every code of every format of 8 bits or less: one bit turned over is another code', async () => {
    const core = await newCore()
    const { formats } = core.json('qs_formats_json', 0)
    for (const { name } of formats) {
        const look = core.json('qs_code_json', name, 0, 0)
        const count = look.fields.reduce(
            (/** @type {number} */ sum, /** @type {any} */ one) => sum + one.bits.length,
            0,
        )
        for (const field of look.fields) expect(field.worth.length, name).toBe(field.bits.length)
        for (let bit = 0; bit < count; bit++) {
            const next = core.json('qs_code_json', name, 0, toggled(look, bit))
            const bits = next.fields.map((/** @type {any} */ one) => one.bits).join('')
            expect(bits, name).toBe('0'.repeat(bit) + '1' + '0'.repeat(count - bit - 1))
            if (next.fields[0].kind !== 'trit') expect(toggled(next, bit), name).toBe(0)
        }
    }
})

test('the whole number that the bits are worth is the one that is told', async () => {
    const core = await newCore()
    for (let code = 0; code < 256; code++) {
        const [field] = core.json('qs_code_json', 'int8', 0, code).fields
        const sum = [...field.bits].reduce((all, bit, i) => all + Number(bit) * Number(field.worth[i]), 0)
        expect(String(sum)).toBe(field.meaning)
    }
})

test('every bit of a block belongs to one piece, and each byte tells whose it is', async () => {
    const core = await newCore()
    const values = Float32Array.from({ length: 32 }, (_, i) => Math.sin(i * i))
    const block = core.json('qs_block_json', 'int4:per=block,block=16', values, 32, 0, 0)
    const { pieces, bytes } = readBlock(block)
    // 16 bytes of codes, low half first, then two float32 scales
    expect(bytes.length).toBe(24)
    expect(bytes.flatMap(byte => byte.bits).every(bit => bit.piece >= 0)).toBe(true)
    expect(pieces.filter(piece => piece.kind === 'scale').map(piece => piece.name)).toEqual(['scale 0', 'scale 1'])
    expect(whereText(pieces[pieceOf(pieces, 5)].bits)).toBe('bits 4 to 7 of byte 2')
    expect(whereText(pieces[pieceOf(pieces, 4)].bits)).toBe('bits 0 to 3 of byte 2')
    expect(holdsText(bytes[2], pieces)).toBe('value 4 in bits 0 to 3, value 5 in bits 4 to 7')
    expect(holdsText(bytes[20], pieces)).toBe('scale 1')
    const most = Math.max(...values.slice(0, 16).map(Math.abs))
    const scale = pieces.find(piece => piece.name === 'scale 0')
    expect(scale?.stands).toBeCloseTo(most / 7, 6)
    for (const [i, { code, stands, decoded }] of block.values.entries()) {
        const bits = pieces[pieceOf(pieces, i)].bits.map(bit => Number(bit.set)).join('')
        expect(parseInt(bits, 2)).toBe(code)
        expect(decoded).toBeCloseTo(stands * (pieces.find(one => one.name === `scale ${i >> 4}`)?.stands ?? NaN), 5)
    }
})

test('every format has a block whose bytes are told', async () => {
    const core = await newCore()
    for (const { name, block } of core.json('qs_formats_json', 0).formats) {
        const count = block > 1 ? block : 32
        const values = Float32Array.from({ length: count }, (_, i) => Math.sin(i * i))
        const { pieces, bytes } = readBlock(core.json('qs_block_json', name, values, count, 0, 0))
        expect(
            bytes.flatMap(byte => byte.bits).every(bit => bit.piece >= 0),
            name,
        ).toBe(true)
        for (let i = 0; i < count; i++) expect(pieceOf(pieces, i), `${name} ${i}`).toBeGreaterThanOrEqual(0)
    }
})

// f16 has a step of 2^-11 below 1: 0.7265 lies between 1487 and 1488 of them.
test('the step that holds a value', async () => {
    const core = await newCore()
    const between = (/** @type {string} */ spec, /** @type {number} */ value) => {
        const { low_bits, high_bits, spacing, at } = core.json('qs_bits_json', spec, bitsOf(value)).between
        return { low: low_bits && floatOf(low_bits), high: high_bits && floatOf(high_bits), spacing, at }
    }
    const near = between('f16', 0.7265)
    expect([near.low, near.high, near.spacing]).toEqual([1487 / 2048, 1488 / 2048, 0.000488281])
    expect(near.at).toBeCloseTo(Math.fround(0.7265) * 2048 - 1487, 5)
    // a value of the format begins the step above it; the last one ends the step below
    expect(between('f16', 1)).toEqual({ low: 1, high: 1 + 2 ** -10, spacing: 0.000976562, at: 0 })
    expect(between('f16', 65504)).toMatchObject({ low: 65504, high: Infinity, spacing: null, at: null })
    expect(between('int8', 1)).toMatchObject({ high: 1, at: 1 })
    // beyond the last value there is no step, and around NaN none at all
    expect(between('int8', 2)).toEqual({ low: 1, high: null, spacing: null, at: null })
    expect(between('int8', -2)).toEqual({ low: null, high: -1, spacing: null, at: null })
    expect(between('f16', 1e6)).toEqual({ low: 65504, high: Infinity, spacing: null, at: null })
    expect(between('f16', NaN)).toEqual({ low: null, high: null, spacing: null, at: null })
    for (const { name } of core.json('qs_formats_json', 0).formats)
        for (const value of [-3, -1, -0.7265, 0.7265, 1, 3]) {
            const { at } = between(name, value)
            if (at !== null) expect(at, `${name} ${value}`).toBeGreaterThanOrEqual(0)
            if (at !== null) expect(at, `${name} ${value}`).toBeLessThanOrEqual(1)
        }
})

test('a scale type needs no data', async () => {
    const core = await newCore()
    expect(core.json('qs_bits_json', 'e8m0', bitsOf(0.7265)).scale_from).toBeNull()
})

// A block of 8, 1 and -1: d = 8 / -8 = -1, and (2 - 8) * -1 = 6. Beside itself alone 6 would have another scale.
test('a code by hand stays in the block of the value that it replaces', async () => {
    const core = await newCore()
    const of = (/** @type {any[]} */ ...args) => {
        const { formula, decoded } = core.json('qs_code_json', ...args)
        return [formula, decoded]
    }
    expect(of('q4_0', bitsOf(8), 2)).toEqual(['(2 - 8) * -1', 6])
    expect(of('q4_0', bitsOf(6), 2)).toEqual(['(2 - 8) * -0.75', 4.5])
    expect(of('q4_0', bitsOf(0.5), 2)).toEqual(['(2 - 8) * -0.125', 0.75])
    expect(() => core.json('qs_code_json', 'q4_0', bitsOf(8), 16)).toThrow('from 0 to 15')
    expect(() => core.json('qs_code_json', 'tq1_0', bitsOf(8), 3)).toThrow('from 0 to 2')
    expect(() => core.json('qs_code_json', 'q4_0', bitsOf(Infinity), 2)).toThrow('infinity')
})

test('bits of a block turned over', async () => {
    const core = await newCore()
    const values = Float32Array.from({ length: 32 }, (_, i) => (i === 3 ? -8 : 0.5))
    const turned = (/** @type {number[]} */ ...bits) =>
        core.json('qs_block_json', 'q4_0', values, 32, Uint32Array.from(bits), bits.length)
    const plain = turned()
    // d = -8 / -8 = 1 is the half float 0x3c00; the code of -8 is 0, in the low half of byte 2 + 3
    expect(plain.bytes.slice(0, 4)).toBe('003c')
    expect(plain.values[3]).toMatchObject({ code: 0, decoded: -8, formula: '(0 - 8) * 1' })
    // its highest bit makes the code 8
    expect(turned(43).values[3]).toMatchObject({ code: 8, decoded: 0, value: -8, formula: '(8 - 8) * 1' })
    // the lowest exponent bit of the scale makes 0x3800, which is 0.5, for all of them
    expect(turned(10).values.map((/** @type {any} */ one) => one.decoded)).toEqual(
        plain.values.map((/** @type {any} */ one) => one.decoded / 2),
    )
    expect(turned(10, 10)).toEqual(plain)
    expect(() => turned(18 * 8)).toThrow('bit 144')
})

test('five trits in a byte: whose each is', async () => {
    const core = await newCore()
    const values = Float32Array.from({ length: 256 }, (_, i) => [0, 1, -1, -1, 0, 1, 1][i % 7])
    const block = core.json('qs_block_json', 'tq1_0', values, 256, 0, 0)
    const { pieces, bytes } = readBlock(block)
    expect(block.formula).toBe('(trit - 1) * scale')
    for (const [i, { code, stands, decoded, formula }] of block.values.entries()) {
        expect([code, stands, decoded]).toEqual([values[i] + 1, values[i] + 1, values[i]])
        expect(formula).toBe(`(${code} - 1) * 1`)
        const piece = pieces[pieceOf(pieces, i)]
        expect(piece.digits[piece.values.indexOf(i)]).toBe(code)
    }
    // values 1, 33, 65, 97 and 129 are 1, 0, -1, 1, -1 (i mod 7: 1, 5, 2, 6, 3): trits 2, 2, 0, 2, 0
    expect(holdsText(bytes[1], pieces)).toBe('trits of values 1, 33, 65, 97, 129: 2 2 0 2 0')
    expect(tritText(pieces[pieceOf(pieces, 65)], 65)).toBe('trit 3 of 5')
    // 2 * 81 + 2 * 27 + 0 + 2 * 3 + 0 = 222; ceil(222 * 256 / 243) = 234
    expect(bytes[1].hex).toBe('ea')
    // the last bytes hold four: values 240, 244, 248, 252
    expect(pieces[pieceOf(pieces, 252)].values).toEqual([240, 244, 248, 252])
    const five = core.json('qs_block_json', 'ternary:pack=1.6', values, 7, 0, 0)
    expect(readBlock(five).pieces.map(({ name }) => name)).toEqual([
        'trits of values 0, 1, 2, 3, 4',
        'trits of values 5, 6',
        'scale',
    ])
})

test('scales that are whole numbers tell their sign and offset', async () => {
    const core = await newCore()
    const values = Float32Array.from({ length: 256 }, (_, i) => Math.sin(i * i) * (1 + (i >> 4)))
    const scales = (/** @type {string} */ spec) =>
        readBlock(core.json('qs_block_json', spec, values, 256, 0, 0))
            .pieces.filter(({ kind }) => kind === 'scale')
            .map(({ code, stands }) => [code, stands])
    // 6 bits less 32; int8; 6 bits as they are. The largest scale is -32 and -128 by definition of the format.
    for (const [code, stands] of scales('q3_k')) expect(stands).toBe(Number(code) - 32)
    for (const [code, stands] of scales('q6_k')) expect(stands).toBe((Number(code) << 24) >> 24)
    for (const [code, stands] of scales('q4_k')) expect(stands).toBe(code)
    expect(scales('q3_k').map(([, stands]) => stands)).toContain(-32)
    expect(scales('q6_k').map(([, stands]) => stands)).toContain(-128)
})
