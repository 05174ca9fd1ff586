// Where the labels of a chart go: each beside its point, none over another label or over a point. Layout alone.

/**
 * @typedef {{ id: string, x: number, y: number, text: string, must: boolean }} Point in pixels; must: is labelled first
 * @typedef {{ left: number, right: number, top: number, bottom: number }} Box
 * @typedef {'r' | 'l' | 'u' | 'd' | 'ur' | 'ul' | 'dr' | 'dl'} Side
 */

const LETTER = 6.4
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

/**
 * The side each label stands on; a point without room has none.
 * @param {Point[]} points
 * @param {Box} area
 * @returns {Map<string, Side>}
 */
export function placeLabels(points, area) {
    const dots = points.map(p => ({ id: p.id, left: p.x - 7, right: p.x + 7, top: p.y - 7, bottom: p.y + 7 }))
    /** @type {Box[]} */
    const taken = []
    /** @type {Map<string, Side>} */
    const sides = new Map()
    const order = [...points.filter(p => p.must), ...points.filter(p => !p.must)]
    for (const point of order) {
        const width = point.text.length * LETTER
        const free = /** @type {Side[]} */ (Object.keys(PLACES)).find(side => {
            const at = PLACES[side](point, width)
            const inside =
                at.left >= area.left && at.right <= area.right && at.top >= area.top && at.bottom <= area.bottom
            return (
                inside &&
                !taken.some(other => meet(at, other)) &&
                !dots.some(dot => dot.id !== point.id && meet(at, dot))
            )
        })
        if (!free) continue
        sides.set(point.id, free)
        taken.push(PLACES[free](point, width))
    }
    return sides
}
