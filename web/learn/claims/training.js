// Claims about training and energy.
import { QUOTED } from '../quoted.js'
import { b, count, energy, fig, picojoules, say } from '../say.js'

const INT8 = 'static:w=int8,a=int8'
const INT3 = 'static:w=int3,a=int8'
const see = { title: 'Networks', state: { view: 'networks' } }
const LATER = 'train in the lesson on methods to see it'

/** @type {import('../claims.js').Claim[]} */
export const TRAINING = [
    {
        number: 8,
        taught: 'round(w / s) · s is quantization-aware training.',
        so: () =>
            'Without a clamp there are more levels than codes, and a test on unrounded weights measures another network.',
        here: f => {
            const one = f.recipe(INT3)
            return say`int3 uses ${b(count(one?.layers[0].used_levels))} levels here, and the test runs the codes: ${b(count(one?.right))} right`
        },
        sign: 'measured',
        of: 'network',
        source: 'counted over the codes of the first layer',
        see,
    },
    {
        number: 9,
        taught: 'Make scale and zero point parameters and they are learned.',
        so: () =>
            'Rounding has no gradient, so it needs one that is defined for it; and a start at scale one and zero point zero clips every negative value.',
        here: f => {
            const trained = f.recipe('lsq:w=int3,a=int8')
            const before = say`int3 before: ${b(count(f.recipe(INT3)?.right))} right`
            return trained
                ? [...before, ...say`; learned steps: ${b(count(trained.right))}`]
                : [...before, `; ${LATER}`]
        },
        sign: 'measured',
        of: 'network',
        source: 'learned step size quantization (LSQ)',
        see,
    },
    {
        number: 11,
        taught: 'Calibrating is taking the minima and maxima of the weights.',
        so: () => 'Weights need no data. What reaches a layer does.',
        here: f => {
            const most = (/** @type {number} */ n) => fig(f.recipe(`${INT8},calibrate=${n}`)?.layers[1].a.hi)
            return say`Into the second layer: up to ${b(most(1))} in one picture, ${b(most(1000))} in a thousand`
        },
        sign: 'measured',
        of: 'network',
        source: 'measured on the demo network',
        see,
    },
    {
        number: 25,
        taught: `int8 takes ${QUOTED.less.from} to ${QUOTED.less.to} times less energy.`,
        so: f => {
            const [, int8] = f.model('params=1\ncontext=0', ['f32', 'int8'])
            return `The arithmetic does. Reading a weight from DRAM takes ${energy(int8.memory_j[0])} at least, its int8 product ${energy(int8.arithmetic_j)}.`
        },
        here: f => {
            const one = f.recipe(INT8)?.energy
            return say`One picture: arithmetic ${b(picojoules(one?.arithmetic_pj))}, its weights from DRAM ${b(picojoules(one?.weights_dram_pj))}`
        },
        sign: 'computed',
        of: 'network',
        source: 'Horowitz, ISSCC: energies of operations',
        see: { title: 'Plan', state: { view: 'plan' } },
    },
]
