// The part of a chart that is shown: two domains, or null for all of it. A box that is dragged, the wheel and keys
// choose it; it never reaches beyond the whole.

/** @typedef {{ x: [number, number], y: [number, number] }} Part */
/** @typedef {{ (value: number): number, invert: (percent: number) => number }} Scale from a domain to 0..100 */

const inOrder = (/** @type {number} */ a, /** @type {number} */ b) =>
    /** @type {[number, number]} */ (a < b ? [a, b] : [b, a])

/** The part between two corners, in per cent of what is shown now. @type {(x: Scale, y: Scale, from: [number, number], to: [number, number]) => Part} */
export const between = (x, y, from, to) => ({
    x: inOrder(x.invert(from[0]), x.invert(to[0])),
    y: inOrder(y.invert(from[1]), y.invert(to[1])),
})

/** What is shown after a zoom about a point: a factor below 1 shows less. @type {(x: Scale, y: Scale, about: [number, number], factor: number, whole: Part) => Part | null} */
export function about(x, y, [px, py], factor, whole) {
    const ends = (/** @type {number} */ at) => [at - at * factor, at + (100 - at) * factor]
    const [[left, right], [top, bottom]] = [ends(px), ends(py)]
    return within(between(x, y, [left, top], [right, bottom]), whole)
}

/** A part that lies within the whole; null when it is all of it. @type {(part: Part, whole: Part) => Part | null} */
export function within(part, whole) {
    const cut = (/** @type {[number, number]} */ [low, high], /** @type {[number, number]} */ [least, most]) =>
        /** @type {[number, number]} */ ([Math.max(low, least), Math.min(high, most)])
    const x = cut(part.x, whole.x)
    const y = cut(part.y, whole.y)
    const isAll = x[0] <= whole.x[0] && x[1] >= whole.x[1] && y[0] <= whole.y[0] && y[1] >= whole.y[1]
    return isAll || !(x[0] < x[1] && y[0] < y[1]) ? null : { x, y }
}

/** Whether a point is shown. @type {(part: Part | null, x: number, y: number) => boolean} */
export const isShown = (part, x, y) =>
    !part || (x >= part.x[0] && x <= part.x[1] && y >= part.y[0] && y <= part.y[1])
