// The answer for one query, as rows: the true first k in order, then what came in for A or B, nearest first.

/**
 * @typedef {object} Neighbour
 * @property {number} row
 * @property {number | null} rank in the true order, from 1; null beyond the depth kept
 * @property {number | null} score the true one
 * @property {number | null} placeA in the order of A, from 1
 * @property {number | null} placeB
 * @property {boolean} lostA
 * @property {boolean} lostB
 * @property {boolean} came whether it is none of the true first k
 */

/** A curve that leaves and arrives level. @type {(x: number, y: number, toX: number, toY: number) => string} */
export const link = (x, y, toX, toY) => `M${x} ${y}C${(x + toX) / 2} ${y} ${(x + toX) / 2} ${toY} ${toX} ${toY}`

/**
 * The same of one spec: the true first k, those of them that it lost, and what came in for them.
 * @param {any} near
 * @param {string} spec
 * @param {number} k
 */
export function neighboursOf(near, spec, k) {
    const rows = neighbourRows(near, spec, spec, k)
    return rows && { ...rows, lost: rows.truth.filter(one => one.lostA) }
}

/**
 * @param {any} near
 * @param {string} a
 * @param {string} b
 * @param {number} k
 * @returns {{ truth: Neighbour[], came: Neighbour[] } | null}
 */
export function neighbourRows(near, a, b, k) {
    const of = (/** @type {string} */ spec) =>
        near?.results.find((/** @type {{ spec: string, rows?: number[] }} */ one) => one.spec === spec && one.rows)
    const [inA, inB] = [of(a), of(b)]
    if (!inA || !inB) return null
    const place = (/** @type {any} */ result, /** @type {number} */ row) => result.rows.indexOf(row) + 1 || null
    const neighbour = (/** @type {number} */ row, /** @type {Partial<Neighbour>} */ known) => {
        const [placeA, placeB] = [place(inA, row), place(inB, row)]
        return { row, rank: null, score: null, came: true, lostA: false, lostB: false, placeA, placeB, ...known }
    }
    const rows = near.truth.rows.slice(0, k)
    const truth = rows.map((/** @type {number} */ row, /** @type {number} */ i) => ({
        ...neighbour(row, { rank: i + 1, score: near.truth.scores[i], came: false }),
        lostA: !place(inA, row),
        lostB: !place(inB, row),
    }))
    const others = new Map()
    for (const result of [inA, inB])
        result.rows.forEach((/** @type {number} */ row, /** @type {number} */ i) => {
            if (!rows.includes(row))
                others.set(row, neighbour(row, { rank: result.ranks[i], score: result.scores[i] }))
        })
    const far = (/** @type {Neighbour} */ one) => one.rank ?? Infinity
    const came = [...others.values()].sort((x, y) => (far(x) === far(y) ? x.row - y.row : far(x) - far(y)))
    return { truth, came }
}
