// A block of values as it is stored: scales first, then each value with its bits, then the bytes in their order. A
// value that is pointed at or in focus marks its bits in the bytes, and a byte those of its values.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { brief, exact, floatOf } from '../bits.js'
import { holdsText, pieceOf, readBlock, whereText } from '../bits-block.js'
import { count as number, plural } from '../format.js'
import { data, rowText } from '../session.js'
import { set, state } from '../store.js'
import { Field, Menu, Segments } from './controls.jsx'
import { CopyButton } from './copy.jsx'
import { Bit } from './bits-cells.jsx'
import { Sign } from './signs.jsx'

/**
 * @typedef {import('../bits-block.js').Block} Block
 * @typedef {ReturnType<typeof readBlock>} Read
 * @typedef {{ of: 'value' | 'byte', index: number } | null} Mark
 */

const COUNTS = ['16', '32', '64', '256']

/** Row i of the data, when it has come. @type {(about: import('../specs.js').Book, i: number) => Float32Array | null} */
function useVector(about, i) {
    const open = data.value
    const [floats, setFloats] = useState(/** @type {Float32Array | null} */ (null))
    useEffect(() => {
        let wanted = true
        setFloats(null)
        if (open && i >= 0 && i < open.base.rows)
            about.floats(open.base, i).then(
                row => wanted && setFloats(row),
                () => {}, // a file that has gone: the block waits
            )
        return () => {
            wanted = false
        }
    }, [open, i])
    return floats
}

/** A block that is seen at once. @param {import('../specs.js').Format} format */
const isSmallBlock = ({ family, bits }) => family === 'block' && bits <= 4

/** @param {{ about: import('../specs.js').Book, bits: number }} props */
export function BitBlock({ about, bits }) {
    const { block: given, vector, count } = state.value
    const withBlocks = about.formats.find(isSmallBlock) ?? about.formats[0]
    const spec = about.canonical(given || withBlocks.name) ?? withBlocks.name
    const name = about.info(spec).info?.format.name
    const own = about.formats.find(format => format.name === name)?.block ?? 1
    const floats = useVector(about, vector)
    const length = own > 1 ? own : count || 32
    const values = useMemo(
        () => (vector < 0 ? new Float32Array(length).fill(floatOf(bits)) : floats?.slice(0, length)),
        [floats, vector < 0, length, vector < 0 ? bits : 0],
    )
    const found = useMemo(() => {
        if (!values?.length) return null
        try {
            return { block: /** @type {Block} */ (about.ask('block', spec, values, values.length)) }
        } catch (error) {
            return { problem: /** @type {Error} */ (error).message }
        }
    }, [about, spec, values])
    const take = (/** @type {string} */ text) => {
        const { info, problem } = about.info(text.trim())
        if (info) set({ block: info.spec })
        return problem?.message
    }
    return (
        <section class="section" aria-labelledby="block-title">
            <div class="head">
                <h2 id="block-title">A block</h2>
                <p>
                    {vector < 0
                        ? `${plural(values?.length ?? 0, 'value')}, all as above.`
                        : `Vector ${number(vector)}, dims 0 to ${(values?.length ?? 1) - 1}: ${rowText(vector)}.`}
                </p>
            </div>
            <div class="labtools">
                <Menu
                    label="Format of the block"
                    value={name ?? ''}
                    values={about.formats.map(format => ({ value: format.name }))}
                    on={format => set({ block: format })}
                />
                <Field class="add mono" id="block-spec" label="Spec of the block" value={spec} on={take} />
                {own === 1 && (
                    <Segments
                        label="Values in the block"
                        value={String(length)}
                        values={COUNTS.map(value => ({ value }))}
                        on={value => set({ count: Number(value) })}
                    />
                )}
                <Segments
                    label="Values from"
                    value={vector < 0 ? 'value' : 'vector'}
                    values={[
                        { value: 'vector', text: 'a vector' },
                        { value: 'value', text: 'the value' },
                    ]}
                    on={which => set({ vector: which === 'value' ? -1 : 0 })}
                />
                {vector >= 0 && <Which vector={vector} />}
                {found?.block && <CopyButton text={() => asText(found.block)}>Copy CSV</CopyButton>}
            </div>
            {found?.problem ? (
                <p class="refused">{found.problem}.</p>
            ) : found?.block ? (
                <Stored block={found.block} />
            ) : (
                <p class="quiet note">Waiting for the vector</p>
            )}
        </section>
    )
}

/** @param {{ vector: number }} props */
function Which({ vector }) {
    const rows = data.value?.base.rows ?? 0
    const take = (/** @type {string} */ text) => {
        const wanted = Number(text.replaceAll(',', ''))
        if (!(Number.isInteger(wanted) && wanted >= 0 && wanted < rows))
            return `Takes a whole number from 0 to ${number(rows - 1)}.`
        set({ vector: wanted })
    }
    return (
        <span class="phrase">
            <span aria-hidden="true">Vector</span>
            <Field label="Vector" mode="numeric" width={7} value={String(vector)} on={take} />
        </span>
    )
}

/** @type {(block: Block) => string} */
function asText(block) {
    const { pieces } = readBlock(block)
    const bits = (/** @type {number} */ value) =>
        pieces[pieceOf(pieces, value)]?.bits.map(bit => Number(bit.set)).join('') ?? ''
    const lines = block.values.map(({ value, decoded }, i) => [i, value, decoded, bits(i)].join(','))
    return ['value,original,decoded,bits', ...lines].join('\n') + '\n'
}

/** @param {{ block: Block }} props */
function Stored({ block }) {
    const read = useMemo(() => readBlock(block), [block])
    const [mark, setMark] = useState(/** @type {Mark} */ (null))
    useEffect(() => setMark(null), [block])
    const { pieces, bytes } = read
    const others = pieces.filter(piece => piece.kind !== 'unused' && !piece.values.length)
    const scales = [...new Set(others.map(piece => piece.kind))].flatMap(kind =>
        others.filter(piece => piece.kind === kind),
    )
    const marked = markedPieces(read, mark)
    return (
        <div class="packed" onPointerLeave={() => setMark(null)}>
            {scales.length > 0 && (
                <div class="scales">
                    {scales.map(piece => (
                        <span
                            key={piece.name}
                            class={`group k-scale ${marked.has(pieces.indexOf(piece)) ? 'lit' : ''}`}
                        >
                            <span class="cells">
                                {piece.bits.map((bit, i) => (
                                    <Bit key={i} set={bit.set} kind={bit.kind} />
                                ))}
                            </span>
                            <span class="means">
                                {piece.name}: {piece.stands == null ? number(piece.code) : brief(piece.stands, 6)}
                            </span>
                        </span>
                    ))}
                </div>
            )}
            <Values block={block} read={read} marked={marked} onMark={setMark} />
            <p class="told">
                <span class="stemkey">
                    <i class="original" /> original <i class="decoded" /> decoded
                </span>
                <span role="status">{markText(block, read, mark)}</span>
            </p>
            <Bytes read={read} marked={marked} mark={mark} onMark={setMark} />
            <p class="conditions">
                <span>
                    {plural(bytes.length, 'byte')} for {plural(block.values.length, 'value')}, in their order; in
                    each byte bit 7 first <Sign kind="computed" />
                </span>
            </p>
        </div>
    )
}

/** The pieces that a mark is about. @type {(read: Read, mark: Mark) => Set<number>} */
function markedPieces({ pieces, bytes }, mark) {
    if (!mark) return new Set()
    if (mark.of === 'byte') return new Set(bytes[mark.index]?.bits.map(bit => bit.piece))
    return new Set([pieceOf(pieces, mark.index)])
}

/** @type {(block: Block, read: Read, mark: Mark) => string} */
function markText(block, { pieces, bytes }, mark) {
    if (!mark) return 'Point at a value or a byte, or move through them with the arrow keys.'
    if (mark.of === 'byte')
        return `Byte ${mark.index}, ${bytes[mark.index].hex}: ${holdsText(bytes[mark.index], pieces)}.`
    const { value, decoded } = block.values[mark.index]
    const where = whereText(pieces[pieceOf(pieces, mark.index)]?.bits ?? [])
    return `Value ${mark.index}: ${exact(value)}, decoded ${exact(decoded)}, in ${where}.`
}

/**
 * Children that are moved through by arrow keys, one of them a stop of Tab.
 * @param {(index: number) => void} reach
 */
function useRoving(reach) {
    const box = useRef(/** @type {HTMLDivElement | null} */ (null))
    const [stop, setStop] = useState(0)
    const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
        if (!box.current || event.ctrlKey || event.altKey || event.metaKey) return
        const children = /** @type {HTMLElement[]} */ ([...box.current.children])
        const columns = getComputedStyle(box.current).gridTemplateColumns.split(' ').length
        const from = children.findIndex(child => child.contains(document.activeElement))
        const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }
        const ends = { Home: 0, End: children.length - 1 }
        const key = /** @type {'Home'} */ (event.key)
        const to = ends[key] ?? from + /** @type {Record<string, number>} */ (steps)[event.key]
        if (!children[to]) return
        event.preventDefault()
        children[to].focus()
    }
    const onFocus = (/** @type {number} */ index) => {
        setStop(index)
        reach(index)
    }
    return { box, stop, onKeyDown, onFocus }
}

/** @param {{ block: Block, read: Read, marked: Set<number>, onMark: (mark: Mark) => void }} props */
function Values({ block, read, marked, onMark }) {
    const { values } = block
    const { box, stop, onKeyDown, onFocus } = useRoving(index => onMark({ of: 'value', index }))
    const most = Math.max(
        ...values.map(({ value, decoded }) => Math.max(Math.abs(value), Math.abs(decoded))),
        1e-38,
    )
    return (
        <div
            class={values.length > 64 ? 'values many' : 'values'}
            role="group"
            aria-label="Values of the block"
            ref={box}
            onKeyDown={onKeyDown}
        >
            {values.map(({ value, decoded, stands }, i) => {
                const piece = pieceOf(read.pieces, i)
                const bits = read.pieces[piece]?.kind === 'code' ? read.pieces[piece].bits : []
                const text = bits.length && bits.length <= 8 && stands != null ? shortest(stands) : ''
                const name = `value ${i}: ${exact(value)}, decoded ${exact(decoded)}${text && `, code ${text}`}`
                return (
                    <button
                        key={i}
                        class={marked.has(piece) ? 'value lit' : 'value'}
                        aria-label={
                            bits.length ? `${name}, bits ${bits.map(bit => Number(bit.set)).join('')}` : name
                        }
                        tabIndex={i === Math.min(stop, values.length - 1) ? 0 : -1}
                        onFocus={() => onFocus(i)}
                        onClick={() => onMark({ of: 'value', index: i })}
                        onPointerEnter={event => event.pointerType === 'mouse' && onMark({ of: 'value', index: i })}
                    >
                        <span class="stem" aria-hidden="true">
                            <i
                                class="original"
                                style={{
                                    height: `${(Math.abs(value) / most) * 50}%`,
                                    [value < 0 ? 'top' : 'bottom']: '50%',
                                }}
                            />
                            <i class="decoded" style={{ bottom: `${50 + (decoded / most) * 50}%` }} />
                        </span>
                        {bits.map((bit, b) => (
                            <Bit key={b} set={bit.set} kind={bit.kind} />
                        ))}
                        {text && <em class={text.length > 4 ? 'long' : ''}>{text}</em>}
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

/** @param {{ read: Read, marked: Set<number>, mark: Mark, onMark: (mark: Mark) => void }} props */
function Bytes({ read: { pieces, bytes }, marked, mark, onMark }) {
    const { box, stop, onKeyDown, onFocus } = useRoving(index => onMark({ of: 'byte', index }))
    return (
        <div class="bytes" role="group" aria-label="Bytes of the block" ref={box} onKeyDown={onKeyDown}>
            {bytes.map((byte, i) => (
                <button
                    key={i}
                    class={mark?.of === 'byte' && mark.index === i ? 'byte lit' : 'byte'}
                    aria-label={`byte ${i}, ${byte.hex}: ${holdsText(byte, pieces)}`}
                    tabIndex={i === Math.min(stop, bytes.length - 1) ? 0 : -1}
                    onFocus={() => onFocus(i)}
                    onClick={() => onMark({ of: 'byte', index: i })}
                    onPointerEnter={event => event.pointerType === 'mouse' && onMark({ of: 'byte', index: i })}
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
