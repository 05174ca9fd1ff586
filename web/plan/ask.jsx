// What is asked of a plan: the model's size, its context, the device; each a field in a sentence.
import { count } from '../text/numbers.js'
import { set, state } from '../state/store.js'
import { Field } from '../parts/controls.jsx'
import { typed, withLine } from './question.js'

const SIZES = ['110M', '1.5B', '7B', '70B', '175B']

/** @typedef {import('./question.js').Plan} Plan */

/** A field of one line of the question. @param {{ plan: Plan, check: (lines: string[]) => string | undefined, name: 'params' | 'context' | 'batch' | 'bandwidth' | 'load' | 'price' | 'copies' | 'once' | 'kv_layers' | 'kv_heads' | 'head_dim', label: string, width: number, id?: string }} props */
export function LineField({ plan, check, name, label, width, id }) {
    const { plan: lines } = state.value
    const take = (/** @type {string} */ text) => {
        const next = withLine(lines, name, typed(text))
        const problem = check(next)
        if (problem) return problem
        set({ plan: next })
    }
    const value = plan.question[name]
    return (
        <Field
            id={id}
            label={label}
            mode="decimal"
            width={width}
            value={Number.isInteger(value) ? count(value) : String(value)}
            on={take}
        />
    )
}

/** @param {{ plan: Plan, check: (lines: string[]) => string | undefined }} props */
export function Ask({ plan, check }) {
    const { plan: lines, device } = state.value
    const takeDevice = (/** @type {string} */ text) => {
        const value = Number(typed(text))
        if (!(value > 0 && value <= 1e6)) return 'Takes a number of GB, as 16.'
        set({ device: value })
    }
    return (
        <>
            <div class="planask">
                <b>What fits</b>
                <span>a model of</span>
                <LineField plan={plan} check={check} name="params" label="Parameters" width={15} id="plan-params" />
                <span>parameters, context</span>
                <LineField plan={plan} check={check} name="context" label="Context, in tokens" width={8} />
                <span>for</span>
                <LineField plan={plan} check={check} name="batch" label="Sequences at a time" width={4} />
                <span>at a time, on</span>
                <Field
                    label="Memory of the device, in GB"
                    mode="decimal"
                    width={5}
                    value={String(device)}
                    on={takeDevice}
                />
                <span>GB that read</span>
                <LineField plan={plan} check={check} name="bandwidth" label="GB a second" width={6} />
                <span>GB/s</span>
            </div>
            <div class="planask more">
                <span class="quiet">Sizes</span>
                {SIZES.map(size => (
                    <button
                        key={size}
                        class="link"
                        aria-pressed={lines.includes(`params=${size}`)}
                        onClick={() => set({ plan: withLine(lines, 'params', size) })}
                    >
                        {size}
                    </button>
                ))}
                <span class="quiet">Cache</span>
                <LineField plan={plan} check={check} name="kv_layers" label="Layers" width={4} />
                <span>layers,</span>
                <LineField plan={plan} check={check} name="kv_heads" label="Key-value heads" width={4} />
                <span>heads of</span>
                <LineField plan={plan} check={check} name="head_dim" label="Values of a head" width={5} />
                <span class="quiet">Load from</span>
                <LineField plan={plan} check={check} name="load" label="Loading, GB a second" width={5} />
                <span>GB/s</span>
            </div>
        </>
    )
}
