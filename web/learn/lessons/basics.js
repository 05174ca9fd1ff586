// Lessons on what a format is, what memory it takes, and the map from values to codes.
import { bits, count, fenced, fig, size } from '../say.js'
import { ruleOf } from '../facts.js'

const SPEC = 'int4:map=offset,per=dim'
const DIM = 3
const studied = (/** @type {import('../lessons.js').Facts} */ f) => f.study('data', SPEC, DIM)
const ends = (/** @type {import('../lessons.js').Facts} */ f) => ruleOf(studied(f), 'minmax')?.at

/** The value that the lessons follow: one of vector 0, and its code. @param {import('../lessons.js').Facts} f */
function followed(f) {
    const [row, at, found] = [f.row(0), ends(f), studied(f)]
    if (!row || !at) return null
    const value = row[found.group]
    const look = f.bits(`int4:map=offset,per=tensor,range=given,lo=${at.lo},hi=${at.hi}`, value)
    return { value, look, dim: found.group, at }
}

/** @type {import('../lessons.js').Lesson[]} */
export const BASICS = [
    {
        id: 'format',
        title: 'What a number format is',
        text: f => [
            `A number format is a list of the values it can store. float32 stores ${count(f.format('f32').values)} of them, dense near zero and sparse far out, because sign, exponent and mantissa are stored apart. int8 has ${count(f.format('int8').codes)} codes and int4 has ${count(f.format('int4').codes)}, and what they stand for is evenly spaced.`,
            'Quantizing a value is picking the nearest one on the list and storing its number. Everything else on this page is about choosing the list well.',
        ],
        formulas: f => {
            const one = followed(f)
            return [
                {
                    text: `x̂ = ${fig(one?.at.lo)} + ${fig(one?.look.code)} · ${fig(one?.at.scale)} = ${fig(one?.look.decoded, 5)}`,
                    note: `what code ${fig(one?.look.code)} means in dim ${fig(one?.dim)}, instead of ${fig(one?.value, 5)}`,
                },
            ]
        },
        bits: f => {
            const one = followed(f)
            if (!one) return []
            return [
                { name: 'float32', look: f.bits('f32', one.value) },
                { name: `int4, one scale for dim ${fig(one.dim)}`, look: one.look },
            ]
        },
        caption: 'The bits of one value. The integer says only which step it is on.',
        see: [{ title: 'Bits', state: { view: 'bits' } }],
    },
    {
        id: 'memory',
        title: 'The memory of vectors and models',
        text: () => [
            'Bytes are values times bits, divided by eight, and then what the values need besides: scales, zero points, codebooks, padding, biases that stay float32. The short formula is a lower bound. The ledger is exact.',
        ],
        formulas: f => {
            const { codes, total } = f.bytes('int4')
            return [
                {
                    text: `{${count(f.rows)} · ${count(f.dim)} · ${count(f.book.info('int4').info?.format.bits)}}/{${count(f.book.info('int8').info?.format.bits)}} = ${count(codes)}`,
                    note: `bytes of the int4 codes of the open vectors. With a scale for each row ${count(total)}`,
                },
            ]
        },
        table: f => {
            const specs = ['f32', 'f16', 'int8', 'int4', 'int2', 'binary']
            const whole = f.bytes('f32').total
            return {
                caption: 'Bytes of the open vectors by format',
                head: ['Spec', 'Bits per value', 'Bytes'],
                sign: 'computed',
                rows: specs.map(spec => ({
                    name: spec,
                    cells: [bits(f.bytes(spec).bits_per_value), size(f.bytes(spec).total)],
                    bar: f.bytes(spec).total / whole,
                })),
            }
        },
        see: [
            { title: 'Plan', state: { view: 'plan' } },
            { title: 'Weights', state: { view: 'weights' } },
        ],
    },
    {
        id: 'affine',
        title: 'The affine map',
        text: () => [
            'A straight line takes values to codes: divide by the step, add the zero point, round, and clamp to what the bits can store. Decoding is the same line backwards, without the rounding.',
        ],
        formulas: f => {
            const one = followed(f)
            return [
                {
                    text: 'q = clamp(round({x}/{s}) + z)',
                    note: 's is the scale, the size of a step; z is the zero point',
                },
                {
                    text: `round({${fig(one?.value)} − ${fenced(one?.at.lo)}}/{${fig(one?.at.scale)}}) = ${fig(one?.look.code)}`,
                    note: `dim ${fig(one?.dim)} of the first vector, with the low end instead of a zero point (map=offset). Some texts call the inverse, ${fig(one?.at.inverse_scale)}, the scale; here the scale is always the step`,
                },
            ]
        },
        levels: f => {
            const [found, at] = [studied(f), ends(f)]
            if (!found || !at) return []
            const { counts } = found.histogram
            const levels = at.levels
            return [
                {
                    name: `the levels of dim ${fig(found.group)}, over how often values occur`,
                    levels,
                    counts,
                    ...{ from: at.lo, to: at.hi, low: at.lo, high: at.hi },
                },
            ]
        },
        see: [{ title: 'Range', state: { view: 'range', range: SPEC, dim: DIM } }],
    },
]
