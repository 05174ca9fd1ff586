// Claims about accuracy and speed.
import { QUOTED } from '../quoted.js'
import { b, count, decibel, fig, recall, say, either } from '../say.js'

const INT8 = 'static:w=int8,a=int8'

/** @type {import('../claims.js').Claim[]} */
export const ACCURACY = [
    {
        number: 2,
        taught: `int8 has ${QUOTED.accuracy} accuracy and runs ${QUOTED.faster} times faster.`,
        so: () => 'No format has an accuracy or a speed. A model on data and on a machine has.',
        here: f =>
            say`int8 here: recall ${b(recall(f.result('int8')?.search?.[`recall@${f.k}`]))}; the demo network is right ${b(count(f.recipe(INT8)?.right))} times, in float32 ${count(f.network()?.report.float.right)}`,
        sign: 'measured',
        source: 'measured on this data, in this page',
        see: { title: 'Compare', state: { view: 'compare' } },
    },
    {
        number: 14,
        taught: 'Error compensation improves quantization.',
        so: f => {
            const [plain, fed] = [f.result('int4')?.error, f.result('int4:feedback=1')?.error]
            const isWorse = plain?.mse == null || fed?.mse == null ? null : fed.mse > plain.mse
            return `It moves error from sums along a row to single values. ${either(isWorse, 'Here the error of values rises.', 'Here the error of values does not rise.')}`
        },
        here: f => {
            const [plain, fed] = [f.result('int4')?.error, f.result('int4:feedback=1')?.error]
            return say`int4: MSE ${fig(plain?.mse)} becomes ${b(fig(fed?.mse))}; error of running sums ${fig(plain?.prefix_sum_rmse)} becomes ${b(fig(fed?.prefix_sum_rmse))}`
        },
        sign: 'measured',
        source: 'noise shaping: error feedback makes white noise high-pass',
        see: { title: 'Simulator', state: { view: 'simulator', a: 'int4', b: 'int4:feedback=1', both: true } },
    },
    {
        number: 28,
        taught: 'Dynamic quantization makes a convolutional network four times smaller, and training made it faster.',
        so: () =>
            'Dynamic quantization of common tools leaves convolutions alone. Training gives accuracy, not speed: the codes are the same size.',
        here: f => {
            const [dynamic, trained] = [f.recipe('dynamic:w=int3,a=int8'), f.recipe('qat:w=int3,a=int8')]
            const after = trained
                ? say`; trained ${b(count(trained.right))} right in ${count(trained.bytes.total)} bytes`
                : ['; train in the lesson on methods to see the other']
            return [
                ...say`int3, dynamic: ${b(count(dynamic?.right))} right in ${count(dynamic?.bytes.total)} bytes`,
                ...after,
            ]
        },
        sign: 'measured',
        of: 'network',
        source: 'documentation of dynamic quantization: linear and recurrent layers',
        see: { title: 'Networks', state: { view: 'networks' } },
    },
    {
        number: 29,
        taught: `It pays back in ${QUOTED.months.from} to ${QUOTED.months.to} months.`,
        so: () => 'No source is given. It follows from your prices, which nobody else knows.',
        here: f => {
            const [one] = f.model('', ['int8'])
            return say`Without prices the months to pay back are ${b(fig(one.payback_months))}; enter yours in Plan`
        },
        sign: 'computed',
        source: 'your own figures',
        see: { title: 'Plan', state: { view: 'plan' } },
    },
    {
        number: 35,
        taught: `Eight bits give ${QUOTED.decibels}.`,
        so: f => {
            const at = f.at('data', 'int8:per=tensor', 0, -1, 1)
            return `Only values spread evenly over the whole range get that: ${decibel(at?.even_sqnr_db)} dB of ${count(at?.levels.length)} levels. Bell-shaped ones get less at their best range.`
        },
        here: f => {
            const [ours, layer] = [f.result('int8'), f.recipe(INT8)?.layers[0]]
            return say`The open vectors get ${b(decibel(ours?.error?.sqnr_db))} dB, the weights of a network’s first layer ${b(decibel(layer?.weight_sqnr_db))}`
        },
        sign: 'measured',
        source: 'the formula for uniform signals; measured for these',
        see: { title: 'Weights', state: { view: 'weights' } },
    },
    {
        number: 36,
        taught: `${count(QUOTED.samples.many)} samples give ${QUOTED.samples.manyRight}, ${count(QUOTED.samples.few)} give ${QUOTED.samples.fewRight}.`,
        so: () => 'Those accuracies were never measured.',
        here: f => {
            const right = (/** @type {number} */ n) => count(f.recipe(`${INT8},calibrate=${n}`)?.right)
            return say`${count(QUOTED.samples.many)} pictures: ${b(right(QUOTED.samples.many))} right; ${count(QUOTED.samples.few)} pictures: ${b(right(QUOTED.samples.few))}`
        },
        sign: 'measured',
        of: 'network',
        source: 'measured on the demo network',
        see: { title: 'Networks', state: { view: 'networks' } },
    },
]
