// The built page in a real browser: a server of files, Chromium, and what every test of a page wants to know.
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'

export const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../../${name}`, import.meta.url))
export const OFFLINE = pathToFileURL(path('build/out/web/offline.html')).href

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const FLAGS = [
    ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
    ...['--disable-background-networking', '--disable-component-update'],
]

/** @type {Record<string, string>} */
const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', txt: 'text/plain' }

/** A plain server of the built site's files, as any static host is one. */
export async function serve() {
    const server = createServer((request, response) => {
        const name = new URL(request.url ?? '/', 'http://x').pathname.replace(/\/$/, '/index.html')
        const file = path(`build/out/web${name}`)
        if (!existsSync(file)) return void response.writeHead(404).end()
        const type = TYPES[name.replace(/.*\./, '')] ?? 'application/octet-stream'
        response.writeHead(200, { 'Content-Type': type }).end(readFileSync(file))
    })
    await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)))
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
    return { origin: `http://127.0.0.1:${port}`, close: () => server.close() }
}

/**
 * A browser for the tests of a file. open() gives a page; after each test it must have asked nothing beyond where it
 * came from, and said nothing on the console.
 */
export function useBrowser() {
    /** @type {import('playwright-core').Browser} */
    let browser
    /** @type {Awaited<ReturnType<typeof serve>>} */
    let site
    /** @type {import('playwright-core').BrowserContext[]} */
    let contexts = []
    /** @type {string[]} */
    let asked = []
    /** @type {string[]} */
    let said = []

    beforeAll(async () => {
        site = await serve()
        browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
    })
    afterAll(async () => {
        await browser?.close()
        site?.close()
    })
    afterEach(async () => {
        await Promise.all(contexts.map(context => context.close()))
        contexts = []
        const elsewhere = asked.filter(
            url => !url.startsWith(site.origin) && !/^(blob|data):/.test(url) && url !== OFFLINE,
        )
        const [heard, left] = [said, elsewhere]
        asked = []
        said = []
        expect(left, 'requests that leave').toEqual([])
        expect(heard, 'the console').toEqual([])
    })

    /**
     * @param {string} [hash]
     * @param {import('playwright-core').BrowserContextOptions & { url?: string, block?: RegExp, slow?: RegExp }} [options]
     *   block: addresses that cannot be had; slow: those that come a second late
     */
    async function open(hash = '', { url, block, slow, ...options } = {}) {
        const context = await browser.newContext({
            viewport: { width: 1280, height: 900 },
            serviceWorkers: 'block', // but where a test is about the page that is kept
            ...options,
        })
        contexts.push(context)
        context.setDefaultTimeout(45_000)
        context.on('request', request => asked.push(request.url().replace(/#.*/, '')))
        const page = await context.newPage()
        if (block) await context.route(block, route => route.abort())
        if (slow)
            await context.route(slow, async route => {
                await new Promise(resolve => setTimeout(resolve, 1000))
                await route.continue().catch(() => {}) // the page may be gone by then
            })
        page.on('console', message => {
            const isExpected = block && message.text().startsWith('Failed to load resource')
            if (!isExpected && !message.text().includes('blocked by Playwright')) said.push(message.text())
        })
        page.on('pageerror', error => said.push(String(error)))
        await page.goto((url ?? `${site.origin}/`) + hash, { waitUntil: slow ? 'commit' : 'load' })
        return page
    }
    return { open }
}

/** For tests that are about something else than all specs: a dozen, and three. */
export const DOZEN =
    'specs=f16;bf16;int8;int8:map=offset,per=dim;int8:per=tensor;int6;int4;int4:map=offset,per=dim;int4:per=tensor;binary;binary:query=f32'
export const FEW = 'specs=int8:map=offset,per=dim;int4:map=offset,per=dim;binary'

/** @typedef {import('playwright-core').Page} Page */

/** Waits until all rows are measured. @param {Page} page */
export const allMeasured = page =>
    page.locator('.progress', { hasText: /specs? measured in/ }).waitFor({ timeout: 90_000 })

/** The specs of the table, in order. @param {Page} page */
export const specsOf = page => page.locator('.specs tbody .name code').allTextContents()

/** The bytes of an .npy file. @type {(rows: number, dim: number, value: (i: number) => number, declared?: number) => Buffer} */
export function npy(rows, dim, value, declared = rows) {
    const about = `{'descr': '<f4', 'fortran_order': False, 'shape': (${declared}, ${dim}), }`
    const head = Buffer.alloc(128, ' ')
    head.write('\x93NUMPY\x01\x00', 0, 'latin1')
    head.writeUInt16LE(118, 8)
    head.write(about, 10, 'latin1')
    head.write('\n', 127)
    const values = Float32Array.from({ length: rows * dim }, (_, i) => value(i))
    return Buffer.concat([head, Buffer.from(values.buffer)])
}

/** A number that looks random, the same for every run. */
export const noise = (/** @type {number} */ i) => {
    const x = Math.sin(i * 12.9898 + 78.233) * 43758.5453
    return x - Math.floor(x) - 0.5
}

/** Drops files on the page, or on a part of it. @type {(page: Page, files: { name: string, bytes: Buffer }[], on?: string) => Promise<void>} */
export async function drop(page, files, on = '.page') {
    const sent = files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') }))
    const transfer = await page.evaluateHandle(list => {
        const data = new DataTransfer()
        for (const { name, base64 } of list)
            data.items.add(new File([Uint8Array.from(atob(base64), one => one.charCodeAt(0))], name))
        return data
    }, sent)
    for (const event of ['dragenter', 'dragover', 'drop'])
        await page.dispatchEvent(on, event, { dataTransfer: transfer })
}
