// A block of values as it is stored: scales first, then each value with its bits, then the bytes in their order. What
// is pointed at or in focus, else what was chosen last, marks its bits in the bytes, and a byte those of its values.
import './block.css'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { TRIT, brief, exact } from '../text/bits.js'
import { decodedText, holdsText, markedPieces, pieceOf, readBlock, tritText, whereText } from './stored-row.js'
import { count as number, plural } from '../text/numbers.js'
import { Bit, Trit } from '../parts/cells.jsx'
import { BitChosen } from './selected.jsx'
import { useRoving } from './roving.js'
import { About } from '../parts/signs.jsx'

/**
 * @typedef {import('./stored-row.js').Block} Block
 * @typedef {import('./stored-row.js').Mark} Mark
 * @typedef {ReturnType<typeof readBlock>} Read
 * @typedef {{ read: Read, marked: Set<number>, mark: Mark, onPoint: (mark: Mark | null) => void, onKeep: (mark: Mark) => void }} PartProps
 */

/** @type {Mark} */
const FIRST = { of: 'value', index: 0 }

/**
 * @param {object} props
 * @param {Block} props.block
 * @param {import('../parts/open.js').Explained} props.about
 * @param {(bit: number) => void} props.on turns a bit of the row over
 */
export function BitStored({ block, about, on }) {
    const read = useMemo(() => readBlock(block), [block])
    const { spec, values } = block
    const [pointed, onPoint] = useState(/** @type {Mark | null} */ (null))
    const [kept, keep] = useState(FIRST)
    const onKeep = (/** @type {Mark} */ chosen) => {
        onPoint(null)
        keep(chosen)
    }
    useEffect(() => onKeep(FIRST), [spec, values.length])
    const ends = { value: values.length, byte: read.bytes.length, piece: read.pieces.length }
    const wanted = pointed ?? kept
    const mark = wanted.index < ends[wanted.of] ? wanted : FIRST
    const parts = { read, mark, marked: markedPieces(read, mark), onPoint, onKeep }
    return (
        <div class="packed">
            <Scales {...parts} />
            <Values {...parts} block={block} />
            <p class="told">
                <span class="stemkey">
                    <i class="original" /> original <i class="decoded" /> decoded
                </span>
                <span role="status">{markText(block, read, mark)}</span>
            </p>
            <BitChosen block={block} read={read} mark={mark} on={on} />
            <Bytes {...parts} />
            <p class="conditions">
                <span>
                    {plural(read.bytes.length, 'byte')} for {plural(values.length, 'value')}, in their order; in
                    each byte bit 7 first <About figure={about} />
                </span>
            </p>
        </div>
    )
}

/** @type {(block: Block, read: Read, mark: Mark) => string} */
function markText(block, { pieces, bytes }, { of, index }) {
    if (of === 'byte') return `Byte ${index}, ${bytes[index].hex}: ${holdsText(bytes[index], pieces)}.`
    const piece = pieces[of === 'piece' ? index : pieceOf(pieces, index)]
    const where = whereText(piece.bits)
    if (of === 'piece')
        return `${piece.name[0].toUpperCase()}${piece.name.slice(1)}: ${scaleText(piece)}, in ${where}.`
    const { value, decoded } = block.values[index]
    const trit = piece.digits.length ? `${tritText(piece, index)} ` : ''
    return `Value ${index}: ${exact(value)}, decoded ${decodedText(decoded)}, ${trit}in ${where}.`
}

/** @type {(piece: Read['pieces'][number]) => string} */
const scaleText = ({ stands, code }) => (stands == null ? number(code) : brief(stands, 6))

/** The numbers that are no codes, all of a kind after another. @param {PartProps} props */
function Scales({ read: { pieces }, marked, onPoint, onKeep }) {
    const others = pieces.filter(piece => !piece.values.length)
    const kinds = [...new Set(others.map(piece => piece.kind))]
    const scales = kinds.flatMap(kind => others.filter(piece => piece.kind === kind))
    const at = (/** @type {number} */ i) => /** @type {Mark} */ ({ of: 'piece', index: pieces.indexOf(scales[i]) })
    const { box, stop, onKeyDown, onFocus } = useRoving(i => onKeep(at(i)))
    if (!scales.length) return null
    return (
        <div
            class="scales"
            role="group"
            aria-label="Scales of the block"
            ref={box}
            onKeyDown={onKeyDown}
            onPointerLeave={() => onPoint(null)}
        >
            {scales.map((piece, i) => (
                <button
                    key={piece.name}
                    class={`group k-scale ${marked.has(pieces.indexOf(piece)) ? 'lit' : ''}`}
                    aria-label={`${piece.name}: ${scaleText(piece)}, bits ${piece.bits.map(bit => Number(bit.set)).join('')}`}
                    tabIndex={i === Math.min(stop, scales.length - 1) ? 0 : -1}
                    onFocus={() => onFocus(i)}
                    onClick={() => onKeep(at(i))}
                    onPointerEnter={event => event.pointerType === 'mouse' && onPoint(at(i))}
                >
                    <span class="cells">
                        {piece.bits.map((bit, b) => (
                            <Bit key={b} set={bit.set} kind={bit.kind} />
                        ))}
                    </span>
                    <span class="means">
                        {piece.name}: {scaleText(piece)}
                    </span>
                </button>
            ))}
        </div>
    )
}

/** @param {PartProps & { block: Block }} props */
function Values({ block: { values }, read: { pieces }, marked, mark, onPoint, onKeep }) {
    const { box, stop, onKeyDown, onFocus } = useRoving(index => onKeep({ of: 'value', index }))
    const sizes = values.flatMap(({ value, decoded }) => [Math.abs(value), Math.abs(decoded ?? 0)])
    const most = Math.max(...sizes, 1e-38)
    return (
        <div
            class={values.length > 64 ? 'values many' : 'values'}
            role="group"
            aria-label="Values of the block"
            ref={box}
            onKeyDown={onKeyDown}
            onPointerLeave={() => onPoint(null)}
        >
            {values.map(({ value, decoded, stands, code }, i) => {
                const at = pieceOf(pieces, i)
                const isTrit = pieces[at].digits.length > 0
                const bits = isTrit ? [] : pieces[at].bits
                const text = !isTrit && bits.length <= 8 && stands != null ? shortest(stands) : ''
                const isLit = mark.of === 'value' ? mark.index === i : marked.has(at)
                return (
                    <button
                        key={i}
                        class={isLit ? 'value lit' : 'value'}
                        aria-label={[
                            `value ${i}: ${exact(value)}, decoded ${decodedText(decoded)}`,
                            text && `code ${text}`,
                            isTrit ? `${TRIT} ${code}` : `bits ${bits.map(bit => Number(bit.set)).join('')}`,
                        ]
                            .filter(Boolean)
                            .join(', ')}
                        tabIndex={i === Math.min(stop, values.length - 1) ? 0 : -1}
                        onFocus={() => onFocus(i)}
                        onClick={() => onKeep({ of: 'value', index: i })}
                        onPointerEnter={event =>
                            event.pointerType === 'mouse' && onPoint({ of: 'value', index: i })
                        }
                    >
                        <span class="stem" aria-hidden="true">
                            <i
                                class="original"
                                style={{
                                    height: `${(Math.abs(value) / most) * 50}%`,
                                    [value < 0 ? 'top' : 'bottom']: '50%',
                                }}
                            />
                            {decoded != null && (
                                <i class="decoded" style={{ bottom: `${50 + (decoded / most) * 50}%` }} />
                            )}
                        </span>
                        {isTrit && <Trit digit={code} />}
                        {bits.map((bit, b) => (
                            <Bit key={b} set={bit.set} kind={bit.kind} />
                        ))}
                        {text && <em>{text}</em>}
                    </button>
                )
            })}
        </div>
    )
}

/** A code as a number, in as many digits as there is room for. @type {(value: number) => string} */
function shortest(value) {
    const text = brief(value, 3)
    return text.length > 5 ? brief(value, 2) : text
}

/** @param {PartProps} props */
function Bytes({ read: { pieces, bytes }, marked, mark, onPoint, onKeep }) {
    const { box, stop, onKeyDown, onFocus } = useRoving(index => onKeep({ of: 'byte', index }))
    return (
        <div
            class="bytes"
            role="group"
            aria-label="Bytes of the block"
            ref={box}
            onKeyDown={onKeyDown}
            onPointerLeave={() => onPoint(null)}
        >
            {bytes.map((byte, i) => (
                <button
                    key={i}
                    class={mark.of === 'byte' && mark.index === i ? 'byte lit' : 'byte'}
                    aria-label={`byte ${i}, ${byte.hex}: ${holdsText(byte, pieces)}`}
                    tabIndex={i === Math.min(stop, bytes.length - 1) ? 0 : -1}
                    onFocus={() => onFocus(i)}
                    onClick={() => onKeep({ of: 'byte', index: i })}
                    onPointerEnter={event => event.pointerType === 'mouse' && onPoint({ of: 'byte', index: i })}
                >
                    <code>{byte.hex}</code>
                    <span class="strip" aria-hidden="true">
                        {byte.bits.map((bit, b) => (
                            <i
                                key={b}
                                class={`k-${bit.kind} ${bit.set ? 'set' : ''} ${marked.has(bit.piece) ? 'lit' : ''}`}
                            />
                        ))}
                    </span>
                </button>
            ))}
        </div>
    )
}
