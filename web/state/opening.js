// Opens data: the demo, a person's own files, or those that a link names; what was measured of other data is forgotten.
import { batch } from '@preact/signals'
import { demoFiles } from '../engine/assets.js'
import { readComing, readData, Unusable } from '../data/data.js'
import { fileLabel, readLabel } from '../data/file-label.js'
import { compareWithLink, verdict } from './linked-file.js'
import { followState, restart } from './run.js'
import { coming, data, problem, ready, status } from './session.js'
import { set, state } from './store.js'
import { viewFor } from '../views.js'

/** Where a person's own files are kept: its code is loaded when there are some. */
const store = () => import('../data/stored-files.js')

/** What was asked to be opened last: what comes late of something else is dropped. */
let latest = 0

/** Opens what a promise of files resolves to. @param {Promise<import('../data/data.js').Files>} files @param {string} title should they not come @param {boolean} [turns] whether a view for them is opened */
async function open(files, title, turns = false) {
    const mine = ++latest
    try {
        const core = await ready
        const found = await files
        const read = await readData(core, found)
        const label = found.demo ? '' : await labelOf(found, read)
        if (mine !== latest) return
        batch(() => {
            problem.value = null
            data.value = read
            coming.value = null
            compareWithLink(label)
            if (label) set({ file: label })
            if (turns) set({ view: viewFor(state.peek().view, read.kind) })
        })
        restart()
    } catch (error) {
        if (mine !== latest) return
        const unusable = error instanceof Unusable ? error : new Unusable(title, error)
        batch(() => {
            problem.value = { title: unusable.message, details: unusable.details }
            coming.value = null
            if (!data.peek()) status.value = { at: 'waiting', since: 0, lasted: 0 }
        })
    }
}

/** Opens a person's own files. @param {import('../data/data.js').Files} files */
export async function openData(files) {
    await open(Promise.resolve(files), `${files.name} can’t be read.`, true)
    if (data.peek()?.name === files.name) await (await store()).storeFiles(files)
}

/** Forgets a person's own files, and opens the demo. */
export async function clearData() {
    await (await store()).clearFiles()
    set({ file: '' })
    await openDemo()
}

/** How a link names the file. @type {(files: import('../data/data.js').Files, read: import('../data/data.js').Data) => Promise<string>} */
const labelOf = async ({ vectors }, { base }) =>
    fileLabel(vectors.name, base.fileRows, base.dim, await (await store()).digestOf(vectors))

/** What is opened at first: the files of this tab when the link names them, else the demo. @param {ReturnType<typeof demoFiles>} demo */
async function openFirst(demo) {
    const wanted = readLabel(state.peek().file)
    const kept = wanted && (await store())
    const stored = kept && (await kept.storedFiles())
    if (stored && (await kept.digestOf(stored.vectors)) === wanted.digest)
        await open(Promise.resolve(stored), `${stored.name} can’t be read.`)
    else await openDemo(demo)
    verdict.value = null
}

/** Opens the demo set. */
export function openDemo(files = demoFiles()) {
    if (!data.peek()) showComing(files.first)
    return open(
        files.all.then(found => ({ ...found, demo: true })),
        'The demo sentences can’t be loaded.',
    )
}

/** Shows what can be said of the demo before its vectors are there. @param {Promise<import('../data/data.js').FirstFiles>} first */
async function showComing(first) {
    const read = await first.then(async files => readComing(await ready, files)).catch(() => null)
    if (!data.peek() && status.peek().at === 'loading') coming.value = read
}

/** Loads the core and the demo, and from then on follows the state. */
export async function begin() {
    const files = demoFiles()
    for (const part of Object.values(files)) part.catch(() => {}) // told when it is opened
    await ready
    if (!latest) await openFirst(files)
    followState()
}
