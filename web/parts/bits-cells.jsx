// Bits as cells: filled for 1, tinted for 0, the digit always there, the shape by what the bit is. Under a group stands
// what it means, so that a row reads as its formula.
import { bitName, formula, spoken } from '../bits.js'

/** A formula of the core, its powers raised. @param {{ text: string }} props */
export const Formula = ({ text }) => (
    <>{formula(text).map((piece, i) => (typeof piece === 'string' ? piece : <sup key={i}>{piece.raised}</sup>))}</>
)

/** A bit that only shows. @param {{ set: boolean, kind: string }} props */
export const Bit = ({ set, kind }) => <span class={`bit k-${kind} ${set ? 'set' : ''}`} />

const KINDS = ['sign', 'exponent', 'mantissa', 'integer', 'index', 'scale']

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
 * @param {import('../bits.js').Look} props.look
 * @param {number} props.row
 * @param {number} props.stop the bit that Tab leads to; -1: none in this row
 * @param {(bit: number) => void} props.on
 * @param {(bit: number) => void} props.onReach
 */
export function CodeBits({ look, row, stop, on, onReach }) {
    const { spec, fields, formula: whole } = look
    const isProduct = fields.length === 1 && whole.includes('*')
    let first = 0
    return (
        <span class="codebits">
            {fields.map(field => {
                const start = first
                first += field.bits.length
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
                                    class={`bit k-${field.kind} ${digit === '1' ? 'set' : ''}`}
                                    aria-label={bitName(field, i)}
                                    aria-pressed={digit === '1'}
                                    data-at={`${row}.${start + i}`}
                                    tabIndex={stop === start + i ? 0 : -1}
                                    onClick={() => on(start + i)}
                                    onFocus={() => onReach(start + i)}
                                />
                            ))}
                        </span>
                        <span class={field.bits.length > 1 ? 'means' : 'means alone'} aria-hidden="true">
                            <Formula text={isProduct ? whole : field.meaning} />
                        </span>
                    </span>
                )
            })}
        </span>
    )
}
