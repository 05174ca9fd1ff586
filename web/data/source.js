// A file as the core reads it: it says which bytes it wants, of the file itself, of files beside it or of what is packed
// in it, and gets them. Kinds that it leaves to libraries are opened by those (readers/).
import { CoreError } from '../engine/wasm.js'
import { findLibrary } from './readers/libraries.js'
import { inflate, MOST_UNPACKED } from './unpack.js'

/**
 * @typedef {{ name: string, dtype: string, shape: number[], rows: number, dim: number, offset: number, row_bytes: number, part?: number, order?: string, labels?: boolean, whole?: boolean, problem?: string }} Tensor
 * @typedef {object} Source
 * @property {string} kind
 * @property {any} metadata
 * @property {Tensor[]} tensors
 * @property {Uint8Array | null} head the file's first bytes, where they tell all
 * @property {number} bytes of the file
 * @property {number} handle of the core
 * @property {(part: number) => Promise<Blob>} blob
 * @property {(tensor: number, row: number, rows: number) => Promise<Uint8Array>} read the bytes that rows need
 * @property {() => void} close
 */

/** Kinds whose head alone opens them again, whatever the name of the file. */
const BY_HEAD = new Set(['npy', 'safetensors', 'gguf'])

/** Least bytes of a head that are read at once. */
const HEAD = 4096

const bytesOf = async (/** @type {Blob} */ blob, from = 0, to = blob.size) =>
    new Uint8Array(await blob.slice(from, to).arrayBuffer())

/** What is to be opened in place of a file: itself, or what gzip packed. @param {import('../engine/wasm.js').Core} core @param {Blob} file */
async function unpacked(core, file) {
    const magic = await bytesOf(file, 0, 3)
    return core.call('qs_source_is_gzip', magic, magic.length)
        ? inflate(file, 'gzip', Math.max(MOST_UNPACKED, 200 * file.size))
        : file
}

/** Several files are one model: what the core opens instead. @param {File | Blob} file @param {string} name @param {File[]} siblings */
function modelList(file, name, siblings) {
    if (/\.index\.json$/i.test(name)) return null
    const ending = /\.(safetensors|gguf)$/i.exec(name)?.[0].toLowerCase()
    const files = siblings.filter(one => ending && one.name.toLowerCase().endsWith(ending)).map(one => one.name)
    return files.length > 1 ? new Blob([JSON.stringify({ quantscope: 'files', files: files.sort() })]) : null
}

/**
 * @param {import('../engine/wasm.js').Core} core
 * @param {File | Blob} file
 * @param {string} name
 * @param {File[]} siblings
 * @returns {Promise<Source>}
 */
export async function openSource(core, file, name, siblings) {
    const library = await findLibrary(file)
    const content = library ? null : await unpacked(core, file)
    const listed = library ? await library(file) : null
    const blob = listed?.list ?? modelList(file, name, siblings) ?? content ?? file
    /** @type {(Blob | undefined)[]} */
    const parts = [blob]
    let head = new Uint8Array(0)
    for (let want = Math.min(HEAD, blob.size); ;) {
        head = await bytesOf(blob, 0, want)
        want = core.call('qs_source_check_as', name, head, head.length, blob.size)
        if (!want) break
    }
    const handle = core.open('qs_source_open_as', name, head, head.length, blob.size)
    const started = core.starts()
    const beside = [...siblings, ...(listed?.files ?? [])]

    /** A part of the source, opened when it is first asked for. @param {number} part @returns {Promise<Blob>} */
    async function partOf(part) {
        const known = parts[part]
        if (known) return known
        const { file: wanted, of, offset, bytes, length } = core.json('qs_source_parts_json', handle).parts[part]
        const found = wanted && beside.find(one => one.name === wanted)
        if (wanted && !found)
            throw new CoreError({ message: `${wanted} is part of it: choose both files together.` })
        const whole =
            found || (await inflate((await partOf(of)).slice(offset, offset + bytes), 'deflate-raw', length))
        core.call('qs_source_part', handle, part, whole.size)
        return (parts[part] = whole)
    }

    async function give() {
        const range = core.alloc(24)
        try {
            while (core.call('qs_source_wants', handle, range)) {
                const [part, offset, bytes] = core.take(range, Float64Array, 3)
                const raw = await bytesOf(await partOf(part), offset, offset + bytes)
                if (raw.length < bytes) throw new CoreError({ message: 'A file of it is cut off.', byte: offset })
                core.call('qs_source_take', handle, raw)
            }
        } finally {
            core.free(range)
        }
    }

    /** @type {Source['read']} */
    async function read(tensor, row, rows) {
        if (core.starts() !== started)
            throw new CoreError({ message: `The core was started again: open ${name} again.` })
        const count = core.call('qs_source_plan', handle, tensor, row, rows, 0, 0)
        const list = core.alloc(24 * count)
        core.call('qs_source_plan', handle, tensor, row, rows, list, count)
        const ranges = core.take(list, Float64Array, 3 * count)
        core.free(list)
        let total = 0
        for (let i = 0; i < count; i++) total += ranges[3 * i + 2]
        const raw = new Uint8Array(total)
        for (let i = 0, at = 0; i < count; i++, at += ranges[3 * i - 1])
            raw.set(
                await bytesOf(
                    await partOf(ranges[3 * i]),
                    ranges[3 * i + 1],
                    ranges[3 * i + 1] + ranges[3 * i + 2],
                ),
                at,
            )
        return raw
    }

    const close = () => void core.call('qs_source_close', handle)
    try {
        await give()
        const { kind, metadata, tensors } = core.json('qs_source_json', handle)
        const again =
            BY_HEAD.has(kind) && blob === content && tensors.every((/** @type {Tensor} */ one) => !one.part)
        return {
            kind,
            metadata,
            tensors,
            head: again ? head : null,
            bytes: blob.size,
            handle,
            blob: partOf,
            read,
            close,
        }
    } catch (error) {
        close()
        throw error
    }
}
