// What the Range view knows: which tensor is calibrated for which spec, whose scale is looked at, and what the core
// answers for the range that is wanted.
import { batch, computed, effect, signal } from '@preact/signals'
import { Stopped } from '../engine/client.js'
import { newRemote } from '../engine/remote.js'
import { pointsAround, rulesOf, windowOf } from './labels.js'
import { asked as read, endText } from './spec.js'
import { book, data } from '../state/session.js'
import { changed } from '../state/specs.js'
import { set, state } from '../state/store.js'
import { mostRows, sample } from '../data/table.js'
import { CoreError } from '../engine/wasm.js'

/**
 * @typedef {import('./labels.js').At} At
 * @typedef {import('./labels.js').Histogram} Histogram
 * @typedef {import('./labels.js').Rule} Rule
 * @typedef {import('./labels.js').Point} Point
 * @typedef {import('../engine/remote.js').Remote} RemoteCalibrator
 * @typedef {import('../data/table.js').Table} Table
 * @typedef {{ of: string, calibrator: RemoteCalibrator, group: number, whole: Histogram, rules: Rule[] }} Survey
 */

/** Bars of the histogram in its frame, and of the whole; ranges of the curve. */
export const BARS = { near: 200, whole: 240, curve: 97 }

/** The spec as asked, right or wrong, */
export const given = computed(() => state.value.range || (book.value?.defaults.range ?? ''))
/** what the core says of it, and what is wrong with it here, */
export const sense = computed(() => (book.value ? read(book.value, given.value) : { problem: '' }))
export const info = computed(() => sense.value.info)
/** and in its canonical form; empty when it is wrong. */
export const spec = computed(() => (sense.value.problem === undefined ? (info.value?.spec ?? '') : ''))

/** Whether levels are fitted to the data: there is no range then that could be dragged. */
export const fitted = computed(() => sense.value.isFitted ?? false)

/** @type {(name: string) => string} */
export const option = name => String(info.value?.options.find(one => one.name === name)?.value ?? '')
/** How ranges lie about 0: those of floats are mirrored. */
export const mapping = () => option('map') || 'sym'

/** The tensors of the file that is open, where it has several. */
export const tensors = signal(/** @type {import('../engine/calibrator.js').Tensor[]} */ ([]))
let listed = /** @type {Table | undefined} */ (undefined)

async function list() {
    const base = data.value?.base
    if (state.value.view !== 'range' || listed === base) return
    listed = base
    tensors.value = []
    if (!base?.part) return
    const asking = newRemote('calibration')
    const found = await asking.ask('tensors', base)
    asking.end()
    if (listed === base) tensors.value = found
}

/** The rows that are looked at: of the tensor that is chosen, else of the file's largest. */
export const table = computed(() => {
    const base = data.value?.base
    const { tensor } = state.value
    if (!base?.part || !tensor || tensor === base.part) return base
    if (!tensors.value.length) return undefined
    const one = tensors.value.find(({ name }) => name === tensor)
    if (!one) return base
    const { name: part, number, offset, row_bytes: rowBytes, dim, rows } = one
    return sample({ ...base, part, tensor: number, offset, rowBytes, dim, fileRows: rows, rows }, mostRows(dim))
})

/** What tells one table from another. */
export const tableName = (/** @type {Table} */ { name, part, rows, dim }) =>
    [data.peek()?.name, name, part, rows, dim].join(' ')

/** Scales of rows or blocks: one of them is drawn, with its own values alone. */
export const own = computed(() => ['row', 'block'].includes(option('per')))

/** The spec whose one scale is drawn: for a row or a block that of its values alone. */
export const drawn = computed(() => {
    const [about, known] = [book.value, info.value]
    if (!about || !known || !spec.value) return ''
    return own.value ? changed(about, known, { option: 'per', value: 'tensor' }) : spec.value
})

/** The spec of a range that is given, for one scale. @type {(range: { lo: number, hi: number }) => string} */
export function givenSpec({ lo, hi }) {
    const [about, known] = [book.value, drawn.value && book.value?.info(drawn.value).info]
    if (!about || !known) return ''
    return changed(about, known, { option: 'range', value: `given,lo=${lo},hi=${hi}` })
}

/** How many scales there are to look at: dims, rows, and blocks of a row. */
export const most = computed(() => {
    const { dim = 1, rows = 1 } = table.value ?? {}
    return { dim, line: rows, group: option('per') === 'block' ? Math.ceil(dim / Number(option('block'))) : 1 }
})

/** The one that is looked at, within those there are. */
export const place = computed(() => {
    const { dim, line, group } = state.value
    const within = (/** @type {number} */ i, /** @type {number} */ many) => Math.max(0, Math.min(i, many - 1))
    return {
        dim: within(dim, most.value.dim),
        line: within(line, most.value.line),
        group: within(group, most.value.group),
    }
})

/** Its values among those of a row. */
export const slice = computed(() => {
    const { dim = 1 } = table.value ?? {}
    const length = option('per') === 'block' ? Number(option('block')) : dim
    const from = place.value.group * length
    return { row: place.value.line, from, count: Math.min(length, dim - from) }
})

/** "row 7, block 2"; nothing where one scale serves all. */
export const scaleName = computed(() => {
    const { dim, line, group } = place.value
    const block = option('per') === 'block' ? `, block ${group}` : ''
    return option('per') === 'dim' ? `dim ${dim}` : own.value ? `row ${line}${block}` : ''
})

export const survey = signal(/** @type {Survey | null} */ (null))
export const near = signal(/** @type {Histogram | null} */ (null))
export const at = signal(/** @type {At | null} */ (null))
export const curve = signal(/** @type {Point[]} */ ([]))
export const refusal = signal('')
/** The range while it is dragged. */
export const held = signal(/** @type {{ lo: number, hi: number } | null} */ (null))
/** What was asked of the core and has not been answered. */
const asked = signal('')
const answered = signal('')

/** The ends that the link holds, where they are some. */
const linked = computed(() => {
    const { lo, hi } = state.value
    return !fitted.value && lo !== '' && hi !== '' && Number(lo) <= Number(hi)
        ? { lo: Number(lo), hi: Number(hi) }
        : null
})

/** The range that is wanted: dragged, of the link, or of the rule. */
export const wanted = computed(() => {
    if (held.value) return held.value
    if (linked.value) return linked.value
    const rule = survey.value?.rules.find(one => one.range === option('range')) ?? survey.value?.rules[0]
    return rule ? { lo: rule.at.lo, hi: rule.at.hi } : null
})

/** Whether the range was set by hand. */
export const byHand = computed(() => held.value !== null || linked.value !== null)

/** A range that a link's spec gives is set by hand from then on; ends that are none are dropped. */
function settle() {
    const { view, lo, hi } = state.value
    const found = sense.value
    if (view !== 'range' || !book.value) return
    if (found.problem === undefined && found.ends) set({ range: found.info.spec, ...found.ends })
    else if ((lo !== '' || hi !== '') && !linked.value) set({ lo: '', hi: '' })
}

/** Which scale of which data was asked for. */
export const sought = signal('')

export const stale = computed(() => answered.value !== asked.value || survey.value?.of !== sought.value)

/** @type {{ of: string, frame: import('./labels.js').Frame } | null} */
let kept = null

/** The part that is drawn large; while the range is set by hand it stays as long as both ends are in it. */
export const frame = computed(() => {
    const [known, now] = [survey.value, wanted.value]
    if (!known || !now) return null
    const stays = kept?.of === known.of && byHand.value && now.lo >= kept.frame.lo && now.hi <= kept.frame.hi
    if (!stays) kept = { of: known.of, frame: windowOf(known, now) }
    return kept?.frame ?? null
})

let view = /** @type {{ calibrator: RemoteCalibrator, key: string, opened: Promise<any> } | null} */ (null)

/** Tells why an answer did not come. */
export const failed = (/** @type {unknown} */ error) => {
    if (error instanceof Stopped) return
    refusal.value = error instanceof CoreError ? error.details.message : String(error)
}

/** Nothing is known: what was belonged to other data, or to another spec. */
const clear = () =>
    batch(() => {
        survey.value = near.value = at.value = null
        curve.value = []
    })

/** Calibrates anew where data or spec are others; looks at another dim, row or block. */
async function calibrate() {
    const [open, text] = [table.value, drawn.value]
    if (state.value.view !== 'range' || !open) return
    if (!text) {
        sought.value = ''
        return clear()
    }
    // the rule that is chosen changes nothing of what all rules choose
    const rule = /,?range=\w+/
    const part = own.value ? { spec: spec.value, shared: text, ...slice.value } : null
    const key = `${tableName(open)} ${(part ? JSON.stringify(part) : text).replaceAll(new RegExp(rule, 'g'), '')}`
    const group = option('per') === 'dim' ? place.value.dim : 0
    const of = `${key} ${group}`
    sought.value = of
    if (survey.peek()?.of === of) return
    if (view?.key !== key) {
        view?.calibrator.end()
        const fresh = newRemote('calibration')
        view = {
            calibrator: fresh,
            key,
            opened: part ? fresh.ask('openPart', open, part) : fresh.ask('open', open, text),
        }
    }
    const mine = view
    try {
        const found = await mine.opened
        const whole = await mine.calibrator.ask('ask', 'histogram', group, 0, 0, BARS.whole)
        const rules = await rulesOf(found, group, (lo, hi) => mine.calibrator.ask('ask', 'at', group, lo, hi))
        if (view !== mine || sought.peek() !== of || state.peek().view !== 'range') return
        batch(() => {
            refusal.value = ''
            survey.value = { of, calibrator: mine.calibrator, group, whole, rules }
        })
    } catch (error) {
        if (view !== mine || error instanceof Stopped) return
        mine.calibrator.end() // its instance may be dead: the next question gets another
        view = null
        clear()
        failed(error)
    }
}

let busy = false
/** Asks about the range that is wanted, one question at a time: what was wanted in between is left out. */
async function follow() {
    const [known, now, seen] = [survey.value, wanted.value, frame.value]
    if (!known || !now || !seen) return
    const question = [known.of, now.lo, now.hi, seen.lo, seen.hi].join(' ')
    asked.value = question
    if (busy) return
    busy = true
    const { calibrator: asking } = known
    try {
        const found = await asking.ask('ask', 'at', known.group, now.lo, now.hi)
        const points = pointsAround(found, seen)
        const drawnCurve = await asking.ask(
            'ask',
            'curve',
            known.group,
            points.center,
            points.from,
            points.to,
            BARS.curve,
        )
        const histogram = await asking.ask('ask', 'histogram', known.group, seen.lo, seen.hi, BARS.near)
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
        if (done) set({ lo: endText(range.lo), hi: endText(range.hi) })
    })
}

effect(settle)
effect(() => void list())
effect(() => void calibrate())
effect(() => void follow())
