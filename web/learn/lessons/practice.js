// Lessons on use: energy, what to choose, what hardware does with it, and which tools do what.
import { billions, count, energy, fig, recall, size } from '../say.js'

/** @typedef {import('../lessons.js').Facts} Facts */

/** One multiplication with its addition, and one value read from DRAM, by format. @param {Facts} f */
const operations = f => f.model('params=1\ncontext=0', ['f32', 'f16', 'int8'])

const stops = (/** @type {Facts} */ f) => f.book.defaults.stops.filter(one => one.use)

/** @type {{ tool: string, format: string, setting: string }[]} */
const TOOLS = [
    { tool: 'llama.cpp', format: 'q4_k', setting: 'llama-quantize' },
    { tool: 'PyTorch', format: 'int8:map=affine,per=tensor', setting: 'torch.ao, torchao' },
    { tool: 'bitsandbytes', format: 'nf4', setting: 'load in four bits' },
    { tool: 'TensorRT, ONNX Runtime', format: 'int8', setting: 'quantize and dequantize nodes' },
    { tool: 'Faiss', format: 'pq:m=64', setting: 'IndexPQ, ScalarQuantizer' },
    { tool: 'Qdrant, Elasticsearch', format: 'binary:rescore=4', setting: 'binary quantization, oversampling' },
    { tool: 'MX hardware', format: 'mxfp4', setting: 'OCP microscaling' },
]

/** @type {import('../lessons.js').Lesson[]} */
export const PRACTICE = [
    {
        id: 'energy',
        title: 'Energy',
        text: () => [
            'A small integer multiplication takes a fraction of the energy of a float one. Fetching the number from memory takes far more than either, so the bytes moved decide, not the arithmetic.',
        ],
        formulas: f => {
            const [float] = operations(f)
            return [
                {
                    text: `${energy(float.arithmetic_j)} < ${energy(float.memory_j[0])}`,
                    note: 'a float32 multiplication with its addition, and reading its weight from DRAM, at least',
                },
            ]
        },
        table: f => ({
            caption: 'Energy of one weight: arithmetic, and reading it from DRAM',
            head: ['Energy of a weight', 'Multiply and add', 'Read, at least', 'Read, at most'],
            sign: 'computed',
            rows: operations(f).map(({ spec, arithmetic_j: sum, memory_j: [low, high] }) => ({
                name: spec,
                cells: [energy(sum), energy(low), energy(high)],
            })),
            note: 'Computed from Horowitz, ISSCC; not measured on this device.',
        }),
        see: [
            { title: 'Plan', state: { view: 'plan' } },
            { title: 'Networks', state: { view: 'networks' } },
        ],
    },
    {
        id: 'when',
        title: 'When to use which',
        text: () => [
            'Start from what must fit and what may be lost, and measure. As a first guess: float16 where half is enough; int8 with a scale for each row nearly always; int4 in blocks for weights; one bit with rescoring for large indexes. Train when three bits or fewer must do.',
            'Consider: test on your own task; rows at hand may not be those to come; figures of averages hide single losses; pruning and distillation change the network itself and can be combined with all of this.',
        ],
        table: f => {
            const shown = [
                ['int8:map=offset,per=dim', 'embeddings, memory is enough'],
                ['binary:rescore=4', 'embeddings beyond memory'],
                ['int4:map=offset,per=dim', 'embeddings, in between'],
            ]
            const prune = f.recipe('prune:w=f32,bits=8')
            const int8 = f.recipe('static:w=int8,a=int8')
            return {
                caption: 'First guesses, measured',
                head: ['You have', 'Try first', 'Measured here'],
                sign: 'measured',
                rows: [
                    ...shown.map(([spec, name]) => ({
                        name,
                        cells: [spec, `recall ${recall(f.result(spec)?.search?.[`recall@${f.k}`])}`],
                    })),
                    {
                        name: 'a small network',
                        cells: [
                            'static int8',
                            `${count(int8?.right)} of ${count(f.network()?.report.data.samples)} right, ${size(int8?.bytes.total)}`,
                        ],
                    },
                    {
                        name: 'the same, pruned instead',
                        cells: ['prune', `${count(prune?.right)} right, ${size(prune?.bytes.total)}`],
                    },
                ],
            }
        },
        see: [
            { title: 'Compare', state: { view: 'compare' } },
            { title: 'Plan', state: { view: 'plan' } },
        ],
    },
    {
        id: 'hardware',
        title: 'What hardware does with it',
        text: f => {
            const used = f.backends().find((/** @type {{ used: boolean }} */ one) => one.used)
            return [
                `This page computes with ${used?.title ?? 'plain C'}. A unit that multiplies many int8 pairs at once (VNNI, NEON dot products, tensor cores) does in one instruction what takes four or more in float32; a program without such instructions gains memory and no speed.`,
                'When each value is used once, as in search or in generating one token, memory traffic is the limit and smaller codes are faster in proportion. When each value is used often, as in large batches, arithmetic is the limit and the format counts only if the hardware multiplies it. bfloat16 keeps the exponents of float32 and so needs no scale; its products are still summed in float32.',
            ]
        },
        table: f => {
            const limits = f.limits()
            const rows = [
                { name: 'float32, multiply and add', value: limits?.f32 },
                { name: 'int8, multiply and add', value: limits?.int8 },
                { name: 'one bit, compare', value: limits?.bits },
            ]
            const most = Math.max(...rows.map(one => one.value ?? 0))
            return {
                caption: 'What one worker of this page does in a second at most',
                head: ['One worker', 'A second'],
                sign: 'measured',
                rows: [
                    ...rows.map(({ name, value }) => ({
                        name,
                        cells: [billions(value)],
                        bar: value ? value / most : null,
                    })),
                    { name: 'memory read', cells: [limits ? size(limits.read) : fig(null)] },
                ],
                note: 'Operations on registers without memory, and memory without operations; times vary from run to run.',
            }
        },
        see: [{ title: 'Simulator', state: { view: 'simulator' } }],
    },
    {
        id: 'tools',
        title: 'Tools',
        text: () => [
            'Engines and toolkits use the same formats under other names. What a setting really does (the range, the rounding, which code is left out) differs, and so do results: measure with the settings of the engine that will run it.',
            'Pruning removes values, distillation trains a smaller network on the answers of a larger one, quantization stores values in fewer bits. They can be combined; Networks measures pruning beside them.',
        ],
        table: f => ({
            caption: 'Which tool takes which format',
            head: ['Tool', 'Format', 'Its setting', 'Bits per value'],
            sign: 'computed',
            rows: TOOLS.map(({ tool, format, setting }) => ({
                name: tool,
                cells: [format, setting, bitsOf(f, format)],
            })),
            note: stops(f)
                .map(one => `${one.use}${one.source ? ` (${one.source})` : ''}`)
                .slice(0, 3)
                .join('; '),
        }),
        see: [
            { title: 'Compare', state: { view: 'compare' } },
            { title: 'Networks', state: { view: 'networks' } },
        ],
    },
]

/** @type {(f: Facts, spec: string) => string} */
function bitsOf(f, spec) {
    try {
        return fig(f.bytes(spec).bits_per_value)
    } catch {
        return fig(null)
    }
}
