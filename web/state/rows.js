// What is known of each spec on screen, side by side: its ledger (computed at once) and its figures (once measured).

/**
 * @typedef {object} Row
 * @property {string} spec
 * @property {string} kind what family it belongs to, for its shape
 * @property {boolean} reference whether all others are measured against it
 * @property {import('./specs.js').Ledger} bytes
 * @property {number} saving how many times smaller than the reference
 * @property {number} perVector bytes of a vector, kept originals included
 * @property {'A' | 'B' | ''} letter
 * @property {'waiting' | 'running' | 'done' | 'problem'} at
 * @property {string} now what is being done, or what went wrong
 * @property {number} share of what is being done, 0 to 1
 * @property {any} error error figures
 * @property {any} search search figures
 * @property {Record<string, number>} seconds by stage
 */

/**
 * @param {import('./specs.js').Book} book
 * @param {{ specs: string[], a: string, b: string, reference: string }} shown
 * @param {{ rows: number, dim: number }} base
 * @param {ReadonlyMap<string, import('./session.js').Measured>} measured
 * @param {import('../engine/shard.js').Progress | null} progress
 * @returns {Row[]}
 */
export function rowsOf(book, shown, base, measured, progress) {
    const whole = book.ledger(shown.reference, base.rows, base.dim)
    return shown.specs.map(spec => {
        const bytes = book.ledger(spec, base.rows, base.dim)
        const known = measured.get(spec)
        const running = progress?.name === spec
        const problem = known?.result.problem
        return {
            spec,
            kind: book.info(spec).info?.format.family ?? '',
            reference: spec === shown.reference,
            bytes,
            saving: whole.total / bytes.total,
            perVector: (bytes.total + bytes.originals) / base.rows,
            letter: spec === shown.a ? 'A' : spec === shown.b ? 'B' : '',
            at: problem ? 'problem' : known ? 'done' : running ? 'running' : 'waiting',
            now: problem ? problem : running ? (STAGES[progress.stage] ?? progress.stage) : 'waiting',
            share: running && progress.total ? progress.done / progress.total : 0,
            error: known?.result.error ?? null,
            search: known?.result.search ?? null,
            seconds: known?.seconds ?? NO_SECONDS,
        }
    })
}

/** @type {Record<string, number>} */
const NO_SECONDS = {}

/** The next rows, those that have not changed as the objects they were; all the same are the list it was. @type {(before: Row[], next: Row[]) => Row[]} */
export function unchanged(before, next) {
    const known = new Map(before.map(row => [row.spec, row]))
    const list = next.map(row => {
        const old = known.get(row.spec)
        const keys = /** @type {(keyof Row)[]} */ (Object.keys(row))
        return old && keys.every(key => old[key] === row[key]) ? old : row
    })
    return list.length === before.length && list.every((row, i) => row === before[i]) ? before : list
}

/** What is measured of a spec, as the object it was when it is the same. @type {(before: import('./session.js').Measured | undefined, next: import('./session.js').Measured) => import('./session.js').Measured} */
export const sameMeasured = (before, next) =>
    before && JSON.stringify(before) === JSON.stringify(next) ? before : next

/** @type {Record<string, string>} */
const STAGES = { fit: 'fitting', encode: 'encoding', measure: 'measuring errors', search: 'searching' }

/** Rows that no other row beats in recall at fewer or as many bytes. @type {(rows: Row[], k: number, disk: boolean) => Set<string>} */
export function frontier(rows, k, disk) {
    const known = rows.filter(row => recallOf(row, k) != null)
    const size = (/** @type {Row} */ row) => (disk ? row.perVector : row.bytes.per_row)
    const better = known.filter(
        row =>
            !known.some(other => {
                const [more, less] = [recallOf(other, k) - recallOf(row, k), size(row) - size(other)]
                return more >= 0 && less >= 0 && (more > 0 || less > 0)
            }),
    )
    return new Set(better.map(row => row.spec))
}

/**
 * Where the scale of recall starts: a round number below every interval on the frontier, of A and of B. Rows further
 * below are drawn at its foot with their number.
 * @param {Row[]} rows
 * @param {number} k
 */
export function recallFoot(rows, k) {
    const best = [frontier(rows, k, false), frontier(rows, k, true)]
    const shown = rows.filter(row => row.letter || best.some(one => one.has(row.spec)))
    const lows = shown.map(row => recallRange(row, k)?.[0] ?? recallOf(row, k)).filter(low => low != null)
    return Math.min(0.9, Math.floor(Math.min(1, ...lows) * 20) / 20)
}

/** Whether a row has been measured and nothing could be searched: there are too few vectors. @type {(rows: Row[]) => boolean} */
export const isUnsearched = rows => rows.some(row => row.at === 'done' && !row.search)

/** @type {(row: Row, k: number) => number} */
export const recallOf = (row, k) => row.search?.[`recall@${k}`] ?? null

/** @type {(row: Row, k: number) => [number, number] | null} */
export const recallRange = (row, k) => row.search?.[`recall@${k}_ci95`] ?? null

/** What recall is at least, by the lower end of its interval. @type {(row: Row, k: number) => number} */
const surely = (row, k) => recallRange(row, k)?.[0] ?? recallOf(row, k)

/**
 * What fits: the smallest row with so many vectors in so much memory and disk whose recall is surely enough; a smaller
 * one whose recall is enough but not surely; the row of most recall among those smaller; and whether more may come.
 * @param {import('./specs.js').Book} book
 * @param {Row[]} rows
 * @param {{ vectors: number, dim: number, memory: number, disk: number, least: number, k: number }} want
 */
export function whatFits(book, rows, { vectors, dim, memory, disk, least, k }) {
    const sized = rows
        .filter(row => recallOf(row, k) != null)
        .map(row => ({ row, bytes: book.ledger(row.spec, vectors, dim) }))
        .sort((x, y) => x.bytes.total - y.bytes.total)
    const room = sized.filter(({ bytes }) => bytes.total <= memory && bytes.originals <= disk)
    const best = room.find(({ row }) => surely(row, k) >= least)
    const smaller = best ? room.filter(({ bytes }) => bytes.total < best.bytes.total) : room
    const below = smaller.reduce(
        (top, one) => (!top || recallOf(one.row, k) > recallOf(top.row, k) ? one : top),
        /** @type {typeof sized[0] | undefined} */ (undefined),
    )
    const unsure = smaller.find(({ row }) => recallOf(row, k) >= least)
    const isFinal = rows.every(row => row.at === 'done' || row.at === 'problem')
    return { best, below, unsure, smallest: sized[0], isFinal }
}
