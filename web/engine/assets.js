// Where the core, the worker and the demo data come from on a site: files beside the page. The offline page has a
// twin of this file (assets.offline.js) that carries them inside.
import wasm from 'core.wasm?url'

const fetched = async (/** @type {string} */ url) => {
    const answer = await fetch(url).catch(() => null)
    if (!answer?.ok) throw new Error(`${url} ${answer ? `is answered with ${answer.status}` : 'can’t be reached'}`)
    return answer
}

const core = fetched(wasm).then(answer => answer.arrayBuffer())
core.catch(() => {}) // said by loadModule

/** Compiled from bytes, as not every static host gives the media type that streaming asks for. */
export const loadModule = async () => WebAssembly.compile(await core)

export const newWorker = () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })

const part = async (/** @type {string} */ end) => {
    const name = `demo-sentences-2k.${end}`
    return new File([await (await fetched(`demo/${name}`)).blob()], name)
}

/** The demo's weights: a part of a model. */
export async function demoWeights() {
    const name = 'silero-vad-part.safetensors'
    return new File([await (await fetched(`demo/weights/${name}`)).blob()], name)
}

/**
 * The demo set, as files. Its vectors are most of what is loaded: they are asked for when what is needed to draw the
 * page is there.
 * @type {() => { first: Promise<import('../data/data.js').FirstFiles>, all: Promise<import('../data/data.js').Files> }}
 */
export function demoFiles() {
    const first = Promise.all(['queries-100.f16.npy', 'txt', 'queries-100.txt'].map(part)).then(
        ([queries, text, queryText]) => ({ name: 'Demo sentences', queries, text, queryText }),
    )
    const all = Promise.all([first, core]).then(async ([rest]) => ({ ...rest, vectors: await part('f16.npy') }))
    return { first, all }
}

/** The demo networks that can be had here. */
export const NETWORKS = ['fashion-mlp', 'fashion-cnn', 'fashion-dscnn', 'digits-mlp']

/** A demo network with its pictures and labels, as files. @param {string} name */
export async function networkFiles(name) {
    const [pictures] = name.split('-')
    const ends = [
        `${name}.safetensors`,
        ...['test', 'test.labels', 'train', 'train.labels'].map(end => `${pictures}.${end}.npy`),
    ]
    const [weights, test, testLabels, train, trainLabels] = await Promise.all(
        ends.map(async end => new File([await (await fetched(`demo/nets/${end}`)).blob()], end)),
    )
    return { weights, test, testLabels, train, trainLabels }
}
