// Kinds of file that libraries read, each loaded when such a file is opened. A kind is a row here and a file beside this.

/**
 * What a library makes of a file: a list that the core opens, and the files that it names.
 * @typedef {{ list: Blob, files: File[] }} Listed
 * @typedef {(file: Blob) => Promise<Listed>} Library
 */

/** @type {{ magic: string, load: () => Promise<{ open: Library }> }[]} */
const LIBRARIES = [
    { magic: '\x89HDF\r\n\x1a\n', load: () => import('./hdf5.js') },
    { magic: 'PAR1', load: () => import('./parquet.js') },
    { magic: 'ARROW1', load: () => import('./arrow.js') },
    { magic: '\xff\xff\xff\xff', load: () => import('./arrow.js') },
]

/** The library for a file, if its kind is left to one. @param {Blob} file */
export async function findLibrary(file) {
    const start = String.fromCharCode(...new Uint8Array(await file.slice(0, 8).arrayBuffer()))
    const found = LIBRARIES.find(({ magic }) => start.startsWith(magic))
    return found && (await found.load()).open
}
