// Other programs' readers read what is written here, and what they write is read: NumPy, h5py, h5wasm, and by exports.test.js
// @huggingface/gguf. Both sides print the bits of float32.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openTable, readFloats } from '../../web/data/table.js'
import { file, folder, noise, readRows, run, writeRows } from './cli.js'
import { newCore, path } from './core.js'

/** Runs Debian's Python, which has NumPy and h5py, in the folder. @param {string} program @param {string[]} args */
function python(program, ...args) {
    const source = `import sys, numpy as np\nnp.random.seed(5)\n${program}`
    const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', source, ...args], {
        cwd: folder,
        encoding: 'utf8',
        maxBuffer: 1 << 28,
    })
    expect([status, stderr]).toEqual([0, ''])
    return stdout
}

const bitsOf = (/** @type {Float32Array} */ values) => [...new Uint32Array(values.slice().buffer)]
/** float32 of a file as the command line reads it. @param {string[]} args */
function ours(...args) {
    const { status, err } = run('encode', ...args, '-s', 'f32', '-o', 'ours', '--quiet')
    expect([status, err]).toEqual([0, ''])
    return bitsOf(new Float32Array(Uint8Array.from(readFileSync(file('ours'))).buffer))
}

const DTYPES = '<f8 >f4 <f4 <f2 >f2 |i1 >i2 <i4 <i8 |u1 <u2 >u4 <u8 |b1'.split(' ')

test.each(DTYPES)('NumPy writes %s by rows and by columns, alone and in .npz: the same float32', dtype => {
    python(
        `d = np.dtype(sys.argv[1])
x = (np.random.randn(37, 11) * 50).astype(d) if d.kind in 'fi' else np.random.randint(0, 2 if d.kind == 'b' else 200, (37, 11)).astype(d)
np.save('rows.npy', x)
np.save('columns.npy', np.asfortranarray(x))
np.savez('stored.npz', first=np.zeros(3), wanted=x)
np.savez_compressed('packed.npz', wanted=np.asfortranarray(x), other=x[:1])
x.astype('<f4').tofile('bits')`,
        dtype,
    )
    const expected = bitsOf(new Float32Array(Uint8Array.from(readFileSync(file('bits'))).buffer))
    expect(ours('rows.npy')).toEqual(expected)
    expect(ours('columns.npy')).toEqual(expected)
    expect(ours('stored.npz', '--tensor', 'wanted')).toEqual(expected)
    expect(ours('packed.npz', '--tensor', 'wanted')).toEqual(expected)
})

test('NumPy reads the .npy that are written: codes, decoded values, any number of axes', () => {
    writeRows('cube.npy', [5, 4, 16], noise(320))
    writeRows('line.npy', [48], noise(48))
    for (const name of ['cube', 'line']) {
        run('encode', `${name}.npy`, '-s', 'int4:per=block', '-o', `${name}-codes.npy`, '--to', 'npy')
        run('encode', `${name}.npy`, '-s', 'int4:per=block', '-o', `${name}-floats.npy`, '--to', 'float-npy')
        run('encode', `${name}.npy`, '-s', 'int4:per=block', '-o', `${name}.fvecs`, '--to', 'fvecs')
    }
    // The codes are decoded in Python by the layout alone: 4 bits low first, two's complement, then float32 scales.
    const out = python(`
for name in ['cube', 'line']:
    x, codes = np.load(name + '-floats.npy'), np.load(name + '-codes.npy')
    rows, dim = (5, 64) if name == 'cube' else (1, 48)
    padded = (dim + 31) // 32 * 32
    q = np.stack([codes[:, :padded // 2] & 15, codes[:, :padded // 2] >> 4], 2).reshape(rows, padded).astype(np.int32)
    q = np.where(q > 7, q - 16, q).reshape(rows, -1, 32)
    s = np.ascontiguousarray(codes[:, padded // 2:]).view('<f4')
    decoded = (q.astype(np.float32) * s[:, :, None]).reshape(rows, padded)[:, :dim]
    v = np.fromfile(name + '.fvecs', '<i4').reshape(rows, dim + 1)
    print(x.shape, x.dtype, codes.dtype, np.array_equal(decoded, x.reshape(rows, dim)),
        np.array_equal(v[:, 1:].copy().view('<f4'), x.reshape(rows, dim)), set(v[:, 0]) == {dim})`)
    expect(out.trim().split('\n')).toEqual([
        '(5, 4, 16) float32 uint8 True True True',
        '(48,) float32 uint8 True True True',
    ])
})

test('NumPy reads tensors and scales of .safetensors by its header', () => {
    writeRows('base.npy', [20, 40], noise(800))
    run('encode', 'base.npy', '-s', 'int8:map=affine', '-o', 'w.safetensors', '--to', 'safetensors')
    run('encode', 'base.npy', '-s', 'int8:map=affine', '-o', 'w.npy', '--to', 'float-npy')
    const out = python(`
import json
raw = open('w.safetensors', 'rb').read()
n = int.from_bytes(raw[:8], 'little')
head = json.loads(raw[8:8 + n])
def get(part):
    key = next(k for k in head if k.endswith('.' + part))
    a, b = head[key]['data_offsets']
    kind = {'I8': '|i1', 'F32': '<f4'}[head[key]['dtype']]
    return np.frombuffer(raw[8 + n + a:8 + n + b], kind).reshape(head[key]['shape'])
q, s, z = get('codes'), get('scales'), get('zeros')
print(np.array_equal((q.astype(np.float32) - z) * s, np.load('w.npy')))`)
    expect(out.trim()).toBe('True')
})

test('h5py writes HDF5, plain, chunked and packed: the page reads the same values, and so does the plugin', async () => {
    python(`
import h5py
x = np.random.randn(60, 12).astype('<f4')
x.tofile('bits')
with h5py.File('ann.hdf5', 'w') as f:
    f.create_dataset('train', data=x)
    f.create_dataset('test', data=x[:7].astype('>f8'))
    f.create_dataset('packed', data=x, chunks=(16, 5), compression='gzip', shuffle=True)
    f.create_dataset('neighbors', data=np.arange(21).reshape(7, 3).astype('<i4'))`)
    const expected = bitsOf(new Float32Array(Uint8Array.from(readFileSync(file('bits'))).buffer))
    const core = await newCore()
    const blob = new File([readFileSync(file('ann.hdf5'))], 'ann.hdf5')
    for (const [wanted, rows] of /** @type {[string, number][]} */ ([
        ['train', 60],
        ['test', 7],
        ['packed', 60],
    ])) {
        const table = await openTable(core, blob, 'ann.hdf5', { siblings: [], wanted })
        const found = []
        for (let row = 0; row < rows; row++) found.push(...(await readFloats(core, table, row)))
        expect(bitsOf(Float32Array.from(found))).toEqual(expected.slice(0, rows * 12))
        if (!existsSync(path('build/out/native/quantscope-hdf5.so'))) continue // its error is tested where there is none
        expect(ours('ann.hdf5', '--tensor', wanted)).toEqual(expected.slice(0, rows * 12))
    }
})

test('values alone as NumPy writes them, from any byte on', () => {
    python(`
x = np.random.randn(9, 6).astype('<f2')
open('raw.bin', 'wb').write(b'head!' + x.tobytes())
x.astype('<f4').tofile('bits')`)
    const expected = bitsOf(new Float32Array(Uint8Array.from(readFileSync(file('bits'))).buffer))
    expect(ours('raw.bin', '--dtype', 'float16', '--dim', '6', '--offset', '5')).toEqual(expected)
    expect(readRows('base.npy').values.length).toBe(800)
})
