// What the page shows, as one plain object that equals the URL hash. No data and no result is in it.
import { VIEWS } from '../views.js'

/**
 * @typedef {object} State
 * @property {string} view one of VIEWS
 * @property {string} a spec of A; empty: the core's first pair
 * @property {string} b spec of B; empty: the core's first pair
 * @property {string[]} specs those compared; empty: the core's defaults
 * @property {string} metric
 * @property {number} k neighbours that count
 * @property {number} seed
 * @property {number} query chosen query, from 1; 0: the one that the data opens with
 * @property {boolean} more simulator: whether the options of A are open
 * @property {boolean} both simulator: whether B is compared with A
 * @property {number} pick simulator: the row whose values are shown, from 0; -1: the one nearest to the query
 * @property {string} sort column, with a leading minus when descending; empty: the order given
 * @property {string} filter
 * @property {boolean} disk whether kept originals count in the chart
 * @property {number} vectors what fits: how many vectors
 * @property {string} memory what fits: memory, as typed
 * @property {string} space what fits: disk, as typed
 * @property {number} least what fits: least recall
 * @property {string} value bits: the value, as typed
 * @property {string} row bits: the spec that is spoken of; empty: the first beside the reference
 * @property {string} code bits: a code that was set by hand, its spec, and the bits of the value it replaces; empty: none
 * @property {string} find bits: which formats
 * @property {boolean} every bits: whether blocks stand there too
 * @property {string[]} looks bits: specs beside the formats
 * @property {string} block bits: spec of the block; empty: the first format of small blocks
 * @property {number} vector bits: the row of the data, from 0, that the block is taken from; -1: the value itself
 * @property {number} count bits: values of the block where the format doesn't say; 0: the first choice
 * @property {string} order bits: column of the ranges, as sort
 * @property {string} range range: the spec whose range is looked at; empty: the core's choice
 * @property {string} lo range: lower end when set by hand; empty: the rule's
 * @property {string} hi range: upper end when set by hand; empty: the rule's
 * @property {string} tensor range, bits: the tensor that is looked at; empty: the largest of the file
 * @property {number} dim range: the dim that is looked at, from 0, where each has its scale
 * @property {number} line range: the row that is looked at, from 0, where each has its scale
 * @property {string} file the person's own file that is open, as linked-file.js reads it; empty: the demo
 * @property {number} group range: its block, from 0, where each has its scale
 * @property {string[]} plan plan: the lines of the question, NAME=VALUE
 * @property {number} device plan: memory of the device, in GB
 * @property {string} fit plan: the spec that is spoken of; empty: the first that fits on a smaller device
 * @property {number} width plan: dims of the index
 * @property {string[]} weigh weights: the specs that are measured; empty: the core's choice
 * @property {string} cell weights: which figure of a spec is shown
 * @property {string} glob weights: names of tensors, with * and ?
 * @property {string} rank weights: column, as sort; empty: who suffers most
 * @property {string} by weights: how tensors are grouped: layer or role; empty: not at all
 * @property {string} one weights: the spec of a narrow page; empty: the last
 * @property {string} net networks: the demo network; empty: the first
 * @property {string} ra networks: recipe of A; empty: the first pair's
 * @property {string} rb networks: recipe of B
 * @property {number} picture networks: the test picture that is chosen; -1: the first whose answer changed
 * @property {string} lesson learn: the lesson that is come to
 * @property {string} claim learn: the number of the claim that is come to
 * @property {string} topic learn: which claims are shown; empty: all
 * @property {string} seek learn: what claims are filtered by
 * @property {string} kind networks: which changes are shown: lost, gained or wrong
 */

/** @type {Readonly<State>} */
export const INITIAL = Object.freeze({
    view: VIEWS[0].name,
    a: '',
    b: '',
    specs: [],
    metric: 'cosine',
    k: 10,
    seed: 0,
    query: 0,
    more: false,
    both: false,
    pick: -1,
    sort: '',
    filter: '',
    disk: true,
    vectors: 1_000_000,
    memory: '300 MB',
    space: '0 MB',
    least: 0.95,
    value: '0.7265',
    row: '',
    code: '',
    find: '',
    every: false,
    looks: [],
    block: '',
    vector: 0,
    count: 0,
    order: '',
    range: '',
    lo: '',
    hi: '',
    tensor: '',
    dim: 0,
    line: 0,
    group: 0,
    file: '',
    plan: [],
    device: 16,
    fit: '',
    width: 768,
    weigh: [],
    cell: 'sqnr',
    glob: '',
    rank: '',
    by: '',
    one: '',
    net: '',
    ra: '',
    rb: '',
    picture: -1,
    kind: 'lost',
    lesson: '',
    claim: '',
    topic: '',
    seek: '',
})

/** What the whole numbers of a state may be: what the core takes. Ends that depend on the data are held by the views. */
const WHOLE = /** @type {const} */ ({
    k: [1, 100],
    seed: [0, 2 ** 32 - 1],
    query: [0, 1e6],
    vectors: [1, 1e12],
    vector: [-1, 1e9],
    count: [0, 256],
    dim: [0, 1e9],
    line: [0, 1e9],
    group: [0, 1e9],
    pick: [-1, 1e9],
    width: [1, 1048576],
    picture: [-1, 1e9],
})
const METRICS = ['cosine', 'ip', 'l2']
const CELLS = ['sqnr', 'cosine', 'bytes']
const KINDS = ['lost', 'gained', 'wrong']
/** The most specs in one list. */
const MOST_SPECS = 200

/** The nearest state that is allowed. @type {(state: State) => State} */
export function clamp(state) {
    const allowed = /** @type {any} */ ({ ...state })
    for (const [key, [low, high]] of Object.entries(WHOLE))
        allowed[key] = Math.min(high, Math.max(low, Math.round(allowed[key]))) + 0 // no -0
    if (!(allowed.device > 0 && allowed.device <= 1e6)) allowed.device = INITIAL.device
    allowed.least = Math.min(1, Math.max(0, allowed.least)) + 0
    if (!METRICS.includes(allowed.metric)) allowed.metric = INITIAL.metric
    if (!CELLS.includes(allowed.cell)) allowed.cell = INITIAL.cell
    if (!KINDS.includes(allowed.kind)) allowed.kind = INITIAL.kind
    for (const key of /** @type {const} */ (['specs', 'looks', 'plan', 'weigh']))
        allowed[key] = [...new Set(allowed[key])].slice(0, MOST_SPECS)
    return allowed
}

/**
 * @typedef {{ type: 'set', values: Partial<State> }
 *   | { type: 'choose', side: 'a' | 'b', spec: string, pair: [string, string] }
 *   | { type: 'swap', pair: [string, string] }
 *   | { type: 'add', spec: string, shown: string[] }
 *   | { type: 'remove', spec: string, shown: string[] }
 *   | { type: 'sort', column: string, descending: boolean }} Action pair and shown: what is on screen now
 */

/** The state after an action. @type {(state: State, action: Action) => State} */
export function reduce(state, action) {
    switch (action.type) {
        case 'set':
            return clamp({ ...state, ...action.values })
        case 'choose': {
            const [a, b] = action.pair
            const other = action.side === 'a' ? b : a
            if (action.spec === other) return { ...state, a: b, b: a }
            return { ...state, a, b, [action.side]: action.spec }
        }
        case 'swap':
            return { ...state, a: action.pair[1], b: action.pair[0] }
        case 'add':
            return { ...state, specs: [...action.shown.filter(spec => spec !== action.spec), action.spec] }
        case 'remove':
            return { ...state, specs: action.shown.filter(spec => spec !== action.spec) }
        case 'sort': {
            const [same, reverse] = [action.column, `-${action.column}`]
            const [first, second] = action.descending ? [reverse, same] : [same, reverse]
            return { ...state, sort: state.sort === first ? second : state.sort === second ? '' : first }
        }
    }
}

/** Percent-encoding that leaves what specs are made of readable. */
const encode = (/** @type {string} */ text) =>
    encodeURIComponent(text.replace(/\p{Surrogate}/gu, '')).replace(/%(3A|2C|3D|3B|20)/g, code =>
        code === '%20' ? '+' : decodeURIComponent(code),
    )

const decode = (/** @type {string} */ text) => {
    try {
        return decodeURIComponent(text.replaceAll('+', ' '))
    } catch {
        return ''
    }
}

const keys = /** @type {Exclude<keyof State, 'view'>[]} */ (Object.keys(INITIAL).filter(key => key !== 'view'))

/** The hash of a state, without values that are as at first. @type {(state: State) => string} */
export function toHash(state) {
    const parts = keys
        .filter(key => String(state[key]) !== String(INITIAL[key]))
        .map(key => {
            const value = state[key]
            return `${key}=${encode(Array.isArray(value) ? value.join(';') : String(value))}`
        })
    return `#${state.view}${parts.length ? '?' : ''}${parts.join('&')}`
}

/** The state of a hash; what cannot be read is as at first. @type {(hash: string) => State} */
export function fromHash(hash) {
    const [name, query = ''] = hash.replace(/^#/, '').split(/\?(.*)/s)
    /** @type {Record<string, any>} */
    const state = { ...INITIAL, view: VIEWS.find(view => view.name === name)?.name ?? INITIAL.view }
    for (const part of query.split('&')) {
        const [key, text] = part.split(/=(.*)/s)
        const first = INITIAL[/** @type {keyof State} */ (key)]
        if (key === 'view' || first === undefined || text === undefined) continue
        const value = decode(text)
        if (Array.isArray(first)) state[key] = value.split(';').filter(Boolean)
        else if (typeof first === 'boolean') state[key] = value === 'true'
        else if (typeof first === 'string') state[key] = value
        else if (value.trim() !== '' && Number.isFinite(Number(value))) state[key] = Number(value)
    }
    return clamp(/** @type {State} */ (state))
}
