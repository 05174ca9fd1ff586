// B's formats by every method: what each needs, how many are right, with the interval. Measured when asked for.
import { signal } from '@preact/signals'
import { count } from '../text/numbers.js'
import { Stopped } from '../engine/client.js'
import { set } from '../state/store.js'
import { Interval } from '../parts/bars.jsx'
import { Sign } from '../parts/signs.jsx'
import { METHODS } from './demo.js'
import { sharedScale } from './figures.jsx'
import { another, open, read, recipes, report, words } from './session.js'

/** @typedef {import('./session.js').Report} Report */
/** @typedef {import('./session.js').Result} Result */
/** @typedef {import('../engine/remote.js').Remote} Remote */

const table = signal(/** @type {{ key: string, report?: Report, now?: string, problem?: string } | null} */ (null))
/** @type {Remote | null} */
let remote = null

const bracketed = (/** @type {string} */ spec) => (spec.includes(':') ? `(${spec})` : spec)

/** The recipes for B's formats; those that its formats can't be done by are left out. */
function rows() {
    const b = recipes.value.b.recipe
    if (!b) return []
    const [w, a] = [bracketed(b.w ?? 'int4'), bracketed(b.a ?? 'int8')]
    return METHODS.flatMap(({ recipe, title }) => {
        const found = read(recipe.replace('{w}', w).replace('{a}', a)).recipe
        return found ? [{ title, recipe: found }] : []
    })
}

/** @param {string[]} list @param {string} key */
async function measure(list, key) {
    remote?.end()
    table.value = { key }
    try {
        const mine = (remote = await another())
        const done = await mine.ask(
            'run',
            list,
            (/** @type {{ recipe: string }} */ at, /** @type {any} */ part) => {
                if (remote === mine) table.value = { key, report: part ?? table.value?.report, now: at.recipe }
            },
        )
        if (remote === mine) table.value = { key, report: done.report }
        mine.end()
    } catch (error) {
        if (!(error instanceof Stopped)) table.value = { key, problem: words(error) }
    }
}

export function Methods() {
    const all = rows()
    const list = all.map(one => one.recipe.recipe)
    const key = `${open.value?.name} ${list.join('\n')}`
    const mine = table.value?.key === key ? table.value : null
    const results = mine?.report?.results ?? []
    const float = /** @type {Report} */ (report.value).float
    const scale = sharedScale([float.accuracy_ci95, ...results.map(one => one.accuracy_ci95)])
    return (
        <section class="section" aria-labelledby="net-methods">
            <div class="head">
                <h2 id="net-methods">Methods</h2>
                <p>B’s formats by every method</p>
                <div class="right">
                    <button
                        class="button line small"
                        disabled={!!mine?.now || !list.length}
                        onClick={() => void measure(list, key)}
                    >
                        {mine?.now ? 'Measuring' : 'Measure all'}
                    </button>
                </div>
            </div>
            {mine?.problem && <p class="wrong">{mine.problem}</p>}
            <div class="netscroll" role="region" aria-label="Table of methods" tabIndex={0}>
                <table class="nettable netmethods">
                    <caption class="hidden">Right answers of B’s formats by method</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="words">
                                Method
                            </th>
                            <th scope="col" class="first wide">
                                It needs
                            </th>
                            <th scope="col">
                                <Sign kind="measured" /> Right
                            </th>
                            <th scope="col" class="netaxis">
                                <span class="hidden">Accuracy with its interval</span>
                                <span>{results.length > 0 && scale.domain()[0]}</span>
                                <span>{results.length > 0 && scale.domain()[1]}</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        {all.map(({ title, recipe }) => (
                            <Row
                                key={recipe.recipe}
                                title={title}
                                recipe={recipe}
                                result={results.find(one => one.recipe === recipe.recipe)}
                                isNow={mine?.now === recipe.recipe}
                                scale={scale}
                                tick={float.accuracy}
                            />
                        ))}
                    </tbody>
                </table>
            </div>
        </section>
    )
}

/** @param {{ title: string, recipe: import('./recipe.js').Recipe, result: Result | undefined, isNow: boolean, scale: (x: number) => number, tick: number | null }} props */
function Row({ title, recipe, result, isNow, scale, tick }) {
    const isB = recipes.value.b.recipe?.recipe === recipe.recipe
    const calibrate = recipe.options.find(one => one.name === 'calibrate')?.value
    return (
        <tr class={isB ? 'on B' : ''}>
            <th scope="row">
                <button class="link" aria-pressed={isB} onClick={() => set({ rb: recipe.recipe, picture: -1 })}>
                    {title}
                </button>
            </th>
            <td class="first wide">
                {recipe.method.calibrates && calibrate ? `${count(Number(calibrate))} pictures` : 'nothing'}
            </td>
            <td>{result?.problem ? 'can’t' : isNow ? '…' : count(result?.right)}</td>
            <td class="netplot">
                <Interval value={result?.accuracy} range={result?.accuracy_ci95} scale={scale} />
                {tick !== null && result && <i class="nettick" style={{ left: `${scale(tick) * 100}%` }} />}
            </td>
        </tr>
    )
}
