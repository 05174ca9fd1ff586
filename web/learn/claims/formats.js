// Claims about formats.
import { QUOTED } from '../quoted.js'
import { b, count, fig, say } from '../say.js'

const PIECES = `pq:m=${QUOTED.pieces}`

/** @type {import('../claims.js').Claim[]} */
export const FORMATS = [
    {
        number: 10,
        taught: 'An embedding table in uint8 is a trainable parameter.',
        so: () =>
            'Integers have no gradient, and frameworks refuse them. Codes are data that is decoded when it is read.',
        here: f =>
            say`A row in int8 takes ${b(count(f.bytes('int8').per_row))} bytes and is decoded when it is read`,
        sign: 'computed',
        source: 'documentation of parameters: only floating point takes a gradient',
        see: { title: 'Simulator', state: { view: 'simulator', a: 'int8' } },
    },
    {
        number: 12,
        taught: 'The sign of x is minus one or one, and counting equal bits is the Hamming distance.',
        so: () =>
            'The sign of zero is zero, so a rule has to choose. Equal bits are a similarity; the distance is the rest.',
        here: f => {
            const zero = f.bits('binary', 0)
            return say`Zero has bit ${b(fig(zero.code))} and decodes to ${b(fig(zero.decoded))} here`
        },
        sign: 'computed',
        source: 'the rule of binary: a bit is set above the threshold',
        see: { title: 'Bits', state: { view: 'bits', value: String(0) } },
    },
    {
        number: 13,
        taught: 'Split the vector into m parts.',
        so: f =>
            `Dims that are left over must not be dropped in silence, and ${count(f.format('int8').codes)} centroids need more vectors than that.`,
        here: f => {
            try {
                return say`${count(QUOTED.pieces)} pieces of ${count(f.dim)} dims: none is dropped, ${b(count(f.bytes(PIECES, 1).codes))} bytes of codes a vector`
            } catch (error) {
                return say`${PIECES} is refused: ${b(/** @type {Error} */ (error).message)}`
            }
        },
        sign: 'computed',
        source: 'the check of the spec against the dims',
        see: { title: 'Compare', state: { view: 'compare', specs: ['pq:m=64'] } },
    },
    {
        number: 19,
        taught: 'int8 has no sign bit, and one bit is minus one or zero.',
        so: f =>
            `In two’s complement the top bit is the sign. One bit stands for ${fig(f.format('binary').lowest)} and ${fig(f.format('binary').largest)}.`,
        here: f => {
            const look = f.bits(`int8:per=tensor,range=given,lo=-127,hi=127`, QUOTED.negative)
            return say`int8 ${fig(QUOTED.negative)} is ${b(look.fields[0].bits)}`
        },
        sign: 'computed',
        source: 'the bits as they are stored',
        see: { title: 'Bits', state: { view: 'bits', value: String(QUOTED.negative) } },
    },
    {
        number: 20,
        taught: `bfloat16 reaches ${QUOTED.bfloat}.`,
        so: f => `It reaches ${fig(f.format('bf16').largest, 5)}.`,
        here: f => say`Largest finite bfloat16: ${b(fig(f.format('bf16').largest, 9))}`,
        sign: 'computed',
        source: 'the format: the largest exponent with all mantissa bits set',
        see: { title: 'Bits', state: { view: 'bits' } },
    },
]
