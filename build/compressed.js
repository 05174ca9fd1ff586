// Serves the built site compressed, as static hosts do: what `vite preview` leaves as it is, WASM and arrays above all,
// is most of what the page loads.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

/** @type {Record<string, string>} */
const TYPES = {
    css: 'text/css',
    html: 'text/html',
    js: 'text/javascript',
    npy: 'application/octet-stream',
    svg: 'image/svg+xml',
    txt: 'text/plain;charset=utf-8',
    wasm: 'application/wasm',
}

/** How a file is compressed for a browser that takes the encoding. @type {Record<string, (bytes: Buffer) => Buffer>} */
const ENCODERS = {
    br: bytes => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }),
    gzip: bytes => gzipSync(bytes),
}

/** A handler of requests; what it does not know it hands on. @param {string} folder of the built site */
export function compressed(folder) {
    /** @type {Map<string, { time: number, bytes: Buffer }>} */
    const known = new Map()
    /** @type {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse, next: () => void) => void} */
    return (request, response, next) => {
        const path = (request.url ?? '/').replace(/[?#].*/, '')
        const file = `${folder}${path.replace(/\/$/, '/index.html')}`
        const type = TYPES[file.replace(/.*\./, '')]
        const encoding = Object.keys(ENCODERS).find(name =>
            new RegExp(`\\b${name}\\b`).test(String(request.headers['accept-encoding'] ?? '')),
        )
        if (request.method !== 'GET' || path.includes('..') || !type || !encoding || !existsSync(file))
            return next()
        const time = statSync(file).mtimeMs
        const key = `${encoding} ${file}`
        let found = known.get(key)
        if (found?.time !== time) known.set(key, (found = { time, bytes: ENCODERS[encoding](readFileSync(file)) }))
        response.writeHead(200, {
            'Content-Type': type,
            'Content-Encoding': encoding,
            'Content-Length': found.bytes.length,
            'Cache-Control': path.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache',
            Vary: 'Accept-Encoding',
        })
        response.end(found.bytes)
    }
}
