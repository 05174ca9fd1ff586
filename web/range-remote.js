// A desk in a worker of its own: what range-desk.js does, asked from here.
import { wrap } from 'comlink'
import { newRangeWorker } from './range-assets.js'
import { module } from './session.js'
import { CoreError } from './wasm.js'

export function desk() {
    const worker = newRangeWorker()
    const remote = /** @type {import('comlink').Remote<import('./range-worker.js').RangeWorkerApi>} */ (
        wrap(worker)
    )
    const ready = module.then(compiled => remote.start(compiled))
    return {
        /** @type {(method: string, ...args: any[]) => Promise<any>} */
        async ask(method, ...args) {
            await ready
            const { value, error } = await remote.call(method, ...args)
            if (error) throw new CoreError(error)
            return value
        },
        end: () => worker.terminate(),
    }
}

/** @typedef {ReturnType<typeof desk>} Desk */
