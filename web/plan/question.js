// The question of a plan, as lines of the core: what is kept in the link, what was typed, and what is shown of it.

/**
 * @typedef {object} Question as the core reports it
 * @property {number} params
 * @property {number} context
 * @property {number} batch
 * @property {number} kv_layers
 * @property {number} kv_heads
 * @property {number} head_dim
 * @property {number} bandwidth
 * @property {number} load
 * @property {number} price
 * @property {number} copies
 * @property {number} once
 * @property {number[]} devices
 * @property {string} against
 * @property {string} cache
 *
 * @typedef {object} Result of one spec
 * @property {string} spec
 * @property {number} bits_per_value
 * @property {number} weights
 * @property {number} cache
 * @property {number} total
 * @property {number} times_smaller
 * @property {number[]} spare
 * @property {number} load_s
 * @property {number} tokens_per_s
 * @property {number} arithmetic_j
 * @property {[number, number]} memory_j
 * @property {number | null} month
 * @property {number | null} saved_month
 * @property {number | null} payback_months
 * @property {number | null} after_36_months
 *
 * @typedef {{ question: Question, results: Result[], cache: Record<string, number>[] }} Plan
 */

const DEVICES = [4, 8, 16, 24, 80]

/** The lines of the core's question: those of the link, and the devices with the one that is asked about. @type {(lines: string[], device: number) => string} */
export const questionOf = (lines, device) =>
    [...lines, `devices=${[...new Set([...DEVICES, device])].sort((a, b) => a - b).join(',')}`].join('\n')

/** The lines with one of them changed. @type {(lines: string[], name: string, value: string) => string[]} */
export const withLine = (lines, name, value) => [
    ...lines.filter(line => !line.startsWith(`${name}=`)),
    `${name}=${value}`,
]

/** A number as it is typed: 7,000,000,000 without its commas. @type {(text: string) => string} */
export const typed = text => text.trim().replaceAll(/[,\s]/g, '')

/** The place of a device among those of the question. @type {(plan: Plan, device: number) => number} */
export const placeOf = (plan, device) => plan.question.devices.indexOf(device)

/** Of the results that fit on a device the one of most bits a value. @type {(plan: Plan, device: number) => Result | undefined} */
export function bestThatFits(plan, device) {
    const at = placeOf(plan, device)
    return plan.results
        .filter(result => result.spare[at] >= 0)
        .reduce(
            (best, result) => (best && best.bits_per_value >= result.bits_per_value ? best : result),
            /** @type {Result | undefined} */ (undefined),
        )
}

/** The least device that a result fits on. @type {(plan: Plan, result: Result) => number | undefined} */
export const leastDevice = (plan, result) => plan.question.devices.find((_, at) => result.spare[at] >= 0)

/** The first result that fits on a smaller device than another does. @type {(plan: Plan, best: Result | undefined) => Result | undefined} */
export function nextSmaller(plan, best) {
    const most = (best && leastDevice(plan, best)) ?? Infinity
    return plan.results.find(result => (leastDevice(plan, result) ?? Infinity) < most)
}

/** What prints the same on the command line. @type {(lines: string[], device: number) => string} */
export function commandOf(lines, device) {
    const value = Object.fromEntries(lines.map(line => line.split(/=(.*)/s).slice(0, 2)))
    const flags = ['context', 'batch', 'cache', 'bandwidth', 'load', 'price', 'copies', 'once', 'hour', 'against']
    const kv = ['kv_layers', 'kv_heads', 'head_dim'].some(name => value[name])
        ? [`--kv ${value.kv_layers ?? 32},${value.kv_heads ?? 8},${value.head_dim ?? 128}`]
        : []
    return [
        `quantscope plan --model ${value.params ?? '7B'} --device ${device}`,
        ...flags.filter(name => value[name] !== undefined).map(name => `--${name} ${value[name]}`),
        ...kv,
    ].join(' ')
}
