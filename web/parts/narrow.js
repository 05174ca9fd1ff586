// Whether the page is narrow, as a phone is: what is long is folded then.
import { signal } from '@preact/signals'

const narrowPage = matchMedia('(max-width: 699px)')

export const narrow = signal(narrowPage.matches)
narrowPage.addEventListener('change', () => (narrow.value = narrowPage.matches))
