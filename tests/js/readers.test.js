// Files as people have them, read by the command line: each kind written here byte by byte, or by its own library.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { GGMLQuantizationType, gguf as readGguf } from '@huggingface/gguf'
import { expect, test } from 'vitest'
import { file, headerOf, npyOf, readRows, run } from './cli.js'
import { newCore, path } from './core.js'
import { gguf, TYPES } from './gguf.js'

/** What info says. @param {string} name @param {string[]} more */
function info(name, ...more) {
    const { status, out, err } = run('info', name, '--json', ...more)
    expect([status, err]).toEqual([0, ''])
    return JSON.parse(out)
}

/** The rows of a tensor as float32. @param {string} name @param {string[]} more */
function floats(name, ...more) {
    expect(run('encode', name, '-s', 'f32', '-o', 'floats', ...more).err.replace(/.*warning.*\n/g, '')).toBe('')
    expect(run('decode', 'floats', '-o', 'floats.npy').err).toBe('')
    return readRows('floats.npy').values
}

const f4 = (/** @type {number[]} */ values) => Buffer.from(Float32Array.from(values).buffer)
const i4 = (/** @type {number[]} */ ...values) => Buffer.from(Int32Array.from(values).buffer)
const rows = [
    [0.5, -1.25, 3],
    [4, 5e-3, -6],
    [7, 8, 9.5],
]

// ------------------------------------------------------------------------------------------ vector files

const vectors = {
    'v.fvecs': [Buffer.concat(rows.flatMap(row => [i4(3), f4(row)])), 'fvecs', 'float32'],
    'unnamed-fvecs': [Buffer.concat(rows.flatMap(row => [i4(3), f4(row)])), 'fvecs', 'float32'],
    'v.fbin': [Buffer.concat([i4(3, 3), f4(rows.flat())]), 'fbin', 'float32'],
    'v64.fbin': [Buffer.concat([i4(3, 0, 3, 0), f4(rows.flat())]), 'fbin', 'float32'],
    'unnamed-fbin': [Buffer.concat([i4(3, 3), f4(rows.flat())]), 'fbin', 'float32'],
    'v.csv': ['0.5,-1.25,3\n4,5e-3,-6\r\n7,8,9.5', 'csv', 'float32'],
    'quoted.csv': ['"0.5","-1.25","3"\n4,5e-3,-6\n\n7,8,"9.5"\n', 'csv', 'float32'],
    'header.csv': ['id,x,y,z\n10,0.5,-1.25,3\n11,4,5e-3,-6\n12,7,8,9.5\n', 'csv', 'float32'],
    'pandas.csv': [',0,1,2\n0,0.5,-1.25,3\n1,4,5e-3,-6\n2,7,8,9.5\n', 'csv', 'float32'],
    'list.csv': [
        'text,embedding\n"a, b","[0.5, -1.25, 3]"\n"c ""d""\ne","[4, 5e-3, -6]"\nf,"[7,8,9.5]"\n',
        'csv',
        'float32',
    ],
    'numpy.tsv': ['t\tv\na\t[ 0.5 -1.25  3. ]\nb\t[4 5e-3 -6]\nc\t[7 8 9.5]\n', 'csv', 'float32'],
    'semicolon.csv': ['a;0.5;-1.25;3\nb;4;5e-3;-6\nc;7;8;9.5\n', 'csv', 'float32'],
    'glove.txt': ['\ufeff, 0.5 -1.25 3\nat name@x.com 4 5e-3 -6\n2000 7 8 9.5\n', 'text', 'float32'],
    'word2vec.txt': ['3 3\nthe 0.5 -1.25 3\n</s> 4 5e-3 -6\nz 7 8 9.5\n', 'text', 'float32'],
    'numbers.txt': ['5.0e-01 -1.25 3\n4 5e-3 -6\n  7\t8 9.5\n', 'text', 'float32'],
    'lines.jsonl': [rows.map((v, i) => JSON.stringify({ id: i, embedding: v })).join('\n'), 'json', 'float32'],
    'arrays.jsonl': [rows.map(v => JSON.stringify(v)).join('\n') + '\n', 'json', 'float32'],
    'deep.jsonl': [
        rows.map(v => JSON.stringify({ r: { body: { data: [{ embedding: v }] } } })).join('\n'),
        'json',
        'float32',
    ],
    'openai.json': [
        JSON.stringify({ object: 'list', data: rows.map((v, index) => ({ index, embedding: v })) }),
        'json',
        'float32',
    ],
    'pretty.json': [
        JSON.stringify(
            rows.map((v, id) => ({ id, v })),
            null,
            4,
        ),
        'json',
        'float32',
    ],
    'words.json': [JSON.stringify({ one: rows[0], two: rows[1], 'th"ree': rows[2] }), 'json', 'float32'],
    'base64.jsonl': [
        rows.map(v => JSON.stringify({ embedding: f4(v).toString('base64') })).join('\n'),
        'json',
        'float32',
    ],
}

test.each(Object.entries(vectors))('%s', (name, [bytes, kind, dtype]) => {
    for (const packed of [false, true]) {
        const content = Buffer.from(bytes)
        const file_ = packed ? `${name}.gz` : name
        if (packed && name.startsWith('unnamed')) continue
        writeFileSync(file(file_), packed ? gzipSync(content) : content)
        const about = info(file_)
        expect([about.kind, about.tensors.length]).toEqual([kind, 1])
        expect(about.tensors[0]).toMatchObject({ dtype, rows: 3, dim: 3, shape: [3, 3] })
        expect([...floats(file_)]).toEqual(rows.flat().map(Math.fround))
    }
})

test('bytes', () => {
    const records = Buffer.concat([0, 100, 250].flatMap(x => [i4(4), Buffer.of(x, 1, 2, 3)]))
    writeFileSync(file('v.bvecs'), records)
    writeFileSync(file('v.u8bin'), Buffer.concat([i4(2, 3), Buffer.of(0, 1, 128, 200, 255, 5)]))
    writeFileSync(file('v.i8bin'), Buffer.concat([i4(2, 3), Buffer.of(0, 1, 128, 200, 255, 5)]))
    expect([...floats('v.bvecs')]).toEqual([0, 1, 2, 3, 100, 1, 2, 3, 250, 1, 2, 3])
    expect([...floats('v.u8bin')]).toEqual([0, 1, 128, 200, 255, 5])
    expect([...floats('v.i8bin')]).toEqual([0, 1, -128, -56, -1, 5])
})

test('neighbours that are shipped with data', () => {
    writeFileSync(file('truth.ivecs'), Buffer.concat([i4(3, 5, 0, 7), i4(3, 1, 2, 3)]))
    writeFileSync(file('noname-truth'), Buffer.concat([i4(3, 5, 0, 7), i4(3, 1, 2, 3)]))
    for (const name of ['truth.ivecs', 'noname-truth']) {
        expect(info(name)).toMatchObject({ kind: 'ivecs', tensors: [{ dtype: 'int32', rows: 2, dim: 3 }] })
        expect([...floats(name)]).toEqual([5, 0, 7, 1, 2, 3])
    }
    writeFileSync(file('truth.bin'), Buffer.concat([i4(2, 2, 4, 5, 6, 7), f4([0.5, 0.25, 1, 2])]))
    expect(info('truth.bin').tensors.map((/** @type {any} */ t) => [t.name, t.dtype])).toEqual([
        ['neighbors', 'int32'],
        ['distances', 'float32'],
    ])
    expect([...floats('truth.bin', '--tensor', 'distances')]).toEqual([0.5, 0.25, 1, 2])
})

test('values alone', () => {
    writeFileSync(file('raw.bin'), Buffer.concat([Buffer.from('head'), f4([1, 2, 3, 4, 5, 6])]))
    expect(info('raw.bin', '--dtype', 'float32', '--dim', '3', '--offset', '4').tensors[0]).toMatchObject({
        rows: 2,
        dim: 3,
    })
    expect([...floats('raw.bin', '--dtype', 'float32', '--dim', '2', '--offset', '4')]).toEqual([1, 2, 3, 4, 5, 6])
    for (const [args, status, words] of /** @type {[string[], number, string][]} */ ([
        [['--dtype', 'float32', '--dim', '2'], 3, 'no whole number of rows of 2 float32, 8 bytes'],
        [['--dtype', 'float31', '--dim', '2'], 2, "there is no dtype 'float31'"],
        [['--dtype', 'float32'], 2, '--dtype and --dim'],
        [['--dtype', 'int8', '--dim', '2', '--offset', '99'], 2, 'byte 99 is not in the file'],
    ]))
        expect(run('info', 'raw.bin', ...args)).toMatchObject({ status, err: expect.stringContaining(words) })
})

// ---------------------------------------------------------------------------------------------------- text

test('many rows of text: any of them, with the line of what is wrong', () => {
    const count = 150_000
    const value = (/** @type {number} */ i) => [i, (i % 97) / 8, 0 - i]
    const lines = Array.from({ length: count }, (_, i) => `w${i} ${value(i).join(' ')}`)
    writeFileSync(file('many.txt'), lines.join('\n') + '\n')
    expect(info('many.txt').tensors[0]).toMatchObject({ rows: count, dim: 3 })
    const all = floats('many.txt')
    for (const i of [0, 1, 1023, 1024, 77_777, count - 1])
        expect([...all.subarray(3 * i, 3 * i + 3)]).toEqual(value(i))
    const data = JSON.parse(run('sweep', 'many.txt', '-s', 'f32', '--json', '-k', '1').out).data // drawn rows, one by one
    expect(data).toMatchObject({ rows: count - 500, queries: 500 })
    lines[140_000] = 'w 1 2 x'
    writeFileSync(file('wrong.txt'), lines.join('\n'))
    expect(run('info', 'wrong.txt')).toMatchObject({
        status: 3,
        err: expect.stringMatching(/: byte \d+: line 140001: 'x' stands/),
    })
})

test.each(
    /** @type {[string, string, string][]} */ ([
        ['ragged.csv', '1,2,3\n4,5,6\n7,8\n', 'line 3: it has 2 columns, where the first row has 3'],
        ['long.csv', '1,2,3\n4,5,6\n7,8,9,10\n', 'line 3: it has 4 columns, where the first row has 3'],
        ['word.csv', 'a,b\n1,2\n3,4\n5,x\n', "line 4: column 2 is 'x', where a number"],
        ['far.csv', '1,2\n3,4\n5,1e39\n', "line 3: column 2 is '1e39', where a number that float32 can hold"],
        ['cut.csv', 'a,v\n1,"[1, 2, 3]"\n2,"[1, ..., 3]"\n', 'it was cut short (...) when it was saved'],
        ['open.csv', 'a,v\n1,"[1, 2, 3]"\n2,"[1, 2, 3', 'the text ends inside this row'],
        ['short.txt', 'a 1 2 3\nb 1 2 3\n1\n', 'line 3: it has 1 values, where the first rows have 3'],
        [
            'ragged.jsonl',
            '{"e":[1,2]}\n{"e":[1,2,3]}\n',
            'line 2: its vector has 3 values, that of the first row 2',
        ],
        ['none.jsonl', '{"e":[1,2]}\n{"f":[1,2]}\n', "line 2: it has no 'e', where the first row has its vector"],
        ['null.jsonl', '{"e":[1,2]}\n{"e":[1,null]}\n', 'line 2: value 1 of its vector is not a number'],
        ['text.jsonl', '{"e":[1,2]}\n{"e":"x"}\n', "line 2: 'e' is no array of numbers"],
        ['cut.jsonl', '{"e":[1,2]}\n{"e":[1,2', 'line 2: the text ends inside this row'],
        ['wrong.jsonl', '{"e":[1,2]}\n{"e":[1 2]}\n', 'line 2: byte'],
        ['base.jsonl', '{"embedding":"AACAPw=="}\n{"embedding":"AACAP"}\n', 'is no base64 text of float32'],
        ['deep.json', '['.repeat(100_000), 'it is text, but not of vectors'],
        ['nest.jsonl', `{"e":[1,2]}\n{"x":${'['.repeat(99)}${']'.repeat(99)}}\n`, 'line 2: byte'],
        ['prose.txt', 'Dear reader,\nthere is nothing here.\n', 'it is text, but not of vectors'],
        ['short.fvecs', Buffer.concat([i4(3), f4([1, 2])]).toString('latin1'), 'no multiple of'],
        ['none.fbin', i4(7, 7, 7).toString('latin1'), 'its counts are 7 rows of 7, and of no type'],
    ]),
)('%s is refused', (name, content, words) => {
    writeFileSync(file(name), Buffer.from(content, 'latin1'))
    const { status, out, err } = run('info', name)
    expect([status, out, err]).toEqual([3, '', expect.stringContaining(words)])
})

test('a million columns', () => {
    writeFileSync(file('wide.csv'), Array.from({ length: 1_000_000 }, (_, i) => i % 7).join(',') + '\n')
    expect(info('wide.csv').tensors[0]).toMatchObject({ rows: 1, dim: 1_000_000 })
})

// ------------------------------------------------------------------------------------------- models in files

/** A .safetensors of float32. @param {Record<string, number[][]>} tensors */
function safetensors(tensors) {
    let at = 0
    const header = Object.entries(tensors).map(([name, value]) => {
        const shape = [value.length, value[0].length]
        return [name, { dtype: 'F32', shape, data_offsets: [at, (at += 4 * shape[0] * shape[1])] }]
    })
    const json = Buffer.from(JSON.stringify(Object.fromEntries(header)))
    return Buffer.concat([i4(json.length, 0), json, ...Object.values(tensors).map(value => f4(value.flat()))])
}

test('a model in several files, by its index or its folder', () => {
    mkdirSync(file('model'))
    mkdirSync(file('bare'))
    const parts = {
        'm-00001-of-00002.safetensors': { a: [[1, 2]] },
        'm-00002-of-00002.safetensors': {
            b: [
                [3, 4],
                [5, 6],
            ],
        },
    }
    for (const [name, tensors] of Object.entries(parts)) {
        writeFileSync(file(`model/${name}`), safetensors(/** @type {any} */ (tensors)))
        writeFileSync(file(`bare/${name}`), safetensors(/** @type {any} */ (tensors)))
    }
    const [first, second] = Object.keys(parts)
    const index = { metadata: { total_size: 24 }, weight_map: { a: first, b: second } }
    writeFileSync(file('model/m.safetensors.index.json'), JSON.stringify(index, null, 2))
    for (const name of ['model', 'bare', 'model/m.safetensors.index.json']) {
        expect(info(name)).toMatchObject({
            kind: 'safetensors',
            tensors: [
                { name: 'a', part: 1 },
                { name: 'b', part: 2 },
            ],
        })
        expect([...floats(name, '--tensor', 'b')]).toEqual([3, 4, 5, 6])
    }
    const { tensors } = JSON.parse(run('tensors', 'model', '-s', 'int8', '--json').out)
    expect(tensors.map((/** @type {any} */ t) => t.name)).toEqual(['a', 'b'])
    writeFileSync(file('model/x.index.json'), '{"weight_map":{"a":"missing.safetensors"}}')
    expect(run('info', 'model/x.index.json').err).toContain('model/missing.safetensors: there is no such file')
    for (const name of ['../a.safetensors', '/etc/passwd']) {
        writeFileSync(file('model/x.index.json'), JSON.stringify({ weight_map: { a: name } }))
        expect(run('info', 'model/x.index.json').err).toContain(
            'the name of a file in the same folder is expected here',
        )
    }
    writeFileSync(file('model/x.index.json'), JSON.stringify({ weight_map: { a: first, z: first } }))
    expect(run('info', 'model/x.index.json').err).toContain('its weight_map names 2 tensors, and the files hold 1')
    writeFileSync(file('bare/m-00002-of-00002.safetensors'), safetensors({ b: [[3, 4]] }).subarray(0, -1))
    expect(run('info', 'bare').err).toContain('m-00002-of-00002.safetensors: ')
})

// ------------------------------------------------------------------------------------------------------ GGUF

const golden = readFileSync(path('tests/golden/ggml.bin'))
const cases = readFileSync(path('tests/golden/ggml.txt'), 'utf8')
    .trim()
    .split('\n')
    .map(line => line.split(' '))
    .map(([, ...rest]) => rest)
    .filter(([format]) => TYPES[format])

test('every type of ggml decodes in a file as its blocks do alone', async () => {
    const formats = [...new Set(cases.map(([format]) => format))]
    expect(formats.length).toBeGreaterThanOrEqual(17)
    const core = await newCore()
    const tensors = Object.fromEntries(
        formats.map(format => {
            const [, , rows_, at] = cases.find(([name]) => name === format) ?? expect.unreachable()
            const [, block, bytes] = TYPES[format]
            return [
                `${format}.weight`,
                { type: format, shape: [+rows_, block], bytes: golden.subarray(+at, +at + +rows_ * bytes) },
            ]
        }),
    )
    writeFileSync(file('all.gguf'), gguf({ 'general.architecture': 'test', 'test.block_count': 3 }, tensors))
    const about = info('all.gguf')
    expect(about).toMatchObject({
        kind: 'gguf',
        metadata: { 'general.architecture': 'test', 'test.block_count': 3 },
    })
    const theirs = await readGguf(file('all.gguf'), { allowLocalFile: true })
    expect(about.tensors.map((/** @type {any} */ t) => [t.name, t.rows, t.dim])).toEqual(
        theirs.tensorInfos.map(t => [t.name, Number(t.shape[1]), Number(t.shape[0])]),
    )
    expect(GGMLQuantizationType[theirs.tensorInfos[0].dtype].toLowerCase()).toBe(formats[0])
    for (const format of formats) {
        const { bytes, shape } = tensors[`${format}.weight`]
        const [count, block] = shape
        const fit = core.open('qs_fit_open', format, block)
        const codec = core.open('qs_fit_finish', fit)
        const out = core.alloc(4 * count * block)
        core.call('qs_codec_decode', codec, bytes, count, out)
        const alone = core.take(out, Float32Array, count * block)
        const bits = (/** @type {Float32Array} */ x) => new Uint32Array(x.buffer)
        expect([...bits(floats('all.gguf', '--tensor', `${format}.weight`))]).toEqual([...bits(alone)])
    }
})

test('GGUF in several files, its types that are not decoded, and its axes', () => {
    const values = Float32Array.from({ length: 64 }, (_, i) => i)
    const f32 = (/** @type {number[]} */ ...shape) => ({
        type: 'float32',
        shape,
        bytes: new Uint8Array(
            values.slice(
                0,
                shape.reduce((a, b) => a * b),
            ).buffer,
        ),
    })
    for (const [i, tensors] of /** @type {any[]} */ ([
        { one: f32(2, 4) },
        { 'exps.weight': f32(2, 3, 4), norm: f32(5) },
    ]).entries())
        writeFileSync(
            file(`big-0000${i + 1}-of-00002.gguf`),
            gguf(
                { 'split.no': i, 'split.count': 2, 'general.alignment': 64, words: ['a', 'b'], flag: true },
                tensors,
                2 + i,
            ),
        )
    const about = info('big-00002-of-00002.gguf')
    expect(about.metadata.words).toEqual({ array: 'text', count: 2 })
    expect(about.tensors.map((/** @type {any} */ t) => [t.name, t.shape, t.rows, t.dim])).toEqual([
        ['one', [2, 4], 2, 4],
        ['exps.weight', [2, 3, 4], 6, 4],
        ['norm', [5], 1, 5],
    ])
    expect([...floats('big-00001-of-00002.gguf', '--tensor', 'norm')]).toEqual([0, 1, 2, 3, 4])
    const other = { type: 'q8_1', shape: [2, 32], bytes: new Uint8Array(72) }
    writeFileSync(file('other.gguf'), gguf({}, { x: other, y: f32(2, 4) }))
    expect(info('other.gguf').tensors[0]).toMatchObject({
        dtype: 'q8_1',
        row_bytes: 36,
        problem: expect.stringContaining('is not read'),
    })
    expect(run('encode', 'other.gguf', '--tensor', 'x', '-s', 'f32', '-o', 'never').status).toBe(3)
    expect(JSON.parse(run('tensors', 'other.gguf', '-s', 'f16', '--json').out)).toMatchObject({
        not_measured: { tensors: 1, bytes: 72 },
        totals: [{ bytes: 72 + 16, file_bytes: 72 + 32 }],
    })
})

test.each(
    /** @type {[string, (bytes: Buffer) => Buffer, string][]} */ ([
        ['version', b => (b.writeUInt32LE(9, 4), b), 'byte 4: GGUF version 9 is not known'],
        ['counts', b => (b.writeBigUInt64LE(2n ** 63n, 8), b), 'more than its'],
        ['pairs', b => (b.writeBigUInt64LE(2n ** 63n, 16), b), 'more than its'],
        ['cut', b => b.subarray(0, -1), 'its bytes end beyond the file: it is truncated'],
        ['type', b => (b.writeUInt32LE(999, b.indexOf('name') + 4 + 4 + 16), b), 'its type 999 is not one of'],
        [
            'offset',
            b => (b.writeBigUInt64LE(1n, b.indexOf('name') + 4 + 4 + 16 + 4), b),
            'no multiple of the alignment',
        ],
        ['far', b => (b.writeBigUInt64LE(2n ** 63n, b.indexOf('name') + 4 + 4 + 16 + 4), b), 'end beyond the file'],
        ['length', b => (b.writeBigUInt64LE(2n ** 62n, b.indexOf('name') + 8), b), 'its shape is of no tensor'],
        ['text', b => (b.writeBigUInt64LE(2n ** 63n, b.indexOf('name') - 8), b), "a tensor's name of 9"],
    ]),
)('GGUF with a wrong %s is refused', (_, change, words) => {
    const good = gguf({ k: 'v' }, { name: { type: 'float32', shape: [2, 4], bytes: new Uint8Array(32) } })
    writeFileSync(file('wrong.gguf'), change(good))
    expect(run('info', 'wrong.gguf')).toMatchObject({ status: 3, out: '', err: expect.stringContaining(words) })
})

test('GGUF with one key twice is refused, with its place', () => {
    const bytes = gguf(
        { first: 'v', other: 'w', third: 3 },
        { name: { type: 'float32', shape: [1, 2], bytes: new Uint8Array(8) } },
    )
    writeFileSync(file('keys.gguf'), bytes)
    expect(info('keys.gguf').metadata).toEqual({ first: 'v', other: 'w', third: 3 })
    const at = bytes.indexOf('third')
    bytes.write('first', at)
    writeFileSync(file('keys.gguf'), bytes)
    const { status, err } = run('info', 'keys.gguf')
    expect([status, err]).toEqual([3, expect.stringMatching(/byte (32|\d\d): the key 'first' is there twice/)])
})

// ------------------------------------------------------------------------------------------------------- npz

test('a .npz of one stored member is read where it lies; cut anywhere it is refused', () => {
    const npy = npyOf(headerOf('<f4', [2, 2]), f4([1, 2, 3, 4]))
    const name = Buffer.from('a.npy')
    const local = Buffer.alloc(30)
    local.write('PK\x03\x04', 'latin1')
    local.writeUInt32LE(npy.length, 18)
    local.writeUInt32LE(npy.length, 22)
    local.writeUInt16LE(name.length, 26)
    const entry = Buffer.alloc(46)
    entry.write('PK\x01\x02', 'latin1')
    entry.writeUInt32LE(npy.length, 20)
    entry.writeUInt32LE(npy.length, 24)
    entry.writeUInt16LE(name.length, 28)
    const directory = 30 + name.length + npy.length
    const end = Buffer.alloc(22)
    end.write('PK\x05\x06', 'latin1')
    end.writeUInt16LE(1, 10)
    end.writeUInt32LE(46 + name.length, 12)
    end.writeUInt32LE(directory, 16)
    const whole = Buffer.concat([local, name, npy, entry, name, end])
    writeFileSync(file('one.npz'), whole)
    expect(info('one.npz')).toMatchObject({ kind: 'npz', tensors: [{ name: 'a', rows: 2, dim: 2 }] })
    expect([...floats('one.npz')]).toEqual([1, 2, 3, 4])
    const lies = Buffer.from(whole)
    lies.writeUInt16LE(8, directory + 10) // deflated, it says, to more than deflate can pack
    lies.writeUInt32LE(0x7fffffff, directory + 24)
    writeFileSync(file('bomb.npz'), lies)
    expect(run('info', 'bomb.npz')).toMatchObject({
        status: 3,
        err: expect.stringContaining('deflate cannot unpack it to the size'),
    })
})
