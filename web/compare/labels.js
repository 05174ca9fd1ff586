// Where the labels of a chart go: each beside its point, none over another label or over a point. Layout alone.

/**
 * @typedef {{ id: string, x: number, y: number, width: number, first: boolean, short: number }} Point in pixels; first: before
 *   others; short: how wide the letter alone is that stands in any case, even over a point or a line; 0: no letter
 * @typedef {{ left: number, right: number, top: number, bottom: number }} Box
 * @typedef {'r' | 'l' | 'u' | 'd' | 'ur' | 'ul' | 'dr' | 'dl'} Side
 */

const HEIGHT = 15
const GAP = 10
/** What is left free between labels. */
const APART = 6

/** @type {Record<Side, (p: Point, w: number) => Box>} */
const PLACES = {
    r: (p, w) => box(p.x + GAP, p.y - HEIGHT / 2, w),
    l: (p, w) => box(p.x - GAP - w, p.y - HEIGHT / 2, w),
    u: (p, w) => box(p.x - w / 2, p.y - GAP - HEIGHT, w),
    d: (p, w) => box(p.x - w / 2, p.y + GAP, w),
    ul: (p, w) => box(p.x - 6 - w, p.y - 6 - HEIGHT, w),
    ur: (p, w) => box(p.x + 6, p.y - 6 - HEIGHT, w),
    dl: (p, w) => box(p.x - 6 - w, p.y + 6, w),
    dr: (p, w) => box(p.x + 6, p.y + 6, w),
}

/** @type {(left: number, top: number, width: number) => Box} */
const box = (left, top, width) => ({ left, top, right: left + width, bottom: top + HEIGHT })

/** @type {(a: Box, b: Box) => boolean} */
const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

/** @type {(at: Box, area: Box) => boolean} */
const within = (at, area) =>
    at.left >= area.left && at.right <= area.right && at.top >= area.top && at.bottom <= area.bottom

/** @type {(at: Box) => Box} */
const around = at => ({ ...at, left: at.left - APART, right: at.right + APART })

/**
 * The side each label stands on, and whether it is its letter alone; a point without room has none. Lines are only
 * crossed by letters.
 * @param {Point[]} points
 * @param {Box} area
 * @param {Box[]} [lines]
 * @returns {Map<string, { side: Side, isShort: boolean }>}
 */
export function placeLabels(points, area, lines = []) {
    const dots = points.map(p => ({ id: p.id, left: p.x - 7, right: p.x + 7, top: p.y - 7, bottom: p.y + 7 }))
    /** @type {Box[]} */
    const taken = []
    /** @type {Map<string, { side: Side, isShort: boolean }>} */
    const sides = new Map()
    const rank = (/** @type {Point} */ p) => (p.short ? 0 : p.first ? 1 : 2)
    const order = points.slice().sort((p, q) => rank(p) - rank(q))
    for (const point of order) {
        const others = dots.filter(dot => dot.id !== point.id)
        /** @type {(width: number, free: Box[]) => [Side, Box] | undefined} */
        const find = (width, free) =>
            /** @type {[Side, Box][]} */ (
                Object.entries(PLACES).map(([side, place]) => [side, place(point, width)])
            ).find(([, at]) => within(at, area) && ![...taken, ...free].some(other => meet(at, other)))
        const whole = find(point.width, [...others, ...lines])
        const short = point.short
            ? (find(point.short, [...others, ...lines]) ?? find(point.short, others) ?? find(point.short, []))
            : undefined
        const found = whole ?? short
        if (!found) continue
        sides.set(point.id, { side: found[0], isShort: !whole })
        taken.push(around(found[1]))
    }
    return sides
}
