// What encode writes for other programs: every kind is taken apart here by its specification, byte by byte.
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { gguf as readGguf } from '@huggingface/gguf'
import { beforeAll, describe, expect, test } from 'vitest'
import { file, files, noise, readRows, run, shell, writeRows } from './cli.js'
import { path } from './core.js'
import { gguf, TYPES } from './gguf.js'

const model = 'digits-mlp.safetensors'

beforeAll(() => {
    copyFileSync(path(`tests/data/weights/${model}`), file(model))
    writeRows('base.npy', [50, 96], noise(50 * 96))
    writeRows('cube.npy', [6, 4, 32], noise(6 * 4 * 32))
})

/** @param {string[]} args */
function encode(...args) {
    const { status, out, err } = run('encode', ...args, '--quiet')
    expect([status, err]).toEqual([0, ''])
    return out
}

/** The header of a .safetensors and its tensors' bytes. @param {string} name */
function safetensors(name) {
    const bytes = readFileSync(file(name))
    const length = Number(bytes.readBigUInt64LE(0))
    const { __metadata__, ...list } = JSON.parse(bytes.toString('utf8', 8, 8 + length))
    const ends = Object.values(list).map(({ data_offsets: [, end] }) => end)
    expect(Math.max(...ends)).toBe(bytes.length - 8 - length)
    expect((8 + length) % 64).toBe(0)
    return {
        metadata: JSON.parse(__metadata__.quantscope),
        tensors: Object.fromEntries(
            Object.entries(list).map(([key, { dtype, shape, data_offsets }]) => [
                key,
                {
                    dtype,
                    shape,
                    bytes: bytes.subarray(8 + length + data_offsets[0], 8 + length + data_offsets[1]),
                },
            ]),
        ),
    }
}

const f32 = (/** @type {Uint8Array} */ bytes) => new Float32Array(Uint8Array.from(bytes).buffer)

describe('codes as .npy', () => {
    test('hold the bytes of the codes, and decode as those do', () => {
        encode('base.npy', '-s', 'int4', '-o', 'plain')
        encode('base.npy', '-s', 'int4', '-o', 'codes.npy', '--to', 'npy')
        const bytes = readFileSync(file('codes.npy'))
        const begin = 10 + bytes.readUInt16LE(8)
        expect(bytes.toString('latin1', 10, begin)).toContain(`'|u1', 'fortran_order': False, 'shape': (50, 52), `)
        expect(bytes.subarray(begin)).toEqual(readFileSync(file('plain')))
        expect(readFileSync(file('codes.npy.json'))).toEqual(readFileSync(file('plain.json')))
        for (const [from, to] of Object.entries({ plain: 'a.npy', 'codes.npy': 'b.npy' }))
            expect(run('decode', from, '-o', to).status).toBe(0)
        expect(readFileSync(file('b.npy'))).toEqual(readFileSync(file('a.npy')))
        writeFileSync(file('codes.npy'), bytes.subarray(0, -1))
        expect(run('decode', 'codes.npy', '-o', 'c.npy')).toMatchObject({ status: 3 })
    })
})

describe('decoded values', () => {
    test('are those of decode, as .npy in the shape of the array and as .fvecs', () => {
        encode('cube.npy', '-s', 'int8', '-o', 'cube')
        run('decode', 'cube', '-o', 'cube-a.npy')
        encode('cube.npy', '-s', 'int8', '-o', 'cube-b.npy', '--to', 'float-npy')
        expect(readFileSync(file('cube-b.npy'))).toEqual(readFileSync(file('cube-a.npy')))
        expect(readRows('cube-a.npy').header).toContain('(6, 4, 32)')
        encode('cube.npy', '-s', 'int8', '-o', 'cube.fvecs', '--to', 'fvecs')
        run('decode', 'cube', '-o', 'again.fvecs')
        const bytes = readFileSync(file('cube.fvecs'))
        expect(readFileSync(file('again.fvecs'))).toEqual(bytes)
        const rows = Array.from({ length: 6 }, (_, i) => bytes.subarray(i * 516, i * 516 + 516))
        for (const row of rows) expect(row.readInt32LE(0)).toBe(128)
        expect(rows.flatMap(row => [...f32(row.subarray(4))])).toEqual([...readRows('cube-a.npy').values])
    })
})

describe('.safetensors', () => {
    test.each([
        // spec, what the sections are
        ['int8', { codes: ['I8', [50, 96]], scales: ['F32', [50, 1]] }],
        [
            'int8:map=affine,codes=unsigned',
            { codes: ['U8', [50, 96]], scales: ['F32', [50, 1]], zeros: ['U8', [50, 1]] },
        ],
        [
            'int4:map=affine,per=block,scale=f16',
            { codes: ['U8', [50, 48]], scales: ['F16', [50, 3]], zeros: ['I8', [50, 3]] },
        ],
        [
            'int4:map=offset,scale=bf16',
            { codes: ['U8', [50, 48]], scales: ['BF16', [50, 1]], zeros: ['BF16', [50, 1]] },
        ],
        ['int8:per=tensor', { codes: ['I8', [50, 96]], scale: ['F32', [1]] }],
        ['int8:per=dim,map=affine', { codes: ['I8', [50, 96]], scale: ['F32', [96]], zero: ['F32', [96]] }],
        [
            'int8:outliers=20',
            {
                codes: ['I8', [50, 96]],
                scales: ['F32', [50, 1]],
                outliers: ['F16', [50, 2]],
                columns: ['U8', [50, 4]],
            },
        ],
        ['mxfp4', { codes: ['U8', [50, 48]], scales: ['F8_E8M0', [50, 3]] }],
        ['q8_0', { codes: ['I8', [50, 96]], scales: ['F16', [50, 3]] }],
        ['q5_1', { blocks: ['U8', [50, 72]] }],
        ['nf4', { codes: ['U8', [50, 48]], scales: ['F32', [50, 2]] }],
        ['binary', { codes: ['U8', [50, 12]] }],
        ['binary:center=mean', { codes: ['U8', [50, 12]], threshold: ['F32', [96]] }],
        [
            'int8:rotate=pca,dims=32',
            {
                codes: ['I8', [50, 32]],
                scales: ['F32', [50, 1]],
                mean: ['F32', [96]],
                rotation: ['F32', [32 * 96]],
            },
        ],
    ])('%s', (spec, expected) => {
        encode('base.npy', '-s', spec, '-o', 'codes')
        encode('base.npy', '-s', spec, '-o', 'codes.safetensors', '--to', 'safetensors')
        const { metadata, tensors } = safetensors('codes.safetensors')
        expect(metadata).toEqual(JSON.parse(readFileSync(file('codes.json'), 'utf8')))
        const [name] = Object.keys(tensors)[0].split('.')
        const found = Object.entries(tensors).map(([key, { dtype, shape }]) => [
            key.slice(name.length + 1),
            [dtype, shape],
        ])
        expect(Object.fromEntries(found)).toEqual(expected)
        for (const [key, { bytes }] of Object.entries(tensors)) {
            const param = metadata.params?.[key.slice(name.length + 1)]
            if (param) expect([...f32(bytes)]).toEqual(param.map(Math.fround))
        }
        // The sections of a row are its bytes, as far as they lie one behind another.
        const codes = readFileSync(file('codes'))
        const sections = Object.values(tensors).filter(({ shape }) => shape[0] === 50)
        const widths = sections.map(({ bytes }) => bytes.length / 50)
        expect(widths.reduce((a, b) => a + b)).toBe(codes.length / 50)
        if (spec === 'mxfp4' || spec === 'q8_0') return
        const rows = Array.from({ length: 50 }, (_, r) =>
            Buffer.concat(sections.map(({ bytes }, i) => bytes.subarray(r * widths[i], (r + 1) * widths[i]))),
        )
        expect(Buffer.concat(rows)).toEqual(codes)
    })

    test('blocks of codes and a scale are taken apart', () => {
        encode('base.npy', '-s', 'q8_0', '-o', 'q8')
        encode('base.npy', '-s', 'q8_0', '-o', 'q8.safetensors', '--to', 'safetensors')
        const { tensors } = safetensors('q8.safetensors')
        const [codes, scales] = Object.values(tensors).map(({ bytes }) => bytes)
        const blocks = Array.from({ length: 150 }, (_, b) =>
            Buffer.concat([scales.subarray(2 * b, 2 * b + 2), codes.subarray(32 * b, 32 * b + 32)]),
        )
        expect(Buffer.concat(blocks)).toEqual(readFileSync(file('q8')))
    })

    test.each(['f16', 'bf16', 'f8_e4m3', 'f8_e5m2'])('%s is the tensor itself, as the reader takes it', spec => {
        encode('cube.npy', '-s', spec, '-o', 'cast')
        encode('cube.npy', '-s', spec, '-o', 'cast.safetensors', '--to', 'safetensors')
        run('decode', 'cast', '-o', 'cast.npy')
        const [[, { dtype, shape, bytes }]] = Object.entries(safetensors('cast.safetensors').tensors)
        expect([dtype, shape]).toEqual([spec.toUpperCase(), [6, 4, 32]])
        expect(bytes).toEqual(readFileSync(file('cast')))
        encode('cast.safetensors', '-s', 'f32', '-o', 'cast-f32')
        expect([...f32(readFileSync(file('cast-f32')))]).toEqual([...readRows('cast.npy').values])
    })

    test('are the same bytes twice, and leave nothing where they fail', () => {
        const before = files()
        expect(run('encode', 'base.npy', '-s', 'int8', '-o', '/dev/full', '--to', 'float-npy').status).toBe(5)
        expect(run('encode', 'base.npy', '-s', 'int8', '-o', '/dev/null', '--to', 'safetensors')).toMatchObject({
            status: 5,
            err: expect.stringContaining('2 parts'),
        })
        expect(run('encode', 'base.npy', '-s', 'int8', '-o', 'x', '--to', 'zip')).toMatchObject({
            status: 2,
            err: expect.stringContaining('safetensors'),
        })
        writeRows('nan.npy', [2, 4], [1, 2, 3, 4, NaN, 1, 1, 1])
        expect(run('encode', 'nan.npy', '-s', 'int8', '-o', 'x.safetensors', '--to', 'safetensors').status).toBe(3)
        expect(files()).toEqual([...before, 'nan.npy'].sort())
    })
})

test('a C header compiles, and holds the codes', () => {
    for (const [spec, check] of Object.entries({
        int8: 'fwrite(W_codes, 1, sizeof W_codes, stdout); fwrite(W_scales, 1, sizeof W_scales, stdout);',
        'int4:per=block,scale=f16':
            'fwrite(W_codes, 1, sizeof W_codes, stdout); fwrite(W_scales, 1, sizeof W_scales, stdout);',
        'int8:per=tensor':
            'fwrite(W_codes, 1, sizeof W_codes, stdout); fwrite(W_scale, 1, sizeof W_scale, stdout);',
    })) {
        encode(model, '--tensor', 'fc1.weight', '-s', spec, '-o', 'w.h', '--to', 'c')
        encode(model, '--tensor', 'fc1.weight', '-s', spec, '-o', 'w.safetensors', '--to', 'safetensors')
        writeFileSync(
            file('w.c'),
            `#include <stdio.h>\n#include "w.h"\nint main(void){ ${check.replaceAll('W_', 'fc1_weight_')} return fc1_weight_rows == 32 && fc1_weight_dim == 64 ? 0 : 1; }`,
        )
        expect(shell('gcc -Wall -Wextra -Werror -std=c11 w.c -o w && ./w >w.bin')).toMatchObject({
            status: 0,
            err: '',
        })
        const { tensors } = safetensors('w.safetensors')
        expect(readFileSync(file('w.bin'))).toEqual(Buffer.concat(Object.values(tensors).map(({ bytes }) => bytes)))
    }
})

describe('GGUF', () => {
    const metadata = {
        'general.architecture': 'test',
        'general.name': 'a small one',
        'general.file_type': 1,
        'tokenizer.ggml.tokens': ['<s>', 'ä', ''],
        'test.block_count': 2,
        'test.flag': true,
    }
    const halves = Uint16Array.from({ length: 8 * 512 }, (_, i) => 0x3c00 + (i % 700) + (i % 3 ? 0x8000 : 0))
    const tensors = {
        'blk.0.attn_q.weight': { type: 'float16', shape: [8, 512], bytes: new Uint8Array(halves.buffer) },
        'blk.0.attn_norm.weight': { type: 'float32', shape: [512], bytes: new Uint8Array(noise(512).buffer) },
        'blk.1.ffn_down.weight': { type: 'float32', shape: [3, 2, 96], bytes: new Uint8Array(noise(576).buffer) },
        ids: { type: 'int32', shape: [2, 5], bytes: new Uint8Array(40) },
        'old.weight': { type: 'iq2_xxs', shape: [1, 256], bytes: new Uint8Array(66).fill(7) },
    }
    TYPES.iq2_xxs = [16, 256, 66]

    /** What another reader sees. @param {string} name */
    const theirs = async name => {
        const read = await readGguf(file(name), { allowLocalFile: true })
        const bytes = readFileSync(file(name))
        return {
            metadata: read.metadata,
            tensors: Object.fromEntries(
                read.tensorInfos.map(t => [
                    t.name,
                    {
                        type: t.dtype,
                        shape: t.shape.map(Number).reverse(),
                        at: Number(read.tensorDataOffset + t.offset),
                    },
                ]),
            ),
            bytes,
        }
    }

    test.each([32, 64])('a model keeps its metadata and what is not encoded, aligned to %i', async alignment => {
        writeFileSync(file('in.gguf'), gguf({ ...metadata, 'general.alignment': alignment }, tensors))
        const { err, out, status } = run(
            'encode',
            'in.gguf',
            '-s',
            'q4_k',
            '--to',
            'gguf',
            '-o',
            'out.gguf',
            '--json',
        )
        expect(status).toBe(0)
        expect(err).toContain("'blk.1.ffn_down.weight': its rows of 96 values")
        expect(JSON.parse(out)).toEqual({ tensors: 5, encoded: 2, bytes: statSync(file('out.gguf')).size })
        const { metadata: kept, tensors: found, bytes } = await theirs('out.gguf')
        expect(kept).toMatchObject({
            'general.architecture': 'test',
            'general.name': 'a small one',
            'tokenizer.ggml.tokens': ['<s>', 'ä', ''],
            'test.block_count': 2,
            'test.flag': true,
            'general.quantization_version': 2,
            'general.alignment': alignment,
        })
        expect(Object.keys(kept)).not.toContain('general.file_type')
        expect(Object.entries(found).map(([name, t]) => [name, t.type, t.shape])).toEqual([
            ['blk.0.attn_q.weight', TYPES.q4_k[0], [8, 512]],
            ['blk.0.attn_norm.weight', 0, [512]],
            ['blk.1.ffn_down.weight', TYPES.q5_0[0], [3, 2, 96]],
            ['ids', TYPES.int32[0], [2, 5]],
            ['old.weight', TYPES.iq2_xxs[0], [1, 256]],
        ])
        for (const t of Object.values(found)) expect(t.at % alignment).toBe(0)
        for (const [name, own] of Object.entries({ ids: 40, 'old.weight': 66, 'blk.0.attn_norm.weight': 2048 })) {
            const { at } = found[name]
            expect(bytes.subarray(at, at + own)).toEqual(Buffer.from(/** @type {any} */ (tensors)[name].bytes))
        }
        for (const [name, spec] of Object.entries({
            'blk.0.attn_q.weight': 'q4_k',
            'blk.1.ffn_down.weight': 'q5_0',
        })) {
            encode('in.gguf', '--tensor', name, '-s', spec, '-o', 'one')
            const own = readFileSync(file('one'))
            expect(bytes.subarray(found[name].at, found[name].at + own.length)).toEqual(own)
        }
    })

    test('types by tensor, of several that match the first; threads change nothing', async () => {
        writeFileSync(file('in.gguf'), gguf(metadata, tensors))
        writeFileSync(file('types.txt'), '^blk\\.0\\.attn_q\\.weight$=q6_k attn=q8_0\nffn=f16\n')
        const args = ['encode', 'in.gguf', '--types', 'types.txt', '--to', 'gguf', '--quiet']
        for (const threads of ['1', '3'])
            expect(run(...args, '--threads', threads, '-o', `t${threads}.gguf`)).toMatchObject({
                status: 0,
                err: '',
            })
        expect(readFileSync(file('t3.gguf'))).toEqual(readFileSync(file('t1.gguf')))
        const { tensors: found } = await theirs('t1.gguf')
        expect(Object.values(found).map(({ type }) => type)).toEqual([14, 0, 1, 26, 16])
        writeFileSync(file('types.txt'), 'attn=int8\n')
        expect(run(...args, '-o', 't.gguf')).toMatchObject({
            status: 3,
            err: expect.stringContaining('no type of a GGUF'),
        })
        writeFileSync(file('types.txt'), 'attn\n')
        expect(run(...args, '-o', 't.gguf')).toMatchObject({ status: 3, err: expect.stringContaining('NAME=TYPE') })
    })

    test('a .safetensors becomes a GGUF, and files of a split model one', async () => {
        encode(model, '-s', 'q4_0', '--to', 'gguf', '-o', 'mlp.gguf')
        const { tensors: found, bytes } = await theirs('mlp.gguf')
        encode(model, '--tensor', 'fc1.weight', '-s', 'q4_0', '-o', 'one')
        const own = readFileSync(file('one'))
        expect(bytes.subarray(found['fc1.weight'].at, found['fc1.weight'].at + own.length)).toEqual(own)
        const entries = Object.entries(tensors)
        const split = (/** @type {number} */ no, /** @type {typeof entries} */ some) =>
            writeFileSync(
                file(`big-0000${no + 1}-of-00002.gguf`),
                gguf({ ...(no ? {} : metadata), 'split.no': no, 'split.count': 2 }, Object.fromEntries(some)),
            )
        split(0, entries.slice(0, 2))
        split(1, entries.slice(2))
        writeFileSync(file('in.gguf'), gguf(metadata, tensors))
        expect(
            run('encode', 'big-00001-of-00002.gguf', '-s', 'q8_0', '--to', 'gguf', '-o', 'joined.gguf').status,
        ).toBe(0)
        expect(run('encode', 'in.gguf', '-s', 'q8_0', '--to', 'gguf', '-o', 'whole.gguf').status).toBe(0)
        expect(readFileSync(file('joined.gguf'))).toEqual(readFileSync(file('whole.gguf')))
    })

    test('what is no type of ggml is refused', () => {
        for (const spec of ['int8', 'nf4', 'q4_0:rescore=4'])
            expect(run('encode', model, '-s', spec, '--to', 'gguf', '-o', 'x.gguf').status).toBe(2)
        expect(run('encode', model, '-s', 'int8', '--types', 'x', '-o', 'x')).toMatchObject({ status: 2 })
        expect(files()).not.toContain('x.gguf')
    })
})
