// What the Range view knows: which data is calibrated for which spec, what the core answers for the range that is
// wanted, and how spending more scales compares. One worker answers questions, another compares, so that neither
// waits for the other.
import { wrap } from 'comlink'
import { batch, computed, effect, signal } from '@preact/signals'
import { newRangeWorker } from './range-assets.js'
import { pointsAround, rulesOf, windowOf } from './range.js'
import { book, data, module } from './session.js'
import { changed } from './specs.js'
import { set, state } from './store.js'
import { CoreError } from './wasm.js'

/**
 * @typedef {import('./range.js').At} At
 * @typedef {import('./range.js').Histogram} Histogram
 * @typedef {import('./range.js').Rule} Rule
 * @typedef {import('./range.js').Point} Point
 * @typedef {{ of: string, dim: number, whole: Histogram, rules: Rule[] }} Survey
 * @typedef {{ per: string, spec: string, rules: { range: string, spec: string, sqnr_db: number | null, counts?: number[] }[] }} Share
 */

/** Bars of the histogram in its frame, and of the whole; ranges of the curve. */
export const BARS = { near: 200, whole: 240, curve: 97 }

/** The spec as asked, right or wrong, */
export const given = computed(() => state.value.range || (book.value?.defaults.range ?? ''))
/** and in its canonical form. */
export const spec = computed(() => book.value?.canonical(given.value) ?? '')
export const info = computed(() => (spec.value && book.value ? book.value.info(spec.value).info : undefined))

/** @type {(name: string) => string} */
export const option = name => String(info.value?.options.find(one => one.name === name)?.value ?? '')

/** Scales of rows or blocks: what is drawn is one range for all values. */
export const own = computed(() => ['row', 'block'].includes(option('per')))

/** The spec that is drawn. */
export const drawn = computed(() => {
    const [about, known] = [book.value, info.value]
    if (!about || !known) return ''
    return own.value ? changed(about, known, { option: 'per', value: 'tensor' }) : spec.value
})

export const survey = signal(/** @type {Survey | null} */ (null))
export const near = signal(/** @type {Histogram | null} */ (null))
export const at = signal(/** @type {At | null} */ (null))
export const curve = signal(/** @type {Point[]} */ ([]))
export const shares = signal(/** @type {Share[]} */ ([]))
export const refusal = signal('')
/** The range while it is dragged. */
export const held = signal(/** @type {{ lo: number, hi: number } | null} */ (null))
/** What was asked of the core and has not been answered. */
const asked = signal('')
const answered = signal('')

/** The range that is wanted: dragged, of the link, or of the rule. */
export const wanted = computed(() => {
    if (held.value) return held.value
    const { lo, hi } = state.value
    if (lo !== '' && hi !== '' && Number(lo) <= Number(hi)) return { lo: Number(lo), hi: Number(hi) }
    const rule = survey.value?.rules.find(one => one.range === option('range')) ?? survey.value?.rules[0]
    return rule ? { lo: rule.at.lo, hi: rule.at.hi } : null
})

/** Whether the range was set by hand. */
export const byHand = computed(() => held.value !== null || (state.value.lo !== '' && state.value.hi !== ''))

export const stale = computed(() => answered.value !== asked.value)

/** @type {{ of: string, frame: import('./range.js').Frame } | null} */
let kept = null

/** The part that is drawn large; while the range is set by hand it stays as long as both ends are in it. */
export const frame = computed(() => {
    const [known, now] = [survey.value, wanted.value]
    if (!known || !now) return null
    const stays = kept?.of === known.of && byHand.value && now.lo >= kept.frame.lo && now.hi <= kept.frame.hi
    if (!stays) kept = { of: known.of, frame: windowOf(known, now) }
    return kept?.frame ?? null
})

function desk() {
    const worker = newRangeWorker()
    const remote = /** @type {import('comlink').Remote<import('./range-worker.js').RangeWorkerApi>} */ (
        wrap(worker)
    )
    const ready = module.then(compiled => remote.start(compiled))
    return {
        /** @type {(method: string, ...args: any[]) => Promise<any>} */
        async ask(method, ...args) {
            await ready
            const { value, error } = await remote.call(method, ...args)
            if (error) throw new CoreError(error)
            return value
        },
        end: () => worker.terminate(),
    }
}

/** @typedef {ReturnType<typeof desk>} Desk */
let view = /** @type {{ desk: Desk, key: string, opened: Promise<any> } | null} */ (null)
let comparing = /** @type {{ desk: Desk, key: string } | null} */ (null)

const failed = (/** @type {unknown} */ error) => {
    refusal.value = error instanceof CoreError ? error.details.message : String(error)
}

/** Calibrates anew where data or spec are others; looks at another dim. */
async function calibrate() {
    const table = data.value?.base
    const [text, { dim }] = [drawn.value, state.value]
    if (state.value.view !== 'range' || !table || !text) return
    // the rule that is chosen changes nothing of what all rules choose
    const key = `${data.value?.name} ${table.name} ${table.rows} ${text.replace(/,?range=\w+/, '')}`
    const group = option('per') === 'dim' ? Math.min(dim, table.dim - 1) : 0
    const of = `${key} ${group}`
    if (survey.peek()?.of === of) return
    if (view?.key !== key) {
        view?.desk.end()
        const fresh = desk()
        view = { desk: fresh, key, opened: fresh.ask('open', table, text) }
    }
    const mine = view
    try {
        const found = await mine.opened
        const whole = await mine.desk.ask('ask', 'histogram', group, 0, 0, BARS.whole)
        const rules = await rulesOf(found, group, (lo, hi) => mine.desk.ask('ask', 'at', group, lo, hi))
        if (view !== mine || state.peek().view !== 'range') return
        batch(() => {
            refusal.value = ''
            survey.value = { of, dim: group, whole, rules }
        })
    } catch (error) {
        if (view === mine) failed(error)
    }
}

let busy = false
/** Asks about the range that is wanted, one question at a time: what was wanted in between is left out. */
async function follow() {
    const [known, now, seen] = [survey.value, wanted.value, frame.value]
    if (!known || !now || !seen || !view) return
    const question = [known.of, now.lo, now.hi, seen.lo, seen.hi].join(' ')
    asked.value = question
    if (busy) return
    busy = true
    const { desk: asking } = view
    try {
        const found = await asking.ask('ask', 'at', known.dim, now.lo, now.hi)
        const points = pointsAround(found, seen)
        const drawnCurve = await asking.ask(
            'ask',
            'curve',
            known.dim,
            points.center,
            points.from,
            points.to,
            BARS.curve,
        )
        const histogram = await asking.ask('ask', 'histogram', known.dim, seen.lo, seen.hi, BARS.near)
        if (survey.peek() === known)
            batch(() => {
                at.value = found
                curve.value = drawnCurve.points
                near.value = histogram
                answered.value = question
            })
    } catch (error) {
        failed(error)
    }
    busy = false
    if (asked.peek() !== question) void follow()
}

/** The rules that are compared: the plain one, and the one chosen where rows can have it. */
const second = computed(() => (['percentile', 'mse', 'std'].includes(option('range')) ? option('range') : 'mse'))

/** Codes the data with scales of the tensor, of dims, of rows and of blocks. */
async function compare() {
    const [table, about, known] = [data.value?.base, book.value, info.value]
    const better = second.value
    if (state.value.view !== 'range' || !table || !about || !known || !survey.value) return
    const base = changed(about, known, { option: 'range', value: better })
    const plain = base.replace(/per=\w+,?/, '')
    const key = `${data.value?.name} ${table.name} ${table.rows} ${plain}`
    if (comparing?.key === key) return
    comparing?.desk.end()
    const mine = { desk: desk(), key }
    comparing = mine
    /** @type {Share[]} */
    const list = []
    const pers = known.options.find(one => one.name === 'per')?.values ?? []
    for (const per of ['tensor', 'dim', 'row', 'block'].filter(one => pers.includes(one))) {
        const asking = changed(about, known, { option: 'per', value: per })
        const tried = about.info(asking).info
        if (!tried || !about.canonical(asking)) continue
        const rules = ['minmax', better].map(range => ({
            range,
            spec: changed(about, tried, { option: 'range', value: range }),
            sqnr_db: /** @type {number | null} */ (null),
            counts: /** @type {number[] | undefined} */ (undefined),
        }))
        list.push({ per, spec: asking, rules })
    }
    shares.value = list.slice()
    try {
        for (const [i, share] of list.entries()) {
            const found = await mine.desk.ask('open', table, share.spec)
            const rules = []
            for (const rule of share.rules) {
                const told = found.rules.find((/** @type {{ range: string }} */ one) => one.range === rule.range)
                rules.push({
                    ...rule,
                    sqnr_db: told?.sqnr_db,
                    counts: await mine.desk.ask('use', table, rule.spec),
                })
            }
            if (comparing !== mine) return
            list[i] = { ...share, rules }
            shares.value = list.slice()
        }
    } catch (error) {
        if (comparing === mine) failed(error)
    }
}

/** Chooses the range of a rule. @param {string} range */
export function chooseRule(range) {
    const [about, known] = [book.peek(), info.peek()]
    if (!about || !known) return
    held.value = null
    set({ range: changed(about, known, { option: 'range', value: range }), lo: '', hi: '' })
}

/** A range set by hand; kept in the link when it is let go. @type {(range: { lo: number, hi: number }, done: boolean) => void} */
export function hold(range, done) {
    batch(() => {
        held.value = done ? null : range
        if (done) set({ lo: text(range.lo), hi: text(range.hi) })
    })
}

const text = (/** @type {number} */ value) => String(Number(value.toPrecision(6)))

effect(() => void calibrate())
effect(() => void follow())
effect(() => void compare())
