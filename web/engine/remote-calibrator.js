// A calibrator in a worker of its own, or what measures tensors: what calibrator.js or weigher.js does, asked from here. One
// that ends rejects what is still asked.
import { wrap } from 'comlink'
import { Stopped } from './client.js'
import { newWorker } from './assets.js'
import { module } from '../state/session.js'
import { CoreError } from './wasm.js'

/** @param {'calibration' | 'tensors'} [role] */
export function newCalibrator(role = 'calibration') {
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

/** @typedef {ReturnType<typeof newCalibrator>} RemoteCalibrator */
