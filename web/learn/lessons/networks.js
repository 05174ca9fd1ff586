// Lessons on networks: calibration, methods, and the product of whole numbers; measured on the demo network.
import { count, fig } from '../say.js'

/** @typedef {import('../lessons.js').Facts} Facts */

const INT8 = 'static:w=int8,a=int8'
const CALIBRATED = ['calibrate=1', 'calibrate=10', 'calibrate=100', 'calibrate=1000']
/** The second layer: what enters it depends on the picture. */
const LAYER = 1
const right = (/** @type {any} */ one) => count(one?.right)
const see = [{ title: 'Networks', state: { view: 'networks' } }]

/** @type {import('../lessons.js').Lesson[]} */
export const NETWORKS = [
    {
        id: 'calibration',
        title: 'Calibration',
        of: 'network',
        text: () => [
            'Weights are known, so their ranges are known. What flows between layers depends on the input, so its range is measured on samples first. More samples find rarer extremes; a few are enough to start.',
        ],
        formulas: f => {
            const layer = f.recipe(INT8)?.layers[LAYER]
            return [
                {
                    text: `s = {${fig(layer?.a.hi)} − ${fig(layer?.a.lo)}}/{${fig(f.format('int8').codes - 1)}} = ${fig(layer?.a.scale)}`,
                    note: `the scale of what enters ${layer?.name ?? 'the second layer'}, int8`,
                },
            ]
        },
        table: f => ({
            caption: 'Pictures to calibrate on, and what comes of it',
            head: [
                'Pictures',
                'Largest value',
                'Beyond it in the test',
                `Right of ${count(f.network()?.report.data.samples)}`,
            ],
            sign: 'measured',
            rows: CALIBRATED.map(option => {
                const one = f.recipe(`${INT8},${option}`)
                const layer = one?.layers[LAYER]
                return {
                    name: count(Number(option.split('=')[1])),
                    cells: [fig(layer?.a.hi), layer ? fig(layer.clipped_share, 3) : fig(null), right(one)],
                }
            }),
            note: 'The third column is the share of values that are clipped.',
        }),
        see,
    },
    {
        id: 'methods',
        title: 'After training, while training, on the fly',
        of: 'network',
        trains: true,
        text: () => [
            'Static: ranges of activations are fixed beforehand from samples. Dynamic: each input’s range is taken as it comes, which needs no samples and costs a pass over the values. Weights only: activations stay float32. All three change a finished network.',
            'Quantization-aware training rounds in every step and lets the gradient pass as if it had not, so that weights move to where rounding loses less. Learned steps train the scales too. What they gain has to be compared with the float32 network trained on as long.',
        ],
        formulas: () => [
            {
                text: 'w ← w − η · {∂E}/{∂ŵ}',
                note: 'the straight-through step: the gradient at the rounded weight ŵ moves the weight w that is not rounded',
            },
        ],
        table: f => {
            const report = f.network()?.report
            const all = report?.data.samples
            const rows = [
                { name: 'float32', one: report?.float },
                { name: 'weights only', one: f.recipe('weights:w=int3') },
                { name: 'dynamic', one: f.recipe('dynamic:w=int3,a=int8') },
                { name: 'static', one: f.recipe('static:w=int3,a=int8') },
                { name: 'static, GPTQ', one: f.recipe('static:w=int3,a=int8,rounding=gptq') },
                { name: 'quantization-aware training', one: f.recipe('qat:w=int3,a=int8') },
                { name: 'learned steps', one: f.recipe('lsq:w=int3,a=int8') },
                { name: 'float32, trained on as long', one: f.control() },
            ]
            return {
                caption: 'int3 weights by method',
                head: ['int3', 'Interval', `Right of ${count(all)}`],
                sign: 'measured',
                rows: rows.map(({ name, one }) => ({
                    name,
                    cells: [
                        one?.accuracy_ci95
                            ? `${fig(one.accuracy_ci95[0], 3)} to ${fig(one.accuracy_ci95[1], 3)}`
                            : fig(null),
                        right(one),
                    ],
                    bar: one?.accuracy ?? null,
                })),
                note: f.isTrained() ? '' : 'The last three are trained when you ask for it.',
            }
        },
        see,
    },
    {
        id: 'product',
        title: 'The integer matrix product',
        of: 'network',
        text: () => [
            'Codes can be multiplied without decoding them. The product of two affine codes has four terms; two depend on weights alone and are added to the bias beforehand, and one vanishes when weights are symmetric. What is left is integers, summed in int32, and one multiplication by both scales at the end.',
        ],
        formulas: f => {
            const found = f.product(INT8, LAYER, 0, 0)
            const [terms, sum] = [found?.terms, found?.sum]
            return [
                {
                    text: 'Σ(q − z) · w = Σ q · w − z · Σ w',
                    note: 'q: codes of the input, z: their zero point, w: codes of symmetric weights',
                },
                {
                    text: `${fig(terms?.wx, 9)} − ${fig(terms?.zero_w, 9)} + ${fig(terms?.bias, 9)} = ${fig(sum, 9)}`,
                    note: `the first picture and the first output of ${found?.layer ?? 'the second layer'}: products, zero point, bias, sum`,
                },
            ]
        },
        table: f => {
            const layers = f.recipe(INT8)?.layers ?? []
            return {
                caption: 'The largest sums of the integer products',
                head: ['int8 weights', 'Values of a sum', 'Largest sum'],
                sign: 'measured',
                rows: layers.map((/** @type {any} */ layer, /** @type {number} */ i) => ({
                    name: layer.name,
                    cells: [count(f.network()?.chain.layers[i].weights[1]), count(layer.peak_acc)],
                })),
                note: `An int32 counts to ${count(2 ** 31 - 1)}.`,
            }
        },
        see,
    },
]
