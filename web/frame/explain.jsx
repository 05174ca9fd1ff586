// What a figure means, where it comes from and under which conditions it was got: opened by the figure's sign.
import { useLayoutEffect, useRef } from 'preact/hooks'
import { command, conditions } from '../text/sentences.js'
import { data, device, report, shown } from '../state/session.js'
import { state } from '../state/store.js'
import { LEAST_CALLS, TIMED_MS } from '../engine/shard.js'
import { CopyButton } from '../parts/copy.jsx'
import { explained } from '../parts/open.js'
import { Sign } from '../parts/signs.jsx'
import { Why } from './speed.jsx'

/** Closes it; the focus returns to what opened it. */
function close() {
    explained.value?.from.focus()
    explained.value = null
}

export function Explain() {
    const box = useRef(/** @type {HTMLDivElement | null} */ (null))
    const { figure, from } = explained.value ?? {}
    useLayoutEffect(() => {
        if (!from || !box.current) return
        const at = from.getBoundingClientRect()
        const { style, offsetWidth, offsetHeight } = box.current
        const below = at.bottom + 8
        const fits = below + offsetHeight < window.innerHeight || at.top < offsetHeight + 8
        style.left = `${Math.max(16, Math.min(at.left, document.documentElement.clientWidth - offsetWidth - 16))}px`
        style.top = `${window.scrollY + (fits ? below : at.top - offsetHeight - 8)}px`
        box.current.focus({ preventScroll: true })
        const away = (/** @type {PointerEvent} */ event) => {
            const target = /** @type {Node} */ (event.target)
            if (!box.current?.contains(target) && !from.contains(target)) explained.value = null
        }
        const leave = (/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && close()
        addEventListener('pointerdown', away)
        addEventListener('keydown', leave)
        return () => {
            removeEventListener('pointerdown', away)
            removeEventListener('keydown', leave)
        }
    }, [from])
    if (!figure) return null
    const isMeasured = figure.sign === 'measured'
    return (
        <div class="popover" role="dialog" aria-label={`About ${figure.label}`} tabIndex={-1} ref={box}>
            <h3>
                {figure.label} <Sign kind={figure.sign} />
            </h3>
            <p>{figure.about}</p>
            <dl>
                <dt>Source</dt>
                <dd>
                    {figure.source ??
                        (isMeasured
                            ? 'measured on this data, in this page'
                            : 'computed from the spec, rows and dim alone')}
                </dd>
                <dt>Conditions</dt>
                <dd>{figure.conditions ?? conditions(data.value, report.value, state.value)}</dd>
                {figure.range && (
                    <>
                        <dt>Interval</dt>
                        <dd>95 %, bootstrap over queries</dd>
                    </>
                )}
                {figure.truth && (
                    <>
                        <dt>Truth</dt>
                        <dd>exact search over the original vectors</dd>
                    </>
                )}
                {figure.timed && (
                    <>
                        <dt>Timing</dt>
                        <dd>
                            {device.value}; the least of {LEAST_CALLS} or more runs, or of one that takes more than{' '}
                            {TIMED_MS} ms
                        </dd>
                    </>
                )}
            </dl>
            {figure.timed && <Why stage={figure.timed} />}
            <div class="row">
                <CopyButton text={() => figure.command ?? command(data.value, state.value, shown.value)}>
                    Copy command
                </CopyButton>
                <button class="button" onClick={close}>
                    Close
                </button>
            </div>
        </div>
    )
}
