// The bit lab as a person uses it. Expected values are worked out by hand from the rules of IEEE 754 and stand beside
// their sums.
import { expect, test } from 'vitest'
import { holdsInEveryLook } from './screens.js'
import { useBrowser } from './page.js'

const { open } = useBrowser()

/** @typedef {import('./page.js').Page} Page */

/** The lab, drawn. @type {(hash?: string, options?: Parameters<typeof open>[1]) => Promise<Page>} */
async function lab(hash = '#bits', options) {
    const page = await open(hash, options)
    await page.locator('.bittable').waitFor()
    return page
}

/** A format's row. @type {(page: Page, spec: string) => import('playwright-core').Locator} */
const row = (page, spec) =>
    page
        .getByRole('row')
        .filter({ has: page.locator('th code', { hasText: new RegExp(`^${spec}$`) }) })
        .and(page.locator('.bittable tr'))

/** @type {(page: Page, spec: string) => Promise<string | null>} */
const decoded = (page, spec) => row(page, spec).locator('.decoded').textContent()

/** The bits of a row, its fields parted by blanks. @type {(page: Page, spec: string) => Promise<string>} */
const bits = (page, spec) =>
    row(page, spec)
        .locator('.cells')
        .evaluateAll(all =>
            all.map(one => [...one.children].map(cell => Number(cell.ariaPressed === 'true')).join('')).join(' '),
        )

const bit = (/** @type {Page} */ page, /** @type {string} */ spec, /** @type {string} */ name) =>
    row(page, spec).getByRole('button', { name })

const sentence = (/** @type {Page} */ page) => page.locator('.sentence .verdict').textContent()

test('0.7265 in f16, its sign, exponent and mantissa turned over', async () => {
    const page = await lab()
    // 0.7265 = 1.453 / 2; 0.453 * 1024 = 463.9, so 464: 2^-1 * (1 + 464/1024)
    expect(await bits(page, 'f16')).toBe('0 01110 0111010000')
    expect(await decoded(page, 'f16')).toBe('0.7265625')
    expect(await row(page, 'f16').locator('.means').allTextContents()).toEqual(['+', '2−1', '1 + 464/1,024'])

    await bit(page, 'f16', 'sign bit, clear').click()
    expect(await decoded(page, 'f16')).toBe('−0.7265625')
    expect(await page.getByLabel('Value', { exact: true }).inputValue()).toBe('-0.7265625')
    expect(await decoded(page, 'bf16')).toBe('−0.7265625')
    await bit(page, 'f16', 'sign bit, set').click()

    // 01111 is 15: 2^0 * 1.453125
    await bit(page, 'f16', 'exponent bit 5 of 5, worth 1, clear').click()
    expect(await decoded(page, 'f16')).toBe('1.453125')
    await bit(page, 'f16', 'exponent bit 5 of 5, worth 1, set').click()
    // 11110 is 30: 2^15 * 1.453125 = 32768 * 1.453125
    await bit(page, 'f16', 'exponent bit 1 of 5, worth 16, clear').click()
    expect(await decoded(page, 'f16')).toBe('47,616')
    await bit(page, 'f16', 'exponent bit 1 of 5, worth 16, set').click()

    // 464 + 512 = 976: 2^-1 * (1 + 976/1024)
    await bit(page, 'f16', 'mantissa bit 1 of 10, worth 1/2, clear').click()
    expect(await decoded(page, 'f16')).toBe('0.9765625')
    // all other rows follow: 0.9765625 * 127 = 124.02, and float32 holds it
    expect(await bits(page, 'int8')).toBe('01111100')
    expect(await decoded(page, 'f32')).toBe('0.9765625')
    expect(await sentence(page)).toBe('f16 stores 0.9765625 exactly. Its values are 0.000488281 apart here.')
})

test('integers: two’s complement, scale of absmax 1, -128 by hand', async () => {
    const page = await lab()
    // 0.7265 * 127 = 92.27: 92 = 0x5c; 92 / 127 = 0.7244
    expect(await bits(page, 'int8')).toBe('01011100')
    expect(await row(page, 'int8').locator('.means').textContent()).toBe('92 × 0.00787402')
    await row(page, 'int8').locator('.means').click()
    expect(await page.locator('.sentence').textContent()).toContain('Without data the scale is that of absmax 1.')
    for (const name of [
        '7 of 8, worth 2',
        '6 of 8, worth 4',
        '5 of 8, worth 8',
        '4 of 8, worth 16',
        '2 of 8, worth 64',
    ])
        await bit(page, 'int8', `integer bit ${name}`).click()
    // 92 = 64 + 16 + 8 + 4; without these and with 2 it is 2
    expect(await row(page, 'int8').locator('.means').textContent()).toBe('2 × 0.00787402')
    await bit(page, 'int8', 'integer bit 7 of 8').click()
    await bit(page, 'int8', 'integer bit 1 of 8, worth −128, clear').click()
    // a code that encoding never gives stays as it was set: -128 / 127
    expect(await bits(page, 'int8')).toBe('10000000')
    expect(await decoded(page, 'int8')).toBe('−1.00787401')
    await bit(page, 'int8', 'integer bit 1 of 8').press('ArrowDown')
    expect(await bits(page, 'int8')).toBe('10000000')
})

test('the bits are walked by arrow keys and turned over by Space and Enter', async () => {
    const page = await lab()
    const focus = () => page.evaluate(() => document.activeElement?.ariaLabel)
    const group = () => page.evaluate(() => document.activeElement?.closest('[role=group]')?.ariaLabel)
    // one stop of Tab for all bits
    expect(await page.locator('.bittable button.bit[tabindex="0"]').count()).toBe(1)
    await page.locator('.bittable button.bit[tabindex="0"]').focus()
    expect(await focus()).toBe('sign bit, clear')
    expect(await group()).toBe('f16 sign: +')
    await page.keyboard.press('ArrowRight')
    expect(await focus()).toBe('exponent bit 1 of 5, worth 16, clear')
    expect(await group()).toBe('f16 exponent: 2 to the power −1')
    await page.keyboard.press('End')
    expect(await focus()).toBe('mantissa bit 10 of 10, worth 1/1,024, clear')
    await page.keyboard.press('Space')
    // 465/1024: 0.5 * (1 + 465/1024)
    expect(await decoded(page, 'f16')).toBe('0.72705078125')
    expect(await focus()).toBe('mantissa bit 10 of 10, worth 1/1,024, set')
    await page.keyboard.press('Enter')
    expect(await decoded(page, 'f16')).toBe('0.7265625')
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowUp')
    expect(await group()).toBe('f32 sign: +')
    expect(await sentence(page)).toContain('f32 stores')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    expect(await group()).toBe('bf16 sign: +')
    await page.keyboard.press('ArrowLeft')
    expect(await group()).toBe('bf16 sign: +')
    expect(await page.locator('.bittable button.bit[tabindex="0"]').count()).toBe(1)
})

test('every bit has a name and a state', async () => {
    const page = await lab('#bits?every=true')
    const names = await page.locator('.bittable button.bit').evaluateAll(all =>
        all.map(one => {
            const digit = getComputedStyle(one, '::after').content.replace(
                'attr(data-digit)',
                `"${one.getAttribute('data-digit')}"`,
            )
            return [one.ariaLabel, one.ariaPressed, digit]
        }),
    )
    expect(names.length).toBeGreaterThan(150)
    const trits = names.filter(([name]) => name?.startsWith('trit'))
    expect(trits).toEqual([['trit, worth 81, 2', null, '"2"']])
    for (const [name, pressed, digit] of names) {
        if (name === trits[0][0]) continue
        expect(name).toMatch(
            /^(sign|exponent|mantissa|integer|index) bit( \d+ of \d+)?(, worth −?[\d,/]+)?, (set|clear)$/,
        )
        expect(pressed).toBe(digit === '"1"' ? 'true' : 'false')
        expect(/ set$/.test(name ?? '')).toBe(digit === '"1"')
    }
})

test('what is no ordinary number is shown for what it is', async () => {
    const page = await lab()
    const title = (/** @type {string} */ spec) => row(page, spec).locator('small').first().textContent()
    const enter = async (/** @type {string} */ text) => {
        await page.getByLabel('Value', { exact: true }).fill(text)
        await page.getByLabel('Value', { exact: true }).press('Enter')
    }
    // the least half float is 2^-24 = 5.96e-8; 1e-7 is nearest to two of them
    await enter('1e-7')
    expect([await title('f16'), await bits(page, 'f16')]).toEqual(['float16, subnormal', '0 00000 0000000010'])
    expect(await sentence(page)).toContain('subnormal')
    // 65520 is half way between 65504 and 2^16, the tie goes to the even code: infinity
    await enter('65520')
    expect([await title('f16'), await decoded(page, 'f16')]).toEqual(['float16, overflow to infinity', '∞'])
    expect(await title('int8')).toBe('8-bit integer, clipped')
    await enter('inf')
    expect([await title('f16'), await bits(page, 'f16')]).toEqual(['float16, infinity', '0 11111 0000000000'])
    expect(await row(page, 'int8').textContent()).toContain('int8 has no code for infinity')
    await enter('nan')
    expect([await title('f16'), await decoded(page, 'f16')]).toEqual(['float16, NaN', 'NaN'])
    await enter('-0')
    expect([await title('f16'), await bits(page, 'f16')]).toEqual(['float16, negative zero', '1 00000 0000000000'])
    expect(await decoded(page, 'int8')).toBe('0')
    // 0.123456789 = 2^-4 * 1.975308624; 0.975308624 * 1024 = 998.7, so 999: 2^-4 * (1 + 999/1024)
    await enter('0.123456789')
    expect(await decoded(page, 'f16')).toBe('0.12347412109375')
    await enter('twelve')
    expect(await page.locator('.labvalue .wrong').textContent()).toContain('It is no number.')
    expect(await decoded(page, 'f16')).toBe('0.12347412109375')
    await page.getByRole('button', { name: '65504', exact: true }).click()
    expect(await decoded(page, 'f16')).toBe('65,504')
})

test('NaN and infinity by hand keep their bits', async () => {
    const page = await lab('#bits?value=1&row=f16')
    // 1 is 0 01111 0000000000; the first exponent bit makes 11111: infinity
    await bit(page, 'f16', 'exponent bit 1 of 5').click()
    expect(await decoded(page, 'f16')).toBe('∞')
    expect(await page.getByLabel('Value', { exact: true }).inputValue()).toBe('inf')
    await bit(page, 'f16', 'mantissa bit 10 of 10').click()
    expect(await decoded(page, 'f16')).toBe('NaN')
    expect(await bits(page, 'f16')).toBe('0 11111 0000000001')
    await bit(page, 'f16', 'exponent bit 1 of 5').click()
    // 0 01111 0000000001: 1 + 1/1024
    expect(await decoded(page, 'f16')).toBe('1.0009765625')
})

test('the link holds the lab', async () => {
    const page = await lab()
    await bit(page, 'int8', 'integer bit 1 of 8').click()
    await page.getByLabel('Filter formats').fill('float')
    await page.getByLabel('Add a spec').fill('int8:map=affine,per=dim')
    await page.getByLabel('Add a spec').press('Enter')
    await page.getByRole('radio', { name: 'the value' }).click()
    const hash = new URL(page.url()).hash
    expect(hash).toMatch(/^#bits\?/)
    const seen = await page.locator('.lab').textContent()
    const again = await lab(hash)
    await again.locator('.packed').waitFor()
    await expect.poll(() => again.locator('.lab').textContent()).toBe(seen)
    expect(new URL(again.url()).hash).toBe(hash)
})

test('formats are filtered, all are shown, a spec is added', async () => {
    const page = await lab()
    const specs = () => page.locator('.bittable tbody code').allTextContents()
    const first = await specs()
    expect(first.slice(0, 3)).toEqual(['f32', 'f16', 'bf16'])
    await page.getByRole('radio', { name: 'blocks too' }).click()
    const all = await specs()
    expect(all.length).toBeGreaterThan(first.length)
    for (const spec of first) expect(all).toContain(spec)
    await page.getByLabel('Filter formats').fill('q8_')
    expect(await specs()).toEqual(['q8_0'])
    await page.getByLabel('Filter formats').fill('nothing')
    expect(await page.locator('.lab').textContent()).toContain('No format matches “nothing”.')
    await page.getByLabel('Add a spec').fill('int4:map=offset')
    await page.getByLabel('Add a spec').press('Enter')
    expect(await specs()).toEqual(['int4:map=offset'])
    await page.getByLabel('Add a spec').fill('int4:map=up')
    await page.getByLabel('Add a spec').press('Enter')
    expect(await page.locator('.labtools .wrong').textContent()).toContain('map')
})

test('formulas with their numbers under the bits, and a scale that stays', async () => {
    const page = await lab('#bits?every=true&value=0.5')
    const means = (/** @type {string} */ spec) => row(page, spec).locator('.means').allTextContents()
    // beside 1 and -1: q4_0 has d = 1 / -8 and code 4; the largest of q6_k has scale -128
    expect(await means('q4_0')).toEqual(['(4 − 8) × −0.125'])
    expect(await means('nf4')).toEqual([expect.stringMatching(/^level 1[23]: 0\.\d+ × 1$/)])
    expect((await means('q6_k'))[0]).toMatch(/^[\d.e−]+ × −128 × \(\d+ − 32\)$/)
    expect((await means('q4_k'))[0]).toMatch(/^[\d.e−]+ × \d+ × \d+ − [\d.e−]+ × \d+$/)
    // floats of 4 bits in blocks: 0.5 / 2^-2 = 2
    for (const spec of ['mxfp4', 'ggml_mxfp4']) {
        expect(await bits(page, spec)).toBe('0 10 0')
        expect(await means(spec)).toEqual(['+', '21', '1 + 0/2'])
        expect(await row(page, spec).locator('.rest').textContent()).toBe(' × 0.25')
    }
    // a value of 8 makes the scale of its block; its code turned over stays in that block: (2 - 8) * -1
    await page.getByLabel('Value', { exact: true }).fill('8')
    await page.getByLabel('Value', { exact: true }).press('Enter')
    expect(await means('q4_0')).toEqual(['(0 − 8) × −1'])
    await bit(page, 'q4_0', 'integer bit 3 of 4').click()
    expect(await decoded(page, 'q4_0')).toBe('6')
    expect(await means('q4_0')).toEqual(['(2 − 8) × −1'])
    expect(await page.locator('.sentence').textContent()).toContain('0010 = (code − 8) × scale = (2 − 8) × −1 = 6')
    await bit(page, 'q4_0', 'integer bit 4 of 4').click()
    expect(await decoded(page, 'q4_0')).toBe('5')
    const again = await lab(new URL(page.url()).hash)
    expect(await decoded(again, 'q4_0')).toBe('5')
    // a trit goes on to the next, and after 2 to 0
    await page.getByLabel('Value', { exact: true }).fill('1')
    await page.getByLabel('Value', { exact: true }).press('Enter')
    expect(await means('tq1_0')).toEqual(['(2 − 1) × 1'])
    await bit(page, 'tq1_0', 'trit, worth 81, 2').click()
    expect(await decoded(page, 'tq1_0')).toBe('−1')
    await bit(page, 'tq1_0', 'trit, worth 81, 0').press('Enter')
    expect(await decoded(page, 'tq1_0')).toBe('0')
})

test('signs explain what is computed, and with which command', async () => {
    const page = await lab('#bits?row=q4_0&every=true&block=q4_0')
    const said = async (/** @type {string} */ name) => {
        await page.getByRole('button', { name: `Explain ${name}, computed` }).click()
        const text = await page.getByRole('dialog').textContent()
        await page.keyboard.press('Escape')
        expect(await page.getByRole('dialog').count()).toBe(0)
        return text
    }
    const decoded = await said('Decoded')
    expect(decoded).toContain('computed from the format and the value alone')
    expect(decoded).toContain('0.726499975; without data it is encoded in a block with 1, −1 and zeros')
    for (const name of ['Relative error', 'Neighbours', 'Ranges of the formats'])
        expect(await said(name)).toContain(name)
    expect(await said('Bytes of the block')).toContain('q4_0, 32 values of vector 0')
})

test('what formats hold', async () => {
    const page = await lab()
    await page.locator('.ranges tbody tr').first().waitFor()
    const cells = async (/** @type {string} */ name) =>
        (
            await page
                .locator('.ranges tr')
                .filter({ has: page.locator(`code:text-is("${name}")`) })
                .allInnerTexts()
        )[0].split('\t')
    // f16: (2 - 2^-10) * 2^15; 2^-14; 2^-24; 2^-10; 2^11; 2^16 codes, of them 2 * 2^10 not finite, and -0 is 0
    expect(await cells('f16')).toEqual([
        'f16',
        '16',
        '2.00×',
        'sign bit',
        '−65,504',
        '65,504',
        '6.1035e−5',
        '5.9605e−8',
        '0.00097656',
        '2,048',
        '65,536',
        '63,487',
    ])
    // bf16: (2 - 2^-7) * 2^127 = 3.3895e38; 2^-126; 2^-133; 2^-7; 2^8
    expect(await cells('bf16')).toEqual([
        'bf16',
        '16',
        '2.00×',
        'sign bit',
        '−3.3895e38',
        '3.3895e38',
        '1.1755e−38',
        '9.1835e−41',
        '0.0078125',
        '256',
        '65,536',
        '65,279',
    ])
    // -128 is no code of the narrow levels
    expect((await cells('int8')).slice(-2)).toEqual(['256', '255'])
    // integers are signed, without a bit of sign alone; 32 bits are 8 times 4 and 16 times 2; one bit is -1 or 1
    expect((await cells('int8')).slice(1, 6)).toEqual(['8', '4.00×', 'two’s complement', '−127', '127'])
    expect((await cells('int4')).slice(1, 6)).toEqual(['4', '8.00×', 'two’s complement', '−7', '7'])
    expect((await cells('int2')).slice(1, 6)).toEqual(['2', '16.00×', 'two’s complement', '−1', '1'])
    expect((await cells('binary')).slice(1, 6)).toEqual(['1', '32.00×', 'levels', '−1', '1'])
    await page.locator('.ranges').getByRole('button', { name: 'Largest' }).click()
    expect(await page.locator('.ranges tbody code').first().textContent()).toBe('f32')
    expect(await page.locator('.ranges th[aria-sort=descending]').textContent()).toContain('Largest')
    await page.locator('.ranges').getByRole('button', { name: 'Largest' }).click()
    expect(await page.locator('.ranges tbody code').last().textContent()).toBe('f32')
})

test.each(['#bits?value=65520&find=int&block=q4_k', '#bits?value=x'])(
    'axe finds nothing in any look of %s',
    async hash => {
        const page = await lab(hash)
        await page.locator('.packed').waitFor()
        await page.locator('.ranges tbody tr').first().waitFor()
        await holdsInEveryLook(page)
    },
)

test('a finger chooses a row, whose bits are then large', async () => {
    const page = await lab('#bits', { viewport: { width: 360, height: 900 }, hasTouch: true, isMobile: true })
    await row(page, 'bf16').locator('.bit').first().tap({ force: true })
    expect(await sentence(page)).toContain('bf16 stores')
    expect(await bits(page, 'bf16')).toBe('0 01111110 0111010')
    const box = await row(page, 'bf16').locator('.bit').first().boundingBox()
    expect(box?.height).toBe(44)
    expect(box?.width).toBeGreaterThanOrEqual(40)
    await bit(page, 'bf16', 'sign bit').tap()
    expect(await decoded(page, 'bf16')).toBe('−0.7265625')
})
