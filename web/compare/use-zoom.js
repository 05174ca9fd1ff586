// Zooming of a chart: a box dragged with the mouse, the wheel with Ctrl (or while a point has the focus), + - and 0.
import { useEffect, useRef, useState } from 'preact/hooks'
import { about, between, within } from './zoom.js'

/** A box smaller than this, in per cent, is a click. */
const LEAST = 1.5
const STEP = 0.7

/**
 * @param {{ current: HTMLElement | null }} ref the chart
 * @param {{ x: import('./zoom.js').Scale, y: import('./zoom.js').Scale, whole: import('./zoom.js').Part }} scales
 * @param {(part: import('./zoom.js').Part | null) => void} onPart
 */
export function useZoom(ref, scales, onPart) {
    const [box, setBox] = useState(/** @type {{ from: [number, number], to: [number, number] } | null} */ (null))
    const now = useRef({ scales, onPart })
    now.current = { scales, onPart }
    /** @type {(event: { clientX: number, clientY: number }) => [number, number]} */
    const placeOf = event => {
        const { left, top, width, height } = /** @type {HTMLElement} */ (ref.current).getBoundingClientRect()
        const share = (/** @type {number} */ at) => Math.min(100, Math.max(0, at * 100))
        return [share((event.clientX - left) / width), share((event.clientY - top) / height)]
    }
    const zoom = (/** @type {[number, number]} */ at, /** @type {number} */ factor) => {
        const { x, y, whole } = now.current.scales
        now.current.onPart(about(x, y, at, factor, whole))
    }
    useEffect(() => {
        const chart = ref.current
        if (!chart) return
        const onWheel = (/** @type {WheelEvent} */ event) => {
            if (!event.ctrlKey && !chart.contains(document.activeElement)) return
            event.preventDefault()
            zoom(placeOf(event), Math.exp(Math.max(-1, Math.min(1, event.deltaY / 400))))
        }
        chart.addEventListener('wheel', onWheel, { passive: false })
        return () => chart.removeEventListener('wheel', onWheel)
    }, [])
    return {
        box,
        /** @type {(event: PointerEvent) => void} */
        onPointerDown(event) {
            if (
                event.pointerType !== 'mouse' ||
                event.button ||
                /** @type {Element} */ (event.target).closest('button')
            )
                return
            event.preventDefault()
            ref.current?.setPointerCapture(event.pointerId)
            setBox({ from: placeOf(event), to: placeOf(event) })
        },
        /** @type {(event: PointerEvent) => void} */
        onPointerMove: event => void (box && setBox({ ...box, to: placeOf(event) })),
        onPointerUp() {
            if (!box) return
            const { from, to } = box
            setBox(null)
            if (Math.abs(from[0] - to[0]) < LEAST || Math.abs(from[1] - to[1]) < LEAST) return
            const { x, y, whole } = scales
            onPart(within(between(x, y, from, to), whole))
        },
        /** Whether the key zoomed. @type {(event: KeyboardEvent, at: [number, number]) => boolean} */
        onKey(event, at) {
            const factor = { '+': STEP, '=': STEP, '-': 1 / STEP }[event.key]
            if (factor) zoom(at, factor)
            else if (event.key === '0') onPart(null)
            else return false
            event.preventDefault()
            return true
        },
    }
}
