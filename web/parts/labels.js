// Where the labels of a chart go: each beside its point, none over another label or over a point. Layout alone.

/**
 * @typedef {{ id: string, x: number, y: number, width: number, first: boolean, must: boolean }} Point in pixels; first: before
 *   others; must: even where it covers a point or a line
 * @typedef {{ left: number, right: number, top: number, bottom: number }} Box
 * @typedef {'r' | 'l' | 'u' | 'd' | 'ur' | 'ul' | 'dr' | 'dl'} Side
 */

const HEIGHT = 15
const GAP = 10

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

/**
 * The side each label stands on; a point without room has none. Lines are only crossed by labels that must be.
 * @param {Point[]} points
 * @param {Box} area
 * @param {Box[]} [lines]
 * @returns {Map<string, Side>}
 */
export function placeLabels(points, area, lines = []) {
    const dots = points.map(p => ({ id: p.id, left: p.x - 7, right: p.x + 7, top: p.y - 7, bottom: p.y + 7 }))
    /** @type {Box[]} */
    const taken = []
    /** @type {Map<string, Side>} */
    const sides = new Map()
    const rank = (/** @type {Point} */ p) => (p.must ? 0 : p.first ? 1 : 2)
    const order = points.slice().sort((p, q) => rank(p) - rank(q))
    for (const point of order) {
        const boxes = /** @type {[Side, Box][]} */ (
            Object.entries(PLACES).map(([side, place]) => [side, place(point, point.width)])
        ).filter(([, at]) => within(at, area) && !taken.some(other => meet(at, other)))
        const clear = boxes.filter(([, at]) => !dots.some(dot => dot.id !== point.id && meet(at, dot)))
        const best = clear.find(([, at]) => !lines.some(line => meet(at, line)))
        const found = best ?? (point.must ? (clear[0] ?? boxes[0]) : undefined)
        if (!found) continue
        sides.set(point.id, found[0])
        taken.push(found[1])
    }
    return sides
}
