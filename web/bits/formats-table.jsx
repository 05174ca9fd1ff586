// One value in many formats, a row each: its bits, what they decode to, how far off that is and what lies around it.
import { useRef, useState } from 'preact/hooks'
import { bitCount, brief, exact, figure, floatOf, moved, relative } from '../text/bits.js'
import { plural } from '../text/numbers.js'
import { familyName } from '../text/sentences.js'
import { CodeBits } from '../parts/cells.jsx'
import { narrow } from '../parts/narrow.js'
import { About } from '../parts/signs.jsx'

/**
 * @typedef {import('../text/bits.js').Look} Look
 * @typedef {{ spec: string, title: string, family: string, look?: Look, problem?: string }} BitRow
 */

/**
 * @param {object} props
 * @param {BitRow[]} props.rows those of a family one after another
 * @param {string} props.value as it is written
 * @param {string} props.chosen the row that is spoken of
 * @param {(id: 'decoded' | 'relative' | 'neighbours') => import('../parts/open.js').Explained} props.about
 * @param {(row: BitRow, bit: number) => void} props.on turns a bit over
 * @param {(spec: string) => void} props.onChoose
 * @param {boolean} [props.isWhole] whether families stay open on a narrow page
 */
export function BitTable({ rows: all, value, chosen, about, on, onChoose, isWhole = false }) {
    const [opened, setOpened] = useState([all[0]?.family])
    const folds = narrow.value && !isWhole
    const isOpen = (/** @type {string} */ family) => !folds || opened.includes(family)
    const rows = all.filter(row => row.spec === chosen || isOpen(row.family))
    const table = useRef(/** @type {HTMLTableElement | null} */ (null))
    const [bit, setBit] = useState(0)
    const counts = rows.map(({ look }) => bitCount(look ?? {}))
    const at = rows.findIndex(row => row.spec === chosen)
    const stopRow = counts[at] ? at : counts.findIndex(count => count > 0)
    const stop = Math.min(bit, counts[stopRow] - 1)
    const families = [...new Set(all.map(row => row.family))]

    const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
        const place = /** @type {HTMLElement} */ (event.target).dataset.at
        if (!place || event.altKey || event.metaKey) return
        const [row, from] = place.split('.').map(Number)
        const next = moved(counts, { row, bit: from }, event)
        if (!next) return
        event.preventDefault()
        /** @type {HTMLElement | null | undefined} */
        const button = table.current?.querySelector(`[data-at="${next.row}.${next.bit}"]`)
        button?.focus()
    }
    return (
        <table class="bittable" role="table" ref={table} onKeyDown={onKeyDown}>
            <caption class="hidden">{value} in each format, bit by bit</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">
                        Format
                    </th>
                    <th role="columnheader" scope="col">
                        Stored bits <span class="quiet">choose one to flip it</span>
                    </th>
                    <th role="columnheader" scope="col" class="number">
                        <About figure={about('decoded')} /> Decoded
                    </th>
                    <th role="columnheader" scope="col" class="number">
                        <About figure={about('relative')} /> Relative error
                    </th>
                    <th role="columnheader" scope="col" class="around">
                        Neighbours <About figure={about('neighbours')} />{' '}
                        <span class="quiet" aria-hidden="true">
                            ◇ the value, ┃ chosen
                        </span>
                    </th>
                </tr>
            </thead>
            {families.map(family => (
                <tbody key={family} role="rowgroup">
                    <tr role="row" class="family">
                        <th role="rowheader" scope="rowgroup" colSpan={5}>
                            {folds ? (
                                <button
                                    class="fold"
                                    aria-expanded={isOpen(family)}
                                    onClick={() =>
                                        setOpened(
                                            isOpen(family)
                                                ? opened.filter(one => one !== family)
                                                : [...opened, family],
                                        )
                                    }
                                >
                                    {familyName(family)}{' '}
                                    <span class="quiet">
                                        {plural(all.filter(row => row.family === family).length, 'format')}
                                    </span>
                                </button>
                            ) : (
                                familyName(family)
                            )}
                        </th>
                    </tr>
                    {rows.map((row, i) =>
                        row.family === family ? (
                            <FormatRow
                                key={row.spec}
                                row={row}
                                number={i}
                                on={on}
                                isChosen={i === at}
                                stop={i === stopRow ? stop : -1}
                                onReach={reached => {
                                    setBit(reached)
                                    if (row.spec !== chosen) onChoose(row.spec)
                                }}
                                onChoose={() => row.spec !== chosen && onChoose(row.spec)}
                            />
                        ) : null,
                    )}
                </tbody>
            ))}
        </table>
    )
}

/** What a class adds to the title; an ordinary number adds nothing. */
const note = (/** @type {Look} */ look) =>
    ['normal', 'code', 'zero'].includes(look.class) ? '' : `, ${look.class}`

/** @param {{ row: BitRow, number: number, isChosen: boolean, stop: number, on: (row: BitRow, bit: number) => void, onReach: (bit: number) => void, onChoose: () => void }} props */
function FormatRow({ row, number, isChosen, stop, on, onReach, onChoose }) {
    const { spec, title, look, problem } = row
    return (
        <tr role="row" class={isChosen ? 'on' : ''} onClick={onChoose}>
            <th role="rowheader" scope="row">
                <code>{spec}</code>
                <small>
                    {title.replace(/(^|\s)-(?=\d)/, '$1−')}
                    {look && note(look)}
                </small>
            </th>
            {look ? (
                <>
                    <td role="cell" class="stored">
                        <CodeBits look={look} row={number} stop={stop} on={bit => on(row, bit)} onReach={onReach} />
                    </td>
                    <td role="cell" class="number decoded">
                        {exact(floatOf(look.decoded_bits), 15)}
                    </td>
                    <td role="cell" class={look.relative_error == null ? 'number off none' : 'number off'}>
                        {relative(look)}
                    </td>
                    <td role="cell" class={hasStep(look) ? 'around' : 'around none'}>
                        {hasStep(look) ? <Gap look={look} /> : '–'}
                    </td>
                </>
            ) : (
                <td role="cell" class="stored refused" colSpan={4}>
                    {problem}
                </td>
            )}
        </tr>
    )
}

/** Whether something is known of what lies around: not for NaN. @param {Look} look */
const hasStep = ({ between }) => (between.low_bits ?? between.high_bits) != null

/** The step that holds the value: both its ends, the chosen one bold, the value where it lies. @param {{ look: Look }} props */
function Gap({ look }) {
    const { low_bits: low, high_bits: high, spacing, at } = look.between
    const digits = low && high && brief(floatOf(low)) === brief(floatOf(high)) ? 9 : 7
    const [from, to] = [low, high].map(bits => (bits ? brief(floatOf(bits), digits) : 'none'))
    const isLow = low === look.decoded_bits
    const where = at ?? (low && high ? 0.5 : low ? 1.1 : -0.1)
    return (
        <span class={at == null ? 'gap beyond' : 'gap'}>
            <span class="line" aria-hidden="true">
                {low && <i class={isLow ? 'end chosen' : 'end'} style={{ left: '12%' }} />}
                {high && <i class={isLow ? 'end' : 'end chosen'} style={{ left: '88%' }} />}
                <i class="value" style={{ left: `${12 + 76 * where}%` }} />
            </span>
            <span class="reach">
                <span class={isLow ? 'chosen' : ''}>
                    <span class="hidden">from </span>
                    {from}
                </span>
                {spacing != null && (
                    <span class={digits > 7 ? 'hidden' : ''}>
                        <span class="hidden">, </span>step {figure(spacing, 4)}
                    </span>
                )}
                <span class={isLow ? '' : 'chosen'}>
                    <span class="hidden"> to </span>
                    {to}
                </span>
            </span>
        </span>
    )
}
