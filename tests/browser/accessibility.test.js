// The page for everyone: no violation that axe finds, in either theme and at either width; no sideways scroll; targets
// large enough for a finger; and a first load small enough for a slow line.
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { fitsUnderTouch, holdsInEveryLook, sideways, TOUCH, violations } from './screens.js'
import { VIEWS } from '../../web/views.js'
import { allMeasured, DOZEN, drop, FEW, path, useBrowser } from './page.js'

const { open } = useBrowser()

test.each([`#compare?${DOZEN}`, `#simulator?both=true&query=77&${FEW}`])(
    'axe finds nothing in any look of %s',
    async view => {
        const page = await open(view)
        await allMeasured(page)
        if (view.startsWith('#simulator')) await page.locator('.near').waitFor()
        await holdsInEveryLook(page)
    },
)

test('axe finds nothing in any dialog', async () => {
    const page = await open(`#compare?${FEW}`, { viewport: { width: 360, height: 700 } })
    await allMeasured(page)
    for (const name of ['Keys', 'Licences', 'About', 'data']) {
        if (name === 'data') await page.locator('.chip').click()
        else await page.getByRole('button', { name, exact: true }).click()
        await page.locator('dialog[open] h2').waitFor()
        expect(await violations(page), name).toEqual([])
        await page.keyboard.press('Escape')
        await expect.poll(() => page.locator('dialog[open]').count()).toBe(0)
    }
})

test('axe finds nothing in an error, an explanation and a refused field', async () => {
    const page = await open(`#compare?${FEW}`, { viewport: { width: 360, height: 700 } })
    await allMeasured(page)
    await page.getByLabel('Add a spec').fill('nonsense')
    await page.getByLabel('Add a spec').press('Enter')
    await drop(page, [{ name: 'bad.npy', bytes: Buffer.from('no array') }])
    await page.locator('.problem').waitFor()
    await page.locator('th.col-recall .about').click()
    await page.locator('.popover').waitFor()
    expect(await violations(page)).toEqual([])
    expect(await sideways(page)).toBe(0)
})

test('a finger hits every target', async () => {
    const page = await open(`#compare?${FEW}`, {
        viewport: { width: 360, height: 900 },
        hasTouch: true,
        isMobile: true,
    })
    await allMeasured(page)
    await page.locator('.chip').waitFor()
    const small = await page.evaluate(() =>
        [
            ...document.querySelectorAll(
                '.top button, .segments button, .fits .field, .progress button, footer button',
            ),
        ]
            .filter(one => one.getClientRects().length)
            .map(one => {
                const before = getComputedStyle(one, '::before')
                const height = Math.max(one.getBoundingClientRect().height, parseFloat(before.height) || 0)
                return [one.textContent || one.getAttribute('aria-label'), height]
            })
            .filter(([, height]) => Number(height) < 44),
    )
    expect(small).toEqual([])
})

test.each(['bits', 'range'])('%s looks the same whatever views were open before', async name => {
    const places = () =>
        page.locator('main > *:not(.progress):not(.findings) *:not(option)').evaluateAll(all =>
            all.map(one => {
                const { x, y, width, height } = one.getBoundingClientRect()
                return [one.tagName, ...[x, y + scrollY, width, height].map(Math.round)].join(' ')
            }),
        )
    const page = await open(`#${name}?${FEW}`)
    await page
        .locator(name === 'bits' ? '.ranges tbody tr' : '.dimbars')
        .first()
        .waitFor()
    if (name === 'range') await expect.poll(() => page.locator('.shares').textContent()).not.toContain('waiting')
    const before = await places()
    for (const view of VIEWS) {
        await page.getByRole('button', { name: view.title, exact: true }).click()
        await page.locator('main h1', { hasText: view.title }).waitFor({ state: 'attached' })
    }
    await page.getByRole('button', { name: name === 'bits' ? 'Bits' : 'Range', exact: true }).click()
    await page
        .locator(name === 'bits' ? '.ranges tbody tr' : '.dimbars')
        .first()
        .waitFor()
    await expect.poll(places).toEqual(before)
})

test.each(VIEWS.map(({ name }) => name))('%s fits every width under touch', async name => {
    const page = await open(`#${name}?${FEW}`, TOUCH)
    await page.locator('main h1').waitFor()
    await page.locator('main :is(table, .ten, .rangeaxis output)').first().waitFor()
    await fitsUnderTouch(page)
})

test('the first stop of Tab skips the header, and leaves the link as it is', async () => {
    const page = await open(`#compare?${FEW}`)
    await page.locator('.specs').waitFor()
    const before = page.url()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
    expect(page.url()).toBe(before)
})

test('all is reached by Tab, in the order it stands', async () => {
    const page = await open(`#compare?${FEW}`)
    await allMeasured(page)
    const names = []
    for (let i = 0; i < VIEWS.length + 14; i++) {
        await page.keyboard.press('Tab')
        names.push(
            await page.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.textContent),
        )
    }
    expect(names.slice(0, 5)).toEqual(['Skip to the content', 'Simulator', 'Compare', 'Range', 'Bits'])
    expect(names).toContain('Vectors')
    expect(names).toContain('Least recall')
})

const LONG =
    'int4:map=offset,per=block,block=128,range=percentile,p=99.95,round=stochastic,seed=12345,scale=bf16,outliers=10'

test.each([
    `#compare?specs=${LONG};binary&a=${LONG}`,
    `#bits?value=-1.2345678e-30&looks=${LONG}`,
    `#range?range=${LONG}`,
])('a long spec has room, on paper too: %s', async view => {
    const page = await open(view, { colorScheme: 'dark' })
    await page.locator('main table th').first().waitFor()
    if (view.startsWith('#compare')) await page.locator('.findings', { hasText: LONG }).waitFor()
    for (const width of [1280, 1140, 640, 360, 320]) {
        await page.setViewportSize({ width, height: 900 })
        await expect.poll(() => sideways(page), { message: `at ${width}`, timeout: 3000 }).toBe(0)
    }
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.emulateMedia({ media: 'print' })
    const paper = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    expect(paper).toBe('rgb(251, 251, 250)')
    expect(await page.locator('nav').isVisible()).toBe(false)
    expect(await page.locator('main table th button').first().isVisible()).toBe(true)
})

test('nothing moves for those who want it still', async () => {
    const page = await open(`#compare?${FEW}`, { reducedMotion: 'reduce' })
    const moving = await page.evaluate(
        () =>
            [...document.querySelectorAll('*')].filter(one =>
                ['', '::before', '::after'].some(
                    part => parseFloat(getComputedStyle(one, part).transitionDuration) > 0,
                ),
            ).length,
    )
    expect(moving).toBe(0)
})

test('the first load is small', () => {
    const folder = path('build/out/web/assets')
    const text = (/** @type {string} */ name) => readFileSync(`${folder}/${name}`, 'utf8')
    /** What a file can't start without: what the page names, what that imports, and the worker. @type {(from: string, found?: Set<string>) => Set<string>} */
    const needs = (from, found = new Set()) => {
        const named = /(?:(?:src|href)="\.\/assets\/|(?:from|import)\s*"\.\/)([^"]+)"|["`](worker-[^"`]+\.js)["`]/g
        for (const [, file, worker] of from.matchAll(named)) {
            const name = file ?? worker
            if (found.has(name)) continue
            found.add(name)
            if (name.endsWith('.js')) needs(text(name), found)
        }
        return found
    }
    const first = [...needs(readFileSync(path('build/out/web/index.html'), 'utf8'))]
    const size = (/** @type {string[]} */ names) =>
        names
            .map(name => gzipSync(readFileSync(`${folder}/${name}`), { level: 9 }).length)
            .reduce((x, y) => x + y, 0)
    const ending = (/** @type {string} */ end) => first.filter(name => name.endsWith(end))
    expect(ending('.js').some(name => name.startsWith('index-'))).toBe(true)
    expect(ending('.js').some(name => name.startsWith('worker-'))).toBe(true)
    expect(size(ending('.js'))).toBeLessThan(40 * 1024)
    expect(size(ending('.css'))).toBeLessThan(8 * 1024)
    const all = (/** @type {string} */ end) => readdirSync(folder).filter(name => name.endsWith(end))
    for (const name of all('.css')) expect(size([name]), name).toBeLessThan(4 * 1024)
    expect(size(all('.wasm'))).toBeLessThan(300 * 1024)
    // what is loaded without being asked for: the first view, the worker, dialogs and explanations
    const overlays = all('.js').filter(name => name.startsWith('overlays-'))
    expect(size([...new Set([...ending('.js'), ...overlays])])).toBeLessThan(75 * 1024)
})

test.each(['simulator', 'compare', 'range', 'bits', 'networks'])(
    '%s is not drawn before its CSS is there',
    async view => {
        const page = await open(`#${view}?${FEW}`, { slow: new RegExp(`/${view}-[^/]*\\.css$`) })
        const drawn = await page.waitForFunction(name => {
            const there = [...document.querySelectorAll('h1')].some(one => one.textContent.toLowerCase() === name)
            const looks = [...document.styleSheets].some(sheet => sheet.href?.includes(`/${name}-`))
            return there ? { looks, at: performance.now() } : undefined
        }, view)
        const found = await drawn.jsonValue()
        expect(found?.looks).toBe(true)
        expect(found?.at).toBeGreaterThan(1000)
    },
)

test('the site holds itself to a strict policy', async () => {
    const page = await open(`#compare?${FEW}`)
    const policy = await page.locator('meta[http-equiv]').getAttribute('content')
    expect(policy).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; ")
    expect(policy).toContain("connect-src 'self'; ")
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|http/)
})
