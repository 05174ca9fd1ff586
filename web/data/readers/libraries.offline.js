// The twin of libraries.js for the offline page, which carries no library for other kinds of file.
import { CoreError } from '../../engine/wasm.js'

const KINDS = { '\x89HDF\r\n\x1a\n': 'HDF5', PAR1: 'Parquet', ARROW1: 'Arrow IPC', '\xff\xff\xff\xff': 'Arrow IPC' }

/** @param {Blob} file @returns {Promise<undefined>} */
export async function findLibrary(file) {
    const start = String.fromCharCode(...new Uint8Array(await file.slice(0, 8).arrayBuffer()))
    const kind = Object.entries(KINDS).find(([magic]) => start.startsWith(magic))?.[1]
    if (kind)
        throw new CoreError({
            message: `It is ${kind}, for which the offline page carries no library: open it in the site, or convert it.`,
        })
    return undefined
}
