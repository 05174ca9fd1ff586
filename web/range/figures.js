// What the figures of the Range view mean, where they come from and under which conditions: what their signs open.
import { count } from '../text/numbers.js'
import { scaleName, spec, table } from './session.js'
import { quote } from '../text/sentences.js'

/** @typedef {import('../parts/open.js').Explained} Explained */

const HISTOGRAM =
    'computed from a histogram of the values, those of a cell counted as spread evenly between its least and its greatest'
const CODED = 'measured by coding the data, in this page'

/** @type {Record<string, Pick<Explained, 'label' | 'sign' | 'about' | 'source'>>} */
const FIGURES = {
    clipped: {
        label: 'Clipped',
        sign: 'computed',
        about: 'Values more than half a step beyond the outermost level. All of them take that level.',
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
        about: 'What ranges around the same middle would cost, half of their width on the axis. Wider ones round more coarsely, narrower ones clip more.',
        source: HISTOGRAM,
    },
    rules: {
        label: 'What the rules choose',
        sign: 'computed',
        about: 'minmax takes all values in, percentile leaves a share out, std keeps some standard deviations, mse has the least squared error, kl the least divergence between the distributions before and after.',
        source: HISTOGRAM,
    },
    use: {
        label: 'How often each code is used',
        sign: 'measured',
        about: 'All values are coded with scales, or codebooks, of each kind, and their codes counted. Codes that are hardly used are bits that are hardly used.',
        source: CODED,
    },
    rounds: {
        label: 'Ways of rounding',
        sign: 'computed',
        about: 'The squared error of values that are not clipped, over that of errors spread evenly over a step: 1 for rounding to nearest, 4 toward 0, 2 by chance. Values that are not spread evenly over each step differ from it.',
        source: HISTOGRAM,
    },
    feedback: {
        label: 'Error feedback',
        sign: 'measured',
        about: 'All values are coded with and without feedback=1. For errors that look random theory says 2: a value then carries its own error and that of the one before it. Running sums are those from the start of a row up to each value, off by the root of the mean square: without feedback they walk at random, with it they stay within half a step, and with them dot products with smooth signals.',
        source: CODED,
    },
    dims: {
        label: 'Which dims carry the error',
        sign: 'measured',
        about: 'The part of the squared error of all values that those of a dim carry, when the data is coded as the spec says.',
        source: CODED,
    },
    curve: {
        label: 'How many rows are enough',
        sign: 'measured',
        about: 'The fit sees so many rows, drawn five times, and all are coded with it. SQNR is the least and the greatest of the five, the rest that of the first. Queries are drawn too and left out of both; their interval is that of 95 %, by bootstrap.',
        source: 'measured by fitting, coding and searching, in this page',
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
