// Where the rows of a file lie, and how to read only some of them. A file is never read whole: its head tells what
// it holds, then ranges of rows are sliced. Too many rows are sampled in short stretches spread evenly over the file.

import { CoreError } from '../engine/wasm.js'

/**
 * @typedef {object} Table rows of one tensor of a file; sendable to a worker
 * @property {string} name of the file
 * @property {string | null} part the tensor's name, where the file has several
 * @property {Blob} blob
 * @property {Uint8Array} head the file's first bytes, enough for the core to open it
 * @property {number} tensor its number in the file
 * @property {number} offset byte where its rows begin
 * @property {number} rowBytes
 * @property {number} dim
 * @property {number} fileRows rows in the file
 * @property {number} rows rows used: all of them, or a sample
 */

/** A sample is read in stretches of so many rows: few slices, and still spread over the whole file. */
const STRETCH = 32

/** The most that is held in memory at once, as rows and as values. */
export const LIMITS = { rows: 200_000, values: 250_000_000, queries: 1_000 }

/** Opens the largest tensor of a file. @type {(core: import('../engine/wasm.js').Core, blob: Blob, name: string) => Promise<Table>} */
export async function openTable(core, blob, name) {
    let head = new Uint8Array(0)
    for (let want = Math.min(4096, blob.size); ;) {
        head = new Uint8Array(await blob.slice(0, want).arrayBuffer())
        want = core.call('qs_source_check', head, head.length, blob.size)
        if (!want) break
    }
    const source = core.open('qs_source_open', head, head.length, blob.size)
    try {
        const { tensors } = core.json('qs_source_json', source)
        const tensor = largest(tensors)
        const { rows, dim, offset, row_bytes } = tensors[tensor]
        const part = tensors.length > 1 ? tensors[tensor].name : null
        return { name, part, blob, head, tensor, offset, rowBytes: row_bytes, dim, fileRows: rows, rows }
    } finally {
        core.call('qs_source_close', source)
    }
}

/**
 * The number of the tensor with most values, of those that can be read; integers only where there is nothing else.
 * @param {{ rows: number, dim: number, problem?: string, whole?: boolean, order?: string }[]} tensors
 */
function largest(tensors) {
    const whole = tensors.every(tensor => tensor.whole || tensor.problem)
    const values = tensors.map(({ rows, dim, problem, order, ...tensor }) =>
        problem || order || (tensor.whole && !whole) ? 0 : rows * dim,
    )
    const most = values.reduce((x, y) => Math.max(x, y), 0) // a file may have more tensors than a call takes arguments
    if (!most) throw new CoreError({ message: 'The file has no tensor of floats that can be read.' })
    return values.indexOf(most)
}

/** The table with as many rows as fit, evenly sampled when that is not all. @type {(table: Table, most: number) => Table} */
export function sample(table, most) {
    if (table.fileRows <= most) return { ...table, rows: table.fileRows }
    return { ...table, rows: Math.max(STRETCH, most - (most % STRETCH)) }
}

/** How many rows of the base may be held. @type {(dim: number, limits?: typeof LIMITS) => number} */
export const mostRows = (dim, limits = LIMITS) => Math.min(limits.rows, Math.floor(limits.values / dim))

/** The row of the file that is row i of the table. @type {(table: Table, i: number) => number} */
export function fileRow({ rows, fileRows }, i) {
    if (rows === fileRows) return i
    const stretch = Math.floor(i / STRETCH)
    return Math.floor((stretch * fileRows) / (rows / STRETCH)) + (i % STRETCH)
}

/** Stretches of the file that hold table rows [first, first + count). @type {(table: Table, first: number, count: number) => { row: number, count: number }[]} */
export function stretches(table, first, count) {
    if (table.rows === table.fileRows) return [{ row: first, count }]
    const list = []
    for (let i = first; i < first + count;) {
        const n = Math.min(STRETCH - (i % STRETCH), first + count - i)
        list.push({ row: fileRow(table, i), count: n })
        i += n
    }
    return list
}

/** Row i of a table, converted. @type {(core: import('../engine/wasm.js').Core, table: Table, i: number) => Promise<Float32Array>} */
export async function readFloats(core, table, i) {
    const raw = await readRows(table, i, 1)
    const source = core.open('qs_source_open', table.head, table.head.length, table.blob.size)
    const floats = core.alloc(table.dim * Float32Array.BYTES_PER_ELEMENT)
    try {
        core.call('qs_source_rows', source, table.tensor, fileRow(table, i), raw, 1, floats)
        return core.take(floats, Float32Array, table.dim)
    } finally {
        core.free(floats)
        core.call('qs_source_close', source)
    }
}

/** The raw bytes of table rows [first, first + count). @type {(table: Table, first: number, count: number) => Promise<Uint8Array>} */
export async function readRows(table, first, count) {
    const { blob, offset, rowBytes } = table
    const raw = new Uint8Array(count * rowBytes)
    let at = 0
    for (const part of stretches(table, first, count)) {
        const from = offset + part.row * rowBytes
        const bytes = new Uint8Array(await blob.slice(from, from + part.count * rowBytes).arrayBuffer())
        raw.set(bytes, at)
        at += bytes.length
    }
    return raw
}
