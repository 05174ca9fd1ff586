// The file that a link was made with: whether it is the one that is open, another, or not here yet.
import { computed, signal } from '@preact/signals'
import { readLabel } from '../data/file-label.js'
import { state } from './store.js'

/** What the link named when a person's file was opened in its place: "same", "differs", or nothing. */
export const verdict = signal(/** @type {{ name: string, is: 'same' | 'differs' } | null} */ (null))

/** Which file is open, as a link names it; empty for the demo. */
export const openLabel = signal('')

/** The file that the link asks for and that is not open. */
export const wantedFile = computed(() =>
    state.value.file === openLabel.value ? null : readLabel(state.value.file),
)

/** Compares a file that was opened with the one that the link asked for. @param {string} label */
export function compareWithLink(label) {
    const [wanted, open] = [wantedFile.peek(), readLabel(label)]
    verdict.value =
        wanted && open ? { name: wanted.name, is: wanted.digest === open.digest ? 'same' : 'differs' } : null
    openLabel.value = label
}
