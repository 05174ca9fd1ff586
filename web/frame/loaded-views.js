// The views whose code is loaded. A view is loaded when it is opened, or pointed at in the header.
import { signal } from '@preact/signals'
import { VIEWS } from '../views.js'

export const loadedViews = signal(/** @type {ReadonlyMap<string, import('../views.js').Loaded>} */ (new Map()))

/** @param {string} name */
export async function loadView(name) {
    if (loadedViews.peek().has(name)) return
    const loaded = await VIEWS.find(view => view.name === name)?.load()
    if (loaded) loadedViews.value = new Map(loadedViews.peek()).set(name, loaded)
}
