// Lessons on what is made for search: one bit, product quantization, rescoring; measured on the open vectors.
import { bits, count, either, fig, recall, size } from '../say.js'

/** @typedef {import('../lessons.js').Facts} Facts */

const BINARY = 'binary:query=f32'
const found = (/** @type {Facts} */ f, /** @type {string} */ spec) => f.result(spec)?.search?.[`recall@${f.k}`]

/** Recall by spec. @type {(f: Facts, rows: [string, string][], head: string) => import('../lessons.js').Table} */
const recalls = (f, rows, head) => ({
    caption: `${head}, by recall`,
    head: [head, 'Bits per value', `Recall@${count(f.k)}`],
    sign: 'measured',
    rows: rows.map(([spec, name]) => ({
        name,
        cells: [bits(f.result(spec)?.bytes?.bits_per_value), recall(found(f, spec))],
        bar: found(f, spec) ?? null,
    })),
})

/** @type {import('../lessons.js').Lesson[]} */
export const SEARCH = [
    {
        id: 'binary',
        title: 'One bit and three values',
        text: f => {
            const [plain, rotated, centred] = [
                BINARY,
                'binary:rotate=hadamard,query=f32',
                'binary:center=mean,query=f32',
            ].map(spec => found(f, spec))
            const known = plain != null && rotated != null && centred != null
            return [
                'The sign alone, one bit a value, keeps the direction of a vector roughly. Comparing two is counting the bits that differ. Ternary adds a zero and twice the memory.',
                `Subtracting the mean or rotating first is often advised, so that every bit says something; whether it helps depends on the data. ${either(
                    known ? rotated < plain && centred < plain : null,
                    'Here both lose recall.',
                    known && (rotated > plain || centred > plain)
                        ? 'Here at least one of them gains recall.'
                        : 'Here neither gains recall.',
                )}`,
            ]
        },
        formulas: f => [
            {
                text: `{${count(f.bytes('f32').per_row)}}/{${count(f.bytes('binary').per_row)}} = ${fig(f.format('f32').bits_per_value / f.format('binary').bits_per_value)}`,
                note: 'bytes of a vector in float32 and in one bit, and how many times smaller',
            },
        ],
        table: f =>
            recalls(
                f,
                [
                    [BINARY, 'bits of the values'],
                    ['binary:rotate=hadamard,query=f32', 'rotated first'],
                    ['binary:center=mean,query=f32', 'mean subtracted'],
                    ['rabitq', 'both, with lengths (rabitq)'],
                    ['ternary', 'ternary'],
                ],
                'float32 query',
            ),
        see: [{ title: 'Compare', state: { view: 'compare', specs: [BINARY, 'rabitq', 'ternary'] } }],
    },
    {
        id: 'pq',
        title: 'Product quantization',
        text: f => [
            `Cut a vector into pieces and store, for each piece, the number of the nearest of ${count(f.format('int8').codes)} typical pieces. The typical pieces, the codebooks, are learned from the data and shared by all vectors, so they weigh little when there are many vectors and much when there are few.`,
        ],
        formulas: f => {
            const one = pieces(f, f.rows)
            return [
                {
                    text: `${count(one?.per_row_codes)} + {${count(one?.params)}}/{${count(f.rows)}} = ${fig(one?.each)}`,
                    note: 'bytes a vector of pq:m=64 over the open vectors: codes, and a share of the codebooks',
                },
            ]
        },
        table: f => ({
            caption: 'What a vector takes by how many share the codebooks',
            head: ['Vectors', 'Codes', 'Codebooks', 'Bytes a vector'],
            sign: 'computed',
            rows: [2e3, 1e4, 1e5, 1e6].map(rows => {
                const one = pieces(f, rows)
                return { name: count(rows), cells: [size(one?.codes), size(one?.params), fig(one?.each)] }
            }),
            note: pieces(f, f.rows) ? '' : 'The open vectors cannot be cut into so many equal pieces.',
        }),
        see: [
            { title: 'Simulator', state: { view: 'simulator', a: 'int4', b: 'pq:m=64', both: true } },
            { title: 'Compare', state: { view: 'compare' } },
        ],
    },
    {
        id: 'rescoring',
        title: 'Rescoring',
        text: () => [
            'Let small codes find candidates, then compare those few in full. Recall comes back nearly whole, but the originals have to be stored somewhere: on disk they cost reading, not memory.',
        ],
        formulas: f => {
            const { total, originals } = f.bytes('binary:rescore=4')
            return [
                {
                    text: `${size(total)} + ${size(originals)}`,
                    note: 'codes in memory and originals on disk, of the open vectors',
                },
            ]
        },
        table: f =>
            recalls(
                f,
                [
                    ['binary', 'no candidates beyond those wanted'],
                    ['binary:rescore=2', 'twice as many'],
                    ['binary:rescore=4', 'four times as many'],
                    ['binary:rescore=8', 'eight times as many'],
                ],
                'binary, candidates',
            ),
        see: [
            {
                title: 'Compare',
                state: { view: 'compare', specs: ['binary', 'binary:rescore=2', 'binary:rescore=4'] },
            },
        ],
    },
]

/** The bytes of pq, if the dims can be cut so. @param {Facts} f @param {number} rows */
function pieces(f, rows) {
    try {
        const { codes, params, total } = f.bytes('pq:m=64', rows)
        const one = f.bytes('pq:m=64', 1)
        return { codes, params, each: total / rows, per_row_codes: one.codes }
    } catch {
        return null
    }
}
