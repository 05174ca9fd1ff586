// The command line in general: help, usage, common options, and the commands that read no file.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { path } from './core.js'
import { run, shell } from './cli.js'

const commands = [
    'formats',
    'backends',
    'bits',
    'info',
    'encode',
    'decode',
    'sweep',
    'tensors',
    'range',
    'plan',
    'bench',
]
const { version } = JSON.parse(readFileSync(path('package.json'), 'utf8'))

test('alone it prints help and exits 2', () => {
    const { status, out, err } = run()
    expect([status, out]).toEqual([2, ''])
    for (const command of commands) expect(err).toMatch(new RegExp(`^ {2}${command} `, 'm'))
})

test('--help and --version', () => {
    const help = run('--help')
    expect([help.status, help.err]).toEqual([0, ''])
    expect(help.out).toContain('Exit: 0 done, 1 an --assert did not hold')
    expect(run('-h')).toEqual(help)
    for (const line of help.out.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    expect(run('plan', `-${'h'.repeat(100_000)}`)).toEqual(run('plan', '--help'))
    expect(run('--version')).toEqual({ status: 0, out: `quantscope ${version}\n`, err: '' })
    expect(run('plan', '--version').out).toBe(`quantscope ${version}\n`)
})

test.each(commands)('%s --help teaches', command => {
    const { status, out, err } = run(command, '--help')
    expect([status, err]).toEqual([0, ''])
    expect(run(command, '-h').out).toBe(out)
    expect(out).toMatch(new RegExp(`^quantscope ${command}: .+\n\nUsage: quantscope ${command} `))
    expect(out).toContain('\nCommon options:\n')
    expect(out.split('\nExamples:\n')[1].match(/^ {2}quantscope \w+ ?.*$/gm)).toHaveLength(2)
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    for (const common of ['--threads N', '--backend NAME', '--seed N', '--quiet', '--version', '--help'])
        expect(out).toContain(common)
})

test.each([
    [['sweeep'], "there is no command 'sweeep'; did you mean sweep? Commands: formats backends bits"],
    [['xyzzyx'], "there is no command 'xyzzyx'; commands: formats"],
    [['--threads', '2'], "there is no option '--threads'; only -h, --help and --version may come before a command"],
    [['--verson'], "there is no option '--verson'; did you mean --version"],
    [['plan', '--rowz', '5'], 'plan: there is no option --rowz; did you mean --rows? It takes --spec --rows --dim'],
    [['plan', '-x'], 'plan: there is no option -x'],
    [['plan', '--json=yes'], 'plan: --json takes no value'],
    [['plan', '--rows'], 'plan: --rows lacks its value'],
    [['plan', '--rows', '5'], 'plan: --dim D is missing'],
    [['plan', '--dim', '5'], 'plan: --rows N is missing'],
    [['plan', '--rows', '5x', '--dim', '5'], "--rows takes a whole number from 1 to 9007199254740992, not '5x'"],
    [['plan', '--rows', '-5', '--dim', '5'], "not '-5'"],
    [['plan', '--rows', '0', '--dim', '5'], "not '0'"],
    [['plan', '--rows', '5', '--dim', '1e3'], "not '1e3'"],
    [['plan', '--rows', '5', '--dim', ''], "not ''"],
    [['plan', 'extra', '--rows', '5', '--dim', '5'], "plan: 'extra' is one argument too many"],
    [['plan', '--rows', '5', '--dim', '5', '-s', 'int9'], "spec 'int9': "],
    [['plan', '--rows', '5', '--dim', '5', '-s', 'int8:map=up'], 'map=up: map takes sym, affine, offset'],
    [['plan', '--rows', '5', '--dim', '5', '-s', ''], "spec '': "],
    [['formats', '--threads', '0'], "--threads takes a whole number from 1 to 1024, not '0'"],
    [['formats', '--seed', '-1'], "--seed takes a whole number from 0 to 4294967295, not '-1'"],
    [['formats', '--backend', 'sse9'], 'sse9'],
    [['info'], 'info: an argument is missing; usage: quantscope info FILE'],
    [['info', 'a', 'b'], "info: 'b' is one argument too many"],
])('%j is wrong usage', (args, words) => {
    const { status, out, err } = run(...args)
    expect(err).toMatch(/^quantscope: /)
    expect(err).toContain(words)
    expect([status, out]).toEqual([2, ''])
})

test('formats', () => {
    const { formats } = JSON.parse(run('formats', '--json').out)
    const table = run('formats').out.split('\n')
    expect(formats.length).toBeGreaterThan(10)
    for (const { name } of formats) expect(table.some(line => line.startsWith(`${name} `))).toBe(true)
    const wide = JSON.parse(run('formats', '--dim', '384', '--json').out).formats
    expect(wide.find((/** @type {any} */ f) => f.name === 'int8').bits_per_value).toBeCloseTo(8 + 32 / 384, 4)
    expect(run('formats', '--dim', '384').out).toMatch(/^int8 +8 +8\.08333 /m)
})

test('a format and its options', () => {
    const { status, out, err } = run('formats', 'int4:per=block,block=64')
    expect([status, err]).toEqual([0, ''])
    expect(out).toMatch(/^int4:per=block,block=64: 4-bit integer\n/)
    expect(out).toMatch(/^per +row, tensor, dim, block +block +what shares one scale$/m)
    expect(out).toMatch(/^block +32; 1 to 65536 +64 +values of a block$/m)
    expect(out).toMatch(/^p +99\.9; 50 to 100 +- +per cent of the values kept/m)
    expect(out).toMatch(/^outliers +0; 0 to 1000 +0 +T: .* rounded up to whole values \(one at least\)/m)
    const { spec, options } = JSON.parse(run('formats', 'INT4', '--json').out)
    expect([spec, options[0].name]).toEqual(['int4', 'map'])
    for (const { name } of options) expect(out).toMatch(new RegExp(`^${name} `, 'm'))
    for (const { name } of JSON.parse(run('formats', '--json').out).formats)
        expect(run('formats', name).status).toBe(0)
    expect(run('formats', 'int9').err).toContain("spec 'int9': int9 is no format")
    expect(run('formats', 'int4', 'int8')).toMatchObject({ status: 2, out: '' })
    expect(run('formats', 'int4', '--dim', '8')).toMatchObject({ status: 2, out: '' })
    expect(run('sweep', '--help').out).toContain('quantscope formats int4 the options of one.')
})

test('backends', () => {
    const { backends } = JSON.parse(run('backends', '--json').out)
    expect(backends[0]).toMatchObject({ name: 'ref', available: true, features: [] })
    for (const { features } of backends) for (const f of features) expect(run('backends').out).toContain(f)
    for (const { name, available } of backends) {
        const { status, out } = run('backends', '--json', '--backend', name)
        expect(status).toBe(available ? 0 : 2)
        if (!available) continue
        const used = JSON.parse(out).backends.filter((/** @type {any} */ b) => b.used)
        expect(used.map((/** @type {any} */ b) => b.name)).toEqual([name])
    }
    expect(run('backends').out).toMatch(/^ref .* yes +(yes|no)$/m)
})

test('plan', () => {
    const args = ['plan', '-s', 'int8', '-s', 'BINARY:rescore=4', '--rows', '10000', '--dim', '384']
    const { plans } = JSON.parse(run(...args, '--json').out)
    expect(plans.map((/** @type {any} */ p) => p.spec)).toEqual(['int8', 'binary:rescore=4'])
    expect(plans[0].bytes).toMatchObject({ codes: 3840000, scales: 40000, total: 3880000, per_row: 388 })
    expect(plans[1].bytes).toMatchObject({ codes: 480000, total: 480000, originals: 15360000 })
    const { out, err } = run(...args)
    expect(err).toBe('')
    expect(out).toMatch(/^int8 +8\.083 +388 +3,840,000 +40,000 .* 3,880,000 +3\.96 /m)
    expect(JSON.parse(run('plan', '--rows', '10', '--dim', '4', '--json').out).plans.length).toBeGreaterThan(10)
})

test('numbers are the same in any locale', () => {
    const { out } = shell('LC_ALL=de_DE.UTF-8 "$0" plan -s int8 --rows 10 --dim 384 --json')
    expect(out).toBe(run('plan', '-s', 'int8', '--rows', '10', '--dim', '384', '--json').out)
})

test('a full disk behind standard output exits 5', () => {
    const { status, err } = shell('"$0" formats --json >/dev/full')
    expect([status, err]).toEqual([5, 'quantscope: standard output cannot be written: No space left on device\n'])
})
