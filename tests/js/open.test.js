// Files as the page opens them, by the core in WebAssembly and by the libraries: the same rows, and what they are called.
import { readFileSync, writeFileSync } from 'node:fs'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { CompressionType, setCompressionCodec, tableFromArrays, tableToIPC } from '@uwdata/flechette'
import {
    Field,
    FixedSizeList,
    Float32,
    List,
    tableFromJSON,
    tableToIPC as theirIPC,
    Table,
    Utf8,
    vectorFromArray,
} from 'apache-arrow'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { File as Hdf5File, ready } from 'h5wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import { unpackLz4 } from '../../web/data/readers/lz4.js'
import { readData } from '../../web/data/data.js'
import { chosenFiles } from '../../web/data/files.js'
import { openTable, readFloats, sample } from '../../web/data/table.js'
import { Exporter } from '../../web/engine/exporter.js'
import { file, headerOf, noise, npyOf, run, text } from './cli.js'
import { newCore } from './core.js'
import { gguf } from './gguf.js'

/** @type {import('../../web/engine/wasm.js').Core} */
let core
beforeAll(async () => {
    core = await newCore()
})

const f4 = (/** @type {ArrayLike<number>} */ values) => Buffer.from(Float32Array.from(values).buffer)
const i4 = (/** @type {number[]} */ ...values) => Buffer.from(Int32Array.from(values).buffer)
const rows = [
    [0.5, -1.25, 3],
    [4, 0.25, -6],
    [7, 8, 9.5],
]
const fileOf = (/** @type {string} */ name, /** @type {any} */ content) => new File([content], name)

/** All rows of a table. @param {any} table */
async function floats(table) {
    const list = []
    for (let i = 0; i < table.rows; i++) list.push([...(await readFloats(core, table, i))])
    return list
}

/** A .npz of deflated members. @param {Record<string, Uint8Array>} members */
function npz(members) {
    const parts = []
    const entries = []
    let at = 0
    for (const [name, bytes] of Object.entries(members)) {
        const packed = deflateRawSync(bytes)
        const local = Buffer.alloc(30)
        local.write('PK\x03\x04', 'latin1')
        local.writeUInt16LE(name.length, 26)
        const entry = Buffer.alloc(46)
        entry.write('PK\x01\x02', 'latin1')
        entry.writeUInt16LE(8, 10)
        entry.writeUInt32LE(packed.length, 20)
        entry.writeUInt32LE(bytes.length, 24)
        entry.writeUInt16LE(name.length, 28)
        entry.writeUInt32LE(at, 42)
        entries.push(entry, Buffer.from(name))
        parts.push(local, Buffer.from(name), packed)
        at += 30 + name.length + packed.length
    }
    const directory = Buffer.concat(entries)
    const end = Buffer.alloc(22)
    end.write('PK\x05\x06', 'latin1')
    end.writeUInt16LE(Object.keys(members).length, 10)
    end.writeUInt32LE(directory.length, 12)
    end.writeUInt32LE(at, 16)
    return Buffer.concat([...parts, directory, end])
}

const columns = Float32Array.from(rows[0].flatMap((_, c) => rows.map(row => row[c])))
const npy = npyOf(headerOf('<f4', [3, 3]), f4(rows.flat()))

test.each(
    /** @type {[string, any][]} */ ([
        ['v.npy', npy],
        ['v.npy.gz', gzipSync(npy)],
        ['columns.npy', npyOf(headerOf('<f4', [3, 3]).replace('False', 'True'), f4(columns))],
        ['big.npy', npyOf(headerOf('>f4', [3, 3]), f4(rows.flat()).swap32())],
        ['v.npz', npz({ 'a.npy': npyOf(headerOf('<f4', [1]), f4([1])), 'b.npy': npy })],
        ['v.fvecs', Buffer.concat(rows.flatMap(row => [i4(3), f4(row)]))],
        ['v.fbin', Buffer.concat([i4(3, 3), f4(rows.flat())])],
        ['v.gguf', gguf({}, { w: { type: 'float32', shape: [3, 3], bytes: f4(rows.flat()) } })],
        ['v.csv', rows.map(row => row.join(',')).join('\n')],
        ['v.jsonl.gz', gzipSync(rows.map(v => JSON.stringify({ embedding: v })).join('\n'))],
        ['v.json', JSON.stringify(rows)],
    ]),
)('%s', async (name, content) => {
    const table = await openTable(core, fileOf(name, content), name)
    expect(table).toMatchObject({ name, rows: 3, dim: 3 })
    expect(await floats(table)).toEqual(rows)
})

test('bytes with a sign and without are told apart by the name, in a worker too', async () => {
    const bytes = Buffer.concat([i4(2, 2), Buffer.of(1, 2, 200, 255)])
    expect(await floats(await openTable(core, fileOf('v.u8bin', bytes), 'v.u8bin'))).toEqual([[1, 2], [200, 255]]) // prettier-ignore
    expect(await floats(await openTable(core, fileOf('v.i8bin', bytes), 'v.i8bin'))).toEqual([[1, 2], [-56, -1]]) // prettier-ignore
})

test('labels of a file are what its rows are called; a text beside it must have a line for each row', async () => {
    const csv = fileOf('v.csv', 'id,text,embedding\n' + rows.map((v, i) => `${i},"t ${i}","[${v}]"\n`).join(''))
    const { base, lines } = await readData(core, { name: 'v.csv', vectors: csv })
    expect(lines).toEqual(['0 · t 0', '1 · t 1', '2 · t 2'])
    expect(await floats(base)).toEqual(rows)
    const vectors = fileOf('v.npy', npy)
    const read = (/** @type {string} */ text) => readData(core, { name: 'v', vectors, text: fileOf('v.txt', text) })
    expect((await read('a\nb\nc\n')).lines).toEqual(['a', 'b', 'c'])
    await expect(read('a\nb\n')).rejects.toMatchObject({
        details: { message: 'It has 2 lines; v.npy has 3 rows. Each row needs its line.' },
    })
})

test('a long text is sampled', async () => {
    const text = Array.from({ length: 5000 }, (_, i) => `w${i} ${i} ${i / 4}`).join('\n')
    const table = await openTable(core, fileOf('v.txt', text), 'v.txt')
    expect(table).toMatchObject({ rows: 5000, dim: 2 })
    expect([...(await readFloats(core, sample(table, 100), 95))][0]).toBeGreaterThan(3300)
    expect(table.labels?.[4999]).toBe('w4999')
})

test('a model in several files', async () => {
    const part = (/** @type {string} */ name) => {
        const json = Buffer.from(JSON.stringify({ [name]: { dtype: 'F32', shape: [3, 3], data_offsets: [0, 36] } }))
        return Buffer.concat([i4(json.length, 0), json, f4(rows.flat())])
    }
    const files = [fileOf('m-1.safetensors', part('a')), fileOf('m-2.safetensors', part('b'))]
    const index = fileOf('m.safetensors.index.json', JSON.stringify({ weight_map: { a: 'm-1.safetensors', b: 'm-2.safetensors' } })) // prettier-ignore
    for (const dropped of [[...files, index], files]) {
        const { vectors, siblings = [] } = chosenFiles(dropped)
        const table = await openTable(core, /** @type {File} */ (vectors), vectors?.name ?? '', {
            siblings,
            wanted: 'b',
        })
        expect(table).toMatchObject({ part: 'b', names: ['a', 'b'] })
        expect(await floats(table)).toEqual(rows)
    }
    await expect(openTable(core, index, index.name)).rejects.toThrow('m-1.safetensors is part of it')
})

test('HDF5 of ann-benchmarks: train is the base, test the queries', async () => {
    const { FS } = await ready
    const made = new Hdf5File('made.h5', 'w')
    made.create_dataset({ name: 'train', data: Float32Array.from(rows.flat()), shape: [3, 3] })
    made.create_dataset({ name: 'test', data: Float32Array.from(rows[1]), shape: [1, 3] })
    made.create_dataset({ name: 'neighbors', data: Int32Array.of(1, 2), shape: [1, 2] })
    made.close()
    const bytes = FS.readFile('made.h5')
    const { base, queries } = await readData(core, { name: 'a', vectors: fileOf('a.hdf5', bytes) })
    expect(base.names?.toSorted()).toEqual(['neighbors', 'test', 'train'])
    expect(await floats(base)).toEqual(rows)
    expect(await floats(queries)).toEqual([rows[1]])
    await expect(openTable(core, fileOf('cut.h5', bytes.slice(0, 900)), 'cut.h5')).rejects.toThrow('It is HDF5')
})

test('Parquet with a column of lists', async () => {
    const bytes = parquetWriteBuffer({
        columnData: [
            { name: 'id', data: [1, 2, 3], type: 'INT32' },
            { name: 'embedding', data: rows },
        ],
    })
    const table = await openTable(core, fileOf('v.parquet', bytes), 'v.parquet')
    expect(table).toMatchObject({ rows: 3, dim: 3 })
    expect(await floats(table)).toEqual(rows)
    await expect(openTable(core, fileOf('x.parquet', bytes.slice(0, 30)), 'x')).rejects.toThrow('It is Parquet')
})

/** 25,000 float32 of 0, 0.25, ... 1.5 and again, by `lz4 -B4 -BD`: two blocks, the second of which looks back into the first. */
const PACKED =
    'BCJNGERAXigBAAARAAEA8QeAPgAAAD8AAEA/AACAPwAAoD8AAMA/GwAPHAD/////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////x1A/AABAP5EAAAAP8P////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////8PUD4AAAA/AAAAAKNoe8k='

test('LZ4: a frame of linked blocks by another program; damaged anywhere it is refused or of its length', () => {
    const frame = Uint8Array.from(Buffer.from(PACKED, 'base64'))
    const unpacked = unpackLz4(frame, 100_000)
    expect([...new Float32Array(unpacked.buffer)]).toEqual(Array.from({ length: 25_000 }, (_, i) => (i % 7) / 4))
    expect(() => unpackLz4(frame, 99_999)).toThrow()
    expect(() => unpackLz4(frame, 100_001)).toThrow('another length')
    expect(() => unpackLz4(frame, 2 ** 30)).toThrow('so much')
    for (let cut = 0; cut < frame.length - 4; cut++) expect(() => unpackLz4(frame.slice(0, cut), 100_000)).toThrow()
    for (let at = 0; at < frame.length; at++) {
        const flipped = frame.slice()
        flipped[at] ^= 1 << (at % 8)
        try {
            expect(unpackLz4(flipped, 100_000).length).toBe(100_000)
        } catch (error) {
            expect(error).toBeInstanceOf(Error)
        }
    }
})

describe('Arrow IPC', () => {
    const fixed = vectorFromArray(rows, new FixedSizeList(3, new Field('item', new Float32())))
    const lists = vectorFromArray(rows, new List(new Field('item', new Float32())))
    const id = vectorFromArray(['a', 'b', 'c'], new Utf8())

    test.each(/** @type {const} */ (['file', 'stream']))(
        'as a %s, by Apache’s writer: lists of any or of a fixed size',
        async kind => {
            for (const embedding of [fixed, lists]) {
                const bytes = theirIPC(new Table(/** @type {any} */ ({ id, embedding })), kind)
                const table = await openTable(core, fileOf('v.arrow', bytes), 'v.arrow')
                expect(table).toMatchObject({ rows: 3, dim: 3 })
                expect(await floats(table)).toEqual(rows)
            }
        },
    )

    test('columns of numbers are one table; rows of other lengths and cut files are refused', async () => {
        const plain = theirIPC(tableFromJSON(rows.map(([x, y, z]) => ({ x, y, z }))), 'file')
        expect(await floats(await openTable(core, fileOf('c.arrow', plain), 'c.arrow'))).toEqual(rows)
        const ragged = vectorFromArray([[1, 2], [3]], new List(new Field('item', new Float32())))
        const bytes = theirIPC(new Table(/** @type {any} */ ({ ragged })), 'file')
        await expect(openTable(core, fileOf('r.arrow', bytes), 'r')).rejects.toThrow(
            'has 1 values, and row 0 has 2',
        )
        for (const cut of [8, 20, plain.length - 1, plain.length - 12])
            await expect(openTable(core, fileOf('x.arrow', plain.slice(0, cut)), 'x')).rejects.toThrow(
                'It is Arrow IPC',
            )
    })

    test('packed by LZ4', async () => {
        const one = Float32Array.from({ length: 25_000 }, (_, i) => (i % 7) / 4)
        const made = tableFromArrays({ v: one })
        setCompressionCodec(CompressionType.LZ4_FRAME, {
            encode: bytes => (bytes.length >= 100_000 ? Uint8Array.from(Buffer.from(PACKED, 'base64')) : bytes),
            decode: (bytes, length) => unpackLz4(bytes, Number(length)),
        })
        const bytes = /** @type {Uint8Array} */ (
            tableToIPC(made, { format: 'file', codec: CompressionType.LZ4_FRAME })
        )
        expect(bytes.length).toBeLessThan(5000)
        const table = await openTable(core, fileOf('p.arrow', bytes), 'p.arrow')
        expect(table).toMatchObject({ rows: 25_000, dim: 1 })
        for (const row of [0, 1, 6, 16_384, 24_998])
            expect([...(await readFloats(core, table, row))]).toEqual([one[row]])
    })
})

test.each(
    /** @type {[string, any, string][]} */ ([
        ['bomb.gz', gzipSync(Buffer.alloc(1 << 26)), 'which is not believed'],
        ['cut.gz', gzipSync(npy).subarray(0, 40), 'damaged, or cut off'],
        ['prose.txt', 'Dear reader,\nnothing here.\n', 'it is text, but not of vectors'],
        ['ragged.csv', '1,2\n3,4\n5\n', 'line 3: it has 1 columns'],
    ]),
)('%s is refused', async (name, content, words) => {
    await expect(openTable(core, fileOf(name, content), name)).rejects.toThrow(words)
})

describe('what the page downloads', () => {
    const values = noise(70 * 40)
    const bytes = npyOf(headerOf('<f4', [70, 40]), f4(values))

    /** @type {(spec: string, to: string, shape?: number[]) => Promise<{ file: Buffer, sidecar: string }>} */
    async function write(spec, to, shape = [70, 40]) {
        const table = await openTable(core, fileOf('w.npy', bytes), 'w.npy')
        const name = table.names?.[0] ?? ''
        const { pieces, sidecar } = await new Exporter(core).write(table, { spec, to, name, shape })
        return { file: Buffer.concat(pieces), sidecar }
    }

    beforeAll(() => writeFileSync(file('w.npy'), bytes))

    test.each([
        'int8',
        'int4:map=affine,per=block',
        'int8:per=dim',
        'q8_0',
        'mxfp4',
        'binary:center=median',
        'f16',
    ])('%s is what the command line writes, in every kind of file', async spec => {
        const { exports } = core.json('qs_exports_json')
        expect(exports.map((/** @type {any} */ one) => one.name)).toEqual([
            'npy',
            'safetensors',
            'float-npy',
            'fvecs',
        ])
        for (const { name } of exports) {
            const { file: written, sidecar } = await write(spec, name)
            expect(run('encode', 'w.npy', '-s', spec, '--to', name, '-o', 'theirs', '--quiet')).toMatchObject({
                status: 0,
            })
            expect(written).toEqual(readFileSync(file('theirs')))
            if (name === 'npy') expect(sidecar).toBe(text('theirs.json'))
        }
    })

    test('a shape that rows do not fit is (rows, dim); what cannot be encoded says why', async () => {
        expect((await write('int8', 'float-npy', [7, 10, 40])).file.toString('latin1', 0, 100)).toContain(
            '(70, 40)',
        )
        expect((await write('int8', 'float-npy', [70, 8, 5])).file.toString('latin1', 0, 100)).toContain(
            '(70, 8, 5)',
        )
        await expect(write('int8', 'zip')).rejects.toThrow('no kind of file')
        const bad = fileOf('n.npy', npyOf(headerOf('<f4', [1, 2]), f4([1, NaN])))
        const table = await openTable(core, bad, 'n.npy')
        const wanted = { spec: 'int8', to: 'npy', name: 'n', shape: [1, 2] }
        await expect(new Exporter(core).write(table, wanted)).rejects.toThrow('NaN')
    })
})
