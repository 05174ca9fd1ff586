// Two formats side by side in the simulator: what they lose, the neighbours of a query, by mouse and by keys.
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { signed } from '../../web/text/numbers.js'
import { allMeasured, FEW, useBrowser } from './page.js'

const { open } = useBrowser()

const QUERY = `#simulator?both=true&query=77&a=int8:map=offset,per=dim&b=int4:map=offset,per=dim&${FEW}`

test('ten true neighbours as text, what was lost marked, what came in below', async () => {
    const page = await open(QUERY)
    await allMeasured(page)
    const bodies = page.locator('.near tbody')
    await bodies.first().locator('tr').nth(9).waitFor()
    await page.locator('.near', { hasText: 'B lost' }).waitFor()
    expect(await bodies.first().locator('tr').count()).toBe(10)
    expect(await bodies.first().locator('th').first().textContent()).toContain('white-flowered vine')
    const text = await page.locator('.near').textContent()
    const lost = (text?.match(/B lost/g) ?? []).length
    const came = (text?.match(/B in at/g) ?? []).length
    expect(lost).toBeGreaterThan(0)
    expect(came).toBe(lost)
    expect(await page.locator('.lines.B path.moved').count()).toBeGreaterThan(0)
})

test('the sentence, the map and the recall tell the same', async () => {
    const page = await open(QUERY)
    await allMeasured(page)
    await page.locator('#both .caption', { hasText: 'lost' }).first().waitFor()
    const counts = (await page.locator('#both .caption b').allTextContents()).map(text =>
        Number(text.split(' ')[0]),
    )
    const recalls = await page.locator('.duel .line').nth(1).locator('.value').allTextContents()
    expect(recalls).toEqual(counts.map(lost => ((1000 - lost) / 1000).toFixed(3)))
    const sentence = await page.locator('.verdict').textContent()
    for (const count of counts) expect(sentence).toContain(`loses ${count}`)
    const running = page.locator('.duel .line', { hasText: 'Running sums' }).locator('.value')
    for (const off of await running.allTextContents()) expect(Number(off)).toBeGreaterThan(0)
})

/** What the command line says of B against A, on the demo. @param {string} a @param {string} b */
function paired(a, b) {
    const demo = 'web/public/demo/demo-sentences-2k'
    const files = [`${demo}.f16.npy`, '-q', `${demo}.queries-100.f16.npy`]
    const args = ['sweep', ...files, '-s', a, '-s', b, '--no-timing', '--json']
    return JSON.parse(execFileSync('build/out/native/quantscope', args, { encoding: 'utf8' })).against.results[0]
}

test('the paired difference of B from A is that of the command line, and goes with a swap', async () => {
    const page = await open(QUERY)
    await allMeasured(page)
    const line = page.locator('#both .pair')
    await line.waitFor()
    const [a, b] = ['int8:map=offset,per=dim', 'int4:map=offset,per=dim']
    const found = paired(a, b)
    expect(found.spec).toBe(b)
    expect(found.differs).toBe(true)
    const text = await line.textContent()
    expect(text).toContain(found.text)
    expect(text).toContain(signed(found.difference))
    await page.getByRole('button', { name: 'Swap A and B' }).click()
    const back = paired(b, a)
    await expect.poll(() => line.textContent()).toContain(back.text)
    expect(back.difference).toBe(-found.difference)
})

test('the query is chosen from the list, by the arrows, and on the map by keys and pointer', async () => {
    const page = await open(QUERY)
    await allMeasured(page)
    const first = page.locator('.near tbody th').first()
    const before = await first.textContent()
    await page.locator('#both').getByRole('button', { name: 'Next query' }).click()
    expect(page.url()).toContain('query=78')
    await expect.poll(() => first.textContent()).not.toBe(before)
    await page.locator('#both').getByLabel('Query', { exact: true }).selectOption('77')
    await expect.poll(() => first.textContent()).toBe(before)
    const map = page.getByRole('slider', { name: 'Query, over what B lost' })
    await map.focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Shift+ArrowRight')
    expect(await map.getAttribute('aria-valuenow')).toBe('88')
    await page.keyboard.press('Home')
    expect(await map.getAttribute('aria-valuenow')).toBe('1')
    const box = await map.boundingBox()
    if (box) await page.mouse.click(box.x + box.width * 0.505, box.y + box.height / 2)
    expect(await map.getAttribute('aria-valuenow')).toBe('51')
})

test('a control changes its spec, and the new spec is measured', async () => {
    const page = await open(QUERY)
    await allMeasured(page)
    const group = page.getByRole('radiogroup', { name: 'Scale per of A' })
    await group.getByRole('radio', { name: 'tensor' }).click()
    expect(await page.getByLabel('Spec of A').inputValue()).toContain('per=tensor')
    await group.getByRole('radio', { name: 'tensor' }).press('ArrowLeft')
    expect(await page.getByLabel('Spec of A').inputValue()).not.toContain('per=')
    await page.waitForFunction(() => !document.querySelector('.duel .value .quiet'))
    expect(page.url()).toContain('a=')
})

test('a wrong spec is refused in words and nothing else changes', async () => {
    const page = await open(QUERY)
    await allMeasured(page)
    const field = page.getByLabel('Spec of A')
    const before = page.url()
    await field.fill('nonsense')
    await field.press('Enter')
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(await page.getByRole('alert').textContent()).toMatch(/\w+ \w+/)
    expect(page.url()).toBe(before)
})

test('a link with a wrong spec says so in its field', async () => {
    const page = await open(`#simulator?both=true&a=nonsense&${FEW}`)
    await allMeasured(page)
    expect(await page.getByLabel('Spec of A').inputValue()).toBe('nonsense')
    expect(await page.getByRole('alert').textContent()).toMatch(/\w+ \w+/)
})

test('pairs to start from, and swapping', async () => {
    const page = await open(`#simulator?both=true&${FEW}`)
    await allMeasured(page)
    await page.locator('.starts .link').last().click()
    const specs = async () => [
        await page.getByLabel('Spec of A').inputValue(),
        await page.getByLabel('Spec of B').inputValue(),
    ]
    const [a, b] = await specs()
    await page.getByRole('button', { name: 'Swap A and B' }).click()
    expect(await specs()).toEqual([b, a])
    await page.keyboard.press('s')
    expect(await specs()).toEqual([a, b])
})

test('keys choose the view and the field', async () => {
    const page = await open(`#compare?${FEW}`)
    await allMeasured(page)
    await page.keyboard.press('1')
    expect(await page.locator('h1').textContent()).toBe('Simulator')
    await page.keyboard.press('/')
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('spec-a')
    await page.keyboard.press('2')
    expect(await page.locator('h1').textContent()).toBe('Simulator')
    await page.keyboard.press('Escape')
    await page.locator('.brand').click()
    await page.keyboard.press('2')
    expect(await page.locator('h1').textContent()).toBe('Compare')
    await page.goBack()
    expect(await page.locator('h1').textContent()).toBe('Simulator')
})

test('only what is on screen is measured: the stops here, nothing for Bits, all for Compare', async () => {
    const page = await open('#bits')
    await page.locator('.chip', { hasText: '2,000 × 512' }).waitFor()
    expect(page.workers()).toHaveLength(0)
    expect(await page.locator('.progress').textContent()).toBe('')
    await page.keyboard.press('1')
    await page.locator('.progress', { hasText: /^10 specs measured in/ }).waitFor()
    await page.locator('.ten tbody th').first().waitFor()
    await page.keyboard.press('2')
    await page.locator('.progress', { hasText: /^\d+ of \d\d specs/ }).waitFor()
    await page.locator('.specs tbody tr:not(.wait)').nth(3).waitFor()
    await page.keyboard.press('4')
    await page.getByRole('button', { name: 'Stop' }).click()
    await expect.poll(() => page.workers().length).toBe(0)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.locator('.progress', { hasText: /^\d+ of \d\d specs, now/ }).waitFor()
})

test('every stored byte stands in the ledger', async () => {
    const page = await open(`#simulator?both=true&${FEW}`)
    await allMeasured(page)
    for (const line of await page.locator('.ledger .sum > span').allTextContents()) {
        const [total, terms] = line.split(' = ')
        if (!terms) continue
        const numbers = [...terms.split(', and')[0].matchAll(/[\d,]+(?= \+|$)/g)].map(([one]) =>
            Number(one.replaceAll(',', '')),
        )
        expect(numbers.reduce((x, y) => x + y)).toBe(Number(total.replaceAll(',', '')))
    }
})
