// What enters each layer, as histograms under the fixed range of A and of B.
import { signal } from '@preact/signals'
import { format } from 'd3-format'
import { scaleLinear, scaleSqrt } from 'd3-scale'
import { useEffect } from 'preact/hooks'
import { count } from '../text/numbers.js'
import { ask, changes, numberOf, open, recipes, words } from './session.js'

/** @typedef {{ layer: string, min: number, max: number, lo: number | null, hi: number | null, below: number, above: number, counts: number[] }} Histogram */

const BINS = 48
const found = signal(/** @type {{ a: (Histogram | undefined)[], b: (Histogram | undefined)[] } | null} */ (null))
const problem = signal('')
const value = format('.3~f')

/** @param {'a' | 'b'} side @param {number} layers @returns {Promise<(Histogram | undefined)[]>} */
const histograms = (side, layers) => {
    const at = numberOf(recipes.value[side].recipe?.recipe)
    const isThere = at >= 0 && changes.value[side]
    return Promise.all(
        Array.from({ length: layers }, (_, layer) => (isThere ? ask('activations', at, layer, BINS) : undefined)),
    )
}

export function Activations() {
    const now = changes.value
    const layers = open.value?.chain.layers.length ?? 0
    useEffect(() => {
        let isOn = true
        if (!now.a && !now.b) return
        Promise.all([histograms('a', layers), histograms('b', layers)]).then(
            ([a, b]) => isOn && (found.value = { a, b }),
            error => isOn && (problem.value = words(error)),
        )
        return () => void (isOn = false)
    }, [now, layers])
    return (
        <section class="section" aria-labelledby="net-activations">
            <div class="head">
                <h2 id="net-activations">Activations</h2>
                <p>What enters each layer of float32, under the ranges that A and B fixed</p>
            </div>
            {problem.value && <p class="wrong">{problem.value}</p>}
            <div class="nethistograms">
                {found.value?.a.map((a, i) => {
                    const b = found.value?.b[i]
                    const any = a ?? b
                    return any && <One key={any.layer} any={any} a={a} b={b} />
                })}
            </div>
        </section>
    )
}

/** @param {{ any: Histogram, a: Histogram | undefined, b: Histogram | undefined }} props */
function One({ any, a, b }) {
    const [width, height] = [260, 96]
    const ends = [a, b].flatMap(one => (one?.hi == null || one.lo === null ? [] : [one.lo, one.hi]))
    const x = scaleLinear()
        .domain([Math.min(any.min, ...ends), Math.max(any.max, ...ends)])
        .range([2, width - 2])
    const y = scaleSqrt()
        .domain([0, Math.max(...any.counts)])
        .range([0, height - 12])
    const step = (any.max - any.min) / any.counts.length
    const outside = (/** @type {Histogram | undefined} */ one) =>
        one?.hi == null || one.lo === null
            ? 'no fixed range'
            : `${value(one.lo)} to ${value(one.hi)}, ${count(one.below + one.above)} outside`
    return (
        <figure class="nethistogram">
            <figcaption>
                <b>Into {any.layer}</b>
            </figcaption>
            <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
                {any.counts.map((n, i) => (
                    <rect
                        key={i}
                        x={x(any.min + i * step)}
                        width={Math.max(0.5, x(any.min + step) - x(any.min) - 0.5)}
                        y={height - y(n)}
                        height={y(n)}
                    />
                ))}
                {[a, b].map((one, i) =>
                    one?.hi == null || one.lo === null ? null : (
                        <path
                            key={i ? 'B' : 'A'}
                            class={i ? 'B' : 'A'}
                            d={`M${x(one.lo)} ${i ? 12 : 0}V${height}M${x(one.hi)} ${i ? 12 : 0}V${height}`}
                        />
                    ),
                )}
            </svg>
            <p class="quiet">
                {value(any.min)} to {value(any.max)}; heights by square root. A: {outside(a)}. B: {outside(b)}.
            </p>
        </figure>
    )
}
