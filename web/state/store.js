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
    if (hash !== toHash(before)) write(after.view === before.view ? 'replaceState' : 'pushState', hash)
}

/** @type {(how: 'replaceState' | 'pushState', hash: string) => void} */
function write(how, hash) {
    try {
        history[how](null, '', hash)
    } catch {
        // some browsers refuse a hash that changes too often; the next change brings the link up to date
    }
}

/** @param {Partial<import('./state.js').State>} values */
export const set = values => dispatch({ type: 'set', values })

/** The link shows what was taken of it: a number that was out of range is shown as it is used. */
const correct = () => {
    const hash = toHash(state.peek())
    if (location.hash && hash !== location.hash) write('replaceState', hash)
}

const follow = () => {
    if (toHash(state.peek()) !== location.hash) state.value = fromHash(location.hash)
    correct()
}
correct()
addEventListener('popstate', follow)
addEventListener('hashchange', follow)
