// Simulator: the first screen, and one click deeper everything that it rests on.
import './slider.css'
import './first.css'
import './first-narrow.css'
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import {
    askLost,
    askNeighbours,
    book,
    data,
    drawn,
    query as chosenQuery,
    report,
    shown,
    status,
} from '../state/session.js'
import { set, state } from '../state/store.js'
import { placeAmongStops } from '../state/specs.js'
import { answers } from './answers.js'
import { First } from './first.jsx'
import { stopBy } from './stops.js'

/** What stands below the first screen; its code comes when that is drawn. */
const below = signal(/** @type {Partial<typeof import('./below.jsx')>} */ ({}))

const lostNeighbours = answers(askLost)
const nearNeighbours = answers(askNeighbours)

export function View() {
    const wanted = shown.value
    const { metric, k, seed } = state.value
    const queries = data.value?.queries ? data.value.queries.rows : drawn.value.length
    const query = Math.max(1, Math.min(chosenQuery.value, queries || 1))
    const question = [data.value, metric, k, seed]
    const until = [report.value, status.value.at]
    const lost = lostNeighbours.use(question, until)
    const near = nearNeighbours.use([query - 1, ...question], until)
    useEffect(() => {
        import('./below.jsx').then(found => (below.value = found))
        addEventListener('keydown', onKey)
        return () => removeEventListener('keydown', onKey)
    }, [])
    if (!wanted || !book.value || !data.value) return null
    const { Below } = below.value
    const about = { a: wanted.a || book.value.defaults.stop, query, near, lost: lost.isFresh ? lost.value : null }
    return (
        <>
            <h1 class="hidden">Simulator</h1>
            <First {...about} />
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
        requestAnimationFrame(() => document.getElementById('spec-a')?.focus())
    }
    if (!step) return
    const { stops, stop } = about.defaults
    const a = shown.peek()?.a || stop
    set({ a: stops[stopBy(step, placeAmongStops(about, a).at, stops.length)].spec })
}
