// The installed page: it opens with its server gone, says when there is a newer one, and takes it when it is told to.
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { VIEWS } from '../../web/views.js'
import { path } from './page.js'

/** @type {Record<string, string>} */
const TYPES = {
    html: 'text/html',
    js: 'text/javascript',
    css: 'text/css',
    svg: 'image/svg+xml',
    webmanifest: 'application/manifest+json',
}
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)

/** @type {import('playwright-core').Browser} */
let browser
const folder = mkdtempSync(join(tmpdir(), 'quantscope-site-'))
let isUp = true
const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://x').pathname.replace(/\/$/, '/index.html')
    if (!isUp) return void request.socket.destroy()
    if (!existsSync(folder + name)) return void response.writeHead(404).end()
    const type = TYPES[name.replace(/.*\./, '')] ?? 'application/octet-stream'
    response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-cache' }).end(readFileSync(folder + name))
})

beforeAll(async () => {
    for (const name of ['index.html', 'icon.svg', 'sw.js', 'manifest.webmanifest'])
        copyFileSync(path(`build/out/web/${name}`), join(folder, name))
    const library = /"\.\/(workbox-[\w-]+)"/.exec(readFileSync(join(folder, 'sw.js'), 'utf8'))?.[1]
    if (library) copyFileSync(path(`build/out/web/${library}.js`), join(folder, `${library}.js`))
    for (const name of ['assets', 'demo'])
        cpSync(path(`build/out/web/${name}`), join(folder, name), { recursive: true })
    await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)))
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
})
afterAll(async () => {
    await browser?.close()
    server.close()
    rmSync(folder, { recursive: true })
})

test('the page opens with its server gone, and a newer one is offered', async () => {
    const address = /** @type {import('node:net').AddressInfo} */ (server.address())
    const origin = `http://127.0.0.1:${address.port}/`
    const context = await browser.newContext()
    const page = await context.newPage()
    /** @type {string[]} */
    const said = []
    page.on('console', message => said.push(message.text()))
    page.on('pageerror', error => said.push(String(error)))
    await page.goto(origin)
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true))
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.webmanifest'), 'utf8'))
    expect(manifest).toMatchObject({ name: 'Quantscope', display: 'standalone', start_url: './' })
    expect(await page.locator('link[rel="manifest"]').getAttribute('href')).toContain('manifest.webmanifest')

    isUp = false
    await page.reload()
    await page.locator('.progress', { hasText: /measured in/ }).waitFor({ timeout: 90_000 })
    for (const view of VIEWS) {
        await page.getByRole('button', { name: view.title, exact: true }).click()
        await page.locator('main h1', { hasText: view.title }).waitFor({ state: 'attached' })
    }
    isUp = true
    expect(said.filter(text => !text.includes('Failed to load resource'))).toEqual([])

    writeFileSync(join(folder, 'sw.js'), `${readFileSync(join(folder, 'sw.js'), 'utf8')}\n// newer\n`)
    await page.evaluate(() => navigator.serviceWorker.ready.then(kept => kept.update().then(() => true)))
    await page.getByText('A newer version of this page is ready.').waitFor()
    const loaded = page.waitForEvent('load')
    await page.getByRole('button', { name: 'Reload' }).click()
    await loaded
    await page.locator('main h1').waitFor({ state: 'attached' })
    expect(await page.getByText('A newer version of this page is ready.').count()).toBe(0)
    await context.close()
})
