// Why a time is what it is: how much there was to do, how fast that went, and what share that is of this device's
// limit. The core counts bytes and operations and runs the limit; rates and shares are made here and nowhere else.
import * as write from '../text/numbers.js'

/**
 * @typedef {{ read: number, written: number, searched: number, operations: number, kind: string }} Work
 * @typedef {{ work: Work, limit: number }} Found
 */

/** What an operation of a kind is called, and a billion of them in a second. @type {Record<string, [string, string]>} */
const OPERATIONS = {
    f32: ['float32 multiply-adds', 'GMAC/s'],
    int8: ['integer multiply-adds', 'GMAC/s'],
    bits: ['bits compared', 'Gbit/s'],
}

/** What is told of each spec, in this order. @type {Record<string, string[]>} */
const LABELS = {
    encode: ['Reads', 'Writes', 'Time', 'Rate', 'Limit here', 'Share of it'],
    search: ['Reads', 'Does', 'Time', 'Rate', 'Limit here', 'Share of it'],
}

/** What the limit is. @type {Record<string, string>} */
export const LIMITS = {
    encode: 'The limit: the same workers moving the same bytes without encoding them.',
    search: 'The limit: the same workers doing as many of these operations on registers alone.',
}

/** @type {(stage: string) => string[]} */
export const labels = stage => LABELS[stage]

/** The texts of one spec, in the order of the labels. @type {(stage: string, found: Found, seconds: number | null | undefined) => string[]} */
export function whyOf(stage, { work, limit }, seconds) {
    const [what, unit] = stage === 'encode' ? ['', 'GB/s'] : OPERATIONS[work.kind]
    const amount = stage === 'encode' ? work.read + work.written : work.operations
    const rate = (/** @type {number | null | undefined} */ time) =>
        time ? `${write.rate(amount / time / 1e9)} ${unit}` : write.NONE
    return [
        write.size(stage === 'encode' ? work.read : work.searched),
        stage === 'encode' ? write.size(work.written) : `${write.count(work.operations)} ${what}`,
        seconds == null ? write.NONE : `${write.milliseconds(seconds)} ms`,
        rate(seconds),
        rate(limit),
        seconds && limit ? write.percent(limit / seconds) : write.NONE,
    ]
}
