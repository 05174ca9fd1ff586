// plan --from: the saving against what there is, by a dtype of files or a spec.
import { expect, test } from 'vitest'
import { run } from './cli.js'

/** @param {string[]} args */
const plan = (...args) => JSON.parse(run('plan', '--rows', '100', '--dim', '64', '--json', ...args).out).plans

test('the saving against the type of the file', () => {
    for (const [from, name, file] of /** @type {[string, string, number][]} */ ([
        ['f16', 'float16', 12800],
        ['bfloat16', 'bfloat16', 12800],
        ['f32', 'float32', 25600],
        ['int8', 'int8', 6400],
        ['q8_0', 'q8_0', 6800],
        ['int8:per=dim', 'int8:per=dim', 6656],
    ])) {
        const [int8] = plan('--from', from, '-s', 'int8')
        expect(int8).toMatchObject({ from: name, bytes: { total: 6800, file } })
        expect(int8.bytes.times_smaller).toBeCloseTo(file / 6800, 5)
    }
    expect(plan('-s', 'int8')[0].bytes.times_smaller).toBeUndefined()
})

test('codes larger than what there is are a finding with the lossless spec', () => {
    const [int8, lossless] = plan(
        '--from',
        'int8',
        '-s',
        'int8',
        '-s',
        'int8:per=tensor,levels=full,range=given,s=1',
    )
    const remedy = { spec: lossless.spec }
    expect(int8.findings).toMatchObject([{ id: 'larger-than-file', remedy }])
    expect(lossless.findings).toEqual([])
    const table = run('plan', '--rows', '100', '--dim', '64', '--from', 'int8', '-s', 'int8').out
    expect(table).toContain('than int8')
    expect(table).toContain('its codes are larger than the file')
})

test('what is no type is refused', () => {
    expect(run('plan', '--rows', '1', '--dim', '4', '--from', 'f17').status).toBe(2)
    expect(run('plan', '--model', '7B', '--from', 'f16').status).toBe(2)
})
