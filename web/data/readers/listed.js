// What libraries give, as the core opens it: a list of tensors, and a file of values for each.

/**
 * @param {string} kind
 * @param {{ name: string, dtype: string, shape: number[], values: BlobPart[] }[]} tensors
 * @returns {import('./libraries.js').Listed}
 */
export function listed(kind, tensors) {
    const files = tensors.map(({ name, values }, i) => new File(values, `${i}:${name}`.replace(/[/\\]/g, ':')))
    const list = {
        quantscope: 'tensors',
        kind,
        files: files.map(file => file.name),
        tensors: tensors.map(({ name, dtype, shape }, i) => ({ name, dtype, shape, offset: 0, part: i + 1 })),
    }
    return { list: new Blob([JSON.stringify(list)]), files }
}
