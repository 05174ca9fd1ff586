// The worker: one instance of the core, and what it was started for: a shard of a run, a calibration, tensors or a network. Errors travel
// as data, so that their places survive.
import { expose, transfer } from 'comlink'
import { Calibrator } from './calibrator.js'
import { Network } from './network.js'
import { Shard } from './shard.js'
import { Weigher } from './weigher.js'
import { CoreError, connect } from './wasm.js'

const ROLES = { run: Shard, calibration: Calibrator, tensors: Weigher, network: Network }

/** @type {Shard | Calibrator | Weigher | Network} */
let served

const api = {
    /** @param {WebAssembly.Module} module @param {keyof typeof ROLES} role */
    async start(module, role) {
        served = new ROLES[role](await connect(module))
    },
    /** @type {(method: string, ...args: any[]) => Promise<{ value?: any, error?: any }>} */
    async call(method, ...args) {
        try {
            const value = await /** @type {any} */ (served)[method](...args)
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
