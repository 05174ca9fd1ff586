// What the figures of the Range view mean, where they come from and under which conditions: what their signs open.
import { count } from '../text/numbers.js'
import { scaleName, spec, table } from './session.js'
import { quote } from '../text/sentences.js'

/** @typedef {import('../parts/open.js').Explained} Explained */

const HISTOGRAM =
    'computed from a histogram of the values; the values of a cell count as spread evenly between its least and greatest'
const CODED = 'measured by encoding the data, in this page'

/** @type {Record<string, Pick<Explained, 'label' | 'sign' | 'about' | 'source'>>} */
const FIGURES = {
    clipped: {
        label: 'Clipped',
        sign: 'computed',
        about: 'Values more than half a step beyond the outermost level. All of them become that level.',
        source: HISTOGRAM,
    },
    sqnr: {
        label: 'SQNR',
        sign: 'computed',
        about: 'Signal to quantization noise: the energy of the values over the energy of their errors, in decibels.',
        source: HISTOGRAM,
    },
    cost: {
        label: 'Mean squared error against half-range',
        sign: 'computed',
        about: 'The error of ranges around the same middle; the axis is half their width. Wider ranges round more coarsely, narrower ones clip more.',
        source: HISTOGRAM,
    },
    rules: {
        label: 'The ranges the rules choose',
        sign: 'computed',
        about: 'minmax includes all values, percentile excludes a share, std includes some standard deviations, mse has the least squared error, kl the least divergence between the distributions before and after.',
        source: HISTOGRAM,
    },
    use: {
        label: 'How often each code is used',
        sign: 'measured',
        about: 'All values are encoded with scales, or codebooks, of each kind, and the codes are counted. Codes that are rarely used waste bits.',
        source: CODED,
    },
    rounds: {
        label: 'Rounding modes',
        sign: 'computed',
        about: 'The squared error of values that are not clipped, divided by that of errors spread evenly over a step: 1 for rounding to nearest, 4 toward 0, 2 for stochastic rounding. Values that are not spread evenly over each step differ from that.',
        source: HISTOGRAM,
    },
    feedback: {
        label: 'Error feedback',
        sign: 'measured',
        about: 'All values are encoded with and without feedback=1. For random errors theory says 2: a value carries its own error and that of the value before it. Running sums are those from the start of a row up to each value; their error is the root mean square. Without feedback it grows like a random walk, with it it stays within half a step, and so do dot products with smooth signals.',
        source: CODED,
    },
    dims: {
        label: 'Which dims carry the error',
        sign: 'measured',
        about: 'The share of the squared error of all values that comes from one dim, when the data is encoded with the spec.',
        source: CODED,
    },
    curve: {
        label: 'How many rows to fit on',
        sign: 'measured',
        about: 'The parameters are fitted on this many rows, drawn five times, and all rows are encoded with them. SQNR is the least and greatest of the five draws, the other figures are of the first. Queries are drawn too and are in neither set; the interval is the 95 % bootstrap interval.',
        source: 'measured by fitting, encoding and searching, in this page',
    },
    bits: {
        label: 'Bits per value',
        sign: 'computed',
        about: 'All stored bits divided by the number of values: codes, scales, zero points and padding.',
        source: 'computed from the spec, rows and dim alone',
    },
}

/** A figure with the conditions as they are now. @type {(id: keyof typeof FIGURES, specs?: string[]) => Explained} */
export function explained(id, specs = [spec.value]) {
    const open = table.value
    if (!open) return FIGURES[id]
    const { name, part, rows, dim, fileRows } = open
    const sampled = rows < fileRows ? ` of ${count(fileRows)}, evenly sampled` : ''
    const scale = FIGURES[id].source === HISTOGRAM && scaleName.value ? `, ${scaleName.value}` : ''
    const tensor = part ? ` --tensor ${quote(part)}` : ''
    return {
        ...FIGURES[id],
        conditions: `${part ?? name}: ${count(rows)} rows${sampled} of ${count(dim)} values${scale}, ${specs.join(' and ')}`,
        command: specs.map(one => `quantscope range ${quote(name)}${tensor} -s ${quote(one)}`).join('\n'),
    }
}
