// Parquet by hyparquet: columns of lists of numbers, each a tensor; or all columns of numbers as one.
import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { CoreError } from '../../engine/wasm.js'
import { listed } from './listed.js'

/** Rows that are read at once. */
const ROWS = 4096

const isNumber = (/** @type {any} */ x) => typeof x === 'number' || typeof x === 'bigint'
const isVector = (/** @type {any} */ x) =>
    (Array.isArray(x) || ArrayBuffer.isView(x)) && Array.from(/** @type {any} */ (x)).every(isNumber)

/** Appends one vector to the floats of a column. @param {{ name: string, dim: number, values: BlobPart[] }} column @param {number[][]} vectors @param {number} row */
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

/** @type {import('./libraries.js').Library} */
export async function open(file) {
    const buffer = {
        byteLength: file.size,
        slice: (/** @type {number} */ from, /** @type {number} */ to) => file.slice(from, to).arrayBuffer(),
    }
    try {
        const metadata = await parquetMetadataAsync(buffer)
        const rows = Number(metadata.num_rows)
        const names = parquetSchema(metadata).children.map(({ element }) => element.name)
        const read = (/** @type {number} */ rowStart, /** @type {string[]} */ columns) =>
            parquetReadObjects({
                file: buffer,
                metadata,
                compressors,
                columns,
                rowStart,
                rowEnd: Math.min(rows, rowStart + ROWS),
            })
        const [first] = rows ? await parquetReadObjects({ file: buffer, metadata, compressors, rowEnd: 1 }) : []
        const lists = names.filter(name => isVector(first?.[name]))
        const numbers = names.filter(name => isNumber(first?.[name]))
        const columns = lists.length
            ? lists.map(name => ({ name, dim: first[name].length, values: /** @type {BlobPart[]} */ ([]) }))
            : [{ name: 'columns', dim: numbers.length, values: /** @type {BlobPart[]} */ ([]) }]
        if (!lists.length && !numbers.length)
            throw new CoreError({ message: 'It is Parquet, and has no column of numbers or of lists of numbers.' })
        for (let row = 0; row < rows; row += ROWS) {
            const some = await read(row, lists.length ? lists : numbers)
            for (const column of columns)
                append(
                    column,
                    some.map(one => (lists.length ? one[column.name] : numbers.map(name => one[name]))),
                    row,
                )
        }
        return listed(
            'parquet',
            columns.map(({ name, dim, values }) => ({ name, dtype: 'float32', shape: [rows, dim], values })),
        )
    } catch (error) {
        if (error instanceof CoreError) throw error
        throw new CoreError({
            message: `It is Parquet, and damaged or of a kind that is not read: ${String(error)}`,
        })
    }
}
