// OUT and OUT.json belong together: whatever else lies beside a file of codes is refused, and where both may go.
import { cpSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { file, files, headerOf, noise, npyOf, readRows, run, shell, start, text, writeRows } from './cli.js'

const rows = noise(100 * 16)

beforeAll(() => {
    writeRows('a.npy', [100, 16], rows)
    writeRows('b.npy', [100, 16], noise(1700).slice(100))
    writeRows(
        'large.npy',
        [100, 16],
        rows.map(x => x * 64),
    )
    mkdirSync(file('elsewhere'))
})

const encode = (/** @type {string} */ name, /** @type {string} */ spec, /** @type {string} */ out) =>
    expect(run('encode', name, '-s', spec, '-o', out)).toMatchObject({ status: 0, out: '' }) // it may warn

/** Decode and encode --params refuse it, name both files, and write nothing. @param {string} out @param {string} words */
function refused(out, words) {
    for (const args of [
        ['decode', out, '-o', 'never.npy'],
        ['decode', out, '-o', '/dev/stdout'],
        ['encode', 'a.npy', '--params', `${out}.json`, '-o', 'never'],
    ]) {
        const result = run(...args)
        expect([result.status, result.out]).toEqual([3, ''])
        expect(result.err).toContain(words)
        expect(result.err).toMatch(new RegExp(`\\b${out}\\b(?!\\.json)`))
        expect(result.err).toContain(`${out}.json`)
    }
    expect(files().filter(name => /never|tmp/.test(name))).toEqual([])
}

test('OUT.json tells its codes', () => {
    encode('a.npy', 'int8:per=tensor', 'told')
    const told = JSON.parse(text('told.json'))
    expect(told).toMatchObject({
        shape: [100, 16],
        codes: { bytes: 1600, row_bytes: 16, digest: expect.stringMatching(/^xxh64:[0-9a-f]{16}$/) },
        digest: expect.stringMatching(/^xxh64:[0-9a-f]{16}$/),
    })
})

test('of two encodes', () => {
    for (const spec of ['int8:per=dim', 'q4_0', 'int8:per=tensor']) {
        encode('a.npy', spec, 'one')
        encode('b.npy', spec, 'two')
        cpSync(file('one.json'), file('two.json'))
        if (spec === 'q4_0')
            refused('two', 'two and two.json are not of one encode') // nothing is fitted: their texts differ in digests
        else refused('two', 'two and two.json are not of one encode')
        cpSync(file('two'), file('one'))
        refused('one', 'not of one encode')
    }
})

test('the same codes under other scales', () => {
    encode('a.npy', 'int8:per=dim', 'small')
    encode('large.npy', 'int8:per=dim', 'scaled')
    expect(readFileSync(file('small'))).toEqual(readFileSync(file('scaled')))
    cpSync(file('small.json'), file('scaled.json'))
    refused('scaled', 'scaled and scaled.json are not of one encode')
})

test('edited', () => {
    encode('a.npy', 'q4_0', 'block')
    writeFileSync(file('block.json'), text('block.json').replace('[100,16]', '[100,17]'))
    refused('block', 'it was changed after it was written')
    encode('a.npy', 'int8:per=tensor', 'scale')
    const written = text('scale.json')
    for (const other of [
        written.replace(/\[0\./, '[1.'),
        written.replace('"codes"', '"code"').replace('"codes"', '"code"'),
        JSON.stringify(JSON.parse(written), null, 1),
        written.replace(/,"digest":"xxh64:[0-9a-f]*"\}\n/, '}\n'),
    ]) {
        writeFileSync(file('scale.json'), other)
        expect(run('decode', 'scale', '-o', 'never.npy')).toMatchObject({ status: 3, out: '' })
    }
    writeFileSync(file('scale.json'), written)
    const codes = readFileSync(file('scale'))
    for (let at = 0; at < codes.length; at += 399) {
        codes[at] ^= 4
        writeFileSync(file('scale'), codes)
        refused('scale', 'not of one encode')
        codes[at] ^= 4
    }
    writeFileSync(file('scale'), codes)
    expect(run('decode', 'scale', '-o', 'good.npy').status).toBe(0)
    truncateSync(file('scale'), 1599)
    refused('scale', 'it has 1,599 bytes')
})

test('copied together, and the params alone', () => {
    encode('a.npy', 'int8:per=dim', 'pair')
    for (const name of ['pair', 'pair.json']) writeFileSync(file(`elsewhere/${name}`), readFileSync(file(name)))
    expect(run('decode', 'elsewhere/pair', '-o', 'moved.npy').status).toBe(0)
    expect(shell('mv pair moved && mv pair.json moved.json && "$0" decode moved -o moved.npy').status).toBe(0)
    cpSync(file('moved.json'), file('alone.json'))
    expect(run('encode', 'b.npy', '--params', 'alone.json', '-o', 'by').status).toBe(0)
    const { codes, digest, ...params } = JSON.parse(text('alone.json')) // as the library writes them
    expect([typeof codes, typeof digest]).toEqual(['object', 'string'])
    writeFileSync(file('params.json'), JSON.stringify(params))
    expect(run('encode', 'b.npy', '--params', 'params.json', '-o', 'by-params').status).toBe(0)
    expect(readFileSync(file('by-params'))).toEqual(readFileSync(file('by')))
})

test.each([[[1600]], [[50, 4, 8]], [[2, 5, 1, 160]], [[100, 16]]])('the shape %j comes back', shape => {
    writeRows('shaped.npy', shape, rows)
    for (const spec of ['int8', 'f32', 'int8:per=dim']) {
        encode('shaped.npy', spec, 'shaped')
        expect(JSON.parse(text('shaped.json')).shape).toEqual(shape)
        expect(run('decode', 'shaped', '-o', 'shaped-back.npy').status).toBe(0)
        const { header, values } = readRows('shaped-back.npy')
        expect(header).toBe(headerOf('<f4', shape))
        if (spec === 'f32') expect(values).toEqual(rows)
        expect(run('info', 'shaped-back.npy').status).toBe(0)
    }
})

test('a shape of 64 axes', () => {
    const shape = [...Array(62).fill(1), 100, 16]
    writeRows('axes.npy', shape, rows)
    encode('axes.npy', 'f32', 'axes')
    expect(run('decode', 'axes', '-o', 'axes-back.npy').status).toBe(0)
    expect(readRows('axes-back.npy').header).toBe(headerOf('<f4', shape))
})

test('standard output is written where it is, and nothing beside it', () => {
    encode('a.npy', 'int8', 'codes')
    const codes = readFileSync(file('codes'))
    for (const name of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1', '/dev/../dev/stdout']) {
        writeFileSync(file('stream'), 'before')
        const before = shell('stat -c %i stream').out
        expect(shell(`"$0" encode a.npy -s int8 -o ${name} >>stream`)).toEqual({ status: 0, out: '', err: '' })
        expect(readFileSync(file('stream'))).toEqual(Buffer.concat([Buffer.from('before'), codes]))
        expect(shell(`{ echo head; "$0" encode a.npy -s int8 -o ${name}; echo tail; } >stream`).status).toBe(0)
        expect(readFileSync(file('stream'))).toEqual(
            Buffer.concat([Buffer.from('head\n'), codes, Buffer.from('tail\n')]),
        )
        expect(shell('stat -c %i stream').out).toBe(before)
        expect(shell(`"$0" decode codes -o ${name} >stream && "$0" info stream`).status).toBe(0)
    }
    expect(shell('ls /dev/stdout.json /dev/fd/1.json').status).not.toBe(0)
    expect(files().filter(name => /tmp|stream\.json/.test(name))).toEqual([])
})

test('a link to what is not there is followed', () => {
    symlinkSync('elsewhere/new', file('dangling'))
    symlinkSync(file('dangling'), file('twice'))
    encode('a.npy', 'int8', 'twice')
    expect(readlinkSync(file('dangling'))).toBe('elsewhere/new')
    expect(readlinkSync(file('twice'))).toBe(file('dangling'))
    expect(readFileSync(file('elsewhere/new'))).toHaveLength(2000)
    expect(run('decode', 'twice', '-o', 'through.npy').status).toBe(0)
    symlinkSync('missing/new', file('nowhere'))
    const lost = run('encode', 'a.npy', '-s', 'int8', '-o', 'nowhere')
    expect([lost.status, lost.err]).toEqual([5, expect.stringContaining('there is no such folder')])
    symlinkSync('circle', file('circle'))
    expect(run('encode', 'a.npy', '-s', 'int8', '-o', 'circle').status).toBe(5)
    expect(readlinkSync(file('circle'))).toBe('circle')
})

const signals = [
    'SIGHUP',
    'SIGQUIT',
    'SIGUSR1',
    'SIGUSR2',
    'SIGALRM',
    'SIGXCPU',
    'SIGVTALRM',
    'SIGPROF',
    'SIGIO',
    'SIGABRT',
]

test.each([...signals, 'SIGPWR', 'SIGSYS', 'SIGSEGV', 'SIGSTKFLT'])('%s leaves no half file', async signal => {
    const count = 2_000_000
    writeFileSync(file('huge.npy'), npyOf(headerOf('<f4', [count, 512]), Buffer.alloc(0)))
    truncateSync(file('huge.npy'), 128 + count * 2048) // zeros that take no room on the disk
    const before = files()
    const { child, ended } = start('encode', 'huge.npy', '-s', 'int8', '-o', 'cancelled')
    while (!files().some(name => name.endsWith('.tmp'))) await setTimeout(5)
    await setTimeout(20)
    child.kill(/** @type {NodeJS.Signals} */ (signal))
    expect(await ended).toEqual({ status: null, signal: signal === 'SIGIO' ? expect.any(String) : signal })
    expect(files().filter(name => !name.startsWith('core'))).toEqual(before)
})
