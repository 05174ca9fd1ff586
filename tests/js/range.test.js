// The Range view's helpers, and the desk of its worker against plain counting.
import { expect, test } from 'vitest'
import { gains, moved, numbered, outline, rangeText, shareText, stepsOf, windowOf } from '../../web/range.js'
import { RangeDesk } from '../../web/range-desk.js'
import { openTable } from '../../web/table.js'
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
    expect(outline([0, 1, 2], 2)).toBe('M0 100V100.00H33.333V50.00H66.667V0.00H100.000V100z')
    expect([0, 0.00001, 0.0065, 0.31].map(shareText)).toEqual(['0 %', '< 0.01 %', '0.65 %', '31.0 %'])
    expect(rangeText(at(), 'sym')).toBe('±0.7')
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
})

test('the desk: the report of the command line, and every value in one code', async () => {
    const core = await newCore()
    const file = demo('f16.npy')
    const table = await openTable(core, file, file.name)
    const desk = new RangeDesk(core)
    const spec = 'int4:per=tensor,range=mse'
    const found = await desk.open(table, spec)
    expect(found).toEqual(
        JSON.parse(cli('range', path('web/public/demo/demo-sentences-2k.f16.npy'), '-s', spec, '--json')),
    )
    const counts = await desk.use(table, spec)
    expect(counts.length).toBe(15)
    expect(counts.reduce((x, y) => x + y, 0)).toBe(table.rows * table.dim)
    const here = await desk.ask('at', 0, found.rules[2].lo[0], found.rules[2].hi[0])
    expect(here.sqnr_db).toBe(found.rules[2].sqnr_db)
    // what is clipped lies in the outermost codes
    expect(counts[0] + counts[14]).toBeGreaterThan(here.clipped)
    await expect(desk.use(table, 'f16')).rejects.toThrow('codes of f16 are not counted')
    desk.close()
})
