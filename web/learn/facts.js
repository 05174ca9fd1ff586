// The figures that lessons and claims are filled with, each asked of the core when a lesson first needs it. A figure is
// undefined while it is measured, and null where the data cannot show it.
import { openTable } from '../data/table.js'
import { NEURAL, TRAINED } from './recipes.js'
import { npy } from './npy.js'

/**
 * @typedef {import('../data/table.js').Table} Table
 * @typedef {import('../state/specs.js').Book} Book
 * @typedef {(method: string, ...args: any[]) => Promise<any>} Ask
 * @typedef {'data' | 'weights' | readonly number[] | readonly (readonly number[])[]} Source the open vectors, a tensor of weights, or numbers of a claim
 * @typedef {object} Given what facts are got from
 * @property {import('../engine/wasm.js').Core} core
 * @property {Book} book
 * @property {import('../data/data.js').Data} data
 * @property {{ k: number, metric: string, seed: number }} question
 * @property {(spec: string) => any} resultOf what the run over the open vectors has measured
 * @property {(role: 'calibration' | 'tensors' | 'network' | 'limits') => Ask} remote a worker of a role
 * @property {() => Promise<File>} demoWeights
 * @property {() => Promise<import('../engine/network.js').NetFiles>} networkFiles
 * @property {() => void} track called where a figure is asked for, so that what shows it is drawn anew
 * @property {() => void} changed called when a figure has come
 */

const BINS = 64

/** @param {Given} given */
export function factsOf(given) {
    const { core, book, data, question } = given
    /** @type {Map<string, { value: any, problem?: string }>} */
    const known = new Map()

    /** A figure that takes time: nothing until it is there. @type {(key: string, start: () => Promise<any>) => any} */
    function later(key, start) {
        given.track()
        const before = known.get(key)
        if (before) return before.value
        const entry = /** @type {{ value: any, problem?: string }} */ ({ value: undefined })
        known.set(key, entry)
        Promise.resolve()
            .then(start)
            .then(
                value => (entry.value = value),
                error => {
                    entry.value = null
                    entry.problem = error instanceof Error ? error.message : String(error)
                },
            )
            .then(given.changed)
        return undefined
    }

    /** @type {Map<string, Ask>} */
    const remotes = new Map()
    /** @type {Promise<any>} */
    let queue = Promise.resolve()
    /** One after another, as a worker looks at one range at a time. @template T @param {(ask: Ask) => Promise<T>} work @returns {Promise<T>} */
    const inTurn = work =>
        (queue = queue.then(
            () => work(remote('calibration')),
            () => work(remote('calibration')),
        ))
    /** @type {(role: 'calibration' | 'tensors' | 'network' | 'limits', name?: string) => Ask} */
    const remote = (role, name = role) => {
        const before = remotes.get(name)
        if (before) return before
        const made = given.remote(role)
        remotes.set(name, made)
        return made
    }

    /** @type {Map<string, Promise<Table>>} */
    const tables = new Map()
    /** @type {(source: Source) => string} */
    const keyOf = source => (typeof source === 'string' ? source : JSON.stringify(source))
    /** @type {(source: Source) => Promise<Table>} */
    const tableOf = source => {
        const key = keyOf(source)
        const before = tables.get(key)
        if (before) return before
        const made = (async () => {
            if (source === 'data' || (source === 'weights' && data.kind === 'weights')) return data.base
            const file = source === 'weights' ? await given.demoWeights() : npy(/** @type {any} */ (source))
            return openTable(core, file, file.name)
        })()
        tables.set(key, made)
        return made
    }

    const ranges = new Map(book.ask('ranges').ranges.map((/** @type {{ name: string }} */ one) => [one.name, one]))

    const network = () =>
        later('network', async () => {
            const ask = remote('network')
            const opened = await ask('open', await given.networkFiles())
            const { report } = await ask('run', NEURAL)
            return { chain: opened.chain, report, ask }
        })

    const trained = () =>
        later('trained', async () => {
            const ask = remote('network', 'training')
            await ask('open', await given.networkFiles())
            return (await ask('run', TRAINED)).report
        })

    let isTraining = false

    return {
        name: data.name,
        isDemo: data.demo,
        kind: data.kind,
        rows: data.base.rows,
        dim: data.base.dim,
        k: question.k,
        book,
        /** Whether a figure that was asked for is still to come. */
        isWaiting: () => {
            given.track()
            return [...known.values()].some(one => one.value === undefined)
        },
        /** Why a figure could not be got. @type {() => string[]} */
        problems: () => [...new Set([...known.values()].flatMap(one => one.problem ?? []))],
        /** What a format can represent. @type {(format: string) => any} */
        format: format => ranges.get(format),
        /** The ledger of a spec, for the open vectors unless told. @type {(spec: string, rows?: number, dim?: number) => import('../state/specs.js').Ledger} */
        bytes: (spec, rows = data.base.rows, dim = data.base.dim) => book.ledger(spec, rows, dim),
        /** One value bit by bit. @type {(spec: string, value: number) => any} */
        bits: (spec, value) => book.ask('bits', spec, new Uint32Array(Float32Array.of(value).buffer)[0]),
        /** Values coded as one row. @type {(spec: string, values: readonly number[]) => any} */
        coded: (spec, values) => book.ask('block', spec, Float32Array.from(values), values.length, 0, 0),
        /** What models take. @type {(lines: string, specs: string[]) => any[]} */
        model: (lines, specs) => book.ask('plan_model', lines, specs.join('\n')).results,
        /** What is measured of a spec on the open vectors. @type {(spec: string) => any} */
        result: spec => given.resultOf(spec),
        /** A row of the open vectors. @type {(i: number) => Float32Array | null | undefined} */
        row: i => later(`row ${i}`, () => book.floats(data.base, i)),
        /**
         * What rules make of a source, and one scale of it in detail.
         * @type {(source: Source, spec: string, group?: number | 'lopsided') => any}
         */
        study: (source, spec, group = 0) =>
            later(`study ${keyOf(source)} ${spec} ${group}`, async () => {
                const table = await tableOf(source)
                return inTurn(ask => study(ask, table, spec, group))
            }),
        /** A range of a source that is given by its ends. @type {(source: Source, spec: string, group: number, lo: number, hi: number) => any} */
        at: (source, spec, group, lo, hi) =>
            later(`at ${keyOf(source)} ${spec} ${group} ${lo} ${hi}`, async () => {
                const table = await tableOf(source)
                return inTurn(async ask => {
                    await ask('open', table, spec)
                    return ask('ask', 'at', group, lo, hi)
                })
            }),
        /** Bytes and errors of a spec on a source. @type {(source: Source, spec: string) => any} */
        errors: (source, spec) =>
            later(`errors ${keyOf(source)} ${spec}`, async () => {
                const table = await tableOf(source)
                const job = { specs: [spec], metric: question.metric, k: 1, seed: question.seed }
                const { report } = await inTurn(ask => ask('measure', table, job))
                const [result] = report.results
                if (result.problem) throw new Error(result.problem)
                return { ...result, part: table.part ?? table.name, rows: table.rows, dim: table.dim }
            }),
        /** What the values of a source are like. @type {(source: Source) => any} */
        facts: source =>
            later(`facts ${keyOf(source)}`, async () => {
                const table = await tableOf(source)
                const { facts } = await remote('tensors')('measure', table, ['f32'])
                return { ...facts, part: table.part ?? table.name, rows: table.rows, dim: table.dim }
            }),
        /** How often each code is used. @type {(spec: string) => number[] | null | undefined} */
        usage: spec => later(`usage ${spec}`, () => inTurn(ask => ask('codeUsage', data.base, spec))),
        /** The demo network: its layers and what recipes make of it. @type {() => { chain: import('../engine/network.js').Chain, report: any, ask: Ask } | null | undefined} */
        network,
        /** @type {(recipe: string) => any} */
        recipe: recipe => {
            given.track()
            const all = [...(network()?.report.results ?? []), ...(isTraining ? (trained()?.results ?? []) : [])]
            return all.find(one => one.recipe === recipe && !one.problem)
        },
        /** The float network that is trained on as long. */
        control: () =>
            isTraining
                ? trained()?.results.find((/** @type {{ control: boolean }} */ one) => one.control)
                : undefined,
        /** The integer product of an output. @type {(recipe: string, layer: number, sample: number, output: number) => any} */
        product: (recipe, layer, sample, output) =>
            later(`product ${recipe} ${layer} ${sample} ${output}`, async () => {
                const net = await settled(network, given)
                const result = net.report.results.findIndex((/** @type {any} */ one) => one.recipe === recipe)
                return net.ask('product', result, layer, sample, output)
            }),
        /** Training never starts unasked. */
        train() {
            isTraining = true
            given.changed()
        },
        isTraining: () => {
            given.track()
            return isTraining && trained() === undefined
        },
        isTrained: () => isTraining && !!trained(),
        /** What this device can do in a second. */
        limits: () => later('limits', () => remote('limits')('measure')),
        backends: () => book.ask('backends').backends,
    }
}

/** @typedef {ReturnType<typeof factsOf>} Facts */

/** Waits for a figure that another one needs. @template T @param {() => T | null | undefined} get @param {Given} given @returns {Promise<T>} */
async function settled(get, given) {
    for (let value = get(); ; value = get()) {
        if (value) return value
        if (value === null) throw new Error(`${given.data.name}: the network is not here`)
        await new Promise(resolve => setTimeout(resolve, 50))
    }
}

/** @type {(ask: Ask, table: Table, spec: string, group: number | 'lopsided') => Promise<any>} */
async function study(ask, table, spec, group) {
    const { rules, rounds } = await ask('open', table, spec)
    const chosen = group === 'lopsided' ? lopsided(rules[0]) : Math.min(group, rules[0].lo.length - 1)
    const detailed = []
    for (const rule of rules)
        detailed.push({ ...rule, at: await ask('ask', 'at', chosen, rule.lo[chosen], rule.hi[chosen]) })
    const histogram = await ask('ask', 'histogram', chosen, 0, 0, BINS)
    return { group: chosen, rules: detailed, rounds, histogram, part: table.part ?? table.name }
}

/** The group whose values lie furthest to one side. @param {{ lo: number[], hi: number[] }} rule */
function lopsided({ lo, hi }) {
    const side = lo.map((low, i) => Math.abs(low + hi[i]) / (hi[i] - low || 1))
    return side.indexOf(Math.max(...side))
}

/** What a rule makes of a study. @type {(found: any, range: string) => any} */
export const ruleOf = (found, range) =>
    found?.rules.find((/** @type {{ range: string }} */ one) => one.range === range)
