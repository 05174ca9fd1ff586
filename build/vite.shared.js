// What the site and the offline page have in common: where the core is, and the notices of the libraries within.
import preact from '@preact/preset-vite'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const wasm = `${root}build/out/wasm/quantscope.wasm`

/** The packages that end up in the page: the dependencies, and theirs. @returns {string[]} */
function packages() {
    const seen = new Set()
    const walk = (/** @type {string} */ file) => {
        for (const name of Object.keys(JSON.parse(readFileSync(file, 'utf8')).dependencies ?? {})) {
            if (seen.has(name)) continue
            seen.add(name)
            walk(`${root}node_modules/${name}/package.json`)
        }
    }
    walk(`${root}package.json`)
    return [...seen].sort()
}

/** The licence text of a package. @param {string} name */
function licence(name) {
    const folder = `${root}node_modules/${name}`
    const file = existsSync(folder) && readdirSync(folder).find(one => /^licen[cs]e/i.test(one))
    const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
    const text = file ? readFileSync(`${folder}/${file}`, 'utf8') : `Licensed under ${license}.`
    return { title: `${name} ${version}, ${license}`, text }
}

/** The notices of what is compiled into the core: licences/, a file each, whose first line is its title. */
export const compiledIn = () =>
    readdirSync(`${root}licences`)
        .sort()
        .map(name => {
            const [title, ...lines] = readFileSync(`${root}licences/${name}`, 'utf8').split('\n')
            return { title, text: lines.join('\n').trim() }
        })

/** virtual:library-licences. @returns {import('vite').Plugin} */
const licences = () => ({
    name: 'library-licences',
    resolveId: id => (id === 'virtual:library-licences' ? `\0${id}` : undefined),
    load: id =>
        id === '\0virtual:library-licences'
            ? `export const libraries = ${JSON.stringify([...compiledIn(), ...packages().map(licence)])}`
            : undefined,
})

/** What d3-scale maps by: numbers alone. @type {import('vite').Plugin} */
const numbers = {
    name: 'scales-of-numbers',
    enforce: 'pre',
    resolveId: (id, from) =>
        id === 'd3-interpolate' && from?.includes('/d3-scale/') ? `${root}build/interpolate.js` : undefined,
}

/** @type {import('vite').UserConfig} */
export const shared = {
    root: `${root}web`,
    base: './',
    resolve: { alias: [{ find: /^core\.wasm/, replacement: wasm }] },
    plugins: [preact(), licences(), numbers],
    build: { target: 'es2022', emptyOutDir: false, reportCompressedSize: false, modulePreload: false },
    logLevel: 'warn',
}

/** A meta tag that holds the page to a content security policy. @param {string} policy */
export const csp = policy => ({
    tag: 'meta',
    attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
    injectTo: /** @type {const} */ ('head-prepend'),
})
