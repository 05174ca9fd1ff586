// The tensors of a file of weights, and what becomes of each: as `quantscope tensors` chooses.
import { openSource } from '../data/source.js'

/** Integers in a file of weights are indices, masks or codes, which nothing should round. */
const WHOLE = 'integers stay as they are'

/**
 * @typedef {{ file: File | Blob, name: string, siblings: File[] }} Weights
 * @typedef {'measured' | 'kept' | 'other' | 'empty'} Fate kept: a vector, which stays as it is; other: not measured
 * @typedef {object} Weight a tensor of the file
 * @property {string} name
 * @property {string} dtype
 * @property {number[]} shape
 * @property {number} rows
 * @property {number} dim
 * @property {number} bytes in the file
 * @property {Fate} fate
 * @property {string} [problem] why it is not measured
 */

/** @typedef {import('../engine/wasm.js').Core} Core */

/** What the file holds. @type {(core: Core, weights: Weights) => Promise<Weight[]>} */
export async function listWeights(core, { file, name, siblings }) {
    const source = await openSource(core, file, name, siblings)
    source.close()
    return source.tensors.map(tensor => ({
        name: tensor.name,
        dtype: tensor.dtype,
        shape: tensor.shape,
        rows: tensor.rows,
        dim: tensor.dim,
        bytes: tensor.rows * tensor.row_bytes,
        ...fateOf(core, tensor, source.tensors.length),
    }))
}

/** @type {(core: Core, tensor: import('../data/source.js').Tensor, count: number) => { fate: Fate, problem?: string }} count: tensors of the file */
function fateOf(core, { problem, whole, rows, dim, shape }, count) {
    const why = problem ?? (whole && count > 1 ? WHOLE : undefined)
    if (why) return { fate: 'other', problem: why }
    if (!rows || !dim) return { fate: 'empty' }
    if (shape.length <= 1) return { fate: 'kept' }
    try {
        core.call('qs_values_close', core.open('qs_values_open', dim))
        return { fate: 'measured' }
    } catch (error) {
        return { fate: 'other', problem: /** @type {Error} */ (error).message }
    }
}
