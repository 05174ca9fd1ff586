// quantscope tensors --budget: noise against plain loops, the choice against every possible one, importance matrices in both forms,
// and a file whose size is the one that was promised.
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { file, files, noise, readRows, run } from './cli.js'
import { gguf } from './gguf.js'

const LAYERS = 4
const bytesOf = (/** @type {ArrayLike<number>} */ values) => new Uint8Array(Float32Array.from(values).buffer)

/** Values that get rarer the larger they are, so that types differ. @type {(count: number, seed: number, power: number) => Float32Array} */
const heavy = (count, seed, power) =>
    noise(count + seed)
        .subarray(seed)
        .map(x => Math.sign(x) * Math.abs(x) ** power)

/** @type {Record<string, { type: string, shape: number[], bytes: Uint8Array }>} */
const tensors = {
    'token_embd.weight': { type: 'float32', shape: [12, 256], bytes: bytesOf(heavy(12 * 256, 3, 5)) },
}
for (let i = 0; i < LAYERS; i++) {
    const add = (/** @type {string} */ name, /** @type {number[]} */ shape, /** @type {number} */ power) => {
        const count = shape.reduce((a, b) => a * b)
        tensors[`blk.${i}.${name}.weight`] = { type: 'float32', shape, bytes: bytesOf(heavy(count, 7 * i, power)) }
    }
    add('attn_q', [8, 256], 1 + i)
    add('attn_v', [4, 256], 2)
    add('ffn_down', [6, 512], 9 - 2 * i)
    add('attn_norm', [32], 1)
    add('ffn_gate_inp', [1, 32], 1)
}
tensors['blk.0.ffn_up_exps.weight'] = { type: 'float32', shape: [3, 2, 256], bytes: bytesOf(heavy(1536, 11, 4)) }

beforeAll(() => writeFileSync(file('model.gguf'), gguf({ 'general.architecture': 'llama' }, tensors)))

/** @param {string[]} args */
function report(...args) {
    const { status, out, err } = run('tensors', 'model.gguf', ...args, '--json')
    expect([status, err]).toEqual([0, ''])
    return JSON.parse(out)
}

const close = (/** @type {number} */ a, /** @type {number} */ b) => expect(Math.abs(a / b - 1)).toBeLessThan(1e-5)
const values = (/** @type {string} */ name) => new Float32Array(Uint8Array.from(tensors[name].bytes).buffer)

/** Noise of a tensor in a type: its values decoded by another command, and added up here.
 * @param {string} name @param {string} type @param {(i: number) => number} weight of value i */
function noiseOf(name, type, weight) {
    expect(
        run('encode', 'model.gguf', '--tensor', name, '-s', type, '--to', 'float-npy', '-o', 'd.npy', '--quiet')
            .status,
    ).toBe(0)
    const [x, d] = [values(name), readRows('d.npy').values]
    let [error, power] = [0, 0]
    for (let i = 0; i < x.length; i++) {
        error += weight(i) * (d[i] - x[i]) ** 2
        power += weight(i) * x[i] ** 2
    }
    return error / power
}

describe('the figures', () => {
    test('are those of plain loops, and sums of them', () => {
        const found = report('--budget', '4.5bpw')
        const all = Object.values(tensors).reduce((sum, t) => sum + t.shape.reduce((a, b) => a * b), 0)
        expect(found.values).toBe(all)
        expect(found.budget.bytes).toBe(Math.floor((4.5 * all) / 8))
        const names = found.tensors.map((/** @type {any} */ t) => t.name)
        expect(names).toEqual(Object.keys(tensors).filter(name => !/norm|gate_inp/.test(name)))
        for (const t of [found.tensors[0], found.tensors[3], found.tensors.at(-1)])
            for (const { type, noise: measured } of t.options)
                close(
                    measured,
                    noiseOf(t.name, type, () => 1),
                )
        for (const { name, options } of found.tensors) {
            expect(options.map((/** @type {any} */ o) => o.type)).toEqual([
                'q2_k',
                'q3_k',
                'q4_k',
                'q5_k',
                'q6_k',
                'q8_0',
                'f16',
            ])
            for (const { noise: share, sqnr_db, bytes } of options) {
                close(sqnr_db, -10 * Math.log10(share))
                expect(bytes).toBeLessThan(tensors[name].bytes.length)
            }
        }
        check(
            found,
            Object.fromEntries(found.tensors.map((/** @type {any} */ t) => [t.name, t.type])),
            found.choice,
        )
    })

    test('of one type for all and of the usual mixes are there', () => {
        const { compared } = report('--budget', '5bpw')
        expect(compared.map((/** @type {any} */ c) => c.name)).toEqual([
            ...['q2_k', 'q3_k', 'q4_k', 'q5_k', 'q6_k', 'q8_0', 'f16'].map(type => `${type} for all`),
            ...['q2_k', 'q3_k_m', 'q4_k_s', 'q4_k_m', 'q5_k_m'].map(mix => `llama.cpp's mix ${mix}`),
        ])
        const found = report('--budget', '5bpw')
        const of = (/** @type {(name: string) => string} */ type) =>
            Object.fromEntries(found.tensors.map((/** @type {any} */ t) => [t.name, type(t.name)]))
        check(
            found,
            of(() => 'q4_k'),
            compared[2],
        )
        // Of four layers q4_k_m gives more bits to those where (layer % 3) is 2, and to the last: 7 * 4 / 8 is 3.
        check(
            found,
            of(name => (/token_embd|[23]\.(attn_v|ffn_down)/.test(name) ? 'q6_k' : 'q4_k')),
            compared[10],
        )
        check(
            found,
            of(name =>
                /token_embd/.test(name)
                    ? 'q6_k'
                    : /[01]\.attn_v/.test(name)
                      ? 'q5_k'
                      : /attn_v|ffn_down/.test(name)
                        ? 'q4_k'
                        : 'q3_k',
            ),
            compared[8],
        )
    })
})

/** A choice is the sum of its options. @param {any} found @param {Record<string, string>} types @param {any} choice */
function check(found, types, choice) {
    let [bytes, noisy, coded] = [0, 0, 0]
    for (const [name, t] of Object.entries(tensors)) {
        const options = found.tensors.find((/** @type {any} */ one) => one.name === name)?.options
        const option = options?.find((/** @type {any} */ o) => o.type === types[name])
        const count = t.shape.reduce((a, b) => a * b)
        bytes += option ? option.bytes : t.bytes.length
        noisy += option ? option.noise * count : 0
        coded += option ? count : 0
    }
    expect(choice.bytes).toBe(bytes)
    close(choice.noise, noisy / coded)
    close(choice.bits_per_value, (8 * bytes) / found.values)
}

/** The least noise of all choices within the budget, by dynamic programming over bytes (all are multiples of 2). @param {any} found */
function optimum(found) {
    const kept = Object.keys(tensors).filter(name => /norm|gate_inp/.test(name))
    const room = (found.budget.bytes - kept.reduce((sum, name) => sum + tensors[name].bytes.length, 0)) >> 1
    let best = new Float64Array(room + 1)
    let coded = 0
    for (const { name, options } of found.tensors) {
        const count = tensors[name].shape.reduce((a, b) => a * b)
        const next = new Float64Array(room + 1).fill(Infinity)
        for (const { bytes, noise: share } of options)
            for (let at = bytes / 2; at <= room; at++)
                next[at] = Math.min(next[at], best[at - bytes / 2] + share * count)
        best = next
        coded += count
    }
    return best[room] / coded
}

describe('the choice', () => {
    test.each(['3.6', '4.0', '4.5', '4.75', '5.2', '6.0', '7.3', '8.5', '12'])(
        'for %s bits is the best there is',
        bits => {
            const found = report('--budget', `${bits}bpw`)
            const least = optimum(found)
            expect(found.choice.fits).toBe(true)
            expect(found.choice.bytes).toBeLessThanOrEqual(found.budget.bytes)
            expect(found.choice.noise).toBeGreaterThan(least * (1 - 1e-5))
            expect(found.choice.noise).toBeLessThan(least * (1 + 1e-5))
            expect(found.bound_noise).toBeLessThan(least * (1 + 1e-5))
            for (const other of found.compared)
                if (other.bytes <= found.budget.bytes)
                    expect(found.choice.noise).toBeLessThan(other.noise * (1 + 1e-5))
        },
    )

    test.each(['16KB', '20KiB', '23456'])('for a file of %s: it is written, and as large as promised', size => {
        const found = report('--budget', size, '-o', 'types.txt')
        const args = ['encode', 'model.gguf', '--types', 'types.txt', '--to', 'gguf', '-o', 'out.gguf', '--json']
        const { status, out, err } = run(...args)
        expect([status, err]).toEqual([0, ''])
        expect(JSON.parse(out).bytes).toBe(found.choice.gguf_bytes)
        expect(statSync(file('out.gguf')).size).toBe(found.choice.gguf_bytes)
        expect(found.choice.gguf_bytes).toBeLessThanOrEqual(found.budget.bytes)
        const info = JSON.parse(run('info', 'out.gguf', '--json').out)
        const types = Object.fromEntries(
            info.tensors.map((/** @type {any} */ t) => [t.name, t.dtype.replace('float', 'f')]),
        )
        for (const { name, type } of found.tensors) expect(types[name]).toBe(type)
    })

    test('of a thousand tensors, too many to try all, is next to the bound', () => {
        const many = Object.fromEntries(
            Array.from({ length: 1000 }, (_, i) => [
                `t${i}.weight`,
                { type: 'float32', shape: [2, 256], bytes: bytesOf(heavy(512, i, 1 + (i % 9))) },
            ]),
        )
        writeFileSync(file('many.gguf'), gguf({}, many))
        const types = ['--types', 'q4_0,q4_1,q5_0,q5_1,q8_0']
        for (const bits of ['4.6bpw', '5.37bpw', '7bpw']) {
            const { status, out } = run('tensors', 'many.gguf', '--budget', bits, ...types, '--json')
            expect(status).toBe(0)
            const { choice, budget, bound_noise, compared } = JSON.parse(out)
            expect(choice.bytes).toBeLessThanOrEqual(budget.bytes)
            expect(choice.noise).toBeGreaterThanOrEqual(bound_noise * (1 - 1e-5))
            expect(choice.noise).toBeLessThan(bound_noise * 1.0005)
            for (const other of compared) if (other.fits) expect(choice.noise).toBeLessThan(other.noise)
        }
    })

    test('does not depend on threads; the file of types names each tensor in full', () => {
        const args = ['tensors', 'model.gguf', '--budget', '5bpw', '--json']
        expect(run(...args, '--threads', '1').out).toBe(run(...args, '--threads', '3').out)
        run(...args, '-o', 'types.txt')
        const lines = readFileSync(file('types.txt'), 'utf8').trim().split('\n')
        expect(lines[0]).toMatch(/^\^token_embd\\\.weight\$=q\d_k$/)
        for (const line of lines) {
            const [pattern] = line.split('=')
            expect(Object.keys(tensors).filter(name => new RegExp(pattern).test(name))).toHaveLength(1)
        }
    })

    test('takes the types it is given, and what fits the rows', () => {
        const { tensors: found } = report('--budget', '7bpw', '--types', 'q4_0,q5_1,iq4_nl')
        for (const { options } of found)
            expect(options.map((/** @type {any} */ o) => o.type)).toEqual(['q4_0', 'iq4_nl', 'q5_1'])
        writeFileSync(
            file('odd.gguf'),
            gguf({}, { 'a.weight': { type: 'float32', shape: [4, 96], bytes: bytesOf(noise(384)) } }),
        )
        const odd = JSON.parse(
            run('tensors', 'odd.gguf', '--budget', '9bpw', '--types', 'q4_k,q6_k,q8_0', '--json').out,
        )
        expect(odd.tensors[0].options.map((/** @type {any} */ o) => o.type)).toEqual(['q5_0', 'q8_0'])
    })
})

describe('an importance matrix', () => {
    const names = ['blk.0.attn_q.weight', 'blk.1.ffn_down.weight']
    const experts = 'blk.0.ffn_up_exps.weight'
    const importance = (/** @type {number} */ count, /** @type {number} */ seed) =>
        heavy(count, seed, 6).map(x => Math.fround(x * x))
    const entries = /** @type {[string, number, Float32Array][]} */ ([
        [names[0], 1, importance(256, 1)],
        [names[1], 1, importance(512, 2)],
        [experts, 3, importance(768, 3)],
    ])
    const i4 = (/** @type {number} */ x) => Buffer.from(Int32Array.of(x).buffer)
    const dat = () =>
        Buffer.concat([
            i4(entries.length),
            ...entries.flatMap(([name, , sums]) => [
                i4(name.length),
                Buffer.from(name),
                i4(4),
                i4(sums.length),
                bytesOf(sums.map(x => x * 4)),
            ]),
            i4(7),
            i4(4),
            Buffer.from('wiki'),
        ])

    beforeAll(() => {
        writeFileSync(file('imatrix.dat'), dat())
        /** @type {typeof tensors} */
        const list = {}
        for (const [name, matrices, sums] of entries) {
            list[`${name}.in_sum2`] = {
                type: 'float32',
                shape: [matrices, sums.length / matrices],
                bytes: bytesOf(sums.map(x => x * 4)),
            }
            list[`${name}.counts`] = {
                type: 'float32',
                shape: [matrices, 1],
                bytes: bytesOf(Array(matrices).fill(4)),
            }
        }
        writeFileSync(file('imatrix.gguf'), gguf({ 'general.type': 'imatrix' }, list))
    })

    test('weighs errors by inputs, of experts each by its own; its two forms say the same', () => {
        const texts = ['imatrix.dat', 'imatrix.gguf'].map(name => {
            const { status, out, err } = run(
                'tensors',
                'model.gguf',
                '--budget',
                '4.4bpw',
                '--imatrix',
                name,
                '--json',
            )
            expect(status).toBe(0)
            expect(err).toContain('11 of 14 tensors have no importance')
            return out.replace(name, '')
        })
        expect(texts[0]).toBe(texts[1])
        const found = JSON.parse(texts[0])
        for (const [name, , weights] of entries) {
            const { options, weighted } = found.tensors.find((/** @type {any} */ t) => t.name === name)
            expect(weighted).toBe(true)
            const dim = tensors[name].shape.at(-1) ?? 0
            const outputs = name === experts ? 2 : 1e9
            for (const { type, noise: measured } of [options[0], options[2]])
                close(
                    measured,
                    noiseOf(name, type, i => weights[(i % dim) + dim * Math.floor(i / dim / outputs)]),
                )
        }
    })

    test('that is cut, negative or of another kind is refused', () => {
        const whole = dat()
        const refused = (/** @type {Buffer | string} */ content) => {
            writeFileSync(file('bad.dat'), content)
            const { status, err } = run(
                'tensors',
                'model.gguf',
                '--budget',
                '5bpw',
                '--imatrix',
                'bad.dat',
                '--json',
            )
            expect([status, err.split('\n').length]).toEqual([3, 2])
            return err
        }
        const end = whole.length - 12 // what follows the entries is not read
        for (const cut of [0, 1, 3, 4, 7, 8, 20, 30, 34, 100, end - 1])
            expect(refused(whole.subarray(0, cut))).toContain('bad.dat')
        const minus = Buffer.from(whole)
        minus.writeFloatLE(-1, 4 + 4 + names[0].length + 8)
        expect(refused(minus)).toContain('mean of squares')
        expect(refused(Buffer.concat([i4(1), i4(-5)]))).toContain('byte 8')
        expect(refused(Buffer.concat([i4(1), i4(1), Buffer.from('a'), i4(1), i4(0x7fffffff)]))).toContain(
            'is expected here',
        )
        expect(refused(readFileSync(file('model.gguf')))).toContain('in_sum2')
    })
})

test('what cannot be done is refused before anything is written', () => {
    const before = files()
    const refused = (/** @type {string[]} */ ...args) => {
        const { status, err, out } = run('tensors', 'model.gguf', ...args)
        expect([status, out]).toEqual([2, ''])
        return err
    }
    expect(refused('--budget', '1bpw', '-o', 't.txt')).toContain('at least')
    for (const wrong of ['', '4', 'x', '-4bpw', '0bpw', 'nan', 'infGB', '4.5 bpw', '4TB'].filter(
        text => text !== '4',
    ))
        expect(refused('--budget', wrong)).toContain('4.5bpw')
    expect(refused('--budget', '5bpw', '--types', 'int8')).toContain('no type of a GGUF')
    expect(refused('--budget', '5bpw', '--types', ',')).toContain('q4_k')
    expect(refused('--budget', '5bpw', '-s', 'int8')).toContain('--spec is of no use with --budget')
    expect(refused('--types', 'q4_k')).toContain('without --budget')
    expect(files()).toEqual(before)
})
