// The Range view's helpers, and the calibrator of its worker against plain counting.
import { expect, test } from 'vitest'
import {
    apart,
    column,
    gains,
    limits,
    moved,
    namesOf,
    numbered,
    outline,
    rangeText,
    shareText,
    stepsOf,
    windowOf,
} from '../../web/range/labels.js'
import { Calibrator } from '../../web/engine/calibrator.js'
import { asked, formatsFor, withFormat } from '../../web/range/spec.js'
import { bookOf } from '../../web/state/specs.js'
import { openTable } from '../../web/data/table.js'
import { cli, demo, newCore, path } from './core.js'

/** @type {(more?: object) => any} */
const at = more => ({
    ...{ lo: -0.7, hi: 0.7, scale: 0.1, inverse_scale: 10, zero: 0, mse: 2, rounding_mse: 1, clipping_mse: 1 },
    ...{
        clipped_share: 0.25,
        clipped: 1,
        bias: 0,
        sqnr_db: 12,
        overshoot: 0.3,
        even_sqnr_db: 23.52,
        first_code: -7,
    },
    levels: Array.from({ length: 15 }, (_, i) => (i - 7) / 10),
    ...more,
})
const whole = { min: -1, max: 1, lo: -1, hi: 1, values: 4, counts: [2, 2] }

test('ends move in order, mirrored or around 0 as the map is', () => {
    const range = { lo: -1, hi: 2 }
    expect(moved(range, 'hi', 3, 'sym')).toEqual({ lo: -3, hi: 3 })
    expect(moved(range, 'lo', -3, 'sym')).toEqual({ lo: -3, hi: 3 })
    expect(moved(range, 'hi', -3, 'sym')).toEqual({ lo: -0, hi: 0 })
    expect(moved(range, 'lo', 1, 'affine')).toEqual({ lo: 0, hi: 2 })
    expect(moved(range, 'hi', -1, 'affine')).toEqual({ lo: -1, hi: 0 })
    expect(moved(range, 'lo', 5, 'offset')).toEqual({ lo: 2, hi: 2 })
})

test('how far an end can be moved: to the other, or to 0', () => {
    const [range, frame] = [
        { lo: -1, hi: 2 },
        { lo: -3, hi: 4 },
    ]
    expect(limits(range, 'lo', frame, 'sym')).toEqual({ lo: -3, hi: 0 })
    expect(limits(range, 'hi', frame, 'affine')).toEqual({ lo: 0, hi: 4 })
    expect(limits(range, 'lo', frame, 'offset')).toEqual({ lo: -3, hi: 2 })
    expect(limits(range, 'hi', frame, 'offset')).toEqual({ lo: -1, hi: 4 })
})

test('what is asked of the view: a range that is given is set by hand, what has none is told so', async () => {
    const about = bookOf(await newCore())
    const spec = (/** @type {string} */ text) => {
        const { info, isFitted, ends, problem } = /** @type {any} */ (asked(about, text))
        return problem ?? [info.spec, isFitted ? 'fitted' : ends]
    }
    expect(spec('f8_e4m3:per=tensor,range=mse')).toEqual(['f8_e4m3:per=tensor,range=mse', undefined])
    expect(spec('int4:per=tensor,range=given,lo=-0.05,hi=0.05')).toEqual([
        'int4:per=tensor',
        { lo: '-0.05', hi: '0.05' },
    ])
    expect(spec('int4:map=affine,per=tensor,range=given,s=0.1,z=3')).toEqual([
        'int4:map=affine,per=tensor',
        { lo: '-1.1', hi: '0.4' },
    ])
    expect(spec('lloyd4:per=dim')).toEqual(['lloyd4:per=dim', 'fitted'])
    expect(spec('f16')).toBe(
        'f16 has no range to choose; use an integer, a small float with a scale, or a fitted codebook',
    )
    expect(spec('int4:per=tensor,feedback=1')).toContain('measure it with sweep')
    expect(spec('f8_e4m3')).toContain('f8_e4m3 alone has no scale; use f8_e4m3:per=tensor')
    expect(spec('int9')).toContain('int9')
    const from = (/** @type {string} */ text, /** @type {string} */ format) =>
        withFormat(
            about,
            /** @type {import('../../web/state/specs.js').SpecInfo} */ (about.info(text).info),
            format,
        )
    expect(from('int4:map=affine,per=dim,range=mse', 'f8_e5m2')).toBe('f8_e5m2:per=dim,range=mse')
    expect(from('int4', 'f4_e2m1')).toBe('f4_e2m1:per=row')
    expect(from('f4_e2m1:per=row', 'int8')).toBe('int8')
    expect(from('int4:map=affine,per=dim,range=mse', 'lloyd3')).toBe('lloyd3:per=dim')
    expect(from('lloyd3:per=dim', 'int3')).toBe('int3:per=dim')
    expect(from('f16', 'f8_e4m3')).toBe('f8_e4m3:per=tensor')
    expect(from('f8_e4m3', 'f8_e5m2')).toBe('f8_e5m2:per=tensor')
    expect(from('int4:per=tensor,feedback=1', 'int8')).toBe('int8:per=tensor')
    // the menu has what a spec is of, even if it is refused, and from everywhere the same others
    const offered = (/** @type {string} */ text) =>
        formatsFor(about, /** @type {import('../../web/state/specs.js').SpecInfo} */ (about.info(text).info))
    const usual = offered('int4:per=tensor')
    expect(usual).toEqual(expect.arrayContaining(['int8', 'f8_e4m3', 'lloyd4']))
    expect(usual).not.toContain('f16')
    for (const refused of ['f8_e4m3', 'int4:per=tensor,feedback=1']) expect(offered(refused)).toEqual(usual)
    expect(offered('f16').toSorted()).toEqual([...usual, 'f16'].toSorted())
})

test('arrows are a step, with Shift ten', () => {
    expect(stepsOf({ key: 'ArrowRight', shiftKey: false })).toBe(1)
    expect(stepsOf({ key: 'ArrowDown', shiftKey: true })).toBe(-10)
    expect(stepsOf({ key: 'x', shiftKey: true })).toBe(0)
})

test('the frame leaves a far outlier out, and takes in a range that reaches it', () => {
    const far = { ...whole, min: -100, max: 100 }
    const rules = [
        { range: 'minmax', spec: '', sqnr_db: 1, at: at({ lo: -100, hi: 100 }) },
        { range: 'mse', spec: '', sqnr_db: 1, at: at({ lo: -1, hi: 1 }) },
    ]
    expect(windowOf({ whole: far, rules }, { lo: -1, hi: 1 })).toEqual({ lo: -2, hi: 2 })
    expect(windowOf({ whole: far, rules }, { lo: -100, hi: 100 })).toEqual({ lo: -116, hi: 116 })
})

test('numbers, bars and shares', () => {
    expect(numbered(15, 30)).toBe(1)
    expect(numbered(15, 5)).toBe(3)
    expect([...apart([0, 4, 30, 50, 70, 96, 100], 10)].sort((p, q) => p - q)).toEqual([0, 2, 3, 4, 6])
    expect(namesOf(at())).toEqual(Array.from({ length: 15 }, (_, i) => i - 7))
    expect(namesOf(at({ first_code: null, units: [-6, 6], levels: [-3, 3] }))).toEqual([-6, 6])
    expect(outline([0, 1, 2], 2)).toBe('M0 100V100.00H33.333V50.00H66.667V0.00H100.000V100z')
    expect([0, 0.00001, 0.0065, 0.31].map(shareText)).toEqual(['0 %', '< 0.01 %', '0.65 %', '31.0 %'])
    expect(rangeText(at(), 'sym')).toBe('±0.7')
    expect(column([-0.06698, -0.0509, 0, 0.0678])).toEqual(['−0.06698', '−0.05090', '0.00000', '0.06780'])
    expect(column([-2e12, 3e12])).toEqual(['−2,000,000,000,000', '3,000,000,000,000'])
    expect(rangeText(at({ lo: 0 }), 'affine')).toBe('0 to 0.7')
})

test('what more scales give', () => {
    const share = (/** @type {string} */ per, /** @type {number | null} */ mse) => ({
        per,
        spec: '',
        rules: [{ range: 'minmax', spec: '', mse, sqnr_db: null }],
    })
    const all = [share('tensor', 0.06), share('dim', 0.04), share('row', 0.03), share('block', 0.02)]
    expect(gains(all)).toBe(
        'By minmax, the mean squared error of one scale for all, 0.06, is 1.50 times smaller with a scale per dim, 2.00 times smaller with a scale per row and 3.00 times smaller with a scale per block.',
    )
    expect(gains(all.slice(0, 2))).toContain('is 1.50 times smaller with a scale per dim.')
    expect(gains([...all, share('block', null)])).toBe('')
    expect(gains([])).toBe('')
    expect(gains(all.slice(0, 2), 'codebook')).toBe(
        'The mean squared error of one codebook for all, 0.06, is 1.50 times smaller with a codebook per dim.',
    )
})

test('the calibrator: the report of the command line, and every value in one code', async () => {
    const core = await newCore()
    const file = demo('f16.npy')
    const table = await openTable(core, file, file.name)
    const calibrator = new Calibrator(core)
    const spec = 'int4:per=tensor,range=mse'
    const found = await calibrator.open(table, spec)
    const { warnings, findings, ...told } = JSON.parse(
        cli('range', path('web/public/demo/demo-sentences-2k.f16.npy'), '-s', spec, '--json'),
    )
    expect(found).toEqual(told)
    expect([warnings, findings]).toEqual([[], []])
    const counts = await calibrator.codeUsage(table, spec)
    expect(counts.length).toBe(15)
    expect(counts.reduce((x, y) => x + y, 0)).toBe(table.rows * table.dim)
    const here = await calibrator.ask('at', 0, found.rules[2].lo[0], found.rules[2].hi[0])
    expect(here.sqnr_db).toBe(found.rules[2].sqnr_db)
    // what is clipped lies in the outermost codes
    expect(counts[0] + counts[14]).toBeGreaterThan(here.clipped)
    // of a codebook, which is fitted by each of them
    const book = await calibrator.codeUsage(table, 'lloyd4')
    const fitted = await calibrator.open(table, 'lloyd4')
    expect(book.reduce((x, y) => x + y, 0)).toBe(table.rows * table.dim)
    const { levels, mse } = await calibrator.ask('at', 0, 0, 0)
    expect([levels.length, levels[0], levels[15]]).toEqual([16, fitted.rules[0].lo[0], fitted.rules[0].hi[0]])
    const job = { specs: ['lloyd4'], metric: 'cosine', k: 1, seed: 0 }
    const { report } = await calibrator.measure(table, job)
    expect(mse / report.results[0].error.mse).toBeCloseTo(1, 3)
    // of a float too
    const floats = await calibrator.codeUsage(table, 'f4_e2m1:per=dim')
    expect(floats.length).toBe(15)
    expect(floats.reduce((x, y) => x + y, 0)).toBe(table.rows * table.dim)
    await expect(calibrator.codeUsage(table, 'f16')).rejects.toThrow('codes of f16 are not counted')
    calibrator.close()
})
