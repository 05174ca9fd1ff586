// Numbers as an .npy file: the values of a claim, so that the core reads them as it reads any other data.

/** A row, or rows of one length. @param {readonly number[] | readonly (readonly number[])[]} values */
export function npy(values) {
    const rows = /** @type {readonly (readonly number[])[]} */ (Array.isArray(values[0]) ? values : [values])
    const shape = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows.length}, ${rows[0].length}), }`
    const head = `\x93NUMPY\x01\x00v\x00${shape.padEnd(117)}\n`
    return new File(
        [Uint8Array.from(head, one => one.charCodeAt(0)), Float32Array.from(rows.flat())],
        'numbers.npy',
    )
}
