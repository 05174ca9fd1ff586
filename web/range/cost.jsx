// Error of the range: errors against half-range, the rules as a table, how values are coded, and code use.
import { figure } from '../text/bits.js'
import { noiseText, rangeText, ruleName, shareText, short, ticks } from './labels.js'
import { at, byHand, chooseRule, curve, mapping, option, survey, wanted } from './session.js'

const percent = (/** @type {number} */ x) => `${x.toFixed(2)}%`

/** Rounding, clipping and their sum over half-range, with a point where the range is. */
export function CostCurve() {
    const [points, here] = [curve.value, at.value]
    const least = Math.min(...points.map(point => point.mse))
    // high enough for what rounds most and for the point, not for all that clips
    const top =
        Math.max(...points.map(one => one.rounding_mse), least * 2.5, Math.min(here?.mse ?? 0, least * 12)) * 1.05
    const end = points.at(-1)?.half_range ?? 1
    const x = (/** @type {number} */ half) => (half / end) * 100
    const y = (/** @type {number} */ error) => 100 - (error / top) * 100
    const line = (/** @type {'mse' | 'rounding_mse' | 'clipping_mse'} */ key) =>
        points.map((one, i) => `${i ? 'L' : 'M'}${x(one.half_range).toFixed(2)} ${y(one[key]).toFixed(2)}`).join('')
    const half = here ? (here.hi - here.lo) / 2 : 0
    const [pointX, pointY] = [x(half), y(here?.mse ?? 0)]
    return (
        <div
            class="costcurve"
            role="img"
            aria-label={`Mean squared error against half-range: ${figure(here?.mse ?? null, 3)} at ${short(half)}, of it rounding ${figure(here?.rounding_mse ?? null, 3)} and clipping ${figure(here?.clipping_mse ?? null, 3)}`}
        >
            <div class="plot">
                <svg class="fill" viewBox="0 0 100 100" preserveAspectRatio="none">
                    <path class="grid" d="M0 0H100M0 33.3H100M0 66.7H100" />
                    <path class="base" d="M0 100H100" />
                    {points.length > 1 && top > 0 && (
                        <>
                            <path class="rounding" d={line('rounding_mse')} />
                            <path class="clipping" d={line('clipping_mse')} />
                            <path class="total" d={line('mse')} />
                        </>
                    )}
                    {pointX <= 100 && <path class="here" d={`M${pointX} 0V100`} />}
                </svg>
                {pointX <= 100 && pointY >= 0 && <i style={{ left: percent(pointX), top: percent(pointY) }} />}
            </div>
            <span class="tick ceiling">{figure(top, 2)}</span>
            <span class="tick zero">0</span>
            <p class="ticks">
                {ticks({ lo: 0, hi: end }, 6).map((tick, i) => (
                    <span key={tick} class={i % 2 ? 'odd' : ''} style={{ left: percent(x(tick)) }}>
                        {i ? figure(tick, 3) : ''}
                    </span>
                ))}
            </p>
            <p class="costlegend">
                <span class="total">total</span>
                <span class="rounding">rounding</span>
                <span class="clipping">clipping</span>
            </p>
        </div>
    )
}

/** What each rule chooses. A bar that is past the scale is drawn broken. */
export function RulesTable() {
    const [known, here, now] = [survey.value, at.value, wanted.value]
    const map = mapping()
    const rules = (known?.rules ?? []).slice().sort((p, q) => q.at.mse - p.at.mse)
    const rows = rules.map(rule => ({ id: rule.range, name: ruleName(rule.range, option), at: rule.at }))
    if (byHand.value && here) rows.push({ id: '', name: 'by hand', at: here })
    const least = Math.min(...rows.map(row => row.at.mse))
    const most = Math.min(Math.max(...rows.map(row => row.at.mse)), least * 4)
    const isChosen = (/** @type {typeof rows[number]} */ row) =>
        byHand.value ? row.id === '' : row.id === option('range') && row.at.lo === now?.lo
    return (
        <table class="rangetable rules">
            <caption class="hidden">The range and error of each rule</caption>
            <thead>
                <tr>
                    <th scope="col">Rule</th>
                    <th scope="col" class="number">
                        {map === 'sym' ? 'Half-range' : 'Range'}
                    </th>
                    <th scope="col" class="number wide">
                        Scale
                    </th>
                    <th scope="col">
                        Error: <span class="rounding">rounding</span>, <span class="clipping">clipping</span>
                    </th>
                    <th scope="col" class="number wide">
                        Clipped
                    </th>
                    <th scope="col" class="number">
                        SQNR, dB
                    </th>
                </tr>
            </thead>
            <tbody>
                {rows.map(row => (
                    <tr key={row.id} class={isChosen(row) ? 'chosen' : ''}>
                        <th scope="row">
                            {row.id ? (
                                <button
                                    class="link"
                                    aria-pressed={isChosen(row)}
                                    onClick={() => chooseRule(row.id)}
                                >
                                    {row.name}
                                </button>
                            ) : (
                                row.name
                            )}
                        </th>
                        <td class="number fromto">{rangeText(row.at, map, map === 'sym' ? 4 : 3)}</td>
                        <td class="number wide">{figure(row.at.scale, 5)}</td>
                        <td>
                            <SplitBar rounding={row.at.rounding_mse} clipping={row.at.clipping_mse} most={most} />
                        </td>
                        <td class="number wide">{shareText(row.at.clipped_share)}</td>
                        <td class="number">
                            <b>{noiseText(row.at)}</b>
                        </td>
                    </tr>
                ))}
            </tbody>
        </table>
    )
}

/** @param {{ rounding: number, clipping: number, most: number }} props */
function SplitBar({ rounding, clipping, most }) {
    const share = (/** @type {number} */ error) => (most > 0 ? Math.min(error / most, 1) * 100 : 0)
    const first = share(rounding)
    const second = Math.min(share(clipping), 100 - first)
    const past = rounding + clipping > most * 1.0001
    return (
        <span class={past ? 'split past' : 'split'}>
            <span class="hidden">
                rounding {figure(rounding, 3)}, clipping {figure(clipping, 3)}
            </span>
            <i class="rounding" style={{ width: percent(first) }} />
            <i class="clipping" style={{ width: percent(second) }} />
        </span>
    )
}
