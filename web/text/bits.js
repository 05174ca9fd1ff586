// Bits as text and back: the value that is typed, numbers to their last digit, names of bits, and where the bits of a
// row's bytes belong. What a number is worth comes from the core; here it is only written down.

/**
 * @typedef {{ kind: string, bits: string, meaning: string, worth: (string | null)[] }} Field
 * @typedef {object} Look one value in one spec, as the core tells it
 * @property {string} spec
 * @property {string} title
 * @property {number | null} value
 * @property {string} value_bits
 * @property {string | null} scale_from
 * @property {number} code
 * @property {Field[]} fields
 * @property {string} class
 * @property {string} decoded_bits
 * @property {{ low_bits: string | null, high_bits: string | null, spacing: number | null, at: number | null }} between
 * @property {number | null} relative_error
 * @property {string} formula the decoded value's, with its numbers
 * @property {string | null} formula_rest what follows the code in it
 * @property {string | null} formula_names the same in words
 */

const view = new DataView(new ArrayBuffer(4))

/** The float32 of bits, given as a number or as 0x3f39fbe7. @type {(bits: number | string) => number} */
export function floatOf(bits) {
    view.setUint32(0, Number(bits))
    return view.getFloat32(0)
}

/** @type {(value: number) => number} */
export function bitsOf(value) {
    view.setFloat32(0, value)
    return view.getUint32(0)
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/
const LARGEST = '3.40282347e38'

/**
 * The bits of the float32 nearest to what was typed: a number, a fraction, inf, nan, or bits as 0x and digits.
 * @type {(text: string) => { bits: number, problem?: undefined } | { bits?: undefined, problem: string }}
 */
export function parseValue(text) {
    const plain = text.trim().toLowerCase().replaceAll('−', '-').replaceAll('∞', 'inf')
    const hex = /^0x([0-9a-f]{1,8})$/.exec(plain)
    if (hex) return { bits: parseInt(hex[1], 16) }
    const word = /^([+-]?)(inf|infinity|nan)$/.exec(plain)
    if (word) {
        const bits = word[2] === 'nan' ? 0x7fc00000 : 0x7f800000
        return { bits: word[1] === '-' ? bits + 0x80000000 : bits }
    }
    const [over, under = '1', ...more] = plain.split('/').map(part => part.trim())
    if (more.length || !NUMBER.test(over) || !NUMBER.test(under))
        return {
            problem: plain.includes(',')
                ? 'It is no number; the decimal mark is a point.'
                : 'It is no number. Takes 0.7265, 1e-7, 1/3, -0, inf, nan, or bits as 0x3f39fbe7.',
        }
    const value = Number(over) / Number(under)
    if (!Number.isFinite(Math.fround(value)))
        return { problem: `It is beyond float32, whose largest value is ${LARGEST}. Takes inf for infinity.` }
    return { bits: bitsOf(value) }
}

/** The digits of a number and the power of ten of the first: all of them when no more than most, else rounded to some. @type {(value: number, most: number, some: number) => { digits: string, power: number }} */
function digitsOf(value, most, some) {
    const read = (/** @type {number} */ count) => {
        const [mantissa, power] = Math.abs(value)
            .toExponential(count - 1)
            .split('e')
        return { digits: mantissa.replace('.', '').replace(/0+$/, '') || '0', power: Number(power) }
    }
    const all = read(60)
    return all.digits.length <= most ? all : read(some)
}

const thousands = (/** @type {string} */ whole) => whole.replace(/\B(?=(\d{3})+$)/g, ',')

/** @type {(value: number, most: number, some: number, minus: string) => string} */
function write(value, most, some, minus) {
    if (Number.isNaN(value)) return 'NaN'
    const sign = value < 0 || Object.is(value, -0) ? minus : ''
    if (!Number.isFinite(value)) return `${sign}∞`
    const { digits, power } = digitsOf(value, most, some)
    if (power < -4 || power > 14) {
        const rest = digits.slice(1)
        return `${sign}${digits[0]}${rest && '.'}${rest}e${power < 0 ? minus : ''}${Math.abs(power)}`
    }
    const padded = power < 0 ? '0'.repeat(-power) + digits : digits.padEnd(power + 1, '0')
    const point = Math.max(power, 0) + 1
    const [whole, part] = [padded.slice(0, point), padded.slice(point)]
    return `${sign}${minus === '-' ? whole : thousands(whole)}${part && '.'}${part}`
}

/** A float to its last digit where it has so many at most; else nine digits, which restore a float32. */
export const exact = (/** @type {number} */ value, most = 17) => write(value, most, 9, '−')

/** A float in few digits. */
export const brief = (/** @type {number} */ value, digits = 7) => write(value, digits, digits, '−')

/** What the value field shows for a float32: typing it gives the same bits. @type {(bits: number) => string} */
export function fieldText(bits) {
    const value = floatOf(bits)
    if (Number.isNaN(value)) return bits === 0x7fc00000 ? 'nan' : `0x${bits.toString(16).padStart(8, '0')}`
    return write(value, 17, 9, '-').replace('∞', 'inf')
}

/** A number of a report, which may be null. */
export const figure = (/** @type {number | null} */ value, digits = 6) =>
    value == null ? '–' : write(value, digits, digits, '−')

/** How far off, with its sign: +3.23 %. @type {(look: Look) => string} */
export function relative({ relative_error: share, value, decoded_bits: bits }) {
    if (share == null || value == null) return '–'
    if (share === 0) return 'exact'
    const more = Math.abs(floatOf(bits)) > Math.abs(value)
    return `${more ? '+' : '−'}${write(share * 100, 3, 3, '−')} %`
}

/**
 * A formula of the core in the signs of print, in pieces: powers are raised, numbers that are not whole have some digits.
 * @type {(text: string, digits?: number) => (string | { raised: string })[]}
 */
export function formula(text, digits = 9) {
    const print = (/** @type {string} */ part) =>
        part
            .replace(/\d+(\.\d+)?(e[+-]?\d+)?/g, number =>
                /\D/.test(number) ? write(Number(number), digits, digits, '−') : thousands(number),
            )
            .replaceAll('*', '×')
            .replaceAll('-', '−')
            .replace(/\binf\b/g, '∞')
            .replace(/\bnan\b/g, 'NaN')
    return text
        .split(/\^(-?\d+)/)
        .map((part, i) => (i % 2 ? { raised: print(part) } : print(part)))
        .filter(piece => piece !== '')
}

/** The same, as it is said. */
export const spoken = (/** @type {string} */ text) =>
    formula(text)
        .map(piece => (typeof piece === 'string' ? piece : ` to the power ${piece.raised}`))
        .join('')

/** A digit of three values: a code that shares its byte with others has one in place of bits. */
export const TRIT = 'trit'

/** "exponent bit 3 of 5, worth 4, set". @type {(field: Field, i: number) => string} */
export function bitName({ kind, bits, worth }, i) {
    const place = bits.length > 1 ? ` ${i + 1} of ${bits.length}` : ''
    const of = worth[i] == null ? '' : `, worth ${spoken(/** @type {string} */ (worth[i]))}`
    if (kind === TRIT) return `trit${of}, ${bits[i]}`
    return `${kind} bit${place}${of}, ${bits[i] === '1' ? 'set' : 'clear'}`
}

/** The code with one bit turned over, a trit one on; bit 0 is the first that is shown. @type {(look: Look, bit: number) => number} */
export function toggled({ fields, code }, bit) {
    if (fields[0].kind === TRIT) return (code + 1) % 3
    const count = fields.reduce((sum, field) => sum + field.bits.length, 0)
    return (code ^ (1 << (count - 1 - bit))) >>> 0
}

/** How many bits each row shows. */
export const bitCount = (/** @type {{ fields?: Field[] }} */ { fields = [] }) =>
    fields.reduce((sum, field) => sum + field.bits.length, 0)

/**
 * Where an arrow key leads among rows of bits; nothing when it leads nowhere. Rows without bits are passed over.
 * @param {number[]} counts bits of each row
 * @param {{ row: number, bit: number }} at
 * @param {{ key: string, ctrlKey?: boolean }} event
 */
export function moved(counts, { row, bit }, { key, ctrlKey = false }) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[key]
    if (step || (ctrlKey && (key === 'Home' || key === 'End'))) {
        const [first, by] = step ? [row + step, step] : key === 'Home' ? [0, 1] : [counts.length - 1, -1]
        for (let next = first; next >= 0 && next < counts.length; next += by)
            if (counts[next]) return { row: next, bit: Math.min(bit, counts[next] - 1) }
        return undefined
    }
    const last = counts[row] - 1
    const to = { ArrowLeft: bit - 1, ArrowRight: bit + 1, Home: 0, End: last }[key]
    return to === undefined || to < 0 || to > last ? undefined : { row, bit: to }
}

/** Formats with all the words in their name, title or family; without words all but blocks, or every one. @type {<F extends { name: string, title: string, family: string }>(formats: F[], find: string, every: boolean) => F[]} */
export function chosen(formats, find, every) {
    const words = find.toLowerCase().split(/\s+/).filter(Boolean)
    if (!words.length) return formats.filter(format => every || format.family !== 'block')
    return formats.filter(({ name, title, family }) =>
        words.every(word => `${name} ${title} ${family}`.toLowerCase().includes(word)),
    )
}

/**
 * A code that was set by hand, from the state, and the bits of the value in whose place it stands: "14800 f16 1060764647".
 * @type {(text: string) => { code: number, spec: string, bits?: number } | undefined}
 */
export function handSet(text) {
    const [, code, spec, bits] = /^(\d+) (\S+)(?: (\d+))?$/.exec(text) ?? []
    if (!spec || Number(code) >= 2 ** 32) return undefined
    return { code: Number(code), spec, ...(bits && { bits: Number(bits) }) }
}

/** Rows in order of a column, a minus before it for the largest first; what has no such figure comes last. @type {<Row extends Record<string, any>>(rows: Row[], order: string) => Row[]} */
export function ordered(rows, order) {
    const key = order.replace(/^-/, '')
    if (!key) return rows
    const sign = order.startsWith('-') ? -1 : 1
    return rows.slice().sort((x, y) => {
        const [p, q] = [x[key], y[key]]
        if (p == null || q == null) return Number(p == null) - Number(q == null)
        return sign * (typeof p === 'string' ? p.localeCompare(q) : p - q)
    })
}

/** The order after a click on a column: first one way, then the other, then as given. @type {(order: string, key: string) => string} */
export const nextOrder = (order, key) => (order === `-${key}` ? key : order === key ? '' : `-${key}`)
