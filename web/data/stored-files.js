// A person's own files, kept in this browser for this tab, so that a reload finds them: IndexedDB, a record a tab.
// And the short digest by which a link tells a file from another of the same name.

/** @typedef {import('./data.js').Files} Files */

const STORE = 'files'
const DAY_MS = 24 * 3600 * 1000

/** Storage may be shut off, as in some private windows: then nothing is kept. @type {<T>(use: () => T) => T | undefined} */
const attempt = use => {
    try {
        return use()
    } catch {
        return undefined
    }
}

/** The name of this tab, which its reloads share. */
function tab() {
    const known = attempt(() => sessionStorage.getItem('quantscope-tab'))
    if (known) return known
    const name = `${Date.now()}-${Math.random().toString(36).slice(2)}`
    attempt(() => sessionStorage.setItem('quantscope-tab', name))
    return name
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const done = request =>
    new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
    })

/** @template T @param {(store: IDBObjectStore) => Promise<T>} use @returns {Promise<T | undefined>} */
async function withStore(use) {
    try {
        const request = indexedDB.open('quantscope', 1)
        request.onupgradeneeded = () => void request.result.createObjectStore(STORE)
        const database = await done(request)
        try {
            return await use(database.transaction(STORE, 'readwrite').objectStore(STORE))
        } finally {
            database.close()
        }
    } catch {
        return undefined // no storage, or no room in it
    }
}

/** Keeps files for this tab, in place of those before. @param {Files} files */
export const storeFiles = files =>
    withStore(async store => {
        for (const key of await done(store.getAllKeys()))
            if (Number(String(key).split('-')[0]) < Date.now() - DAY_MS) store.delete(key) // tabs long closed
        await done(store.put(files, tab()))
    })

/** The files of this tab, if there are some. @returns {Promise<Files | undefined>} */
export const storedFiles = () => withStore(store => done(store.get(tab())))

export const clearFiles = () => withStore(store => done(store.delete(tab())))

/** How many bytes at each of the places that are looked at, and how many places there are. */
const [PIECE, PIECES] = [4096, 64]

/** A digest of a file's size and of pieces spread over it, as eight hexadecimal digits. @param {Blob} file */
export async function digestOf(file) {
    let hash = 0x811c9dc5 // FNV-1a
    const add = (/** @type {Uint8Array} */ bytes) => {
        for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
    }
    add(new TextEncoder().encode(String(file.size)))
    const step = Math.max(PIECE, Math.floor((file.size - PIECE) / (PIECES - 1)))
    for (let at = 0; at < file.size; at += step) add(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()))
    return (hash >>> 0).toString(16).padStart(8, '0')
}
