// Range: the data under the levels of a quantizer, whose range can be dragged; what each range costs, and each rule.
import './range.css'
import './axis.css'
import './study.css'
import { count, decibel, sentence } from '../text/numbers.js'
import { figure } from '../text/bits.js'
import { noiseText, rangeText, shareText } from './labels.js'
import { explained } from './figures.js'
import { at, fitted, mapping, refusal, scaleName, stale, survey } from './session.js'
import { book } from '../state/session.js'
import { RangeAxis } from './axis.jsx'
import { Overview } from './overview.jsx'
import { Codebook } from './codebook.jsx'
import { RangeControls } from './controls.jsx'
import { CostCurve, RulesTable } from './cost.jsx'
import { Formulas } from './formulas-panel.jsx'
import { Gains, Shares } from './sharing-panel.jsx'
import { Dims, Rounding, RowsNeeded } from './study-panel.jsx'
import { About } from '../parts/signs.jsx'
import { Misconceptions } from './misconceptions-panel.jsx'

/** What prints the same. */
export const command = () => explained('sqnr').command ?? ''

export function View() {
    if (!book.value) return null
    return (
        <div class="range">
            <h1 class="hidden">Range</h1>
            <RangeControls about={book.value} />
            {refusal.value && (
                <p class="wrong" role="alert">
                    {sentence(refusal.value)}
                </p>
            )}
            <div class={stale.value ? 'stale' : ''}>
                <Figures />
                <RangeAxis />
                <Overview />
                {fitted.value ? <Codebook /> : <Costs />}
            </div>
            <section class="section">
                <div class="head">
                    <h2>{fitted.value ? 'Codebook per' : 'Scale per'}</h2>
                    <p>
                        How often each code is used, lowest to highest, all drawn to one scale{' '}
                        <About figure={explained('use')} />
                    </p>
                </div>
                <Shares />
                <Gains />
            </section>
            <div class="section rangecosts even">
                <Rounding />
                <Dims />
            </div>
            <RowsNeeded />
            <Misconceptions />
        </div>
    )
}

/** What ranges cost, what the rules choose, and how values are coded. */
const Costs = () => (
    <div class="section rangecosts">
        <div>
            <div class="head">
                <h2>Error of the range</h2>
                <p>
                    Mean squared error against half-range <About figure={explained('cost')} />
                </p>
            </div>
            <CostCurve />
        </div>
        <div>
            <div class="head">
                <h2>Rules</h2>
                <p>
                    computed from the histogram <About figure={explained('rules')} />
                </p>
            </div>
            <RulesTable />
            <Formulas />
        </div>
    </div>
)

function Figures() {
    const [here, known] = [at.value, survey.value]
    const wide = known?.rules.find(one => one.range === 'minmax')?.at
    return (
        <dl class="rangefigures">
            <div>
                <dt>Range</dt>
                <dd>
                    <b id="figure-range">{here ? rangeText(here, fitted.value ? '' : mapping()) : '–'}</b>{' '}
                    <small>{scaleName.value}</small>
                </dd>
            </div>
            <div>
                <dt>{fitted.value ? 'Levels' : 'Scale'}</dt>
                <dd>
                    <b id="figure-scale">
                        {here ? (fitted.value ? here.levels.length : figure(here.scale, 5)) : '–'}
                    </b>{' '}
                    <small>
                        {fitted.value
                            ? 'fitted, no scale'
                            : here?.zero != null && !here.units && `zero point ${figure(here.zero)}`}
                    </small>
                </dd>
            </div>
            <div>
                <dt>
                    <About figure={explained('clipped')} label />
                </dt>
                <dd>
                    <b id="figure-clipped">{here ? shareText(here.clipped_share) : '–'}</b>{' '}
                    <small>{here && known && `${count(here.clipped)} of ${count(known.whole.values)}`}</small>
                </dd>
            </div>
            <div>
                <dt>
                    <About figure={explained('sqnr')} label />
                </dt>
                <dd>
                    <b id="figure-sqnr">
                        {here ? noiseText(here) : '–'}
                        {here?.sqnr_db != null && ' dB'}
                    </b>{' '}
                    <small>{wide?.sqnr_db != null && `minmax has ${decibel(wide.sqnr_db)}`}</small>
                </dd>
            </div>
        </dl>
    )
}
