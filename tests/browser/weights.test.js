// The Weights view as a person uses it: figures equal those of the command line, names filter, Stop keeps what is there.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { drop, npy, path, useBrowser } from './page.js'
import { fitsUnderTouch, holdsInEveryLook, TOUCH } from './screens.js'

const { open } = useBrowser()
const DEMO = 'web/public/demo/weights/silero-vad-part.safetensors'
const DIGITS = 'tests/data/weights/digits-mlp.safetensors'
const SPECS = ['int8:per=tensor', 'int8', 'int4:per=tensor', 'int4', 'int4:per=block']

/** @typedef {import('./page.js').Page} Page */

/** The report of `quantscope tensors`. @type {(file: string, specs: string[]) => any} */
const cli = (file, specs) =>
    JSON.parse(
        execFileSync(
            path('build/out/native/quantscope'),
            ['tensors', path(file), ...specs.flatMap(spec => ['-s', spec]), '--json'],
            { encoding: 'utf8' },
        ),
    )

const measured = (/** @type {Page} */ page) =>
    page.locator('.progress', { hasText: /tensors? measured in/ }).waitFor()

/** The page's table as it is copied, by tensor and column. @param {Page} page */
async function copied(page) {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'Copy CSV' }).click()
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('largest_sigma')
    const text = await page.evaluate(() => navigator.clipboard.readText())
    const [head, ...lines] = text
        .trim()
        .split('\n')
        .map(line => line.split(','))
    return Object.fromEntries(
        lines.map(line => [line[0], Object.fromEntries(head.map((name, i) => [name, line[i]]))]),
    )
}

const names = (/** @type {Page} */ page) => page.locator('.weighttable tbody th code').allTextContents()

/** @type {(rows: Record<string, Record<string, string>>, report: any) => void} */
function equal(rows, report) {
    expect(Object.keys(rows).sort()).toEqual(report.tensors.map((/** @type {any} */ one) => one.name).sort())
    for (const { name, file_bytes: bytes, facts, results } of report.tensors) {
        const row = rows[name]
        expect(row.file_bytes).toBe(String(bytes))
        expect(row.largest_sigma).toBe(String(facts.largest_sigma))
        expect(row.excess_kurtosis).toBe(String(facts.excess_kurtosis))
        for (const { spec, error, bytes: ledger } of results) {
            expect(row[`${spec} sqnr`], `${name} ${spec}`).toBe(String(error.sqnr_db))
            expect(row[`${spec} cosine`], `${name} ${spec}`).toBe(String(error.cosine_mean))
            expect(row[`${spec} bytes`], `${name} ${spec}`).toBe(String(ledger.total))
        }
    }
}

test('figures are those of the command line, who suffers most comes first, and totals are there', async () => {
    const page = await open('#weights')
    await measured(page)
    const report = cli(DEMO, SPECS)
    equal(await copied(page), report)
    const least = (/** @type {any} */ one) =>
        Math.min(...one.results.map((/** @type {any} */ result) => result.error.sqnr_db))
    const order = report.tensors.toSorted((/** @type {any} */ x, /** @type {any} */ y) => least(x) - least(y))
    expect(await names(page)).toEqual(order.map((/** @type {any} */ one) => one.name))
    const times = await page.locator('.weighttable tfoot tr').nth(1).locator('td.spec').allInnerTexts()
    expect(times).toEqual(report.totals.map((/** @type {any} */ one) => `${one.times_smaller.toFixed(2)}×`))
    expect(await page.locator('.weighttable .spark path').count()).toBe(report.tensors.length)
})

test('the demo’s weights are loaded when the view is opened, and not before', async () => {
    const page = await open('#bits')
    const asked = /** @type {string[]} */ ([])
    page.on('request', request => asked.push(request.url()))
    await page.locator('main table').first().waitFor()
    expect(asked.filter(url => url.endsWith('.safetensors'))).toEqual([])
    await page.getByRole('button', { name: 'Weights', exact: true }).click()
    await measured(page)
    expect(asked.filter(url => url.endsWith('.safetensors'))).toHaveLength(1)
})

test('a file of weights opens in Weights, one of vectors in the Simulator', async () => {
    const page = await open('#compare?specs=int8')
    await page.locator('.specs').waitFor()
    await drop(page, [{ name: 'digits.safetensors', bytes: readFileSync(path(DIGITS)) }])
    await page.locator('.weightfile b', { hasText: 'digits.safetensors' }).waitFor()
    await measured(page)
    equal(await copied(page), cli(DIGITS, SPECS))
    await drop(page, [{ name: 'rows.npy', bytes: npy(40, 8, i => Math.sin(i)) }])
    await expect.poll(() => page.url()).toContain('#simulator')
})

test('names filter by glob, a column sorts, and the link keeps both with the specs', async () => {
    const page = await open('#weights?weigh=int6;int4')
    await measured(page)
    const all = await names(page)
    await page.locator('#glob').fill('*.3.*')
    await expect.poll(() => names(page)).toEqual(all.filter(name => /\.3\./.test(name)))
    await page.locator('#glob').fill('*')
    await page.getByRole('button', { name: 'Tensor', exact: true }).click()
    await expect.poll(() => names(page)).toEqual(all.toSorted())
    await page.getByRole('radio', { name: 'Cosine' }).click()
    await page.reload()
    await measured(page)
    expect(await names(page)).toEqual(all.toSorted())
    expect(await page.getByRole('radio', { name: 'Cosine' }).getAttribute('aria-checked')).toBe('true')
    expect(await page.locator('.weighttable thead th.spec').allInnerTexts()).toHaveLength(2)
})

test('Stop keeps what is there and Continue measures the rest', async () => {
    const page = await open(
        '#weights?weigh=q2_k;q3_k;q4_k;q5_k;q6_k;int4:range=mse,per=dim;int5:range=mse,per=dim;int6:range=mse,per=dim',
    )
    await page.getByRole('button', { name: 'Stop' }).dispatchEvent('click') // it may be there for a moment alone
    await page.locator('.progress', { hasText: 'Stopped' }).waitFor()
    const kept = await page.locator('.weighttable tbody tr:not(.wait)').count()
    await page.getByRole('button', { name: 'Continue' }).click()
    await measured(page)
    const rows = await page.locator('.weighttable tbody tr').count()
    expect(kept).toBeLessThan(rows)
    expect(await page.locator('.weighttable tbody tr:not(.wait)').count()).toBe(rows)
})

test('a tensor opens in Range', async () => {
    const page = await open('#weights')
    await measured(page)
    const [name] = await names(page)
    await page.locator('.weighttable tbody th button').first().click()
    await expect.poll(() => page.url()).toContain(`tensor=${name}`)
    expect(page.url()).toContain('#range')
    await expect.poll(() => page.locator('.chip b').innerText()).toContain('silero-vad-part')
})

test('a tensor opens in Bits, its values in a block', async () => {
    const page = await open('#weights')
    await drop(page, [{ name: 'digits.safetensors', bytes: readFileSync(path(DIGITS)) }])
    await page.locator('.weightfile b', { hasText: 'digits.safetensors' }).waitFor()
    await measured(page)
    await page.getByRole('button', { name: 'Open fc2.weight in Bits' }).click()
    const block = page.locator('section', { has: page.locator('#block-title') })
    await block.getByText('fc2.weight, row 0').waitFor()
    expect(page.url()).toContain('tensor=fc2.weight')
})

test('tensors are grouped by layer and by role', async () => {
    const page = await open('#weights')
    await measured(page)
    const groups = () => page.locator('.weighttable .group code').allTextContents()
    await page.getByRole('radio', { name: 'by layer' }).click()
    await expect.poll(groups).toEqual(['decoder.decoder.2', 'encoder.2', 'encoder.3'])
    await page.getByRole('radio', { name: 'by role' }).click()
    await expect.poll(groups).toEqual(['encoder.*.reparam_conv.weight', 'decoder.decoder.*.weight'])
    expect(await page.locator('.weighttable .group').first().textContent()).toContain('2 tensors')
    expect(page.url()).toContain('by=role')
    await page.getByRole('radio', { name: 'all', exact: true }).click()
    await expect.poll(groups).toEqual([])
})

test('a wrong spec is answered in words, the others are measured', async () => {
    const page = await open('#weights?weigh=int9;int8&cell=nothing')
    await measured(page)
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('int9')
    expect(await page.locator('.weighttable thead th.spec').count()).toBe(1)
})

test('it holds in every look', async () => {
    const page = await open('#weights')
    await measured(page)
    await holdsInEveryLook(page)
})

test('it fits under touch', async () => {
    const page = await open('#weights', TOUCH)
    await measured(page)
    await fitsUnderTouch(page)
})

/** What a button has the browser save. @param {Page} page @param {import('playwright-core').Locator} button */
async function saved(page, button) {
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()])
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
}

test('an encoded tensor is downloaded, the bytes that the command line writes', async () => {
    const page = await open('#weights?weigh=int4:per=block;int8')
    await drop(page, [{ name: 'digits.safetensors', bytes: readFileSync(path(DIGITS)) }])
    await page.locator('.weightfile b', { hasText: 'digits.safetensors' }).waitFor()
    await measured(page)
    await page.getByText('Download an encoded tensor').click()
    const part = page.locator('.export')
    await part.getByLabel('Tensor').selectOption('fc1.weight')
    await part.getByLabel('Spec').selectOption('int4:per=block')
    const button = part.getByRole('button', { name: 'Download' })
    for (const kind of ['safetensors', 'fvecs']) {
        await part.getByLabel('Kind of file').selectOption(kind)
        const { name, bytes } = await saved(page, button)
        expect(name).toBe(`fc1.weight.int4_per=block.${kind}`)
        const out = `${tmpdir()}/quantscope-${process.pid}.${kind}`
        const args = [
            'encode',
            path(DIGITS),
            '--tensor',
            'fc1.weight',
            '-s',
            'int4:per=block',
            '--to',
            kind,
            '-o',
            out,
        ]
        execFileSync(path('build/out/native/quantscope'), args)
        expect(bytes.equals(readFileSync(out))).toBe(true)
        rmSync(out)
        await expect.poll(() => part.getByRole('status').textContent()).toContain(name)
    }
})

test('the vectors are downloaded encoded from Compare', async () => {
    const page = await open('#compare?specs=int8;int4')
    await page.locator('.specs').waitFor()
    await page.getByText('Download the vectors, encoded').click()
    const part = page.locator('.export')
    await part.getByLabel('Spec').selectOption('int4')
    await part.getByLabel('Kind of file').selectOption('float-npy')
    const { name, bytes } = await saved(page, part.getByRole('button', { name: 'Download' }))
    expect(name).toMatch(/int4\.npy$/)
    const out = `${tmpdir()}/quantscope-${process.pid}.npy`
    const args = [
        'encode',
        path('web/public/demo/demo-sentences-2k.f16.npy'),
        '-s',
        'int4',
        '--to',
        'float-npy',
        '-o',
        out,
    ]
    execFileSync(path('build/out/native/quantscope'), args)
    expect(bytes.equals(readFileSync(out))).toBe(true)
    rmSync(out)
})

test('a file of 3 GB is listed in less than 2 s, of which its head and 256 KB are read', async () => {
    const GIB = 2 ** 30
    const header = JSON.stringify(
        Object.fromEntries(
            ['a', 'b', 'c'].map((name, i) => [
                `layers.${name}.weight`,
                { dtype: 'F32', shape: [262_144, 1024], data_offsets: [i * GIB, (i + 1) * GIB] },
            ]),
        ),
    )
    const large = `${tmpdir()}/quantscope-${process.pid}-large.safetensors`
    const length = Buffer.alloc(8)
    length.writeUInt32LE(header.length)
    writeFileSync(large, Buffer.concat([length, Buffer.from(header)]))
    truncateSync(large, 8 + header.length + 3 * GIB) // the rest is a hole
    try {
        const page = await open('#weights')
        await measured(page)
        await page.evaluate(() => {
            const shared = /** @type {any} */ (globalThis)
            shared.bytesRead = 0
            const read = Blob.prototype.arrayBuffer
            Blob.prototype.arrayBuffer = function () {
                shared.bytesRead += this.size
                return read.call(this)
            }
            document.addEventListener('click', () => (shared.began = performance.now()), true)
            new shared.MutationObserver(() => {
                const listed = document.querySelector('.weightfile')?.textContent?.includes('large.safetensors')
                if (listed && shared.began) shared.lasted ??= performance.now() - shared.began
            }).observe(document, { childList: true, subtree: true, characterData: true })
        })
        await page.locator('button.chip').click()
        await page.locator('input[type=file]').first().setInputFiles(large)
        await page.getByRole('button', { name: 'Open', exact: true }).click()
        await page.locator('.weightfile b', { hasText: 'large.safetensors' }).waitFor()
        const { lasted, bytesRead } = await page.evaluate(() => {
            const { lasted, bytesRead } = /** @type {any} */ (globalThis)
            return { lasted, bytesRead }
        })
        expect(await page.locator('.weightfile').textContent()).toContain('3 tensors')
        expect(lasted).toBeLessThan(2000)
        expect(bytesRead).toBeLessThan(300_000) // the head, and 64 pieces of 4 KB by which a link names the file
    } finally {
        rmSync(large)
    }
})
