// Files become data: a base, perhaps queries, and lines that tell what the rows are. What is wrong is told by file.
import { readLines } from './lines.js'
import { LIMITS, mostRows, openTable, sample } from './table.js'
import { CoreError } from '../engine/wasm.js'
import { plural } from '../text/numbers.js'

/**
 * @typedef {import('./table.js').Table} Table
 * @typedef {{ name: string, demo: boolean, base: Table, queries: Table | null, lines: string[] | null, queryLines: string[] | null }} Data
 * @typedef {{ name: string, vectors: File, queries?: File | null, text?: File | null, queryText?: File | null, demo?: boolean }} Files
 */

/** Why a file cannot be used: a title that names it, and what the core or the browser says. */
export class Unusable extends Error {
    /** @param {string} title @param {unknown} cause */
    constructor(title, cause) {
        super(title, { cause })
        this.details = detailsOf(cause)
    }
}

/** What the core tells of an error, or else its words. @type {(error: unknown) => CoreError['details']} */
export const detailsOf = error =>
    error instanceof CoreError ? error.details : { message: error instanceof Error ? error.message : String(error) }

/** @template T @param {File | null | undefined} file @param {(file: File) => Promise<T>} read @returns {Promise<T | null>} */
async function attempt(file, read) {
    if (!file) return null
    try {
        return await read(file)
    } catch (error) {
        throw new Unusable(`${file.name} can’t be read.`, error)
    }
}

/** @type {(core: import('../engine/wasm.js').Core, files: Files) => Promise<Data>} */
export async function readData(core, { name, vectors, queries, text, queryText, demo = false }) {
    const open = (/** @type {File} */ file) => openTable(core, file, file.name)
    const whole = /** @type {Table} */ (await attempt(vectors, open))
    const asked = await attempt(queries, open)
    if (asked && asked.dim !== whole.dim) {
        const message = `Its rows have ${asked.dim} values each; those of ${vectors.name} have ${whole.dim}.`
        throw new Unusable(`${asked.name} can’t be used for queries.`, new CoreError({ message }))
    }
    const [lines, queryLines] = [await attempt(text, readLines), await attempt(queryText, readLines)]
    checkLength(text, lines, vectors, whole)
    if (queries && asked) checkLength(queryText, queryLines, queries, asked)
    const base = sample(whole, mostRows(whole.dim))
    return { name, demo, base, queries: asked && sample(asked, LIMITS.queries), lines, queryLines }
}

/** A text with another number of lines than there are rows would label rows wrongly. @type {(text: File | null | undefined, lines: string[] | null, file: File, table: Table) => void} */
function checkLength(text, lines, file, { fileRows }) {
    if (!text || !lines || lines.length === fileRows) return
    const message = `It has ${plural(lines.length, 'line')}; ${file.name} has ${plural(fileRows, 'row')}. Each row needs its line.`
    throw new Unusable(`${text.name} can’t be used as text of ${file.name}.`, new CoreError({ message }))
}
