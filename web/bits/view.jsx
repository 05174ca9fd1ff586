// Bits: one value in every format, each of its bits to be turned over; a block of values as bytes; what formats hold.
import '../parts/cells.css'
import './bits.css'
import { useMemo } from 'preact/hooks'
import { chosen, exact, fieldText, figure, floatOf, handSet, parseValue, spoken, toggled } from '../text/bits.js'
import { bitFigure } from './figures.js'
import { book } from '../state/session.js'
import { set, state } from '../state/store.js'
import { quote } from '../text/sentences.js'
import { Field, Segments } from '../parts/controls.jsx'
import { BitBlock } from './block.jsx'
import { BitLegend, Formula } from '../parts/cells.jsx'
import { Ranges } from './format-ranges.jsx'
import { BitTable } from './formats-table.jsx'

/** @typedef {import('./formats-table.jsx').BitRow} BitRow */

const VALUES = ['0.1', '1/3', '−0', '65504', '1e−7', 'inf', 'nan']
const FIRST = 0x3f39fbe7

/** @type {(spec: string, about: import('../state/specs.js').Book, bits: number, byHand: ReturnType<typeof handSet>) => BitRow} */
function rowOf(spec, about, bits, byHand) {
    const { info } = about.info(spec)
    const row = { spec, title: info?.format.title ?? '', family: info?.format.family ?? '' }
    try {
        const isSet = byHand?.spec === spec
        const look = isSet
            ? about.ask('code', spec, byHand.bits ?? bits, byHand.code)
            : about.ask('bits', spec, bits)
        return { ...row, look }
    } catch (error) {
        return { ...row, problem: /** @type {Error} */ (error).message }
    }
}

/** The specs of the rows: the formats that are wanted and those added, a family after another. @type {(about: import('../state/specs.js').Book, find: string, every: boolean, looks: string[]) => string[]} */
function specsOf(about, find, every, looks) {
    const added = looks.map(about.canonical).filter(spec => spec !== undefined)
    const all = [...new Set([...chosen(about.formats, find, every).map(({ name }) => name), ...added])]
    const families = [...new Set(all.map(spec => about.info(spec).info?.format.family))]
    return families.flatMap(family => all.filter(spec => about.info(spec).info?.format.family === family))
}

/** What prints the same. */
export const command = () => {
    const { value, looks } = state.value
    const { bits = 0 } = parseValue(value)
    return [
        `quantscope bits 0x${bits.toString(16).padStart(8, '0')}`,
        ...looks.map(one => `-s ${quote(one)}`),
    ].join(' ')
}

export function View() {
    const about = book.value
    if (!about) return null
    return <Lab about={about} />
}

/** @param {{ about: import('../state/specs.js').Book }} props */
function Lab({ about }) {
    const { value, code, row, find, every, looks } = state.value
    const parsed = parseValue(value)
    const bits = parsed.bits ?? FIRST
    const rows = useMemo(
        () => specsOf(about, find, every, looks).map(spec => rowOf(spec, about, bits, handSet(code))),
        [about, bits, code, find, every, looks.join(';')],
    )
    const named = rows.find(one => one.spec === row) ?? rows[1] ?? rows[0]
    const take = (/** @type {string} */ text) => {
        const { problem } = parseValue(text)
        if (problem === undefined) set({ value: text.trim(), code: '' })
        return problem
    }
    /** Turns a bit over: what the code then stands for is the value of all formats. @type {(row: BitRow, bit: number) => void} */
    const turn = ({ spec, look }, bit) => {
        if (!look) return
        const [next, before] = [toggled(look, bit), handSet(code)]
        const from = (before?.spec === spec && before.bits) || bits
        const { decoded_bits: decoded } = about.ask('code', spec, from, next)
        set({ value: fieldText(Number(decoded)), code: `${next} ${spec} ${from}`, row: spec })
    }
    /** Conditions and command of what is spoken of. @type {[string, string]} */
    const under = [
        `${exact(floatOf(bits))}${named?.look?.scale_from ? `; without data ${spoken(named.look.scale_from)}` : ''}`,
        `quantscope bits 0x${bits.toString(16).padStart(8, '0')}${named ? ` -s ${quote(named.spec)}` : ''}`,
    ]
    const add = (/** @type {string} */ text) => {
        if (!text.trim()) return
        const { info, problem } = about.info(text.trim())
        if (!info) return problem?.message
        set({ looks: [...looks.filter(spec => spec !== info.spec), info.spec], row: info.spec })
    }
    return (
        <div class="lab">
            <h1 class="hidden">Bits</h1>
            <div class="labhead">
                <Field
                    id="value"
                    class="labvalue mono"
                    label="Value"
                    value={value}
                    wrong={parsed.problem}
                    on={take}
                />
                <p class="starts" role="group" aria-label="Values to try">
                    {VALUES.map(text => (
                        <button key={text} class="link" onClick={() => take(text)}>
                            {text}
                        </button>
                    ))}
                </p>
                <BitLegend />
            </div>
            {named && <Sentence row={named} typed={code ? '' : value} />}
            <div class="labtools">
                <Field
                    label="Filter formats"
                    placeholder="Filter"
                    value={find}
                    live
                    on={text => set({ find: text })}
                />
                <Segments
                    label="Formats shown"
                    value={every ? 'every' : 'one'}
                    values={[
                        { value: 'one', text: 'single' },
                        { value: 'every', text: 'blocks too' },
                    ]}
                    on={which => set({ every: which === 'every' })}
                />
                <Field class="add mono" label="Add a spec" placeholder="Add a spec" value="" on={add} />
                {looks.length > 0 && (
                    <button class="button line" onClick={() => set({ looks: [] })}>
                        Formats only
                    </button>
                )}
            </div>
            <BitTable
                rows={rows}
                value={exact(floatOf(bits))}
                chosen={named?.spec ?? ''}
                about={id => bitFigure(id, ...under)}
                on={turn}
                onChoose={spec => set({ row: spec })}
                isWhole={find !== ''}
            />
            {!rows.length && <p class="quiet note">No format matches “{find}”.</p>}
            <BitBlock about={about} bits={bits} />
            <Ranges about={about} names={chosen(about.formats, find, every).map(({ name }) => name)} />
        </div>
    )
}

/** What the chosen format makes of the value, as a sentence, and how. @param {{ row: BitRow, typed: string }} props */
function Sentence({ row, typed }) {
    const { spec, look, problem } = row
    if (!look)
        return (
            <div class="sentence" role="status">
                <p class="verdict">{problem}.</p>
            </div>
        )
    const [value, decoded] = [floatOf(look.value_bits), floatOf(look.decoded_bits)]
    const { spacing } = look.between
    const isExact = Object.is(value, decoded)
    return (
        <div class="sentence" role="status">
            <p class="verdict">
                <code>{spec}</code> stores <b>{exact(value)}</b>
                {isExact && Number.isFinite(value) && ' exactly'}
                {!isExact && ' as '}
                {!isExact && <b>{exact(decoded)}</b>}
                {ending(look)}.{spacing != null && ` Its values are ${figure(spacing)} apart here.`}
            </p>
            <p class="how">
                <span class="mono">
                    {look.fields.map(field => field.bits).join(' ')} ={' '}
                    {look.formula_names && (
                        <>
                            <Formula text={look.formula_names} /> ={' '}
                        </>
                    )}
                    <Formula text={look.formula} />
                    {/[*^]/.test(look.formula) && Number.isFinite(decoded) && <> = {exact(decoded)}</>}
                </span>
                <span class="quiet">
                    {look.scale_from && `Without data ${spoken(look.scale_from)}. `}
                    {typed &&
                        typed !== fieldText(Number(look.value_bits)) &&
                        `${typed} as float32 is ${exact(value)}. `}
                    Its bits are <span class="mono">{look.value_bits}</span>.
                </span>
            </p>
        </div>
    )
}

/** What sort of number came out, where that tells something. @type {(look: import('../text/bits.js').Look) => string} */
const ending = look => (['normal', 'code', 'zero', 'NaN', 'infinity'].includes(look.class) ? '' : `, ${look.class}`)
