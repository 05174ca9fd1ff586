// The KV cache: how it grows with the context, whatever the weights are.
import { count } from '../text/numbers.js'
import { gigabytes } from './models.jsx'
import { Sign } from '../parts/signs.jsx'

/** @param {{ plan: import('./question.js').Plan, chosen: import('./question.js').Result }} props */
export function Cache({ plan, chosen }) {
    const { question: q } = plan
    const specs = Object.keys(plan.cache[0] ?? {}).filter(key => key !== 'context')
    return (
        <section class="section" aria-labelledby="plan-cache">
            <div class="head">
                <h2 id="plan-cache">KV cache</h2>
                <p>Grows with context and batch, whatever the weights</p>
            </div>
            <p class="planformula">
                2 · {count(q.kv_layers)} · {count(q.kv_heads)} · {count(q.head_dim)} · {count(q.context)} ·{' '}
                {count(q.batch)} values, {count(chosen.cache)} bytes in <code>{q.cache}</code>
                <small>keys and values · layers · heads · values of a head · context · batch</small>
            </p>
            <div class="planwide" role="region" aria-label="Table of the cache" tabIndex={0}>
                <table class="plantable">
                    <caption class="hidden">KV cache by context</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="words">
                                Context
                            </th>
                            {specs.map(spec => (
                                <th scope="col" key={spec}>
                                    <Sign kind="computed" /> GB in {spec}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {plan.cache.map(row => (
                            <tr key={row.context} class={row.context === q.context ? 'on' : ''}>
                                <th scope="row">{count(row.context)}</th>
                                {specs.map(spec => (
                                    <td key={spec}>{gigabytes(row[spec])}</td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </section>
    )
}
