// Writes GGUF files for tests, by the specification alone.

/** ggml's number of a type, and the values and bytes of its blocks. @type {Record<string, [number, number, number]>} */
export const TYPES = {
    float32: [0, 1, 4],
    float16: [1, 1, 2],
    q4_0: [2, 32, 18],
    q4_1: [3, 32, 20],
    q5_0: [6, 32, 22],
    q5_1: [7, 32, 24],
    q8_0: [8, 32, 34],
    q2_k: [10, 256, 84],
    q3_k: [11, 256, 110],
    q4_k: [12, 256, 144],
    q5_k: [13, 256, 176],
    q6_k: [14, 256, 210],
    iq4_nl: [20, 32, 18],
    iq4_xs: [23, 256, 136],
    tq1_0: [34, 256, 54],
    tq2_0: [35, 256, 66],
    ggml_mxfp4: [39, 32, 17],
    ggml_nvfp4: [40, 64, 36],
    q1_0: [41, 128, 18],
    q2_0: [42, 64, 18],
    q8_1: [9, 32, 36],
    int32: [26, 1, 4],
}

const u32 = (/** @type {number} */ x) => Buffer.from(Uint32Array.of(x).buffer)
const u64 = (/** @type {number | bigint} */ x) => Buffer.from(BigUint64Array.of(BigInt(x)).buffer)
const text = (/** @type {string} */ x) => Buffer.concat([u64(Buffer.byteLength(x)), Buffer.from(x)])

/** A value with its type: a string, a whole number, a boolean, or an array of strings. @param {any} value */
function typed(value) {
    if (typeof value === 'string') return Buffer.concat([u32(8), text(value)])
    if (typeof value === 'boolean') return Buffer.concat([u32(7), Buffer.of(value ? 1 : 0)])
    if (Array.isArray(value)) return Buffer.concat([u32(9), u32(8), u64(value.length), ...value.map(text)])
    return Buffer.concat([u32(4), u32(value)])
}

/**
 * @param {Record<string, any>} metadata
 * @param {Record<string, { type: string, shape: number[], bytes: Uint8Array }>} tensors shapes begin with the slowest axis
 * @param {number} [version]
 */
export function gguf(metadata, tensors, version = 3) {
    const alignment = metadata['general.alignment'] ?? 32
    const padded = (/** @type {number} */ n) => Math.ceil(n / alignment) * alignment
    let at = 0
    const head = [
        Buffer.from('GGUF'),
        u32(version),
        u64(Object.keys(tensors).length),
        u64(Object.keys(metadata).length),
    ]
    for (const [key, value] of Object.entries(metadata)) head.push(text(key), typed(value))
    const data = []
    for (const [name, { type, shape, bytes }] of Object.entries(tensors)) {
        head.push(
            text(name),
            u32(shape.length),
            ...shape.toReversed().map(u64),
            u32(TYPES[type]?.[0] ?? Number(type)),
            u64(at),
        )
        data.push(bytes, Buffer.alloc(padded(bytes.length) - bytes.length))
        at += padded(bytes.length)
    }
    const whole = Buffer.concat(head)
    return Buffer.concat([whole, Buffer.alloc(padded(whole.length) - whole.length), ...data])
}
