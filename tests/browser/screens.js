// What must hold however the page looks, light or dark, wide or narrow: axe finds nothing, nothing scrolls sideways.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect } from 'vitest'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** @typedef {import('./page.js').Page} Page */

/** What axe finds, as lines. @param {Page} page */
export async function violations(page) {
    if (!(await page.evaluate('window.axe'))) await page.evaluate(axe)
    return page.evaluate(async () => {
        // of what is right it need not tell each place
        const { violations: found } = await /** @type {any} */ (globalThis).axe.run(document, {
            resultTypes: ['violations'],
            rules: { 'target-size': { enabled: true } },
        })
        return found.flatMap((/** @type {any} */ one) =>
            one.nodes.map((/** @type {any} */ node) => `${one.id}: ${node.target} ${node.failureSummary}`),
        )
    })
}

/** How far the page can be scrolled sideways. @param {Page} page */
export const sideways = page =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** What stands on the page holds in every look. Motion is off: colours would be caught on their way. @param {Page} page */
export async function holdsInEveryLook(page) {
    await page.setViewportSize({ width: 320, height: 900 })
    await expect.poll(() => sideways(page), { message: 'at 320', timeout: 3000 }).toBe(0)
    for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 900 })
        for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
            await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
            await page.waitForFunction(theme => document.documentElement.dataset.theme === theme, colorScheme)
            await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
            expect(await violations(page), `${colorScheme} at ${width}`).toEqual([])
            expect(await sideways(page), `${colorScheme} at ${width}`).toBe(0)
        }
    }
}

/**
 * A view in a browser with a finger for a pointer, whose larger targets must not widen the page: nothing scrolls
 * sideways at any width from 320 to 1280.
 * @param {Page} page opened with TOUCH
 */
export async function fitsUnderTouch(page) {
    expect(await page.evaluate(() => matchMedia('(pointer: coarse)').matches)).toBe(true)
    for (const width of [320, 360, 414, 600, 768, 1024, 1139, 1140, 1280]) {
        await page.setViewportSize({ width, height: 900 })
        await expect.poll(() => sideways(page), { message: `at ${width}`, timeout: 3000 }).toBe(0)
    }
}
export const TOUCH = { viewport: { width: 360, height: 900 }, hasTouch: true, isMobile: true }
