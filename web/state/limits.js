// The limits of this device: the least seconds that so many bytes or operations take when nothing else is done.
import { askRun } from './run.js'

/** By the amount of bytes or operations. @type {Map<string, number>} */
const limits = new Map()

/**
 * What there is to do in a stage of a spec of the run, and the least seconds it would take this device: its limit.
 * @param {string} spec
 * @param {string} stage
 */
export function askLimit(spec, stage) {
    return askRun([spec], async (shards, [index]) => {
        const work = await shards[0].work(index)
        const seconds = Math.max(...(await Promise.all(shards.map(shard => shard.limit(index, stage)))))
        const key = [
            stage,
            ...(stage === 'encode' ? [work.read, work.written] : [work.kind, work.operations]),
        ].join()
        limits.set(key, Math.min(seconds, limits.get(key) ?? Infinity))
        return { work, limit: /** @type {number} */ (limits.get(key)) }
    })
}
