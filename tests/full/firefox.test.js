// The main path in Firefox, by WebDriver BiDi: the page measures its demo, a stop is chosen, views open, the network is
// measured, and nothing is asked of elsewhere.
import { existsSync } from 'node:fs'
import puppeteer from 'puppeteer-core'
import { expect, test } from 'vitest'
import { VIEWS } from '../../web/views.js'
import { serve } from '../browser/page.js'

const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox']

test('the main path', { timeout: 180_000 }, async () => {
    const site = await serve()
    const browser = await puppeteer.launch({
        browser: 'firefox',
        executablePath: FIREFOX.find(existsSync),
        headless: true,
    })
    try {
        const page = await browser.newPage()
        /** @type {string[]} */
        const said = []
        /** @type {string[]} */
        const asked = []
        page.on('pageerror', error => said.push(String(error)))
        page.on('request', request => asked.push(request.url()))
        const holds = (/** @type {string} */ text) =>
            page.waitForFunction(
                wanted => document.querySelector('main')?.textContent?.includes(wanted),
                { timeout: 90_000 },
                text,
            )
        const press = (/** @type {string} */ title) =>
            page.evaluate(name => {
                const buttons = [...document.querySelectorAll('nav button')]
                const button = /** @type {HTMLElement} */ (buttons.find(one => one.textContent === name))
                button.click()
            }, title)
        await page.goto(`${site.origin}/`)
        await holds('28 of 1,000')
        await page.keyboard.press(']')
        await page.waitForFunction(() => location.hash.includes('a='), { timeout: 30_000 })
        for (const { title } of VIEWS) {
            await press(title)
            await page.waitForFunction(
                name => document.querySelector('main h1')?.textContent?.includes(name),
                { timeout: 60_000 },
                title,
            )
        }
        await press('Learn')
        await holds('260 of 2,048 bytes')
        await press('Networks')
        await holds('1,691')
        expect(said).toEqual([])
        expect(asked.filter(url => !url.startsWith(site.origin) && !/^(blob|data):/.test(url))).toEqual([])
    } finally {
        await browser.close()
        site.close()
    }
})
