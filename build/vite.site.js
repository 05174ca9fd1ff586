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

/** @returns {import('vite').Plugin} */
const page = () => ({
    name: 'site-page',
    apply: 'build',
    buildStart: () => rmSync(`${out}/assets`, { recursive: true, force: true }),
    transformIndexHtml: () => [csp(POLICY)],
})

export default defineConfig(
    mergeConfig(shared, {
        plugins: [page()],
        worker: { format: 'es' },
        build: { outDir: out, assetsInlineLimit: 0 },
        preview: { host: 'localhost', port: 4173 },
    }),
)
