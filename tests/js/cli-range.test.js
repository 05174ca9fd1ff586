// quantscope range: the table, the JSON, memory that stays within its limit, and what is refused.
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { file, headerOf, noise, npyOf, run, shell, writeRows } from './cli.js'

const rules = ['minmax', 'percentile', 'mse', 'kl', 'std']

/** The report of a file and spec. @param {string[]} args */
function report(...args) {
    const { status, out, err } = run('range', ...args, '--json')
    expect(err).toBe('')
    expect(status).toBe(0)
    return JSON.parse(out)
}

test('one scale: every rule, its figures, and its spec', () => {
    const values = noise(5000)
    values[77] = 20 // an outlier
    writeRows('rows.npy', [500, 10], values)
    const { spec, rows, dim, figures, rules: found } = report('rows.npy', '-s', 'int4:per=tensor')
    expect({ spec, rows, dim, figures }).toEqual({
        spec: 'int4:per=tensor',
        rows: 500,
        dim: 10,
        figures: 'computed',
    })
    expect(found.map((/** @type {any} */ r) => r.range)).toEqual(rules)
    const [minmax, , mse] = found
    expect(minmax).toMatchObject({ spec: 'int4:per=tensor', lo: [-20], hi: [20], zero: [0], clipped_share: 0 })
    expect(Math.fround(minmax.scale[0])).toBe(Math.fround(20 / 7))
    expect(mse.spec).toBe('int4:per=tensor,range=mse')
    for (const r of found) {
        expect(r.mse).toBeCloseTo(r.rounding_mse + r.clipping_mse, 6)
        expect(mse.mse).toBeLessThanOrEqual(r.mse * 1.0001)
    }
    expect(
        run('range', 'rows.npy', '-s', 'int4:per=tensor')
            .out.split('\n')
            .map(line => line.split(' ')[0]),
    ).toEqual(['range', ...rules, '', 'round', 'even', 'away', 'trunc', 'stochastic', '', 'Note:', ''])
})

test('what a rule is said to cost is what a sweep measures', () => {
    writeRows(
        'sweep.npy',
        [4, 2000],
        noise(8000).map(x => x ** 3),
    )
    const specs = ['int4:per=tensor', 'int5:map=offset,per=tensor', 'int4', 'int4:per=tensor,outliers=5']
    for (const spec of [...specs, 'lloyd4'])
        for (const rule of report('sweep.npy', '-s', spec).rules) {
            const measured = JSON.parse(run('sweep', 'sweep.npy', '-s', rule.spec, '--json').out).results[0].error
            expect(Math.abs(measured.sqnr_db - rule.sqnr_db)).toBeLessThan(0.05)
        }
})

test('scales of dims, of rows, and a range that is given', () => {
    writeRows('dims.npy', [300, 4], noise(1200))
    const dims = report('dims.npy', '-s', 'int8:map=offset,per=dim')
    expect(dims.rules[2].scale).toHaveLength(4)
    expect(dims.rules[2].zero).toBe(null)
    const own = report('dims.npy', '-s', 'int4')
    expect(own.figures).toBe('measured')
    expect(own.rules.map((/** @type {any} */ r) => r.range)).toEqual(['minmax', 'percentile', 'mse', 'std'])
    expect(own.rules[0].lo).toHaveLength(300)
    const given = report('dims.npy', '-s', 'int8:per=tensor,range=given,lo=-0.5,hi=0.5').rules.at(-1)
    expect(given).toMatchObject({ range: 'given', lo: [-0.5], hi: [0.5] })
    expect(given.clipped_share).toBeGreaterThan(0.4)
})

test('the ways of rounding beside theory, and the dim that carries most of the error', () => {
    const values = noise(4000).map((x, i) => (i % 4 === 2 ? 9 * x : x))
    writeRows('rounds.npy', [1000, 4], values)
    const { rules: found, rounds } = report('rounds.npy', '-s', 'int6:map=offset,per=dim')
    expect(rounds.map((/** @type {any} */ r) => [r.round, r.theory])).toEqual([
        ['even', 1],
        ['away', 1],
        ['trunc', 4],
        ['stochastic', 2],
    ])
    for (const { factor, theory } of rounds) expect(Math.abs(factor / theory - 1)).toBeLessThan(0.1)
    expect(found[0]).toMatchObject({ worst_dim: 2, half_error_dims: 1 })
    expect(found[0].worst_dim_share).toBeCloseTo(81 / 84, 1)
    const { out } = run('range', 'rounds.npy', '-s', 'int6:map=offset,per=dim')
    expect(out).toMatch(/worst dim\n.* 2 \(9\d\.\d %\)\n/)
    expect(out).toMatch(/\ntrunc +\d\.\d{3} +4\n/)
})

test('any memory gives the same report', () => {
    writeRows('memory.npy', [2000, 20], noise(40000))
    const of = (/** @type {string[]} */ ...more) =>
        run('range', 'memory.npy', '-s', 'int4:per=dim', '--json', ...more)
    const { out } = of()
    for (const memory of ['1', '40k', '1M', '3G'])
        expect(of('--memory', memory)).toEqual({ status: 0, out, err: '' })
})

test('scales of rows and blocks are those that encode stores', () => {
    const [rows, dim] = [500, 70] // read in several pieces
    writeRows('own.npy', [rows, dim], noise(rows * dim))
    for (const [spec, groups] of /** @type {[string, number][]} */ ([
        ['int8:map=affine', 1],
        ['int8:map=offset,per=block', 3],
    ])) {
        const found = report('own.npy', '-s', spec, '--threads', '1')
        expect(report('own.npy', '-s', spec, '--threads', '3', '--memory', '1M')).toEqual(found)
        for (const rule of found.rules) {
            expect(run('encode', 'own.npy', '-s', rule.spec, '-o', 'own').status).toBe(0)
            const bytes = readFileSync(file('own'))
            const rowBytes = bytes.length / rows
            const params = rowBytes - groups * (rule.zero ? 5 : 8) // a scale, and a zero point or a low
            expect(params).toBe(rule.zero ? dim : 96)
            for (const key of ['lo', 'hi', 'scale', 'scale_mse']) expect(rule[key]).toHaveLength(rows * groups)
            const stored = Array.from({ length: rows * groups }, (_, i) => {
                const at = Math.floor(i / groups) * rowBytes + params + (i % groups) * 4
                const scale = bytes.readFloatLE(at)
                return rule.zero ? [scale, bytes.readInt8(at + 4)] : [scale, bytes.readFloatLE(at + 4 * groups)]
            })
            expect(
                rule.scale.map((/** @type {number} */ scale, /** @type {number} */ i) => [
                    Math.fround(scale),
                    rule.zero ? rule.zero[i] : Math.fround(rule.lo[i]),
                ]),
            ).toEqual(stored)
        }
        const [least, most] = [Math.min, Math.max].map(of => of(...found.rules[0].scale).toPrecision(4))
        expect(run('range', 'own.npy', '-s', spec).out).toContain(` ${Number(least)} to ${Number(most)} `)
    }
    const full = shell('TMPDIR=/nowhere "$0" range own.npy -s int4 --json')
    expect(full).toEqual({
        status: 5,
        out: '',
        err: expect.stringMatching(/^quantscope: \/nowhere: a temporary file/),
    })
    // No room: seen before anything is printed, though buffers hold all of the lists.
    writeRows('few.npy', [3, 8], noise(24))
    const limited = shell(`trap '' XFSZ; ulimit -f 0; TMPDIR=. "$0" range few.npy -s int4 --json`)
    expect(limited).toEqual({ status: 5, out: '', err: expect.stringMatching(/^quantscope: \.: a temporary file/) })
})

/** How a run of two threads at most ends that may have so many KB of data: heap and stacks, counted when asked for,
 * touched or not. The heap grows by what is asked for, not by steps of 128 KB.
 * @param {number} kilobytes @param {string} line */
const within = (kilobytes, line) =>
    shell(
        `ulimit -d ${kilobytes}; OMP_THREAD_LIMIT=2 OMP_STACKSIZE=512K MALLOC_TOP_PAD_=0 "$0" ${line} --json >/dev/null`,
    )

/** The fewest KB of data that it runs with. @param {string} line */
function least(line) {
    let [few, enough] = [0, 1 << 20]
    while (enough - few > 1) {
        const between = (few + enough) >> 1
        if (within(between, line).status === 0) enough = between
        else few = between
    }
    return enough
}

test.each([
    [8 << 20, 512, ['int8:map=offset,per=dim', 'int8:per=tensor']],
    [2 << 20, 64, ['int4:per=block', 'int4:map=offset,outliers=20']],
])('a file four times larger than the memory, %i bytes, stays within it', (memory, dim, specs) => {
    const each = noise(dim < 512 ? memory / dim : memory) // rows of one value have no range to search for, and are quick
    const values = Float32Array.from({ length: memory }, (_, i) => each[dim < 512 ? Math.floor(i / dim) : i])
    writeFileSync(file('large.npy'), npyOf(headerOf('<f4', [memory / dim, dim]), new Uint8Array(values.buffer)))
    expect(values.byteLength).toBe(4 * memory)
    writeRows('small.npy', [1, dim], values.subarray(0, dim))
    for (const spec of specs) {
        const program = least(`range small.npy -s ${spec} --memory 1`)
        const large = `range large.npy -s ${spec} --memory ${memory}`
        expect(within(program, large).status).toBe(4)
        expect(within(program + memory / 1024, large).status).toBe(0)
    }
})

test('0 has no sign in a table', () => {
    writeRows('zeros.npy', [3, 2], [0, 0, 0, 0, 0, 0])
    writeRows('negative.npy', [3, 2], [-0, -1, -2, -0, -1, -1])
    for (const spec of ['int8:per=tensor', 'int4:map=offset,per=dim', 'int8:map=affine,per=tensor'])
        for (const name of ['zeros.npy', 'negative.npy'])
            expect(run('range', name, '-s', spec).out).not.toMatch(/nan|-0(\.0*)?( |$)/m)
    expect(run('bits', '-nan', '-s', 'f16').out).toMatch(/is float32 nan, bits 0xffc00000/)
})

test('what is said of kl', () => {
    writeRows('bytes.npy', [900, 2], noise(1800).map(Math.round))
    expect(report('bytes.npy', '-s', 'int8:per=dim').notes).toEqual([
        expect.stringMatching(/^of 2 of 2 scales rule kl/),
    ])
    expect(report('bytes.npy', '-s', 'int8').notes).toEqual([expect.stringMatching(/^kl is left out: it compares/)])
    writeRows('normal.npy', [9000, 1], noise(9000))
    expect(report('normal.npy', '-s', 'int8:per=dim').notes).toEqual([])
    const warned = (/** @type {string} */ name, /** @type {string} */ spec) =>
        JSON.parse(run('sweep', name, '-s', spec, '--json').out).warnings.filter((/** @type {string} */ text) =>
            text.includes('rule kl'),
        )
    expect(warned('bytes.npy', 'int8:per=dim,range=kl')).toEqual([
        expect.stringMatching(/^int8:per=dim,range=kl: of 2 of 2 scales rule kl/),
    ])
    expect(warned('normal.npy', 'int8:per=dim,range=kl')).toEqual([])
})

test('what is refused', () => {
    writeRows('few.npy', [2, 2], [1, 2, 3, 4])
    const refused = (/** @type {string[]} */ ...args) => {
        const { status, out, err } = run('range', ...args)
        expect(out).toBe('')
        return [status, err.trim()]
    }
    expect(refused('few.npy')[0]).toBe(2)
    expect(refused('few.npy', '-s', 'int4:per=tensor,feedback=1')).toEqual([
        2,
        expect.stringContaining('measure it with sweep'),
    ])
    for (const spec of ['f16', 'binary', 'e8m0', 'q4_0', 'nf4'])
        expect(refused('few.npy', '-s', spec)).toEqual([
            2,
            expect.stringContaining(`${spec} has no range to choose`),
        ])
    expect(refused('few.npy', '-s', 'int4:range=kl')).toEqual([2, expect.stringContaining('per=tensor or per=dim')])
    for (const memory of ['0', '-1', '1.5', '64MB', '0x10', '1e9', '1k1', '.', 'lots', ''])
        expect(refused('few.npy', '-s', 'int4', '--memory', memory)[0]).toBe(2)
    expect(refused('none.npy', '-s', 'int4')[0]).toBe(3)
    writeRows('far.npy', [2, 3], [1, 3e38, 2, 1, -3e38, 3])
    expect(refused('far.npy', '-s', 'int8:map=offset,per=dim')).toEqual([
        3,
        expect.stringContaining('dim 1: the range from -3.00000001e+38 to 3.00000001e+38'),
    ])
    writeRows('nan.npy', [2, 2], [1, 2, NaN, 4])
    expect(refused('nan.npy', '-s', 'int4:per=tensor')).toEqual([3, expect.stringContaining('row 1, column 0')])
})
