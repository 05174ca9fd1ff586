// Documentation that is generated equals what the program reports, and files that README names exist.
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PAGES } from '../../build/docs.js'

const root = new URL('../../', import.meta.url)
const read = (/** @type {string} */ file) => readFileSync(new URL(file, root), 'utf8')

for (const [file, page] of Object.entries(PAGES))
    test(`${file} is what \`npm run docs\` writes`, () => {
        expect(read(file)).toBe(page())
    })

for (const file of ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/architecture.md', 'docs/performance.md'])
    test(`${file}: every link to a file leads to one`, () => {
        const links = [...read(file).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link]) => link)
        const folder = new URL(file, root)
        expect(links.filter(link => !existsSync(new URL(link, folder)))).toEqual([])
    })

test('README is short enough to read', () => {
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(151)
})
