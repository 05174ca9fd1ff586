// A role of a worker that is asked from here, in a worker of its own. One that ends rejects what is still asked.
import { proxy, wrap } from 'comlink'
import { Stopped } from './client.js'
import { newWorker } from './assets.js'
import { module } from '../state/session.js'
import { CoreError } from './wasm.js'

/** @param {'calibration' | 'tensors' | 'network' | 'limits' | 'export'} role what worker.js knows it as */
export function newRemote(role) {
    const worker = newWorker()
    const remote = /** @type {import('comlink').Remote<import('./worker.js').WorkerApi>} */ (wrap(worker))
    const ready = module.then(compiled => remote.start(compiled, role))
    /** @type {(error: Error) => void} */
    let stop
    const ended = new Promise((_, reject) => (stop = reject))
    ended.catch(() => {}) // each call that is open is rejected
    worker.onerror = event => stop(new Error(event.message || 'the worker stopped'))
    ready.catch(error => stop(error))
    return {
        /** Functions among the arguments are called from the worker. @type {(method: string, ...args: any[]) => Promise<any>} */
        async ask(method, ...args) {
            await Promise.race([ready, ended])
            const sent = args.map(arg => (typeof arg === 'function' ? proxy(arg) : arg))
            const { value, error } = await Promise.race([remote.call(method, ...sent), ended])
            if (error) throw new CoreError(error)
            return value
        },
        end() {
            worker.terminate()
            stop(new Stopped())
        },
    }
}

/** @typedef {ReturnType<typeof newRemote>} Remote */
