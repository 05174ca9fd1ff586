// What was chosen in a block, a value, a scale or a byte: its bits as buttons that turn them over, and how a value is
// put together of what is stored.
import { bitOf, decodedText, markedPieces, pieceOf, tritText } from './stored-row.js'
import { Formula } from '../parts/cells.jsx'
import { useRoving } from './roving.js'

/**
 * @typedef {import('./stored-row.js').Block} Block
 * @typedef {import('./stored-row.js').Piece} Piece
 * @typedef {import('./stored-row.js').Mark} Mark
 */

/** @param {{ block: Block, read: { pieces: Piece[], bytes: import('./stored-row.js').Byte[] }, mark: Mark, on: (bit: number) => void }} props */
export function BitChosen({ block, read, mark, on }) {
    const { pieces } = read
    const list = [...markedPieces(read, mark)].filter(i => i >= 0).map(i => pieces[i])
    return (
        <div class="picked">
            {list.map(piece => (
                <PieceBits key={piece.name} piece={piece} on={on} />
            ))}
            {mark.of === 'value' && <ValueFormula block={block} pieces={pieces} index={mark.index} />}
        </div>
    )
}

/** @param {{ piece: Piece, on: (bit: number) => void }} props */
function PieceBits({ piece, on }) {
    const { name, bits } = piece
    const { box, stop, onKeyDown, onFocus } = useRoving(() => {})
    return (
        <span class={`group k-${bits[0].kind}`} role="group" aria-label={`Bits of ${name}`}>
            <span class="cells" ref={box} onKeyDown={onKeyDown}>
                {bits.map((bit, i) => (
                    <button
                        key={i}
                        class={`bit k-${bit.kind} ${bit.set ? 'set' : ''}`}
                        aria-label={`${name}, ${bitOf(bit)}, ${bit.set ? 'set' : 'clear'}`}
                        aria-pressed={bit.set}
                        tabIndex={i === Math.min(stop, bits.length - 1) ? 0 : -1}
                        onClick={() => on(bit.at)}
                        onFocus={() => onFocus(i)}
                    />
                ))}
            </span>
            <span class="means">{name}</span>
        </span>
    )
}

/** @param {{ block: Block, pieces: Piece[], index: number }} props */
function ValueFormula({ block, pieces, index }) {
    const { formula, decoded } = block.values[index]
    const piece = pieces[pieceOf(pieces, index)]
    return (
        <p class="mono" aria-label={`How value ${index} is decoded`} role="group">
            {piece.digits.length > 0 && `${tritText(piece, index)}: `}
            {block.formula && (
                <>
                    <Formula text={block.formula} /> ={' '}
                </>
            )}
            <Formula text={formula} /> = {decodedText(decoded)}
        </p>
    )
}
