// Light or dark: as the system has it, until a person chooses. The choice is of this device and not in the link.
import { effect, signal } from '@preact/signals'

const KEY = 'quantscope-theme'
const system = matchMedia('(prefers-color-scheme: dark)')

/** Storage may be shut off, as for some local files. @type {<T>(use: () => T) => T | undefined} */
const attempt = use => {
    try {
        return use()
    } catch {
        return undefined
    }
}

const dark = signal(system.matches)
system.addEventListener('change', event => (dark.value = event.matches))

const chosen = signal(attempt(() => localStorage.getItem(KEY)) ?? '')

effect(() => {
    document.documentElement.dataset.theme = chosen.value || (dark.value ? 'dark' : 'light')
})

export function toggleTheme() {
    chosen.value = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'
    attempt(() => localStorage.setItem(KEY, chosen.value))
}
