// Names and numbers of the table of tensors, and the table as text.
import { format } from 'd3-format'
import * as write from '../text/numbers.js'
import { quote } from '../text/sentences.js'
import { figureOf } from './order.js'

/**
 * @typedef {import('./order.js').Row} Row
 * @typedef {import('../state/specs.js').Book} Book
 */

const one = format('.1f')

/** What a cell shows of a spec. @type {Record<string, { text: string, title: string, about: string }>} */
export const CELLS = {
    sqnr: {
        text: 'SQNR',
        title: 'SQNR, dB',
        about: 'Signal to quantization noise: the energy of the values over the energy of their errors, in decibels.',
    },
    cosine: {
        text: 'Cosine',
        title: 'Cosine',
        about: 'The cosine between a row of the tensor and what its code decodes to, averaged over rows.',
    },
    bytes: {
        text: 'Bytes',
        title: 'Bytes',
        about: 'What the tensor takes with the spec: codes, scales and all else that is stored.',
    },
}

/** @type {(value: import('./order.js').Maybe, cell: string) => string} */
export const cellText = (value, cell) => {
    if (value == null) return write.NONE
    if (cell === 'bytes') return write.size(value)
    if (cell === 'cosine') return write.cosine(value)
    return value === Infinity ? 'exact' : one(value).replace('-', '−')
}

/** 5.9, 1,024 @type {(value: import('./order.js').Maybe) => string} */
export const sigmas = value => (value == null ? write.NONE : format(',.1f')(value).replace('-', '−'))

export const shapeText = (/** @type {number[]} */ shape) => shape.map(write.count).join(' × ')

/** A spec's column: its format, and what shares a scale and whatever else is not as usual. @type {(book: Book, spec: string) => { name: string, rest: string }} */
export function columnOf(book, spec) {
    const { info } = book.info(spec)
    if (!info) return { name: spec, rest: '' }
    const per = info.options.find(option => option.name === 'per' && option.applies)
    const block = info.options.find(option => option.name === 'block' && option.applies)
    const others = info.options.filter(
        ({ name, value, default: usual }) => !['per', 'block'].includes(name) && String(value) !== String(usual),
    )
    const shared =
        per && per.value !== 'none'
            ? [`per ${per.value}${per.value === 'block' && block ? ` of ${block.value}` : ''}`]
            : []
    return {
        name: info.format.name,
        rest: [...shared, ...others.map(({ name, value }) => `${name}=${value}`)].join(', '),
    }
}

/** The command that prints the same. @type {(name: string, specs: string[]) => string} */
export const commandOf = (name, specs) =>
    ['quantscope tensors', quote(name), ...specs.map(spec => `-s ${quote(spec)}`)].join(' ')

/** The table as CSV, every figure of every spec. @type {(rows: Row[], specs: string[]) => string} */
export function asCsv(rows, specs) {
    const quoted = (/** @type {unknown} */ value) => {
        const text = String(value ?? '')
        return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
    }
    const head = ['tensor', 'shape', 'type', 'file_bytes', 'largest_sigma', 'excess_kurtosis']
    const cells = Object.keys(CELLS)
    const lines = rows.map(({ weight, found }) => [
        weight.name,
        weight.shape.join('x'),
        weight.dtype,
        weight.bytes,
        found?.facts?.largest_sigma,
        found?.facts?.excess_kurtosis,
        ...specs.flatMap(spec => cells.map(cell => figureOf(found?.results.get(spec), cell))),
    ])
    const names = specs.flatMap(spec => cells.map(cell => `${spec} ${cell}`))
    return [[...head, ...names], ...lines].map(line => line.map(quoted).join(',')).join('\n') + '\n'
}
