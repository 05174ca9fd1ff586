// Tables with columns, as the core opens them: columns of lists of numbers, each a tensor; or all columns of numbers as one.
import { CoreError } from '../../engine/wasm.js'
import { listed } from './listed.js'

/** Rows that are read at once. */
export const ROWS = 4096

const isNumber = (/** @type {any} */ x) => typeof x === 'number' || typeof x === 'bigint'
const isVector = (/** @type {any} */ x) =>
    (Array.isArray(x) || ArrayBuffer.isView(x)) && Array.from(/** @type {any} */ (x)).every(isNumber)

/** Appends one vector to the floats of a column. @param {{ name: string, dim: number, values: BlobPart[] }} column @param {ArrayLike<number>[]} vectors @param {number} row */
function append(column, vectors, row) {
    const block = new Float32Array(vectors.length * column.dim)
    vectors.forEach((vector, i) => {
        if (vector?.length !== column.dim)
            throw new CoreError({
                message: `Row ${row + i} of column ${column.name} has ${vector?.length ?? 'no'} values, and row 0 has ${column.dim}.`,
            })
        block.set(Array.from(vector, Number), i * column.dim)
    })
    column.values.push(block)
}

/**
 * @param {object} table
 * @param {string} table.kind as the list says it
 * @param {string} table.title as an error says it
 * @param {number} table.rows
 * @param {string[]} table.names of all columns
 * @param {(row: number, count: number, names: string[]) => Promise<Record<string, any>[]>} table.read rows from one on, those columns of them
 * @returns {Promise<import('./libraries.js').Listed>}
 */
export async function fromColumns({ kind, title, rows, names, read }) {
    try {
        const [first] = rows ? await read(0, 1, names) : []
        const lists = names.filter(name => isVector(first?.[name]))
        const numbers = names.filter(name => isNumber(first?.[name]))
        const columns = lists.length
            ? lists.map(name => ({ name, dim: first[name].length, values: /** @type {BlobPart[]} */ ([]) }))
            : [{ name: 'columns', dim: numbers.length, values: /** @type {BlobPart[]} */ ([]) }]
        if (!lists.length && !numbers.length)
            throw new CoreError({ message: `It is ${title}, and has no column of numbers or of lists of numbers.` })
        for (let row = 0; row < rows; row += ROWS) {
            const some = await read(row, Math.min(ROWS, rows - row), lists.length ? lists : numbers)
            for (const column of columns)
                append(
                    column,
                    some.map(one => (lists.length ? one[column.name] : numbers.map(name => one[name]))),
                    row,
                )
        }
        return listed(
            kind,
            columns.map(({ name, dim, values }) => ({ name, dtype: 'float32', shape: [rows, dim], values })),
        )
    } catch (error) {
        throw damaged(title, error)
    }
}

/** @param {string} title @param {unknown} error */
export const damaged = (title, error) =>
    error instanceof CoreError
        ? error
        : new CoreError({ message: `It is ${title}, and damaged or of a kind that is not read: ${String(error)}` })
