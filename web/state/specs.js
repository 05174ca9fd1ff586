// Which specs are on screen, and what the core says of each without any data: its options, its ledger, its shape.
import { readFloats } from '../data/table.js'

/**
 * @typedef {object} Defaults
 * @property {string[]} specs well-known specs, the reference first
 * @property {{ title: string, a: string, b: string }[]} pairs
 * @property {string} range a spec whose range is worth a look
 * @property {{ spec: string, use?: string, source?: string }[]} stops from float32 to one bit
 * @property {string} stop the one to begin with
 * @property {string[]} weights for the tensors of a model
 *
 * @typedef {object} Ledger bytes of the rows at hand
 * @property {number} codes
 * @property {number} scales
 * @property {number} zeros
 * @property {number} padding
 * @property {number} params
 * @property {number} total
 * @property {number} per_row
 * @property {number} bits_per_value
 * @property {number} originals
 *
 * @typedef {{ name: string, title: string, family: string, bits: number, block: number }} Format
 * @typedef {{ name: string, value: string | number, default: string | number, help: string, applies: boolean,
 *   values?: string[], low?: number, high?: number, whole?: boolean }} Option
 * @typedef {{ spec: string, format: { name: string, title: string, family: string, bits: number, rule?: string }, options: Option[] }} SpecInfo
 */

/** Remembers answers that never change. @type {<T>(ask: (text: string) => T) => (text: string) => T} */
function remember(ask) {
    const known = new Map()
    return text => {
        if (!known.has(text)) known.set(text, ask(text))
        return known.get(text)
    }
}

/** What can be known of specs from a core. @param {import('../engine/wasm.js').Core} core */
export function bookOf(core) {
    const info = remember(spec => {
        try {
            return { info: /** @type {SpecInfo} */ (core.json('qs_spec_json', spec)) }
        } catch (error) {
            return { problem: /** @type {import('../engine/wasm.js').CoreError} */ (error).details }
        }
    })
    const choice = remember(spec => {
        try {
            return { isFitted: core.call('qs_range_check', spec) > 0 }
        } catch (error) {
            return { problem: /** @type {import('../engine/wasm.js').CoreError} */ (error).details.message }
        }
    })
    const ledger = remember(key => {
        const [spec, rows, dim] = key.split(' ')
        return /** @type {Ledger} */ (core.json('qs_plan_json', spec, Number(rows), Number(dim)).bytes)
    })
    return {
        defaults: /** @type {Defaults} */ (core.json('qs_defaults_json')),
        formats: /** @type {Format[]} */ (core.json('qs_formats_json', 0).formats),
        info,
        /** What there is to choose for a spec: a range, or levels that are fitted in its place; or that there is nothing. */
        choice,
        /** @type {(spec: string, rows: number, dim: number) => Ledger} */
        ledger: (spec, rows, dim) => ledger(`${spec} ${rows} ${dim}`),
        /** What the core says of one value, one code, a block of values, all ranges. @type {(name: string, ...args: import('../engine/wasm.js').Argument[]) => any} */
        ask: (name, ...args) => core.json(`qs_${name}_json`, ...args),
        /** Row i of a table, as floats. @type {(table: import('../data/table.js').Table, i: number) => Promise<Float32Array>} */
        floats: (table, i) => readFloats(core, table, i),
        /** The canonical form, or nothing for a wrong spec. @type {(spec: string) => string | undefined} */
        canonical: spec => info(spec).info?.spec,
    }
}

/** @typedef {ReturnType<typeof bookOf>} Book */

/**
 * Where a spec is among the stops, as a number of stops from the first: of one that is none, by the bits of its codes.
 * @type {(book: Book, spec: string) => { at: number, isStop: boolean }}
 */
export function placeAmongStops(book, spec) {
    const { stops } = book.defaults
    const at = stops.findIndex(stop => stop.spec === spec)
    if (at >= 0) return { at, isStop: true }
    const bitsOf = (/** @type {string} */ one) => book.info(one).info?.format.bits ?? 0
    const bits = stops.map(stop => bitsOf(stop.spec))
    const mine = Math.min(bits[0], Math.max(bits[bits.length - 1], bitsOf(spec)))
    const next = Math.max(
        1,
        bits.findIndex(one => one <= mine),
    )
    return { at: next - (mine - bits[next]) / (bits[next - 1] - bits[next]), isStop: false }
}

/** A spec and all stops, those nearest to it first. @type {(book: Book, spec: string) => string[]} */
export function stopsFrom(book, spec) {
    const from = placeAmongStops(book, spec).at
    const far = (/** @type {number} */ at) => Math.abs(at - from)
    const order = book.defaults.stops.map((stop, at) => ({ spec: stop.spec, far: far(at) }))
    order.sort((x, y) => x.far - y.far)
    return [...new Set([spec, ...order.map(one => one.spec)])].filter(Boolean)
}

/** @type {(format: string, options: string[]) => string} */
const compose = (format, options) => format + (options.length ? `:${options.join(',')}` : '')

/**
 * The spec with one option changed, or with another format: of the other options those stay that can be taken.
 * @param {Book} book
 * @param {SpecInfo} info
 * @param {{ format?: string, option?: string, value?: string | number }} change
 */
export function changed(book, info, { format = info.format.name, option, value }) {
    const options = option ? [`${option}=${value}`] : []
    for (const other of info.options) {
        if (other.name === option || String(other.value) === String(other.default)) continue
        const more = [...options, `${other.name}=${other.value}`]
        if (book.canonical(compose(format, more))) options.push(more[more.length - 1])
    }
    const spec = compose(format, options)
    return book.canonical(spec) ?? spec
}

/**
 * The specs to show, in order: the reference, those chosen, A and B; and what is wrong with those that can't be.
 * @param {Book} book
 * @param {{ a: string, b: string, specs: string[] }} state
 */
export function shownSpecs(book, state) {
    const [first] = book.defaults.pairs
    const a = book.canonical(state.a || first.a)
    const b = book.canonical(state.b || first.b)
    const chosen = (state.specs.length ? state.specs : book.defaults.specs).map(book.canonical)
    const list = [book.defaults.specs[0], ...chosen, a, b]
    const wrong = [...new Set([...state.specs, state.a, state.b])].flatMap(spec => {
        const message = spec && book.info(spec).problem?.message
        return message ? [{ spec, message }] : []
    })
    return {
        a: a ?? '',
        b: b ?? '',
        reference: book.defaults.specs[0],
        specs: /** @type {string[]} */ ([...new Set(list.filter(Boolean))]),
        wrong,
    }
}
