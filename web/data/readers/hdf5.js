// HDF5 by h5wasm: its datasets of numbers, such as train and test of ann-benchmarks.
import { File as Hdf5File, ready } from 'h5wasm'
import { CoreError } from '../../engine/wasm.js'
import { listed } from './listed.js'

/** The library holds the file in memory, and then its values. */
const MOST_BYTES = 1 << 30

/** The dtype of a dataset, as lists call it; null: it is not of numbers. @param {{ type: number, size: number, signed: boolean }} about */
function dtypeOf({ type, size, signed }) {
    if (type === 1) return [4, 8].includes(size) ? `float${8 * size}` : null
    if (type === 0) return [1, 2, 4, 8].includes(size) ? `${signed ? '' : 'u'}int${8 * size}` : null
    return null
}

/** @type {import('./libraries.js').Library} */
export async function open(file) {
    if (file.size > MOST_BYTES)
        throw new CoreError({
            message:
                'An HDF5 file of more than 1 GiB does not fit here: np.save one dataset, or use the command line.',
        })
    const { FS } = await ready
    FS.writeFile('data.h5', new Uint8Array(await file.arrayBuffer()))
    /** @type {any} */
    let data
    try {
        data = new Hdf5File('data.h5', 'r')
        const tensors = data
            .paths()
            .map((/** @type {string} */ name) => ({ name, set: data.get(name) }))
            .filter((/** @type {any} */ { set }) => set?.metadata && set.shape?.length && dtypeOf(set.metadata))
            .map((/** @type {any} */ { name, set }) => ({
                name,
                dtype: dtypeOf(set.metadata),
                shape: set.shape.map(Number),
                values: [set.value],
            }))
        if (!tensors.length) throw new CoreError({ message: 'It is HDF5, and has no dataset of numbers.' })
        return listed('hdf5', tensors)
    } catch (error) {
        if (error instanceof CoreError) throw error
        throw new CoreError({ message: `It is HDF5, and damaged or cut off: ${String(error)}` })
    } finally {
        data?.close()
        FS.unlink('data.h5')
    }
}
