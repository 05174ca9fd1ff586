// The first screen as a person uses it: the slider by mouse, touch and keys, what it says and what stays in its place.
import { expect, test } from 'vitest'
import { newCore } from '../js/core.js'
import { allMeasured, drop, noise, npy, useBrowser } from './page.js'
import { sideways, violations } from './screens.js'

const { open } = useBrowser()

/** @typedef {import('playwright-core').Page} Page */

const slider = (/** @type {Page} */ page) => page.getByRole('slider', { name: 'How many bits' })
const sentence = (/** @type {Page} */ page) => page.locator('.says').textContent()
const stopAt = async (/** @type {Page} */ page) => Number(await slider(page).getAttribute('aria-valuenow'))
const stopsOf = async () =>
    (await newCore()).json('qs_defaults_json').stops.map((/** @type {any} */ one) => one.spec)

/** The middle of a stop on the page. @type {(page: Page, i: number) => Promise<{ x: number, y: number }>} */
async function placeOf(page, i) {
    const box = await page.locator('.stop').nth(i).boundingBox()
    if (!box) throw new Error(`stop ${i} is not on the page`)
    return { x: box.x + box.width / 2, y: box.y + 20 }
}

/** A touch drag, as a finger does it. @type {(page: Page, from: { x: number, y: number }, to: { x: number, y: number }) => Promise<void>} */
async function swipe(page, from, to) {
    const session = await page.context().newCDPSession(page)
    const touch = (/** @type {string} */ type, /** @type {{ x: number, y: number }[]} */ touchPoints) =>
        session.send('Input.dispatchTouchEvent', /** @type {any} */ ({ type, touchPoints }))
    await touch('touchStart', [from])
    for (let step = 1; step <= 8; step++)
        await touch('touchMove', [
            { x: from.x + ((to.x - from.x) * step) / 8, y: from.y + ((to.y - from.y) * step) / 8 },
        ])
    await touch('touchEnd', [])
}

test('it opens with an answer: a sentence with a query, what it loses, and what all queries lose', async () => {
    const page = await open()
    const first = await page.waitForFunction(
        () => /over 100 queries/.test(document.querySelector('.says')?.textContent ?? '') && performance.now(),
    )
    process.stdout.write(`first measured sentence ${Math.round(Number(await first.jsonValue()))} ms\n`)
    expect(Number(await first.jsonValue())).toBeLessThan(1500)
    expect(page.url()).not.toContain('#')
    expect(await page.title()).toBe('Simulator · Quantscope')
    await allMeasured(page)
    const text = await sentence(page)
    expect(text).toMatch(/^4 bits instead of 32: 7\.9 times less memory\. Of the ten sentences nearest to “skirts /)
    const [, lost, , all] =
        /, (one|two|three) (is|are) lost; over 100 queries, (\d+) of 1,000\.$/.exec(text ?? '') ?? []
    expect(['', 'one', 'two', 'three'].indexOf(lost)).toBe(await page.locator('.ten tr.lost').count())
    expect(await page.locator('.ten tr.came').count()).toBe(await page.locator('.ten tr.lost').count())
    const recall = ((1000 - Number(all)) / 1000).toFixed(3)
    expect(await page.locator('.curve .label').textContent()).toBe(`A 4 bits: ${recall}`)
    expect(await page.locator('.stop.at-done').count()).toBe((await stopsOf()).length)
})

test('every stop is reached by keys, in the order of the core, and says what it loses', async () => {
    const page = await open()
    await allMeasured(page)
    await slider(page).focus()
    const stops = await stopsOf()
    const at = async (/** @type {string} */ key) => {
        await page.keyboard.press(key)
        return stopAt(page)
    }
    expect(await stopAt(page)).toBe(6)
    expect(await at('ArrowRight')).toBe(7)
    expect(await at('ArrowUp')).toBe(6)
    expect(await at('PageUp')).toBe(3)
    expect(await at('PageDown')).toBe(6)
    expect(await at('End')).toBe(9)
    expect(await at('ArrowDown')).toBe(9)
    expect(await at('Home')).toBe(0)
    expect(await at('ArrowLeft')).toBe(0)
    expect(await sentence(page)).toContain('nothing saved, nothing lost')
    let before = -1
    for (let i = 0; i < stops.length; i++) {
        expect(await page.locator('.ask code').textContent()).toBe(stops[i])
        if (i) {
            const lost = Number(/queries, (\d+) of 1,000/.exec((await sentence(page)) ?? '')?.[1])
            expect(lost).toBeGreaterThanOrEqual(before)
            before = lost
        }
        await expect.poll(() => slider(page).getAttribute('aria-valuetext')).toBe(await sentence(page))
        await at('ArrowRight')
    }
    await page.locator('.brand').click()
    await page.keyboard.press('[')
    expect(await stopAt(page)).toBe(8)
    await page.keyboard.press(']')
    expect(await stopAt(page)).toBe(9)
    expect(page.url()).toContain('a=binary:query=f32')
})

test('the mouse drags the thumb, and a click takes a stop or a point of the curve', async () => {
    const page = await open()
    await allMeasured(page)
    const [four, eight, one] = [await placeOf(page, 6), await placeOf(page, 2), await placeOf(page, 9)]
    await page.mouse.move(four.x, four.y)
    await page.mouse.down()
    await page.mouse.move((four.x + eight.x) / 2, four.y + 30, { steps: 5 })
    expect(await stopAt(page)).toBe(4)
    await page.mouse.move(eight.x, eight.y, { steps: 5 })
    await page.mouse.up()
    await page.mouse.move(one.x, one.y)
    expect(await stopAt(page)).toBe(2)
    await page.mouse.click(one.x, one.y)
    expect(await stopAt(page)).toBe(9)
    const point = await page.locator('.curve .point').nth(1).boundingBox()
    if (point) await page.mouse.click(point.x + 3, point.y + 3)
    expect(await stopAt(page)).toBe(1)
})

test('a finger drags the thumb and taps stops and buttons; the page still scrolls under it', async () => {
    const page = await open('', { viewport: { width: 360, height: 780 }, hasTouch: true, isMobile: true })
    await allMeasured(page)
    await swipe(page, await placeOf(page, 6), await placeOf(page, 8))
    expect(await stopAt(page)).toBe(8)
    const three = await placeOf(page, 3)
    await page.touchscreen.tap(three.x, three.y)
    expect(await stopAt(page)).toBe(3)
    await page.getByRole('button', { name: 'Fewer bits' }).tap()
    await page.getByRole('button', { name: 'Fewer bits' }).tap()
    await page.getByRole('button', { name: 'More bits' }).tap()
    expect(await stopAt(page)).toBe(4)
    const before = await stopAt(page)
    await swipe(page, { x: 180, y: 700 }, { x: 180, y: 300 })
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(100)
    expect(await stopAt(page)).toBe(before)
    const box = await slider(page).boundingBox()
    expect(box && box.y).toBeGreaterThanOrEqual(0) // it stays on the screen
})

test.each([1280, 768, 360])('nothing moves at any stop, %i wide, and hardly while it loads', async width => {
    const page = await open('', { viewport: { width, height: 900 } })
    await page.evaluate(() => {
        Object.assign(window, { shifted: 0 })
        new window.PerformanceObserver(list => {
            for (const entry of list.getEntries())
                /** @type {any} */ (window).shifted += /** @type {any} */ (entry).value
        }).observe({ type: 'layout-shift', buffered: true })
    })
    await allMeasured(page)
    const places = () =>
        page.evaluate(() =>
            ['.ask', '.slider', '.says', '.ten', '.ten .out', '.memory', '.curve', '.ways', '.foot'].map(name => {
                const { x, y, width, height } = /** @type {Element} */ (
                    document.querySelector(name)
                ).getBoundingClientRect()
                return [name, x, y, width, height]
            }),
        )
    expect(await page.evaluate(() => /** @type {any} */ (window).shifted)).toBeLessThan(0.05)
    await slider(page).focus()
    await page.keyboard.press('Home')
    const first = await places()
    for (let i = 0; i < 10; i++) {
        expect(await places(), `stop ${i}`).toEqual(first)
        await page.keyboard.press('ArrowRight')
    }
})

test('memory is what the core plans, on one scale', async () => {
    const page = await open('#simulator?a=int8:map=offset,per=dim')
    await allMeasured(page)
    const core = await newCore()
    for (const spec of [await stopsOf()].flat()) {
        await page.evaluate(one => (location.hash = `#simulator?a=${one}`), spec)
        await page.locator('.ask code', { hasText: spec }).waitFor()
        const { total, codes, params } = core.json('qs_plan_json', spec, 2000, 512).bytes
        const [whole, mine] = await page.locator('.bytes b').allTextContents()
        expect([whole, mine]).toEqual(['4,096,000', total.toLocaleString('en-US')])
        const [wide, narrow] = await page
            .locator('.bytes i')
            .evaluateAll(bars => bars.map(bar => parseFloat(getComputedStyle(bar).getPropertyValue('--v'))))
        expect(narrow / wide).toBeCloseTo(total / 4_096_000, 6)
        if (params)
            expect(await page.locator('.bytes .parts').textContent()).toBe(
                `codes ${codes.toLocaleString('en-US')} + what all vectors share ${params.toLocaleString('en-US')}`,
            )
    }
})

test('a format that is no stop has an outlined thumb at its bits, and its own sentence', async () => {
    const page = await open('#simulator?a=int4:per=tensor')
    await allMeasured(page)
    expect(await page.locator('.thumb.hollow').textContent()).toBe('4 bits')
    expect(await stopAt(page)).toBe(6)
    expect(await sentence(page)).toMatch(
        /^int4:per=tensor instead of float32: 8\.0 times less memory\. Of the ten /,
    )
    await slider(page).focus()
    await page.keyboard.press('ArrowLeft')
    expect(await page.locator('.ask code').textContent()).toBe('int5:map=offset,per=dim')
    expect(await page.locator('.thumb.hollow').count()).toBe(0)
})

test('the settings of A open under the slider, and the comparison below', async () => {
    const page = await open()
    await allMeasured(page)
    await page.getByRole('button', { name: 'More settings' }).click()
    await page.getByRole('radiogroup', { name: 'Scale per of A' }).getByRole('radio', { name: 'row' }).click()
    expect(await page.locator('.ask code').textContent()).toBe('int4:map=offset')
    expect(page.url()).toContain('more=true')
    await page.getByRole('button', { name: 'More settings' }).click()
    expect(await page.locator('.settings').count()).toBe(0)
    await page.getByRole('button', { name: 'Compare two formats' }).click()
    await page.locator('#both .duel').waitFor()
    await page.getByRole('button', { name: 'Close the comparison' }).click()
    expect(await page.locator('#both').count()).toBe(0)
    await page.getByRole('button', { name: 'All formats' }).click()
    expect(await page.locator('h1').textContent()).toBe('Compare')
})

const numbers = { name: 'numbers.npy', bytes: npy(400, 8, noise) }

test('other data, other answers: those of before are never shown as its own', async () => {
    const page = await open()
    await allMeasured(page)
    await page.evaluate(() => {
        Object.assign(window, { wrong: [] })
        const look = () => {
            const isOther = document.querySelector('.chip')?.textContent?.includes('numbers.npy')
            const ten = document.querySelector('.ten:not(.stale)')?.textContent ?? ''
            if (isOther && /fabric|skirt/.test(ten)) /** @type {any} */ (window).wrong.push(ten)
            if (isOther && /fabric|1,000/.test(document.querySelector('.says')?.textContent ?? ''))
                /** @type {any} */ (window).wrong.push(document.querySelector('.says')?.textContent)
        }
        new window.MutationObserver(look).observe(document.body, {
            subtree: true,
            childList: true,
            characterData: true,
        })
    })
    await drop(page, [numbers])
    await page.locator('.says', { hasText: 'Of the ten rows nearest to query 1, ' }).waitFor()
    expect(await page.evaluate(() => /** @type {any} */ (window).wrong)).toEqual([])
    expect(await page.locator('.ten tbody th').first().textContent()).toMatch(/^row \d+$/)
    const before = await page.locator('.ten tbody th').first().textContent()
    await page.locator('.near-first').getByRole('button', { name: 'Next query' }).click()
    await expect.poll(() => page.locator('.ten tbody th').first().textContent()).not.toBe(before)
    expect(await sentence(page)).toContain('nearest to query 2, ')
})

test('values that are not numbers: stops without a code are crossed, and say where', async () => {
    const page = await open()
    await allMeasured(page)
    await drop(page, [{ name: 'nan.npy', bytes: npy(200, 8, i => (i === 8 * 31 + 5 ? NaN : noise(i))) }])
    await page.locator('.chip', { hasText: 'nan.npy' }).waitFor()
    await allMeasured(page)
    expect(await page.locator('.stop.at-problem').count()).toBe(8)
    expect(await sentence(page)).toMatch(/^4 bits .* Row 31, column 5 is NaN/)
    await slider(page).focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowRight')
    expect(await sentence(page)).toMatch(/^16 bits .*over 40 queries, \d+ of 400\.$/)
})

test('under 100 vectors no neighbours are counted, and the sentence says why', async () => {
    const page = await open()
    await allMeasured(page)
    await drop(page, [{ name: 'few.npy', bytes: npy(60, 8, noise) }])
    await page.locator('.chip', { hasText: 'few.npy' }).waitFor()
    await allMeasured(page)
    expect(await sentence(page)).toMatch(/^4 bits .* With 60 vectors .* not counted\. SQNR: \d+\.\d\d dB\.$/)
    expect(await page.locator('.ten, .curve').count()).toBe(0)
})

test('while it is measured there are bytes and the true ten, and the sentence says what is coming', async () => {
    const page = await open('', { slow: /worker/ })
    await page.locator('.says', { hasText: '7.9 times less memory. What is lost is being measured.' }).waitFor()
    expect(await page.locator('.bytes b').allTextContents()).toEqual(['4,096,000', '516,096'])
    expect(await page.locator('.stop.at-done').count()).toBe(0)
    await page.locator('.says', { hasText: 'over 100 queries' }).waitFor()
})

test.each([1280, 768, 360])(
    'axe finds nothing and nothing scrolls sideways, %i wide, by touch too',
    async width => {
        const narrow = width < 1140 ? { hasTouch: true, isMobile: true } : {}
        const page = await open('#simulator?more=true', { viewport: { width, height: 900 }, ...narrow })
        await allMeasured(page)
        for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
            await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
            await page.waitForFunction(theme => document.documentElement.dataset.theme === theme, colorScheme)
            expect(await violations(page), colorScheme).toEqual([])
            expect(await sideways(page), colorScheme).toBe(0)
        }
        const moving = await page.locator('.thumb').evaluate(one => getComputedStyle(one).transitionDuration)
        expect(parseFloat(moving)).toBe(0)
    },
)

test('a dim is chosen in the strip, by mouse and by keys, and every section follows', async () => {
    const page = await open()
    await allMeasured(page)
    const strip = page.getByRole('slider', { name: 'Dim whose value is looked at' })
    const box = await strip.boundingBox()
    if (box) await page.mouse.click(box.x + (box.width * 5.5) / 64, box.y + 10)
    expect(await strip.getAttribute('aria-valuenow')).toBe('5')
    await strip.focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Shift+ArrowRight')
    expect(await strip.getAttribute('aria-valuenow')).toBe('70')
    await page.locator('.rows tr.on', { hasText: '70' }).waitFor()
    const code = await page.locator('.rows tr.on td.code').textContent()
    await page.locator('.steps li', { hasText: `has code ${code}.` }).waitFor()
    await page.locator('.column .ends', { hasText: 'dim 70, none beyond' }).waitFor()
    await page.locator('.valuebits', { hasText: `code ${code}` }).waitFor()
    // from a number to a rank: that of the row that is lost here
    await page.getByRole('button', { name: /^Follow “any fabric/ }).click()
    await page.locator('.steps li', { hasText: 'from rank 10 to rank 11 and is lost.' }).waitFor()
    await page.locator('.ten .came', { hasText: '11th' }).waitFor()
})

test('the summary is copied as a table of text', async () => {
    const page = await open('', { permissions: ['clipboard-read', 'clipboard-write'] })
    await allMeasured(page)
    await page.getByRole('button', { name: 'Copy Markdown' }).click()
    const text = await page.evaluate(() => navigator.clipboard.readText())
    const lines = text.trimEnd().split('\n')
    expect(lines).toHaveLength(7)
    expect(lines[0]).toBe(
        '| Format | Memory saved | Bytes per vector | Recall@10 | Search, ms | Where it is used |',
    )
    const cells = await page.locator('.summary tbody tr').nth(3).locator('td').allTextContents()
    for (const cell of cells.slice(0, 3)) expect(lines[5]).toContain(`| ${cell} |`)
})
