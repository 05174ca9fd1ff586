// A person's own files: dropped or chosen, measured as the demo is, refused in words; and a long run can be stopped.
import { parquetWriteBuffer } from 'hyparquet-writer'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { allMeasured, DOZEN, drop, FEW, noise, npy, specsOf, useBrowser } from './page.js'

const { open } = useBrowser()

test('vectors, queries and texts are dropped together', async () => {
    const page = await open(`#compare?${FEW}`)
    await allMeasured(page)
    await drop(page, [
        { name: 'mine.queries.npy', bytes: npy(7, 16, i => noise(i + 9000)) },
        { name: 'mine.npy', bytes: npy(1500, 16, noise) },
        {
            name: 'mine.txt',
            bytes: Buffer.from(Array.from({ length: 1500 }, (_, i) => `line of row ${i}`).join('\n')),
        },
    ])
    await page.locator('.chip', { hasText: 'mine.npy 1,500 × 16' }).waitFor()
    await allMeasured(page)
    expect(await page.locator('.conditions').first().textContent()).toContain('1,500 vectors, 16 dims, 7 queries')
    await page.keyboard.press('1')
    await page.locator('.ten tbody th').first().waitFor()
    expect(await page.locator('.ten tbody th').first().textContent()).toContain('line of row')
})

test('without queries some rows are drawn, and the page says how many', async () => {
    const page = await open(`#compare?${FEW}`)
    await page.locator('.chip').click()
    await page
        .locator('input[type=file]')
        .first()
        .setInputFiles({
            name: 'alone.npy',
            mimeType: 'application/octet-stream',
            buffer: npy(300, 8, noise),
        })
    await page.getByRole('button', { name: 'Open' }).click()
    await page.locator('.chip', { hasText: 'alone.npy' }).waitFor()
    await allMeasured(page)
    expect(await page.locator('.conditions').first().textContent()).toContain('240 vectors, 8 dims, 60 queries')
})

test('files that are no vectors are refused in words, and the demo stays', async () => {
    const page = await open(`#compare?${FEW}`)
    await allMeasured(page)
    const problem = page.locator('.problem')
    for (const { bytes, words } of [
        { bytes: npy(10, 8, noise, 1000), words: /1,000 rows of 8 float32, 32,000 bytes; 320 follow/ }, // truncated
        { bytes: Buffer.from('just some words, no array at all'), words: /It is text, but not of vectors/ },
        { bytes: Buffer.alloc(0), words: /read\. The file is empty\./ },
        { bytes: npy(0, 8, noise), words: /The array has zero rows\./ },
        { bytes: npy(2, 8, noise, 2 ** 50), words: /1,125,899,906,842,624 rows of 8 values/ },
    ]) {
        await drop(page, [{ name: 'bad.npy', bytes }])
        await page.locator('.problem', { hasText: words }).waitFor()
        expect(await problem.textContent()).toContain('bad.npy can’t be read.')
    }
    await page.getByRole('button', { name: 'Keep Demo sentences' }).click()
    expect(await problem.count()).toBe(0)
    expect(await page.locator('.specs tr.wait').count()).toBe(0)
})

test('a CSV opens with its labels; a library is loaded when its own kind of file is opened', async () => {
    const page = await open(`#compare?${FEW}`)
    await allMeasured(page)
    /** @type {string[]} */
    const asked = []
    page.on('request', (/** @type {any} */ request) => asked.push(request.url()))
    const vectors = Array.from({ length: 60 }, (_, i) => Array.from({ length: 8 }, (_, c) => noise(i * 8 + c)))
    const csv = 'id,text,embedding\n' + vectors.map((v, i) => `${i},"text ${i}","[${v}]"\n`).join('')
    await drop(page, [{ name: 'texts.csv', bytes: Buffer.from(csv) }])
    await page.locator('.chip', { hasText: 'texts.csv' }).waitFor()
    await allMeasured(page)
    expect(asked.filter(url => /parquet|hdf5/.test(url))).toEqual([])
    const bytes = Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'embedding', data: vectors }] }))
    await drop(page, [{ name: 'texts.parquet', bytes }])
    await page.locator('.chip', { hasText: 'texts.parquet' }).waitFor()
    await allMeasured(page)
    expect(asked.filter(url => /parquet/.test(url)).length).toBeGreaterThan(0)
    expect(asked.filter(url => /hdf5/.test(url))).toEqual([])
})

test('queries of other dims are refused', async () => {
    const page = await open(`#compare?${FEW}`)
    await drop(page, [
        { name: 'base.npy', bytes: npy(100, 8, noise) },
        { name: 'queries.npy', bytes: npy(5, 9, noise) },
    ])
    await page.locator('.problem', { hasText: 'queries.npy can’t be used for queries.' }).waitFor()
    expect(await page.locator('.problem').textContent()).toContain(
        'Its rows have 9 values each; those of base.npy have 8.',
    )
})

test('a value that is not a number fails the specs that cannot hold it, and names its place', async () => {
    const page = await open(`#compare?${DOZEN}`)
    await drop(page, [{ name: 'nan.npy', bytes: npy(200, 8, i => (i === 8 * 31 + 5 ? NaN : noise(i))) }])
    await page.locator('.chip', { hasText: 'nan.npy' }).waitFor()
    await page.locator('.progress', { hasText: 'measured in' }).waitFor()
    const findings = page.locator('.findings li', { hasText: /row 31.*column 5/ })
    expect(await findings.count()).toBeLessThanOrEqual(2)
    expect(await page.locator('.findings').textContent()).toMatch(/other specs are not measured/)
    // their figures are unknown, and no row repeats the reason
    const refused = page.locator('.specs tr.refused')
    expect(await refused.count()).toBeGreaterThan(5)
    expect(await refused.first().locator('.col-recall').textContent()).toBe('–')
    expect(await page.locator('.specs').textContent()).not.toContain('NaN')
    const above = await page.evaluate(() => {
        const [findings, table] = ['.findings', '.specs'].map(one => document.querySelector(one))
        return findings && table && findings.getBoundingClientRect().top < table.getBoundingClientRect().top
    })
    expect(above).toBe(true)
    const measured = page.locator('.specs tbody tr:not(.refused):not(.wait)')
    expect(await measured.first().locator('.col-bytes').textContent()).toMatch(/\d/)
    expect(await page.locator('.specs tbody tr:not(.wait)').count()).toBeGreaterThan(1)
})

test('one row, and rows that are all alike, are measured', async () => {
    const page = await open(`#compare?both=true&${FEW}`)
    for (const [name, bytes] of /** @type {[string, Buffer][]} */ ([
        ['one.npy', npy(1, 4, noise)],
        ['same.npy', npy(40, 4, () => 1)],
    ])) {
        await drop(page, [{ name, bytes }])
        await page.locator('.chip', { hasText: name }).waitFor()
        await page.locator('.progress', { hasText: 'measured in' }).waitFor()
        expect(await page.locator('.problem').count()).toBe(0)
        // what is not searched is not waited for
        const told = name === 'one.npy' ? 'There are too few vectors to search.' : 'Measured on 40 rows'
        expect(await page.locator('.answer').textContent()).toContain(told)
        expect(await page.locator('.chart').count()).toBe(name === 'one.npy' ? 0 : 1)
        await page.keyboard.press('1')
        await page.locator('.verdict', { hasText: name === 'one.npy' ? told : 'neither loses any' }).waitFor()
        expect(await page.locator('main').textContent()).not.toMatch(/waiting|1 vectors/i)
        await page.keyboard.press('3')
        await page.locator('.sharehead').first().waitFor()
        await expect.poll(() => page.locator('.shares').textContent()).not.toContain('waiting')
        expect(await page.locator('main').textContent()).not.toMatch(/NaN|– dB/)
        await page.keyboard.press('2')
    }
})

test('more rows than are held are sampled, and the page says so', async () => {
    const page = await open('#compare?specs=f16&a=f16&b=f16')
    const file = join(mkdtempSync(join(tmpdir(), 'quantscope-')), 'many.npy')
    writeFileSync(file, npy(250_000, 4, noise))
    await page.locator('.chip').click()
    await page.locator('input[type=file]').first().setInputFiles(file)
    await page.getByRole('button', { name: 'Open' }).click()
    await page.locator('.chip', { hasText: 'many.npy 200,000 × 4' }).waitFor()
    await allMeasured(page)
    const told = await page.locator('.conditions').first().textContent()
    expect(told).toContain('199,500 vectors of 250,000, evenly sampled')
    expect(told).toContain('500 queries')
})

test('a long run is stopped at once, keeps what it has, and can go on', async () => {
    const page = await open(`#compare?${DOZEN}`)
    await drop(page, [{ name: 'long.npy', bytes: npy(20_000, 64, noise) }])
    await page.locator('.chip', { hasText: 'long.npy' }).waitFor()
    await page.locator('.specs tbody tr:not(.wait)').nth(1).waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.locator('.progress', { hasText: 'Stopped' }).waitFor()
    await expect.poll(() => page.workers().length).toBe(0)
    const kept = await page.locator('.specs tbody tr:not(.wait)').count()
    expect(kept).toBeGreaterThan(0)
    expect(kept).toBeLessThan((await specsOf(page)).length)
    await page.getByRole('button', { name: 'Continue' }).click()
    await allMeasured(page)
    expect(await page.locator('.specs tbody tr.wait').count()).toBe(0)
})

test('controls answer while measuring goes on, and the new spec comes first', async () => {
    const page = await open(`#simulator?more=true&${FEW}`)
    await allMeasured(page)
    await drop(page, [{ name: 'long.npy', bytes: npy(20_000, 64, noise) }])
    await page.locator('.chip', { hasText: 'long.npy' }).waitFor()
    await page.getByRole('radiogroup', { name: 'Scale per of A' }).getByRole('radio', { name: 'tensor' }).click()
    expect(await page.getByLabel('Spec of A').inputValue()).toContain('per=tensor')
    await page.getByRole('button', { name: 'Stop' }).waitFor()
    await allMeasured(page)
    await page.locator('.ten tbody th').first().waitFor()
})

test('without the demo a person’s own file still opens', async () => {
    const page = await open(`#compare?${FEW}`, { block: /demo-sentences/ })
    await page
        .locator('.problem', { hasText: /The demo sentences can’t be loaded. demo\/\S+ can’t be reached\./ })
        .waitFor()
    await page.getByText('No vectors yet.').waitFor()
    await drop(page, [{ name: 'mine.npy', bytes: npy(200, 8, noise) }])
    await allMeasured(page)
    expect(await page.locator('.problem').count()).toBe(0)
})

test('a person’s own file survives a reload, until it is cleared', async () => {
    const page = await open(`#compare?${FEW}`)
    await drop(page, [{ name: 'mine.npy', bytes: npy(300, 8, noise) }])
    await page.locator('.chip', { hasText: 'mine.npy 300 × 8' }).waitFor()
    await allMeasured(page)
    expect(page.url()).toMatch(/file=mine\.npy\+300x8\+[0-9a-f]{8}/)
    await page.reload()
    await page.locator('.chip', { hasText: 'mine.npy 300 × 8' }).waitFor()
    await allMeasured(page)
    expect(await page.locator('.linked').count()).toBe(0)
    await page.locator('.chip').click()
    await page.getByRole('button', { name: 'Clear mine.npy' }).click()
    await page.locator('.chip', { hasText: 'Demo sentences' }).waitFor()
    await page.reload()
    await page.locator('.chip', { hasText: 'Demo sentences' }).waitFor()
    expect(page.url()).not.toContain('file=')
})

test('a link made with own data asks for that file, and says whether it is the same', async () => {
    const first = await open(`#compare?${FEW}`)
    await drop(first, [{ name: 'mine.npy', bytes: npy(300, 8, noise) }])
    await first.locator('.chip', { hasText: 'mine.npy' }).waitFor()
    await expect.poll(() => first.url()).toContain('file=')
    const hash = new URL(first.url()).hash
    for (const [value, words] of /** @type {[(i: number) => number, RegExp][]} */ ([
        [noise, /This is the same mine\.npy/],
        [i => noise(i + 1), /This file differs from the mine\.npy/],
    ])) {
        const page = await open(hash)
        await page.locator('.linked', { hasText: /made with mine\.npy, 300 × 8.*of Demo sentences/ }).waitFor()
        await drop(page, [{ name: 'mine.npy', bytes: npy(300, 8, value) }])
        await page.locator('.linked', { hasText: words }).waitFor()
    }
})

test('a text with another number of lines than rows is refused', async () => {
    const page = await open(`#compare?${FEW}`)
    await drop(page, [
        { name: 'mine.npy', bytes: npy(30, 8, noise) },
        { name: 'labels.txt', bytes: Buffer.from('one\ntwo\n') },
    ])
    await page.locator('.problem', { hasText: /labels\.txt can’t be used/ }).waitFor()
    expect(await page.locator('.problem').textContent()).toContain('It has 2 lines; mine.npy has 30 rows.')
})
