// What is on screen: which specs, their rows, the frontier, what fits, the order and the copied text; and the words.
import { beforeAll, expect, test } from 'vitest'
import { asText, figures, sorted } from '../../web/state/figures.js'
import { neighbourRows } from '../../web/simulator/neighbours.js'
import { placeLabels } from '../../web/compare/labels.js'
import { frontier, recallFoot, rowsOf, sameMeasured, unchanged, whatFits } from '../../web/state/rows.js'
import { bookOf, changed, shownSpecs } from '../../web/state/specs.js'
import { lostCaption, lostSentence, memorySentence, ranksOf } from '../../web/text/pair-sentences.js'
import { command } from '../../web/text/sentences.js'
import { findingsOf } from '../../web/frame/findings.js'
import { INITIAL } from '../../web/state/state.js'
import { newCore } from './core.js'

/** @type {import('../../web/state/specs.js').Book} */
let book
beforeAll(async () => {
    book = bookOf(await newCore())
})

const base = { rows: 2000, dim: 512 }
const empty = { a: '', b: '', specs: [] }

/** Rows of the defaults, with made-up recalls from the first downwards. */
function madeRows() {
    const shown = shownSpecs(book, empty)
    const measured = new Map(
        shown.specs.map((spec, i) => [
            spec,
            {
                result: {
                    spec,
                    error: { mse: i, sqnr_db: 60 - i },
                    search: { 'recall@10': 1 - i / 100, 'recall@1': 1 },
                },
                seconds: {},
            },
        ]),
    )
    return rowsOf(book, shown, base, measured, null)
}

test('by default the well-known specs are shown, the reference first, and a first pair', () => {
    const shown = shownSpecs(book, empty)
    expect(shown.specs.length).toBeGreaterThanOrEqual(12)
    expect(shown.specs[0]).toBe(shown.reference)
    expect(shown.specs).toContain(shown.a)
    expect(shown.specs).toContain(shown.b)
    expect(new Set(shown.specs).size).toBe(shown.specs.length)
})

test('chosen specs are shown in their canonical form, wrong ones are told', () => {
    const [reference, second] = book.defaults.specs
    const shown = shownSpecs(book, { a: second.toUpperCase(), b: 'nonsense', specs: ['int9', second] })
    expect(shown).toMatchObject({ a: second, b: '', specs: [reference, second] })
    expect(shown.wrong).toEqual(
        ['int9', 'nonsense'].map(spec => ({ spec, message: book.info(spec).problem?.message })),
    )
    expect(shown.wrong[0].message).toContain('int9')
    expect(shownSpecs(book, empty).wrong).toEqual([])
})

test('an option is changed, and those that stay possible stay', () => {
    const spec = book.defaults.specs.find(one => one.includes('map='))
    const { info } = book.info(spec ?? '')
    if (!info) throw new Error('no such default')
    const option = info.options.find(one => one.name === 'per')
    const other = option?.values?.find(value => value !== option.value && value !== option.default)
    const next = changed(book, info, { option: 'per', value: other })
    expect(book.info(next).info?.options.find(one => one.name === 'per')?.value).toBe(other)
    expect(next).toContain('map=')
    for (const { name } of book.formats) expect(book.canonical(changed(book, info, { format: name }))).toBeDefined()
})

test('a row that has not changed is the object it was, so that it is not drawn again', () => {
    const shown = shownSpecs(book, empty)
    const before = rowsOf(book, shown, base, new Map(), null)
    expect(unchanged(before, rowsOf(book, shown, base, new Map(), null))).toBe(before)
    const progress = { spec: 1, name: shown.specs[1], stage: 'encode', done: 50, total: 200 }
    const next = unchanged(before, rowsOf(book, shown, base, new Map(), progress))
    expect(next.map((row, i) => row === before[i])).toEqual(next.map((_, i) => i !== 1))
    const made = madeRows()
    expect(unchanged(made, before).some((row, i) => row === made[i])).toBe(false)
    const found = () => ({ result: { spec: 'int8', error: { mse: 1 } }, seconds: { encode: 0.5 } })
    const old = found()
    expect(sameMeasured(old, found())).toBe(old)
    const timed = { ...found(), seconds: { encode: 0.25 } }
    expect(sameMeasured(old, timed)).toBe(timed)
})

test('rows wait until they are measured, their ledger there at once', () => {
    const shown = shownSpecs(book, empty)
    const progress = { spec: 1, name: shown.specs[1], stage: 'encode', done: 50, total: 200 }
    const rows = rowsOf(book, shown, base, new Map(), progress)
    expect(rows[0]).toMatchObject({ at: 'waiting', reference: true, saving: 1, letter: '' })
    expect(rows[1]).toMatchObject({ at: 'running', share: 0.25, now: 'encoding' })
    expect(rows.every(row => row.bytes.total > 0)).toBe(true)
    expect(rows.find(row => row.letter === 'A')?.spec).toBe(shown.a)
})

test('nothing on the frontier is beaten', () => {
    const rows = madeRows()
    const best = frontier(rows, 10, false)
    expect(best.has(rows[0].spec)).toBe(true)
    for (const row of rows.filter(one => best.has(one.spec)))
        for (const other of rows)
            expect(
                other.search['recall@10'] > row.search['recall@10'] && other.bytes.per_row < row.bytes.per_row,
            ).toBe(false)
})

test('the smallest that has the recall and the room is what fits', () => {
    const rows = madeRows()
    const want = { vectors: 1000, dim: 512, memory: Infinity, disk: Infinity, least: 0.97, k: 10 }
    const { best, below } = whatFits(book, rows, want)
    expect(best?.row.search['recall@10']).toBeGreaterThanOrEqual(0.97)
    expect(below?.bytes.total ?? 0).toBeLessThan(best?.bytes.total ?? 0)
    expect(whatFits(book, rows, { ...want, memory: 0 })).toMatchObject({ best: undefined, below: undefined })
    const none = whatFits(book, rows, { ...want, least: 2 })
    expect(none.best).toBeUndefined()
    expect(none.below?.row.spec).toBe(rows[0].spec)
})

test('the lower end of the interval decides what fits, and nothing is final while a row is waited for', () => {
    const size = (/** @type {string} */ spec) => book.ledger(spec, 1000, 64).total
    const [truth, large, ...others] = book.defaults.specs
    const small = /** @type {string} */ (others.find(spec => size(spec) < size(large)))
    const shown = shownSpecs(book, { a: small, b: large, specs: [small, large] })
    /** @type {(recall: number, low: number) => any} */
    const found = (recall, low) => ({
        error: { mse: 1 },
        search: { 'recall@10': recall, 'recall@10_ci95': [low, 1] },
    })
    const measured = new Map([
        [small, { result: { spec: small, ...found(0.96, 0.94) }, seconds: {} }],
        [large, { result: { spec: large, ...found(0.97, 0.955) }, seconds: {} }],
    ])
    const want = { vectors: 1000, dim: 64, memory: 1e9, disk: 0, least: 0.95, k: 10 }
    const rows = rowsOf(book, shown, { rows: 1000, dim: 64 }, measured, null)
    const answer = whatFits(book, rows, want)
    expect(answer).toMatchObject({
        best: { row: { spec: large } },
        unsure: { row: { spec: small } },
        isFinal: false,
    })
    measured.set(truth, { result: { spec: truth, ...found(1, 1) }, seconds: {} })
    const all = rowsOf(book, shown, { rows: 1000, dim: 64 }, measured, null)
    expect(whatFits(book, all, want).isFinal).toBe(all.every(row => row.at === 'done'))
})

test('one finding says why specs are not measured, however many they are', () => {
    const nan = 'row 31, column 5 is NaN, for which this format has no code; repair or drop that row'
    const rows = ['p', 'q', 'r', 's', 't'].map(spec => ({ spec, at: spec === 's' ? 'done' : 'problem', now: nan }))
    const note = { id: 'x', level: /** @type {const} */ ('note'), spec: 's', text: 'about s' }
    const other = { ...note, spec: 'elsewhere' }
    const list = findingsOf([note, other], rows, ['p', 'q', 'r', 's', 't'])
    expect(list.map(({ level, text }) => [level, text])).toEqual([
        ['error', 'row 31, column 5 is NaN: p, q, r, t are not measured'],
        ['note', 'about s'],
    ])
    const many = Array.from({ length: 9 }, (_, i) => ({ spec: `f${i}`, at: 'problem', now: nan }))
    expect(
        findingsOf(
            [],
            many,
            many.map(({ spec }) => spec),
        )[0].text,
    ).toBe('row 31, column 5 is NaN: f0, f1, f2 and 6 other specs are not measured')
})

test('the reference stays first and unknown figures come last, whatever the order', () => {
    const rows = madeRows()
    rows[2].error = null
    const list = figures(10)
    for (const figure of list)
        for (const sort of [figure.id, `-${figure.id}`]) expect(sorted(rows, list, sort)[0]).toBe(rows[0])
    const byNoise = sorted(rows, list, '-sqnr')
    expect(byNoise.at(-1)).toBe(rows[2])
    expect(sorted(rows, list, '')).toEqual(rows)
    expect(sorted(rows, list, 'bytes')[1].bytes.per_row).toBe(
        Math.min(...rows.slice(1).map(row => row.bytes.per_row)),
    )
})

test('copied text has a line for each spec', () => {
    const rows = madeRows()
    const csv = asText(rows, figures(10), 'csv').trimEnd().split('\n')
    expect(csv).toHaveLength(rows.length + 1)
    expect(csv[0]).toContain('Recall@10 (measured)')
    expect(csv.some(line => line.startsWith('"'))).toBe(true)
    const markdown = asText(rows, figures(10), 'markdown').trimEnd().split('\n')
    expect(markdown).toHaveLength(rows.length + 2)
    expect(new Set(markdown.map(line => line.split('|').length)).size).toBe(1)
})

/** What a reader sees of a sentence. @param {import('../../web/text/pair-sentences.js').Piece[]} pieces */
const read = pieces =>
    pieces.map(one => (typeof one === 'string' ? one : 'letter' in one ? one.letter : one.bold)).join('')

test('sentences', () => {
    const row = (/** @type {string} */ spec, /** @type {number} */ total) =>
        /** @type {any} */ ({ spec, saving: 4000 / total, bytes: { total } })
    expect(read(memorySentence(row('x', 1000), row('y', 502)))).toBe('B takes half the memory of A. ')
    expect(read(memorySentence(row('x', 500), row('y', 1750)))).toBe('A takes 3.50 times less memory than B. ')
    expect(read(memorySentence(row('x', 500), row('y', 500)))).toBe('A and B take the same memory. ')
    expect(read(memorySentence(row('x', 500), row('x', 500)))).toBe('A and B are the same spec. ')
    const lost = (/** @type {[number, number][]} */ ...pairs) => ({ of: 1000, lost: pairs })
    expect(read(lostSentence(lost([0, 10]), lost([1, 8], [2, 10]), 10))).toBe(
        'Of 1,000 true neighbours A loses 1 and B loses 2, all of them ranked eighth to tenth.',
    )
    expect(
        ranksOf(
            [
                [0, 9],
                [2, 10],
            ],
            10,
        ),
    ).toBe(', all of them ranked ninth or tenth')
    expect(ranksOf([[0, 10]], 10)).toBe(', ranked tenth')
    expect(read(lostSentence(lost(), lost(), 10))).toBe('Of 1,000 true neighbours neither loses any.')
    const none = { of: 0, lost: [] }
    expect(read(lostSentence(none, none, 10))).toBe('There are too few vectors to search.')
    expect(ranksOf([[0, 1]], 10)).toBe('')
    expect(lostCaption(lost([4, 8], [4, 10]))).toEqual({
        head: '2 of 1,000 lost',
        rest: ', in 1 query, none among the first seven ranks',
    })
})

test('the command names the files and the specs', () => {
    const data = /** @type {any} */ ({ base: { name: 'my file.npy' }, queries: { name: 'q.npy' } })
    expect(command(data, INITIAL, { specs: ['x:per=dim'] })).toBe(
        "quantscope sweep 'my file.npy' -q q.npy -s x:per=dim -k 10 --metric cosine --seed 0",
    )
})

test('neighbours: what was lost and what came in', () => {
    const near = {
        truth: { rows: [5, 6, 7, 8], scores: [0.9, 0.8, 0.7, 0.6] },
        results: [
            { spec: 'x', rows: [5, 8, 6], ranks: [1, 4, 2], scores: [0.9, 0.6, 0.8] },
            { spec: 'y', rows: [5, 6, 99], ranks: [1, 2, null], scores: [0.9, 0.8, null] },
        ],
    }
    const rows = neighbourRows(near, 'x', 'y', 3)
    expect(rows?.truth.map(row => [row.row, row.placeA, row.placeB, row.lostA, row.lostB])).toEqual([
        [5, 1, 1, false, false],
        [6, 3, 2, false, false],
        [7, null, null, true, true],
    ])
    expect(rows?.came.map(row => [row.row, row.rank, row.placeA, row.placeB])).toEqual([
        [8, 4, 2, null],
        [99, null, null, 3],
    ])
    expect(neighbourRows(near, 'x', 'missing', 3)).toBeNull()
    expect(neighbourRows(null, 'x', 'y', 3)).toBeNull()
})

test('no label lies over another or outside', () => {
    const points = Array.from({ length: 30 }, (_, i) => ({
        id: `${i}`,
        x: 40 + ((i * 97) % 800),
        y: 20 + ((i * 31) % 250),
        width: 140,
        short: 0,
        first: i % 3 === 0,
    }))
    const sides = placeLabels(points, { left: 0, right: 900, top: 0, bottom: 300 })
    expect(sides.size).toBeGreaterThan(5)
    expect(sides.size).toBeLessThan(30)
    const crowd = points.map(point => ({ ...point, x: 450, y: 150 }))
    expect(placeLabels(crowd, { left: 0, right: 900, top: 0, bottom: 300 }).size).toBeLessThan(9)
    const lettered = crowd.map(point => (point.id === '7' ? { ...point, short: 9 } : point))
    const area = { left: 430, right: 470, top: 0, bottom: 300 }
    expect([...placeLabels(lettered, area)]).toEqual([['7', { side: 'r', isShort: true }]])
})

test('the foot of the recall scale is set by the frontier, not by what lies far behind it', () => {
    const rows = madeRows()
    const foot = recallFoot(rows, 10)
    const best = frontier(rows, 10, false)
    for (const row of rows.filter(one => best.has(one.spec)))
        expect(row.search['recall@10']).toBeGreaterThanOrEqual(foot)
    const behind = { ...rows[0], letter: '', spec: 'behind', search: { 'recall@10': 0.01 } }
    expect(recallFoot([...rows, /** @type {any} */ (behind)], 10)).toBe(foot)
    expect(recallFoot([...rows, /** @type {any} */ ({ ...behind, letter: 'A' })], 10)).toBe(0)
})
