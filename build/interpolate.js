// What d3-scale is given for d3-interpolate (vite.shared.js): the page's scales map numbers to numbers, so that the
// ways between colours, dates and texts stay out of it.

/** @type {(a: number, b: number) => (t: number) => number} */
export const interpolateNumber = (a, b) => t => a * (1 - t) + b * t

/** @type {(a: number, b: number) => (t: number) => number} */
export const interpolateRound = (a, b) => t => Math.round(a * (1 - t) + b * t)

export { interpolateNumber as interpolate }

/** Of sequential scales, which the page has none of. */
export const piecewise = undefined
