// The worker of the Range view: one desk. Errors travel as data, so that their places survive.
import { expose } from 'comlink'
import { RangeDesk } from './range-desk.js'
import { CoreError, connect } from './wasm.js'

/** @type {RangeDesk} */
let desk

const api = {
    /** @param {WebAssembly.Module} module */
    async start(module) {
        desk = new RangeDesk(await connect(module))
    },
    /** @type {(method: string, ...args: any[]) => Promise<{ value?: any, error?: any }>} */
    async call(method, ...args) {
        try {
            return { value: await /** @type {any} */ (desk)[method](...args) }
        } catch (error) {
            if (error instanceof CoreError) return { error: error.details }
            return { error: { message: String(error) } }
        }
    },
}

/** @typedef {typeof api} RangeWorkerApi */
expose(api)
