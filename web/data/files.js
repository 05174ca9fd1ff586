// Which of the files that were dropped is what: by their names and, among arrays, by their size.

/** @typedef {{ vectors?: File, queries?: File, text?: File, queryText?: File }} Chosen */

const isArray = (/** @type {File} */ file) => /\.npy$/i.test(file.name)
const isText = (/** @type {File} */ file) =>
    /\.(txt|tsv|csv|text)$/i.test(file.name) || file.type.startsWith('text/')
const ofQueries = (/** @type {File} */ file) => /quer/i.test(file.name)

/** A file of unknown kind is taken for vectors: the core says what is wrong with it. @type {(files: File[]) => Chosen} */
export function chosenFiles(files) {
    const texts = files.filter(file => !isArray(file) && isText(file))
    const arrays = files.filter(file => !texts.includes(file)).sort((x, y) => y.size - x.size)
    const vectors = arrays.find(file => !ofQueries(file)) ?? arrays[0]
    const queries = arrays.find(file => file !== vectors)
    const queryText = queries && texts.length > 1 ? (texts.find(ofQueries) ?? texts[1]) : undefined
    return { vectors, queries, queryText, text: texts.find(file => file !== queryText) }
}
