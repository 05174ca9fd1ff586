// The Range view as a person uses it: what is dragged, typed or chosen changes the figures as the core says.
import { beforeAll, expect, test } from 'vitest'
import { Calibrator } from '../../web/engine/calibrator.js'
import { fromHash } from '../../web/state/state.js'
import { openTable } from '../../web/data/table.js'
import { demo, newCore } from '../js/core.js'
import { sideways, violations } from './screens.js'
import { useBrowser } from './page.js'

const { open } = useBrowser()

/** @typedef {import('./page.js').Page} Page */

/** @type {Calibrator} */
let calibrator
beforeAll(async () => {
    const core = await newCore()
    const file = demo('f16.npy')
    calibrator = new Calibrator(core)
    await calibrator.open(await openTable(core, file, file.name), 'int4:per=tensor')
})

/** The view, drawn. @type {(query?: string, options?: Parameters<typeof open>[1]) => Promise<Page>} */
async function range(query = '', options) {
    const page = await open(`#range?specs=int8${query}`, options)
    await settled(page)
    return page
}

const settled = async (/** @type {Page} */ page) => {
    await page.locator('#figure-sqnr', { hasText: 'dB' }).waitFor()
    await page.locator('.range > div:not(.stale) > .rangefigures').waitFor()
}

const figures = async (/** @type {Page} */ page) => {
    await settled(page)
    const text = (/** @type {string} */ id) => page.locator(`#figure-${id}`).textContent()
    return {
        range: Number((await text('range'))?.replace('±', '')),
        scale: Number(await text('scale')),
        sqnr: Number.parseFloat((await text('sqnr')) ?? ''),
        clipped: await page.locator('.rangefigures div').nth(2).locator('small').textContent(),
    }
}

const upper = (/** @type {Page} */ page) => page.getByRole('slider', { name: 'Upper end' })
const ends = (/** @type {Page} */ page) => {
    const { lo, hi } = fromHash(new URL(page.url()).hash)
    return { lo: Number(lo), hi: Number(hi) }
}

/** That the figures are those of the core for the range in the link. @param {Page} page */
async function asTheCoreSays(page) {
    const shown = await figures(page)
    const { lo, hi } = ends(page)
    const core = await calibrator.ask('at', 0, lo, hi)
    expect(shown.range).toBeCloseTo(core.hi, 4)
    expect(shown.scale / core.scale).toBeCloseTo(1, 4)
    expect(shown.sqnr).toBeCloseTo(core.sqnr_db, 2)
    expect(shown.clipped).toBe(`${core.clipped.toLocaleString('en')} of 1,024,000`)
    return shown
}

test('an end is dragged and moved by keys; the figures are the core’s', async () => {
    const page = await range()
    const before = await figures(page)
    const box = /** @type {{ x: number, y: number, width: number, height: number }} */ (
        await upper(page).boundingBox()
    )
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x - 60, y, { steps: 5 })
    await page.mouse.move(x - 120, y, { steps: 5 })
    await page.mouse.up()
    await expect.poll(() => page.url()).toContain('hi=')
    const dragged = await asTheCoreSays(page)
    expect(dragged.range).toBeLessThan(before.range)
    expect(dragged.scale).toBeLessThan(before.scale)
    expect(await page.locator('.rules .chosen th').textContent()).toBe('by hand')
    const said = await upper(page).getAttribute('aria-valuetext')
    expect(Number(said)).toBeCloseTo(dragged.range, 4)

    await upper(page).focus()
    await page.keyboard.press('ArrowRight')
    const one = await asTheCoreSays(page)
    await page.keyboard.press('Shift+ArrowRight')
    const ten = await asTheCoreSays(page)
    expect((ten.range - one.range) / (one.range - dragged.range)).toBeCloseTo(10, 0)
    // two that come before anything is drawn are two
    await upper(page).evaluate(handle => {
        for (let i = 0; i < 2; i++)
            handle.dispatchEvent(Object.assign(new Event('keydown'), { key: 'ArrowLeft', shiftKey: false }))
    })
    const back = await asTheCoreSays(page)
    expect((ten.range - back.range) / (one.range - dragged.range)).toBeCloseTo(2, 0)
    const most = Number(await upper(page).getAttribute('aria-valuemax'))
    await page.keyboard.press('End')
    expect((await asTheCoreSays(page)).range / most).toBeCloseTo(1, 3)
})

test('a rule moves the handles, from the axis and from the table', async () => {
    const page = await range()
    const first = await figures(page)
    await page.getByRole('group', { name: 'Rules on the axis' }).getByRole('button', { name: 'minmax' }).click()
    await expect.poll(async () => (await figures(page)).range).toBeGreaterThan(first.range)
    expect(Number(await upper(page).getAttribute('aria-valuetext'))).toBeCloseTo((await figures(page)).range, 4)
    expect((await figures(page)).clipped).toBe('0 of 1,024,000')
    expect(fromHash(new URL(page.url()).hash)).toMatchObject({ range: 'int4:per=tensor', lo: '', hi: '' })
    await page.locator('.rules').getByRole('button', { name: 'mse' }).click()
    await expect.poll(async () => (await figures(page)).range).toBe(first.range)
})

test('the link holds spec, ends and place; a range that its spec gives is set by hand', async () => {
    const page = await range('&range=int8:map=affine,per=block,range=given,lo=-0.05,hi=0.06&line=7&group=2')
    await expect.poll(() => ends(page)).toEqual({ lo: -0.05, hi: 0.06 })
    await settled(page)
    expect(fromHash(new URL(page.url()).hash).range).toBe('int8:map=affine,per=block')
    expect(await page.locator('#figure-range').textContent()).toMatch(/^−0\.05\S* to 0\.06/)
    expect(await page.getByLabel('Row', { exact: true }).inputValue()).toBe('7')
    const hash = new URL(page.url()).hash
    await page.reload()
    await settled(page)
    expect(new URL(page.url()).hash).toBe(hash)
    expect(await page.locator('#figure-range').textContent()).toMatch(/^−0\.05\S* to 0\.06/)
    expect(await page.locator('.rangefigures small').first().textContent()).toBe('row 7, block 2')
})

test('a spec without a range is refused, a given range is set by hand, a float has levels of its own', async () => {
    const page = await range()
    const field = page.locator('#spec-range')
    const type = async (/** @type {string} */ spec) => {
        await field.fill(spec)
        await field.press('Enter')
    }
    await type('f16')
    await page.getByText('f16 has no range to choose; use an integer, a small float with a scale, or').waitFor()
    await type('int4:per=tensor,range=given,lo=-0.05,hi=0.05')
    await expect.poll(() => page.url()).toContain('lo=-0.05')
    await asTheCoreSays(page)
    await page.getByLabel('Format', { exact: true }).selectOption('f8_e4m3')
    await page.locator('.clip.high', { hasText: 'clipped to 448' }).waitFor({ state: 'attached' })
    await settled(page)
    expect(await field.inputValue()).toBe('f8_e4m3:per=tensor')
    expect(await page.locator('.rangeaxis .code').allTextContents()).toEqual(
        expect.arrayContaining(['−448', '0', '448']),
    )
    expect(await page.locator('.formulas').textContent()).toContain('those of f8_e4m3')
    // what there is no range for leaves no figures of another spec
    await page.evaluate(() => (location.hash = location.hash.replace('f8_e4m3:per=tensor', 'f8_e4m3')))
    await page.getByText('f8_e4m3 alone has no scale; use f8_e4m3:per=tensor').waitFor()
    expect(await page.locator('#figure-range').textContent()).toBe('–')
})

test('a fitted codebook: its levels under the data, nothing to drag, and back to a range', async () => {
    const page = await range('&range=lloyd4&lo=-0.01&hi=0.01')
    const core = await newCore()
    const own = new Calibrator(core)
    const file = demo('f16.npy')
    await own.open(await openTable(core, file, file.name), 'lloyd4')
    const { levels, sqnr_db: sqnr, clipped } = await own.ask('at', 0, 0, 0)
    const shown = await page.locator('.levellist li').allTextContents()
    expect(shown.map(text => Number(text.replace(/^\d+ /, '').replace('−', '-')))).toEqual(
        levels.map((/** @type {number} */ level) => Number(level.toFixed(5))),
    )
    expect(await page.locator('#figure-sqnr').textContent()).toBe(`${sqnr.toFixed(2)} dB`)
    expect(await page.locator('.rangefigures').textContent()).toContain(`${clipped.toLocaleString('en')} of`)
    expect(await page.getByRole('slider').count()).toBe(0)
    expect(await page.locator('.rangeaxis .code').first().textContent()).toBe('0')
    await page.getByText('A fitted codebook has no range and no step. Its 16 levels are fitted').waitFor()
    await page.getByRole('img', { name: 'Per tensor, fitted: 16 of 16 codes used' }).waitFor()
    await page.setViewportSize({ width: 360, height: 900 })
    expect([await violations(page), await sideways(page)]).toEqual([[], 0])
    await page.getByRole('button', { name: 'Options of the spec' }).click()
    await page.getByLabel('Format', { exact: true }).selectOption('int4')
    await upper(page).waitFor()
    expect(await page.locator('#spec-range').inputValue()).toBe('int4')
    own.close()
})
