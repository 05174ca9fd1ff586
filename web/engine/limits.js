// What this device can do at most in one worker: operations on registers, and memory that is only read.
import { leastSeconds } from './shard.js'

/** Steps of a call, and bytes that lie beyond most caches. */
const [STEPS, BYTES, ROW] = [4096, 32 << 20, 4096]

export class Limits {
    /** @param {import('./wasm.js').Core} core */
    constructor(core) {
        this.core = core
    }

    /** Operations and bytes a second. */
    async measure() {
        const { core } = this
        /** @type {(kind: string) => Promise<number>} */
        const rate = async kind => {
            const done = core.call('qs_limit_peak', kind, STEPS)
            const seconds = await leastSeconds(times => {
                for (let i = 0; i < times; i++) core.call('qs_limit_peak', kind, STEPS)
                return 1
            })
            return done / seconds
        }
        const from = core.alloc(BYTES)
        try {
            const seconds = await leastSeconds(times => {
                for (let i = 0; i < times; i++) core.call('qs_limit_move', from, ROW, 0, 0, BYTES / ROW, 0)
                return 1
            })
            return {
                f32: await rate('f32'),
                int8: await rate('int8'),
                bits: await rate('bits'),
                read: BYTES / seconds,
            }
        } finally {
            core.free(from)
        }
    }
}
