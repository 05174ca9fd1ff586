// A formula as MathML.
import { pieces } from '../text/maths.js'

/** @typedef {import('../text/maths.js').Piece} Piece */

/** Brackets of one size. As text, since an attribute that is false is left out. */
const FLAT = { stretchy: /** @type {any} */ ('false') }

/** @param {{ text: string }} props */
export const Maths = ({ text }) => (
    <>
        {sides(pieces(text)).map((side, i) => (
            <math key={i}>{side.map(draw)}</math>
        ))}
    </>
)

/** What an equals sign begins may stand on a line of its own, which MathML alone does not allow. @type {(list: Piece[]) => Piece[][]} */
function sides(list) {
    /** @type {Piece[][]} */
    const found = [[]]
    for (const piece of list) {
        if (piece.kind === 'sign' && piece.text === '=' && found[0].length > 1) found.push([])
        found[found.length - 1].push(piece)
    }
    return found
}

/** @type {(piece: Piece) => import('preact').ComponentChild} */
function draw(piece) {
    switch (piece.kind) {
        case 'number':
            return <mn>{piece.text}</mn>
        case 'name':
            return <mi>{piece.text}</mi>
        case 'word':
            return <mi mathvariant="normal">{piece.text}</mi>
        case 'hat':
            return (
                <mover>
                    <mi>{piece.text}</mi>
                    <mo>^</mo>
                </mover>
            )
        case 'sign':
            return <mo {...FLAT}>{piece.text}</mo>
        default: {
            const [first, second] = piece.parts.map(part => <mrow>{part.map(draw)}</mrow>)
            return piece.kind === 'fraction' ? (
                <mfrac>
                    {first}
                    {second}
                </mfrac>
            ) : (
                <msup>
                    {first}
                    {second}
                </msup>
            )
        }
    }
}
