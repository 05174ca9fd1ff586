// What can be taken from a view: the command that prints the same, tables and charts as files, a report on two sheets; and
// the keys that lead there.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { VIEWS } from '../../web/views.js'
import { allMeasured, FEW, path, useBrowser } from './page.js'

const { open } = useBrowser()
/** @typedef {import('./page.js').Page} Page */

const dialog = (/** @type {Page} */ page) => page.getByRole('dialog', { name: 'Copy command, export' })

/** The command of the open view. @param {Page} page */
async function commandOf(page) {
    await page.keyboard.press('e')
    await dialog(page).locator('pre').waitFor()
    const command = await dialog(page).locator('pre').innerText()
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'hidden' })
    await page.waitForTimeout(100) // the dialog says that it is closed after it is
    return command
}

/** What a button saves. @param {Page} page @param {string | RegExp} name */
async function saved(page, name) {
    const [download] = await Promise.all([
        page.waitForEvent('download'),
        dialog(page).getByRole('button', { name }).first().click(),
    ])
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
}

/** Where the files of the demo are, by name. @param {string} word */
function placed(word) {
    if (/^demo-sentences.*npy$/.test(word)) return path(`web/public/demo/${word}`)
    if (/^silero/.test(word)) return path(`web/public/demo/weights/${word}`)
    return /^(fashion|digits)[\w.-]+$/.test(word) ? path(`web/public/demo/nets/${word}`) : word
}

test.each(VIEWS.map(one => one.name))('the command of %s runs as it is written', async name => {
    const page = await open(`#${name}?${FEW}`)
    await page.locator('main h1').waitFor({ state: 'attached' })
    await expect
        .poll(() => commandOf(page))
        .not.toMatch(/NETWORK\.safetensors|tensors ''|vectors\.npy|-s ''|range {2}/)
    const [program, ...words] = (await commandOf(page)).split('\n')[0].split(' ')
    expect(program).toBe('quantscope')
    const args = words.map(word => placed(word.replace(/^'|'$/g, '')))
    const printed = execFileSync(path('build/out/native/quantscope'), args, { encoding: 'utf8' })
    expect(printed.split('\n').length).toBeGreaterThan(3)
})

test('a table is saved as CSV, Markdown and JSON, a chart as SVG and PNG', async () => {
    const page = await open(`#compare?${FEW}`)
    await allMeasured(page)
    await page.getByRole('button', { name: 'Copy command, export' }).click()
    await dialog(page).locator('p').first().waitFor()
    const csv = await saved(page, /as CSV$/)
    expect(csv.name).toMatch(/^quantscope-[a-z0-9-]+\.csv$/)
    const lines = csv.bytes.toString().trim().split('\n')
    expect(lines.length).toBe(1 + (await page.locator('.specs tbody tr').count()))
    expect(lines.find(line => line.includes('binary'))).toMatch(/^,binary,1\.00,64,32\.00,0\.8/)
    expect((await saved(page, /as Markdown$/)).bytes.toString()).toMatch(/^\| .* \|\n\| :--- \| ---: /)
    const { rows } = JSON.parse((await saved(page, /as JSON$/)).bytes.toString())
    expect(rows.length).toBe(lines.length - 1)
    expect(Object.values(rows[0]).some(value => typeof value === 'number')).toBe(true)
    const svg = (await saved(page, /as SVG$/)).bytes.toString()
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+"/)
    expect(svg).toMatch(/<text [^>]*>[^<]*int8/)
    expect(svg.match(/<path /g)?.length).toBeGreaterThan(5)
    const png = (await saved(page, /as PNG$/)).bytes
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect(png.readUInt32BE(16)).toBeGreaterThan(600)
})

test('a report has two sheets', async () => {
    const page = await open('#compare')
    await page.locator('.specs tbody tr').first().waitFor()
    await page.evaluate(() => (window.print = () => void (document.title = 'printed')))
    await page.keyboard.press('e')
    await dialog(page).getByRole('button', { name: 'Print a report' }).click()
    await expect.poll(() => page.title()).toBe('printed')
    await page.emulateMedia({ media: 'print' })
    const text = await page.locator('.report').innerText()
    for (const part of ['Choice', 'Figures', 'Conditions', 'Findings', 'Command', 'Setting'])
        expect(text).toContain(part)
    expect(text).toContain('quantscope sweep')
    await page.emulateMedia({ media: null })
    const pdf = await page.pdf({ format: 'A4' })
    expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length).toBe(2)
    // what was printed is put away
    await page.locator('.report').waitFor({ state: 'detached' })
})

test('the question mark lists the keys', async () => {
    const page = await open('#plan')
    await page.locator('main h1').waitFor({ state: 'attached' })
    await page.keyboard.press('?')
    const keys = page.getByRole('dialog', { name: 'Keys' })
    await keys.waitFor()
    for (const key of ['1 2 3 4 5 6 7 8', '/', 's', 'e', 'j k', '[ ]', 't', '?', 'Esc'])
        await keys.getByText(key, { exact: true }).waitFor()
})
