// The worker: owns one instance of the core and its shards of runs, by number. Errors travel as data, so that their places survive.
import { expose } from 'comlink'
import { Shard } from './shard.js'
import { CoreError, connect } from './wasm.js'

/** @type {import('./wasm.js').Core} */
let core
/** @type {Shard[]} */
const shards = []

const api = {
    /** @param {WebAssembly.Module} module */
    async start(module) {
        core = await connect(module)
    },
    /** @type {(run: number, method: string, ...args: any[]) => Promise<{ value?: any, error?: any }>} */
    async call(run, method, ...args) {
        try {
            const shard = (shards[run] ??= new Shard(core))
            return { value: await /** @type {any} */ (shard)[method](...args) }
        } catch (error) {
            if (error instanceof CoreError) return { error: error.details }
            return { error: { message: String(error) } }
        }
    },
}

/** @typedef {typeof api} WorkerApi */
expose(api)
