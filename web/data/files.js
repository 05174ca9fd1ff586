// Which of the files that were dropped is what: by their names and, among arrays, by their size.

/** @typedef {{ vectors?: File, queries?: File, text?: File, queryText?: File, siblings?: File[] }} Chosen siblings: files of one model */

const isArray = (/** @type {File} */ file) => /\.(npy|jsonl?|gz)$/i.test(file.name)
const isText = (/** @type {File} */ file) =>
    /\.(txt|tsv|csv|text)$/i.test(file.name) || file.type.startsWith('text/')
const isPart = (/** @type {File} */ file) => /\.(safetensors|gguf|index\.json)$/i.test(file.name)
const ofQueries = (/** @type {File} */ file) => /quer/i.test(file.name)

/** Texts are labels of an array beside them, or vectors themselves. A file of unknown kind is taken for vectors: the core says what is wrong with it. @type {(files: File[]) => Chosen} */
export function chosenFiles(files) {
    if (files.length > 1 && files.every(isPart))
        return { vectors: files.find(file => /\.index\.json$/i.test(file.name)) ?? files[0], siblings: files }
    const texts = files.filter(file => !isArray(file) && isText(file))
    const others = files.filter(file => !texts.includes(file))
    const arrays = (others.length ? others : texts).toSorted((x, y) => y.size - x.size)
    const labels = others.length ? texts : []
    const vectors = arrays.find(file => !ofQueries(file)) ?? arrays[0]
    const queries = arrays.find(file => file !== vectors)
    const queryText = queries && labels.length > 1 ? (labels.find(ofQueries) ?? labels[1]) : undefined
    return { vectors, queries, queryText, text: labels.find(file => file !== queryText) }
}
