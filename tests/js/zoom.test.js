// The part of a chart that is shown: within the whole, and all of it is no part.
import { scaleLinear, scaleLog } from 'd3-scale'
import { expect, test } from 'vitest'
import { about, between, isShown, within } from '../../web/compare/zoom.js'

/** @type {import('../../web/compare/zoom.js').Part} */
const whole = { x: [1, 10000], y: [0.5, 1] }
const x = scaleLog(whole.x, [0, 100])
const y = scaleLinear(whole.y, [100, 0])

test('a box shows what lies in it, from whichever corner it is dragged', () => {
    const part = between(x, y, [25, 0], [75, 50])
    expect(part.x[0]).toBeCloseTo(10)
    expect(part.x[1]).toBeCloseTo(1000)
    expect(part.y).toEqual([0.75, 1])
    expect(between(x, y, [75, 50], [25, 0])).toEqual(part)
    expect(isShown(part, 100, 0.8)).toBe(true)
    expect(isShown(part, 100, 0.7)).toBe(false)
    expect(isShown(null, -1, -1)).toBe(true)
})

test('zooming keeps the point it is about in its place, and out again is the whole', () => {
    const part = about(x, y, [25, 40], 0.5, whole)
    if (!part) throw new Error('no part')
    const [nx, ny] = [scaleLog(part.x, [0, 100]), scaleLinear(part.y, [100, 0])]
    expect(nx(x.invert(25))).toBeCloseTo(25)
    expect(ny(y.invert(40))).toBeCloseTo(40)
    expect(about(nx, ny, [25, 40], 4, whole)).toBeNull()
    expect(within({ x: [0.1, 1e9], y: [0, 2] }, whole)).toBeNull()
    expect(within({ x: [20000, 30000], y: [0.6, 0.7] }, whole)).toBeNull()
})
