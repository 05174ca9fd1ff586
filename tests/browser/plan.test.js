// The Plan view as a person uses it: sums equal those of the command line, fields say what they take, the link keeps all.
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { path, useBrowser } from './page.js'

const { open } = useBrowser()
const cli = (/** @type {string[]} */ ...args) =>
    JSON.parse(execFileSync(path('build/out/native/quantscope'), [...args, '--json'], { encoding: 'utf8' }))

test('the table has the sums of the command line', async () => {
    const page = await open('#plan')
    const table = page.locator('.plantable').first()
    await table.waitFor()
    const { results } = cli('plan', '--model', '7B')
    const rows = await table.locator('tbody tr').all()
    expect(rows.length).toBe(results.length)
    for (const [i, row] of rows.entries()) {
        const cells = await row.locator('th, td').allInnerTexts()
        expect(cells[0].trim()).toBe(results[i].spec)
        expect(Number(cells[1])).toBeCloseTo(results[i].bits_per_value, 2)
        expect(Number(cells[2])).toBeCloseTo(results[i].total / 1e9, 2)
    }
})

test('a size, a device and a price change the sums and the link', async () => {
    const page = await open('#plan')
    await page.getByRole('button', { name: '70B', exact: true }).click()
    await page.getByLabel('Memory of the device, in GB').fill('80')
    await page.keyboard.press('Enter')
    await page.getByLabel('Price of a GB a month').fill('3.8')
    await page.keyboard.press('Enter')
    await page.getByLabel('Cost of changing over').fill('20000')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('.verdict').innerText()).toContain('on 80 GB')
    await expect.poll(() => page.locator('.plancosts').innerText()).toMatch(/[\d.]+\s*months/)
    await page.reload()
    await expect.poll(() => page.locator('.verdict').innerText()).toContain('on 80 GB')
    expect(await page.getByLabel('Parameters').inputValue()).toBe('70,000,000,000')
})

test('a wrong field says what it takes and the sums stay', async () => {
    const page = await open('#plan')
    await page.getByLabel('Context, in tokens').fill('many')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('whole number')
    expect(await page.locator('.plantable tbody tr').count()).toBeGreaterThan(10)
})

test('a hostile link is answered in words', async () => {
    const page = await open('#plan?plan=params%3Dx&device=-5&width=1e99')
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('params')
    expect(await page.getByLabel('Memory of the device, in GB').inputValue()).toBe('16')
})

test('nothing scrolls sideways at 360 pixels', async () => {
    const page = await open('#plan', { viewport: { width: 360, height: 740 }, hasTouch: true })
    await page.locator('.plantable').first().waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
})
