// The worker: one instance of the core, and what it was started for: a shard of a run, a calibration, tensors or a
// network. What a run needs is there at once, the rest is loaded for its role. Errors travel as data, so that their
// places survive.
import { expose, transfer } from 'comlink'
import { Shard } from './shard.js'
import { CoreError, connect } from './wasm.js'

const ROLES = {
    run: async () => Shard,
    calibration: async () => (await import('./calibrator.js')).Calibrator,
    tensors: async () => (await import('./weigher.js')).Weigher,
    network: async () => (await import('./network.js')).Network,
    limits: async () => (await import('./limits.js')).Limits,
    export: async () => (await import('./exporter.js')).Exporter,
}

/** @type {any} */
let served

const api = {
    /** @param {WebAssembly.Module} module @param {keyof typeof ROLES} role */
    async start(module, role) {
        const Role = await ROLES[role]()
        served = new Role(await connect(module))
    },
    /** @type {(method: string, ...args: any[]) => Promise<{ value?: any, error?: any }>} */
    async call(method, ...args) {
        try {
            const value = await served[method](...args)
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
