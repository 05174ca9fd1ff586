// Children that are moved through by arrow keys, one of them a stop of Tab.
import { useRef, useState } from 'preact/hooks'

/** @param {(index: number) => void} reach is told which child has the focus */
export function useRoving(reach) {
    const box = useRef(/** @type {HTMLDivElement | null} */ (null))
    const [stop, setStop] = useState(0)
    const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
        if (!box.current || event.ctrlKey || event.altKey || event.metaKey) return
        const children = /** @type {HTMLElement[]} */ ([...box.current.children])
        const columns = getComputedStyle(box.current).gridTemplateColumns.split(' ').length
        const from = children.findIndex(child => child.contains(document.activeElement))
        const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }
        const ends = { Home: 0, End: children.length - 1 }
        const key = /** @type {'Home'} */ (event.key)
        const to = ends[key] ?? from + /** @type {Record<string, number>} */ (steps)[event.key]
        if (!children[to]) return
        event.preventDefault()
        children[to].focus()
    }
    const onFocus = (/** @type {number} */ index) => {
        setStop(index)
        reach(index)
    }
    return { box, stop, onKeyDown, onFocus }
}
