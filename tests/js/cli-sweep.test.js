// quantscope sweep and bits: reports in each form, asserts, and what is refused.
import { beforeAll, expect, test } from 'vitest'
import { noise, run, writeRows } from './cli.js'

const rows = noise(2500 * 12)

beforeAll(() => {
    writeRows('base.npy', [2500, 12], rows)
    writeRows('queries.npy', [40, 12], noise(3000 * 12).slice(-40 * 12))
})

const specs = ['-s', 'f32', '-s', 'int8', '-s', 'BINARY:rescore=4']

/** The report of a sweep. @param {string[]} args */
function report(...args) {
    const { status, out, err } = run('sweep', ...args, '--json')
    expect([status, err]).toEqual([0, ''])
    return JSON.parse(out)
}

/** The same without what varies. @param {any} whole */
const steady = whole => ({ ...whole, timing: undefined })

test('a report of drawn queries', () => {
    const whole = report('base.npy', ...specs, '--threads', '1', '--backend', 'ref')
    const keys = [
        'quantscope',
        'data',
        'metric',
        'k',
        'seed',
        'warnings',
        'findings',
        'results',
        'against',
        'timing',
    ]
    expect(Object.keys(whole)).toEqual(keys)
    expect(whole).toMatchObject({
        data: { rows: 2000, dim: 12, queries: 500 },
        metric: 'cosine',
        k: 10,
        seed: 0,
        timing: { backend: 'ref', threads: 1 },
    })
    expect(whole.results.map((/** @type {any} */ r) => r.spec)).toEqual(['f32', 'int8', 'binary:rescore=4'])
    expect(whole.results[0].search).toMatchObject({ 'recall@1': 1, 'recall@10': 1 })
    expect(whole.results[1].bytes).toMatchObject({ total: 32000, per_row: 16 })
    for (const [i, { spec, ...seconds }] of whole.timing.results.entries()) {
        expect(spec).toBe(whole.results[i].spec)
        expect(Object.keys(seconds)).toEqual(['fit_s', 'encode_s', 'search_s'])
        for (const value of Object.values(seconds)) expect(value).toBeGreaterThanOrEqual(0)
    }
})

test('the report is the same for any thread count and backend', () => {
    const one = steady(report('base.npy', ...specs, '--threads', '1', '--backend', 'ref'))
    expect(steady(report('base.npy', ...specs, '--threads', '5'))).toEqual(one)
    expect(steady(report('base.npy', ...specs, '--seed', '1'))).not.toEqual(one)
})

test('queries of their own, k and metric', () => {
    const whole = report('base.npy', '-q', 'queries.npy', '-s', 'int8', '-k', '3', '--metric', 'l2')
    expect(whole).toMatchObject({ data: { rows: 2500, dim: 12, queries: 40 }, metric: 'l2', k: 3 })
    expect(Object.keys(whole.results[0].search)).toEqual(['recall@1', 'recall@3', 'recall@3_ci95'])
})

test('the default list', () => {
    const whole = report('base.npy')
    expect(whole.results.length).toBeGreaterThanOrEqual(12)
    expect(whole.results[0].spec).toBe('f32')
})

test('a table for people', () => {
    const { status, out, err } = run('sweep', 'base.npy', ...specs)
    expect([status, err]).toEqual([0, ''])
    expect(out).toMatch(/^2,000 rows of 12, 500 queries, cosine, k 10, seed 0; \w+, \d+ threads?\n\nspec +bits/)
    expect(out).toMatch(/^int8 +10\.667 +16 +32,000 +3\.00 +0\.\d{4} \[0\.\d{3}, [01]\.\d{3}\] +[01]\.\d{4} /m)
    const [, table, ...notes] = out.trimEnd().split('\n\n')
    expect(new Set(table.split('\n').map(line => line.length)).size).toBe(1)
    expect(table).toMatch(/^f32 .* exact +1\.000000 /m)
    expect(notes).toHaveLength(1)
    expect(notes[0]).toMatch(
        /^int8: worse than f32 by 0\.00\d\d recall@10 \(95 %: 0\.\d{4} to 0\.\d{4}\)\nbinary:rescore=4: worse than f32 by /,
    )
})

test('paired differences against a spec of choice', () => {
    const { against } = report('base.npy', '-s', 'int8', '-s', 'f32', '-s', 'int4', '--against', 'f32')
    expect(against.spec).toBe('f32')
    expect(against.results.map((/** @type {any} */ r) => r.spec)).toEqual(['int8', 'int4'])
    for (const { difference, difference_ci95: ends, differs } of against.results) {
        expect(difference).toBeLessThan(0)
        expect(ends[0] <= difference && difference <= ends[1]).toBe(true)
        expect(differs).toBe(ends[1] < 0)
    }
    const { status, err } = run('sweep', 'base.npy', '-s', 'int8', '--against', 'int4')
    expect([status, err]).toEqual([2, 'quantscope: --against int4: it is not swept; add -s int4\n'])
})

test('Markdown', () => {
    const lines = run('sweep', 'base.npy', ...specs, '--md')
        .out.trimEnd()
        .split('\n\n')[1]
        .split('\n')
    expect(lines).toHaveLength(5)
    expect(lines[0]).toMatch(/^\| spec +\| bits\/value \| /)
    expect(lines[1]).toMatch(/^\| :-+ \| -+: (\| -+: )+\|$/)
    for (const line of lines) expect(line.split('|')).toHaveLength(lines[0].split('|').length)
})

test('CSV', () => {
    const whole = report('base.npy', ...specs, '-s', 'int4:map=offset,per=dim')
    const { out } = run('sweep', 'base.npy', ...specs, '-s', 'int4:map=offset,per=dim', '--csv')
    const [head, ...lines] = out.trimEnd().split('\n')
    const columns = head.split(',')
    expect([columns[0], columns.at(-1)]).toEqual(['spec', 'problem'])
    for (const column of ['total', 'mse', 'recall@10', 'recall@10_ci95_low', 'recall@10_ci95_high', 'search_s'])
        expect(columns).toContain(column)
    const cells = lines[1].split(',')
    expect(cells).toHaveLength(columns.length)
    const cell = (/** @type {string} */ name) => cells[columns.indexOf(name)]
    expect([cell('spec'), Number(cell('mse'))]).toEqual(['int8', whole.results[1].error.mse])
    expect(Number(cell('recall@10'))).toBe(whole.results[1].search['recall@10'])
    expect(lines[3]).toMatch(/^"int4:map=offset,per=dim",/)
})

test.each([
    [[], 0, ''],
    [['int8:recall@10>=0.5'], 0, ''],
    [['int8:recall@10 >= 0.5', ' INT8 : total == 32000 ', 'binary:rescore=4:bits_per_value<1.5'], 0, ''],
    [['int8:recall@10>=1.5'], 1, 'assert failed: int8:recall@10>=1.5: recall@10 of int8 is 0.'],
    [['int8:total<32000'], 1, 'total of int8 is 32000'],
    [['int8:total>32000'], 1, 'total of int8 is 32000'],
    [['int8:total<=32000', 'int8:total>=32000', 'int8:total<32001', 'int8:total>31999'], 0, ''],
    [['f32:sqnr_db>10'], 1, 'sqnr_db of f32 is undefined or infinite'],
    [['int8:recal@10>=0.5'], 2, 'there is no figure recal@10; did you mean recall@10? Known are codes scales'],
    [['int8:recall@10_ci95>=0.5'], 2, 'there is no figure recall@10_ci95'],
    [['int8:spec>0'], 2, 'there is no figure spec; known are codes scales'],
    [['int4:recall@10>=0.5'], 2, 'the spec int4 is not swept; add -s int4'],
    [['int8:total>99999', 'int4:total>0'], 2, 'the spec int4 is not swept'],
])('--assert %j exits %i', (exprs, code, words) => {
    const args = exprs.flatMap(expr => ['--assert', expr])
    const { status, out, err } = run('sweep', 'base.npy', ...specs, ...args, '--json')
    expect([status, err]).toEqual([code, expect.stringContaining(words)])
    if (!words) expect(err).toBe('')
    expect(JSON.parse(out).results).toHaveLength(3)
})

test.each([
    [['--assert', 'recall'], "--assert 'recall': it has no colon; write SPEC:FIGURE OP NUMBER"],
    [['--assert', 'int8:recall@10'], 'it has no >=, >, <=, < or =='],
    [['--assert', 'int8:recall@10=0.5'], 'it has no >=, >, <=, < or =='],
    [['--assert', 'int8:>=0.5'], 'there is no figure before the comparison'],
    [['--assert', 'int8:mse<1e999'], "--assert 'int8:mse<1e999': its number is larger than a double can hold"],
    [['--assert', 'int8:mse>-1e999'], 'its number is larger than a double can hold'],
    [['--assert', 'int8:mse<=x'], 'there is no number after the comparison'],
    [['--assert', 'int8:mse<='], 'there is no number after the comparison'],
    [['--assert', 'int9:mse<=1'], 'int9'],
    [['-k', '0'], "-k takes a whole number from 1 to 1000000, not '0'"],
    [['--metric', 'dot'], 'dot'],
    [['--json', '--csv'], 'choose one of --json, --csv and --md'],
    [['-s', 'int8:per=column'], 'per takes row, tensor, dim, block'],
    [['-s', 'int8:round=stochastic,seed=-1'], 'seed=-1: seed takes a whole number from 0 to 4294967295'],
    [['--seed', '1.5'], '--seed takes a whole number'],
])('%j is wrong usage, told before files are looked at', (args, words) => {
    const { status, out, err } = run('sweep', 'missing.npy', ...args)
    expect([status, out, err]).toEqual([2, '', expect.stringContaining(words)])
})

test('rows to rescore are bounded, and the error tells what fits', () => {
    writeRows('tall.npy', [12_600, 2], noise(25_200))
    const sweep = (/** @type {string} */ spec, /** @type {string} */ k, rows = 'tall.npy') =>
        run('sweep', rows, '-s', spec, '-k', k)
    expect(sweep('binary:rescore=1000', '1000')).toEqual({
        status: 2,
        out: '',
        err: expect.stringContaining(
            'rescore=1000 of k=1000 is 1000000 rows to rescore for each query, and 10000 is the most: take rescore=10',
        ),
    })
    expect(sweep('binary:rescore=11', '1000').status).toBe(2)
    expect(sweep('binary:rescore=10', '1000').status).toBe(0)
    expect(sweep('binary:rescore=1000', '10').status).toBe(0)
    expect(sweep('binary:rescore=1', '10001').err).toContain('take k=10000')
    expect(sweep('binary:rescore=1000', '1000', 'base.npy').status).toBe(0) // there are no more than 2,500
    expect(run('sweep', '--help').out).toContain('10,000')
})

test('an array of any but two axes is taken for rows with a word', () => {
    writeRows('line.npy', [12], noise(12))
    writeRows('axes.npy', [50, 4, 3], noise(600))
    const line =
        'quantscope: warning: line.npy: its shape, [12], is taken as 1 row of 12 values: an array of one axis'
    expect(run('sweep', 'line.npy', '-s', 'int8')).toMatchObject({ status: 0, err: `${line} is one row\n` })
    expect(run('sweep', 'base.npy', '-q', 'line.npy', '-s', 'int8').err).toBe(`${line} is one row\n`)
    const axes =
        'axes.npy: its shape, [50,4,3], is taken as 50 rows of 12 values: all axes but the first make up a row'
    expect(run('sweep', 'axes.npy', '-s', 'int8')).toMatchObject({ status: 0, err: expect.stringContaining(axes) })
})

test('k beyond the rows, and few rows', () => {
    writeRows('ten.npy', [10, 3], noise(30))
    const ten = report('ten.npy', '-s', 'int8', '-k', '50')
    expect(ten).toMatchObject({ data: { rows: 8, queries: 2 }, k: 50 })
    expect(ten.results[0].search['recall@50']).toBe(1)
    writeRows('four.npy', [4, 3], noise(12))
    const four = report('four.npy', '-s', 'int8')
    expect(four.data).toEqual({ rows: 4, dim: 3, queries: 0 })
    expect(four.results[0].search).toBeNull()
    expect(four.timing.results[0].search_s).toBeNull()
    expect(run('sweep', 'four.npy', '-s', 'int8', '--json', '--json').status).toBe(0)
    writeRows('lone.npy', [1, 3], noise(3))
    expect(run('sweep', 'lone.npy', '-s', 'int8', '-q', 'lone.npy').out).toMatch(/^1 row of 3, 1 query, cosine/)
    expect(run('sweep', 'four.npy', '-s', 'int8').out).toMatch(/^4 rows of 3, 0 queries, cosine/)
    expect(run('sweep', 'four.npy', '-s', 'int8', '--csv').status).toBe(0)
    for (const [count, dim] of [
        [1, 1],
        [1, 7],
        [9, 1],
    ]) {
        writeRows('few.npy', [count, dim], noise(count * dim))
        const few = report('few.npy', '-s', 'int8', '-s', 'binary:center=median', '-s', 'int4:map=affine')
        for (const result of few.results) expect(result.problem).toBeUndefined()
    }
})

test('constant rows and columns', () => {
    writeRows('zero.npy', [100, 4], new Float32Array(400))
    const all = run('sweep', 'zero.npy', '--json')
    expect([all.status, all.err]).toEqual([0, ''])
    expect(JSON.parse(all.out).warnings.length).toBeGreaterThan(0)
    expect(run('sweep', 'zero.npy').out).toContain('\nWarning: ')
})

test('a spec that fails on the data is reported and the others still run', () => {
    const values = Float32Array.from(rows)
    values[12 * 2000 + 7] = NaN
    writeRows('hole.npy', [2500, 12], values)
    const args = ['hole.npy', '-q', 'queries.npy', '-s', 'int8', '-s', 'f16']
    const { status, out, err } = run('sweep', ...args, '--json')
    const words = 'row 2000, column 7 is NaN'
    expect([status, err]).toEqual([3, expect.stringContaining(`hole.npy: int8: ${words}`)])
    const [int8, f16] = JSON.parse(out).results
    expect(int8).toEqual({ spec: 'int8', problem: expect.stringContaining(words) })
    expect(f16.bytes.total).toBe(60000)
    expect(run('sweep', ...args).out).toMatch(/^int8( +-){10}$/m) /* no speed either */
    expect(run('sweep', ...args, '--csv').out).toMatch(/^int8,+"?row 2000, column 7/m)
    expect(run('sweep', ...args, '--assert', 'f16:total==60000').status).toBe(3)
    expect(run('sweep', ...args, '--assert', 'int8:total>0').err).toContain('int8 has no result')
})

test('a problem of the queries is told by their file', () => {
    const values = noise(40 * 12)
    values[12 * 31 + 5] = Infinity
    writeRows('odd.npy', [40, 12], values)
    const { status, err } = run('sweep', 'base.npy', '-q', 'odd.npy', '-s', 'int8', '-s', 'int8:query=same')
    expect([status, err]).toEqual([
        3,
        expect.stringMatching(/^quantscope: odd\.npy: int8:query=same: row 31, column 5 is infinity, .+\n$/),
    ])
})

test('queries that do not fit', () => {
    writeRows('wide.npy', [5, 13], noise(65))
    const { status, err } = run('sweep', 'base.npy', '-q', 'wide.npy')
    expect([status, err]).toEqual([3, 'quantscope: wide.npy: its rows have dim 13, those of base.npy 12\n'])
})

test.each([
    ['0.7265', '0x3f39fbe7'],
    ['-1.5', '0xbfc00000'],
    ['+1e-3', '0x3a83126f'],
    ['.5', '0x3f000000'],
    ['-0', '0x80000000'],
    ['-0x1', ''],
    ['0x3F39FBE7', '0x3f39fbe7'],
    ['0x1', '0x00000001'],
    ['1e-50', '0x00000000'],
    ['inf', '0x7f800000'],
    ['-inf', '0xff800000'],
    ['-Infinity', '0xff800000'],
    ['nan', '0x7fc00000'],
    ['0x7f800001', '0x7f800001'],
])('bits %s', (value, bits) => {
    const { status, out, err } = run('bits', value, '-s', 'f32', '-s', 'f16', '--json')
    if (!bits) {
        expect([status, out]).toEqual([2, ''])
        return
    }
    expect([status, err]).toEqual([0, ''])
    const [f32, f16] = JSON.parse(out).bits
    expect([f32.spec, f16.spec, f32.value_bits]).toEqual(['f32', 'f16', bits])
})

test.each([
    ['1,5', 'the decimal mark is a point'],
    ['abc', 'it is no number; write 0.7265'],
    ['', 'it is no number'],
    ['1e39', 'beyond float32'],
    ['-1e39', 'beyond float32'],
    ['0x', '1 to 8 hexadecimal digits'],
    ['0x123456789', '1 to 8 hexadecimal digits'],
    ['0x1.8p3', '1 to 8 hexadecimal digits'],
    ['1.5.2', 'it is no number'],
    ['--', 'an argument is missing'],
])('bits %s is no value', (value, words) => {
    const { status, out, err } = run('bits', value)
    expect([status, out, err]).toEqual([2, '', expect.stringContaining(words)])
})

test('bits are drawn by field', () => {
    const { out } = run('bits', '0.7265', '-s', 'f16', '-s', 'int8')
    expect(out).toContain('0.7265 is float32 0.726499975, bits 0x3f39fbe7\n')
    expect(out).toContain(
        '\n  0     01110     0111010000\n  sign  exponent  mantissa\n  +     2^-1      1 + 464/1024\n',
    )
    expect(out).toContain('\n  01011100\n  integer\n  92\n  code * scale = 92 * 0.00787401572 = 0.724409461\n')
    expect(run('bits', '70000', '-s', 'f16').out).toContain('\n  = +infinity\n  overflow to infinity\n')
    expect(run('bits', '-1', '-s', 'int8').out).toContain('\n  next values none and -0.992125988; error 0 (0 %)\n')
    expect(JSON.parse(run('bits', '0.7265', '--json').out).bits.length).toBeGreaterThan(10)
})

test('a value without a code', () => {
    const { status, out, err } = run('bits', 'nan', '-s', 'int8', '-s', 'f16', '--json')
    expect([status, err]).toEqual([3, expect.stringContaining('int8 has no code for NaN')])
    const [int8, f16] = JSON.parse(out).bits
    expect([int8.problem, f16.class]).toEqual([expect.stringContaining('no code for NaN'), 'NaN'])
    expect(run('bits', 'inf').status).toBe(0)
})

test('--dims: which dims carry the error', () => {
    const values = Array.from(noise(3000), (x, i) => (i % 6 === 1 ? 30 * x : i % 6 === 4 ? 20 * x : x))
    writeRows('dims.npy', [500, 6], values)
    const sweep = (/** @type {string[]} */ ...more) =>
        run('sweep', 'dims.npy', '-s', 'int4:per=dim', '-s', 'f32', '--dims', ...more)
    const { results, dims, timing } = JSON.parse(sweep('--json').out)
    expect(timing.results).toHaveLength(2)
    expect(dims.results.map((/** @type {any} */ r) => r.spec)).toEqual(['int4:per=dim', 'f32'])
    const [{ shares }, none] = dims.results
    expect(none.shares).toBe(null)
    expect(shares).toHaveLength(6)
    expect(shares.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b)).toBeCloseTo(1, 4)
    expect(results[0].error).toMatchObject({ worst_dim: 1, worst_dim_share: shares[1], half_error_dims: 1 })
    const lines = sweep().out.trimEnd().split('\n').slice(-2)
    expect(lines[0]).toMatch(/^int4:per=dim +1 +1: \d\d\.\d % +4: \d\d\.\d % /)
    expect(lines[1]).toMatch(/^f32( +-){6}$/)
    expect(sweep('--csv').status).toBe(2)
    expect(sweep('--calibrate-curve').status).toBe(2)
})
