// The layers: what each is coded as, its errors, its bytes and its largest sum; A over B in one group.
import { signal } from '@preact/signals'
import { format } from 'd3-format'
import { NONE, count } from '../text/numbers.js'
import { set } from '../state/store.js'
import { Menu, Segments } from '../parts/controls.jsx'
import { Letter, Sign } from '../parts/signs.jsx'
import { WEIGHTS } from './demo.js'
import { withPart } from './recipe.js'
import { open, recipes, report, resultOf } from './session.js'

/** @typedef {import('./session.js').LayerFigures} LayerFigures */
/** @typedef {import('./session.js').Chain} Chain */

const decibel = (/** @type {number | null} */ value) => (value === null ? NONE : format('.1f')(value))
const share = (/** @type {number | null} */ value) =>
    value === null ? NONE : value === 0 ? 'none' : `${format('.2~r')(value * 100)} %`

const errors = signal(/** @type {'alone' | 'accumulated'} */ ('alone'))

export function Layers() {
    const chain = /** @type {Chain} */ (open.value?.chain)
    return (
        <section class="section" aria-labelledby="net-layers">
            <div class="head">
                <h2 id="net-layers">Layers</h2>
                <p>A format for each. Errors are of outputs before the ReLU, on the first 512 test pictures.</p>
                <div class="right">
                    <Segments
                        label="Output error"
                        value={errors.value}
                        values={[
                            { value: 'alone', text: 'layer alone' },
                            { value: 'accumulated', text: 'summed so far' },
                        ]}
                        on={value => (errors.value = /** @type {'alone'} */ (value))}
                    />
                </div>
            </div>
            <div class="netscroll" role="region" aria-label="Table of layers" tabIndex={0}>
                <table class="nettable netlayers">
                    <caption class="hidden">Layers of A and B</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="words">
                                Layer
                            </th>
                            <th scope="col" class="words">
                                Weights
                            </th>
                            <th scope="col">
                                <Sign kind="measured" /> Weights, dB
                            </th>
                            <th scope="col">
                                <Sign kind="measured" /> Outputs, dB
                            </th>
                            <th scope="col">
                                <Sign kind="measured" /> Clipped
                            </th>
                            <th scope="col">
                                <Sign kind="computed" /> Bytes
                            </th>
                            <th scope="col">
                                <Sign kind="measured" /> Largest sum
                            </th>
                        </tr>
                    </thead>
                    {chain.layers.map((layer, i) => (
                        <tbody key={layer.name}>
                            {
                                /** @type {const} */ (['a', 'b']).map(side => (
                                    <Row key={side} side={side} layer={layer} at={i} />
                                ))
                            }
                        </tbody>
                    ))}
                </table>
            </div>
            <p class="quiet note netfoot">
                SQNR in decibels: more is better, 6 dB halve the error. Clipped: of the values that enter the layer.
                Sums are held in int32, to 2,147,483,647. {findingsText()}
            </p>
        </section>
    )
}

/** What the core noticed of B, in its words. */
const findingsText = () => [...new Set((resultOf('b')?.findings ?? []).map(one => one.text))].join(' ')

/** @param {{ side: 'a' | 'b', layer: Chain['layers'][number], at: number }} props */
function Row({ side, layer, at }) {
    const letter = side === 'a' ? 'A' : 'B'
    const { recipe } = recipes.value[side]
    const figures = report.value && resultOf(side)?.layers?.[at]
    const own = recipe?.layers.find(one => one.layer === layer.name && one.w)?.w
    const format = own ?? recipe?.w ?? figures?.w ?? 'f32'
    return (
        <tr>
            <th scope="row">
                {side === 'a' ? (
                    <>
                        <b>{layer.name}</b>{' '}
                        <small class="quiet">
                            {layer.weights[1]} → {layer.weights[0]}
                            {layer.relu ? ', ReLU' : ''}
                        </small>
                    </>
                ) : (
                    <span class="hidden">{layer.name}</span>
                )}
            </th>
            <td class="words">
                <Letter side={letter} />{' '}
                {recipe && recipe.w !== null && recipe.method.name !== 'mixed' ? (
                    <Menu
                        label={`Weights of ${layer.name} in ${letter}`}
                        value={format}
                        values={[...new Set([format, ...WEIGHTS])].map(value => ({ value }))}
                        on={spec =>
                            set({
                                [`r${side}`]: withPart(
                                    recipe,
                                    `${layer.name}.w`,
                                    spec === recipe.w ? undefined : spec,
                                ),
                                picture: -1,
                            })
                        }
                    />
                ) : (
                    <code>{figures?.w ?? NONE}</code>
                )}
            </td>
            <td>{decibel(figures?.weight_sqnr_db ?? null)}</td>
            <td>{decibel(figures?.[`${errors.value}_sqnr_db`] ?? null)}</td>
            <td>{share(figures?.clipped_share ?? null)}</td>
            <td>{count(figures?.bytes)}</td>
            <td>{count(figures?.peak_acc)}</td>
        </tr>
    )
}
