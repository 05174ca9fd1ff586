// Bits as cells: filled for 1, tinted for 0, the digit always there, the shape by what the bit is. Under a group stands
// what it means, so that a row reads as its formula.
import { TRIT, bitName, formula, spoken } from '../text/bits.js'

/** A formula of the core, its powers raised. @param {{ text: string, digits?: number }} props */
export const Formula = ({ text, digits }) => (
    <>
        {formula(text, digits).map((piece, i) =>
            typeof piece === 'string' ? piece : <sup key={i}>{piece.raised}</sup>,
        )}
    </>
)

/** A bit that only shows. @param {{ set: boolean, kind: string }} props */
export const Bit = ({ set, kind }) => <span class={`bit k-${kind} ${set ? 'set' : ''}`} />

/** A digit of three values that only shows. @param {{ digit: number }} props */
export const Trit = ({ digit }) => <span class={`bit k-${TRIT} ${digit ? 'set' : ''}`} data-digit={digit} />

const KINDS = ['sign', 'exponent', 'mantissa', 'integer', 'index', 'scale']
/** Digits of a number in a cell, where all of them stand in the sentence. */
const FEW = 6

/** What stands under a group of bits. @param {{ look: import('../text/bits.js').Look, field: import('../text/bits.js').Field }} props */
function Means({ look, field }) {
    if (look.fields.length > 1) return <Formula text={field.meaning} />
    if (field.kind === 'index')
        return (
            <>
                {field.meaning}: <Formula text={look.formula} digits={FEW} />
            </>
        )
    return <Formula text={look.formula_names ? look.formula : field.meaning} digits={FEW} />
}

export const BitLegend = () => (
    <div class="legend bitlegend" aria-hidden="true">
        {KINDS.map(kind => (
            <span key={kind}>
                <Bit set kind={kind} /> {kind}
            </span>
        ))}
    </div>
)

/**
 * The bits of a code, as buttons that turn them over.
 * @param {object} props
 * @param {import('../text/bits.js').Look} props.look
 * @param {number} props.row
 * @param {number} props.stop the bit that Tab leads to; -1: none in this row
 * @param {(bit: number) => void} props.on
 * @param {(bit: number) => void} props.onReach
 */
export function CodeBits({ look, row, stop, on, onReach }) {
    const { spec, fields, formula_rest: rest } = look
    let first = 0
    return (
        <span class="codebits">
            {fields.map(field => {
                const start = first
                first += field.bits.length
                const isTrit = field.kind === TRIT
                return (
                    <span
                        key={field.kind}
                        class={`group k-${field.kind}`}
                        role="group"
                        aria-label={`${spec} ${field.kind}: ${spoken(field.meaning)}`}
                    >
                        <span class="cells">
                            {[...field.bits].map((digit, i) => (
                                <button
                                    key={i}
                                    class={`bit k-${field.kind} ${digit === '0' ? '' : 'set'}`}
                                    aria-label={bitName(field, i)}
                                    aria-pressed={isTrit ? undefined : digit === '1'}
                                    data-at={`${row}.${start + i}`}
                                    data-digit={isTrit ? digit : undefined}
                                    tabIndex={stop === start + i ? 0 : -1}
                                    onClick={() => on(start + i)}
                                    onFocus={() => onReach(start + i)}
                                />
                            ))}
                            {isTrit && <span class="aside">{field.meaning}</span>}
                        </span>
                        <span class={field.bits.length > 1 ? 'means' : 'means alone'} aria-hidden="true">
                            <Means look={look} field={field} />
                        </span>
                    </span>
                )
            })}
            {fields.length > 1 && rest && (
                <span class="rest">
                    <Formula text={rest} digits={FEW} />
                </span>
            )}
        </span>
    )
}
