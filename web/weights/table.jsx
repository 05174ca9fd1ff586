// The table of tensors: a row each, a column for each spec, and what all of them take together below.
import { size, count, plural } from '../text/numbers.js'
import { openData } from '../state/opening.js'
import { set, state } from '../state/store.js'
import { Bar } from '../parts/bars.jsx'
import { Sign } from '../parts/signs.jsx'
import { cellText, columnOf, shapeText, sigmas } from './labels.js'
import { figureOf, grouped, nextRank } from './order.js'
import { listed, now } from './session.js'
import { Spark } from './spark.jsx'

/**
 * @typedef {import('./order.js').Row} Row
 * @typedef {import('../state/specs.js').Book} Book
 */

/** @param {{ rows: Row[], all: Row[], specs: string[], chosen: string, book: Book, totals: import('./session.js').Totals | null }} props all: those that set the scales */
export function TensorTable({ rows, all, specs, chosen, book, totals }) {
    const { cell } = state.value
    const most = (/** @type {(row: Row) => import('./order.js').Maybe} */ of) =>
        all.reduce((top, row) => Math.max(top, Number.isFinite(of(row)) ? Number(of(row)) : 0), 0)
    const ends = {
        largest: most(row => row.found?.facts?.largest_sigma),
        cell: specs.reduce(
            (top, spec) =>
                Math.max(
                    top,
                    most(row => figureOf(row.found?.results.get(spec), cell)),
                ),
            0,
        ),
    }
    return (
        <div class="weightwide" role="region" aria-label="Table of tensors" tabIndex={0}>
            <table class={`weighttable ${cell}`}>
                <caption class="hidden">Tensors and what each spec does to them</caption>
                <thead>
                    <tr>
                        <Head id="name" class="name">
                            Tensor
                        </Head>
                        <Head id="size" class="dims" descending>
                            Shape
                        </Head>
                        <Head id="bytes" class="stored" descending>
                            In the file
                        </Head>
                        <th scope="col" class="values">
                            Values, ±4 σ
                        </th>
                        <Head id="largest" class="largest" descending sign>
                            Largest, σ
                        </Head>
                        <Head id="kurtosis" class="kurtosis" descending sign>
                            Kurtosis
                        </Head>
                        {specs.map(spec => (
                            <SpecHead key={spec} spec={spec} book={book} chosen={chosen} />
                        ))}
                    </tr>
                </thead>
                {grouped(rows, state.value.by).map(group => (
                    <tbody key={group.name}>
                        {group.name && (
                            <tr class="group">
                                <th scope="rowgroup" colSpan={6 + specs.length}>
                                    <code>{group.name}</code> <small>{plural(group.rows.length, 'tensor')}</small>
                                </th>
                            </tr>
                        )}
                        {group.rows.map(row => (
                            <TensorRow key={row.weight.name} row={row} specs={specs} chosen={chosen} ends={ends} />
                        ))}
                    </tbody>
                ))}
                {totals && <Totals totals={totals} specs={specs} chosen={chosen} />}
            </table>
        </div>
    )
}

/** @type {(id: string) => 'ascending' | 'descending' | undefined} */
const sortOf = id => {
    const { rank } = state.value
    return rank === id ? 'ascending' : rank === `-${id}` ? 'descending' : undefined
}

/** @param {{ id: string, class: string, descending?: boolean, sign?: boolean, children: import('preact').ComponentChildren }} props */
function Head({ id, class: name, descending = false, sign = false, children }) {
    const order = sortOf(id)
    return (
        <th scope="col" class={name} aria-sort={order}>
            <button class="sort" onClick={() => set({ rank: nextRank(state.peek().rank, id, descending) })}>
                {children}
                {order && <span aria-hidden="true">{order === 'ascending' ? '↑' : '↓'}</span>}
            </button>
            {sign && (
                <>
                    {' '}
                    <Sign kind="measured" />
                </>
            )}
        </th>
    )
}

/** @param {{ spec: string, book: Book, chosen: string }} props */
function SpecHead({ spec, book, chosen }) {
    const { name, rest } = columnOf(book, spec)
    return (
        <Head id={spec} class={spec === chosen ? 'spec chosen' : 'spec'}>
            <b>{name}</b>
            {rest && <span> {rest}</span>}
        </Head>
    )
}

/** Opens a tensor in another view; one of the demo's weights becomes the file that is open. @param {'range' | 'bits'} view @param {string} tensor */
async function openIn(view, tensor) {
    const from = listed.peek()
    if (from?.demo) {
        const file = /** @type {File} */ (from.weights.file)
        await openData({ name: file.name, vectors: file, as: 'weights' })
    }
    set({ view, tensor, dim: 0, line: 0, group: 0, lo: '', hi: '', vector: 0 })
}

/** @param {{ row: Row, specs: string[], chosen: string, ends: { largest: number, cell: number } }} props */
function TensorRow({ row: { weight, found }, specs, chosen, ends }) {
    const { cell } = state.value
    const { name, shape, dtype, bytes } = weight
    const facts = found?.facts
    const waits = now.value.has(name) ? 'measuring' : 'waiting'
    const share = (/** @type {import('./order.js').Maybe} */ value) =>
        value == null ? null : cell === 'bytes' ? value / bytes : cell === 'cosine' ? value : value / ends.cell
    return (
        <tr class={found ? '' : 'wait'}>
            <th scope="row" class="name">
                <button class="link" title={`Open ${name} in Range`} onClick={() => openIn('range', name)}>
                    <code>{name}</code>
                </button>{' '}
                <button class="link" aria-label={`Open ${name} in Bits`} onClick={() => openIn('bits', name)}>
                    <span>bits</span>
                </button>
                <small>
                    {shapeText(shape)}, {dtype}
                </small>
                {found?.problem && <small class="wrong">{found.problem}</small>}
            </th>
            <td class="dims">{shapeText(shape)}</td>
            <td class="stored">
                {size(bytes)}
                <small> {dtype}</small>
            </td>
            <td class="values">{found?.counts ? <Spark counts={found.counts} /> : found ? '–' : waits}</td>
            <td class="largest">
                <span class="cell">
                    {sigmas(facts?.largest_sigma)}
                    <Bar share={facts?.largest_sigma == null ? null : facts.largest_sigma / ends.largest} />
                </span>
            </td>
            <td class="kurtosis">{sigmas(facts?.excess_kurtosis)}</td>
            {specs.map(spec => {
                const result = found?.results.get(spec)
                const value = figureOf(result, cell)
                return (
                    <td key={spec} class={spec === chosen ? 'spec chosen' : 'spec'} title={result?.problem}>
                        <span class="cell">
                            {result?.problem ? 'refused' : cellText(value, cell)}
                            <Bar share={share(value)} />
                        </span>
                    </td>
                )
            })}
        </tr>
    )
}

/** @param {{ totals: import('./session.js').Totals, specs: string[], chosen: string }} props */
function Totals({ totals, specs, chosen }) {
    const of = (/** @type {string} */ spec) => totals.totals.find(one => one.spec === spec)
    const [whole] = totals.totals
    const line = (/** @type {string} */ label, /** @type {(one: typeof whole) => string} */ text, file = '') => (
        <tr>
            <th scope="row" class="name">
                {label} <Sign kind="computed" />
            </th>
            <td class="dims" />
            <td class="stored">{file}</td>
            <td class="values" />
            <td class="largest" />
            <td class="kurtosis" />
            {specs.map(spec => {
                const one = of(spec)
                return (
                    <td key={spec} class={spec === chosen ? 'spec chosen' : 'spec'}>
                        <b>{one ? text(one) : '–'}</b>
                    </td>
                )
            })}
        </tr>
    )
    return (
        <tfoot>
            {line('Bytes of the whole file', one => size(one.bytes), whole ? size(whole.file_bytes) : '')}
            {line('Smaller than the file', one => `${one.times_smaller.toFixed(2)}×`)}
            {totals.kept.tensors > 0 && (
                <tr class="kept">
                    <td colSpan={6 + specs.length}>
                        {count(totals.kept.tensors)} of one dimension (biases, norms), {count(totals.kept.values)}{' '}
                        values, stay as they are: {size(totals.kept.bytes)}
                    </td>
                </tr>
            )}
        </tfoot>
    )
}
