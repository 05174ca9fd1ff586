// Plan: what fits, before anything is downloaded. All sums come from the core; nothing is measured.
import './plan.css'
import { format } from 'd3-format'
import { book } from '../state/session.js'
import { state } from '../state/store.js'
import { CopyButton } from '../parts/copy.jsx'
import { sentence } from '../text/numbers.js'
import { Ask } from './ask.jsx'
import { Cache } from './cache.jsx'
import { Costs } from './costs.jsx'
import { IndexTable } from './index-table.jsx'
import { Models, gigabytes } from './models.jsx'
import { bestThatFits, commandOf, leastDevice, nextSmaller, placeOf, questionOf } from './question.js'

/** @typedef {import('./question.js').Plan} Plan */
/** @typedef {import('./question.js').Result} Result */

/** What prints the same. */
export const command = () => commandOf(state.value.plan, state.value.device)

export function View() {
    const about = book.value
    if (!about) return null
    const { plan: lines, device, fit } = state.value
    const answer = (/** @type {string[]} */ asked) =>
        /** @type {Plan} */ (about.ask('plan_model', questionOf(asked, device), ''))
    const check = (/** @type {string[]} */ next) => {
        try {
            answer(next)
        } catch (error) {
            return sentence(/** @type {Error} */ (error).message)
        }
    }
    const problem = check(lines)
    const plan = answer(problem ? [] : lines)
    const best = bestThatFits(plan, device)
    const smaller = nextSmaller(plan, best)
    const chosen = plan.results.find(result => result.spec === fit) ?? smaller ?? best ?? plan.results[0]
    return (
        <div class="planview">
            <h1 class="hidden">Plan</h1>
            <Ask plan={plan} check={check} />
            {problem && (
                <p class="wrong" role="alert">
                    {problem}
                </p>
            )}
            <Fits plan={plan} best={best} chosen={chosen} device={device} />
            <p class="planshare">
                <CopyButton text={() => commandOf(lines, device)}>Copy command</CopyButton>
            </p>
            <Models plan={plan} chosen={chosen} />
            <div class="plancolumns">
                <div>
                    <Cache plan={plan} chosen={chosen} />
                    <Costs plan={plan} chosen={chosen} check={check} />
                </div>
                <IndexTable about={about} />
            </div>
        </div>
    )
}

/** The sentence. @param {{ plan: Plan, best: Result | undefined, chosen: Result, device: number }} props */
function Fits({ plan, best, chosen, device }) {
    const least = leastDevice(plan, chosen)
    return (
        <p class="verdict" role="status">
            {best ? (
                <>
                    <code>{best.spec}</code> fits on {device} GB, with{' '}
                    <b>{format('.1f')(best.spare[placeOf(plan, device)] / 1e9)} GB</b> to spare.{' '}
                </>
            ) : (
                <>No format of this list fits on {device} GB. </>
            )}
            <code>{chosen.spec}</code> takes {gigabytes(chosen.total)} GB with its cache
            {least === undefined ? ' and fits on none of these devices' : ` and fits on ${least} GB`}; each token
            reads all of it, so <b>{format('.3~r')(chosen.tokens_per_s)}</b> a second is the most.
        </p>
    )
}
