// How values are coded in the range at hand: the formulas with its numbers, and one value on its way through them.
import { useEffect, useState } from 'preact/hooks'
import { bitsOf, fieldText, figure, floatOf, parseValue } from '../text/bits.js'
import { formulas } from './formulas.js'
import { isScaled } from './labels.js'
import { at, givenSpec, info, option, place, slice, table } from './session.js'
import { book } from '../state/session.js'
import { Field } from '../parts/controls.jsx'
import { Maths } from '../parts/maths.jsx'

export function Formulas() {
    const here = at.value
    if (!here) return null
    return (
        <>
            <dl class="formulas">
                {formulas(here, option, info.value?.format.name ?? '').map(({ name, text, note }) => (
                    <div key={name}>
                        <dt>{name}</dt>
                        <dd>
                            <Maths text={text} /> {note && <small>{note}</small>}
                        </dd>
                    </div>
                ))}
            </dl>
            <Example />
        </>
    )
}

/** The first value of the scale that is looked at. */
function useFirst() {
    const [first, setFirst] = useState(0)
    const [open, about] = [table.value, book.value]
    const { row, from } = slice.value
    const column = option('per') === 'dim' ? place.value.dim : from
    useEffect(() => {
        let isLate = false
        if (open && about)
            about.floats(open, row).then(
                values => isLate || setFirst(values[column]),
                () => {},
            )
        return () => {
            isLate = true
        }
    }, [open, about, row, column])
    return first
}

/** One value: the first of the data, or any that is typed. */
function Example() {
    const first = useFirst()
    const [typed, setTyped] = useState('')
    const [here, about] = [at.value, book.value]
    if (!here || !about || here.lo === here.hi || !isScaled(here)) return null
    const bits = (typed && parseValue(typed).bits) || bitsOf(first)
    const text = fieldText(bits)
    return (
        <div class="example">
            <span aria-hidden="true">x =</span>
            <Field
                label="A value"
                value={text}
                mode="decimal"
                width={Math.max(text.length + 1, 9)}
                on={given => {
                    const { problem } = parseValue(given)
                    if (problem === undefined) setTyped(given.trim())
                    return problem
                }}
            />
            <p>{said(looked(about, givenSpec(here), bits), here)}</p>
        </div>
    )
}

/** @type {(about: import('../state/specs.js').Book, spec: string, bits: number) => import('../text/bits.js').Look & { decoded: number, error: number } | null} */
function looked(about, spec, bits) {
    try {
        return about.ask('bits', spec, bits)
    } catch {
        return null // no number, which these codes refuse
    }
}

/** What becomes of it. @type {(look: ReturnType<typeof looked>, at: import('./labels.js').At) => string} */
function said(look, { units }) {
    if (!look) return 'has no code.'
    const code = Number(look.fields.find(({ kind }) => kind === 'integer')?.meaning.replace('−', '-') ?? look.code)
    const coded = units ? '' : `code ${figure(code)}, `
    const off = look.error === 0 ? 'exactly' : `off by ${figure(Math.abs(look.error), 3)}`
    const end = `${coded}decoded ${figure(look.decoded, 5)}, ${off}.`
    const { at: part, low_bits: low, high_bits: high } = look.between
    if (part == null || low == null || high == null)
        return `lies beyond the levels and is clipped${units ? ', ' : ' to '}${end}`
    if (part === 0 || look.error === 0) return `is a level: ${end}`
    const first = high === look.decoded_bits ? code - 1 : code
    const [from, to] = units ? [floatOf(low), floatOf(high)] : [first, first + 1]
    return `lies ${part > 0.9999 ? 'nearly all' : figure(part, 4)} of the way from ${units ? 'level' : 'code'} ${figure(from, 5)} to ${figure(to, 5)}: ${end}`
}

/** What a value becomes in the range at hand. @type {(value: number) => number | undefined} */
export function decoded(value) {
    const [here, about] = [at.value, book.value]
    if (!here || !about) return undefined
    return here.lo === here.hi ? here.levels[0] : looked(about, givenSpec(here), bitsOf(value))?.decoded
}
