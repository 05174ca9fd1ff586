// What each format holds, as a table: the core decodes every code for it, so it comes after the page is drawn.
import { useEffect, useState } from 'preact/hooks'
import { figure, nextOrder, ordered } from '../text/bits.js'
import { bitFigure } from './figures.js'
import { count, times } from '../text/numbers.js'
import { set, state } from '../state/store.js'
import { narrow } from '../parts/narrow.js'
import { About } from '../parts/signs.jsx'

/** @typedef {Record<string, any> & { name: string, title: string }} Range */

/** What was asked once. @type {WeakMap<object, Range[]>} */
const known = new WeakMap()

/** So many are shown first on a narrow page. */
const FEW = 6

/** @type {{ key: string, label: string, text: (value: any) => string }[]} */
const COLUMNS = [
    { key: 'bits_per_value', label: 'Bits per value', text: value => figure(value, 5) },
    { key: 'saved', label: 'Saving', text: share => times(1 / (1 - share)) },
    { key: 'negative', label: 'Below 0 by', text: value => String(value).replace(' - ', ' − ').replace("'", '’') },
    { key: 'lowest', label: 'Lowest', text: value => figure(value, 5) },
    { key: 'largest', label: 'Largest', text: value => figure(value, 5) },
    { key: 'smallest_normal', label: 'Smallest normal', text: value => figure(value, 5) },
    { key: 'smallest_subnormal', label: 'Smallest subnormal', text: value => figure(value, 5) },
    { key: 'epsilon', label: 'Epsilon', text: value => figure(value, 5) },
    { key: 'exact_integers', label: 'Integers exact to', text: count },
    { key: 'codes', label: 'Codes', text: count },
    { key: 'values', label: 'Values', text: count },
]

/** @param {{ about: import('../state/specs.js').Book, names: string[] }} props the formats that are wanted */
export function Ranges({ about, names }) {
    const [ranges, setRanges] = useState(known.get(about) ?? [])
    const { order } = state.value
    useEffect(() => {
        if (known.has(about)) return
        const timer = setTimeout(() => {
            const found = about.ask('ranges').ranges
            known.set(about, found)
            setRanges(found)
        }, 100)
        return () => clearTimeout(timer)
    }, [about])
    const [every, setEvery] = useState(false)
    const wanted = ordered(
        ranges.filter(({ name }) => names.includes(name)),
        order,
    )
    const seen = narrow.value && !every ? wanted.slice(0, FEW) : wanted
    return (
        <section class="section" aria-labelledby="ranges-title">
            <div class="head">
                <h2 id="ranges-title">Ranges of the formats</h2>
                <p>
                    From decoding every code. Integers have scale 1, blocks contain values up to 1. The saving
                    against float32 counts the scales of blocks.{' '}
                    <About figure={bitFigure('ranges', 'every format of the registry', 'quantscope formats')} />
                </p>
            </div>
            <div class="wideholder" role="region" aria-label="Table of ranges" tabIndex={0}>
                <table class="ranges">
                    <caption class="hidden">Largest and smallest numbers, steps and codes of each format</caption>
                    <thead>
                        <tr>
                            <Head name="name" label="Format" order={order} />
                            {COLUMNS.map(({ key, label }) => (
                                <Head key={key} name={key} label={label} order={order} />
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {seen.map(range => (
                            <tr key={range.name}>
                                <th scope="row" title={range.title}>
                                    <code>{range.name}</code>
                                </th>
                                {COLUMNS.map(({ key, text }) => (
                                    <td key={key}>{text(range[key])}</td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            {seen.length < wanted.length && (
                <p class="note">
                    <button class="button line" onClick={() => setEvery(true)}>
                        All {count(wanted.length)} formats
                    </button>
                </p>
            )}
            {!ranges.length && <p class="quiet note">Decoding every code…</p>}
        </section>
    )
}

/** @param {{ name: string, label: string, order: string }} props */
function Head({ name, label, order }) {
    const sort = order === name ? 'ascending' : order === `-${name}` ? 'descending' : undefined
    return (
        <th scope="col" aria-sort={sort}>
            <button class="sort" onClick={() => set({ order: nextOrder(order, name) })}>
                {label}
                {sort && <span aria-hidden="true">{sort === 'ascending' ? '↑' : '↓'}</span>}
            </button>
        </th>
    )
}
