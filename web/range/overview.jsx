// All of the data, small, with a frame around what is drawn large.
import { outline, percent, place, short } from './labels.js'
import { frame, survey } from './session.js'

export function Overview() {
    const [known, seen] = [survey.value, frame.value]
    if (!known || !seen) return null
    const { whole } = known
    const all = { lo: Math.min(whole.lo, seen.lo), hi: Math.max(whole.hi, seen.hi) }
    const [left, right] = [place(all, seen.lo), place(all, seen.hi)]
    const [from, to] = [place(all, whole.lo), place(all, whole.hi)]
    return (
        <div class="overview" aria-hidden="true">
            <div>
                <svg
                    viewBox="0 0 100 100"
                    preserveAspectRatio="none"
                    style={{ left: percent(from), width: percent(to - from) }}
                >
                    <path class="bars" d={outline(whole.counts, Math.max(...whole.counts))} />
                </svg>
                <i style={{ left: percent(left), width: percent(right - left) }} />
            </div>
            <p>
                all values, {short(whole.min)} to {short(whole.max)}; the frame marks the part drawn above
            </p>
        </div>
    )
}
