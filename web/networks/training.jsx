// Training live: B's formats trained on, its loss by epoch, beside the float32 network trained on as long.
import { signal } from '@preact/signals'
import { format } from 'd3-format'
import { scaleLinear } from 'd3-scale'
import { useEffect } from 'preact/hooks'
import { count, interval } from '../text/numbers.js'
import { Stopped } from '../engine/client.js'
import { Field, Menu } from '../parts/controls.jsx'
import { Sign } from '../parts/signs.jsx'
import { TRAINED } from './demo.js'
import { textOf } from './recipe.js'
import { another, open, read, recipes, report, words } from './session.js'

/**
 * @typedef {import('./session.js').Result} Result
 * @typedef {{ recipe: string, epoch: number, loss: number }} Epoch
 * @typedef {{ recipe: string, isOn: boolean, trace: Epoch[], epochs: number, at?: import('./session.js').At, results?: Result[], stopped?: boolean, problem?: string }} Trained
 */

const method = signal('qat')
const epochs = signal(10)
const trained = signal(/** @type {Trained | null} */ (null))
/** @type {import('../engine/remote.js').Remote | null} */
let remote = null

/** What would be trained. */
function wanted() {
    const b = recipes.value.b.recipe
    const by = read(method.value).recipe?.method
    if (!b || !by) return undefined
    /** @type {[string, string | number][]} */
    const parts = [['epochs', epochs.value]]
    if (by.inputs && b.a !== 'f32') parts.unshift(['a', b.a ?? 'int8'])
    if (by.weights && method.value !== 'float') parts.unshift(['w', b.w ?? 'int4'])
    return read(textOf(method.value, parts))
}

/** @param {string} recipe */
async function train(recipe) {
    stop()
    const start = /** @type {Trained} */ ({ recipe, isOn: true, trace: [], epochs: epochs.value })
    trained.value = start
    const change = (/** @type {Partial<Trained>} */ values) => {
        if (trained.value?.recipe === recipe) trained.value = { ...trained.value, ...values }
    }
    try {
        const mine = (remote = await another())
        const done = await mine.ask('run', [recipe], (/** @type {import('./session.js').At} */ at) => {
            if (remote !== mine || !trained.value) return
            const { trace } = trained.value
            const last = trace.at(-1)
            const isNew =
                at.loss !== null && at.epoch > 0 && !(last?.recipe === at.recipe && last.epoch === at.epoch)
            const next = isNew ? [...trace, { recipe: at.recipe, epoch: at.epoch, loss: Number(at.loss) }] : trace
            change({ at, trace: next })
        })
        change({ isOn: false, results: done.report.results, at: undefined })
        mine.end()
    } catch (error) {
        if (!(error instanceof Stopped)) change({ isOn: false, problem: words(error) })
    }
}

/** Ends the training; the losses that were reached stay. */
function stop() {
    remote?.end()
    remote = null
    if (trained.value?.isOn) trained.value = { ...trained.value, isOn: false, stopped: true }
}

export function Training() {
    const next = wanted()
    const now = trained.value
    const canTrain = !!open.value?.files.train && !!open.value.files.trainLabels
    useEffect(() => {
        const onKey = (/** @type {KeyboardEvent} */ event) => {
            const from = /** @type {HTMLElement} */ (event.target)
            if (event.ctrlKey || event.metaKey || event.altKey || from.closest('input, select, textarea, dialog'))
                return
            if (event.key === 'Escape') stop()
            const recipe = wanted()?.recipe?.recipe
            if (event.key === 't' && recipe && canTrain && !trained.value?.isOn) void train(recipe)
        }
        addEventListener('keydown', onKey)
        return () => removeEventListener('keydown', onKey)
    }, [canTrain])
    return (
        <section class="section" aria-labelledby="net-training">
            <div class="head">
                <h2 id="net-training">Training</h2>
                <p>Weights are rounded in every step, gradients pass straight through</p>
            </div>
            <div class="row nettrain">
                <Menu
                    label="Method of training"
                    value={method.value}
                    values={TRAINED}
                    on={value => (method.value = value)}
                />
                <Field
                    label="Epochs"
                    mode="numeric"
                    width={4}
                    value={String(epochs.value)}
                    on={text => {
                        const value = Number(text)
                        if (!(Number.isInteger(value) && value >= 1 && value <= 1000))
                            return 'Takes a whole number from 1 to 1,000.'
                        epochs.value = value
                    }}
                />
                <span>epochs</span>
                {now?.isOn ? (
                    <button class="button line" onClick={stop}>
                        Stop
                    </button>
                ) : (
                    <button
                        class="button line"
                        disabled={!canTrain || !next?.recipe}
                        onClick={() => next?.recipe && void train(next.recipe.recipe)}
                    >
                        Train
                    </button>
                )}
            </div>
            {!canTrain && <p class="quiet note">Training needs training pictures with labels.</p>}
            {next?.problem && <p class="wrong">{next.problem}</p>}
            {now && <Progress now={now} />}
        </section>
    )
}

/** @param {{ now: Trained }} props */
function Progress({ now }) {
    const last = now.trace.at(-1)
    return (
        <>
            <p class="netepoch" role="status">
                {now.problem ? (
                    <span class="wrong">{now.problem}</span>
                ) : now.isOn ? (
                    <>
                        <b>
                            Epoch {last && last.recipe === now.at?.recipe ? last.epoch : 0} of {now.epochs}
                        </b>
                        , <code>{now.at?.recipe ?? now.recipe}</code>
                        {last ? `, loss ${format('.4f')(last.loss)}` : ''}
                    </>
                ) : now.stopped ? (
                    <>
                        <b>Stopped after epoch {last?.epoch ?? 0}</b> of {now.epochs}; its answers were not
                        measured.
                    </>
                ) : (
                    <>
                        <b>Trained</b> for {now.epochs} epochs.
                    </>
                )}
            </p>
            {now.trace.length > 1 && <Losses now={now} />}
            {now.results && (
                <dl class="nettrained">
                    {now.results.map(result => (
                        <div key={result.recipe}>
                            <dt>
                                <code>{result.recipe}</code> <Sign kind="measured" />
                            </dt>
                            <dd>
                                {result.problem ?? (
                                    <>
                                        <b>{count(result.right)}</b> right of {count(report.value?.data.samples)},{' '}
                                        {interval(result.accuracy_ci95)}
                                    </>
                                )}
                            </dd>
                        </div>
                    ))}
                </dl>
            )}
        </>
    )
}

/** Loss by epoch, a line a recipe. @param {{ now: Trained }} props */
function Losses({ now }) {
    const [width, height, left] = [480, 180, 52]
    const x = scaleLinear()
        .domain([1, Math.max(2, now.epochs)])
        .range([left, width - 12])
    const y = scaleLinear()
        .domain([0, Math.max(...now.trace.map(one => one.loss))])
        .nice(4)
        .range([height - 26, 10])
    const lines = [...new Set(now.trace.map(one => one.recipe))]
    return (
        <figure class="netchart B">
            <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label="Loss by epoch">
                {y.ticks(4).map(tick => (
                    <g key={tick}>
                        <path class="grid" d={`M${left} ${y(tick)}H${width - 12}`} />
                        <text x={left - 8} y={y(tick) + 4} text-anchor="end">
                            {tick}
                        </text>
                    </g>
                ))}
                <text x={x(1)} y={height - 6}>
                    epoch 1
                </text>
                <text x={width - 12} y={height - 6} text-anchor="end">
                    {now.epochs}
                </text>
                {lines.map((recipe, i) => (
                    <polyline
                        key={recipe}
                        class={i ? 'control' : 'line'}
                        points={now.trace
                            .filter(one => one.recipe === recipe)
                            .map(one => `${x(one.epoch).toFixed(1)},${y(one.loss).toFixed(1)}`)
                            .join(' ')}
                    />
                ))}
            </svg>
            <figcaption class="quiet">
                Loss on the training pictures, mean of an epoch. Grey: float32, trained on as long.
            </figcaption>
        </figure>
    )
}
