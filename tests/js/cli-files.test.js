// Files through the command line: info, encode and decode, what is refused, and that nothing is half written.
import { chmodSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { file, files, headerOf, noise, npyOf, readRows, run, shell, start, text, writeRows } from './cli.js'

const rows = noise(2500 * 12)

beforeAll(() => {
    writeRows('base.npy', [2500, 12], rows)
    mkdirSync(file('folder'))
})

test('info', () => {
    const { status, out } = run('info', 'base.npy', '--json')
    expect(status).toBe(0)
    expect(JSON.parse(out)).toEqual({
        file: 'base.npy',
        bytes: 120128,
        bytes_read: 4096,
        kind: 'npy',
        tensors: [
            { name: 'data', dtype: 'float32', shape: [2500, 12], rows: 2500, dim: 12, offset: 128, row_bytes: 48 },
        ],
    })
    expect(run('info', 'base.npy').out).toMatch(/^data +float32 +\(2500, 12\) +2,500 +12 +120,000$/m)
    writeFileSync(file('a"\n\xff.npy'), npyOf(headerOf('|u1', [3]), Buffer.from([1, 2, 3])))
    expect(JSON.parse(run('info', 'a"\n\xff.npy', '--json').out).file).toBe('a"\n\xff.npy')
})

const bad = {
    'cut.npy': [npyOf(headerOf('<f4', [10000, 384]), Buffer.alloc(9216)), 'promises 10,000 rows of 384 float32'],
    'long.npy': [npyOf(headerOf('<f4', [1, 2]), Buffer.alloc(12)), '8 bytes; 12 follow'],
    'head.npy': [npyOf(headerOf('<f4', [1, 2]), Buffer.alloc(8)).subarray(0, 40), 'byte 8: '],
    'short.npy': [Buffer.from([0x93, 0x4e]), 'byte 2: the .npy file is truncated'],
    'empty.npy': [Buffer.alloc(0), 'byte 0: the file is empty'],
    'object.npy': [npyOf(headerOf('|O', [2]), Buffer.alloc(16)), 'np.save(f, np.stack(a))'],
    'complex.npy': [npyOf(headerOf('<c8', [2]), Buffer.alloc(16)), 'save np.stack([a.real, a.imag], -1)'],
    'overflow.npy': [npyOf(headerOf('<f4', [2 ** 32, 2 ** 32]), Buffer.alloc(8)), 'more values than a file holds'],
    'norows.npy': [npyOf(headerOf('<f4', [0, 4]), Buffer.alloc(0)), 'zero rows'],
    'nodim.npy': [npyOf(headerOf('<f4', [4, 0]), Buffer.alloc(0)), 'dim 0'],
    'prose.txt': [Buffer.from('one line of words\n'.repeat(5)), 'it is text, but not of vectors'],
    'zip.npz': [Buffer.from('PK\x03\x04'.padEnd(100)), 'its directory, which should be at its end, is not there'],
    'pickle.pt': [Buffer.from('\x80\x04'.padEnd(100), 'latin1'), 'it is a pickle'],
    'data.parquet': [Buffer.from('PAR1'.padEnd(100)), 'it is Parquet'],
}

test.each(Object.entries(bad))('%s is refused', (name, [bytes, words]) => {
    writeFileSync(file(name), bytes)
    const attempts = [
        ['info', name],
        ['encode', name, '-s', 'int8', '-o', 'never'],
        ['sweep', name, '-s', 'f32'],
        ['sweep', 'base.npy', '-q', name, '-s', 'f32'],
    ]
    for (const args of attempts) {
        const { status, out, err } = run(...args)
        expect([status, out]).toEqual([3, ''])
        expect(err).toContain(`quantscope: ${name}: byte `)
        expect(err).toContain(words)
    }
    expect(files()).not.toContain('never')
})

test.each([
    ['missing.npy', 'missing.npy: there is no such file'],
    ['folder', 'folder: it is a folder, not a file'],
    ['/dev/null', '/dev/null: it is no plain file'],
    ['base.npy/x', 'base.npy/x: cannot be read: Not a directory'],
    ['', "'': the name of a file is empty"],
])('%s cannot be read', (name, words) => {
    for (const args of [
        ['info', name],
        ['encode', name, '-s', 'int8', '-o', 'never'],
        ['sweep', name],
    ]) {
        const { status, out, err } = run(...args)
        expect([status, out, err]).toEqual([3, '', expect.stringContaining(`quantscope: ${words}`)])
    }
})

test.each([
    ['f32', 48, 0],
    ['f16', 24, 2 ** -11],
    ['int8', 16, 0.5 / 127],
    ['int4:map=offset,per=dim', 6, 0.5 / 7],
    ['int8:per=tensor', 12, 0.5 / 127],
])('encode and decode by %s', (spec, rowBytes, bound) => {
    expect(run('encode', 'base.npy', '-s', spec, '-o', 'codes')).toEqual({ status: 0, out: '', err: '' })
    expect(JSON.parse(text('codes.json'))).toMatchObject({ quantscope: 1, spec, shape: [2500, 12] })
    expect(readFileSync(file('codes'))).toHaveLength(2500 * rowBytes)
    expect(run('decode', 'codes', '-o', 'back.npy')).toEqual({ status: 0, out: '', err: '' })
    const { header, values } = readRows('back.npy')
    expect(header).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (2500, 12), }")
    expect(values).toHaveLength(rows.length)
    expect(Math.max(...values.map((v, i) => Math.abs(v - rows[i])))).toBeLessThanOrEqual(bound * 1.0001)

    expect(run('encode', 'base.npy', '--params', 'codes.json', '-o', 'again').status).toBe(0)
    expect(readFileSync(file('again'))).toEqual(readFileSync(file('codes')))
    expect(text('again.json')).toBe(text('codes.json'))
    expect(files().filter(name => name.endsWith('.tmp'))).toEqual([])
})

test('--params codes with an earlier fit', () => {
    writeRows(
        'twice.npy',
        [3, 12],
        rows.slice(0, 36).map(v => v * 0.5),
    )
    expect(run('encode', 'base.npy', '-s', 'int8:per=tensor', '-o', 'fit').status).toBe(0)
    expect(run('encode', 'twice.npy', '-s', 'INT8:per=tensor', '--params', 'fit.json', '-o', 'half').status).toBe(0)
    const params = (/** @type {string} */ name) => JSON.parse(text(name)).params
    expect(params('half.json')).toEqual(params('fit.json'))
    expect(JSON.parse(text('half.json')).shape).toEqual([3, 12])

    const other = run('encode', 'twice.npy', '-s', 'int4', '--params', 'fit.json', '-o', 'never')
    expect(other).toMatchObject({ status: 2, err: expect.stringContaining('its params are of int8:per=tensor') })
    writeRows('wide.npy', [2, 13], noise(26))
    const wide = run('encode', 'wide.npy', '--params', 'fit.json', '-o', 'never')
    expect(wide).toMatchObject({ status: 3, err: expect.stringContaining('its rows have dim 13') })
    for (const [name, content] of [
        ['a.json', ''],
        ['b.json', '{"quantscope":1'],
        ['c.json', '[]'],
        ['d.json', '{"quantscope":1,"spec":"int8:per=tensor","shape":[1,12]}'],
        ['e.json', text('fit.json').slice(0, -4)],
        ['f.json', text('fit.json').replace('int8', 'int9')],
    ]) {
        writeFileSync(file(name), content)
        const wrong = run('encode', 'twice.npy', '--params', name, '-o', 'never')
        expect(wrong).toMatchObject({ status: 3, err: expect.stringMatching(`^quantscope: ${name}: .+\n$`) })
    }
    expect(files()).not.toContain('never')
})

test('decode refuses what does not fit together', () => {
    run('encode', 'base.npy', '-s', 'int8', '-o', 'whole')
    const json = text('whole.json')
    const cases = [
        [json, 16 * 2500 - 1, 'it has 39,999 bytes, but 2,500 rows of 16 bytes are 40,000, says whole.json'],
        [json.replace('2500', '2501'), 16 * 2500, '2,501 rows'],
        [json.replace('[2500', '[-1'), 16 * 2500, '"shape"'],
        [json.replace('[2500', '["2500"'), 16 * 2500, '"shape"'],
        [json.replace('2500', '0.5'), 16 * 2500, '"shape"'],
        [json.replace('2500', '1e300'), 16 * 2500, '"shape"'],
        [json.replace('"shape"', '"shapes"'), 16 * 2500, 'whole.json: '],
        [json.replace('int8', 'int9'), 16 * 2500, 'whole.json: int9 is no format'],
        [json.replace('12]', '0]'), 16 * 2500, 'whole.json: dim=0'],
        [json.slice(0, 20), 16 * 2500, 'whole.json: byte 20: this is no JSON from here on'],
        ['', 16 * 2500, 'whole.json: '],
    ]
    for (const [content, length, words] of cases) {
        writeFileSync(file('whole.json'), String(content))
        writeFileSync(file('whole'), Buffer.alloc(Number(length)))
        const { status, err } = run('decode', 'whole', '-o', 'never.npy')
        expect([status, err]).toEqual([3, expect.stringContaining(String(words))])
    }
    writeFileSync(file('alone'), 'x')
    const words = 'quantscope: alone.json: there is no such file; encode writes it beside alone\n'
    expect(run('decode', 'alone', '-o', 'never.npy').err).toBe(words)
    expect(files()).not.toContain('never.npy')
})

test.each([
    ['int8', NaN, 'NaN'],
    ['int4:per=dim', Infinity, 'infinity'],
    ['binary', -Infinity, '-infinity'],
])('%s refuses %d by row and column', (spec, value, word) => {
    const values = Float32Array.from(rows)
    values[12 * 2000 + 7] = value
    writeRows('hole.npy', [2500, 12], values)
    const { status, err } = run('encode', 'hole.npy', '-s', spec, '-o', 'never')
    expect([status, err]).toEqual([3, expect.stringContaining(`hole.npy: row 2000, column 7 is ${word}`)])
    expect(files().filter(name => /never|tmp/.test(name))).toEqual([])
    expect(run('encode', 'hole.npy', '-s', 'f16', '-o', 'kept').status).toBe(0)
})

test('float64 beyond float32 is refused by row and column', () => {
    const values = new Float64Array([1, 2, 3, 1e39])
    writeFileSync(file('far.npy'), npyOf(headerOf('<f8', [2, 2]), new Uint8Array(values.buffer)))
    const { status, err } = run('encode', 'far.npy', '-s', 'f32', '-o', 'never')
    expect([status, err]).toEqual([3, expect.stringContaining('far.npy: row 1, column 1 is beyond')])
})

test.each([
    [1, 1],
    [1, 12],
    [7, 1],
    [1025, 3],
])('%d rows of %d', (count, dim) => {
    writeRows('small.npy', [count, dim], noise(count * dim))
    for (const spec of ['int8', 'int4:map=offset,per=dim', 'binary:center=median']) {
        expect(run('encode', 'small.npy', '-s', spec, '-o', 'small').err).toBe('')
        expect(run('decode', 'small', '-o', 'small-back.npy').err).toBe('')
        expect(readRows('small-back.npy').values).toHaveLength(count * dim)
    }
})

test.each([
    ['/dev/full', '/dev/full: cannot be written: No space left on device'],
    ['missing/out', 'missing/out: cannot be written: there is no such folder'],
    ['folder', 'folder: cannot be written: it is a folder'],
    ['base.npy/out', 'cannot be written: '],
    ['/proc/out', '/proc/out: cannot be written: '],
    ['', "'': cannot be written: the name is empty"],
])('output to %s exits 5', (name, words) => {
    run('encode', 'base.npy', '-s', 'int8', '-o', 'full')
    for (const args of [
        ['encode', 'base.npy', '-s', 'int8', '-o', name],
        ['decode', 'full', '-o', name],
    ]) {
        const { status, out, err } = run(...args)
        expect([status, out, err]).toEqual([5, '', expect.stringContaining(words)])
    }
    expect(files().filter(other => other.endsWith('.tmp'))).toEqual([])
})

test('a disk that fills up on the way leaves what was there', () => {
    writeFileSync(file('kept.bin'), 'before')
    const { status, err } = shell('ulimit -f 8; "$0" encode base.npy -s int8 -o kept.bin')
    expect([status, err]).toEqual([5, expect.stringMatching(/kept\.bin: cannot be written: File too large\n$/)])
    expect(text('kept.bin')).toBe('before')
    expect(files().filter(name => /\.tmp|kept\.bin\.json/.test(name))).toEqual([])
})

test('the input is never overwritten', () => {
    symlinkSync('base.npy', file('link.npy'))
    for (const name of ['base.npy', './base.npy', 'link.npy']) {
        const { status, err } = run('encode', 'base.npy', '-s', 'int8', '-o', name)
        expect([status, err]).toEqual([2, expect.stringContaining('OUT is the file that is read')])
    }
    run('encode', 'base.npy', '-s', 'int8', '-o', 'own')
    expect(run('decode', 'own', '-o', 'own.json').status).toBe(2)
    expect(run('decode', 'own', '-o', 'own').status).toBe(2)
    const [codes, params] = [readFileSync(file('own')), text('own.json')]
    expect(run('encode', 'base.npy', '--params', 'own.json', '-o', 'own.json').status).toBe(2)
    expect(text('own.json')).toBe(params)
    expect(readFileSync(file('own'))).toEqual(codes)
})

test('OUT.json never overwrites the input', () => {
    const before = readFileSync(file('base.npy'))
    symlinkSync('base.npy', file('beside.json'))
    const { status, err } = run('encode', 'base.npy', '-s', 'int8', '-o', 'beside')
    expect([status, err]).toEqual([
        2,
        'quantscope: beside.json: OUT.json is the file that is read; choose another OUT\n',
    ])
    expect(readFileSync(file('base.npy'))).toEqual(before)
    expect(files()).not.toContain('beside')
})

test('a link keeps being one, and a mode stays', () => {
    writeFileSync(file('target'), 'old')
    chmodSync(file('target'), 0o640)
    symlinkSync('target', file('way'))
    expect(run('encode', 'base.npy', '-s', 'int8', '-o', 'way').status).toBe(0)
    expect(readFileSync(file('target'))).toHaveLength(40000)
    expect(shell('stat -c %a target; readlink way').out).toBe('640\ntarget\n')
})

test('a pipe takes codes alone', () => {
    const { out, err } = shell('"$0" encode base.npy -s int8 -o /dev/stdout | wc -c')
    expect([out.trim(), err]).toEqual(['40000', ''])
})

test('streams that are closed are no files', () => {
    const encode = '"$0" encode small.npy -s int4:outliers=1 -o' // it warns
    writeRows('small.npy', [6, 2], noise(12))
    expect(shell(`${encode} open`).err).toContain('warning: int4:outliers=1')
    for (const closed of ['2>&-', '>&- 2>&-', '<&- >&- 2>&-', '<&- 2>&-']) {
        expect(shell(`${encode} closed ${closed}`)).toEqual({ status: 0, out: '', err: '' })
        expect(readFileSync(file('closed'))).toEqual(readFileSync(file('open')))
        expect(text('closed.json')).toBe(text('open.json'))
    }
    expect(shell('"$0" info small.npy <&- >&-')).toMatchObject({
        status: 5,
        err: 'quantscope: standard output cannot be written: Bad file descriptor\n',
    })
})

test('out of memory exits 4', () => {
    writeFileSync(file('vast.npy'), npyOf(headerOf('<f4', [1_000_000, 512]), Buffer.alloc(0)))
    truncateSync(file('vast.npy'), 128 + 1_000_000 * 2048)
    const { status, out, err } = shell('ulimit -v 400000; "$0" sweep vast.npy -s int8 --threads 1')
    expect([status, out]).toEqual([4, ''])
    expect(err).toMatch(/^quantscope: vast\.npy: out of memory: \d+ more bytes are needed; use fewer rows/)
})

test('out of memory is no fault of a row', () => {
    writeFileSync(file('row.npy'), npyOf(headerOf('<f4', [1, 1_000_000]), Buffer.alloc(4_000_000)))
    const spec = 'int8:per=row,range=percentile'
    const ends = Array.from({ length: 30 }, (_, step) => {
        const kilobytes = 8000 + step * 1000 // somewhere between: enough for all but the room to look for the percentile
        return shell(`ulimit -v ${kilobytes}; "$0" encode row.npy -s ${spec} -o row.bin --threads 1`)
    })
    const ran = ends.filter(end => end.status !== 127) // which is no memory for the program itself
    expect(new Set(ran.map(end => end.status))).toEqual(new Set([4, 0]))
    for (const { status, err } of ran)
        expect(err).toMatch(status ? /^quantscope: (row\.npy: )?out of memory[: ]/ : /^$/)
})

test('threads that the system does not give exit 4', () => {
    const { status, out, err } = shell('ulimit -v 900000; OMP_STACKSIZE=1G "$0" sweep base.npy --threads 2')
    expect([status, out, err]).toEqual([4, '', expect.stringMatching(/thread/i)])
})

/** What it prints on a terminal until it is ended. @param {string} line @param {number} seconds */
const printed = (line, seconds) => shell(`script -qec "timeout ${seconds} '$0' ${line}" /dev/null </dev/null`).out

/**
 * After how many seconds that is there, more on a busy machine; 64 if it is not.
 * @param {string} line
 * @param {RegExp} wanted
 */
function until(line, wanted) {
    let seconds = 2
    while (seconds < 64 && !wanted.test(printed(line, seconds))) seconds *= 2
    return seconds
}

test('a bar on a terminal when the work lasts, none with --quiet', () => {
    const count = 1_000_000
    writeFileSync(file('long.npy'), npyOf(headerOf('<f4', [count, 512]), Buffer.alloc(0)))
    truncateSync(file('long.npy'), 128 + count * 2048)
    const work = 'encode long.npy -s binary:center=median -o never'
    const seconds = until(work, /\r\[#* *\] +\d+ % {2}(fit|encode)(, \d+ minutes more)?\x1b\[K/)
    expect(seconds).toBeLessThan(64)
    expect(printed(`${work} --quiet`, seconds)).toBe('')
    expect(files().filter(name => /never|\.tmp/.test(name))).toEqual([])
})

test('the bar of a long work tells how long it will last', () => {
    const values = Float32Array.from({ length: 2_000_000 }, (_, i) => Math.sin(i * 12.9898))
    writeFileSync(file('wide.npy'), npyOf(headerOf('<f4', [2, 1_000_000]), Buffer.from(values.buffer)))
    const work = 'range wide.npy -s int8:per=dim --memory 8M'
    expect(until(work, /\r\[#* *\] +\d+ % {2}range, \d+ minutes more\x1b\[K/)).toBeLessThan(64)
})

test.each(['SIGINT', 'SIGTERM'])('%s leaves no half file', async signal => {
    const count = 2_000_000
    writeFileSync(file('huge.npy'), npyOf(headerOf('<f4', [count, 512]), Buffer.alloc(0)))
    truncateSync(file('huge.npy'), 128 + count * 2048) /* zeros that take no room on the disk */
    const before = files()
    const { child, ended } = start('encode', 'huge.npy', '-s', 'int8', '-o', 'cancelled')
    while (!files().some(name => name.endsWith('.tmp'))) await setTimeout(5)
    await setTimeout(100)
    child.kill(/** @type {NodeJS.Signals} */ (signal))
    expect(await ended).toEqual({ status: null, signal })
    expect(files()).toEqual(before)
})

test.each([
    [['encode', 'base.npy', '-s', 'int8'], 'encode: --output OUT is missing'],
    [['encode', 'base.npy', '-o', 'never'], 'encode: --spec SPEC is missing'],
    [['encode', '-s', 'int8', '-o', 'never'], 'an argument is missing'],
    [['encode', 'missing.npy', '-s', 'int8', '-s', 'int4', '-o', 'never'], 'choose one of the 2 given with -s'],
    [['range', 'missing.npy', '-s', 'int8', '-s', 'int4'], 'choose one of the 2 given with -s'],
    [['encode', '--spek', 'int8'], 'did you mean --spec?'],
    [['encode', '-x'], 'there is no option -x; it takes --spec'],
    [['plan', '--rows', '5', '--dim', '1048577'], "--dim takes a whole number from 1 to 1048576, not '1048577'"],
    [['formats', '--dim', '1048577'], "--dim takes a whole number from 1 to 1048576, not '1048577'"],
    [['encode', 'missing.npy', '-s', 'int9', '-o', 'never'], "spec 'int9'"],
    [['decode', 'codes'], 'decode: --output FILE.npy is missing'],
    [['encode', 'missing.npy', '-s', 'int8', '-o', 'never', '--threads', 'x'], '--threads'],
])('%j is wrong usage, told before files are looked at', (args, words) => {
    const { status, err } = run(...args)
    expect([status, err]).toEqual([2, expect.stringContaining(words)])
})

test('the help names the files that are read', () => {
    expect(run('--help').out.replace(/\s+/g, ' ')).toContain(
        'A FILE holds rows of numbers: .npy, .npz, .safetensors, GGUF, .fvecs and .fbin and their like, CSV, JSON,',
    )
})

test('a head of very many tensors takes at most four times its size', () => {
    const count = 150_000
    const entry = (/** @type {number} */ i) =>
        `"t${i}":{"dtype":"F32","shape":[1],"data_offsets":[${4 * i},${4 * i + 4}]}`
    const head = Buffer.from(`{${Array.from({ length: count }, (_, i) => entry(i)).join(',')}}`)
    const length = Buffer.alloc(8)
    length.writeUInt32LE(head.length)
    writeFileSync(file('many.safetensors'), Buffer.concat([length, head, Buffer.alloc(4 * count)]))
    writeFileSync(
        file('one.safetensors'),
        Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{}')]),
    )
    const limited = (/** @type {number} */ kilobytes, /** @type {string} */ line) =>
        shell(`ulimit -v ${kilobytes}; "$0" ${line} >/dev/null`).status
    let base = 4096 // what the program takes by itself
    while (limited(base, 'info one.safetensors') !== 0) base += 1024
    const most = base + Math.ceil((4 * head.length) / 1024)
    expect(limited(most, 'info many.safetensors')).toBe(0)
    expect(limited(most, 'info many.safetensors --json')).toBe(0)
    expect(limited(most, 'encode many.safetensors --tensor t149999 -s f16 -o kept')).toBe(0)
    expect(run('info', 'many.safetensors').out.split('\n').at(-2)).toMatch(/^t149999 +float32 +\(1,\) +1 +1 +4$/)
    const { status, err } = run('encode', 'many.safetensors', '--tensor', 'none', '-s', 'f16', '-o', 'never')
    expect([status, err]).toEqual([
        3,
        expect.stringMatching(/there is no tensor 'none'; it has: t0 t1 .+ t\d+ …\n$/),
    ])
})

test('--tensor', () => {
    expect(run('encode', 'base.npy', '-s', 'int8', '-o', 'named', '--tensor', 'data').status).toBe(0)
    const { status, err } = run('encode', 'base.npy', '-s', 'int8', '-o', 'named', '--tensor', 'other')
    expect([status, err]).toEqual([3, "quantscope: base.npy: there is no tensor 'other'; it has: data\n"])
})

test('a name as long as names can be is written to', () => {
    const name = 'n'.repeat(250) // with .json behind it 255
    writeRows('long.npy', [2, 4], [1, 2, 3, 4, 5, 6, 7, 8])
    expect(run('encode', 'long.npy', '-s', 'int8', '-o', name)).toMatchObject({ status: 0, err: '' })
    expect(files()).toContain(name)
    expect(files()).toContain(`${name}.json`)
    const before = files()
    for (const more of ['n', 'n'.repeat(6)]) {
        const { status, err } = run('encode', 'long.npy', '-s', 'int8', '-o', name + more)
        expect([status, err]).toEqual([5, expect.stringContaining('cannot be written: File name too long')])
    }
    expect(files()).toEqual(before)
})

// The same numbers in every type and order: column by column, the bytes the other way round.
const types = /** @type {const} */ ([
    ['f8', Float64Array, 'setFloat64'],
    ['f4', Float32Array, 'setFloat32'],
    ['i8', BigInt64Array, 'setBigInt64'],
    ['i4', Int32Array, 'setInt32'],
    ['i2', Int16Array, 'setInt16'],
    ['i1', Int8Array, 'setInt8'],
    ['u8', BigUint64Array, 'setBigUint64'],
    ['u4', Uint32Array, 'setUint32'],
    ['u2', Uint16Array, 'setUint16'],
    ['u1', Uint8Array, 'setUint8'],
])
test.each(types)('.npy of %s in both byte orders and by columns', (code, Type, set) => {
    const numbers = Array.from({ length: 3000 * 4 }, (_, i) => (i * 7) % 101)
    writeRows('plain.npy', [3000, 4], numbers)
    expect(run('encode', 'plain.npy', '-s', 'f32', '-o', 'plain').err).toBe('')
    for (const order of ['<', '>'])
        for (const columns of [false, true]) {
            const bytes = new Uint8Array(numbers.length * Type.BYTES_PER_ELEMENT)
            const view = /** @type {any} */ (new DataView(bytes.buffer))
            for (let row = 0; row < 3000; row++)
                for (let column = 0; column < 4; column++) {
                    const value = numbers[row * 4 + column]
                    const at = columns ? column * 3000 + row : row * 4 + column
                    view[set](
                        at * Type.BYTES_PER_ELEMENT,
                        code.endsWith('8') && code[0] !== 'f' ? BigInt(value) : value,
                        order === '<',
                    )
                }
            const header = headerOf(order + code, [3000, 4]).replace('False', columns ? 'True' : 'False')
            writeFileSync(file('typed.npy'), npyOf(header, bytes))
            expect(run('encode', 'typed.npy', '-s', 'f32', '-o', 'typed').err).toBe('')
            expect(readFileSync(file('typed')).equals(readFileSync(file('plain')))).toBe(true)
        }
})

test('three axes by columns, and bool', () => {
    const bytes = new Uint8Array(24)
    for (let i = 0; i < 2; i++)
        for (let j = 0; j < 3; j++) for (let k = 0; k < 4; k++) bytes[i + 2 * (j + 3 * k)] = i * 12 + j * 4 + k
    const header = headerOf('|u1', [2, 3, 4]).replace('False', 'True')
    writeFileSync(file('cube.npy'), npyOf(header, bytes))
    run('encode', 'cube.npy', '-s', 'f32', '-o', 'cube')
    run('decode', 'cube', '-o', 'cube-back.npy')
    expect([...readRows('cube-back.npy').values]).toEqual(Array.from({ length: 24 }, (_, i) => i))
    writeFileSync(file('bool.npy'), npyOf(headerOf('|b1', [2, 2]), Uint8Array.of(0, 1, 2, 255)))
    run('encode', 'bool.npy', '-s', 'f32', '-o', 'bool')
    run('decode', 'bool', '-o', 'bool-back.npy')
    expect([...readRows('bool-back.npy').values]).toEqual([0, 1, 1, 1])
})

test('gzip', () => {
    const bytes = gzipSync(readFileSync(file('base.npy')))
    writeFileSync(file('base.npy.gz'), bytes)
    expect(run('encode', 'base.npy.gz', '-s', 'int8', '-o', 'packed').err).toBe('')
    run('encode', 'base.npy', '-s', 'int8', '-o', 'unpacked')
    expect(readFileSync(file('packed')).equals(readFileSync(file('unpacked')))).toBe(true)
    writeFileSync(file('cut.gz'), bytes.subarray(0, bytes.length - 9))
    expect(run('info', 'cut.gz')).toMatchObject({ status: 3, err: expect.stringContaining('is truncated') })
    writeFileSync(
        file('bad.gz'),
        Buffer.concat([bytes.subarray(0, 500), Buffer.alloc(500, 255), bytes.subarray(1000)]),
    )
    expect(run('info', 'bad.gz')).toMatchObject({ status: 3, err: expect.stringContaining('is damaged') })
    writeFileSync(file('bomb.gz'), gzipSync(Buffer.alloc(1 << 26)))
    expect(run('info', 'bomb.gz')).toMatchObject({
        status: 3,
        err: expect.stringContaining('which is not believed'),
    })
})
