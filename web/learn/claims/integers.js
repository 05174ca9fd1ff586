// Claims about integers, scales and zero points.
import { ruleOf } from '../facts.js'
import { QUOTED } from '../quoted.js'
import { b, count, fig, per, say } from '../say.js'

/** @typedef {import('../lessons.js').Facts} Facts */

const AFFINE = 'int8:map=affine,per=tensor'
const OFFSET = 'int4:map=offset,per=dim'
const FIXED = 'int8:per=tensor,range=given,lo=-1,hi=1'
const range = (/** @type {string} */ spec, /** @type {object} */ more = {}) => ({
    title: 'Range',
    state: { view: 'range', range: spec, ...more },
})
const affine = (/** @type {Facts} */ f) => ruleOf(f.study('data', AFFINE), 'minmax')?.at
const used = (/** @type {number[] | null | undefined} */ counts) => counts?.filter(one => one > 0).length

/** @type {import('../claims.js').Claim[]} */
export const INTEGERS = [
    {
        number: 3,
        taught: `${QUOTED.value.x} is ${QUOTED.value.code} in int8.`,
        so: f =>
            `Code ${fig(f.bits(FIXED, QUOTED.value.x).code)} comes of a range fixed from minus one to one. A scale comes from the data.`,
        here: f =>
            say`These values in that range use ${b(count(used(f.usage(FIXED))))} of ${count(f.usage(FIXED)?.length)} codes`,
        sign: 'measured',
        source: 'counted over all codes of the open vectors',
        see: { title: 'Bits', state: { view: 'bits' } },
    },
    {
        number: 5,
        taught: `An asymmetric code is clipped to ${QUOTED.signed.low} … ${QUOTED.signed.high}.`,
        so: () =>
            'A zero point belongs to its codes. One for unsigned codes, used with signed ones, clips the upper half.',
        here: f => say`Of these values ${b(per(affine(f)?.upper_share))} would be clipped`,
        sign: 'computed',
        source: 'counted from the histogram of the values',
        see: range(AFFINE),
    },
    {
        number: 6,
        taught: `int8 has ${QUOTED.levels} levels.`,
        so: f =>
            `It has ${count(f.format('int8').codes)} codes; a symmetric scale uses ${count(f.format('int8').values)}, as the lowest has no partner.`,
        here: f =>
            say`Levels of int8 here: ${b(count(f.usage('int8')?.length))}, of them used ${count(used(f.usage('int8')))}`,
        sign: 'measured',
        source: 'counted over all codes of the open vectors',
        see: range('int8:per=tensor'),
    },
    {
        number: 7,
        taught: 'The zero point is −min / scale, stored as a float.',
        so: () =>
            'Then no code means zero, and every zero of padding or of a ReLU gets an error. It is rounded to a whole number.',
        here: f => say`Before rounding ${fig(affine(f)?.exact_zero, 6)}; zero point ${b(fig(affine(f)?.zero))}`,
        sign: 'computed',
        source: 'integer-arithmetic-only inference: real zero is exactly representable',
        see: range(AFFINE),
    },
    {
        number: 18,
        taught: `The scale is ${QUOTED.inverse}.`,
        so: () => 'That is the inverse. Both conventions are used; here the scale is the step.',
        here: f => {
            const at = ruleOf(f.study('data', OFFSET, 3), 'minmax')?.at
            return say`Step ${b(fig(at?.scale))}, inverse ${fig(at?.inverse_scale)}`
        },
        sign: 'computed',
        source: 'the formulas of Range, which shows both',
        see: range(OFFSET),
    },
    {
        number: 23,
        taught: 'An outlier makes the scale much smaller.',
        so: () => 'Only where scale means its inverse. The step grows.',
        here: f => {
            const found = f.study('weights', 'int4:per=tensor')
            const [wide, best] = [ruleOf(found, 'minmax')?.at, ruleOf(found, 'mse')?.at]
            return say`Weights up to ${fig(wide?.hi)} have step ${b(fig(wide?.scale))}; clipped at ${fig(best?.hi)} it is ${fig(best?.scale)}`
        },
        sign: 'computed',
        source: 'the ranges of one tensor',
        see: range('int4:per=tensor'),
    },
    {
        number: 24,
        taught: 'A smaller step makes both ends of the range smaller.',
        so: () => 'Both ends come nearer to zero, so the lower one rises, and only if zero lies between them.',
        here: f => {
            const at = ruleOf(f.study('data', OFFSET, 3), 'minmax')?.at
            const half = at && f.at('data', OFFSET, 3, at.lo / 2, at.hi / 2)
            return say`${fig(at?.lo)} to ${fig(at?.hi)} at half the step is ${b(fig(half?.lo))} to ${b(fig(half?.hi))}`
        },
        sign: 'computed',
        source: 'the range of one dim of the open vectors',
        see: range(OFFSET, { dim: 3 }),
    },
    {
        number: 30,
        taught: 'The paper on integer arithmetic quantizes symmetrically.',
        so: () => 'It is affine with unsigned codes, and so was the code that was shown.',
        here: f => say`map=affine has zero point ${b(fig(affine(f)?.zero))} here; map=sym has none`,
        sign: 'computed',
        source: 'Jacob et al., integer-arithmetic-only inference',
        see: range(AFFINE),
    },
    {
        number: 31,
        taught: 'Clip the zero point to the codes.',
        so: () =>
            'If the range does not include zero, the clipped zero point ruins every value. Widen the range to zero, or use map=offset.',
        here: f => {
            const [first, , last] = QUOTED.far
            const wrong = f.coded('int8:map=affine,per=tensor,range=given,lo=0,hi=1', QUOTED.far).values
            const right = f.coded(AFFINE, QUOTED.far).values
            return say`${fig(first)} to ${fig(last)} all decode to ${b(fig(wrong[0].decoded))}; with a range that is widened to ${b(fig(right[0].decoded))} to ${b(fig(right[2].decoded))}`
        },
        sign: 'computed',
        source: 'coded and decoded by both ranges',
        see: { title: 'Bits', state: { view: 'bits', value: String(QUOTED.far[0]) } },
    },
    {
        number: 32,
        taught: 'A constant tensor gets a scale of one and code zero.',
        so: () => 'Then any constant decodes to zero. Its value has to be stored.',
        here: f => {
            const [value] = QUOTED.constant
            return say`A constant ${fig(value)} decodes to ${b(fig(f.coded(AFFINE, QUOTED.constant).values[0].decoded))} here`
        },
        sign: 'computed',
        source: 'coded and decoded',
        see: range(AFFINE),
    },
    {
        number: 33,
        taught: 'The error is bounded by the scale.',
        so: () => 'Rounding to the nearest errs by half a step at most; clipping has no bound.',
        here: f => {
            const at = ruleOf(f.study('weights', 'int4:per=tensor'), 'mse')?.at
            return say`Weights with step ${fig(at?.scale)}: the furthest clipped value is off by ${b(fig(at?.overshoot))}`
        },
        sign: 'computed',
        source: 'the range of least squared error of one tensor',
        see: range('int4:per=tensor,range=mse'),
    },
]
