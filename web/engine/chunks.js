// All rows of a table as floats of the core, a chunk at a time.
import { readRows } from '../data/table.js'

/** Rows of a chunk (QS_CHUNK_ROWS). */
export const CHUNK = 1024

/**
 * Lends a function that goes through all rows as floats.
 * @param {import('./wasm.js').Core} core
 * @param {import('../data/table.js').Table} table
 * @param {(each: (on: (row: number, floats: number, count: number) => void) => Promise<void>) => Promise<void>} use
 */
export async function inChunks(core, table, use) {
    const source = core.open('qs_source_open', table.head, table.head.length, table.bytes)
    const floats = core.alloc(Math.min(CHUNK, table.rows) * table.dim * Float32Array.BYTES_PER_ELEMENT)
    try {
        await use(async on => {
            for (let row = 0; row < table.rows; row += CHUNK) {
                const count = Math.min(CHUNK, table.rows - row)
                const raw = await readRows(table, row, count)
                core.call('qs_source_rows', source, table.tensor, row, raw, count, floats)
                on(row, floats, count)
            }
        })
    } finally {
        core.free(floats)
        core.call('qs_source_close', source)
    }
}
