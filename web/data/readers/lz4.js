// Unpacks frames of LZ4 (LZ4 Frame Format 1.6), as Arrow packs its buffers. Checksums are passed over.

const MAGIC = 0x184d2204
/** Bits of the descriptor's first byte. */
const [CONTENT_SIZE, BLOCK_CHECKSUM, DICTIONARY] = [8, 16, 1]
const STORED = 0x80000000

/** One block behind what is unpacked already; returns where it ends. @param {Uint8Array} block @param {Uint8Array} out @param {number} at */
function unpackBlock(block, out, at) {
    let i = 0
    /** A length of 15 goes on in further bytes, of which the last is not 255. @param {number} length */
    const whole = length => {
        for (let more = length === 15 ? 255 : 0; more === 255; length += more) more = block[i++]
        return length
    }
    while (i < block.length) {
        const token = block[i++]
        const literals = whole(token >> 4)
        if (i + literals > block.length || at + literals > out.length) throw new Error('LZ4: a block is damaged')
        out.set(block.subarray(i, i + literals), at)
        at += literals
        i += literals
        if (i >= block.length) break // the last sequence is literals alone
        const offset = block[i] | (block[i + 1] << 8)
        i += 2
        const length = whole(token & 15) + 4
        if (!offset || offset > at || !(at + length <= out.length)) throw new Error('LZ4: a block is damaged')
        for (let end = at + length; at < end; at++) out[at] = out[at - offset] // may overlap itself
    }
    return at
}

/** @param {Uint8Array} bytes @param {number} length unpacked */
export function unpackLz4(bytes, length) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (length > 255 * bytes.length) throw new Error('LZ4: it cannot unpack to so much')
    if (view.getUint32(0, true) !== MAGIC) throw new Error('LZ4: it is no frame')
    const flags = bytes[4]
    const out = new Uint8Array(length)
    let [i, at] = [7 + (flags & CONTENT_SIZE ? 8 : 0) + (flags & DICTIONARY ? 4 : 0), 0]
    for (let size = view.getUint32(i, true); size; size = view.getUint32(i, true)) {
        const block = bytes.subarray(i + 4, i + 4 + (size & ~STORED))
        if (size & STORED) out.set(block, at)
        at = size & STORED ? at + block.length : unpackBlock(block, out, at)
        i += 4 + (size & ~STORED) + (flags & BLOCK_CHECKSUM ? 4 : 0)
    }
    if (at !== length) throw new Error('LZ4: it unpacks to another length')
    return out
}
