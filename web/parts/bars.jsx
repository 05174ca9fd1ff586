// What stands beside a number: a bar from 0 to its scale's end, or a point with its interval.

const part = (/** @type {number} */ x) => `${(Math.min(1, Math.max(0, x)) * 100).toFixed(2)}%`

/** @param {{ share: number | null | undefined }} props share of the scale, 0 to 1; a bar past it is drawn broken */
export const Bar = ({ share }) => (
    <i
        class={share == null ? 'bar none' : share > 1 ? 'bar past' : 'bar'}
        style={{ '--v': share != null && Number.isFinite(share) ? part(share) : '0%' }}
        aria-hidden="true"
    />
)

/** A value before the scale's start is drawn at its foot as an arrow. @param {{ value: number | null | undefined, range?: [number, number] | null, scale: (x: number) => number }} props */
export const Interval = ({ value, range, scale }) =>
    value == null ? (
        <i class="interval none" aria-hidden="true" />
    ) : (
        <i
            class={scale(value) < 0 ? 'interval before' : 'interval'}
            style={{
                '--v': part(scale(value)),
                '--l': part(scale(range?.[0] ?? value)),
                '--w': part(scale(range?.[1] ?? value) - scale(range?.[0] ?? value)),
            }}
            aria-hidden="true"
        />
    )
