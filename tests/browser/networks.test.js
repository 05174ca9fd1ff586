// The Networks view as a person uses it: figures equal those of the command line, pictures that changed are shown, training
// runs live and stops, a network of one's own opens, and the link keeps what was chosen.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { drop, path, useBrowser } from './page.js'
import { fitsUnderTouch, holdsInEveryLook, TOUCH } from './screens.js'

const { open } = useBrowser()
const nets = (/** @type {string} */ name) => path(`web/public/demo/nets/${name}`)
const bytes = (/** @type {string} */ name) => ({ name, bytes: readFileSync(nets(name)) })
const DIGITS = '#networks?net=digits-mlp'

/** What the command line says of the digits. @param {string[]} recipes */
function cli(...recipes) {
    const data = ['test', 'test.labels', 'train', 'train.labels'].map(end => nets(`digits.${end}.npy`))
    const flags = ['--inputs', '--labels', '--train', '--train-labels'].flatMap((flag, i) => [flag, data[i]])
    const args = ['net', nets('digits-mlp.safetensors'), ...flags, ...recipes.flatMap(one => ['-m', one]), '--json']
    return JSON.parse(execFileSync(path('build/out/native/quantscope'), args, { encoding: 'utf8' }))
}

/** Waits until A and B are measured and their pictures are there. @param {import('./page.js').Page} page */
const measured = page => page.locator('.netoutputs table').waitFor()

test('A and B have the figures of the command line', async () => {
    const recipes = ['static:w=int4,a=int8', 'dynamic:w=int3,a=int8']
    const page = await open(`${DIGITS}&ra=${recipes[0]}&rb=${recipes[1]}`)
    await measured(page)
    const { results } = cli(...recipes)
    const figures = page.locator('.netfigures tbody tr')
    for (const [i, result] of results.entries()) {
        const cell = (/** @type {string} */ label) => figures.filter({ hasText: label }).locator('td').nth(i)
        await expect.poll(() => cell('Right answers').innerText()).toBe(String(result.right))
        expect(await cell('Test accuracy').locator('b').innerText()).toBe(result.accuracy.toFixed(4))
        expect(await cell('Bytes').innerText()).toBe(result.bytes.total.toLocaleString('en'))
        const legend = await page.locator('.netanswers').nth(i).innerText()
        expect(legend).toMatch(new RegExp(`lost\\s*${result.lost}\\s*gained\\s*${result.gained}\\b`))
        const rows = page.locator('.netlayers tbody')
        for (const [l, layer] of result.layers.entries()) {
            const cells = await rows.nth(l).locator('tr').nth(i).locator('td').allInnerTexts()
            expect(Number(cells[2])).toBeCloseTo(layer.alone_sqnr_db, 1)
            expect(cells[4]).toBe(layer.bytes.toLocaleString('en'))
        }
    }
})

test('a method and a format are chosen by menus, and the link keeps them', async () => {
    const page = await open(DIGITS)
    await measured(page)
    await page.getByLabel('Method of B').selectOption('weights')
    await page.getByLabel('Weights of B').selectOption('int2')
    await page.getByLabel('Weights of fc1 in B').selectOption('int8')
    await page.getByRole('button', { name: 'GPTQ', exact: true }).last().click()
    const recipe = 'weights:w=int2,fc1.w=int8,rounding=gptq'
    await expect.poll(() => page.getByLabel('Recipe of B').inputValue()).toBe(recipe)
    const [{ right, lost }] = cli(recipe).results
    const verdict = () => page.locator('.verdict').innerText()
    await expect.poll(verdict).toMatch(new RegExp(`B is right on ${right} of 400.*: ${lost} lost`))
    await page.reload()
    await expect.poll(verdict).toMatch(new RegExp(`B is right on ${right} of 400.*: ${lost} lost`))
})

test('changed pictures are drawn, and one that is chosen has its outputs', async () => {
    const page = await open(`${DIGITS}&rb=weights:w=int2`)
    await measured(page)
    const { lost } = cli('weights:w=int2').results[0]
    const pictures = page.getByRole('group', { name: 'Changed pictures of B' }).locator('button')
    await page.getByRole('button', { name: `All ${lost}` }).click()
    expect(await pictures.count()).toBe(lost)
    const inked = await pictures
        .nth(3)
        .locator('canvas')
        .evaluate(canvas => {
            const { width, height } = /** @type {HTMLCanvasElement} */ (canvas)
            const context = /** @type {HTMLCanvasElement} */ (canvas).getContext('2d')
            const { data } = /** @type {CanvasRenderingContext2D} */ (context).getImageData(0, 0, width, height)
            return [width, height, data.filter((value, i) => i % 4 === 3 && value > 0).length]
        })
    expect(inked.slice(0, 2)).toEqual([8, 8])
    expect(inked[2]).toBeGreaterThan(10)
    await pictures.nth(3).click()
    const name = (await pictures.nth(3).textContent()) ?? ''
    const [, sample] = /Picture (\d+),/.exec(name) ?? []
    expect(page.url()).toContain(`picture=${sample}`)
    await expect.poll(() => page.locator('.netoutputs .netcount').innerText()).toContain(`Picture ${sample}`)
    expect(await page.locator('.netoutputs tbody tr').count()).toBe(10)
    await pictures.nth(3).press('ArrowRight')
    await expect.poll(() => pictures.nth(4).getAttribute('aria-pressed')).toBe('true')
})

test('the integer product adds up', async () => {
    const page = await open(DIGITS)
    await measured(page)
    await page.locator('.netterms').waitFor()
    const terms = (await page.locator('.netterms tbody td:last-child').allInnerTexts()).map(text =>
        Number(text.replace('−', '-').replaceAll(',', '')),
    )
    const sum = terms.pop()
    expect(terms.reduce((x, y) => x + y, 0)).toBe(sum)
    expect(await page.locator('.nethistogram').count()).toBe(2)
})

test('training runs live, beside float32 trained on as long', async () => {
    const page = await open(DIGITS)
    await measured(page)
    await page.getByLabel('Epochs').fill('3')
    await page.getByLabel('Epochs').press('Enter')
    await page.getByRole('button', { name: 'Train', exact: true }).click()
    await expect.poll(() => page.locator('.netepoch').innerText()).toContain('Trained for 3 epochs')
    const recipe = 'qat:w=int3,a=int8,epochs=3'
    const right = cli(recipe).results.map((/** @type {{ right: number }} */ one) => one.right)
    const shown = await page.locator('.nettrained dd b').allInnerTexts()
    expect(shown.map(Number)).toEqual(right)
    expect(await page.locator('.netchart polyline').count()).toBe(2)
})

test('training is stopped, and no task blocks the page meanwhile', async () => {
    const page = await open('#networks')
    await measured(page)
    await page.evaluate(() => {
        const seen = /** @type {any} */ (globalThis)
        seen.longTasks = []
        new seen.PerformanceObserver((/** @type {any} */ list) =>
            seen.longTasks.push(...list.getEntries().map((/** @type {any} */ one) => one.duration)),
        ).observe({
            type: 'longtask',
        })
    })
    await page.getByLabel('Epochs').fill('500')
    await page.getByLabel('Epochs').press('Enter')
    await page.getByRole('button', { name: 'Train', exact: true }).click()
    await expect.poll(() => page.locator('.netepoch').innerText()).toMatch(/Epoch [1-9].*loss 0\.\d+/)
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await expect.poll(() => page.locator('.netepoch').innerText()).toMatch(/Stopped after epoch \d+ of 500/)
    expect(await page.getByRole('button', { name: 'Train', exact: true }).isEnabled()).toBe(true)
    const long = await page.evaluate(() => /** @type {any} */ (globalThis).longTasks)
    expect(long.filter((/** @type {number} */ ms) => ms > 50)).toEqual([])
})

test('all methods are measured for the formats of B', async () => {
    const page = await open(DIGITS)
    await measured(page)
    await page.getByRole('button', { name: 'Measure all' }).click()
    const rows = page.locator('.netmethods tbody tr')
    await expect.poll(() => rows.last().locator('td').nth(1).innerText()).toMatch(/^\d+$/)
    const gptq = rows.filter({ hasText: 'static, GPTQ' }).first()
    const [{ right }] = cli('static:w=int3,a=int8,rounding=gptq').results
    expect(await gptq.locator('td').nth(1).innerText()).toBe(String(right))
    await page.getByRole('button', { name: 'Measure layers' }).click()
    await expect.poll(() => page.locator('.netbits tbody tr').count()).toBe(2)
})

test('a network of one’s own is dropped, with labels and without', async () => {
    const page = await open(DIGITS)
    await measured(page)
    const files = ['digits-mlp.safetensors', 'digits.test.npy', 'digits.test.labels.npy'].map(bytes)
    const given = files.map(({ name, bytes: content }) => ({
        name: name.replace('digits', 'mine'),
        bytes: content,
    }))
    const before = page.locator('.netchoice')
    await dropOnView(page, given.slice(0, 2))
    await expect.poll(() => before.innerText()).toContain('mine-mlp.safetensors')
    await expect.poll(() => page.locator('.verdict').innerText()).toContain('without labels')
    await dropOnView(page, given.slice(2))
    await expect.poll(() => page.locator('.verdict').innerText()).toMatch(/A is right on \d+ of 400/)
    expect(await page.locator('.chip').innerText()).toContain('Demo sentences')
})

/** Drops files on the view. @param {import('./page.js').Page} page @param {{ name: string, bytes: Buffer }[]} files */
const dropOnView = (page, files) => drop(page, files, '.netview')

test('what is wrong is said in words', async () => {
    const page = await open(`${DIGITS}&ra=nonsense`)
    await expect.poll(() => page.getByRole('alert').first().innerText()).toContain('no method')
    await page.getByLabel('Recipe of A').fill('static:w=int4,fc9.w=int8')
    await page.getByLabel('Recipe of A').press('Enter')
    await expect.poll(() => page.getByText('fc9').last().innerText()).toContain('its layers are fc1, fc2')
    await dropOnView(page, [bytes('digits-mlp.safetensors'), bytes('fashion.test.npy')])
    await expect.poll(() => page.locator('.netview > .wrong').innerText()).toMatch(/784|64/)
})

test('axe finds nothing in any look, and nothing scrolls sideways', async () => {
    const page = await open(DIGITS)
    await measured(page)
    await page.locator('.netterms').waitFor()
    await holdsInEveryLook(page)
})

test('it fits every width under touch', async () => {
    const page = await open(DIGITS, TOUCH)
    await measured(page)
    await fitsUnderTouch(page)
})
