// What a model costs at a person's own prices, and when changing over has paid for itself.
import { format } from 'd3-format'
import { scaleLinear } from 'd3-scale'
import { NONE, count } from '../text/numbers.js'
import { Sign } from '../parts/signs.jsx'
import { LineField } from './ask.jsx'

/** @typedef {import('./question.js').Plan} Plan */
/** @typedef {import('./question.js').Result} Result */

const MONTHS = 36
const money = (/** @type {number | null} */ value) => (value === null ? NONE : count(value))

/** @param {{ plan: Plan, chosen: Result, check: (lines: string[]) => string | undefined }} props */
export function Costs({ plan, chosen, check }) {
    const { against } = plan.question
    const before = plan.results.find(result => result.spec === against)
    /** @type {[string, string, string][]} */
    const figures = [
        [against, money(before?.month ?? null), 'a month'],
        [chosen.spec, money(chosen.month), 'a month'],
        ['Saved', money(chosen.saved_month), 'a month'],
        [
            'Paid back in',
            chosen.payback_months === null ? NONE : format('.1f')(chosen.payback_months),
            chosen.payback_months === null ? '' : 'months',
        ],
    ]
    return (
        <section class="section" aria-labelledby="plan-costs">
            <div class="head">
                <h2 id="plan-costs">What it costs you</h2>
                <p>At your own prices</p>
            </div>
            <div class="planask">
                <span>A GB of memory costs</span>
                <LineField plan={plan} check={check} name="price" label="Price of a GB a month" width={7} />
                <span>a month,</span>
                <LineField plan={plan} check={check} name="copies" label="Copies" width={6} />
                <span>copies run, changing over costs</span>
                <LineField plan={plan} check={check} name="once" label="Cost of changing over" width={9} />
                <span>once.</span>
            </div>
            <dl class="plancosts">
                {figures.map(([label, figure, unit]) => (
                    <div key={label}>
                        <dt>
                            {label} <Sign kind="computed" />
                        </dt>
                        <dd>
                            <b>{figure}</b> {unit}
                        </dd>
                    </div>
                ))}
            </dl>
            {chosen.after_36_months !== null && <Payback once={plan.question.once} chosen={chosen} />}
            <p class="quiet note planfoot">
                {chosen.month === null
                    ? 'Enter a price to see sums. Nothing is assumed.'
                    : 'Bytes times copies times price. What quantizing loses is not in these sums: measure it in Compare.'}
            </p>
        </section>
    )
}

/** Saved less spent, by months. @param {{ once: number, chosen: Result }} props */
function Payback({ once, chosen }) {
    const end = chosen.after_36_months ?? 0
    const [width, height, left] = [420, 150, 64]
    const x = scaleLinear()
        .domain([0, MONTHS])
        .range([left, width - 12])
    const y = scaleLinear()
        .domain([Math.min(-once, end, 0), Math.max(end, 0)])
        .range([height - 24, 10])
    const paid = chosen.payback_months
    return (
        <figure class="planpay">
            <svg
                viewBox={`0 0 ${width} ${height}`}
                role="img"
                aria-label={`After ${MONTHS} months ${money(end)} saved less spent`}
            >
                <path class="axis" d={`M${x(0)} ${y(0)}H${x(MONTHS)}`} />
                <path class="line" d={`M${x(0)} ${y(-once)}L${x(MONTHS)} ${y(end)}`} />
                {paid !== null && paid <= MONTHS && <circle cx={x(paid)} cy={y(0)} r="4" />}
                {[-once, 0, end].map(value => (
                    <text key={value} x={left - 8} y={y(value) + 4} text-anchor="end">
                        {money(value)}
                    </text>
                ))}
                {[0, 12, 24, 36].map(month => (
                    <text key={month} x={x(month)} y={height - 6} text-anchor="middle">
                        {month}
                    </text>
                ))}
            </svg>
            <figcaption class="quiet">Saved less spent, by months</figcaption>
        </figure>
    )
}
