// The integer product behind one output of A for the chosen picture: each product of codes, the sum from the bias on, its
// terms, the multiplier and the code that goes on.
import { signal } from '@preact/signals'
import { format } from 'd3-format'
import { scaleLinear } from 'd3-scale'
import { useEffect } from 'preact/hooks'
import { NONE, count } from '../text/numbers.js'
import { Field, Menu } from '../parts/controls.jsx'
import { Letter, Sign } from '../parts/signs.jsx'
import { chosenPicture } from './pictures.jsx'
import { ask, changes, numberOf, open, recipes, words } from './session.js'

/** @typedef {{ layer: string, output: number, scale_x: number, zero: number, scale_w: number, products: { x: number, w: number, product: number }[],
 *   bias: number, sum: number, terms: { wx: number, zero_w: number, bias: number }, multiplier: number,
 *   output_scale: number | null, output_zero: number | null, code: number | null, value: number, float: number }} ProductOf */

const layer = signal(-1)
const output = signal(0)
const found = signal(/** @type {{ product?: ProductOf, problem?: string } | null} */ (null))
const real = format('.5~g')

export function Product() {
    const chain = open.value?.chain
    const now = changes.value
    const sample = chosenPicture()
    const layers = chain?.layers ?? []
    const at = layer.value < 0 ? layers.length - 1 : Math.min(layer.value, layers.length - 1)
    const outputs = layers[at]?.out.reduce((all, side) => all * side, 1) ?? 1
    const place = Math.min(output.value, outputs - 1)
    useEffect(() => {
        let isOn = true
        const result = numberOf(recipes.value.a.recipe?.recipe)
        if (!now.a || result < 0) found.value = null
        else
            ask('product', result, at, sample, place).then(
                product => isOn && (found.value = { product }),
                error => isOn && (found.value = { problem: words(error) }),
            )
        return () => void (isOn = false)
    }, [now, at, sample, place])
    return (
        <section class="section" aria-labelledby="net-product">
            <div class="head">
                <h2 id="net-product">The integer product</h2>
                <p>
                    What hardware does for one output of <Letter side="A" />, on picture {sample}
                </p>
                <div class="right wrap">
                    <Menu
                        label="Layer of the product"
                        value={String(at)}
                        values={layers.map(({ name }, i) => ({ value: String(i), text: name }))}
                        on={value => {
                            layer.value = Number(value)
                            output.value = 0
                        }}
                    />
                    <span>output</span>
                    <Field
                        label="Output of the layer"
                        mode="numeric"
                        width={6}
                        value={String(place)}
                        on={text => {
                            const value = Number(text)
                            if (!(Number.isInteger(value) && value >= 0 && value < outputs))
                                return `Takes 0 to ${count(outputs - 1)}.`
                            output.value = value
                        }}
                    />
                </div>
            </div>
            {found.value?.problem && <p class="quiet">{found.value.problem}</p>}
            {found.value?.product && <Shown product={found.value.product} />}
        </section>
    )
}

/** @param {{ product: ProductOf }} props */
function Shown({ product }) {
    const { products, bias, sum, terms, multiplier, code, output_zero: zero, value } = product
    return (
        <div class="A">
            <p class="netcount">
                <b>{count(products.length)} products</b>; the sum starts at the bias, {count(bias)}, and ends at{' '}
                {count(sum)} <Sign kind="computed" />
            </p>
            <Bars products={products} bias={bias} />
            <table class="nettable netterms">
                <caption>
                    Σ (x − z) w + bias, multiplied out. Weights are symmetric here: their zero point is 0, so the
                    two terms with it are 0.
                </caption>
                <thead>
                    <tr>
                        <th scope="col" class="words">
                            Term
                        </th>
                        <th scope="col">Known</th>
                        <th scope="col">Value</th>
                    </tr>
                </thead>
                <tbody>
                    {[
                        ['Σ x w', 'for each input', terms.wx],
                        [`− z Σ w, z = ${product.zero}`, 'before any input', -terms.zero_w],
                        ['− z of w times Σ x', 'for each input', 0],
                        ['+ K z z of w', 'before any input', 0],
                        ['bias', 'before any input', terms.bias],
                        ['sum', '', sum],
                    ].map(([name, when, term]) => (
                        <tr key={name}>
                            <th scope="row">{name}</th>
                            <td>{when}</td>
                            <td>{count(Number(term))}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
            <p class="netformula">
                {code === null || zero === null ? (
                    <>
                        {count(sum)} · {real(multiplier)} = {real(value)}
                    </>
                ) : (
                    <>
                        round({count(sum)} · {real(multiplier)}) {zero < 0 ? '−' : '+'} {Math.abs(zero)} → code{' '}
                        {code}, which stands for {real(value)}
                    </>
                )}
                <small>
                    The multiplier is scale of inputs {real(product.scale_x)} times scale of weights{' '}
                    {real(product.scale_w)}
                    {product.output_scale === null
                        ? ''
                        : `, divided by the next layer’s scale ${real(product.output_scale)}`}
                    . float32 has {product.float === null ? NONE : real(product.float)}.
                </small>
            </p>
        </div>
    )
}

/** Each product, and the sum so far below. @param {{ products: ProductOf['products'], bias: number }} props */
function Bars({ products, bias }) {
    const [width, height] = [960, 170]
    const x = scaleLinear().domain([0, products.length]).range([0, width])
    let so = bias
    const sums = [bias, ...products.map(({ product }) => (so += product))]
    const most = Math.max(1, ...products.map(({ product }) => Math.abs(product)))
    const y = scaleLinear().domain([-most, most]).range([80, 0])
    const below = scaleLinear()
        .domain([Math.min(0, ...sums), Math.max(1, ...sums)])
        .range([height - 2, 92])
    return (
        <svg
            class="netproducts"
            viewBox={`0 0 ${width} ${height}`}
            role="img"
            aria-label="Products, and below them the sum so far"
        >
            <path class="axis" d={`M0 ${y(0)}H${width}M0 ${below(0)}H${width}`} />
            {products.map(({ product }, i) => (
                <rect
                    key={i}
                    x={x(i)}
                    width={Math.max(0.6, x(1) - 1)}
                    y={Math.min(y(0), y(product))}
                    height={Math.abs(y(product) - y(0))}
                />
            ))}
            <polyline
                class="sum"
                points={sums.map((sum, i) => `${x(i).toFixed(1)},${below(sum).toFixed(1)}`).join(' ')}
            />
        </svg>
    )
}
