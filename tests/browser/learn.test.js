// Learn as a person uses it: lessons and claims are walked through, their figures come, addresses lead to them, and what
// they offer opens in its view.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fromHash } from '../../web/state/state.js'
import { npy, noise, drop, path, useBrowser } from './page.js'

const { open } = useBrowser()

/** Brings every lesson and claim into view and waits until no figure is waited for. @param {import('./page.js').Page} page */
async function walk(page) {
    for (const part of await page.locator('.lesson, .claim').all()) {
        await part.scrollIntoViewIfNeeded()
        await expect.poll(() => part.getAttribute('data-near')).toBe('true')
    }
    await page.locator('.learn[data-waiting="false"]').waitFor({ timeout: 120_000 })
    await page.locator('.progress', { hasText: /measured in/ }).waitFor({ timeout: 90_000 })
}

const texts = (/** @type {import('./page.js').Page} */ page) => page.locator('.lesson, .claim').allInnerTexts()

test('every lesson and claim shows its figures of the demo, and training comes when asked for', async () => {
    const page = await open('#learn')
    await page.locator('.lesson').first().waitFor()
    await walk(page)
    expect(await page.locator('.lesson').count()).toBe(18)
    expect(await page.locator('.claim').count()).toBe(36)
    const waiting = (await texts(page)).filter(text => text.includes('–'))
    // what training would show, and the price that nobody gave
    expect(waiting.length).toBe(2)
    expect(await page.locator('.verdict').innerText()).toMatch(/512 float32 values takes 2,048 bytes.*258.*0\.97/s)
    await page.getByRole('button', { name: 'Train', exact: true }).click()
    await page.locator('.learn[data-waiting="false"]').waitFor({ timeout: 120_000 })
    await expect.poll(async () => (await texts(page)).filter(text => text.includes('–')).length).toBe(1)
})

test('an address leads to its lesson or claim, and a lesson to its view', async () => {
    const page = await open('#learn?lesson=outliers')
    const title = page.getByRole('heading', { name: 'Outliers' })
    await title.waitFor()
    await expect.poll(async () => (await title.boundingBox())?.y ?? 1e9).toBeLessThan(300)
    await page.locator('#lesson-outliers').getByRole('button', { name: 'Range: Outliers' }).click()
    await expect.poll(() => fromHash(new URL(page.url()).hash).view).toBe('range')
    await page.goto(page.url().replace(/#.*/, '#learn?claim=20'))
    const claim = page.locator('#claim-20')
    await expect.poll(async () => (await claim.boundingBox())?.y ?? 1e9).toBeLessThan(700)
    await expect.poll(() => claim.innerText()).toContain('3.3895e38')
    await claim.getByRole('button').click()
    await expect.poll(() => fromHash(new URL(page.url()).hash).view).toBe('bits')
})

test('keys go from lesson to lesson; claims are filtered by subject and words', async () => {
    const page = await open('#learn')
    await page.locator('.lesson').first().waitFor()
    await page.keyboard.press('j')
    await expect.poll(() => fromHash(new URL(page.url()).hash).lesson).toBe('memory')
    await page.keyboard.press('/')
    await page.keyboard.type('outlier')
    await expect.poll(() => page.locator('.claim').count()).toBe(1)
    await page.getByLabel('Filter the claims').fill('no such words')
    await expect.poll(() => page.locator('.claim').count()).toBe(0)
    await page.getByLabel('Filter the claims').fill('')
    await page.getByLabel('Subject').selectOption('formats')
    await expect.poll(() => page.locator('.claim').count()).toBe(5)
})

test('a person’s own vectors: figures are of them, what they cannot show is a dash', async () => {
    const page = await open('#learn')
    await page.locator('.lesson').first().waitFor()
    await drop(page, [{ name: 'own.npy', bytes: npy(60, 3, noise) }])
    await expect
        .poll(() => page.locator('.verdict').innerText())
        .toContain('A vector of 3 float32 values takes 12 bytes')
    await walk(page)
    for (const text of await texts(page)) expect(text).not.toMatch(/undefined|NaN|\[object/)
    expect(await page.locator('#lesson-pq').innerText()).toContain('cannot be cut')
})

test('a person’s own weights are what lessons on ranges show', async () => {
    const page = await open('#learn?lesson=granularity')
    await page.locator('.lesson').first().waitFor()
    const bytes = readFileSync(path('web/public/demo/nets/digits-mlp.safetensors'))
    await drop(page, [{ name: 'own.safetensors', bytes }])
    await page.goto(page.url().replace(/#.*/, '#learn?lesson=granularity'))
    await expect.poll(() => page.locator('#lesson-granularity .learnfigure').innerText()).toMatch(/fc1\.weight/)
    expect(await page.locator('#lesson-granularity').innerText()).not.toContain('the demo’s weights')
})

test.each([
    ['light', 1280],
    ['dark', 360],
])('nothing scrolls sideways, %s at %i', async (theme, width) => {
    const page = await open('#learn', {
        viewport: { width, height: 800 },
        hasTouch: width < 600,
        colorScheme: /** @type {'light'} */ (theme),
    })
    await page.locator('.lesson').first().waitFor()
    await walk(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
})
