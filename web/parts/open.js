// What lies open over the page: one dialog, and the explanation of one figure. What they look like comes later than
// the first figures (overlays.jsx).
import { signal } from '@preact/signals'

/** @typedef {'' | 'data' | 'keys' | 'licences' | 'about'} DialogName */
/** @typedef {import('../figures.js').Figure} Figure */

export const current = signal(/** @type {DialogName} */ (''))

/** @param {DialogName} name */
export const openDialog = name => void (current.value = name)
export const closeDialog = () => openDialog('')

/** The figure that is explained, and the button that asked for it. */
export const explained = signal(/** @type {{ figure: Figure, from: HTMLElement } | null} */ (null))

/** @type {(figure: Figure, from: HTMLElement) => void} */
export const explain = (figure, from) =>
    void (explained.value = explained.value?.from === from ? null : { figure, from })
