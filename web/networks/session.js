// What the Networks view knows: the network that is open, what A and B make of it, and what else was asked. Each of three
// workers holds the network: one for A and B, one for the table of methods, one that trains.
import { batch, computed, effect, signal } from '@preact/signals'
import { NETWORKS, networkFiles } from '../engine/assets.js'
import { Stopped } from '../engine/client.js'
import { newRemote } from '../engine/remote.js'
import { book } from '../state/session.js'
import { set, state } from '../state/store.js'
import { sentence } from '../text/numbers.js'
import { DEMOS, STARTS } from './demo.js'

/**
 * @typedef {import('./recipe.js').Recipe} Recipe
 * @typedef {import('../engine/network.js').Chain} Chain
 * @typedef {import('../engine/network.js').Changes} Changes
 * @typedef {import('../engine/network.js').At} At
 * @typedef {import('../engine/network.js').NetFiles} NetFiles
 * @typedef {import('../engine/remote.js').Remote} Remote
 * @typedef {{ name: string, w: string, bytes: number, a: { bits: number, lo: number, hi: number, scale: number, zero: number } | null,
 *   weight_sqnr_db: number | null, alone_sqnr_db: number | null, accumulated_sqnr_db: number | null, clipped_share: number | null, peak_acc: number | null }} LayerFigures
 * @typedef {object} Result
 * @property {string} recipe
 * @property {string} [problem]
 * @property {string} method
 * @property {boolean} control
 * @property {{ total: number, bits_per_value: number }} bytes
 * @property {number | null} right
 * @property {number | null} accuracy
 * @property {[number, number] | null} accuracy_ci95
 * @property {number} agree
 * @property {number | null} lost
 * @property {number | null} gained
 * @property {number | null} change
 * @property {[number, number] | null} change_ci95
 * @property {LayerFigures[]} layers
 * @property {any} [mixed]
 * @property {{ arithmetic_pj: number | null, weights_dram_pj: number }} energy
 * @property {{ id: string, level: string, layer?: string, text: string, remedy?: { text: string, recipe: string } }[]} findings
 * @typedef {{ net: Chain, data: { samples: number, calibration: number, training: number },
 *   float: { right: number | null, accuracy: number | null, accuracy_ci95: [number, number] | null, bytes: number }, results: Result[] }} Report
 * @typedef {{ name: string, title: string, classes?: string[], files: NetFiles, chain: Chain, count: number, dim: number, pixels: Uint8Array, labelled: boolean }} Open
 */

/** The network that is open, and what is wrong with it or with its files. */
export const open = signal(/** @type {Open | null} */ (null))
export const problem = signal('')
/** A person's own files, in place of a demo. */
export const own = signal(/** @type {NetFiles | null} */ (null))

/** What A and B are: as written, and as the core reads it. */
export const given = computed(() => ({
    a: state.value.ra || STARTS[0].a,
    b: state.value.rb || STARTS[0].b,
}))

/** @type {(text: string) => { recipe?: Recipe, problem?: string }} */
export function read(text) {
    try {
        return { recipe: /** @type {Recipe} */ (book.value?.ask('recipe', text)) }
    } catch (error) {
        return { problem: sentence(/** @type {Error} */ (error).message) }
    }
}
export const recipes = computed(() => ({ a: read(given.value.a), b: read(given.value.b) }))

/** The report on A and B, their changed pictures, and what is being done. */
export const report = signal(/** @type {Report | null} */ (null))
export const changes = signal(/** @type {{ a?: Changes, b?: Changes }} */ ({}))
export const at = signal(/** @type {At | null} */ (null))
/** Recipes that train and were asked for: training never starts unasked. */
export const wanted = signal(/** @type {ReadonlySet<string>} */ (new Set()))

/** The result of a side, once it is measured. @param {'a' | 'b'} side */
export const resultOf = side => {
    const recipe = recipes.value[side].recipe?.recipe
    return report.value?.results.find(one => one.recipe === recipe)
}
/** Its number among the results. @param {string | undefined} recipe */
export const numberOf = recipe => report.value?.results.findIndex(one => one.recipe === recipe) ?? -1

/** @type {Remote | null} */
let main = null
/** What the workers were opened with, and what A and B were asked last. */
let turn = 0
let asked = ''

/** The name of the demo that is wanted. */
export const wantedDemo = computed(() =>
    NETWORKS.includes(state.value.net) ? state.value.net : (NETWORKS[0] ?? ''),
)

/** @param {unknown} error */
export const words = error => sentence(/** @type {Error} */ (error).message)

/** Opens the files in a worker of its own. @type {(files: NetFiles) => Promise<{ remote: Remote, known: any }>} */
async function opened(files) {
    const remote = newRemote('network')
    try {
        return { remote, known: await remote.ask('open', files) }
    } catch (error) {
        remote.end()
        throw error
    }
}

/** Another worker with the network that is open. */
export const another = async () => {
    if (!open.value) throw new Stopped()
    return (await opened(open.value.files)).remote
}

/** @param {string} name @param {NetFiles | null} mine */
async function load(name, mine) {
    const mineTurn = ++turn
    main?.end()
    main = null
    asked = ''
    batch(() => {
        open.value = null
        report.value = at.value = null
        changes.value = {}
        problem.value = ''
    })
    try {
        const files = mine ?? (await networkFiles(name))
        const { remote, known } = await opened(files)
        if (mineTurn !== turn) return remote.end()
        main = remote
        const about = mine ? { title: mine.weights.name } : DEMOS[name]
        open.value = { name: mine ? 'own' : name, ...about, files, ...known }
    } catch (error) {
        if (mineTurn === turn) problem.value = words(error)
    }
}

/** Runs what A and B are. @param {string[]} list */
async function measure(list) {
    const remote = main
    const key = list.join('\n')
    if (!remote || key === asked) return
    asked = key
    const isOn = () => asked === key && main === remote
    batch(() => {
        changes.value = {}
        at.value = null
        problem.value = ''
    })
    try {
        const done = await remote.ask('run', list, (/** @type {At} */ now, /** @type {Report | null} */ part) => {
            if (!isOn()) return
            batch(() => {
                at.value = now
                if (part) report.value = part
            })
        })
        if (!isOn() || done.stopped) return
        const sides = /** @type {const} */ (['a', 'b'])
        const of = sides.map(side => recipes.value[side].recipe?.recipe)
        const found = await Promise.all(
            of.map(recipe => {
                const i = done.report.results.findIndex((/** @type {Result} */ one) => one.recipe === recipe)
                return i < 0 || done.report.results[i].problem ? undefined : remote.ask('changes', i)
            }),
        )
        if (!isOn()) return
        batch(() => {
            report.value = done.report
            changes.value = { a: found[0], b: found[1] }
            at.value = null
        })
    } catch (error) {
        if (isOn() && !(error instanceof Stopped)) problem.value = words(error)
    }
}

/** What the worker of A and B says of a picture, a product, the values that enter a layer. @type {(method: 'sample' | 'product' | 'activations', ...args: number[]) => Promise<any>} */
export const ask = async (method, ...args) => {
    if (!main) throw new Stopped()
    return main.ask(method, ...args)
}

/** Opens a person's own network. @param {NetFiles} files */
export const openOwn = files => {
    own.value = files
}

/** Chooses a demo. @param {string} name */
export const choose = name =>
    batch(() => {
        own.value = null
        set({ net: name, picture: -1 })
    })

/** What is to be run for A and B: those that train only when asked for. */
const list = computed(() => {
    const read = [recipes.value.a.recipe, recipes.value.b.recipe].filter(one => one !== undefined)
    const ready = read.filter(one => !one.method.trains || wanted.value.has(one.recipe))
    return [...new Set(ready.map(one => one.recipe))]
})

/** What was loaded last. @type {NetFiles | string} */
let loaded = ''
const isOpen = computed(() => state.value.view === 'networks' && !!book.value)
effect(() => {
    const [mine, name] = [own.value, wantedDemo.value]
    const key = mine ?? name
    if (!isOpen.value || !key || key === loaded) return
    loaded = key
    void Promise.resolve().then(() => load(name, mine))
})
effect(() => {
    const recipes = list.value
    if (open.value && recipes.length) void Promise.resolve().then(() => measure(recipes))
})

/** Stops what A and B are doing; what is done counts. */
export function stop() {
    if (!at.value) return
    asked = ''
    batch(() => {
        at.value = null
        wanted.value = new Set()
    })
    main?.ask('stop').catch(() => {})
}
