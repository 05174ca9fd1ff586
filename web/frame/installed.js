// The installed page: a service worker keeps its files, so that it opens without a network, and says when there is a newer one.
import { signal } from '@preact/signals'

/** A newer page that waits to be used. */
export const newer = signal(/** @type {ServiceWorker | null} */ (null))

/** Begins to keep the page; where that can't be, as in the offline file, nothing happens. */
export async function keepPage() {
    if (!/^https?:$/.test(location.protocol) || !('serviceWorker' in navigator)) return
    const kept = await navigator.serviceWorker.register('./sw.js').catch(() => null)
    if (!kept) return
    const tell = () => {
        if (kept.waiting && navigator.serviceWorker.controller) newer.value = kept.waiting
    }
    tell()
    kept.addEventListener('updatefound', () => kept.installing?.addEventListener('statechange', tell))
}

/** Takes the newer page: it is loaded anew with the same link. */
export function takeNewer() {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
    newer.value?.postMessage({ type: 'SKIP_WAITING' })
}
