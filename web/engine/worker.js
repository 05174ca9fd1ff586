// The worker: owns one instance of the core and its shard of a run. Errors travel as data, so that their places survive.
import { expose, transfer } from 'comlink'
import { Shard } from './shard.js'
import { CoreError, connect } from './wasm.js'

/** @type {Shard} */
let shard

const api = {
    /** @param {WebAssembly.Module} module */
    async start(module) {
        shard = new Shard(await connect(module))
    },
    /** @type {(method: string, ...args: any[]) => Promise<{ value?: any, error?: any }>} */
    async call(method, ...args) {
        try {
            const value = await /** @type {any} */ (shard)[method](...args)
            const state = value?.state ?? value
            return transfer({ value }, state instanceof Uint8Array ? [state.buffer] : [])
        } catch (error) {
            if (error instanceof CoreError) return { error: error.details }
            return { error: { message: String(error) } }
        }
    },
}

/** @typedef {typeof api} WorkerApi */
expose(api)
