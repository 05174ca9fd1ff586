// What the simulator says and where its keys lead, beside the core.
import { beforeAll, expect, test } from 'vitest'
import { bookOf, placeAmongStops, stopsFrom } from '../../web/state/specs.js'
import { stepsOf } from '../../web/simulator/follow.js'
import { neighboursOf } from '../../web/simulator/neighbours.js'
import { cut, stopSentence, textOf } from '../../web/simulator/sentence.js'
import { bitsText, stopBy, stopOfKey, stopsOf } from '../../web/simulator/stops.js'
import { windowOf } from '../../web/simulator/strip.js'
import { linesOf, summaryText } from '../../web/simulator/summary.js'
import { ordinalOf } from '../../web/text/numbers.js'
import { newCore } from './core.js'

/** @type {import('../../web/state/specs.js').Book} */
let book
beforeAll(async () => {
    book = bookOf(await newCore())
})

const base = { rows: 2000, dim: 512 }
const measuredAs = (/** @type {string[]} */ specs) =>
    /** @type {any} */ (
        new Map(
            specs.map(spec => [
                spec,
                {
                    result: { spec, error: { mse: 1, sqnr_db: 20.5 }, search: { 'recall@10': 0.9 } },
                    seconds: { search: 0.012 },
                },
            ]),
        )
    )

test('a stop is where it is, another spec lies by its bits, and stops come nearest first', () => {
    const stops = book.defaults.stops.map(stop => stop.spec)
    stops.forEach((spec, at) => expect(placeAmongStops(book, spec)).toEqual({ at, isStop: true }))
    expect(placeAmongStops(book, 'int4:per=tensor')).toEqual({ at: 6, isStop: false })
    expect(placeAmongStops(book, 'binary')).toEqual({ at: 9, isStop: false })
    expect(placeAmongStops(book, 'bf16')).toEqual({ at: 1, isStop: false })
    const order = stopsFrom(book, stops[6])
    expect(order[0]).toBe(stops[6])
    expect(new Set(order.slice(1, 3))).toEqual(new Set([stops[5], stops[7]]))
    expect(new Set(order)).toEqual(new Set(stops))
    expect(stopsFrom(book, 'int4:per=tensor')).toHaveLength(stops.length + 1)
})

test('keys lead to stops, and nowhere beyond the ends', () => {
    expect(
        ['Home', 'End', 'ArrowRight', 'ArrowUp', 'PageDown', 'PageUp', 'a'].map(key => stopOfKey(key, 6, 10)),
    ).toEqual([0, 9, 7, 5, 9, 3, null])
    expect(stopBy(1, 6.5, 10)).toBe(7)
    expect(stopBy(-1, 6.5, 10)).toBe(6)
    expect(stopBy(-1, 0, 10)).toBe(0)
    expect([1, 4, 32].map(bitsText)).toEqual(['1 bit', '4 bits', '32 bits'])
})

/** The sentence of a spec. @type {(spec: string, more?: any, known?: boolean) => string} */
function say(spec, more = {}, known = true) {
    const { row, bits, isStop } = stopsOf(book, spec, base, known ? measuredAs([spec]) : new Map(), null)
    const query = { k: 10, text: 'skirts', number: 20, lost: known ? 1 : null }
    const all = { queries: 100, of: 1000, lost: 28 }
    return textOf(stopSentence({ ...{ row, bits, isStop, query, all }, noun: 'sentence', rows: 2000, ...more }))
}

test('the sentence says what is saved and what is lost, or why that is not known', () => {
    const four = 'int4:map=offset,per=dim'
    const head = '4 bits instead of 32: 7.9 times less memory. '
    expect(say(four)).toBe(
        `${head}Of the ten sentences nearest to “skirts”, one is lost; over 100 queries, 28 of 1,000.`,
    )
    const query = { k: 10, text: '', number: 1234, lost: 0 }
    expect(say(four, { query, noun: 'row' })).toBe(
        `${head}Of the ten rows nearest to query 1,234, none is lost; over 100 queries, 28 of 1,000.`,
    )
    expect(say(four, {}, false)).toBe(`${head}What is lost is being measured.`)
    expect(say(four, { rows: 60 })).toContain('With 60 vectors a search finds nearly all of them again')
    expect(say('binary:query=f32')).toContain('1 bit instead of 32: 32 times less memory.')
    expect(say('f32')).toBe(
        '32 bits a number, float32: nothing saved, nothing lost. These are the ten sentences nearest to “skirts”.',
    )
    expect(say('int4:per=tensor')).toContain('int4:per=tensor instead of float32: 8.0 times less memory.')
    expect(say('binary:rescore=4')).toContain('less memory, and 4.1 MB of originals on disk.')
})

test('a query is cut after a word', () => {
    expect(cut('short')).toBe('short')
    const long = cut('a deeply committed highly partisan person who says so often')
    expect(long.length).toBeLessThanOrEqual(48)
    expect(long).toMatch(/^a deeply committed highly partisan person who…$/)
    expect(cut('x'.repeat(90))).toHaveLength(48)
})

test('what a spec lost and what came in, from the answer of a run', () => {
    const near = {
        truth: { rows: [5, 3, 9, 7], scores: [0.9, 0.8, 0.7, 0.6] },
        results: [{ spec: 's', rows: [5, 7, 3], ranks: [1, 4, 2], scores: [0.9, 0.6, 0.8] }],
    }
    const found = neighboursOf(near, 's', 3)
    expect(found?.lost.map(one => one.row)).toEqual([9])
    expect(found?.came.map(one => [one.row, one.rank, one.placeA])).toEqual([[7, 4, 2]])
    expect(neighboursOf(near, 'other', 3)).toBe(null)
    expect(neighboursOf(null, 's', 3)).toBe(null)
})

test('the strip holds the chosen dim and stays within the row', () => {
    expect([0, 63, 64, 511].map(dim => windowOf(dim, 512))).toEqual([0, 0, 64, 448])
    expect([0, 7].map(dim => windowOf(dim, 8))).toEqual([0, 0])
    expect(windowOf(99, 100)).toBe(36)
})

test('the summary has five formats with their use and source, as a table of text too', () => {
    const specs = book.defaults.stops.map(stop => stop.spec)
    const { stops } = stopsOf(book, specs[0], base, measuredAs(specs.slice(0, 4)), null)
    const lines = linesOf(stops, book.defaults.stops, 10)
    expect(lines.map(line => line.name)).toEqual(['float32', 'float16', 'int8', 'int4', 'binary'])
    expect(lines[2].cells).toEqual(['3.98×', '514', '0.900', '12'])
    expect(lines[4].cells).toEqual(['32.00×', '64', '–', '–'])
    for (const { use, source } of lines) expect(use.length * source.length).toBeGreaterThan(0)
    const tsv = summaryText(lines, 10, 'tsv').trimEnd().split('\n')
    expect(new Set(tsv.map(line => line.split('\t').length))).toEqual(new Set([6]))
    const markdown = summaryText(lines, 10, 'markdown').trimEnd().split('\n')
    expect(markdown).toHaveLength(7)
    expect(markdown[4]).toContain('| int8 (int8:map=offset,per=dim) | 3.98× | 514 | 0.900 | 12 | ')
})

test('one value is followed from its number to a rank', () => {
    const bits = {
        ...{ code: 6, value: 0.25, decoded_bits: '0x3e800000', relative_error: 0, formula: '6 * 0.5' },
        fields: [{ kind: 'integer', bits: '0110', meaning: '6', worth: [] }],
        between: { low_bits: null, high_bits: null, spacing: 0.5, at: 0 },
    }
    const mine = { values: [0.25], decoded: [0.25], lowest: [-1], highest: [1], count: 16 }
    const rank = { row: 1, rank: 10, now: 11, k: 10, query: '“skirts”' }
    const steps = stepsOf({ name: 'a row', dim: 0, mine, bits, column: { beyond: 0, rows: 9 }, rank })
    expect(steps.map(step => step.title)).toEqual(['Value', 'Range', 'Scale', 'Code', 'Bits', 'Decoded', 'Rank'])
    expect(steps[4].text).toBe('It is stored as 0110: 4 bits in place of 32.')
    expect(steps[6].text).toContain('from rank 10 to rank 11 and is lost.')
    const stays = stepsOf({ name: 'a', dim: 0, mine, bits, column: null, rank: { ...rank, now: 10 } })
    expect(stays[6].text).toContain('it stays at rank 10.')
    const none = stepsOf({
        name: 'a',
        dim: 0,
        mine: { ...mine, lowest: undefined },
        bits,
        column: null,
        rank: null,
    })
    expect(none[1].text).toContain('no range is fitted')
})

test('ordinals', () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 111, 1002].map(ordinalOf).join(' ')).toBe(
        '1st 2nd 3rd 4th 11th 12th 13th 21st 111th 1,002nd',
    )
})
