// A desk in a worker of its own: what range-desk.js does, asked from here. A desk that ends rejects what is still asked.
import { wrap } from 'comlink'
import { Stopped } from './client.js'
import { newRangeWorker } from './range-assets.js'
import { module } from './session.js'
import { CoreError } from './wasm.js'

export function desk() {
    const worker = newRangeWorker()
    const remote = /** @type {import('comlink').Remote<import('./range-worker.js').RangeWorkerApi>} */ (
        wrap(worker)
    )
    const ready = module.then(compiled => remote.start(compiled))
    /** @type {(error: Error) => void} */
    let stop
    const ended = new Promise((_, reject) => (stop = reject))
    ended.catch(() => {}) // told to those who ask
    return {
        /** @type {(method: string, ...args: any[]) => Promise<any>} */
        async ask(method, ...args) {
            await Promise.race([ready, ended])
            const { value, error } = await Promise.race([remote.call(method, ...args), ended])
            if (error) throw new CoreError(error)
            return value
        },
        end() {
            worker.terminate()
            stop(new Stopped())
        },
    }
}

/** @typedef {ReturnType<typeof desk>} Desk */
