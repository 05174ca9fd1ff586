// The bytes of a block as a person walks them: which bits are whose, and what turning one over does.
import { expect, test } from 'vitest'
import { useBrowser } from './page.js'

const { open } = useBrowser()

/** The lab over a block of the first vector in a format, drawn. @param {string} format */
async function block(format) {
    const page = await open(`#bits?block=${format}`)
    await page.locator('.picked').waitFor()
    return page
}

test('a block: each value’s bits in the bytes, and each byte’s values', async () => {
    const page = await block('q4_0')
    expect(await page.locator('.values .value').count()).toBe(32)
    expect(await page.locator('.byte').count()).toBe(18)
    const told = () => page.locator('.told [role=status]').textContent()
    const lit = () => page.locator('.strip i.lit').count()
    // 2 bytes of scale, then value i and i + 16 in the halves of a byte, the first one low
    await page.locator('.values .value').nth(5).hover()
    expect(await told()).toMatch(/^Value 5: .*, in bits 0 to 3 of byte 7\.$/)
    expect(await lit()).toBe(4)
    await page.locator('.values .value').first().focus()
    await page.keyboard.press('ArrowRight')
    expect(await told()).toMatch(/^Value 1: .*, in bits 0 to 3 of byte 3\.$/)
    await page.keyboard.press('End')
    expect(await told()).toMatch(/^Value 31: .*, in bits 4 to 7 of byte 17\.$/)
    await page.locator('.byte').nth(3).focus()
    expect(await told()).toMatch(/^Byte 3, ..: value 1 in bits 0 to 3, value 17 in bits 4 to 7\.$/)
    expect(await page.locator('.values .lit').count()).toBe(2)
    await page.keyboard.press('Home')
    expect(await told()).toMatch(/^Byte 0, ..: scale in bits 0 to 7\.$|^Byte 0, ..: scale\.$/)
    expect(await page.locator('.scales .lit').count()).toBe(1)

    await page.getByLabel('Vector', { exact: true }).fill('2000')
    await page.getByLabel('Vector', { exact: true }).press('Enter')
    expect(await page.locator('.labtools .wrong').textContent()).toBe('Takes a whole number from 0 to 1,999.')
    await page.getByLabel('Vector', { exact: true }).fill('1999')
    await page.getByLabel('Vector', { exact: true }).press('Enter')
    await expect.poll(() => page.locator('#block-title + p').textContent()).toContain('Vector 1,999, dims 0 to 31')
    await page.getByLabel('Format of the block').selectOption('q4_k')
    await expect.poll(() => page.locator('.values .value').count()).toBe(256)
    // a superblock of 256 at 4.5 bits: 144 bytes
    expect(await page.locator('.byte').count()).toBe(144)
})

test('a value of a block: its formula, its bits and those of its scale turned over', async () => {
    const page = await block('q4_0')
    const how = () => page.locator('.picked .mono').textContent()
    const told = () => page.locator('.told [role=status]').textContent()
    // the first value is chosen at once
    expect(await how()).toMatch(/^\(code − 8\) × scale = \(\d+ − 8\) × −?[\d.e−]+ = −?[\d.]+$/)
    await page.locator('.values .value').nth(5).click()
    const before = await how()
    const code = Number(/\((\d+) − 8\) × −?\d/.exec(before ?? '')?.[1])
    const first = page.getByRole('group', { name: 'Bits of value 5' }).getByRole('button').first()
    expect(await first.getAttribute('aria-label')).toBe(`value 5, bit 3 of byte 7, ${code > 7 ? 'set' : 'clear'}`)
    await first.click()
    expect(await how()).toContain(`(${code ^ 8} − 8)`)
    expect(await told()).toContain('Value 5: ')
    await page.keyboard.press('End')
    await page.keyboard.press('Space')
    expect(await how()).toContain(`(${code ^ 9} − 8)`)
    await page.getByRole('button', { name: 'Undo the flipped bits' }).click()
    expect(await how()).toBe(before)
    // the sign of the half float that all share: bit 7 of byte 1
    const scale = page.getByRole('group', { name: 'Scales of the block' }).getByRole('button')
    const sign = (await scale.getAttribute('aria-label'))?.includes('−')
    await scale.click()
    expect(await told()).toMatch(/^Scale: −?[\d.e−]+, in byte 0, byte 1\.$/)
    await page.getByRole('button', { name: 'scale, bit 7 of byte 1', exact: false }).click()
    expect((await scale.getAttribute('aria-label'))?.includes('−')).toBe(!sign)
})

test('five trits in a byte: which is whose', async () => {
    const page = await block('tq1_0')
    const told = () => page.locator('.told [role=status]').textContent()
    await page.locator('.values .value').nth(65).click()
    expect(await told()).toMatch(/^Value 65: .*, trit 3 of 5 in byte 1\.$/)
    expect(await page.locator('.picked .mono').textContent()).toMatch(
        /^trit 3 of 5: \(trit − 1\) × scale = \([012] − 1\) × [\d.]+ = −?[\d.]+$/,
    )
    expect(await page.locator('.values .lit').count()).toBe(1)
    await page.locator('.byte').nth(1).focus()
    expect(await told()).toMatch(/^Byte 1, ..: trits of values 1, 33, 65, 97, 129: [012]( [012]){4}\.$/)
    expect(await page.locator('.values .lit').count()).toBe(5)
    expect(await page.locator('.values .value').nth(0).getAttribute('aria-label')).toMatch(/, trit [012]$/)
})
