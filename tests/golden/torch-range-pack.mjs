// Packs what PyTorch's observers and fake quantization make of given data into torch-range.txt and torch-range.bin:
// node tests/golden/torch-range-pack.mjs FOLDER, a folder of reference vectors with its manifest.json.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const from = process.argv[2]
const here = dirname(fileURLToPath(import.meta.url))
const manifest = JSON.parse(readFileSync(join(from, 'manifest.json')))
const lines = []
const parts = []
const known = new Map()
let bytes = 0

const raw = (file) => readFileSync(join(from, file.path)).subarray(file.data_offset, file.data_offset + file.nbytes)

function put(data) {
	const at = bytes
	parts.push(data)
	bytes += data.length
	return at
}

// The name of an array, packed once.
function input(file) {
	const name = file.path.replace(/^.*\/|\.npy$/g, '').replace(/^obs_/, '')
	if (!known.has(name)) {
		known.set(name, file)
		lines.push(`input ${name} ${file.nbytes / 4} ${put(raw(file))}`)
	}
	return name
}

// FNV-1a over the bits of floats.
function hash(data) {
	let h = 0xcbf29ce484222325n
	for (const byte of data) h = BigInt.asUintN(64, (h ^ BigInt(byte)) * 0x100000001b3n)
	return h.toString(16).padStart(16, '0')
}

const bits = (x) => new Uint32Array(new Float32Array([x]).buffer)[0].toString(16).padStart(8, '0')

for (const o of manifest.observers) {
	const kind = { MinMaxObserver: 'minmax', MovingAverageMinMaxObserver: 'moving', PerChannelMinMaxObserver: 'channel' }[o.observer]
	if (kind === 'channel') {
		const zeros = new BigInt64Array(Uint8Array.from(raw(o.zero_points)).buffer)
		const at = put(raw(o.scales))
		put(new Uint8Array(Int32Array.from(zeros, Number).buffer))
		lines.push(`channel ${input(manifest.inputs[o.input])} ${o.axis} ${o.dtype} ${o.scheme} ${zeros.length} ${at}`)
	} else if (kind) {
		const batches = o.batch_files.map(input)
		lines.push(
			`${kind} ${batches.join(',')} ${o.dtype} ${o.scheme} ${o.scale_bits.slice(2)} ${o.zero_point} ${bits(o.min_val)} ${bits(o.max_val)}`,
		)
	}
}
for (const f of manifest.fake_quant) {
	const name = input(manifest.inputs[f.input])
	const tail = `${f.zero_point} ${f.quant_min} ${f.quant_max} ${hash(raw(f.output))}`
	if (f.kind === 'per_tensor_affine') lines.push(`fake ${name} ${bits(f.scale)} ${tail}`)
	else lines.push(`fake_channel ${name} ${f.axis} ${f.scales.shape[0]} ${put(raw(f.scales))} ${tail}`)
}
writeFileSync(join(here, 'torch-range.txt'), `${lines.join('\n')}\n`)
writeFileSync(join(here, 'torch-range.bin'), Buffer.concat(parts))
