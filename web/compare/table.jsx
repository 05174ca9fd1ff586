// The table of all specs: a row each, the reference pinned first, a row's measured figures there when they are measured.
import { scaleLinear } from 'd3-scale'
import { useMemo } from 'preact/hooks'
import { interval } from '../text/numbers.js'
import { dispatch, state } from '../state/store.js'
import { frontier, recallFoot } from '../state/rows.js'
import { About, Icon, Letter, Shape } from '../parts/signs.jsx'
import { Bar, Interval } from '../parts/bars.jsx'
import { memo } from '../parts/memo.js'
import { SpecText } from '../parts/spec-text.jsx'

/**
 * @typedef {import('../state/rows.js').Row} Row
 * @typedef {import('../state/figures.js').Figure} Figure
 * @typedef {{ end: (figure: Figure) => number, recall: ReturnType<typeof scaleLinear<number>> }} Scales
 */

/** The scales of the columns: from 0 to the largest, and for recall from its foot to 1; the same while their ends are. @type {(rows: Row[], list: Figure[], k: number) => Scales} */
function useScales(rows, list, k) {
    const finite = (/** @type {Figure} */ figure) =>
        rows.map(figure.value).filter(value => value != null && Number.isFinite(value))
    const ends = list.map(figure =>
        figure.drawn === 'bar' ? Math.max(0, .../** @type {number[]} */ (finite(figure))) : 0,
    )
    const foot = recallFoot(rows, k)
    return useMemo(
        () => ({ end: figure => ends[list.indexOf(figure)], recall: scaleLinear([foot, 1], [0, 1]) }),
        [list, foot, ...ends],
    )
}

/**
 * @param {object} props
 * @param {Row[]} props.rows in the order shown
 * @param {Figure[]} props.list
 * @param {Row[]} props.all those that set the scales
 * @param {string} props.lit
 * @param {[string, string]} props.pair
 * @param {string[]} props.shown
 */
export function SpecTable({ rows, list, all, lit, pair, shown }) {
    const { sort, k, disk } = state.value
    const best = frontier(all, k, disk)
    const scales = useScales(all, list, k)
    const by = list.find(figure => figure.id === sort.replace(/^-/, ''))?.label ?? 'spec'
    return (
        <table class="specs" role="table">
            <caption class="hidden">
                Specs {sort ? `by ${by.toLowerCase()}` : 'in the order given'}, with what each saves and costs
            </caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th scope="col" role="columnheader" class="pick">
                        <span class="hidden">Choose as A or B</span>
                    </th>
                    <th scope="col" role="columnheader" class="name" aria-sort={sortOf('spec', sort)}>
                        <SortButton id="spec" label="Spec" />
                    </th>
                    {list.map(figure => (
                        <th
                            key={figure.id}
                            scope="col"
                            role="columnheader"
                            class={`col-${figure.id} ${figure.drawn ? 'drawn' : 'number'}`}
                            aria-sort={sortOf(figure.id, sort)}
                        >
                            {!figure.drawn && <About figure={figure} />}
                            <SortButton id={figure.id} label={figure.label} more={figure.more} />
                            {figure.drawn && <About figure={figure} />}
                            {figure.drawn === 'interval' && (
                                <span class="ends" aria-hidden="true">
                                    <span>{scales.recall.domain()[0]}</span>
                                    <span>1</span>
                                </span>
                            )}
                        </th>
                    ))}
                </tr>
            </thead>
            <tbody role="rowgroup">
                {rows.map(row => (
                    <SpecRow
                        key={row.spec}
                        row={row}
                        list={list}
                        scales={scales}
                        full={best.has(row.spec)}
                        lit={lit === row.spec}
                        a={pair[0]}
                        b={pair[1]}
                        shown={shown}
                    />
                ))}
            </tbody>
        </table>
    )
}

/** @type {(id: string, sort: string) => 'ascending' | 'descending' | undefined} */
const sortOf = (id, sort) => (sort === id ? 'ascending' : sort === `-${id}` ? 'descending' : undefined)

/** @param {{ id: string, label: string, more?: boolean }} props */
function SortButton({ id, label, more = false }) {
    const order = sortOf(id, state.value.sort)
    return (
        <button class="sort" onClick={() => dispatch({ type: 'sort', column: id, descending: more })}>
            {label}
            {order && <span aria-hidden="true">{order === 'ascending' ? '↑' : '↓'}</span>}
        </button>
    )
}

/** @typedef {{ row: Row, list: Figure[], scales: Scales, full: boolean, lit: boolean, a: string, b: string, shown: string[] }} SpecRowProps */

const SpecRow = memo((/** @type {SpecRowProps} */ { row, list, scales, full, lit, a, b, shown }) => {
    /** @type {[string, string]} */
    const pair = [a, b]
    const wait = row.at === 'waiting' || row.at === 'running'
    const known = wait ? list.filter(figure => figure.sign === 'computed') : list
    return (
        <tr
            role="row"
            id={`row-${row.spec}`}
            title={row.at === 'problem' ? row.now : undefined}
            class={`${row.letter} ${row.reference ? 'reference' : ''} ${wait ? 'wait' : ''} ${row.at === 'problem' ? 'refused' : ''} ${lit ? 'lit' : ''}`}
        >
            <td role="cell" class="pick">
                <Pick row={row} side="A" pair={pair} />
                <Pick row={row} side="B" pair={pair} />
            </td>
            <th role="rowheader" scope="row" class="name">
                <Shape kind={row.kind} full={full} />
                <SpecText spec={row.spec} />
                {!row.reference && !row.letter && (
                    <button
                        class="remove"
                        aria-label={`Remove ${row.spec}`}
                        onClick={() => dispatch({ type: 'remove', spec: row.spec, shown })}
                    >
                        <Icon name="remove" />
                    </button>
                )}
            </th>
            {known.map(figure => (
                <td key={figure.id} role="cell" class={`col-${figure.id} ${figure.drawn ? 'drawn' : 'number'}`}>
                    <Cell row={row} figure={figure} scales={scales} />
                </td>
            ))}
            {wait && (
                <td role="cell" class={`now ${row.at}`} colSpan={list.length - known.length}>
                    {row.at === 'running' ? (
                        <span class="doing">
                            <Bar share={row.share} />
                            {row.now}
                        </span>
                    ) : (
                        row.now
                    )}
                </td>
            )}
        </tr>
    )
})

/** @param {{ row: Row, figure: Figure, scales: Scales }} props */
function Cell({ row, figure, scales }) {
    const value = figure.value(row)
    const text = row.reference && figure.id === 'recall' && value === 1 ? 'truth' : figure.text(value)
    const beside = figure.beside?.(row)
    if (!figure.drawn)
        return (
            <>
                {text}
                {beside && <small> {beside}</small>}
            </>
        )
    const range = figure.range?.(row)
    return (
        <span class="cell" title={range ? interval(range) : undefined}>
            {text}
            {range && <span class="hidden">, {interval(range)}</span>}
            {figure.drawn === 'interval' ? (
                <Interval value={value} range={range} scale={scales.recall} />
            ) : value != null && Number.isFinite(value) ? (
                <Bar share={value / scales.end(figure)} />
            ) : null}
        </span>
    )
}

/** @param {{ row: Row, side: 'A' | 'B', pair: [string, string] }} props */
function Pick({ row, side, pair }) {
    const on = row.letter === side
    const choose = () => dispatch({ type: 'choose', side: side === 'A' ? 'a' : 'b', spec: row.spec, pair })
    return (
        <button class="choose" aria-pressed={on} aria-label={`${row.spec} as ${side}`} onClick={choose}>
            {on ? <Letter side={side} /> : <span class="letter hollow">{side}</span>}
        </button>
    )
}
