// What is measured of the whole tensor beside the range at hand: which dims carry the error, what error feedback does,
// and how many rows a fit needs. A worker of its own measures.
import { computed, effect, signal } from '@preact/signals'
import { newRemote } from '../engine/remote.js'
import { failed, info, option, own, spec, survey, table, tableName } from './session.js'
import { book } from '../state/session.js'
import { changed } from '../state/specs.js'
import { state } from '../state/store.js'
import { sample } from '../data/table.js'

/**
 * @typedef {{ spec: string, error: any, search: any, problem?: string }} Result
 * @typedef {{ of: string, plain: Result, feedback: Result | null, shares: number[] | null }} Study
 * @typedef {{ rows: number, result: Result, sqnr: number[] }} Point of the first draw of so many rows; of all draws
 */

export const study = signal(/** @type {Study | null} */ (null))

/** The curve of rows to fit on: which spec it is of, its points so far, and whether more come. */
export const points = signal(
    /** @type {{ of: string, list: Point[], done: boolean, rows: number } | null} */ (null),
)

/** More rows than these are sampled for the curve. */
const CURVE_ROWS = 20_000
/** How often each number of rows is drawn: errors depend on which rows they are. */
const DRAWS = 5
/** Fewer tell nothing. */
const LEAST_ROWS = 100

/** What is measured: of which data and spec. */
const subject = computed(() => (table.value && spec.value ? `${tableName(table.value)} ${spec.value}` : ''))

/** Whether anything is fitted that rows could be too few for. */
export const isFitted = computed(() => !own.value && (table.value?.rows ?? 0) >= LEAST_ROWS)

let studying = /** @type {{ calibrator: import('../engine/remote.js').Remote, of: string } | null} */ (null)

async function measure() {
    const [open, about, known, of] = [table.value, book.value, info.value, subject.value]
    if (state.value.view !== 'range' || !open || !about || !known || !survey.value || studying?.of === of) return
    studying?.calibrator.end()
    const mine = { calibrator: newRemote('calibration'), of }
    studying = mine
    const { spec: plain } = known
    const handed = changed(about, known, { option: 'feedback', value: 1 })
    const specs = option('feedback') === '0' && about.canonical(handed) ? [plain, handed] : [plain]
    try {
        const job = { specs, metric: 'cosine', k: 1, seed: 0 }
        const { report, dims } = await mine.calibrator.ask('measure', open, job)
        if (studying !== mine) return
        const [first, second = null] = report.results
        study.value = { of, plain: first, feedback: second, shares: dims.results[0].shares }
    } catch (error) {
        if (studying === mine) failed(error)
    }
}

/** How many rows are tried: 10, 30, 100 and so on, and all. @type {(all: number) => number[]} */
export function steps(all) {
    const list = []
    for (let tens = 10; tens < all; tens *= 10) list.push(tens, ...(3 * tens < all ? [3 * tens] : []))
    return [...list, all]
}

let drawing = /** @type {import('../engine/remote.js').Remote | null} */ (null)

/** Measures the curve, a point after another. */
export async function drawCurve() {
    const [whole, of] = [table.peek(), subject.peek()]
    if (!whole || !of) return
    drawing?.end()
    const mine = (drawing = newRemote('calibration'))
    const open = sample(whole, Math.min(CURVE_ROWS, whole.rows))
    const { metric, k, seed } = state.peek()
    /** @type {Point[]} */
    const list = []
    const tell = (/** @type {boolean} */ done) => (points.value = { of, list: list.slice(), done, rows: open.rows })
    tell(false)
    try {
        const left = open.rows - Math.min(500, Math.floor(open.rows / 5))
        const sizes = steps(left)
        for (let draw = 1; draw <= DRAWS; draw++)
            for (const [i, rows] of sizes.entries()) {
                if (draw > 1 && rows === left) continue
                const job = { specs: [spec.peek()], metric, k, seed, calibrate: rows, draw }
                const { report } = await mine.ask('measure', open, job)
                if (drawing !== mine) return
                const [result] = report.results
                const before = list[i] ?? { rows, result, sqnr: [] }
                const sqnr = [...before.sqnr, result.error?.sqnr_db].filter(Number.isFinite)
                list[i] = { ...before, sqnr }
                tell(false)
            }
        tell(true)
    } catch (error) {
        if (drawing === mine) failed(error)
    }
    mine.end()
}

/** A curve of something else is forgotten. */
const forget = () => {
    if (points.value && points.value.of !== subject.value) {
        drawing?.end()
        drawing = null
        points.value = null
    }
}

effect(() => void measure())
effect(forget)
