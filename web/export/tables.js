// Tables of the page as data: what stands in them, and as CSV, Markdown and JSON.

/** @typedef {{ title: string, head: string[], rows: string[][] }} TableData */

/** What a cell says: what is for ears alone and what only acts is left out. @param {Element} cell */
function textOf(cell) {
    const copy = /** @type {Element} */ (cell.cloneNode(true))
    copy.querySelectorAll('.hidden, .hollow, svg, select, [aria-hidden="true"]').forEach(one => one.remove())
    const fields = [...copy.querySelectorAll('input')].map(one => one.value)
    return [copy.textContent ?? '', ...fields].join(' ').replace(/\s+/g, ' ').trim()
}

/** A row's cells, one that is wide as often as it is wide. @param {Element} row */
const cellsOf = row =>
    [...row.children].flatMap(cell =>
        Array(Math.max(1, Number(cell.getAttribute('colspan') ?? 1))).fill(textOf(cell)),
    )

/** @type {(table: HTMLTableElement) => TableData} */
export function readTable(table) {
    const title = table.caption?.textContent?.trim() || table.getAttribute('aria-label') || 'Table'
    const heads = [...table.querySelectorAll('thead tr')].map(cellsOf)
    const rows = [...table.querySelectorAll('tbody tr')].map(cellsOf)
    const last = heads[heads.length - 1] ?? []
    const above = heads.length > 1 && heads[0].length === last.length ? heads[0] : []
    const head = last.map((text, i) =>
        [above[i], text].filter((one, k, all) => one && all.indexOf(one) === k).join(' '),
    )
    return { title, head, rows }
}

/** 2,048, −0.5 and 3.98× as programs read them; anything else as it is. @param {string} text */
export function plainNumber(text) {
    const bare = text.replaceAll(',', '').replace('−', '-').replace('e−', 'e-').replace(/×$/, '')
    return /^-?\d+(\.\d+)?(e-?\d+)?$/.test(bare) ? bare : text
}

const quoted = (/** @type {string} */ text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** @type {(table: TableData) => string} */
export const asCsv = ({ head, rows }) =>
    [head, ...rows.map(row => row.map(plainNumber))].map(row => row.map(quoted).join(',')).join('\n') + '\n'

/** @type {(table: TableData) => string} */
export function asMarkdown({ head, rows }) {
    const line = (/** @type {string[]} */ cells) =>
        `| ${cells.map(one => one.replaceAll('|', '\\|')).join(' | ')} |`
    return [line(head), line(head.map((_, i) => (i ? '---:' : ':---'))), ...rows.map(line)].join('\n') + '\n'
}

/** @type {(table: TableData) => string} */
export function asJson({ title, head, rows }) {
    const value = (/** @type {string} */ text) => {
        const bare = plainNumber(text)
        return bare === '–' ? null : bare !== '' && Number.isFinite(Number(bare)) ? Number(bare) : text
    }
    const names = head.map((name, i) => name || (i ? `column ${i + 1}` : 'name'))
    const objects = rows.map(row => Object.fromEntries(names.map((name, i) => [name, value(row[i] ?? '')])))
    return JSON.stringify({ title, rows: objects }, null, 2) + '\n'
}

export const FORMATS = [
    { name: 'CSV', end: 'csv', type: 'text/csv', write: asCsv },
    { name: 'Markdown', end: 'md', type: 'text/markdown', write: asMarkdown },
    { name: 'JSON', end: 'json', type: 'application/json', write: asJson },
]
