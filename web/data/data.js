// Files become data: a base, perhaps queries, and lines that tell what the rows are. What is wrong is told by file.
import { readLines } from './lines.js'
import { LIMITS, mostRows, openTable, sample } from './table.js'
import { CoreError } from '../engine/wasm.js'
import { plural } from '../text/numbers.js'

/**
 * @typedef {import('./table.js').Table} Table
 * @typedef {{ name: string, demo: boolean, kind: 'vectors' | 'weights', file: File, siblings: File[], base: Table, queries: Table | null, lines: string[] | null, queryLines: string[] | null }} Data
 * @typedef {{ name: string, vectors: File, queries?: File | null, text?: File | null, queryText?: File | null, siblings?: File[], demo?: boolean, as?: Data['kind'] }} Files as: what it is taken for; nothing: what it seems to be
 * @typedef {Pick<Files, 'name' | 'queries' | 'text' | 'queryText'>} FirstFiles all but the vectors
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

/** Lines of a text label the rows, else what their own file says. @type {(text: File | null | undefined, file: File | null | undefined, table: Table | null) => Promise<string[] | null>} */
async function readLabels(text, file, table) {
    const lines = await attempt(text, readLines)
    if (!lines || !table || !file) return lines ?? table?.labels ?? null
    const rows = table.allRows ?? table.fileRows
    checkLength(text, lines, file, rows)
    return rows === table.fileRows ? lines : null
}

/** Data sets for search hold their queries beside the base, in train and test. @param {Table} table */
const holdsQueries = table => table.part === 'train' && table.names?.includes('test')

/** @type {(core: import('../engine/wasm.js').Core, files: Files) => Promise<Data>} */
export async function readData(core, { name, vectors, queries, text, queryText, siblings = [], demo = false, as }) {
    const open = (/** @type {string} */ wanted) => (/** @type {File} */ file) =>
        openTable(core, file, file.name, { siblings, wanted })
    const whole = /** @type {Table} */ (await attempt(vectors, open('train')))
    const beside = !queries && holdsQueries(whole) ? vectors : queries
    const asked = await attempt(beside, open('test'))
    if (asked && asked.dim !== whole.dim) {
        const message = `Its rows have ${asked.dim} values each; those of ${vectors.name} have ${whole.dim}.`
        throw new Unusable(`${asked.name} can’t be used for queries.`, new CoreError({ message }))
    }
    const [lines, queryLines] = [
        await readLabels(text, vectors, whole),
        await readLabels(queryText, queries, asked),
    ]
    const base = sample({ ...whole, labels: undefined }, mostRows(whole.dim))
    const isModel = !!whole.isModel && !beside
    return {
        name,
        demo,
        kind: as ?? (isModel ? 'weights' : 'vectors'),
        file: vectors,
        siblings,
        base,
        queries: asked && sample({ ...asked, labels: undefined }, LIMITS.queries),
        lines,
        queryLines,
    }
}

/**
 * What can be said of vectors that are on their way, by their texts and their queries.
 * @type {(core: import('../engine/wasm.js').Core, files: FirstFiles) => Promise<Data | null>}
 */
export async function readComing(core, { name, queries, text, queryText }) {
    if (!queries || !text || !queryText) return null
    const asked = await openTable(core, queries, queries.name)
    const [lines, queryLines] = [await readLines(text), await readLines(queryText)]
    const base = { ...asked, rows: lines.length, fileRows: lines.length }
    return {
        name,
        demo: true,
        kind: 'vectors',
        file: queries,
        siblings: [],
        base,
        queries: asked,
        lines,
        queryLines,
    }
}

/** A text with another number of lines than there are rows would label rows wrongly. @type {(text: File | null | undefined, lines: string[] | null, file: File, rows: number) => void} */
function checkLength(text, lines, file, rows) {
    if (!text || !lines || lines.length === rows) return
    const message = `It has ${plural(lines.length, 'line')}; ${file.name} has ${plural(rows, 'row')}. Each row needs its line.`
    throw new Unusable(`${text.name} can’t be used as text of ${file.name}.`, new CoreError({ message }))
}
