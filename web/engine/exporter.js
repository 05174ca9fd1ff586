// Encodes all rows of a tensor and lays them out as a file of some kind, by the core: as `quantscope encode --to` writes it. It runs in
// a worker, and in Node as it is.
import { CoreError } from './wasm.js'
import { inChunks } from './chunks.js'

/**
 * @typedef {{ spec: string, to: string, name: string, shape: number[] }} Wanted name and shape: of the tensor
 * @typedef {{ pieces: Uint8Array<ArrayBuffer>[], sidecar: string }} Written pieces: the file's bytes in order; sidecar: what lies beside codes
 */

export class Exporter {
    /** @param {import('./wasm.js').Core} core */
    constructor(core) {
        this.core = core
    }

    /** @type {(table: import('../data/table.js').Table, wanted: Wanted) => Promise<Written>} */
    async write(table, wanted) {
        const whole = { ...table, rows: table.fileRows }
        if ((table.allRows ?? table.fileRows) > table.fileRows)
            throw new CoreError({
                message: 'Only a part of this file is held here: the command line encodes all of it.',
            })
        const codec = await this.#fit(whole, wanted.spec)
        try {
            return await this.#encode(whole, codec, wanted)
        } finally {
            this.core.call('qs_codec_close', codec)
        }
    }

    /** @type {(table: import('../data/table.js').Table, spec: string) => Promise<number>} */
    async #fit(table, spec) {
        const { core } = this
        const fit = core.open('qs_fit_open', spec, table.dim)
        try {
            if (this.#needsRows(fit))
                await inChunks(core, table, async each => {
                    do await each((row, floats, count) => core.call('qs_fit_observe', fit, row, floats, count))
                    while (core.call('qs_fit_next_pass', fit))
                })
            return core.open('qs_fit_finish', fit)
        } finally {
            core.call('qs_fit_close', fit)
        }
    }

    /** A fit that needs no data is done before it has seen a row. @param {number} fit */
    #needsRows(fit) {
        try {
            return this.core.call('qs_fit_next_pass', fit) > 0
        } catch {
            return true
        }
    }

    /** @type {(table: import('../data/table.js').Table, codec: number, wanted: Wanted) => Promise<Written>} */
    async #encode(table, codec, { to, name, shape: given }) {
        const { core } = this
        const shape = Float64Array.from(this.#fits(table, given) ? given : [table.rows, table.dim])
        const file = core.open('qs_export_open', to, codec, name, shape, shape.length)
        const digest = core.open('qs_digest_open')
        try {
            const count = core.call('qs_export_sections', file)
            /** @type {Uint8Array<ArrayBuffer>[][]} */
            const sections = Array.from({ length: count }, () => [])
            await inChunks(core, table, each =>
                each((row, floats, rows) => {
                    const bytes = rows * core.call('qs_codec_row_bytes', codec)
                    const codes = core.alloc(bytes)
                    try {
                        core.call('qs_codec_encode', codec, row, floats, rows, codes)
                        core.call('qs_digest_add', digest, codes, bytes)
                        sections.forEach((pieces, s) => pieces.push(this.#rows(file, s, codes, rows)))
                    } finally {
                        core.free(codes)
                    }
                }),
            )
            const sum = core.text('qs_digest_text', digest)
            const before = (/** @type {number} */ s) => this.#before(file, s, sum)
            return {
                pieces: [...sections.flatMap((pieces, s) => [before(s), ...pieces]), before(count)],
                sidecar: core.text('qs_codec_sidecar_json', codec, shape, shape.length, sum) + '\n',
            }
        } finally {
            core.call('qs_export_close', file)
            core.call('qs_digest_close', digest)
        }
    }

    /** Whether rows are the first axis. @type {(table: import('../data/table.js').Table, shape: number[]) => boolean} */
    #fits({ rows, dim }, [first, ...others]) {
        const rest = others.reduce((product, n) => product * n, 1)
        return others.length ? first === rows && rest === dim : rows === 1 && first === dim
    }

    /** @type {(file: number, section: number, codes: number, rows: number) => Uint8Array<ArrayBuffer>} */
    #rows(file, section, codes, rows) {
        const { core } = this
        const bytes = rows * core.call('qs_export_row_bytes', file, section)
        const written = core.alloc(bytes)
        try {
            core.call('qs_export_rows', file, section, codes, rows, written)
            return core.take(written, Uint8Array, bytes)
        } finally {
            core.free(written)
        }
    }

    /** @type {(file: number, section: number, digest: string) => Uint8Array<ArrayBuffer>} */
    #before(file, section, digest) {
        const empty = !this.core.call('qs_export_before', file, section, digest, 0, 0)
        return empty
            ? new Uint8Array(0)
            : /** @type {Uint8Array<ArrayBuffer>} */ (this.core.bytes('qs_export_before', file, section, digest))
    }
}
