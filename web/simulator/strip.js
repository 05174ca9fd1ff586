// Which dims of a row a strip shows at once.

export const WINDOW = 64

/** Where the strip that holds a dim begins. @type {(dim: number, dims: number) => number} */
export const windowOf = (dim, dims) => Math.max(0, Math.min(dim - (dim % WINDOW), dims - WINDOW))
