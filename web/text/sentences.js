// Words and sentences that several views have, put together from reported figures.
import * as write from './numbers.js'

export const UNSEARCHED = 'There are too few vectors to search.'

/** @type {Record<string, string>} */
const FAMILIES = {
    float: 'floats',
    integer: 'integers',
    block: 'blocks',
    codebook: 'codebooks',
    'few bits': '1 and 2 bits',
    product: 'product codes',
    estimate: 'estimates',
    engine: 'engines’ own',
}

/** A family of formats, as a legend names it. @type {(family: string) => string} */
export const familyName = family => FAMILIES[family] ?? family

/** @typedef {{ of: number, lost: [number, number][] }} Lost true neighbours in all, and those lost by query and rank */

/** The lost neighbours of a spec, as the sentences take them. @type {(answer: any, spec: string) => Lost | null} */
export function lostOf(answer, spec) {
    const result = answer?.results.find((/** @type {{ spec: string }} */ one) => one.spec === spec)
    return result?.lost ? { of: answer.queries * answer.k, lost: result.lost } : null
}

/** Under which conditions the figures were got. @type {(data: import('../state/session.js').Data | null, report: any, state: import('../state/state.js').State) => string} */
export function conditions(data, report, state) {
    if (!data) return 'no data yet'
    const { rows = data.base.rows, dim = data.base.dim, queries } = report?.data ?? {}
    const asked = queries ?? data.queries?.rows
    const from =
        data.base.rows < data.base.fileRows
            ? ` of ${write.count(data.base.fileRows)}, evenly sampled; row numbers count the sample`
            : ''
    return [
        data.base.part ? `${data.base.part}: ` : '',
        `${write.plural(rows, 'vector')}${from}, ${write.plural(dim, 'dim')}`,
        asked == null ? '' : `, ${write.plural(asked, 'query')}`,
        `, k ${state.k}, ${write.metricName(state.metric)}, seed ${state.seed}`,
    ].join('')
}

/** A word of a command line. */
export const quote = (/** @type {string} */ text) =>
    /^[\w.:=,/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

/** The command that measures the same. @type {(data: import('../state/session.js').Data | null, state: import('../state/state.js').State, shown: { specs: string[] } | null) => string} */
export function command(data, state, shown) {
    const base = data?.base.name ?? 'vectors.npy'
    const part = data?.base.part ? `--tensor ${quote(data.base.part)} ` : ''
    const queries = data?.queries ? `-q ${quote(data.queries.name)} ` : ''
    const specs = (shown?.specs ?? []).map(spec => `-s ${quote(spec)}`).join(' ')
    return `quantscope sweep ${quote(base)} ${part}${queries}${specs} -k ${state.k} --metric ${state.metric} --seed ${state.seed}`
}
