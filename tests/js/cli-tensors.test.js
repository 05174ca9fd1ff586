// quantscope tensors, and other commands on .safetensors: real weights against plain loops, and what is refused.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { file, noise, readRows, run, shell, text, writeRows } from './cli.js'
import { newCore, path } from './core.js'
import { factsOf, measure, readTensors } from './weights.js'

const samples = ['silero-vad-part.safetensors', 'digits-mlp.safetensors']
const [silero, digits] = samples
const lite = 'use-lite-part.safetensors' // of which only what plain loops are quick at is asked

/** A .safetensors of tensors one behind another. @param {string} name @param {Record<string, [string, number[], Uint8Array]>} tensors */
function write(name, tensors) {
    let at = 0
    const header = Object.entries(tensors).map(([key, [dtype, shape, data]]) => [
        key,
        { dtype, shape, data_offsets: [at, (at += data.length)] },
    ])
    const json = Buffer.from(JSON.stringify(Object.fromEntries(header)))
    const length = Buffer.alloc(8)
    length.writeUInt32LE(json.length)
    writeFileSync(file(name), Buffer.concat([length, json, ...Object.values(tensors).map(([, , data]) => data)]))
}

const floats = (/** @type {ArrayLike<number>} */ values) => new Uint8Array(Float32Array.from(values).buffer)

beforeAll(() => {
    for (const name of [...samples, lite]) copyFileSync(path(`tests/data/weights/${name}`), file(name))
    write('mixed.safetensors', {
        half: ['F16', [2, 3], new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0, 0x3800, 1, 0x7bff).buffer)],
        'brain float': ['BF16', [1, 2], new Uint8Array(Uint16Array.of(0x3f80, 0xbf00).buffer)],
        ids: ['I64', [4, 1], new Uint8Array(32)],
        wave: ['C64', [1, 2], new Uint8Array(16)],
        none: ['F32', [0, 4], new Uint8Array(0)],
        one: ['F32', [], floats([2.5])],
        norm: ['F32', [8], floats(noise(8))],
    })
})

/** The report of tensors. @param {string[]} args */
function report(...args) {
    const { status, out, err } = run('tensors', ...args, '--json')
    expect([status, err]).toEqual([0, ''])
    return JSON.parse(out)
}

const grains = [
    ['tensor', ':per=tensor'],
    ['row', ''],
    ['block', ':per=block'],
]

test.each(samples)('%s is measured as plain loops measure it', name => {
    const specs = [8, 4, 3, 2].flatMap(bits =>
        grains.map(([per, options]) => ({ bits, per, spec: `int${bits}${options}` })),
    )
    const whole = report(name, ...specs.flatMap(({ spec }) => ['-s', spec]))
    const weights = readTensors(readFileSync(file(name))).filter(({ shape }) => shape.length > 1)
    expect(whole.tensors.map((/** @type {any} */ t) => t.name)).toEqual(weights.map(t => t.name))
    for (const [t, weight] of weights.entries()) {
        const { facts, results, ...rest } = whole.tensors[t]
        expect(rest).toMatchObject({ name: weight.name, shape: weight.shape, rows: weight.rows, dim: weight.dim })
        const plain = factsOf(weight.values)
        expect([facts.min, facts.max].map(Math.fround)).toEqual([plain.min, plain.max])
        for (const [key, value] of Object.entries(plain)) expect(facts[key] / value).toBeCloseTo(1, 5)
        for (const [i, { spec, bits, per }] of specs.entries()) {
            const errors = measure(weight, bits, per)
            expect(results[i].spec).toBe(spec)
            expect(Math.abs(results[i].error.sqnr_db - errors.sqnr_db)).toBeLessThan(0.01)
            expect(results[i].error.mse / errors.mse).toBeCloseTo(1, 3)
            expect(results[i].error.max_abs / errors.max_abs).toBeCloseTo(1, 3)
            expect(results[i].error.cosine_mean).toBeCloseTo(errors.cosine_mean, 4)
            expect(results[i].error.rounding_mse).toBe(results[i].error.mse)
            expect(results[i].error.clipping_mse).toBe(0)
            expect(Math.abs(results[i].error.bias - errors.bias)).toBeLessThan(1e-4 * errors.max_abs)
            expect(results[i].error.length_ratio).toBeCloseTo(errors.length_ratio, 4)
        }
    }
})

// SQNR of int8, int4, int3 and int2, with one scale for the tensor, a row, and 32 values.
test.each([
    [
        silero,
        'encoder.2.reparam_conv.weight',
        [20.1275, 3.3857, 2.3751, 1.2533],
        [34.1449, 13.1427, 8.6924, 2.9236],
        [40.3248, 17.2335, 12.3582, 5.896],
    ],
    [
        silero,
        'encoder.3.reparam_conv.weight',
        [16.8115, 3.2354, 2.6859, 1.5938],
        [33.63, 14.4495, 9.958, 4.2552],
        [39.0546, 18.2562, 14.0685, 7.7774],
    ],
    [
        lite,
        'encoder.layer.1.attention.output.weight',
        [27.2536, 2.4764, 0.1658, 0.0398],
        [42.6714, 17.4854, 10.1442, 1.5677],
        [45.4977, 20.3977, 12.9873, 3.6787],
    ],
])('%s: %s has these answers', (model, name, ...rows) => {
    const bits = [8, 4, 3, 2]
    const [weight] = readTensors(readFileSync(file(model))).filter(t => t.name === name)
    const specs = grains.flatMap(([, options]) => bits.flatMap(b => ['-s', `int${b}${options}`]))
    const { results } = report(model, '--tensor', name, ...specs).tensors[0]
    for (const [i, expected] of rows.flat().entries()) {
        expect(Math.abs(results[i].error.sqnr_db - expected)).toBeLessThan(0.01)
        if (model === silero || bits[i % 4] === 4)
            expect(
                Math.abs(measure(weight, bits[i % 4], grains[Math.floor(i / 4)][0]).sqnr_db - expected),
            ).toBeLessThan(0.01)
    }
})

test('facts are the same from the module', async () => {
    const core = await newCore()
    const weights = readTensors(readFileSync(file(silero))).filter(({ shape }) => shape.length > 1)
    const { tensors } = report(silero, '-s', 'f32')
    for (const [t, { rows, dim, values }] of weights.entries()) {
        const handle = core.open('qs_values_open', dim)
        do core.call('qs_values_observe', handle, 0, Float32Array.from(values), rows)
        while (core.call('qs_values_next_pass', handle))
        expect(core.json('qs_values_json', handle)).toEqual(tensors[t].facts)
        core.call('qs_values_close', handle)
    }
})

test('the report', () => {
    const whole = report(digits, '-s', 'int8', '-s', 'F16', '--threads', '1', '--backend', 'ref')
    expect(Object.keys(whole)).toEqual([
        'quantscope',
        'file',
        'warnings',
        'findings',
        'tensors',
        'kept',
        'not_measured',
        'totals',
        'timing',
    ])
    expect(whole).toMatchObject({
        file: digits,
        warnings: [],
        kept: { tensors: 2, values: 42, bytes: 168 },
        totals: [
            { spec: 'int8', bytes: 32 * (64 + 4) + 10 * (32 + 4) + 168, float32_bytes: 9640, file_bytes: 9640 },
            { spec: 'f16', bytes: 2 * (2048 + 320) + 168, float32_bytes: 9640, file_bytes: 9640 },
        ],
        timing: { backend: 'ref', threads: 1, tensors: [{ name: 'fc1.weight' }, { name: 'fc2.weight' }] },
    })
    expect(Object.keys(whole.tensors[0].results[0])).toEqual(['spec', 'bytes', 'error'])
    expect(Object.keys(whole.timing.tensors[0].results[0])).toEqual(['spec', 'fit_s', 'encode_s'])
    const other = report(digits, '-s', 'int8', '-s', 'F16', '--threads', '3')
    expect({ ...other, timing: 0 }).toEqual({ ...whole, timing: 0 })
    expect(report(digits).totals.length).toBeGreaterThanOrEqual(12)
})

test('a tensor by its name, whatever its shape', () => {
    const whole = report('mixed.safetensors', '-s', 'f32', '--tensor', 'norm', '--tensor', 'one')
    expect(whole.tensors.map((/** @type {any} */ t) => [t.name, t.shape, t.rows, t.dim])).toEqual([
        ['one', [], 1, 1],
        ['norm', [8], 1, 8],
    ])
    expect(whole.tensors[0].facts).toEqual({
        min: 2.5,
        max: 2.5,
        mean: 2.5,
        std: 0,
        largest_sigma: null,
        excess_kurtosis: null,
    })
    expect(whole).toMatchObject({ warnings: [], kept: { tensors: 0, values: 0, bytes: 0 } })
    expect(whole.totals).toEqual([{ spec: 'f32', bytes: 36, float32_bytes: 36, file_bytes: 36, times_smaller: 1 }])
})

test('halves, and tensors that are not read', () => {
    const whole = report('mixed.safetensors', '-s', 'f16')
    expect(whole.warnings).toEqual([
        'ids: integers stay as they are; --tensor NAME measures them',
        'wave: C64 is not read; convert it to F32, F16 or BF16 first',
    ])
    expect(whole.tensors.map((/** @type {any} */ t) => [t.name, t.facts.min, t.facts.max])).toEqual([
        ['half', -2, 65504],
        ['brain float', -0.5, 1],
    ])
    for (const tensor of whole.tensors) expect(tensor.results[0].error.mse).toBe(0)
    expect(whole).toMatchObject({ kept: { tensors: 2, values: 9, bytes: 36 } })
    const { out } = run('tensors', 'mixed.safetensors', '-s', 'f16')
    expect(out).toContain('\nWarning: ids: integers stay as they are')
    expect(out).toContain('\nKept as stored: 2 tensors of fewer than two dimensions, 9 values, 36 bytes.') // one has none
})

test('tables', () => {
    const { status, out, err } = run('tensors', digits, '-s', 'int8', '-s', 'int4:per=block')
    expect([status, err]).toEqual([0, ''])
    expect(out).toMatch(/^fc1\.weight +32 x 64 +-0\.8611\d +0\.8102\d +0\.2955 +3\.\d +-0\.\d\d$/m)
    expect(out).toMatch(/^fc1\.weight +int8 +2,176 +3\.76 +8\.500 +\d\d\.\d\d +\S+ +\S+ +0 +0\.9999\d\d$/m)
    expect(out).toMatch(/^all, with what is kept +int8 +2,704 +3\.57 *$/m)
    expect(out).toContain(
        "Kept as stored: 2 tensors of fewer than two dimensions, 42 values, 168 bytes. The file's tensors: 9,640 bytes; all in float32: 9,640.",
    )
    const lines = run('tensors', digits, '-s', 'int8', '--md').out.split('\n')
    expect(lines[0]).toMatch(/^\| tensor +\| shape +\| +min \|/)
    expect(lines[1]).toMatch(/^\| :-+ \| :-+ \| -+: \|/)
    write('marks.safetensors', { 'a|b\\*c<d': ['F32', [2, 2], floats([1, 2, 3, 4])] })
    const [head, , row] = run('tensors', 'marks.safetensors', '-s', 'int8', '--md').out.split('\n')
    expect(row).toMatch(/^\| a\\\|b\\\\\\\*c\\<d \| 2 x 2 \|/)
    expect(row.replaceAll('\\|', '').split('|').length).toBe(head.split('|').length)
})

test('warnings of one kind are one, with the first names', () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const tensors = names.map((name, i) => [name, ['F32', [40, i + 2], floats(noise(40 * (i + 2)))]])
    write('few.safetensors', { ...Object.fromEntries(tensors), x: ['I64', [1, 1], new Uint8Array(8)] })
    const args = ['-s', 'int4:per=dim,range=kl', '-s', 'int8:per=dim,range=kl', '-s', 'int4:per=tensor,range=kl']
    const { warnings } = report('few.safetensors', ...args)
    const fewer = (/** @type {string} */ words) => expect.stringMatching(`^${words} rule kl saw .*there`)
    expect(warnings).toEqual([
        'x: integers stay as they are; --tensor NAME measures them',
        fewer('a, b, c and 2 more: int4:per=dim,range=kl: of 2 of 2 scales'),
        fewer('a, b, c and 2 more: int8:per=dim,range=kl: of 2 of 2 scales'),
        fewer('a, b, c and 2 more: int4:per=tensor,range=kl:'),
    ])
    expect(warnings.map((/** @type {string} */ w) => w.endsWith('(the numbers are those of the first)'))).toEqual([
        ...[false, true, true, false],
    ])
    expect(run('tensors', 'few.safetensors', ...args).out.match(/^Warning: /gm)).toHaveLength(4)
    const [alone] = report('few.safetensors', '--tensor', 'd', ...args).warnings
    expect(alone).toMatch(/^d: int4:per=dim,range=kl: of 5 of 5 .* there$/)
})

test('CSV has every figure of the report', () => {
    const [head, ...rows] = run('tensors', digits, '-s', 'int8', '-s', 'f16', '--csv').out.trimEnd().split('\n')
    const { tensors, totals } = report(digits, '-s', 'int8', '-s', 'f16')
    const keys = head.split(',')
    const { facts, results } = tensors[1]
    const figures = { rows: 10, dim: 32, ...facts, ...results[0].bytes, ...results[0].error }
    const cells = rows[2].split(',')
    expect(cells.slice(0, 3)).toEqual(['fc2.weight', 'float32', '10 x 32'])
    for (const [key, value] of Object.entries(figures)) {
        const cell = cells[keys.indexOf(key)]
        expect(cell === '' ? null : Number(cell)).toBe(value)
    }
    expect(rows).toHaveLength(6)
    expect(rows[4].match(/"[^"]*"|[^,]+/g)).toEqual([
        '"all, with what is kept"',
        '9640',
        'int8',
        `${totals[0].bytes}`,
    ])
})

test('a spec that fails on a tensor is reported and the others still run', () => {
    const values = Float32Array.from(noise(12))
    values[7] = NaN
    write('hole.safetensors', { good: ['F32', [3, 4], floats(noise(12))], bad: ['F32', [3, 4], floats(values)] })
    const { status, out, err } = run('tensors', 'hole.safetensors', '-s', 'int8', '-s', 'f16', '--json')
    const words = 'row 1, column 3 is NaN'
    expect([status, err]).toEqual([3, expect.stringContaining(`hole.safetensors: tensor 'bad': int8: ${words}`)])
    const { tensors, totals } = JSON.parse(out)
    expect(tensors[1].results[0]).toEqual({ spec: 'int8', problem: expect.stringContaining(words) })
    expect(tensors[1].facts).toMatchObject({ max: null, mean: null, std: null })
    expect(totals.map((/** @type {any} */ t) => t.spec)).toEqual(['f16'])
    expect(run('tensors', 'hole.safetensors', '-s', 'int8').out).toMatch(/^bad +int8 +- +- /m)
    expect(run('tensors', 'hole.safetensors', '-s', 'int8', '--csv').out).toContain(words)
    const holes = 'pqrst'.split('').map(name => [name, ['F32', [3, 4], floats(values)]])
    write('holes.safetensors', Object.fromEntries(holes))
    expect(run('tensors', 'holes.safetensors', '-s', 'int8', '-s', 'int4').err.split('\n')).toEqual([
        expect.stringContaining(`holes.safetensors: tensors 'p', 'q', 'r' and 2 more: int8: ${words}`),
        expect.stringContaining(`holes.safetensors: tensors 'p', 'q', 'r' and 2 more: int4: ${words}`),
        '',
    ])
    const wide = [3, 3.2].map((most, i) => [`${i}`, ['F32', [1, 2], floats([most * 1e38, most * -1e38])]])
    write('wide.safetensors', Object.fromEntries(wide))
    expect(run('tensors', 'wide.safetensors', '-s', 'int8:map=offset').err.split('\n')).toEqual([
        expect.stringMatching(/tensors '0', '1': int8:map=offset: .* from -3[.0-9]*e\+38 to 3.* overflows/),
        '',
    ])
})

test.each([
    [['missing.safetensors'], 3, 'there is no such file'],
    [[digits, '--tensor', 'fc9'], 3, "there is no tensor 'fc9'; it has: fc1.weight fc1.bias fc2.weight fc2.bias"],
    [['mixed.safetensors', '--tensor', 'wave'], 3, "tensor 'wave': C64 is not read"],
    [['mixed.safetensors', '--tensor', 'none'], 3, "tensor 'none' holds no values"],
    [['flat.npy'], 3, 'it has no tensor of two dimensions or more; --tensor NAME measures any other'],
    [['bare.safetensors'], 3, 'it holds no tensor'],
    [
        ['long.safetensors', '-s', 'f16'],
        3,
        "long.safetensors: tensor 'flat': dim=1048577: rows hold a whole number",
    ],
    [[digits, '-s', 'int9'], 2, 'int9 is no format'],
    [[digits, '--json', '--csv'], 2, 'choose one of --json, --csv and --md'],
    [[], 2, 'an argument is missing'],
])('%j is refused', (args, code, words) => {
    writeRows('flat.npy', [5], noise(5))
    write('bare.safetensors', {})
    write('long.safetensors', { flat: ['BF16', [1, 2 ** 20 + 1], new Uint8Array(2 ** 21 + 2)] })
    const { status, out, err } = run('tensors', ...args)
    expect([status, out, err]).toEqual([code, '', expect.stringContaining(words)])
})

test('a .npy is a tensor too', () => {
    writeRows('rows.npy', [5, 3], noise(15))
    expect(report('rows.npy', '-s', 'int8').tensors[0]).toMatchObject({
        name: 'data',
        shape: [5, 3],
        rows: 5,
        dim: 3,
    })
})

test('info lists every tensor', () => {
    const { tensors } = JSON.parse(run('info', 'mixed.safetensors', '--json').out)
    expect(tensors.map((/** @type {any} */ t) => [t.name, t.dtype, t.rows, t.dim])).toEqual([
        ['half', 'float16', 2, 3],
        ['brain float', 'bfloat16', 1, 2],
        ['ids', 'int64', 4, 1],
        ['wave', 'C64', 1, 2],
        ['none', 'float32', 0, 4],
        ['one', 'float32', 1, 1],
        ['norm', 'float32', 1, 8],
    ])
    expect(run('info', silero).out).toMatch(
        /^encoder\.2\.reparam_conv\.weight +float32 +\(64, 64, 3\) +64 +192 +49,152$/m,
    )
    expect(run('info', 'mixed.safetensors').out).toMatch(/^one +float32 +\(\) +1 +1 +4$/m)
})

test('sweep takes one tensor', () => {
    const { status, out } = run('sweep', digits, '--tensor', 'fc1.weight', '-s', 'int8', '--json')
    expect([status, JSON.parse(out).data]).toEqual([0, { rows: 26, dim: 64, queries: 6 }])
    expect(run('sweep', digits).err).toContain('choose one with --tensor NAME: fc1.weight')
})

test('encode and decode one tensor', () => {
    const [weight] = readTensors(readFileSync(file(digits))).filter(t => t.name === 'fc2.weight')
    expect(run('encode', digits, '-s', 'f32', '--tensor', 'fc2.weight', '-o', 'codes').status).toBe(0)
    expect(JSON.parse(text('codes.json'))).toMatchObject({ spec: 'f32', shape: [10, 32] })
    expect(run('decode', 'codes', '-o', 'back.npy').status).toBe(0)
    expect([...readRows('back.npy').values]).toEqual(weight.values)
})

test.each([
    [digits, undefined, 2, 'choose one with --tensor NAME: fc1.weight fc1.bias'],
    [digits, 'fc', 3, "there is no tensor 'fc'"],
    ['mixed.safetensors', 'wave', 3, "tensor 'wave': C64 is not read"],
    ['mixed.safetensors', 'none', 3, "tensor 'none' holds no values"],
    ['bare.safetensors', undefined, 3, 'it holds no tensors'],
])('encode of %s, tensor %s, is refused', (name, tensor, code, words) => {
    write('bare.safetensors', {})
    const { status, err } = run('encode', name, '-s', 'f32', '-o', 'never', ...(tensor ? ['--tensor', tensor] : []))
    expect([status, err]).toEqual([code, expect.stringContaining(words)])
})

test('tensors that cannot be measured are told of, and why', () => {
    const bytes = (/** @type {number} */ n) => new Uint8Array(n)
    write('ids.safetensors', { ids: ['I64', [2, 3], bytes(48)], more: ['I32', [1, 2], bytes(8)] })
    const none = run('tensors', 'ids.safetensors')
    expect(none.status).toBe(3)
    expect(none.err).toContain("ids.safetensors: tensor 'ids': integers stay as they are")
    write('void.safetensors', { none: ['F32', [0, 4], bytes(0)], one: ['F32', [3], bytes(12)] })
    expect(run('tensors', 'void.safetensors').err).toBe(
        "quantscope: void.safetensors: tensor 'none': its shape holds no value; it has no other tensor of two dimensions or more\n",
    )
    write('nothing.safetensors', {})
    expect(run('tensors', 'nothing.safetensors').err).toBe('quantscope: nothing.safetensors: it holds no tensor\n')
    const wide = 1048577
    write('wide.safetensors', {
        wide: ['F32', [1, wide], bytes(4 * wide)],
        small: ['F32', [2, 2], floats([1, 2, 3, 4])],
    })
    const { tensors, warnings } = report('wide.safetensors', '-s', 'int8')
    expect(tensors.map((/** @type {any} */ t) => t.name)).toEqual(['small'])
    expect(warnings[0]).toBe('wide: dim=1048577: rows hold a whole number of values from 1 to 1048576')
    expect(run('tensors', 'wide.safetensors', '-s', 'int8', '--tensor', 'wide').status).toBe(3)
})

test('names that do not fit the list are hinted at', () => {
    const names = Array.from({ length: 60 }, (_, i) => `layers.${i}.weight`)
    write('many.safetensors', Object.fromEntries(names.map(name => [name, ['F32', [1, 1], floats([1])]])))
    const { err } = run('sweep', 'many.safetensors', '-s', 'int8')
    expect(err).toMatch(/choose one with --tensor NAME: layers\.0\.weight .* layers\.\d+\.weight …\n/)
})

test('many tensors take as much longer as there are more', () => {
    const one = floats([1])
    const many = Array.from({ length: 10000 }, (_, i) => [`layers.${i}.scale`, ['F32', [1, 1], one]])
    write('small.safetensors', Object.fromEntries(many))
    const { status, out, err } = shell('ulimit -t 4; "$0" tensors small.safetensors -s f16 --csv | tail -n 2')
    expect([status, err]).toEqual([0, ''])
    expect(out).toMatch(/^layers\.9999\.scale,float32,1 x 1,1,1,4,f16,.*\n"all, with what is kept",,,,,40000,f16,/)
})

test('queries and calibration rows of files with several tensors go by the same name', () => {
    const rows = floats(noise(40))
    write('base.safetensors', { a: ['F32', [10, 4], rows], b: ['F32', [20, 2], rows] })
    write('one.safetensors', { only: ['F32', [10, 4], rows] })
    const sweep = (/** @type {string[]} */ ...more) =>
        run('sweep', 'base.safetensors', '--tensor', 'a', '-s', 'int8:per=tensor', '--json', ...more)
    expect(JSON.parse(sweep('-q', 'base.safetensors').out).data).toMatchObject({ rows: 10, dim: 4, queries: 10 })
    expect(JSON.parse(sweep('-q', 'one.safetensors').out).data.queries).toBe(10)
    expect(JSON.parse(sweep('--calibrate', 'base.safetensors').out).data.calibration.rows).toBe(10)
    write('other.safetensors', { x: ['F32', [10, 4], rows], y: ['F32', [10, 4], rows] })
    expect(sweep('-q', 'other.safetensors').err).toContain("other.safetensors: there is no tensor 'a'; it has: x y")
})

test('what a file is made of stays in the total: codes, zeros, scales, ids', () => {
    const of = (/** @type {number} */ bytes) => new Uint8Array(bytes)
    write('codes.safetensors', {
        qweight: ['I32', [32, 64], of(8192)],
        qzeros: ['I32', [2, 8], of(64)],
        scales: ['F16', [2, 64], of(256)],
        norm: ['BF16', [256], of(512)],
        embed: ['BF16', [16, 256], of(8192)],
        ids: ['I64', [1, 128], of(1024)],
    })
    const { kept, not_measured, totals, tensors } = report('codes.safetensors', '-s', 'bf16', '-s', 'int8')
    expect(tensors.map((/** @type {any} */ t) => [t.name, t.dtype, t.file_bytes])).toEqual([
        ['scales', 'float16', 256],
        ['embed', 'bfloat16', 8192],
    ])
    expect([kept, not_measured]).toEqual([
        { tensors: 1, values: 256, bytes: 512 },
        { tensors: 3, bytes: 9280 },
    ])
    expect(totals.map((/** @type {any} */ t) => [t.bytes, t.file_bytes])).toEqual([
        [18240, 18240],
        [14088, 18240],
    ])
})

test('experts have a scale for each output; convolutions keep theirs', () => {
    const shaped = (/** @type {number[]} */ ...shape) => [
        'F32',
        shape,
        floats(noise(shape.reduce((a, b) => a * b))),
    ]
    write(
        'axes.safetensors',
        /** @type {any} */ ({
            'experts.down': shaped(4, 8, 64),
            'blk.0.ffn_up_exps': shaped(3, 4, 8),
            'mlp.w': shaped(4, 32, 32),
            'conv.weight': shaped(8, 32, 32),
            conv2d: shaped(8, 4, 3, 3),
            taps: shaped(64, 64, 3),
        }),
    )
    const { tensors } = report('axes.safetensors', '-s', 'int8')
    expect(Object.fromEntries(tensors.map((/** @type {any} */ t) => [t.name, [t.rows, t.dim]]))).toEqual({
        'experts.down': [32, 64],
        'blk.0.ffn_up_exps': [12, 8],
        'mlp.w': [128, 32],
        'conv.weight': [8, 1024],
        conv2d: [8, 36],
        taps: [64, 192],
    })
})
