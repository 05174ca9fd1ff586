// The lines of a text file, as a stream: line n tells what row n is. Only those wanted are kept.

/**
 * Resolves to an array with a line at each wanted index and holes elsewhere, and its length the number of lines.
 * @param {Blob} blob
 * @param {(index: number) => boolean} [wanted]
 */
export async function readLines(blob, wanted = () => true) {
    /** @type {string[]} */
    const lines = []
    let count = 0
    let rest = ''
    const take = (/** @type {string} */ line) => {
        if (wanted(count)) lines[count] = line.endsWith('\r') ? line.slice(0, -1) : line
        count++
    }
    const reader = blob.stream().getReader()
    const decoder = new TextDecoder()
    for (;;) {
        const { done, value } = await reader.read()
        const parts = (rest + decoder.decode(value, { stream: !done })).split('\n')
        rest = parts.pop() ?? ''
        parts.forEach(take)
        if (done) break
    }
    if (rest) take(rest)
    lines.length = count
    return lines
}
