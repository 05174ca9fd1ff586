// What the Weights view knows: which file's tensors are listed, and what has been measured of each.
import { batch, computed, effect, signal } from '@preact/signals'
import { demoWeights } from '../engine/assets.js'
import { Stopped, workerCount } from '../engine/client.js'
import { newRemote } from '../engine/remote.js'
import { detailsOf } from '../data/data.js'
import { openTable } from '../data/table.js'
import { book, data, ready } from '../state/session.js'
import { state } from '../state/store.js'
import { listWeights } from './list.js'
import { globOf } from './order.js'

/**
 * @typedef {import('./list.js').Weight} Weight
 * @typedef {import('../engine/weigher.js').Facts} Facts
 * @typedef {import('../engine/weigher.js').WeightResult} WeightResult
 * @typedef {{ facts?: Facts, counts?: number[] | null, sampled?: number, problem?: string, results: ReadonlyMap<string, WeightResult> }} Found of one tensor
 * @typedef {{ weights: import('./list.js').Weights, demo: boolean, tensors: Weight[] }} Listed
 * @typedef {{ at: 'loading' | 'running' | 'done' | 'stopped' | 'failed', since: number, lasted: number }} Status
 * @typedef {{ kept: { tensors: number, values: number, bytes: number }, not_measured: { tensors: number, bytes: number },
 *   totals: { spec: string, bytes: number, file_bytes: number, times_smaller: number }[] }} Totals
 */

export const listed = signal(/** @type {Listed | null} */ (null))
export const found = signal(/** @type {ReadonlyMap<string, Found>} */ (new Map()))
export const status = signal(/** @type {Status} */ ({ at: 'loading', since: 0, lasted: 0 }))
/** What is being measured. */
export const now = signal(/** @type {ReadonlySet<string>} */ (new Set()))
export const refusal = signal('')

/** The specs of the columns, as far as they are right, and what is wrong with the others. */
export const asked = computed(() => {
    const about = book.value
    if (!about) return { specs: [], wrong: [] }
    const given = state.value.weigh.length ? state.value.weigh : about.defaults.weights
    const specs = given.map(about.canonical).filter(spec => spec !== undefined)
    const wrong = given.flatMap(spec => about.info(spec).problem?.message ?? [])
    return { specs: [...new Set(specs)], wrong }
})

export const measured = computed(() => listed.value?.tensors.filter(({ fate }) => fate === 'measured') ?? [])

/** What all tensors take together; specs that failed on one are left out. */
export const totals = computed(() => {
    const tensors = listed.value?.tensors
    if (!tensors || !measured.value.length || !book.value) return null
    const failed = (/** @type {string} */ spec) =>
        [...found.value.values()].some(one => one.problem || one.results.get(spec)?.problem)
    const specs = asked.value.specs.filter(spec => !failed(spec))
    const of = (/** @type {Weight['fate']} */ fate) => tensors.filter(one => one.fate === fate)
    const shapes = (/** @type {Weight[]} */ some) =>
        Float64Array.from(some.flatMap(({ rows, dim, bytes }) => [rows, dim, bytes]))
    const [kept, other] = [of('kept'), of('other')]
    return /** @type {Totals} */ (
        book.value.ask(
            'totals',
            specs.join('\n'),
            shapes(measured.value),
            measured.value.length,
            shapes(kept),
            kept.length,
            Float64Array.from(other, ({ bytes }) => bytes),
            other.length,
        )
    )
})

/** @typedef {ReturnType<typeof newRemote>} Remote */
let team = /** @type {Set<Remote>} */ (new Set())
/** Rises with every start and end: what belongs to an earlier one is dropped. */
let turn = 0

/** @param {Status['at']} at */
function end(at) {
    turn++
    for (const one of team) one.end()
    team = new Set()
    const { since, lasted, at: before } = status.peek()
    now.value = new Set()
    status.value = { at, since, lasted: before === 'running' ? performance.now() - since : lasted }
}

export const stop = () => end('stopped')

/** The specs that a tensor lacks. @param {Weight} tensor */
const missing = tensor => {
    const known = found.peek().get(tensor.name)
    return known?.problem ? [] : asked.peek().specs.filter(spec => !known?.results.has(spec))
}

/** Measures what is missing, the tensors that are looked for first. */
export async function start() {
    const file = listed.peek()
    if (!file) return
    end('running')
    const mine = turn
    const first = globOf(state.peek().glob)
    const jobs = measured
        .peek()
        .filter(one => missing(one).length)
        .sort((x, y) => Number(first(y.name)) - Number(first(x.name)))
    status.value = { at: jobs.length ? 'running' : 'done', since: performance.now(), lasted: 0 }
    const members = Array.from({ length: Math.min(workerCount(), jobs.length) }, () => work(file, jobs, mine))
    await Promise.all(members)
    if (mine === turn && jobs.length === 0 && status.peek().at === 'running') end('done')
}

/** One worker: a tensor after another. @type {(file: Listed, jobs: Weight[], mine: number) => Promise<void>} */
async function work({ weights }, jobs, mine) {
    let remote = member()
    for (let job = jobs.shift(); job && mine === turn; job = jobs.shift()) {
        const { name } = job
        now.value = new Set(now.peek()).add(name)
        try {
            const { file, siblings } = weights
            const table = await openTable(await ready, file, weights.name, { siblings, wanted: name })
            const one = await remote.ask('measure', table, missing(job))
            if (mine !== turn) return
            keep(name, one)
        } catch (error) {
            if (error instanceof Stopped || mine !== turn) return
            keep(name, { problem: detailsOf(error).message, results: [] })
            remote.end() // its instance may be dead: the next tensor gets another
            team.delete(remote)
            remote = member()
        }
    }
    remote.end()
    team.delete(remote)
}

function member() {
    const remote = newRemote('tensors')
    team.add(remote)
    return remote
}

/** @type {(name: string, one: Omit<Found, 'results'> & { results: WeightResult[] }) => void} */
function keep(name, one) {
    const known = found.peek().get(name)
    const results = new Map([
        ...(known?.results ?? []),
        ...one.results.map(each => /** @type {const} */ ([each.spec, each])),
    ])
    batch(() => {
        found.value = new Map(found.peek()).set(name, { ...known, ...one, results })
        const left = new Set(now.peek())
        left.delete(name)
        now.value = left
    })
}

/** A tensor of the file that is listed, to be encoded. @param {string} name */
export async function openTensor(name) {
    const { weights, tensors } = /** @type {Listed} */ (listed.peek())
    const { file, siblings } = weights
    const table = await openTable(await ready, file, weights.name, { siblings, wanted: name })
    return { table, name, shape: tensors.find(one => one.name === name)?.shape ?? [], file: name }
}

let demo = /** @type {Promise<File> | null} */ (null)
let wanted = /** @type {object | null} */ (null)

/** Lists the tensors of the file that is open; the demo's weights come when they are first looked at. */
async function list() {
    const open = data.value
    if (state.value.view !== 'weights' || !open || !book.value || wanted === open) return
    wanted = open
    try {
        demo ??= open.demo ? demoWeights() : null
        const file = open.demo ? await /** @type {Promise<File>} */ (demo) : open.file
        if (wanted !== open || listed.peek()?.weights.file === file) return
        batch(() => {
            end('loading')
            listed.value = null
            found.value = new Map()
            refusal.value = ''
        })
        const weights = { file, name: file.name, siblings: open.demo ? [] : open.siblings }
        const tensors = await listWeights(await ready, weights)
        if (wanted !== open) return
        listed.value = { weights, demo: open.demo, tensors }
    } catch (error) {
        if (wanted !== open) return
        demo = wanted = null
        batch(() => {
            refusal.value = detailsOf(error).message
            end('failed')
        })
    }
}

/** Measures anew where a file or a spec is new. */
function follow() {
    const { specs } = asked.value
    if (state.value.view !== 'weights' || !listed.value || !specs.length) return
    if (status.peek().at === 'stopped') return
    if (measured.value.some(one => missing(one).length)) void start()
    else if (status.peek().at === 'loading') status.value = { at: 'done', since: 0, lasted: 0 }
}

effect(() => void list())
effect(follow)
