// encode is killed at each of its system calls, by strace: whatever is left either is a pair of one encode or is refused.
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { file, files, folder, noise, program, run, text, writeRows } from '../js/cli.js'

const spec = 'int8:per=dim'
const rows = noise(40 * 8)

/** Runs it under strace. @param {string[]} inject @param {string[]} args */
const traced = (inject, ...args) =>
    spawnSync('strace', ['-f', '-o', 'trace', ...inject, program, ...args, '--threads', '1'], { cwd: folder })

/** The values that OUT stands for, null where it is refused. @param {string} out */
function decoded(out) {
    rmSync(file('back.npy'), { force: true })
    const { status, err } = run('decode', out, '-o', 'back.npy')
    if (status) {
        expect([status, err]).toEqual([3, expect.stringContaining(out)])
        return null
    }
    return readFileSync(file('back.npy')).toString('base64')
}

/** All system calls of an encode, as what has strace kill it there: it counts each kind by itself. @param {string[]} args */
function kills(...args) {
    expect(traced([], ...args).status).toBe(0)
    /** @type {Map<string, number>} */
    const seen = new Map()
    const calls = [...text('trace').matchAll(/^(?:\d+ +)?([a-z]\w*)\(/gm)].slice(1) // the first is its start
    return calls.map(([, name]) => {
        seen.set(name, (seen.get(name) ?? 0) + 1)
        return `-einject=${name}:signal=SIGKILL:when=${seen.get(name)}`
    })
}

// The codes of old.npy are the same bytes, so that only what ties the files together can tell a mixed pair.
test.each(['old.npy', 'other.npy'])(
    'killed at each system call while it replaces the pair of %s',
    before => {
        writeRows('new.npy', [40, 8], rows)
        writeRows(
            'old.npy',
            [40, 8],
            rows.map(x => x * 64),
        )
        writeRows('other.npy', [40, 8], noise(50 * 8).slice(80))
        run('encode', 'new.npy', '-s', spec, '-o', 'wanted')
        run('encode', before, '-s', spec, '-o', 'pair')
        for (const name of ['pair', 'pair.json']) cpSync(file(name), file(`earlier${name.slice(4)}`))
        const [after, earlier] = [decoded('wanted'), decoded('earlier')]
        expect(after).not.toBeNull()
        expect(earlier).not.toBe(after)
        const counts = { kept: 0, refused: 0, replaced: 0 }
        for (const kill of kills('encode', 'new.npy', '-s', spec, '-o', 'pair')) {
            run('encode', before, '-s', spec, '-o', 'pair')
            expect(traced([kill], 'encode', 'new.npy', '-s', spec, '-o', 'pair')).toMatchObject({
                signal: 'SIGKILL',
            })
            const values = decoded('pair')
            if (values === null) counts.refused++
            else if (values === earlier) counts.kept++
            else {
                expect(values).toBe(after)
                counts.replaced++
            }
            for (const name of files()) if (name.endsWith('.tmp')) rmSync(file(name))
        }
        expect(counts.kept).toBeGreaterThan(20) // most of the work is done beside what was there
        expect(counts.refused).toBeGreaterThan(0) // from the removal of OUT.json to the new one
        expect(counts.refused).toBeLessThan(8)
        expect(counts.replaced).toBeGreaterThan(0)
    },
    120_000,
)

test('killed at each system call where nothing was', () => {
    for (const kill of kills('encode', 'new.npy', '-s', spec, '-o', 'fresh')) {
        for (const name of files()) if (/^fresh|tmp$/.test(name)) rmSync(file(name))
        traced([kill], 'encode', 'new.npy', '-s', spec, '-o', 'fresh')
        if (files().includes('fresh') && files().includes('fresh.json'))
            expect(decoded('fresh')).toBe(decoded('wanted'))
    }
}, 120_000)

test.each([1, 2])('a pipe that takes the place of a file after it was seen %i times is not waited for', times => {
    rmSync(file('swapped.npy'), { force: true })
    const swap = `(sleep 0.3; rm swapped.npy; mkfifo swapped.npy) &
        timeout 20 strace -o trace -P swapped.npy -e inject=newfstatat,stat,statx:delay_exit=1000000:when=${times} \\
        "$0" info swapped.npy`
    writeRows('swapped.npy', [40, 8], rows)
    const done = spawnSync('sh', ['-c', swap, program], { cwd: folder, encoding: 'utf8' })
    expect([done.status, done.stderr]).toEqual([
        3,
        expect.stringMatching(/\nquantscope: swapped\.npy: it is no (longer a )?plain file.*\n$/),
    ])
})
