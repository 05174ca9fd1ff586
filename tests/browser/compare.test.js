// Compare as a person uses it: the demo is measured on arrival, rows come one after another, can be sorted, filtered,
// added, left out and copied, and the link brings all of it back.
import { expect, test } from 'vitest'
import { newCore } from '../js/core.js'
import { allMeasured, DOZEN, FEW, specsOf, useBrowser } from './page.js'

const { open } = useBrowser()
const COMPARE = `#compare?${DOZEN}`

test('all specs are measured on arrival: the first within 1.5 s of navigation, twelve within 5 s', async () => {
    const page = await open('#compare')
    const first = await page.waitForFunction(
        () => document.querySelector('.specs tbody tr:not(.wait)') && performance.now(),
    )
    const twelve = await page.waitForFunction(
        () => document.querySelectorAll('.specs tbody tr:not(.wait)').length >= 12 && performance.now(),
    )
    const all = await page.waitForFunction(
        () => !document.querySelector('.specs tbody tr.wait') && performance.now(),
        undefined,
        { timeout: 90_000 },
    )
    const times = await Promise.all(
        [first, twelve, all].map(async time => Math.round(Number(await time.jsonValue()))),
    )
    process.stdout.write(`first row ${times[0]} ms, twelve rows ${times[1]} ms, whole table ${times[2]} ms\n`)
    expect(times[0]).toBeLessThan(1500)
    expect(times[1]).toBeLessThan(5000)

    // every row has its figures, every column its sign, the reference stands first
    await allMeasured(page)
    const heads = await page.locator('.specs thead th').allTextContents()
    for (const name of [
        'Spec',
        'Bits per value',
        'Bytes per vector',
        'Saving',
        'Recall@10',
        'Recall@1',
        'SQNR',
        'Cosine',
    ])
        expect(heads.some(head => head.includes(name))).toBe(true)
    const signs = page.locator('.specs thead .sign')
    expect(await signs.count()).toBe(9)
    const kinds = await signs.evaluateAll(list => list.map(sign => sign.getAttribute('aria-label')))
    expect(kinds).toEqual([...Array(3).fill('computed'), ...Array(6).fill('measured')])
    const cells = await page.locator('.specs tbody tr').evaluateAll(rows => rows.map(row => row.children.length))
    expect(new Set(cells)).toEqual(new Set([heads.length]))
    const reference = await page.locator('.specs tbody tr').first().textContent()
    expect(reference).toContain('truth')
    expect(reference).toContain('32.00')

    // every format of the registry has its row, and what has no figure stands last and says why
    const core = await newCore()
    // (but those whose fits take too long for a first table)
    const names = core
        .json('qs_formats_json', 0)
        .formats.map((/** @type {{ name: string }} */ one) => one.name)
        .filter((/** @type {string} */ name) => !['opq', 'rq'].includes(name))
    const specs = await specsOf(page)
    expect(names.filter((/** @type {string} */ name) => !specs.includes(name))).toEqual([])
    expect(specs).toEqual(core.json('qs_defaults_json').specs)
    const text = await page.locator('.specs tbody').textContent()
    expect(text).not.toMatch(/NaN|null|undefined|Infinity/)
    const none = page.locator('.specs tbody tr', { has: page.locator('td.col-cosine', { hasText: /^–$/ }) })
    const told = page.locator('.findings li', { hasText: 'decode to NaN' }).locator('p')
    const without = await none.locator('.name code').allTextContents()
    expect(without.length).toBeGreaterThan(0)
    expect(await told.allTextContents()).toEqual(without.map(spec => expect.stringMatching(`^${spec}: `)))
    for (const order of ['', ' again']) {
        await page.locator('th.col-cosine .sort').click()
        expect((await specsOf(page)).slice(-without.length), `sorted${order}`).toEqual(without)
    }
})

test.each(['stopped', 'failed', 'broken'])('what is measured, not yet drawn, stays when a run is %s', async how => {
    const page = await open('#bits')
    await page.locator('.chip', { hasText: '2,000 × 512' }).waitFor()
    // only the first row is drawn while the run goes on; the phases that workers are sent into are counted, or no
    // longer found
    await page.evaluate(() => {
        const [send, every] = [Worker.prototype.postMessage, window.setInterval]
        window.setInterval = /** @type {any} */ (
            (/** @type {() => void} */ what, /** @type {number} */ ms) => (ms === 250 ? 0 : every(what, ms))
        )
        Object.assign(window, { phases: 0, lost: false, last: null })
        Worker.prototype.postMessage = function (/** @type {any[]} */ ...sent) {
            const [method] = sent[0].argumentList ?? []
            if (method?.value === 'phase') {
                ;/** @type {any} */ (window).phases++
                Object.assign(window, { last: this })
                if (/** @type {any} */ (window).lost) method.value = 'nothing'
            }
            return send.apply(this, /** @type {any} */ (sent))
        }
    })
    await page.keyboard.press('2')
    const workers = await page.evaluate(() => Math.min(8, navigator.hardwareConcurrency))
    await page.waitForFunction(least => /** @type {any} */ (window).phases >= least, 10 * workers)
    await expect.poll(() => page.locator('.specs tbody tr:not(.wait)').count()).toBe(1)
    if (how === 'stopped') await page.getByRole('button', { name: 'Stop' }).click()
    else if (how === 'failed') await page.evaluate(() => Object.assign(window, { lost: true }))
    else await page.evaluate(() => /** @type {any} */ (window).last.dispatchEvent(new Event('error')))
    await expect.poll(() => page.locator('.specs tbody tr:not(.wait)').count()).toBeGreaterThan(3)
    if (how === 'stopped') await page.locator('.progress', { hasText: 'Stopped' }).waitFor()
    else await page.locator('.problem', { hasText: 'can’t be measured' }).waitFor()
    await expect.poll(() => page.workers().length).toBe(0)
})

test('a column sorts one way, the other, and not at all', async () => {
    const page = await open(COMPARE)
    await allMeasured(page)
    const given = await specsOf(page)
    const head = page.locator('th', { has: page.getByRole('button', { name: 'Bytes per vector', exact: true }) })
    const bytes = async () =>
        (await page.locator('.specs tbody td.col-bytes').allTextContents())
            .slice(1)
            .map(text => Number(text.replace(',', '')))
    await head.locator('.sort').click()
    expect(await head.getAttribute('aria-sort')).toBe('ascending')
    expect(await bytes()).toEqual((await bytes()).toSorted((x, y) => x - y))
    expect((await specsOf(page))[0]).toBe(given[0])
    await head.locator('.sort').press('Enter')
    expect(await head.getAttribute('aria-sort')).toBe('descending')
    expect(await bytes()).toEqual((await bytes()).toSorted((x, y) => y - x))
    expect((await specsOf(page))[0]).toBe(given[0])
    await head.locator('.sort').press(' ')
    expect(await head.getAttribute('aria-sort')).toBeNull()
    expect(await specsOf(page)).toEqual(given)
})

test('a spec is added, refused in words, and left out', async () => {
    const page = await open(COMPARE)
    await allMeasured(page)
    const before = await specsOf(page)
    const field = page.getByLabel('Add a spec')
    const known = before.find(spec => spec.includes('per=tensor')) ?? ''
    const fresh = known.replace('per=tensor', 'per=block')
    await field.fill(fresh)
    await field.press('Enter')
    await page.locator('.specs tbody tr:not(.wait) code', { hasText: new RegExp(`^${fresh}$`) }).waitFor()
    expect(await specsOf(page)).toEqual([...before, fresh])
    await field.fill(known.replace('tensor', 'column'))
    await field.press('Enter')
    expect(await page.getByRole('alert').textContent()).toMatch(/per.*row.*tensor.*dim/)
    await page.locator(`[id="row-${fresh}"]`).hover()
    await page.getByLabel(`Remove ${fresh}`).click()
    expect(await specsOf(page)).toEqual(before)
})

test('what is wrong in a link is told with its name, and the others are measured', async () => {
    const page = await open('#compare?specs=int9;int8;int4:per=column&a=int9')
    await allMeasured(page)
    expect(await specsOf(page)).toEqual(expect.arrayContaining(['f32', 'int8']))
    const told = page.locator('.problem p')
    expect(await told.allTextContents()).toEqual([
        expect.stringMatching(/^int9 is left out: .*int9/),
        expect.stringMatching(/^int4:per=column is left out: .*per=column.*tensor.*\.$/),
    ])
    await page.getByRole('button', { name: 'Remove int8', exact: true }).click({ force: true })
    await expect.poll(() => told.allTextContents()).toEqual([expect.stringMatching(/^int9 is/)]) // A still
})

test('the filter keeps rows that have its words', async () => {
    const page = await open(COMPARE)
    await allMeasured(page)
    await page.getByLabel('Filter specs').fill('per=dim')
    const kept = await specsOf(page)
    expect(kept.length).toBeGreaterThan(1)
    expect(kept.every(spec => spec.includes('per=dim'))).toBe(true)
    await page.getByLabel('Filter specs').fill('nothing like it')
    expect(await page.getByText('No spec matches').count()).toBe(1)
})

test('A and B are chosen in the table, and the link brings everything back', async () => {
    const page = await open('#compare?specs=f16;int6;int4;int4:per=tensor;binary')
    await allMeasured(page)
    const specs = await specsOf(page)
    const [a, b] = [specs[2], specs[4]]
    await page.getByRole('button', { name: `${a} as A`, exact: true }).click()
    await page.getByRole('button', { name: `${b} as B`, exact: true }).click()
    await page.locator('.col-recall .sort').click()
    await page.getByLabel('Vectors').fill('5,000')
    await page.getByLabel('Vectors').press('Enter')
    const letters = () =>
        page.locator('.specs tbody tr:is(.A, .B)').evaluateAll(rows => rows.map(row => row.id).sort())
    expect(await letters()).toEqual([`row-${a}`, `row-${b}`].sort())
    const [link, order] = [page.url(), await specsOf(page)]
    expect(link).toContain(`a=${a}`)
    for (const again of [page, await open(new URL(link).hash)]) {
        if (again === page) await page.reload()
        await allMeasured(again)
        expect(again.url().replace(/.*#/, '#')).toBe(new URL(link).hash)
        expect(await specsOf(again)).toEqual(order)
        expect(await again.getByLabel('Vectors').inputValue()).toBe('5,000')
        expect(await again.locator('th.col-recall').getAttribute('aria-sort')).toBe('descending')
    }
    expect(await letters()).toEqual([`row-${a}`, `row-${b}`].sort())
})

test('what fits answers with a spec, its bytes and its recall, or with what is nearest', async () => {
    const page = await open(COMPARE)
    await allMeasured(page)
    const answer = page.locator('.answer')
    expect(await answer.textContent()).toMatch(
        /\d+ MB.*recall 0\.\d{3}.*(The next smaller|but its interval starts).*Measured on 2,000 rows/,
    )
    await page.getByLabel('Memory').fill('1 KB')
    await page.getByLabel('Memory').press('Enter')
    expect(await answer.textContent()).toContain('Nothing measured here fits.')
    await page.getByLabel('Memory').fill('a lot')
    await page.getByLabel('Memory').press('Enter')
    expect(await page.getByRole('alert').textContent()).toContain('300 MB')
})

test('the chart is zoomed by a box, by keys and by the wheel; families are switched off', async () => {
    const page = await open(COMPARE)
    await allMeasured(page)
    const chart = page.locator('.chart')
    const all = await page.locator('.point').count()
    const box = await chart.boundingBox()
    if (!box) throw new Error('no chart')
    const at = (/** @type {number} */ x, /** @type {number} */ y) =>
        /** @type {[number, number]} */ ([box.x + box.width * x, box.y + box.height * y])
    const whole = page.getByRole('button', { name: 'Whole chart' })
    expect(await whole.count()).toBe(0)
    await page.mouse.move(...at(0.2, 0.02))
    await page.mouse.down()
    await page.mouse.move(...at(0.55, 0.45), { steps: 4 })
    await page.mouse.up()
    await whole.waitFor()
    const some = await page.locator('.point').count()
    expect(some).toBeGreaterThan(0)
    expect(some).toBeLessThan(all)
    await whole.click()
    await expect.poll(() => page.locator('.point').count()).toBe(all)
    await page.locator('.point[tabindex="0"]').focus()
    await page.keyboard.press('+')
    await whole.waitFor()
    await page.keyboard.press('0')
    await expect.poll(() => whole.count()).toBe(0)
    await page.mouse.move(...at(0.4, 0.3))
    await page.mouse.wheel(0, -300)
    await whole.waitFor()
    await whole.click()
    const family = page.locator('.legend button').nth(1)
    await family.click()
    expect(await family.getAttribute('aria-pressed')).toBe('false')
    expect(await page.locator('.point').count()).toBeLessThan(all)
})

test('points of the chart can be reached and light their row', async () => {
    const page = await open(COMPARE)
    await allMeasured(page)
    const points = page.locator('.point')
    expect(await points.count()).toBe((await specsOf(page)).length)
    await page.getByRole('radio', { name: 'memory + disk' }).focus()
    await page.locator('.point[tabindex="0"]').focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    const point = page.locator('.point:focus')
    const name = await point.getAttribute('title')
    expect(await page.locator('.specs tr.lit').getAttribute('id')).toBe(`row-${name}`)
    expect(await point.getAttribute('aria-label')).toMatch(/bytes, recall 0\.\d{3}|bytes, recall 1\.000/)
})

test('the table is copied as CSV and as Markdown', async () => {
    const page = await open(COMPARE, { permissions: ['clipboard-read', 'clipboard-write'] })
    await allMeasured(page)
    const rows = (await specsOf(page)).length
    for (const [name, extra] of /** @type {[string, number][]} */ ([
        ['Copy CSV', 1],
        ['Copy Markdown', 2],
    ])) {
        await page.getByRole('button', { name }).click()
        const text = await page.evaluate(() => navigator.clipboard.readText())
        expect(text.trimEnd().split('\n')).toHaveLength(rows + extra)
        expect(text).toContain('Recall@10 (measured)')
    }
})

test('a figure explains itself, and gives the focus back', async () => {
    const page = await open(COMPARE)
    await allMeasured(page)
    const sign = page.locator('th.col-recall .about')
    await sign.click()
    const dialog = page.getByRole('dialog', { name: 'About Recall@10' })
    expect(await dialog.textContent()).toMatch(/2,000 vectors, 512 dims, 100 queries, k\s10, cosine, seed 0/)
    await page.keyboard.press('Escape')
    await expect.poll(() => dialog.count()).toBe(0)
    expect(await sign.evaluate(one => one === document.activeElement)).toBe(true)
})

test('a time says why: bytes, operations, and the share of this device’s limit', async () => {
    const page = await open(`#compare?${FEW}`)
    await allMeasured(page)
    await page.locator('.progress > .quiet', { hasText: /measured in [\d.]+ s$/ }).waitFor()
    for (const [id, rate, does] of /** @type {[string, RegExp, RegExp][]} */ ([
        ['encode', /^[\d.,]+ GB\/s$/, /^[\d.]+ [KM]B$/],
        ['search', /^[\d.,]+ GMAC\/s$/, /^102,400,000 float32 multiply-adds$/],
    ])) {
        await page.locator(`th.col-${id} .about`).click()
        const why = page.locator('.popover .why')
        await expect
            .poll(() => why.locator('tr:last-child td', { hasText: '%' }).count(), { timeout: 30_000 })
            .toBe(2)
        const rows = await why
            .locator('tbody tr')
            .evaluateAll(list => list.map(row => [...row.children].map(cell => cell.textContent ?? '')))
        expect(rows.map(([label]) => label)).toHaveLength(6)
        for (const side of [1, 2]) {
            expect(rows[0][side]).toMatch(/^[\d.]+ [KM]B$/)
            expect(rows[1][side]).toMatch(does)
            expect(rows[2][side]).toMatch(/ ms$/)
            expect(rows[3][side]).toMatch(rate)
            expect(rows[4][side]).toMatch(rate)
            const [done, limit, share] = rows.slice(3).map(row => parseFloat(row[side].replaceAll(',', '')))
            expect(share).toBeGreaterThan(0.1)
            expect(share).toBeLessThanOrEqual(100)
            expect(share / 100).toBeCloseTo(done / limit, 1)
        }
        expect(rows[4][1], 'one limit for one kind of work').toBe(rows[4][2])
        expect(await page.locator('.popover dl').textContent()).toMatch(
            /wasm · \d+ workers?; the least of 3 or more runs.* 200 ms/,
        )
        await page.keyboard.press('Escape')
    }
})

test('light and dark are chosen by hand, and stay chosen', async () => {
    const page = await open(COMPARE, { colorScheme: 'dark' })
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme)
    expect(await theme()).toBe('dark')
    await page.getByRole('button', { name: 'Light or dark' }).click()
    expect(await theme()).toBe('light')
    await page.reload()
    expect(await theme()).toBe('light')
})

test('the licences of the demo data and of the libraries can be read', async () => {
    const page = await open(COMPARE)
    await page.getByRole('button', { name: 'Licences' }).click()
    await page.getByText('WordNet 3.0').first().click()
    const dialog = page.getByRole('dialog', { name: 'Licences' })
    expect(await dialog.textContent()).toMatch(/Princeton University(.|\n)*Apache License(.|\n)*preact/)
})
