// Weights measured by plain loops in double precision, with nothing of the core: what it is held against.

/** The tensors of a .safetensors of float32. @param {Buffer} bytes */
export function readTensors(bytes) {
    const begin = 8 + Number(bytes.readBigUInt64LE(0))
    const header = JSON.parse(bytes.toString('utf8', 8, begin))
    const names = Object.keys(header).filter(name => name !== '__metadata__')
    return names.map(name => {
        const { shape, data_offsets } = header[name]
        const data = bytes.subarray(begin + data_offsets[0], begin + data_offsets[1])
        const values = Array.from({ length: data.length / 4 }, (_, i) => data.readFloatLE(4 * i))
        const rows = shape.length > 1 ? shape[0] : 1
        return { name, shape, rows, dim: values.length / rows, values }
    })
}

const sum = (/** @type {number[]} */ list) => list.reduce((total, x) => total + x, 0)

/** @param {number[]} x */
export function factsOf(x) {
    const mean = sum(x) / x.length
    const moment = (/** @type {number} */ power) => sum(x.map(v => (v - mean) ** power)) / x.length
    const std = Math.sqrt(moment(2))
    return {
        min: x.reduce((a, b) => Math.min(a, b)),
        max: x.reduce((a, b) => Math.max(a, b)),
        mean,
        std,
        largest_sigma: x.reduce((a, b) => Math.max(a, Math.abs(b - mean)), 0) / std,
        excess_kurtosis: moment(4) / moment(2) ** 2 - 3,
    }
}

const halfEven = (/** @type {number} */ x) => {
    const low = Math.floor(x)
    return x - low === 0.5 ? low + (low % 2 ? 1 : 0) : Math.round(x)
}

/** Symmetric integers: scale = absmax / (2^(bits-1) - 1), one for each group. @param {number[]} x */
const code = (x, /** @type {number} */ bits) => {
    const most = 2 ** (bits - 1) - 1
    const scale = x.reduce((a, b) => Math.max(a, Math.abs(b)), 0) / most
    return x.map(v => scale && scale * Math.max(-most, Math.min(most, halfEven(v / scale))))
}

/** Rows cut into groups that share a scale. @param {number[]} values @param {number} dim */
const cut = (values, dim, /** @type {string} */ per) => {
    if (per === 'tensor') return [values]
    const groups = []
    for (let row = 0; row < values.length; row += dim)
        for (let at = 0, length = per === 'block' ? 32 : dim; at < dim; at += length)
            groups.push(values.slice(row + at, row + Math.min(at + length, dim)))
    return groups
}

/** Errors of all values. @param {number[]} x @param {number[]} decoded @param {number} dim */
export function compare(x, decoded, dim) {
    const errors = decoded.map((v, i) => v - x[i])
    const squares = sum(errors.map(e => e * e))
    /** @type {number[][]} */
    const [cosines, ratios] = [[], []]
    for (let row = 0; row < x.length; row += dim) {
        const [a, b] = [x.slice(row, row + dim), decoded.slice(row, row + dim)]
        const length = (/** @type {number[]} */ v) => Math.sqrt(sum(v.map(e => e * e)))
        const lengths = length(a) * length(b)
        if (length(a)) ratios.push(length(b) / length(a))
        cosines.push(lengths ? sum(a.map((v, i) => v * b[i])) / lengths : Number(length(a) === length(b)))
    }
    return {
        mse: squares / x.length,
        sqnr_db: 10 * Math.log10(sum(x.map(v => v * v)) / squares),
        max_abs: errors.reduce((a, e) => Math.max(a, Math.abs(e)), 0),
        cosine_mean: sum(cosines) / cosines.length,
        bias: sum(errors) / x.length,
        length_ratio: sum(ratios) / ratios.length,
    }
}

/** @param {{ values: number[], dim: number }} tensor @param {number} bits @param {string} per */
export const measure = ({ values, dim }, bits, per) =>
    compare(
        values,
        cut(values, dim, per).flatMap(group => code(group, bits)),
        dim,
    )
