// The Range view over a person's own data: a tensor of several, one row or block of many, data that is often treated
// wrongly, and signs that tell where figures come from.
import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { Calibrator } from '../../web/engine/calibrator.js'
import { fromHash } from '../../web/state/state.js'
import { openTable } from '../../web/data/table.js'
import { fileOf, newCore, path } from '../js/core.js'
import { holdsInEveryLook } from './screens.js'
import { drop, noise, npy, useBrowser } from './page.js'

const { open } = useBrowser()

/** @typedef {import('./page.js').Page} Page */

const WEIGHTS = 'tests/data/weights/silero-vad-part.safetensors'

/** @type {Calibrator} */
let calibrator
beforeAll(async () => {
    calibrator = new Calibrator(await newCore())
})

const three = (/** @type {number} */ value) => Number(value.toPrecision(3))

const settled = async (/** @type {Page} */ page) => {
    await page.locator('#figure-range', { hasText: /\d/ }).waitFor()
    await page.locator('.range > div:not(.stale) > .rangefigures').waitFor()
}

/** The view over one file. @type {(query: string, name: string, bytes: Buffer) => Promise<Page>} */
async function range(query, name, bytes) {
    const page = await open(`#range?specs=int8${query}`)
    await drop(page, [{ name, bytes }])
    await page.locator('.chip', { hasText: name }).waitFor()
    await settled(page)
    return page
}

const misconception = (/** @type {Page} */ page, /** @type {string} */ title) =>
    page.locator('.misconceptions li', { hasText: title }).locator('p').textContent()

test('a tensor of several is chosen, kept in the link, and measured as the core does', async () => {
    const page = await range('&range=int4:per=tensor,range=mse', 'vad.safetensors', readFileSync(path(WEIGHTS)))
    const menu = page.getByLabel('Tensor', { exact: true })
    const names = await menu.locator('option').evaluateAll(list => list.map(one => one.getAttribute('value')))
    expect(names.length).toBeGreaterThan(2)
    expect(await menu.locator('option').first().textContent()).toMatch(/^\S+ +[\d,]+/)
    const core = await newCore()
    const file = fileOf(WEIGHTS)
    const base = await openTable(core, file, file.name)
    const tensors = await calibrator.tensors(base)
    expect(names).toEqual(tensors.map(one => one.name))
    expect(await menu.inputValue()).toBe(base.part)
    const other = tensors.find(one => one.name !== base.part && one.rows > 1 && one.dim > 1)
    if (!other) throw new Error('one tensor alone')
    await menu.selectOption(other.name)
    const { name: part, number: tensor, offset, row_bytes: rowBytes, rows, dim } = other
    const found = await calibrator.open(
        { ...base, part, tensor, offset, rowBytes, rows, fileRows: rows, dim },
        'int4:per=tensor,range=mse',
    )
    const mse = found.rules.find((/** @type {any} */ one) => one.range === 'mse')
    await expect.poll(() => page.locator('#figure-sqnr').textContent()).toBe(`${mse.sqnr_db.toFixed(2)} dB`)
    await settled(page)
    expect(Number(await page.locator('#figure-scale').textContent()) / mse.scale[0]).toBeCloseTo(1, 4)
    expect(fromHash(new URL(page.url()).hash).tensor).toBe(other.name)
    await page.locator('.rangefigures').getByRole('button', { name: 'SQNR' }).click()
    const popover = page.getByRole('dialog', { name: 'About SQNR' })
    expect(await popover.textContent()).toContain('computed from a histogram of the values')
    expect(await popover.textContent()).toContain(`${other.name}: ${rows.toLocaleString('en')} rows of`)
})

test.each([
    ['int4', 'row 3', '&line=3', 0, 96],
    ['int4:per=block,block=40', 'row 3, block 2', '&line=3&group=2', 80, 16],
])('%s: the grid of %s is drawn with its own values', async (spec, name, query, from, count) => {
    const values = (/** @type {number} */ i) => noise(i) * (1 + Math.floor(i / 96))
    const page = await range(`&range=${spec}${query}`, 'rows.npy', npy(6, 96, values))
    expect(await page.locator('.rangefigures small').first().textContent()).toBe(name)
    const own = Array.from({ length: count }, (_, i) => Math.abs(values(3 * 96 + from + i)))
    const scale = Math.max(...own) / 7
    expect(Number(await page.locator('#figure-scale').textContent()) / scale).toBeCloseTo(1, 4)
    expect(await page.locator('.rangefigures').textContent()).toContain(`0 of ${count}`)
    await page.getByLabel('Row', { exact: true }).fill('9')
    await page.getByLabel('Row', { exact: true }).press('Enter')
    await page.getByText('Takes a whole number from 0 to 5.').waitFor()
    await page.getByLabel('Row', { exact: true }).fill('0')
    await page.getByLabel('Row', { exact: true }).press('Enter')
    await expect.poll(() => page.locator('.rangefigures small').first().textContent()).toContain('row 0')
    await settled(page)
    expect(Number(await page.locator('#figure-scale').textContent())).toBeLessThan(scale / 2)
})

test('codes are counted for every share of scales', async () => {
    const page = await range('&range=int4:per=tensor,range=mse', 'shares.npy', npy(300, 64, noise))
    await page.locator('.use b').nth(7).waitFor()
    expect(await page.locator('.sharehead b').allTextContents()).toEqual([
        'Per tensor',
        'Per dim',
        'Per row',
        'Per block',
    ])
    expect(await page.getByRole('img', { name: 'Per row, mse: 15 of 15 codes used' }).count()).toBe(1)
})

test('axe finds nothing in any look', async () => {
    const page = await range('&range=int8:map=affine,per=tensor', 'looks.npy', npy(300, 64, noise))
    await page.locator('.dimlist li').first().waitFor()
    await page.locator('.use b').nth(7).waitFor()
    await holdsInEveryLook(page)
})

test('a constant is kept, and the view says what else happens to it', async () => {
    const page = await range(
        '&range=int8:per=tensor',
        'same.npy',
        npy(40, 4, () => 0.3),
    )
    for (const [map, ends] of [
        ['sym', '±0.3'],
        ['affine', '0 to 0.3'],
        ['offset', '0.3 to 0.3'],
    ]) {
        await page.locator('#spec-range').fill(`int8:map=${map},per=tensor`)
        await page.locator('#spec-range').press('Enter')
        await expect.poll(() => page.locator('#figure-range').textContent()).toBe(ends)
        expect(await misconception(page, 'A constant is a range too')).toBe(
            'Every value is 0.3. Some tools give a constant scale 1, zero point 0 and code 0, so that all values decode to 0. Here the scale follows from the value, and 0.3 decodes to 0.3.',
        )
    }
})

test('values far from 0: the affine range is widened, and the view says what else becomes of them', async () => {
    const page = await range(
        '&range=int8:map=affine,per=tensor',
        'ten.npy',
        npy(101, 1, i => 10 + i / 100),
    )
    expect(await page.locator('#figure-range').textContent()).toBe('0 to 11')
    expect(await page.locator('.rangefigures').textContent()).toContain('zero point −128')
    expect(await misconception(page, '0 has to lie within')).toContain(
        'Every value would decode to 1, off by 9 to 10.',
    )
})

test('ties: the two formulas differ with an odd zero point, and a value shows which holds', async () => {
    const data = npy(256, 1, i => (i - 129) / 128)
    const page = await range('&range=int8:map=affine,per=tensor', 'ties.npy', data)
    expect(await page.locator('.rangefigures').textContent()).toContain('zero point 1')
    expect(await misconception(page, 'Rounding before or after')).toContain(
        'z = 1 is odd: 0.003906, half a step, is code 1 by the first and 2 by the second. Here the first is used.',
    )
    const field = page.getByLabel('A value')
    await field.fill('0.00390625')
    await field.press('Enter')
    expect(await page.locator('.example p').textContent()).toBe(
        'lies 0.5 of the way from code 1 to 2: code 1, decoded 0, off by 0.00391.',
    )
})

test('the nearer code is taken, and what is decoded is its level', async () => {
    const page = await range(
        '&range=int8:per=tensor',
        'three.npy',
        npy(3, 1, i => [3.14159, -1.57079, 0.5][i]),
    )
    const field = page.getByLabel('A value')
    await field.fill('-1.57079')
    await field.press('Enter')
    expect(await page.locator('.example p').textContent()).toMatch(
        /^lies 0\.500\d? of the way from code −64 to −63: code −63, decoded −1\.5584, off by 0\.0124\.$/,
    )
    await page.locator('.formulas math').first().waitFor()
    expect(await page.locator('.formulas').textContent()).toContain('with its inverseq=round(40.425·x)')
})

test.each([
    ['affine', '&range=int4:map=affine,per=tensor'],
    ['offset', '&range=int4:map=offset,per=tensor'],
    ['powers of two', '&range=int4:levels=pow2,per=tensor'],
])('%s: both ends are dragged, and the parts of the error follow as the core says', async (_, query) => {
    const spec = query.replace('&range=', '')
    const bytes = npy(64, 32, i => noise(i) + noise(i + 7000) + 0.2)
    const page = await range(query, 'mine.npy', bytes)
    await calibrator.open(
        await openTable(await newCore(), new File([Uint8Array.from(bytes)], 'mine.npy'), 'mine.npy'),
        spec,
    )
    for (const [name, by] of /** @type {[string, number][]} */ ([
        ['Upper end', -90],
        ['Lower end', 60],
    ])) {
        const box = await page.getByRole('slider', { name }).boundingBox()
        if (!box) throw new Error('no handle')
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
        await page.mouse.move(x, y)
        await page.mouse.down()
        await page.mouse.move(x + by / 2, y)
        await page.mouse.move(x + by, y)
        await page.mouse.up()
        await page.keyboard.press('Shift+ArrowLeft')
        await settled(page)
        const { lo, hi } = fromHash(new URL(page.url()).hash)
        const core = await calibrator.ask('at', 0, Number(lo), Number(hi))
        await expect.poll(() => page.locator('#figure-sqnr').textContent()).toBe(`${core.sqnr_db.toFixed(2)} dB`)
        expect(core.clipping_mse).toBeGreaterThan(0)
        const label = await page.locator('.costcurve').getAttribute('aria-label')
        const [, rounding, clipping] =
            /rounding (\S+) and clipping (\S+)$/.exec(label?.replaceAll('−', '-') ?? '') ?? []
        expect([Number(rounding), Number(clipping)]).toEqual([three(core.rounding_mse), three(core.clipping_mse)])
        expect(await page.locator('.rules .chosen th').textContent()).toBe('by hand')
    }
})

test('rows that a fit needs are measured on demand, as a run of the core measures them', async () => {
    const bytes = npy(400, 8, i => noise(i) * (i < 8 * 200 ? 1 : 2))
    const page = await range('&range=int4:per=dim', 'curve.npy', bytes)
    await page.getByRole('button', { name: 'Measure', exact: true }).click()
    const rows = page.locator('.curve tbody tr')
    await rows.nth(4).waitFor()
    await page.locator('.curve .quiet').waitFor({ state: 'detached' })
    expect(await rows.locator('th').allTextContents()).toEqual(['10', '30', '100', '300', '320'])
    const table = await openTable(await newCore(), new File([Uint8Array.from(bytes)], 'curve.npy'), 'curve.npy')
    const job = { specs: ['int4:per=dim'], metric: 'cosine', k: 10, seed: 0, calibrate: 30 }
    const { report } = await calibrator.measure(table, job)
    const [{ search, error }] = report.results
    const second = await rows.nth(1).textContent()
    expect(second).toContain(search['recall@10'].toFixed(3))
    const sqnr = [error.sqnr_db]
    for (const draw of [2, 3, 4, 5])
        sqnr.push((await calibrator.measure(table, { ...job, draw })).report.results[0].error.sqnr_db)
    const [least, most] = [Math.min(...sqnr), Math.max(...sqnr)]
    expect(most).toBeGreaterThan(least)
    const cell = (/** @type {number} */ row) => rows.nth(row).locator('td').nth(2).textContent()
    expect(await cell(1)).toBe(`${least.toFixed(2)} to ${most.toFixed(2)}`)
    expect(await cell(4)).toMatch(/^\d+\.\d\d$/)
    await page.locator('#spec-range').fill('int4:per=row')
    await page.locator('#spec-range').press('Enter')
    await page.getByText('How many rows to fit on').waitFor({ state: 'detached' })
})

test('ways of rounding, error feedback and the dims that carry the error', async () => {
    // dim 2 is wider than the others: one scale for all rounds them alike
    const bytes = npy(600, 4, i => noise(i) * (i % 4 === 2 ? 1 : 0.02))
    const page = await range('&range=int4:per=tensor', 'dims.npy', bytes)
    const cells = await page.locator('.rounds tbody tr').allTextContents()
    expect(cells.map(text => text.replace(/[\d.]+$/, ''))).toEqual(
        ['even1', 'away1', 'trunc4', 'stochastic2'].map(text => text.replace(/\d$/, '')),
    )
    const table = await openTable(await newCore(), new File([Uint8Array.from(bytes)], 'dims.npy'), 'dims.npy')
    const specs = ['int4:per=tensor', 'int4:per=tensor,feedback=1']
    const { report, dims } = await calibrator.measure(table, { specs, metric: 'cosine', k: 1, seed: 0 })
    const [plain, handed] = report.results.map((/** @type {any} */ one) => one.error)
    const told = page.locator('.fed tbody tr')
    for (const [i, key] of ['mse', 'prefix_sum_rmse'].entries()) {
        const cells = await told.nth(i).locator('td').allTextContents()
        expect(cells.map(Number)).toEqual([three(plain[key]), three(handed[key]), expect.any(Number)])
        expect(cells[2]).toBe((handed[key] / plain[key]).toFixed(2))
    }
    expect(handed.mse / plain.mse).toBeGreaterThan(1.2)
    expect(handed.prefix_sum_rmse).toBeLessThan(plain.prefix_sum_rmse)
    const shares = dims?.results[0].shares ?? []
    const most = shares.indexOf(Math.max(...shares))
    const first = page.locator('.dimlist li').first()
    expect(await first.textContent()).toMatch(new RegExp(`^dim ${most} `))
    await first.getByRole('button').click()
    await expect.poll(() => page.locator('.rangefigures small').first().textContent()).toBe(`dim ${most}`)
    expect(fromHash(new URL(page.url()).hash)).toMatchObject({ range: 'int4:per=dim', dim: most })
})
