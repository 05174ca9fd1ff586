// One value of one row: the six dims around it, its column under the levels, its bits, and its way from a number to a
// rank. A stands alone, or beside B where two formats are compared.
import { signal } from '@preact/signals'
import { data, rowText } from '../state/session.js'
import { set, state } from '../state/store.js'
import { count } from '../text/numbers.js'
import { Menu, Segments } from '../parts/controls.jsx'
import { Letter } from '../parts/signs.jsx'
import { answers } from './answers.js'
import { askColumn, askValue } from './questions.js'
import { BitsOf, Float32Bits } from './value-bits.jsx'
import { Column, endsOf } from './column.jsx'
import { Follow } from './follow.jsx'
import { neighboursOf } from './neighbours.js'
import { cut } from './sentence.js'
import { ValueRows } from './value-rows.jsx'

const [columnA, columnB] = [answers(askColumn), answers(askColumn)]
const [valueA, valueB] = [answers(askValue), answers(askValue)]

/** Whether the six rows are those around the dim, or those of the largest errors. */
const order = signal('dim')

/** @typedef {{ row: number, dim: number, dims: number, found: Map<string, any> | null, isFresh: boolean }} Look */

/** @param {{ a: string, b: string, query: number, near: { value: any, isFresh: boolean }, look: Look }} props */
export function Details({ a, b, query, near, look }) {
    const { row, dim, found, isFresh } = look
    const { both, k } = state.value
    const [mine, other] = [found?.get(a), both ? found?.get(b) : undefined]
    const ends = endsOf(found, dim)
    const ten = near.isFresh ? neighboursOf(near.value, a, k) : null
    const until = [found]
    const [low, high] = ends ?? [0, 0]
    const columns = [
        columnA.use([mine && ends ? a : '', dim, low, high, data.value], until),
        columnB.use([other && ends ? b : '', dim, low, high, data.value], until),
    ]
    const bits = [
        valueA.use([mine ? a : '', row, dim, data.value], until),
        valueB.use([other ? b : '', row, dim, data.value], until),
    ]
    const sides = /** @type {const} */ (['A', 'B'])
        .map((side, i) => ({
            ...{ side, spec: i ? b : a, mine: i ? other : mine },
            column: columns[i].isFresh ? columns[i].value : null,
            bits: bits[i].isFresh ? bits[i].value : null,
        }))
        .slice(0, both ? 2 : 1)
    const rows = [...new Set([row, ...(ten ? [...ten.truth, ...ten.came].map(one => one.row) : [])])]
    const value = mine?.values[dim]
    const twice = both ? 'two' : 'two one'
    return (
        <div class={isFresh ? 'details' : 'details stale'}>
            <section class="section" aria-labelledby="rows-title">
                <div class="head">
                    <h2 id="rows-title">Value by value</h2>
                    <Menu
                        class="query"
                        label="Vector"
                        value={String(row)}
                        values={rows.map(one => ({ value: String(one), text: rowText(one) }))}
                        on={one => set({ pick: Number(one) })}
                    />
                    <div class="right">
                        <Segments
                            label="Which dims"
                            value={order.value}
                            values={[
                                { value: 'dim', text: 'by dim' },
                                { value: 'error', text: 'by error' },
                            ]}
                            on={one => (order.value = one)}
                        />
                    </div>
                </div>
                <ValueRows sides={sides} dim={dim} byError={order.value === 'error'} />
            </section>
            <section class="section" aria-labelledby="column-title">
                <div class="head">
                    <h2 id="column-title">Range</h2>
                    <p>
                        Dim {dim} of{' '}
                        {data.value?.base.rows === 1
                            ? 'the one vector'
                            : `all ${count(data.value?.base.rows ?? 0)} vectors`}{' '}
                        under the levels of this value; the mark is this value
                    </p>
                    <div class="right">
                        <button class="button" onClick={() => set({ view: 'range', range: a, dim })}>
                            Open in Range
                        </button>
                    </div>
                </div>
                <div class={twice}>
                    {sides.map(one => (
                        <Column key={one.side} {...one} ends={ends} dim={dim} value={value} />
                    ))}
                </div>
            </section>
            <section class="section" aria-labelledby="bits-title">
                <div class="head">
                    <h2 id="bits-title">Bits</h2>
                    <p>
                        “{cut(rowText(row))}”, dim {dim}
                    </p>
                    <div class="right">
                        <button
                            class="button"
                            disabled={value === undefined}
                            onClick={() => set({ view: 'bits', value: String(value) })}
                        >
                            Open in Bits
                        </button>
                    </div>
                </div>
                <Float32Bits value={value} />
                <div class={twice}>
                    {sides.map(({ side, bits: look }) => (
                        <div key={side} class={side}>
                            <p class="caption">
                                <Letter side={side} /> <BitsOf look={look} />
                            </p>
                        </div>
                    ))}
                </div>
            </section>
            <Follow {...{ a, query, row, dim, ten }} mine={mine} bits={sides[0].bits} column={sides[0].column} />
        </div>
    )
}
