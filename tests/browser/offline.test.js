// The page as one file from a disk: it measures the demo and a person's own file, and asks nothing of anyone.
import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { allMeasured, drop, noise, npy, OFFLINE, path, useBrowser } from './page.js'

const { open } = useBrowser()

test('the demo is measured and its neighbours are shown', async () => {
    const page = await open('', { url: OFFLINE })
    await allMeasured(page)
    expect(await page.locator('.specs tbody tr').count()).toBeGreaterThanOrEqual(12)
    await page.keyboard.press('2')
    await page.locator('.near tbody th').first().waitFor()
    expect(await page.locator('.near tbody').first().locator('tr').count()).toBe(10)
})

test('its figures are those of the site', async () => {
    const figures = async (/** @type {import('./page.js').Page} */ page) => {
        await allMeasured(page)
        const found = await page
            .locator('.specs tbody tr')
            .evaluateAll(rows => rows.map(row => [...row.children].slice(1, -2).map(cell => cell.textContent)))
        await page.close() // it would go on to time them
        return found
    }
    expect(await figures(await open('', { url: OFFLINE }))).toEqual(await figures(await open()))
})

test('a file is dropped on it, a link works in it, notices are in it', async () => {
    const page = await open('#compare?sort=bytes', { url: OFFLINE })
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
    expect(statSync(path('build/out/web/offline.html')).size).toBeLessThan(5_000_000)
})
