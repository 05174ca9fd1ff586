// What lies open over the page: one dialog, and the explanation of one figure. What they look like comes later than
// the first figures (overlays.jsx).
import { signal } from '@preact/signals'

/** @typedef {'' | 'data' | 'export' | 'keys' | 'licences' | 'about'} DialogName */
/**
 * @typedef {import('../state/figures.js').Figure} Figure
 * @typedef {Pick<Figure, 'label' | 'sign' | 'about' | 'range' | 'timed' | 'truth'> & { source?: string, conditions?: string, command?: string }} Explained
 *   source, conditions and command: those of the run unless given
 */

export const current = signal(/** @type {DialogName} */ (''))

/** @param {DialogName} name */
export const openDialog = name => void (current.value = name)
export const closeDialog = () => openDialog('')

/** The figure that is explained, and the button that asked for it. */
export const explained = signal(/** @type {{ figure: Explained, from: HTMLElement } | null} */ (null))

/** @type {(figure: Explained, from: HTMLElement) => void} */
export const explain = (figure, from) =>
    void (explained.value = explained.value?.from === from ? null : { figure, from })
