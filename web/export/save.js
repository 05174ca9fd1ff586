// Saves what is made in the page as a file of the person's.

/** @param {string} name @param {Blob} blob */
export function save(name, blob) {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(blob)
    link.download = name
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}

/** A file's name of a title. @type {(title: string, end: string) => string} */
export const fileName = (title, end) => {
    const plain = title
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '')
    return `quantscope-${plain.slice(0, 48) || 'view'}.${end}`
}
