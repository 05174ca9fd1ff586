// The slider from float32 to one bit: dragged, clicked, or moved by keys. Filled stops are measured, rings wait, and a
// cross marks what has no code for the data.
import { useEffect, useRef, useState } from 'preact/hooks'
import { bitsText, stopBy, stopOfKey } from './stops.js'

/** The sentence is the value's text once the slider rests. */
const REST_MS = 400

/** @typedef {import('./stops.js').Stop} Stop */

/**
 * @param {object} props
 * @param {Stop[]} props.stops
 * @param {number} props.at a number of stops from the first
 * @param {boolean} props.isStop
 * @param {number} props.bits
 * @param {string} props.text the sentence
 * @param {string} props.label id of what names it
 * @param {(stop: number) => void} props.on
 */
export function Slider({ stops, at, isStop, bits, text, label, on }) {
    const track = useRef(/** @type {HTMLDivElement | null} */ (null))
    const last = stops.length - 1
    const rests = useRest(at)
    const place = (/** @type {number} */ i) => `${(i / last) * 100}%`
    const go = (/** @type {number | null} */ to) => {
        if (to !== null && to !== at) on(to)
    }
    const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
        const to = event.ctrlKey || event.metaKey || event.altKey ? null : stopOfKey(event.key, at, stops.length)
        if (to === null) return
        event.preventDefault()
        go(to)
    }
    const follow = (/** @type {PointerEvent} */ event) => {
        const { left, width } = /** @type {HTMLDivElement} */ (track.current).getBoundingClientRect()
        go(Math.round(Math.max(0, Math.min(1, (event.clientX - left) / width)) * last))
    }
    return (
        <div
            class="slider A"
            role="slider"
            tabIndex={0}
            aria-labelledby={label}
            aria-valuemin={0}
            aria-valuemax={last}
            aria-valuenow={at}
            aria-valuetext={rests ? text : bitsText(bits)}
            onKeyDown={onKeyDown}
            onPointerDown={event => {
                if (event.button) return
                event.currentTarget.setPointerCapture(event.pointerId)
                follow(event)
            }}
            onPointerMove={event => event.currentTarget.hasPointerCapture(event.pointerId) && follow(event)}
        >
            <div class="track" ref={track}>
                {stops.map((stop, i) => (
                    <span
                        key={stop.spec}
                        class={`stop at-${stop.row.at} ${i === at ? 'on' : ''}`}
                        style={{ left: place(i) }}
                    >
                        <b>
                            {stop.bits}
                            {(i === 0 || i === last) && <em>{bitsText(stop.bits).replace(/^\d+/, '')}</em>}
                        </b>
                        <small>{stop.name}</small>
                    </span>
                ))}
                <span class={isStop ? 'thumb' : 'thumb hollow'} style={{ left: place(at) }}>
                    <Arrow d="M6 1.5L2 6l4 4.5" off={at <= 0} />
                    {bitsText(bits)}
                    <Arrow d="M2 1.5L6 6l-4 4.5" off={at >= last} />
                </span>
            </div>
        </div>
    )
}

/** @param {{ d: string, off: boolean }} props */
const Arrow = ({ d, off }) => (
    <svg class={off ? 'off' : ''} viewBox="0 0 8 12" aria-hidden="true">
        <path d={d} />
    </svg>
)

/** Whether a value has stayed as it is for a while. @param {unknown} value */
function useRest(value) {
    const [rested, setRested] = useState(value)
    useEffect(() => {
        const timer = setTimeout(() => setRested(value), REST_MS)
        return () => clearTimeout(timer)
    }, [value])
    return rested === value
}

/** The two buttons that stand for the arrows of the thumb where it is small. @param {{ at: number, count: number, on: (stop: number) => void }} props */
export const Steps = ({ at, count, on }) => (
    <>
        <button class="button line step" aria-label="More bits" onClick={() => on(stopBy(-1, at, count))}>
            <Arrow d="M6 1.5L2 6l4 4.5" off={at <= 0} />
        </button>
        <button class="button line step" aria-label="Fewer bits" onClick={() => on(stopBy(1, at, count))}>
            <Arrow d="M2 1.5L6 6l-4 4.5" off={at >= count - 1} />
        </button>
    </>
)
