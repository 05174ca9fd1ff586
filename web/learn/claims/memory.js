// Claims about memory.
import { QUOTED } from '../quoted.js'
import { b, bits, count, fig, per, say, size } from '../say.js'

/** @type {import('../claims.js').Claim[]} */
export const MEMORY = [
    {
        number: 1,
        taught: `int4 saves ${QUOTED.int4Saved} of memory.`,
        so: f =>
            `It saves ${per(f.format('int4').saved)}: ${fig(f.format('int4').bits_per_value)} of ${fig(f.format('f32').bits_per_value)} bits stay. ${per(f.format('int2').saved)} is int2, and scales come on top.`,
        here: f =>
            say`int4 with a scale for each row: ${b(count(f.bytes('int4').per_row))} of ${count(f.bytes('f32').per_row)} bytes`,
        sign: 'computed',
        source: 'the ledger: codes, scales, padding',
        see: { title: 'Compare', state: { view: 'compare' } },
    },
    {
        number: 4,
        taught: `${count(QUOTED.side)} × ${count(QUOTED.side)} float32 values are ${QUOTED.megabytes}.`,
        so: f =>
            `That is in units of ${count(2 ** 20)} bytes. They are ${size(f.bytes('f32', QUOTED.side, QUOTED.side).total)}, and codes need scales too.`,
        here: f =>
            say`float32 ${b(count(f.bytes('f32', QUOTED.side, QUOTED.side).total))} bytes, int8 with a scale for each row ${count(f.bytes('int8', QUOTED.side, QUOTED.side).total)}`,
        sign: 'computed',
        source: 'the ledger; MB and MiB by IEC',
        see: { title: 'Plan', state: { view: 'plan', vectors: QUOTED.side, width: QUOTED.side } },
    },
    {
        number: 21,
        taught: `Dynamic quantization takes a model from ${QUOTED.dynamic.from} to ${QUOTED.dynamic.to}.`,
        so: () =>
            'A quarter would need every byte quantized. Embeddings and biases stay float32, and packed weights are often not counted.',
        here: f => {
            const one = f.recipe('static:w=int8,a=int8')
            return say`${count(f.network()?.report.float.bytes)} bytes become ${b(count(one?.bytes.total))}, of them biases ${count(one?.bytes.biases)} and scales ${count(one?.bytes.scales)}`
        },
        sign: 'computed',
        of: 'network',
        source: 'the ledger of the demo network',
        see: { title: 'Networks', state: { view: 'networks' } },
    },
    {
        number: 22,
        taught: 'Scales cost next to nothing.',
        so: () => 'That depends on how many values share one. The cost is computed, not assumed.',
        here: f =>
            say`int4 with float32 scales: rows of ${count(f.dim)} take ${b(bits(f.bytes('int4').bits_per_value))} bits a value, blocks ${bits(f.bytes('int4:per=block').bits_per_value)}`,
        sign: 'computed',
        source: 'the ledger',
        see: { title: 'Range', state: { view: 'range' } },
    },
    {
        number: 34,
        taught: 'The quantized layer takes a quarter.',
        so: () =>
            'The layer that was shown kept the original beside the codes, which takes more than before, and its calibrated scale was never used.',
        here: f => {
            const { total, originals } = f.bytes('int8:rescore=4')
            return say`int8 codes ${b(size(total))}; originals kept beside them ${size(originals)} more`
        },
        sign: 'computed',
        source: 'the ledger, which lists kept originals',
        see: { title: 'Compare', state: { view: 'compare', specs: ['int8', 'int8:rescore=4'] } },
    },
]
