// What is packed by deflate or gzip, unpacked by the browser, up to a bound: a small file may claim to be huge.
import { CoreError } from '../engine/wasm.js'

/** What a file that does not say how long it gets may at least unpack to. */
export const MOST_UNPACKED = 16 << 20

/** @type {(blob: Blob, format: 'gzip' | 'deflate-raw', most: number) => Promise<Blob>} */
export async function inflate(blob, format, most) {
    const reader = blob.stream().pipeThrough(new DecompressionStream(format)).getReader()
    /** @type {BlobPart[]} */
    const parts = []
    let size = 0
    try {
        for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
            size += value?.length ?? 0
            if (size > most) break
            parts.push(/** @type {BlobPart} */ (value))
        }
    } catch {
        throw new CoreError({ message: 'What is packed in it is damaged, or cut off.' })
    }
    if (size <= most) return new Blob(parts)
    reader.cancel().catch(() => {})
    throw new CoreError({
        message: `What is packed in it unpacks to more than ${most} bytes, which is not believed: unpack it first.`,
    })
}
