// Every format of a model: bits, bytes, what is to spare on devices, load time, speed at most, energy.
import { format } from 'd3-format'
import { NONE, rate } from '../text/numbers.js'
import { set } from '../state/store.js'
import { Sign } from '../parts/signs.jsx'
import { SpecText } from '../parts/spec-text.jsx'

/** @typedef {import('./question.js').Plan} Plan */
/** @typedef {import('./question.js').Result} Result */

const GB = 1e9
const two = format('.2f')
const one = format('.1f')
export const gigabytes = (/** @type {number} */ bytes) => two(bytes / GB)
const spare = (/** @type {number} */ bytes) => (bytes < 0 ? NONE : one(bytes / GB))

/** @param {{ plan: Plan, chosen: Result }} props */
export function Models({ plan, chosen }) {
    const { devices } = plan.question
    const whole = Math.max(...plan.results.map(result => result.total))
    const share = (/** @type {number} */ bytes) => `${(bytes / whole) * 100}%`
    return (
        <section class="section" aria-labelledby="plan-formats">
            <h2 class="hidden" id="plan-formats">
                Formats
            </h2>
            <div class="planwide" role="region" aria-label="Table of formats" tabIndex={0}>
                <table class="plantable">
                    <caption class="hidden">A model in each format, all computed</caption>
                    <thead>
                        <tr>
                            <th scope="col" rowSpan={2} class="words">
                                Format
                            </th>
                            <th scope="col" rowSpan={2} class="bits">
                                <Sign kind="computed" /> Bits
                            </th>
                            <th scope="col" rowSpan={2}>
                                <Sign kind="computed" /> GB
                            </th>
                            <th scope="col" rowSpan={2} class="planbar">
                                weights and KV cache
                            </th>
                            <th scope="colgroup" colSpan={devices.length} class="group more">
                                GB to spare on a device of <Sign kind="computed" />
                            </th>
                            <th scope="col" rowSpan={2} class="more">
                                <Sign kind="computed" /> Load, s
                            </th>
                            <th scope="col" rowSpan={2}>
                                <Sign kind="computed" /> Tokens/s, at most
                            </th>
                            <th scope="colgroup" colSpan={2} class="group more">
                                Energy of a token <Sign kind="computed" />
                            </th>
                        </tr>
                        <tr class="more">
                            {devices.map(device => (
                                <th scope="col" key={device}>
                                    {device}
                                </th>
                            ))}
                            <th scope="col">arithmetic, mJ</th>
                            <th scope="col">memory, J</th>
                        </tr>
                    </thead>
                    <tbody>
                        {plan.results.map(result => (
                            <tr key={result.spec} class={result === chosen ? 'on' : ''}>
                                <th scope="row">
                                    <button
                                        class="link"
                                        aria-pressed={result === chosen}
                                        onClick={() => set({ fit: result.spec })}
                                    >
                                        <SpecText spec={result.spec} />
                                    </button>
                                </th>
                                <td class="bits">{format('.3f')(result.bits_per_value)}</td>
                                <td>{gigabytes(result.total)}</td>
                                <td class="planbar" aria-hidden="true">
                                    <i style={{ width: share(result.weights) }} />
                                    <i class="hatched" style={{ width: share(result.cache) }} />
                                </td>
                                {devices.map((device, at) => (
                                    <td key={device} class="more">
                                        {spare(result.spare[at])}
                                    </td>
                                ))}
                                <td class="more">{rate(result.load_s)}</td>
                                <td>{one(result.tokens_per_s)}</td>
                                <td class="more">{format('.2~r')(result.arithmetic_j * 1000)}</td>
                                <td class="more">
                                    {two(result.memory_j[0])} to {two(result.memory_j[1])}
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            <p class="quiet note planfoot">
                GB = 1,000,000,000 bytes, scales included. Tokens a second is bandwidth divided by all bytes that a
                token reads, weights and cache: an upper limit; nothing is measured here. Energy by Horowitz 2014
                (45 nm); formats without arithmetic of their own count as float16. A file named after a format mixes
                several formats.
            </p>
        </section>
    )
}
