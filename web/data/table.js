// Where the rows of a file lie, and how to read only some of them. A file is never read whole: its head tells what
// it holds, then ranges of rows are sliced. Too many rows are sampled in short stretches spread evenly over the file.

import { CoreError } from '../engine/wasm.js'
import { openSource } from './source.js'

/**
 * @typedef {object} Table rows of one tensor of a file; sendable to a worker
 * @property {string} name of the file
 * @property {string | null} part the tensor's name, where the file has several
 * @property {Blob} blob
 * @property {Uint8Array} head what the core opens it by: the file's first bytes, or a list of its tensors
 * @property {number} bytes how long the core is told that the file is
 * @property {number} tensor its number in the file
 * @property {number} offset byte where its rows begin
 * @property {number} rowBytes
 * @property {number} dim
 * @property {number} fileRows rows in the file
 * @property {number} rows rows used: all of them, or a sample
 * @property {number} [allRows] rows of the file, where those that were converted are fewer
 * @property {string[]} [names] of all tensors of the file
 * @property {boolean} [isModel] whether the file seems to hold weights
 * @property {string[]} [labels] what the rows are called, where the file says it
 */

/** A sample is read in stretches of so many rows: few slices, and still spread over the whole file. */
const STRETCH = 32

/** The most that is held in memory at once, as rows and as values. */
export const LIMITS = { rows: 200_000, values: 250_000_000, queries: 1_000 }

/**
 * Opens a tensor of a file: the one that is wanted, or else the largest. Rows that do not lie one after another (a
 * text, an array by columns) are converted at once, as many as may be held.
 * @param {import('../engine/wasm.js').Core} core
 * @param {File | Blob} file
 * @param {string} name
 * @param {{ siblings?: File[], wanted?: string }} [how] siblings: files beside it that it may be part of
 * @returns {Promise<Table>}
 */
export async function openTable(core, file, name, { siblings = [], wanted = '' } = {}) {
    const open = await openSource(core, file, name, siblings)
    try {
        const { kind, tensors } = open
        const named = tensors.findIndex(one => one.name === wanted && !one.problem)
        const tensor = named < 0 ? largest(tensors) : named
        const { rows, dim, offset, row_bytes, part: number = 0, order } = tensors[tensor]
        const part = tensors.length > 1 ? tensors[tensor].name : null
        const known = { name, part, dim, names: tensors.map(one => one.name), isModel: isModel(tensors) }
        if (order) return { ...known, ...(await convertRows(core, open, tensor, mostRows(dim))) }
        const blob = await open.blob(number)
        const place = { ...known, blob, offset, rowBytes: row_bytes, fileRows: rows, rows }
        if (open.head) return { ...place, head: open.head, bytes: open.bytes, tensor }
        const beside = tensors.filter(one => (one.part ?? 0) === number && !one.order && !one.problem)
        const head = listHead(kind, beside)
        return { ...place, head, bytes: head.length, tensor: beside.indexOf(tensors[tensor]) }
    } finally {
        open.close()
    }
}

/** What the core opens in place of a file: tensors, and where they lie in a blob. @type {(kind: string, tensors: import('./source.js').Tensor[]) => Uint8Array} */
export const listHead = (kind, tensors) =>
    new TextEncoder().encode(
        JSON.stringify({ quantscope: 'tensors', kind, tensors: tensors.map(one => ({ ...one, part: 0 })) }),
    )

/** Weights are several tensors of floats with two dimensions or more; two of the same dims are vectors and queries. @param {import('./source.js').Tensor[]} tensors */
function isModel(tensors) {
    const matrices = tensors.filter(one => one.shape.length > 1 && !one.whole && !one.labels)
    return matrices.length > 2 || new Set(matrices.map(one => one.dim)).size > 1
}

/** Rows for which a file is read at once where they do not lie one after another, and the stretches of a sample. */
const [BLOCK_BYTES, CONVERTED] = [32 << 20, 32]

/**
 * Floats of rows, and their labels, as a file of floats would have them.
 * @param {import('../engine/wasm.js').Core} core
 * @param {import('./source.js').Source} open
 * @param {number} tensor
 * @param {number} most rows
 */
async function convertRows(core, open, tensor, most) {
    const { name, rows: all, dim, labels } = open.tensors[tensor]
    const rows = Math.min(all, most)
    const parts = rows === all ? 1 : CONVERTED
    const step = Math.max(1, Math.min(rows, Math.floor(BLOCK_BYTES / (4 * dim))))
    /** @type {ArrayBuffer[]} */
    const floats = []
    /** @type {string[]} */
    const lines = []
    const room = core.alloc(step * dim * 4)
    try {
        for (let i = 0; i < parts; i++) {
            const first = Math.floor((i * all) / parts)
            const end = first + Math.floor(((i + 1) * rows) / parts) - Math.floor((i * rows) / parts)
            for (let row = first; row < end; row += step) {
                const n = Math.min(step, end - row)
                const raw = await open.read(tensor, row, n)
                core.call('qs_source_rows', open.handle, tensor, row, raw, n, room)
                floats.push(core.take(room, Uint8Array, n * dim * 4).buffer)
                if (labels) lines.push(...core.json('qs_source_labels_json', open.handle, tensor, row, raw, n))
            }
        }
    } finally {
        core.free(room)
    }
    const shape = [rows, dim]
    const head = listHead(open.kind, [{ name, dtype: 'float32', shape, rows, dim, offset: 0, row_bytes: 4 * dim }])
    const place = { blob: new Blob(floats), head, bytes: head.length, tensor: 0, offset: 0, rowBytes: 4 * dim }
    return { ...place, fileRows: rows, rows, allRows: all, labels: labels ? lines : undefined }
}

/** The number of the tensor with most values, of those that can be read; integers only where there is nothing else. @param {import('./source.js').Tensor[]} tensors */
function largest(tensors) {
    const whole = tensors.every(tensor => tensor.whole || tensor.problem)
    const values = tensors.map(tensor =>
        tensor.problem || (tensor.whole && !whole) ? 0 : tensor.rows * tensor.dim,
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
    const source = core.open('qs_source_open', table.head, table.head.length, table.bytes)
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
