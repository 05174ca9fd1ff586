// The one changing state, kept equal to the URL hash. A new view is a step in the browser's history, all else is not.
import { signal } from '@preact/signals'
import { fromHash, reduce, toHash } from './state.js'

export const state = signal(fromHash(location.hash))

/** @param {import('./state.js').Action} action */
export function dispatch(action) {
    const before = state.peek()
    const after = reduce(before, action)
    const hash = toHash(after)
    state.value = after
    if (hash === toHash(before)) return
    try {
        history[after.view === before.view ? 'replaceState' : 'pushState'](null, '', hash)
    } catch {
        // some browsers refuse a hash that changes too often; the next change brings the link up to date
    }
}

/** @param {Partial<import('./state.js').State>} values */
export const set = values => dispatch({ type: 'set', values })

const follow = () => {
    if (toHash(state.peek()) !== location.hash) state.value = fromHash(location.hash)
}
addEventListener('popstate', follow)
addEventListener('hashchange', follow)
