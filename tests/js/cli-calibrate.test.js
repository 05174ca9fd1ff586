// quantscope sweep that fits on other rows than those it measures: a file's, drawn ones, and the curve over both.
import { beforeAll, expect, test } from 'vitest'
import { noise, run, writeRows } from './cli.js'

const DIM = 12

beforeAll(() => {
    const rows = noise(2800 * DIM)
    writeRows('base.npy', [2500, DIM], rows.slice(0, 2500 * DIM))
    writeRows('queries.npy', [40, DIM], rows.slice(-40 * DIM))
    writeRows(
        'sample.npy',
        [300, DIM],
        rows.slice(-300 * DIM).map(value => value / 2),
    )
    writeRows('wide.npy', [5, DIM + 1], noise(5 * (DIM + 1)))
    const hole = noise(20 * DIM)
    hole[7 * DIM + 3] = NaN
    writeRows('hole.npy', [20, DIM], hole)
})

const queries = ['-q', 'queries.npy']

/** A sweep's JSON. @param {string[]} args */
function report(...args) {
    const { status, out, err } = run('sweep', 'base.npy', ...args, '--json')
    expect([status, err]).toEqual([0, ''])
    return JSON.parse(out)
}

/** @param {any} whole */
const steady = whole => ({ ...whole, timing: undefined })

test('fitted on a file: values beyond its range are told of', () => {
    const args = [...queries, '-s', 'int8:per=tensor', '-s', 'int8']
    const own = report(...args)
    const other = report(...args, '--calibrate', 'sample.npy')
    expect(own.data).toEqual({ rows: 2500, dim: DIM, queries: 40 })
    expect(other.data).toEqual({ ...own.data, calibration: { rows: 300, from: 'file' } })
    expect(own.results[0].error).toMatchObject({ clipped_share: 0, overshoot: 0 })
    expect(Object.keys(other.results[0].error).at(-7)).toBe('overshoot')
    expect(other.results[0].error.clipped_share).toBeCloseTo(0.5, 1)
    expect(other.results[0].error.overshoot).toBeCloseTo(0.5, 2)
    expect(other.results[1]).toEqual(own.results[1]) /* its rows have scales of their own */
    const table = run('sweep', 'base.npy', ...args, '--calibrate', 'sample.npy').out
    expect(table).toMatch(/^2,500 rows of 12, calibrated on 300 rows of another file, 40 queries, /)
    expect(table).toMatch(/ cosine +clipped +overshoot +encode rows\/s /)
    expect(table).toMatch(/^int8:per=tensor .* 0\.\d{6} +0\.\d\d? +0\.5 /m)
    expect(table).toMatch(/^int8 .* 0\.\d{6} +0 +0 /m)
    const marked = run('sweep', 'base.npy', ...args, '--calibrate-rows', '50', '--md').out
    expect(marked).toMatch(/^\| spec .* cosine \| +clipped \| overshoot \| /m)
    expect(run('sweep', 'base.npy', ...args).out).not.toContain('overshoot')
    const csv = run('sweep', 'base.npy', ...args, '--calibrate', 'sample.npy', '--csv').out
    expect(csv.split('\n')[0]).toContain(',overshoot,')
    const claim = ['--assert', 'int8:per=tensor:overshoot<0.4']
    expect(run('sweep', 'base.npy', ...args, '--calibrate', 'sample.npy', ...claim).status).toBe(1)
})

test('fitted on rows drawn by seed', () => {
    const args = ['-s', 'int4:map=offset,per=dim', '--calibrate-rows', '100']
    const whole = report(...args)
    expect(whole.data.calibration).toEqual({ rows: 100, from: 'drawn' })
    expect(steady(report(...args, '--threads', '5', '--backend', 'ref'))).toEqual(steady(whole))
    expect(report(...args, '--seed', '1').results).not.toEqual(whole.results)
    expect(run('sweep', 'base.npy', ...args).out).toMatch(/^2,000 rows of 12, calibrated on 100 of them, 500 q/)
    const all = report('-s', 'int4:map=offset,per=dim', '--calibrate-rows', '2000')
    expect(all.results).toEqual(report('-s', 'int4:map=offset,per=dim').results)
})

test('a curve', () => {
    const args = ['-s', 'int8:per=dim', '-s', 'binary:center=median']
    const whole = report(...args, '--calibrate-curve')
    const counts = whole.curve.map((/** @type {any} */ point) => point.calibration_rows)
    expect(counts).toEqual([10, 30, 100, 300, 1000, 2000])
    expect(Object.keys(whole)).toEqual(['quantscope', 'data', 'metric', 'k', 'seed', 'curve', 'timing'])
    for (const [i, point] of whole.curve.entries()) {
        expect(Object.keys(point)).toEqual([
            'calibration_rows',
            'warnings',
            'findings',
            'results',
            'draws',
            'over_draws',
        ])
        const alone = i < 5 ? report(...args, '--calibrate-rows', String(counts[i])) : report(...args)
        expect(point.results).toEqual(alone.results)
    }
    const sqnr = whole.curve.map((/** @type {any} */ point) => point.results[0].error.sqnr_db)
    expect(sqnr[5]).toBeGreaterThan(sqnr[0])
    const lines = run('sweep', 'base.npy', ...args, '--calibrate-curve')
        .out.split('\n\n')[1]
        .split('\n')
    expect(lines[0]).toMatch(/^spec +calibration rows +recall@10 \[95 %\] +SQNR dB +cosine +clipped +overshoot$/)
    expect(lines).toHaveLength(1 + 12)
    expect(lines[1]).toMatch(
        /^int8:per=dim +10 +0\.\d{4} \[0\.\d{3}, [01]\.\d{3}\] +\d\d\.\d\d \[\d\d\.\d\d, \d\d\.\d\d\] /,
    )
    expect(lines[6]).toMatch(/^int8:per=dim +2,000 +0\.\d{4} \[0\.\d{3}, [01]\.\d{3}\] +\d\d\.\d\d +/)
    expect(run('sweep', 'base.npy', ...args, '--calibrate-curve', '--md').out).toContain('\n| int8:per=dim ')
})

test('a curve tells how far errors differ between draws of the rows that are fitted on', () => {
    const args = ['-s', 'int4:map=offset,per=dim', '-s', 'binary:center=mean', '-s', 'f32', '--calibrate-curve']
    const whole = report(...args)
    for (const [i, point] of whole.curve.entries()) {
        const [first, { spec, mse, sqnr_db, 'recall@10': recall }] = [point.results[0], point.over_draws[0]]
        expect([point.draws, spec]).toEqual([i < 5 ? 5 : 1, first.spec])
        for (const [spread, one] of [
            [mse, first.error.mse],
            [sqnr_db, first.error.sqnr_db],
            [recall, first.search['recall@10']],
        ]) {
            expect(spread.min).toBeLessThanOrEqual(one)
            expect(spread.max).toBeGreaterThanOrEqual(one)
            expect(spread.mean).toBeGreaterThanOrEqual(spread.min)
            expect(spread.mean).toBeLessThanOrEqual(spread.max)
        }
        expect(mse.max > mse.min).toBe(i < 5)
        expect(point.over_draws[2].sqnr_db).toEqual({ mean: null, min: null, max: null })
    }
    const width = (/** @type {number} */ i) => {
        const { mean, min, max } = whole.curve[i].over_draws[0].mse
        return (max - min) / mean
    }
    expect(width(0)).toBeGreaterThan(3 * width(4))
    expect(steady(report(...args, '--threads', '3', '--backend', 'ref'))).toEqual(steady(whole))
    expect(report(...args, '--seed', '1').curve[0].over_draws).not.toEqual(whole.curve[0].over_draws)
})

test('a curve of few rows has the one point', () => {
    writeRows('few.npy', [8, DIM], noise(8 * DIM))
    const { out } = run('sweep', 'few.npy', ...queries, '-s', 'int8:per=dim', '--calibrate-curve', '--json')
    expect(JSON.parse(out).curve.map((/** @type {any} */ point) => point.calibration_rows)).toEqual([8])
})

test.each([
    [2, ['--calibrate', 'sample.npy', '--calibrate-rows', '5'], 'choose one of --calibrate, --calibrate-rows'],
    [2, ['--calibrate-curve', '--calibrate-rows', '5'], 'choose one of --calibrate, --calibrate-rows'],
    [2, ['--calibrate-curve', '--csv'], '--calibrate-curve goes with neither --csv nor --assert'],
    [2, ['--calibrate-curve', '--assert', 'int8:mse<1'], 'goes with neither --csv nor --assert'],
    [2, ['--calibrate-rows', '0'], '--calibrate-rows takes a whole number from 1 to'],
    [2, ['--calibrate-rows', '1.5'], '--calibrate-rows takes a whole number from 1 to'],
    [2, ['--calibrate-rows', '2001'], 'base.npy: 2001 calibration rows: of the base can be drawn from 1 to 2000'],
    [2, ['--calibrate-rows', '2500'], 'can be drawn from 1 to 2000 rows, those that are no queries\n'],
    [3, ['--calibrate', 'wide.npy'], 'wide.npy: its rows have dim 13, those of base.npy 12\n'],
    [3, ['--calibrate', 'none.npy'], 'none.npy: there is no such file'],
])('refused with %i: %j', (status, args, words) => {
    const { status: exit, out, err } = run('sweep', 'base.npy', '-s', 'int8', ...args)
    expect([exit, out, err]).toEqual([status, '', expect.stringContaining(words)])
})

test('a row that cannot be fitted on is told by its file', () => {
    const { status, out, err } = run(
        'sweep',
        'base.npy',
        '-s',
        'int8:per=dim',
        '-s',
        'int8',
        '--calibrate',
        'hole.npy',
    )
    expect([status, err]).toEqual([
        3,
        expect.stringMatching(/^quantscope: hole\.npy: int8:per=dim: row 7, column 3 is NaN/),
    ])
    expect(out).toMatch(/^int8 +10\.667/m)
})
