// Claims whose arithmetic was off: computed anew by the core from the numbers that were given.
import { QUOTED } from '../quoted.js'
import { b, decibel, fenced, fig, say } from '../say.js'

/** @typedef {import('../lessons.js').Facts} Facts */

const { range, nearest, triple, tie } = QUOTED
const bitsView = (/** @type {number} */ value, /** @type {string} */ spec) => ({
    title: 'Bits',
    state: { view: 'bits', value: String(value), looks: [spec] },
})
const NEAREST = `int8:per=tensor,range=given,lo=${-nearest.most},hi=${nearest.most}`
const UNIT = `int8:per=tensor,range=given,lo=${-tie.most},hi=${tie.most}`
const ends = (/** @type {Facts} */ f) =>
    f.at([range.low, range.high], 'int8:map=affine,per=tensor', 0, range.low, range.high)

/** @type {import('../claims.js').Claim[]} */
export const ARITHMETIC = [
    {
        number: 15,
        taught: `The range of ${fig(range.low)} to ${fig(range.high)} is ${range.wrong} wide.`,
        so: f => `${fig(range.high)} − ${fenced(range.low)} is ${fig(ends(f)?.hi - ends(f)?.lo || null)}.`,
        here: f => say`Steps to a unit: ${b(fig(ends(f)?.inverse_scale, 5))}`,
        sign: 'computed',
        source: 'the affine map of int8 on these ends',
        see: { title: 'Range', state: { view: 'range', range: 'int8:map=affine,per=tensor' } },
    },
    {
        number: 16,
        taught: `${fig(nearest.x)} at a range of ${fig(nearest.most)} is code ${nearest.code}.`,
        so: () => 'Codes are rounded to the nearest, not cut off.',
        here: f => {
            const look = f.bits(NEAREST, nearest.x)
            return say`${fig(nearest.x)} lies ${fig(look.between.at)} of a step above the code below: code ${b(fig(look.code))}`
        },
        sign: 'computed',
        source: 'coded by the core',
        see: bitsView(nearest.x, NEAREST),
    },
    {
        number: 17,
        taught: `One scale for each channel is ${QUOTED.channels} times better.`,
        so: () => 'The two errors that were shown were miscomputed, and their ratio is of those weights alone.',
        here: f => {
            const [one, each] = ['int8:per=tensor', 'int8'].map(spec => f.errors('weights', spec)?.error)
            return say`Weights here: MSE ${fig(one?.mse)} by one scale, ${b(fig(each?.mse))} by one for each row; ${decibel(one?.sqnr_db)} and ${decibel(each?.sqnr_db)} dB`
        },
        sign: 'measured',
        source: 'measured on a tensor of weights',
        see: { title: 'Weights', state: { view: 'weights' } },
    },
    {
        number: 26,
        taught: `${fig(triple.values[1], 6)} becomes ${triple.code} and decodes to ${triple.decoded}.`,
        so: f => {
            const [, one] = f.coded('int8:per=tensor', triple.values).values
            return `It is nearer to code ${fig(one.stands)}, and decodes to that level, not to the value.`
        },
        here: f => {
            const [, one] = f.coded('int8:per=tensor', triple.values).values
            return say`Code ${b(fig(one.stands))}, decoded ${b(fig(one.decoded))}`
        },
        sign: 'computed',
        source: 'coded and decoded by the core',
        see: bitsView(
            triple.values[1],
            `int8:per=tensor,range=given,lo=${-triple.values[0]},hi=${triple.values[0]}`,
        ),
    },
    {
        number: 27,
        taught: 'round(x / s) + z equals round(x / s + z).',
        so: () => 'On a tie, rounding to even takes another neighbour when the zero point is odd.',
        here: f => {
            const [half, more] = [tie.half, tie.more].map(value => f.bits(UNIT, value))
            return say`${fig(tie.half)} rounds to ${b(fig(half.code))}, and one more than it, ${fig(tie.more)}, to ${b(fig(more.code))}`
        },
        sign: 'computed',
        source: 'ties to even, as IEEE floats and PyTorch round',
        see: bitsView(tie.half, UNIT),
    },
]
