// Why a time is what it is: how much there was to do, how fast that went, and what share that is of this device's
// limit. The core counts bytes and operations and runs the limit; rates and shares are made here and nowhere else.
import * as write from '../text/numbers.js'

/**
 * @typedef {{ read: number, written: number, searched: number, operations: number, kind: string }} Work
 * @typedef {{ work: Work, limit: number }} Found limit: the least seconds that as much would take
 * @typedef {Found & { seconds: number | null | undefined }} Measured
 */

/** What an operation of a kind is called, and a billion of them in a second. @type {Record<string, [string, string]>} */
const OPERATIONS = {
    f32: ['float32 multiply-adds', 'GMAC/s'],
    int8: ['integer multiply-adds', 'GMAC/s'],
    bits: ['bits compared', 'Gbit/s'],
}

/** What is shown of each spec, in this order. @type {Record<string, string[]>} */
const LABELS = {
    encode: ['Reads', 'Writes', 'Time', 'Rate', 'Limit here', 'Share of it'],
    search: ['Reads', 'Does', 'Time', 'Rate', 'Limit here', 'Share of it'],
}

/** What the limit is. @type {Record<string, string>} */
export const LIMITS = {
    encode: 'The limit: the same workers moving bytes without encoding them, at their best.',
    search: 'The limit: the same workers doing these operations on registers alone, at their best.',
}

/** @type {(stage: string) => string[]} */
export const labels = stage => LABELS[stage]

/** What a stage of a spec has to do, in the unit of its limit, and which limit that is. @type {(stage: string, work: Work) => { kind: string, amount: number }} */
const amountOf = (stage, work) =>
    stage === 'encode'
        ? { kind: 'bytes', amount: work.read + work.written }
        : { kind: work.kind, amount: work.operations }

/**
 * The limit of each kind of operation in the specs shown, per second: one for a kind, the best that was seen. A run
 * that was faster than the limit shows that the limit was slowed, so that no share is above 100 %.
 * @param {string} stage
 * @param {(Measured | undefined)[]} list
 * @returns {Record<string, number>}
 */
export function limitRates(stage, list) {
    /** @type {Record<string, number>} */
    const rates = {}
    for (const one of list) {
        if (!one) continue
        const { kind, amount } = amountOf(stage, one.work)
        for (const seconds of [one.limit, one.seconds])
            if (seconds) rates[kind] = Math.max(rates[kind] ?? 0, amount / seconds)
    }
    return rates
}

/** The texts of one spec, in the order of the labels. @type {(stage: string, measured: Measured, rates: Record<string, number>) => string[]} */
export function whyOf(stage, { work, seconds }, rates) {
    const [what, unit] = stage === 'encode' ? ['', 'GB/s'] : OPERATIONS[work.kind]
    const { kind, amount } = amountOf(stage, work)
    const rate = (/** @type {number | null | undefined} */ each) =>
        each ? `${write.rate(each / 1e9)} ${unit}` : write.NONE
    const mine = seconds ? amount / seconds : null
    return [
        write.size(stage === 'encode' ? work.read : work.searched),
        stage === 'encode' ? write.size(work.written) : `${write.count(work.operations)} ${what}`,
        seconds == null ? write.NONE : `${write.milliseconds(seconds)} ms`,
        rate(mine),
        rate(rates[kind]),
        mine && rates[kind] ? write.percent(mine / rates[kind]) : write.NONE,
    ]
}
