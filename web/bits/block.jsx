// Which block of values is looked at: its format and spec, the values it is made of; and what came of them as text.
import { useEffect, useMemo, useState } from 'preact/hooks'
import { floatOf } from '../text/bits.js'
import { mostRows, openTable, sample } from '../data/table.js'
import { pieceOf, readBlock } from './stored-row.js'
import { bitFigure } from './figures.js'
import { count as number, parseCount, plural } from '../text/numbers.js'
import { data, ready, rowText } from '../state/session.js'
import { set, state } from '../state/store.js'
import { quote } from '../text/sentences.js'
import { BitStored } from './stored.jsx'
import { Field, Menu, Segments } from '../parts/controls.jsx'
import { CopyButton } from '../parts/copy.jsx'

/** @typedef {import('./stored-row.js').Block} Block */

/** No bit. @type {number[]} */
const NONE = []
const COUNTS = ['16', '32', '64', '256']

/** The rows that are looked at: of the tensor that is chosen, where the file has several, else of its largest. */
function useTable() {
    const open = data.value
    const { tensor } = state.value
    const other = !!open && open.base.part !== tensor && !!open.base.names?.includes(tensor)
    const [table, setTable] = useState(/** @type {import('../data/table.js').Table | null} */ (null))
    useEffect(() => {
        let wanted = true
        setTable(null)
        if (open && other)
            ready
                .then(core =>
                    openTable(core, open.file, open.file.name, { siblings: open.siblings, wanted: tensor }),
                )
                .then(
                    whole => wanted && setTable(sample(whole, mostRows(whole.dim))),
                    () => {}, // a file that has gone: the block waits
                )
        return () => {
            wanted = false
        }
    }, [open, tensor])
    return other ? table : (open?.base ?? null)
}

/** Row i of a table, when it has come. @type {(about: import('../state/specs.js').Book, base: import('../data/table.js').Table | null, i: number) => Float32Array | null} */
function useVector(about, base, i) {
    const [floats, setFloats] = useState(/** @type {Float32Array | null} */ (null))
    useEffect(() => {
        let wanted = true
        setFloats(null)
        if (base && i >= 0 && i < base.rows)
            about.floats(base, i).then(
                row => wanted && setFloats(row),
                () => {}, // a file that has gone: the block waits
            )
        return () => {
            wanted = false
        }
    }, [base, i])
    return floats
}

/** A block that is seen at once. @param {import('../state/specs.js').Format} format */
const isSmallBlock = ({ family, bits }) => family === 'block' && bits <= 4

/** @param {{ about: import('../state/specs.js').Book, bits: number }} props */
export function BitBlock({ about, bits }) {
    const { block: given, vector: wanted, count } = state.value
    const table = useTable()
    const rows = table?.rows
    const vector = rows ? Math.min(wanted, rows - 1) : wanted
    const withBlocks = about.formats.find(isSmallBlock) ?? about.formats[0]
    const spec = about.canonical(given || withBlocks.name) ?? withBlocks.name
    const name = about.info(spec).info?.format.name
    const own = about.formats.find(format => format.name === name)?.block ?? 1
    const floats = useVector(about, table, vector)
    const length = own > 1 ? own : count || 32
    const values = useMemo(
        () => (vector < 0 ? new Float32Array(length).fill(floatOf(bits)) : floats?.slice(0, length)),
        [floats, vector < 0, length, vector < 0 ? bits : 0],
    )
    const coded = useMemo(() => ({ spec, values }), [spec, values])
    const [hand, setHand] = useState({ coded, bits: /** @type {number[]} */ ([]) })
    const turned = hand.coded === coded ? hand.bits : NONE
    const found = useMemo(() => {
        if (!values?.length) return null
        try {
            const bits = Uint32Array.from(turned)
            return {
                block: /** @type {Block} */ (about.ask('block', spec, values, values.length, bits, bits.length)),
            }
        } catch (error) {
            return { problem: /** @type {Error} */ (error).message }
        }
    }, [about, coded, turned])
    /** Turns a bit of the row over, or back. */
    const turn = (/** @type {number} */ bit) =>
        setHand({ coded, bits: turned.includes(bit) ? turned.filter(one => one !== bit) : [...turned, bit] })
    const take = (/** @type {string} */ text) => {
        const { info, problem } = about.info(text.trim())
        if (info) set({ block: info.spec })
        return problem?.message
    }
    const file = vector < 0 ? 'values.npy' : (data.value?.base.name ?? 'vectors.npy')
    const figure = bitFigure(
        'block',
        `${spec}, ${plural(values?.length ?? 0, 'value')}${vector < 0 ? '' : ` of vector ${number(vector)}`}`,
        `quantscope encode ${quote(file)} -s ${quote(spec)} -o ${quote(`${file}.codes`)}`,
    )
    return (
        <section class="section" aria-labelledby="block-title">
            <div class="head">
                <h2 id="block-title">A block</h2>
                <p>
                    {vector < 0
                        ? `${plural(values?.length ?? 0, 'value')}, all equal to the value above`
                        : `${table?.part ? `${table.part}, row` : 'Vector'} ${number(vector)}, dims 0 to ${(values?.length ?? 1) - 1}${data.value?.lines ? `: “${rowText(vector)}”` : ''}`}
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
                {turned.length > 0 && (
                    <button class="button line" onClick={() => setHand({ coded, bits: NONE })}>
                        Undo the flipped bits
                    </button>
                )}
            </div>
            {found?.problem ? (
                <p class="refused">{found.problem}.</p>
            ) : found?.block ? (
                <BitStored block={found.block} about={figure} on={turn} />
            ) : (
                <p class="quiet note">Reading the vector…</p>
            )}
        </section>
    )
}

/** @param {{ vector: number }} props */
function Which({ vector }) {
    const rows = data.value?.base.rows ?? 0
    const take = (/** @type {string} */ text) => {
        const wanted = parseCount(text)
        if (!(wanted >= 0 && wanted < rows)) return `Takes a whole number from 0 to ${number(rows - 1)}.`
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
