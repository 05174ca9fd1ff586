// A value as bits: float32 over the code that a spec stores, with the two values next to it and the formula filled in.
import { book } from '../state/session.js'
import { bitsOf, brief, floatOf, relative } from '../text/bits.js'
import { Bit, Formula, Trit } from '../parts/cells.jsx'

/** Digits of numbers in a formula. */
const DIGITS = 6

/** @param {{ value: number | undefined }} props */
export function Float32Bits({ value }) {
    const look = value === undefined ? null : book.value?.ask('bits', 'f32', bitsOf(value))
    return (
        <div class="float32">
            <span class="quiet">float32</span>
            {look && <Fields look={look} />}
            <span class="quiet">{look && brief(look.value, 9)}</span>
        </div>
    )
}

/** The fields of a code, with what each means below. @param {{ look: import('../text/bits.js').Look }} props */
const Fields = ({ look }) => (
    <span
        class="codebits"
        role="img"
        aria-label={look.fields.map(field => `${field.kind} ${field.bits}`).join(', ')}
    >
        {look.fields.map(field => (
            <span key={field.kind} class={`group k-${field.kind}`}>
                <span class="cells">
                    {[...field.bits].map((digit, i) =>
                        field.kind === 'trit' ? (
                            <Trit key={i} digit={Number(digit)} />
                        ) : (
                            <Bit key={i} set={digit === '1'} kind={field.kind} />
                        ),
                    )}
                </span>
                <span class="means">
                    {look.fields.length > 1 ? <Formula text={field.meaning} /> : `code ${look.code}`}
                </span>
            </span>
        ))}
    </span>
)

/** @param {{ look: import('../text/bits.js').Look | null }} props */
export function BitsOf({ look }) {
    if (!look) return <span class="quiet">–</span>
    const { low_bits: low, high_bits: high, at } = look.between
    const [from, to] = [low, high].map(bits => (bits === null ? null : floatOf(bits)))
    return (
        <span class="valuebits">
            <span>
                <b>{look.fields.map(field => field.bits).join(' ')}</b>, off by {relative(look)}
            </span>
            <span class="row">
                <Fields look={look} />
                {from !== null && to !== null && at !== null && (
                    <span class="between" style={{ '--at': `${at * 100}%` }}>
                        <i />
                        <small class={floatOf(look.decoded_bits) === from ? 'on' : ''}>{brief(from, 4)}</small>
                        <small class={floatOf(look.decoded_bits) === to ? 'on' : ''}>{brief(to, 4)}</small>
                    </span>
                )}
            </span>
            <span class="filled">
                <Formula text={`${look.formula} = `} digits={DIGITS} />
                {brief(floatOf(look.decoded_bits), DIGITS)}
                {look.formula_names && (
                    <small class="quiet">
                        <Formula text={look.formula_names} />
                    </small>
                )}
            </span>
        </span>
    )
}
