// The twin of assets.js for the offline page: the core, the worker and the demo data are within.
import core from 'virtual:base64/core'
import vectors from 'virtual:base64/vectors'
import queries from 'virtual:base64/queries'
import queryText from 'virtual:base64/queryText'
import text from 'virtual:base64/text'
import InlineWorker from './worker.js?worker&inline'

const bytes = (/** @type {string} */ base64) => Uint8Array.from(atob(base64), one => one.charCodeAt(0))

export const loadModule = () => WebAssembly.compile(bytes(core))

export const newWorker = () => new InlineWorker()

const file = (/** @type {string} */ base64, /** @type {string} */ end) =>
    new File([bytes(base64)], `demo-sentences-2k.${end}`)

/** The demo set, as files. */
export async function demoFiles() {
    return {
        name: 'Demo sentences',
        vectors: file(vectors, 'f16.npy'),
        queries: file(queries, 'queries-100.f16.npy'),
        text: file(text, 'txt'),
        queryText: file(queryText, 'queries-100.txt'),
    }
}
