// Range: the data under the levels of a quantizer, whose range can be dragged; what each range costs, and each rule.
import '../style/range.css'
import { count, decibel } from '../format.js'
import { figure } from '../bits.js'
import { rangeText, shareText, tellings } from '../range.js'
import { at, drawn, given, info, option, own, refusal, spec, stale, survey } from '../range-session.js'
import { book, data } from '../session.js'
import { changed } from '../specs.js'
import { set, state } from '../store.js'
import { Field, Menu } from '../parts/controls.jsx'
import { Overview, RangeAxis } from '../parts/range-axis.jsx'
import { CostCurve, Formulas, RulesTable, Shares } from '../parts/range-cost.jsx'
import { Sign } from '../parts/signs.jsx'
import { Option } from '../parts/spec-editor.jsx'

/** Options that say nothing of a range, or that are set by dragging it. */
const HIDDEN = ['lo', 'hi', 's', 'z', 'query', 'rescore', 'feedback', 'outliers', 'seed']

export function Range() {
    if (!book.value) return null
    return (
        <div class="range">
            <h1 class="hidden">Range</h1>
            <Controls about={book.value} />
            {refusal.value && (
                <p class="wrong" role="alert">
                    {refusal.value}
                </p>
            )}
            <div class={stale.value ? 'stale' : ''}>
                <Figures />
                <RangeAxis />
                <Overview />
                <div class="section rangecosts">
                    <div>
                        <div class="head">
                            <h2>What the range costs</h2>
                            <p>
                                Mean squared error against half-range <Sign kind="computed" />
                            </p>
                        </div>
                        <CostCurve />
                    </div>
                    <div>
                        <div class="head">
                            <h2>Rules</h2>
                            <p>
                                computed from the histogram <Sign kind="computed" />
                            </p>
                        </div>
                        <RulesTable />
                        <Formulas />
                    </div>
                </div>
            </div>
            <section class="section">
                <div class="head">
                    <h2>Scale per</h2>
                    <p>
                        How often each code is used, lowest to highest, on one scale <Sign kind="measured" />
                    </p>
                </div>
                <Shares />
            </section>
            <Tellings />
        </div>
    )
}

/** @param {{ about: import('../specs.js').Book }} props */
function Controls({ about }) {
    const known = info.value
    const take = (/** @type {string} */ typed) => {
        const found = about.info(typed.trim())
        if (!found.info) return found.problem?.message
        if (!hasRange(found.info))
            return `${found.info.format.name} has no range to choose; take an integer format.`
        const valueOf = (/** @type {string} */ name) => found.info.options.find(one => one.name === name)?.value
        if (valueOf('range') !== 'given') return void set({ range: found.info.spec, lo: '', hi: '' })
        // a range that is given is one set by hand
        const plain = changed(about, found.info, { option: 'range', value: 'minmax' })
        set({ range: plain, lo: String(valueOf('lo') ?? ''), hi: String(valueOf('hi') ?? '') })
    }
    const formats = about.formats.filter(({ name }) => hasRange(about.info(name).info))
    return (
        <div class="rangecontrols">
            <Field
                id="spec-range"
                class="mono"
                label="Spec"
                value={spec.value || given.value}
                wrong={about.info(given.value).problem?.message}
                on={take}
            />
            {known && (
                <label class="option">
                    <span>Format</span>
                    <Menu
                        label="Format"
                        value={known.format.name}
                        values={formats.map(({ name }) => ({ value: name }))}
                        on={format => take(changed(about, known, { format }))}
                    />
                </label>
            )}
            {known?.options
                .filter(one => one.applies && !HIDDEN.includes(one.name))
                .map(one => (
                    <Option
                        key={one.name}
                        option={one.name === 'range' ? { ...one, values: one.values?.filter(offered) } : one}
                        on={value => take(changed(about, known, { option: one.name, value }))}
                    />
                ))}
            {option('per') === 'dim' && (
                <div class="option">
                    <span aria-hidden="true">Dim</span>
                    <Field
                        label="Dim"
                        value={String(state.value.dim)}
                        mode="numeric"
                        width={6}
                        on={text => {
                            const most = (data.value?.base.dim ?? 1) - 1
                            if (!/^\d+$/.test(text.trim()) || Number(text) > most)
                                return `Takes 0 to ${count(most)}.`
                            set({ dim: Number(text), lo: '', hi: '' })
                        }}
                    />
                </div>
            )}
        </div>
    )
}

/** @type {(value: string) => boolean} */
const offered = value => value !== 'given' && !(own.value && value === 'kl')

/** @type {(known: import('../specs.js').SpecInfo | undefined) => boolean} */
const hasRange = known =>
    ['range', 'map'].every(name => known?.options.some(one => one.name === name && one.applies))

function Figures() {
    const [here, known] = [at.value, survey.value]
    const wide = known?.rules.find(one => one.range === 'minmax')?.at
    const where =
        option('per') === 'dim' ? `dim ${known?.dim ?? 0}` : own.value ? `one range for all, ${drawn.value}` : ''
    return (
        <dl class="rangefigures">
            <div>
                <dt>Range</dt>
                <dd>
                    <b id="figure-range">{here ? rangeText(here, option('map')) : '–'}</b> <small>{where}</small>
                </dd>
            </div>
            <div>
                <dt>Scale</dt>
                <dd>
                    <b id="figure-scale">{here ? figure(here.scale, 5) : '–'}</b>{' '}
                    <small>{here?.zero != null && `zero point ${figure(here.zero)}`}</small>
                </dd>
            </div>
            <div>
                <dt>
                    Clipped <Sign kind="computed" />
                </dt>
                <dd>
                    <b id="figure-clipped">{here ? shareText(here.clipped_share) : '–'}</b>{' '}
                    <small>{here && known && `${count(here.clipped)} of ${count(known.whole.values)}`}</small>
                </dd>
            </div>
            <div>
                <dt>
                    SQNR <Sign kind="computed" />
                </dt>
                <dd>
                    <b id="figure-sqnr">{here ? `${decibel(here.sqnr_db)} dB` : '–'}</b>{' '}
                    <small>{wide && `minmax has ${decibel(wide.sqnr_db)}`}</small>
                </dd>
            </div>
        </dl>
    )
}

/** What is often told otherwise. */
function Tellings() {
    const [here, known] = [at.value, survey.value]
    if (!here || !known) return null
    return (
        <section class="section">
            <div class="head">
                <h2>Often told otherwise</h2>
                <p>with the numbers above</p>
            </div>
            <ul class="rangetellings">
                {tellings(here, known, option).map(({ title, text }) => (
                    <li key={title}>
                        <h3>{title}</h3>
                        <p>{text}</p>
                    </li>
                ))}
            </ul>
        </section>
    )
}
