// The small signs of the page: measured, computed, the letters A and B, the shape of a family, and a few icons.
import { explain } from './open.js'

/** @param {{ kind: 'measured' | 'computed' }} props */
export function Sign({ kind }) {
    return (
        <svg class="sign" viewBox="0 0 12 8" role="img" aria-label={kind}>
            {kind === 'measured' ? (
                <>
                    <path d="M1 1v6M11 1v6M1 4h10" />
                    <circle cx="6" cy="4" r="2" />
                </>
            ) : (
                <path d="M2.5 2.5h7M2.5 5.5h7" />
            )}
        </svg>
    )
}

/** A figure's sign as the button that explains it. @param {{ figure: import('./open.js').Explained, label?: boolean }} props */
export function About({ figure, label = false }) {
    return (
        <button class="about" aria-haspopup="dialog" onClick={event => explain(figure, event.currentTarget)}>
            {label ? figure.label : <span class="hidden">Explain {figure.label},</span>}
            <Sign kind={figure.sign} />
        </button>
    )
}

/** @param {{ side: 'A' | 'B' }} props */
export const Letter = ({ side }) => <span class={`letter ${side}`}>{side}</span>

/** @type {Record<string, string>} */
const SHAPES = {
    float: 'M6 1.6A4.4 4.4 0 106 10.4 4.4 4.4 0 106 1.6z',
    integer: 'M2 2h8v8H2z',
    block: 'M6 .8L11.2 6 6 11.2.8 6z',
    codebook: 'M6 1l5.2 9.2H.8z',
    'few bits': 'M6 11L.8 1.8h10.4z',
    product: 'M4.3 1h3.4v3.3H11v3.4H7.7V11H4.3V7.7H1V4.3h3.3z',
    estimate: 'M1 6L10.2.8v10.4z',
    engine: 'M3.2 1.5h5.6L11.4 6 8.8 10.5H3.2L.6 6z',
}

/** @param {{ kind: string, full?: boolean }} props */
export const Shape = ({ kind, full = false }) => (
    <svg class={full ? 'shape full' : 'shape'} viewBox="0 0 12 12" aria-hidden="true">
        <path d={SHAPES[kind] ?? SHAPES.block} />
    </svg>
)

const ICONS = {
    data: 'M2.5 3.5h11M2.5 8h11M2.5 12.5h11M6 3.5v9',
    share: 'M6.5 9.5l3-3M7 4.5l1.6-1.6a2.9 2.9 0 014.1 4.1L11 8.7M9 11.5l-1.6 1.6a2.9 2.9 0 01-4.1-4.1L5 7.3',
    export: 'M2.5 4.5l3.5 3.5-3.5 3.5M8 12h5.5',
    theme: 'M8 2a6 6 0 100 12A6 6 0 008 2zM8 3.4v9.2a4.6 4.6 0 010-9.2z',
    swap: 'M2 5.5h11M10 2.5l3 3-3 3M14 10.5H3M6 7.5l-3 3 3 3',
    options: 'M2 5h6M12 5h2M2 11h2M8 11h6M8 5a2 2 0 104 0 2 2 0 10-4 0M4 11a2 2 0 104 0 2 2 0 10-4 0',
    remove: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
}

/** @param {{ name: keyof typeof ICONS }} props */
export const Icon = ({ name }) => (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true">
        <path d={ICONS[name]} />
    </svg>
)

/** A staircase over a diagonal: levels over what they stand for. */
export const Mark = () => (
    <svg class="mark" viewBox="0 0 20 20" aria-hidden="true">
        <path class="diagonal" d="M2 18L18 2" />
        <path class="stairs" d="M1.5 17.5H6v-5h4.5v-5H15v-5h4" />
    </svg>
)
