// How a link names a person's own file: its name, its shape and its digest.

/** How a link names a file: "mine.npy 1500x16 0a1b2c3d". @type {(name: string, rows: number, dim: number, digest: string) => string} */
export const fileLabel = (name, rows, dim, digest) => `${name} ${rows}x${dim} ${digest}`

/** @type {(label: string) => { name: string, rows: number, dim: number, digest: string } | null} */
export function readLabel(label) {
    const [match, name, rows, dim, digest] = /^(.+) (\d{1,15})x(\d{1,9}) ([0-9a-f]{8})$/.exec(label) ?? []
    return match === undefined ? null : { name, rows: Number(rows), dim: Number(dim), digest }
}
