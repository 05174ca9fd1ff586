// A part whose code is loaded when it is first drawn; until then its place is kept.
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

/**
 * @template {object} Props
 * @param {() => Promise<(props: Props) => import('preact').ComponentChildren>} load
 * @param {import('preact').ComponentChildren} [place] what is drawn until then, of the same size
 */
export function lazy(load, place = null) {
    const loaded = signal(/** @type {{ Part?: (props: Props) => import('preact').ComponentChildren }} */ ({}))
    return (/** @type {Props} */ props) => {
        useEffect(() => void load().then(Part => (loaded.value = { Part })), [])
        const { Part } = loaded.value
        return Part ? <Part {...props} /> : place
    }
}
