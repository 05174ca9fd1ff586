// Lessons on ranges: where levels lie, what is clipped, what shares a scale, outliers, ways of rounding.
import { ruleOf } from '../facts.js'
import { bits, count, decibel, either, fig, per, recall } from '../say.js'

/** @typedef {import('../lessons.js').Facts} Facts */

const PER = 'per=dim'
const SYM = `int4:${PER}`
const OFFSET = `int4:map=offset,${PER}`
const WEIGHTS = 'int4:per=tensor'

/** The dim that leans furthest to one side, under both maps. @param {Facts} f */
function lopsided(f) {
    const found = f.study('data', OFFSET, 'lopsided')
    const mirrored = found && f.study('data', SYM, found.group)
    return { group: found?.group, offset: ruleOf(found, 'minmax')?.at, sym: ruleOf(mirrored, 'minmax')?.at, found }
}

/** How many levels lie where values are. @type {(at: any, low: number, high: number) => number | undefined} */
const used = (at, low, high) =>
    at?.levels.filter((/** @type {number} */ one) => one >= low - at.scale / 2 && one <= high + at.scale / 2).length

/** @type {import('../lessons.js').Lesson[]} */
export const RANGES = [
    {
        id: 'symmetric',
        title: 'Symmetric or asymmetric',
        text: () => [
            'Symmetric levels lie evenly around zero, and zero is one of them. That costs nothing in an integer product, but wastes levels where data leans to one side. An asymmetric map moves the levels to the data and stores one more number for it.',
            'Weights are mostly centred, so they take the symmetric map. Outputs of a ReLU are never centred.',
        ],
        formulas: f => {
            const { sym, offset } = lopsided(f)
            return [
                { text: `s = ${fig(sym?.scale)}`, note: `symmetric: ${decibel(sym?.sqnr_db)} dB` },
                { text: `s = ${fig(offset?.scale)}`, note: `offset: ${decibel(offset?.sqnr_db)} dB` },
            ]
        },
        levels: f => {
            const { sym, offset } = lopsided(f)
            if (!sym || !offset) return []
            const ends = { from: offset.lo, to: offset.hi, low: sym.lo, high: sym.hi }
            return [
                {
                    name: `symmetric: ${count(used(sym, offset.lo, offset.hi))} of ${count(sym.levels.length)} levels are used`,
                    levels: sym.levels,
                    ...ends,
                },
                {
                    name: `offset: ${count(used(offset, offset.lo, offset.hi))} of ${count(offset.levels.length)}`,
                    levels: offset.levels,
                    ...ends,
                },
            ]
        },
        caption:
            'The dim of the open vectors whose values lie furthest to one side; the tinted part is where values are.',
        see: [{ title: 'Range', state: { view: 'range', range: OFFSET } }],
    },
    {
        id: 'rounding',
        title: 'Rounding and clipping',
        of: 'weights',
        text: () => [
            'Two errors work against each other. A wide range rounds coarsely: half a step at most, and on average a twelfth of the step squared. A narrow range clips what lies beyond it, and that error has no limit. The best range is where their sum is least.',
        ],
        formulas: f => {
            const at = ruleOf(f.study('weights', WEIGHTS), 'mse')?.at
            return [
                {
                    text: `${fig(at?.rounding_mse)} + ${fig(at?.clipping_mse)} = ${fig(at?.mse)}`,
                    note: 'squared error of rounding and of clipping where their sum is least, for each value',
                },
            ]
        },
        table: f => {
            const found = f.study('weights', WEIGHTS)
            const names = [
                ['minmax', 'up to the largest value'],
                ['percentile', 'up to a percentile'],
                ['mse', 'least squared error'],
            ]
            return {
                caption: 'Ranges of one tensor and their errors',
                head: ['Range', 'Half-range', 'Clipped', 'SQNR, dB'],
                sign: 'computed',
                rows: names.map(([range, name]) => {
                    const at = ruleOf(found, range)?.at
                    return { name, cells: [fig(at?.hi), per(at?.clipped_share), decibel(at?.sqnr_db)] }
                }),
                note: found ? `${found.part}, ${WEIGHTS}` : '',
            }
        },
        see: [{ title: 'Range', state: { view: 'range', range: WEIGHTS } }],
    },
    {
        id: 'granularity',
        title: 'Granularity and effective bits',
        of: 'weights',
        text: () => [
            'One scale can serve a whole tensor, a row, a dim or a block of values. Smaller groups fit better, but every group’s scale is bits that its values pay for.',
        ],
        formulas: f => [
            {
                text: `${bits(f.bytes('int4').bits_per_value)}`,
                note: `bits per value of int4 with a float32 scale for each row of ${count(f.dim)}`,
            },
            {
                text: `${bits(f.bytes('q4_0', f.rows, 4096).bits_per_value)}`,
                note: 'bits per value of q4_0, a float16 scale for each block',
            },
        ],
        table: f => {
            const all = [
                ['int4:per=tensor', 'one scale'],
                ['int4', 'a scale for each row'],
                ['int4:per=block', 'a scale for each block'],
            ].map(([spec, name]) => ({ name, found: f.errors('weights', spec) }))
            const most = Math.max(...all.map(one => one.found?.error.sqnr_db ?? 0))
            return {
                caption: 'One tensor in int4, by what shares a scale',
                head: ['int4', 'Bits per value', 'SQNR, dB'],
                sign: 'measured',
                rows: all.map(({ name, found }) => ({
                    name,
                    cells: [bits(found?.bytes.bits_per_value), decibel(found?.error.sqnr_db)],
                    bar: found ? found.error.sqnr_db / most : null,
                })),
                note: all[0].found?.part,
            }
        },
        see: [
            { title: 'Range', state: { view: 'range', range: WEIGHTS } },
            { title: 'Weights', state: { view: 'weights' } },
        ],
    },
    {
        id: 'outliers',
        title: 'Outliers',
        of: 'weights',
        text: () => [
            'One value far out stretches the range for all others. It can be clipped, stored apart in float16, given a scale of its own row or block, or spread over its neighbours by a rotation. Which is best depends on what the value does: some outliers carry the meaning.',
        ],
        formulas: f => {
            const facts = f.facts('weights')
            return [
                {
                    text: `${fig(facts?.largest_sigma, 3)}`,
                    note: `standard deviations from the mean to the furthest value${facts ? ` of ${facts.part}` : ''}`,
                },
            ]
        },
        table: f => {
            const all = [
                ['int4:per=tensor', 'as it is'],
                ['int4:per=tensor,rotate=hadamard', 'rotated'],
                ['int4:per=tensor,range=mse', 'clipped'],
                ['int4:per=tensor,outliers=5', 'outliers apart'],
                ['int4', 'a scale for each row'],
            ].map(([spec, name]) => ({ name, found: f.errors('weights', spec) }))
            const most = Math.max(...all.map(one => one.found?.error.sqnr_db ?? 0))
            return {
                caption: 'One tensor in int4, by what is done about outliers',
                head: ['int4', 'Bits per value', 'SQNR, dB'],
                sign: 'measured',
                rows: all.map(({ name, found }) => ({
                    name,
                    cells: [bits(found?.bytes.bits_per_value), decibel(found?.error.sqnr_db)],
                    bar: found ? found.error.sqnr_db / most : null,
                })),
                note: all[0].found?.part,
            }
        },
        see: [
            { title: 'Range', state: { view: 'range', range: WEIGHTS } },
            { title: 'Simulator', state: { view: 'simulator' } },
        ],
    },
    {
        id: 'modes',
        title: 'Rounding modes',
        text: f => {
            const [nearest, random] = [f.result(OFFSET), f.result(`${OFFSET},round=stochastic`)].map(
                one => one?.error?.mse,
            )
            return [
                'Rounding to the nearest level has the least error. Truncation is biased: every value moves the same way. Stochastic rounding is right on average and noisier each time, which helps where many roundings are added up.',
                either(
                    nearest == null || random == null ? null : random > nearest,
                    'Here too, rounding to the nearest has less squared error than stochastic rounding.',
                    'On this data stochastic rounding has no more squared error, as next to nothing is rounded.',
                ),
            ]
        },
        formulas: f => {
            const rounds = f.study('data', OFFSET, 0)?.rounds
            const factor = (/** @type {string} */ name) =>
                rounds?.find((/** @type {{ round: string }} */ one) => one.round === name)?.factor
            return [
                {
                    text: `${fig(factor('even'), 3)} : ${fig(factor('stochastic'), 3)} : ${fig(factor('trunc'), 3)}`,
                    note: 'squared error of nearest, stochastic and truncated, over a twelfth of the step squared',
                },
            ]
        },
        table: f => ({
            caption: 'Ways of rounding, measured',
            head: ['int4 per dim', 'MSE', 'SQNR, dB', `Recall@${count(f.k)}`],
            sign: 'measured',
            rows: [
                [OFFSET, 'nearest, ties to even'],
                [`${OFFSET},round=trunc`, 'truncated'],
                [`${OFFSET},round=stochastic`, 'stochastic'],
            ].map(([spec, name]) => {
                const one = f.result(spec)
                return {
                    name,
                    cells: [
                        fig(one?.error?.mse),
                        decibel(one?.error?.sqnr_db),
                        recall(one?.search?.[`recall@${f.k}`]),
                    ],
                }
            }),
            note: 'Truncation moves all vectors alike, so the order of neighbours hardly changes.',
        }),
        see: [
            {
                title: 'Simulator',
                state: { view: 'simulator', a: OFFSET, b: `${OFFSET},round=stochastic`, both: true },
            },
        ],
    },
]
