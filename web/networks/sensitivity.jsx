// Which layer needs its bits: what coding one layer alone costs, and the bits that are chosen within B's bytes.
import { signal } from '@preact/signals'
import { format } from 'd3-format'
import { NONE, count } from '../text/numbers.js'
import { Stopped } from '../engine/client.js'
import { Sign } from '../parts/signs.jsx'
import { another, open, read, recipes, words } from './session.js'

/**
 * @typedef {{ bits: number[], bytes: number, cross_entropy: number } | null} Choice
 * @typedef {{ base_cross_entropy: number, budget: number, exact: Choice, greedy: Choice, truth: Choice,
 *   sensitivity: { layer: string, widths: { bits: number, bytes: number, rise: number }[] }[] }} Mixed
 */

const found = signal(/** @type {{ key: string, isOn: boolean, mixed?: Mixed, problem?: string } | null} */ (null))
const rise = format('.5f')

const CHOICES = /** @type {const} */ ([
    ['exact', 'least sum of the layers’ own losses'],
    ['greedy', 'the best step by step'],
    ['truth', 'every choice run'],
])

/** @param {string} recipe @param {string} key */
async function measure(recipe, key) {
    found.value = { key, isOn: true }
    try {
        const remote = await another()
        const { report } = await remote.ask('run', [recipe])
        remote.end()
        const [result] = report.results
        found.value = { key, isOn: false, mixed: result.mixed, problem: result.problem }
    } catch (error) {
        if (!(error instanceof Stopped)) found.value = { key, isOn: false, problem: words(error) }
    }
}

export function Sensitivity() {
    const w = recipes.value.b.recipe?.w ?? 'int4'
    const recipe = read(`mixed:w=${w.includes(':') ? `(${w})` : w}`).recipe ?? read('mixed').recipe
    const key = `${open.value?.name} ${recipe?.recipe}`
    const now = found.value?.key === key ? found.value : null
    return (
        <section class="section" aria-labelledby="net-sensitivity">
            <div class="head">
                <h2 id="net-sensitivity">Which layer needs its bits</h2>
                <p>One layer’s weights at a time, all else float32</p>
                <div class="right">
                    <button
                        class="button line small"
                        disabled={!recipe || now?.isOn}
                        onClick={() => recipe && void measure(recipe.recipe, key)}
                    >
                        {now?.isOn ? 'Measuring' : 'Measure layers'}
                    </button>
                </div>
            </div>
            {now?.problem && <p class="wrong">{now.problem}</p>}
            {now?.mixed && <Table mixed={now.mixed} />}
        </section>
    )
}

/** @param {{ mixed: Mixed }} props */
function Table({ mixed }) {
    const widths = mixed.sensitivity[0]?.widths.map(one => one.bits) ?? []
    return (
        <>
            <div class="netscroll" role="region" aria-label="Table of sensitivity" tabIndex={0}>
                <table class="nettable netbits">
                    <caption>
                        <Sign kind="measured" /> Rise of the cross-entropy on calibration pictures, by bits of the
                        layer
                    </caption>
                    <thead>
                        <tr>
                            <th scope="col" class="words">
                                Layer
                            </th>
                            {widths.map(bits => (
                                <th scope="col" key={bits}>
                                    {bits} bits
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {mixed.sensitivity.map(({ layer, widths: row }) => (
                            <tr key={layer}>
                                <th scope="row">{layer}</th>
                                {row.map(one => (
                                    <td key={one.bits}>{rise(one.rise)}</td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
                <table class="nettable">
                    <caption>Bits chosen within {count(mixed.budget)} bytes of weights</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="words">
                                Choice
                            </th>
                            <th scope="col">Bits</th>
                            <th scope="col">Bytes</th>
                            <th scope="col">Cross-entropy</th>
                        </tr>
                    </thead>
                    <tbody>
                        {CHOICES.map(([name, text]) => (
                            <tr key={name}>
                                <th scope="row">
                                    {name} <small class="quiet">{text}</small>
                                </th>
                                <td>{mixed[name]?.bits.join(' / ') ?? NONE}</td>
                                <td>{count(mixed[name]?.bytes)}</td>
                                <td>{mixed[name] ? rise(mixed[name].cross_entropy) : NONE}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </>
    )
}
