// The outputs of one picture, a row a class: float32 as a ring, A as a square, B as a diamond, on one axis.
import { format } from 'd3-format'
import { scaleLinear } from 'd3-scale'
import { NONE } from '../text/numbers.js'
import { Letter } from '../parts/signs.jsx'
import { Drawing } from './picture.jsx'
import { nameOf } from './pictures.jsx'
import { recipes } from './session.js'

/**
 * @typedef {{ recipe: string, answer: number, outputs: number[] }} Answer
 * @typedef {{ sample: number, label: number | null, float: { answer: number, outputs: number[] }, results: Answer[] }} Sample
 */

const output = format('.2f')

/** @param {{ about: Sample }} props */
export function Outputs({ about }) {
    const { sample, label, float, results } = about
    const of = (/** @type {'a' | 'b'} */ side) =>
        results.find(one => one.recipe === recipes.value[side].recipe?.recipe)
    const [a, b] = [of('a'), of('b')]
    const all = [float, a, b].flatMap(one => one?.outputs ?? [])
    const scale = scaleLinear()
        .domain([Math.min(...all), Math.max(...all)])
        .nice()
        .range([0, 100])
    const [low, high] = scale.domain()
    const classes = float.outputs
        .map((value, i) => ({ value, i }))
        .sort((x, y) => y.value - x.value)
        .map(({ i }) => i)
    const row = (/** @type {number} */ i) =>
        /** @type {const} */ ([
            ['ring', float.outputs[i]],
            ['A', a?.outputs[i]],
            ['B', b?.outputs[i]],
        ])
    return (
        <div class="netoutputs">
            <Drawing sample={sample} />
            <div class="netscroll" role="region" aria-label="Outputs of the chosen picture" tabIndex={0}>
                <p class="netcount" aria-live="polite">
                    <b>Picture {sample}</b>
                    {label === null ? '' : `, ${nameOf(label)}`}. float32 says {nameOf(float.answer)}
                    {a && (
                        <>
                            , <Letter side="A" /> {nameOf(a.answer)}
                        </>
                    )}
                    {b && (
                        <>
                            , <Letter side="B" /> {nameOf(b.answer)}
                        </>
                    )}
                    .
                </p>
                <table class="nettable">
                    <caption class="hidden">Outputs of picture {sample}</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="words">
                                Output
                            </th>
                            <th scope="col" class="netaxis">
                                <span>{low}</span>
                                <span>{high}</span>
                            </th>
                            <th scope="col">float32</th>
                            <th scope="col">
                                <Letter side="A" />
                            </th>
                            <th scope="col">
                                <Letter side="B" />
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        {classes.map(i => (
                            <tr key={i}>
                                <th scope="row">{nameOf(i)}</th>
                                <td class="netmarks" aria-hidden="true">
                                    <span>
                                        {row(i).map(
                                            ([name, value]) =>
                                                value !== undefined && (
                                                    <i
                                                        key={name}
                                                        class={name}
                                                        style={{ left: `${scale(value)}%` }}
                                                    />
                                                ),
                                        )}
                                    </span>
                                </td>
                                {row(i).map(([name, value]) => (
                                    <td key={name} class={name}>
                                        {value === undefined ? NONE : output(value)}
                                    </td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </div>
    )
}
