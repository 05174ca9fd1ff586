// The twin of assets.js for the offline page: the core, the worker and the demo data are inside, compressed.
import core from 'virtual:gzip/core'
import vectors from 'virtual:gzip/vectors'
import queries from 'virtual:gzip/queries'
import queryText from 'virtual:gzip/queryText'
import text from 'virtual:gzip/text'
import weights from 'virtual:gzip/weights'
import InlineWorker from './worker.js?worker&inline'

/** @param {string} base64 of compressed bytes */
function unpack(base64) {
    const bytes = Uint8Array.from(atob(base64), one => one.charCodeAt(0))
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')))
}

export const loadModule = async () => WebAssembly.compile(await unpack(core).arrayBuffer())

export const newWorker = () => new InlineWorker()

const file = async (/** @type {string} */ base64, /** @type {string} */ end) =>
    new File([await unpack(base64).blob()], `demo-sentences-2k.${end}`)

/** The demo's weights: a small model, as the file is to stay one that can be sent. */
export const demoWeights = async () => new File([await unpack(weights).blob()], 'digits-mlp.safetensors')

/** The demo set, as files. @type {typeof import('./assets.js').demoFiles} */
export function demoFiles() {
    const first = Promise.all([
        file(queries, 'queries-100.f16.npy'),
        file(text, 'txt'),
        file(queryText, 'queries-100.txt'),
    ]).then(files => ({ name: 'Demo sentences', queries: files[0], text: files[1], queryText: files[2] }))
    const all = first.then(async rest => ({ ...rest, vectors: await file(vectors, 'f16.npy') }))
    return { first, all }
}

/** No demo network is inside: they are larger than all the rest. @type {string[]} */
export const NETWORKS = []

/** @type {(name: string) => Promise<import('./network.js').NetFiles>} */
export const networkFiles = async name => {
    throw new Error(`${name} is not in this file; the demo networks are on the site`)
}
