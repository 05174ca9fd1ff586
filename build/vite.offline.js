// The offline page: build/out/web/offline.html, one file that does all of it from a disk. The core, the worker and the
// demo data are inside; the content security policy names the one script by its hash.
import { createHash } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { defineConfig, mergeConfig } from 'vite'
import { viteSingleFile } from 'vite-plugin-singlefile'
import { root, shared, wasm } from './vite.shared.js'

const out = `${root}build/out/offline`
const file = `${root}build/out/web/offline.html`

/** What is carried within. @type {Record<string, string>} */
const FILES = {
    core: wasm,
    vectors: `${root}web/public/demo/demo-sentences-2k.f16.npy`,
    queries: `${root}web/public/demo/demo-sentences-2k.queries-100.f16.npy`,
    text: `${root}web/public/demo/demo-sentences-2k.txt`,
    queryText: `${root}web/public/demo/demo-sentences-2k.queries-100.txt`,
    weights: `${root}web/public/demo/nets/digits-mlp.safetensors`,
}

/** virtual:gzip/NAME: one of these, compressed, as base64 text. @returns {import('vite').Plugin} */
const compressed = () => ({
    name: 'compressed',
    resolveId: id => (id.startsWith('virtual:gzip/') ? `\0${id}` : undefined),
    load(id) {
        if (!id.startsWith('\0virtual:gzip/')) return
        const file = FILES[id.slice('\0virtual:gzip/'.length)]
        return `export default ${JSON.stringify(gzipSync(readFileSync(file), { level: 9 }).toString('base64'))}`
    },
})

/** The site's files beside the page become those within. @returns {import('vite').Plugin} */
const within = () => ({
    name: 'within',
    enforce: 'pre',
    resolveId: id => {
        const name = /\/(assets|libraries)\.js$/.exec(id)?.[1]
        return name && `${root}web/${name === 'assets' ? 'engine' : 'data/readers'}/${name}.offline.js`
    },
    transformIndexHtml: html => html.replace(/<link rel="icon"[^>]*>/, '<link rel="icon" href="data:," />'),
})

const hashes = (/** @type {string} */ html, /** @type {RegExp} */ tag) =>
    [...html.matchAll(tag)]
        .map(([, text]) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
        .join(' ')

/** Adds the policy, by the hashes of what is in the page, and moves the page beside the site. @returns {import('vite').Plugin} */
const seal = () => ({
    name: 'seal',
    writeBundle: {
        order: 'post',
        handler() {
            const html = readFileSync(`${out}/index.html`, 'utf8')
            const policy = [
                "default-src 'none'",
                `script-src ${hashes(html, /<script[^>]*>([\s\S]*?)<\/script>/g)} 'wasm-unsafe-eval'`,
                'worker-src blob:',
                `style-src ${hashes(html, /<style[^>]*>([\s\S]*?)<\/style>/g)}`,
                'img-src data:',
                "base-uri 'none'",
                "form-action 'none'",
            ].join('; ')
            const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`
            writeFileSync(
                `${out}/index.html`,
                html.replace(/<head>/, () => `<head>${meta}`),
            )
            renameSync(`${out}/index.html`, file)
            rmSync(out, { recursive: true })
        },
    },
})

export default defineConfig(
    mergeConfig(shared, {
        plugins: [within(), compressed(), viteSingleFile({ removeViteModuleLoader: true }), seal()],
        publicDir: false,
        worker: { format: 'iife', plugins: () => [within()] },
        build: { outDir: out },
    }),
)
