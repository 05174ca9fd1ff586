// Simulator: the first screen, and one click deeper everything that it rests on.
import './slider.css'
import './first.css'
import './first-narrow.css'
import './strip.css'
import { signal } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo } from 'preact/hooks'
import {
    book,
    coming,
    data,
    drawn,
    measured,
    query as chosenQuery,
    report,
    shown,
    status,
} from '../state/session.js'
import { askLost, askNeighbours } from '../state/run.js'
import { set, state } from '../state/store.js'
import { placeAmongStops } from '../state/specs.js'
import { answers } from './answers.js'
import { First } from './first.jsx'
import { askRow } from './questions.js'
import { windowOf } from './strip.js'
import { stopBy } from './stops.js'

/** What stands below the first screen; its code comes when that is drawn. */
const below = signal(/** @type {Partial<typeof import('./below.jsx')>} */ ({}))

/** @type {(a: any, b: any) => boolean} */
const isSameText = (a, b) => JSON.stringify(a) === JSON.stringify(b)

const lostNeighbours = answers(askLost, isSameText)
const nearNeighbours = answers(askNeighbours, isSameText)
const rowValues = answers((row, from, _data, _metric, _k, _seed, specs) =>
    specs ? askRow(specs, row, from) : Promise.resolve(undefined),
)

/**
 * The specs whose values are shown, so far as they are measured, a line each.
 * @param {import('../state/specs.js').Book} about
 * @param {{ a: string, b: string }} wanted
 * @param {boolean} both
 * @param {ReadonlyMap<string, unknown>} known
 */
function measuredOf(about, { a, b }, both, known) {
    const all = [a, both ? b : '', ...about.defaults.stops.map(stop => stop.spec)]
    return [...new Set(all)].filter(spec => spec && known.has(spec)).join('\n')
}

export function View() {
    const wanted = shown.value
    const { metric, k, seed, pick, dim, both } = state.value
    const open = data.value ?? coming.value
    const queries = open?.queries ? open.queries.rows : drawn.value.length
    const query = Math.max(1, Math.min(chosenQuery.value, queries || 1))
    const question = [data.value, metric, k, seed]
    const until = [report.value, status.value.at]
    const lost = lostNeighbours.use(question, until)
    const near = nearNeighbours.use([query - 1, ...question], until)
    const { rows = 1, dim: dims = 1 } = open?.base ?? {}
    const nearest = near.isFresh ? near.value?.truth.rows[0] : undefined
    const row = Math.min(pick >= 0 ? pick : (nearest ?? 0), rows - 1)
    const at = Math.max(0, Math.min(dim, dims - 1))
    const specs = wanted && book.value ? measuredOf(book.value, wanted, both, measured.value) : ''
    const values = rowValues.use([row, windowOf(at, dims), ...question], [status.value.at], [specs])
    const { value: found, isFresh } = values
    const look = useMemo(() => ({ row, dim: at, dims, found, isFresh }), [row, at, dims, found, isFresh])
    useEffect(() => {
        import('./below.jsx').then(found => (below.value = found))
    }, [])
    useLayoutEffect(() => {
        addEventListener('keydown', onKey)
        return () => removeEventListener('keydown', onKey)
    }, [])
    if (!wanted || !book.value || !open) return null
    const { Below } = below.value
    const about = {
        look,
        b: wanted.b,
        a: wanted.a || book.value.defaults.stop,
        query,
        near,
        lost: lost.isFresh ? lost.value : null,
    }
    return (
        <>
            <h1 class="hidden">Simulator</h1>
            <First about={book.value} open={open} {...about} />
            {Below && <Below {...about} />}
        </>
    )
}

/** From anywhere but fields: [ and ] for more and fewer bits, / for the spec of A. @param {KeyboardEvent} event */
function onKey(event) {
    const step = { ']': 1, '[': -1 }[event.key]
    const target = /** @type {HTMLElement} */ (event.target)
    const about = book.peek()
    if (!about || event.ctrlKey || event.metaKey || event.altKey) return
    if (target.closest('input, select, textarea, dialog')) return
    if (event.key === '/' && !document.getElementById('spec-a')) {
        event.preventDefault()
        set({ more: true })
        focusWhenThere('spec-a')
    }
    if (!step) return
    const { stops, stop } = about.defaults
    const a = shown.peek()?.a || stop
    set({ a: stops[stopBy(step, placeAmongStops(about, a).at, stops.length)].spec })
}

/** The part that holds a field may be loaded first: it is waited for, two seconds at most. @param {string} id */
function focusWhenThere(id, frames = 120) {
    const field = document.getElementById(id)
    if (field) field.focus()
    else if (frames) requestAnimationFrame(() => focusWhenThere(id, frames - 1))
}
