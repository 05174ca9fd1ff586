// The page as one file from a disk: it measures the demo and a person's own file, and asks nothing of anyone.
import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { allMeasured, drop, FEW, noise, npy, OFFLINE, path, useBrowser } from './page.js'

const { open } = useBrowser()

test('the demo is measured, with the figures of the site, and its neighbours are shown', async () => {
    /** @type {string[][][]} */
    const found = []
    for (const url of [undefined, OFFLINE]) {
        const page = await open('#compare', { url })
        await allMeasured(page)
        found.push(
            await page
                .locator('.specs tbody tr')
                .evaluateAll(rows => rows.map(row => [...row.children].slice(1, -2).map(cell => cell.textContent))),
        )
        if (url) {
            await page.keyboard.press('1')
            await page.locator('.ten tbody th').first().waitFor()
            expect(await page.locator('.ten tbody').first().locator('tr').count()).toBe(10)
        }
        await page.close() // it would go on to time them
    }
    const [site, offline] = found
    expect(site.length).toBeGreaterThanOrEqual(12)
    expect(offline).toEqual(site)
})

test('a file is dropped on it, a link works in it, notices are in it', async () => {
    const page = await open(`#compare?sort=bytes&${FEW}`, { url: OFFLINE })
    await drop(page, [{ name: 'mine.npy', bytes: npy(200, 8, noise) }])
    await page.locator('.chip', { hasText: 'mine.npy' }).waitFor()
    await allMeasured(page)
    expect(await page.locator('th.col-bytes').getAttribute('aria-sort')).toBe('ascending')
    await page.getByRole('button', { name: 'Licences' }).click()
    await page.getByText('WordNet 3.0').first().waitFor()
})

test('its policy lets only its own script run', async () => {
    const page = await open('', { url: OFFLINE })
    const policy = await page.locator('meta[http-equiv]').getAttribute('content')
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^ ]+' 'wasm-unsafe-eval'; /)
    expect(policy).not.toMatch(/unsafe-inline|http|connect-src/)
})

test('it stays a file one can send', () => {
    expect(statSync(path('build/out/web/offline.html')).size).toBeLessThan(6_000_000)
})
