// Arrow IPC (Feather), as a file or a stream, by flechette. It is read whole.
import { CompressionType, setCompressionCodec, tableFromIPC } from '@uwdata/flechette'
import { compressors } from 'hyparquet-compressors'
import { CoreError } from '../../engine/wasm.js'
import { damaged, fromColumns } from './columns.js'
import { unpackLz4 } from './lz4.js'

const MOST_BYTES = 2 ** 31 - 1

const none = () => {
    throw new Error('nothing is packed here')
}
setCompressionCodec(CompressionType.LZ4_FRAME, {
    decode: (bytes, length) => unpackLz4(bytes, Number(length)),
    encode: none,
})
setCompressionCodec(CompressionType.ZSTD, {
    decode: (bytes, length) => /** @type {any} */ (compressors).ZSTD(bytes, Number(length)),
    encode: none,
})

/** @type {import('./libraries.js').Library} */
export async function open(file) {
    const title = 'Arrow IPC'
    if (file.size > MOST_BYTES)
        throw new CoreError({ message: `It is ${title} of more than 2 GiB, which is read whole: save it as .npy.` })
    try {
        const table = tableFromIPC(new Uint8Array(await file.arrayBuffer()), { useBigInt: false })
        const { names } = table
        const columns = new Map(names.map(name => [name, table.getChild(name)]))
        return await fromColumns({
            kind: 'arrow',
            title,
            rows: table.numRows,
            names,
            read: async (row, count, wanted) =>
                Array.from({ length: count }, (_, i) =>
                    Object.fromEntries(wanted.map(name => [name, columns.get(name)?.at(row + i)])),
                ),
        })
    } catch (error) {
        throw damaged(title, error)
    }
}
