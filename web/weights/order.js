// Which tensors are shown, in which order: by name, by a column, or those first that suffer most.

/**
 * @typedef {import('./session.js').Weight} Weight
 * @typedef {import('./session.js').Found} Found
 * @typedef {import('./session.js').WeightResult} WeightResult
 * @typedef {{ weight: Weight, found: Found | undefined }} Row
 * @typedef {number | null | undefined} Maybe
 */

/** Names that a pattern matches: * is any text, ? any character; without them it is part of a name. @type {(pattern: string) => (name: string) => boolean} */
export function globOf(pattern) {
    const text = pattern.trim()
    const isGlob = /[*?]/.test(text)
    const source = text
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replace(/\*+/g, '.*')
        .replaceAll('?', '.')
    const matcher = new RegExp(isGlob ? `^${source}$` : source, 'is')
    return name => matcher.test(name)
}

/** @type {(result: WeightResult | undefined) => Maybe} */
const sqnrOf = result =>
    result?.error ? (result.error.sqnr_db ?? (result.error.mse === 0 ? Infinity : null)) : null

/** The figure of a spec that is shown. @type {(result: WeightResult | undefined, cell: string) => Maybe} */
export const figureOf = (result, cell) =>
    cell === 'cosine' ? result?.error?.cosine_mean : cell === 'bytes' ? result?.bytes?.total : sqnrOf(result)

/** The least SQNR of a tensor by any of the specs: how much it suffers. @type {(row: Row, specs: string[]) => Maybe} */
export function leastOf({ found }, specs) {
    const values = specs.map(spec => sqnrOf(found?.results.get(spec))).filter(value => value != null)
    return values.length ? Math.min(...values) : null
}

/** @type {(row: Row, column: string, cell: string) => Maybe | string} */
function keyOf({ weight, found }, column, cell) {
    if (column === 'name') return weight.name
    if (column === 'size') return weight.rows * weight.dim
    if (column === 'bytes') return weight.bytes
    if (column === 'largest') return found?.facts?.largest_sigma
    if (column === 'kurtosis') return found?.facts?.excess_kurtosis
    return figureOf(found?.results.get(column), cell)
}

/** The rows in order; those without the figure stay last, as they are in the file. @type {(rows: Row[], rank: string, cell: string, specs: string[]) => Row[]} */
export function ranked(rows, rank, cell, specs) {
    const sign = rank.startsWith('-') ? -1 : 1
    const column = rank.replace(/^-/, '')
    const keys = new Map(rows.map(row => [row, column ? keyOf(row, column, cell) : leastOf(row, specs)]))
    return rows.toSorted((x, y) => {
        const [p, q] = [keys.get(x), keys.get(y)]
        if (p == null || q == null) return Number(p == null) - Number(q == null)
        return p === q ? 0 : sign * (p < q ? -1 : 1)
    })
}

/** The next order of a column that is pressed: of its first end, of the other, then by who suffers most. @type {(rank: string, column: string, descending: boolean) => string} */
export function nextRank(rank, column, descending) {
    const [first, second] = descending ? [`-${column}`, column] : [column, `-${column}`]
    return rank === first ? second : rank === second ? '' : first
}

/** The ends of what a spec leaves of the tensors, in dB. @type {(rows: Row[], spec: string) => [number, number] | null} */
export function endsOf(rows, spec) {
    const values = rows
        .map(({ found }) => sqnrOf(found?.results.get(spec)))
        .filter(value => value != null && Number.isFinite(value))
    return values.length
        ? [Math.min(.../** @type {number[]} */ (values)), Math.max(.../** @type {number[]} */ (values))]
        : null
}

/** What a tensor is part of, by the first number in its name: its layer, or what it is called in every layer. @type {Record<string, (name: string) => string>} */
export const GROUPS = {
    layer: name => /^(.*?(?:^|[._])\d+)(?:[._]|$)/.exec(name)?.[1] ?? 'other',
    role: name => name.replace(/(^|[._])\d+(?=[._]|$)/g, '$1*'),
}

/** Rows by group, each in the order given; without a grouping one without a name. @type {(rows: Row[], by: string) => { name: string, rows: Row[] }[]} */
export function grouped(rows, by) {
    const nameOf = GROUPS[by]
    if (!nameOf) return [{ name: '', rows }]
    const groups = new Map(/** @type {[string, Row[]][]} */ ([]))
    for (const row of rows) {
        const name = nameOf(row.weight.name)
        groups.set(name, [...(groups.get(name) ?? []), row])
    }
    const list = [...groups].map(([name, rows]) => ({ name, rows }))
    return by === 'layer' ? list.toSorted((x, y) => x.name.localeCompare(y.name, 'en', { numeric: true })) : list
}
