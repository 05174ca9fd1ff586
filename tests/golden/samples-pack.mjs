// Packs five samples of real values: node tests/golden/samples-pack.mjs FOLDER, a folder with the files named below.
// Each is 8,192 values spread evenly over an array, as float32, one after another in samples.bin.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const from = process.argv[2]
const to = dirname(fileURLToPath(import.meta.url))
const count = 8192
const arrays = [
    ['sentences-10k.f32.npy'],
    ['words-20k.f32.npy'],
    ['silero-vad-v5-16k.f32.safetensors', 'decoder.rnn.weight_hh'],
    ['use-lite-layer1.f32.safetensors', 'encoder.layer.1.attention.qkv.weight'],
    ['use-lite-layer1-inputs.f32.safetensors', 'calib.encoder.layer.1.ffn.out.input'],
]

function values([name, tensor]) {
    const file = readFileSync(join(from, name))
    if (!tensor) return file.subarray(10 + file.readUInt16LE(8))
    const head = Number(file.readBigUInt64LE(0))
    const [begin, end] = JSON.parse(file.toString('utf8', 8, 8 + head))[tensor].data_offsets
    return file.subarray(8 + head + begin, 8 + head + end)
}

function sample(array) {
    const all = values(array)
    const out = Buffer.alloc(4 * count)
    for (let i = 0; i < count; i++) {
        const at = 4 * Math.floor((i * (all.length / 4)) / count)
        all.copy(out, 4 * i, at, at + 4)
    }
    return out
}

writeFileSync(join(to, 'samples.bin'), Buffer.concat(arrays.map(sample)))
