// Parquet by hyparquet.
import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { damaged, fromColumns } from './columns.js'

/** @type {import('./libraries.js').Library} */
export async function open(file) {
    const buffer = {
        byteLength: file.size,
        slice: (/** @type {number} */ from, /** @type {number} */ to) => file.slice(from, to).arrayBuffer(),
    }
    const title = 'Parquet'
    const metadata = await parquetMetadataAsync(buffer).catch(error => {
        throw damaged(title, error)
    })
    return fromColumns({
        kind: 'parquet',
        title,
        rows: Number(metadata.num_rows),
        names: parquetSchema(metadata).children.map(({ element }) => element.name),
        read: (rowStart, count, columns) =>
            parquetReadObjects({
                file: buffer,
                metadata,
                compressors,
                columns,
                rowStart,
                rowEnd: rowStart + count,
            }),
    })
}
