// What the command line says: warnings, names that a terminal would obey, options where a value is expected.
import { writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { file, noise, run, shell, writeRows } from './cli.js'

beforeAll(() => writeRows('base.npy', [60, 100], noise(6000)))

const FEWER = 'outliers=1 asks for 0.1 of the 100 values of a row; 1 is kept, 10 per mille'

test('outliers that are more than was asked for', () => {
    const specs = ['-s', 'int4:outliers=1', '-s', 'int4:outliers=20']
    const sweep = run('sweep', 'base.npy', ...specs, '--json')
    expect([sweep.status, sweep.err]).toEqual([0, ''])
    expect(JSON.parse(sweep.out).warnings).toEqual([`int4:outliers=1: ${FEWER}`])
    expect(run('sweep', 'base.npy', ...specs).out).toContain(`\nWarning: int4:outliers=1: ${FEWER}\n`)
    const warned = `quantscope: warning: int4:outliers=1: ${FEWER}\n`
    expect(run('encode', 'base.npy', '-s', 'int4:outliers=1', '-o', 'a')).toMatchObject({ status: 0, err: warned })
    expect(run('encode', 'base.npy', '-s', 'int4:outliers=20', '-o', 'a')).toMatchObject({ status: 0, err: '' })
    const planned = run('plan', ...specs, '--rows', '9', '--dim', '100')
    expect(planned).toMatchObject({ status: 0, err: '' })
    expect(planned.out).toContain(`\nWarning: int4:outliers=1: ${FEWER}\n`)
    const plans = run('plan', ...specs, '--rows', '9', '--dim', '100', '--json')
    expect(plans.err).toBe('')
    expect(JSON.parse(plans.out).plans.map((/** @type {{ warnings: string[] }} */ p) => p.warnings)).toEqual([
        [`int4:outliers=1: ${FEWER}`],
        [],
    ])
})

/** A .safetensors of one float32 tensor of 2 x 2. @param {string} name */
function safetensorsOf(name) {
    const head = JSON.stringify({ [name]: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] } })
    const length = Buffer.alloc(8)
    length.writeUInt32LE(Buffer.byteLength(head))
    return Buffer.concat([length, Buffer.from(head), Buffer.from(Float32Array.of(1, 2, 3, NaN).buffer)])
}

test('names do not act on the terminal', () => {
    const name = 'a\x1b[31m\r\n\x07b\x7f\u009b\u2028\u202e\u2066c\u00e9|"'
    const seen = 'a\\x1b[31m\\x0d\\x0a\\x07b\\x7f\\xc2\\x9b\\xe2\\x80\\xa8\\xe2\\x80\\xae\\xe2\\x81\\xa6c\u00e9|"'
    const path = 'odd\x1b]0;title\x07.safetensors'
    writeFileSync(file(path), safetensorsOf(name))
    const info = run('info', path)
    expect(info.status).toBe(0)
    expect(info.out.split('\n')[0]).toMatch(/^odd\\x1b\]0;title\\x07\.safetensors: safetensors, /)
    expect(info.out).toContain(`\n${seen} `)
    const told = [
        info,
        run('tensors', path, '-s', 'int8'),
        run('tensors', path, '-s', 'int8', '--csv'),
        run('tensors', path, '-s', 'f16', '--md'),
        run('tensors', path, '--tensor', `${name}?`),
        run('sweep', path, '-s', 'int8'),
        run('sweep', path, '--tensor', `${name}?`),
        run('range', path, '-s', 'int8:per=tensor'),
        run('encode', path, '-s', 'int8', '-o', 'out\x1b'),
        run('encode', path, '-s', 'int8', '-o', 'none\x1b/out'),
        run('info', 'none\x1b'),
        run('formats', '\x1b'),
        run('bits', '1', '-s', '\x1b'),
        run('\x1b'),
    ]
    for (const { out, err } of told)
        expect(out + err).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/)
    expect(run('tensors', path, '-s', 'int8').err).toContain(seen)
    expect(JSON.parse(run('info', path, '--json').out).tensors[0].name).toBe(name)
})

test('bytes that are no UTF-8', () => {
    expect(shell(`"$0" info "$(printf 'x\\377y')"`).err).toBe('quantscope: x\\xffy: there is no such file\n')
})

test.each([
    [
        ['sweep', 'base.npy', '--calibrate-rows', '--threads', '1'],
        "sweep: --calibrate-rows lacks its value N: '--threads' behind it is an option",
    ],
    [['sweep', 'base.npy', '-k', '--json'], "sweep: -k lacks its value N: '--json' behind it is an option"],
    [
        ['sweep', 'base.npy', '-q', '-s', 'int8'],
        "sweep: --queries lacks its value FILE: '-s' behind it is an option",
    ],
    [
        ['sweep', 'base.npy', '--threads', '--json'],
        "sweep: --threads lacks its value N: '--json' behind it is an option",
    ],
    [
        ['sweep', 'base.npy', '--assert', '--calibrate=x'],
        "sweep: --assert lacks its value EXPR: '--calibrate=x' behind it is an option",
    ],
    [
        ['encode', 'base.npy', '-o', '-s', 'int8'],
        "encode: --output lacks its value OUT: '-s' behind it is an option",
    ],
    [
        ['encode', 'base.npy', '-s', 'int8', '-o', '--', 'x'],
        "encode: --output lacks its value OUT: '--' behind it is an option",
    ],
    [['decode', 'a', '-o'], 'decode: --output lacks its value FILE.npy'],
    [['tensors', 'a', '--tensor'], 'tensors: --tensor lacks its value NAME'],
    [
        ['range', 'a', '-s', 'int8', '--memory', '--json'],
        "range: --memory lacks its value BYTES: '--json' behind it is an option",
    ],
    [['plan', '--rows', '--dim', '3'], "plan: --rows lacks its value N: '--dim' behind it is an option"],
    [['formats', '--dim', '--json'], "formats: --dim lacks its value N: '--json' behind it is an option"],
    [['bench', '--work', '--json'], "bench: --work lacks its value NAME: '--json' behind it is an option"],
])('%j', (args, words) => {
    const { status, out, err } = run(...args)
    expect([status, out]).toEqual([2, ''])
    expect(err).toBe(`quantscope: ${words}\nSee: quantscope ${args[0]} --help\n`)
})

test('a value may begin with a dash where it is no option', () => {
    expect(run('bits', '-1.5', '-s', 'int8').status).toBe(0)
    expect(run('encode', 'base.npy', '-s', 'int8', '-o', '-x-').status).toBe(0)
    expect(run('encode', 'base.npy', '-s', 'int8', '--output=--json').status).toBe(0)
    expect(run('sweep', 'base.npy', '-k', '-5').err).toContain(
        "-k takes a whole number from 1 to 1000000, not '-5'",
    )
})
