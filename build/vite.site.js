// The static site: build/out/web, which any host of files can serve from any folder.
import { rmSync } from 'node:fs'
import { defineConfig, mergeConfig } from 'vite'
import { csp, root, shared } from './vite.shared.js'

const out = `${root}build/out/web`

const POLICY = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "connect-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
].join('; ')

/** What the first figures need is asked for at once, not only when a script asks. */
const EARLY = ['f16.npy', 'queries-100.f16.npy', 'txt', 'queries-100.txt']

/** @returns {import('vite').Plugin} */
const page = () => ({
    name: 'site-page',
    buildStart: () => rmSync(`${out}/assets`, { recursive: true, force: true }),
    transformIndexHtml: {
        order: 'post',
        handler(_, { bundle }) {
            const wasm = Object.keys(bundle ?? {}).filter(name => name.endsWith('.wasm'))
            const early = [...wasm, ...EARLY.map(end => `demo/demo-sentences-2k.${end}`)]
            const link = (/** @type {string} */ href) => ({
                tag: 'link',
                attrs: { rel: 'preload', href: `./${href}`, as: 'fetch', crossorigin: true },
                injectTo: /** @type {const} */ ('head'),
            })
            return [csp(POLICY), ...early.map(link)]
        },
    },
})

export default defineConfig(
    mergeConfig(shared, {
        plugins: [page()],
        worker: { format: 'es' },
        build: { outDir: out, assetsInlineLimit: 0 },
        preview: { host: 'localhost', port: 4173 },
    }),
)
