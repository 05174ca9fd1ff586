// The static site: build/out/web, which any host of files can serve from any folder.
import { readFileSync, rmSync } from 'node:fs'
import { defineConfig, mergeConfig } from 'vite'
import { compressed } from './compressed.js'
import { csp, root, shared } from './vite.shared.js'

const out = `${root}build/out/web`

/** The modules that the page starts with, whatever the view. */
const START =
    /node_modules.(preact|@preact|comlink)|web.state.(?!retime|figures)|web.data.(?!readers|own|stored)|web.text.(numbers|format|sentences)|web.engine.(client|wasm|assets)|web.parts.(signs|open|lazy|memo|menu)\./

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

/** A view's files are named after its folder. @param {string | null | undefined} id @param {string} end */
const nameOf = (id, end) => `assets/${/(?:^|\/)(\w+)\/view\.jsx$/.exec(id ?? '')?.[1] ?? '[name]'}-[hash]${end}`

/** The view that opens first: the table can't be imported here, as it leads to the whole page. */
const FIRST = /name: '(\w+)'/.exec(readFileSync(`${root}web/views.js`, 'utf8'))?.[1]

/** What the first view needs is named in the page, so that it is loaded beside the entry and not after it. @param {import('vite').Rolldown.OutputBundle} bundle */
function firstView(bundle) {
    const chunks = Object.values(bundle).filter(one => one.type === 'chunk')
    const seen = new Set()
    /** @type {import('vite').HtmlTagDescriptor[]} */
    const tags = []
    const walk = (/** @type {string} */ file) => {
        const chunk = chunks.find(one => one.fileName === file)
        if (!chunk || chunk.isEntry || seen.has(file)) return
        seen.add(file)
        tags.push({ tag: 'link', attrs: { rel: 'modulepreload', href: `./${file}` }, injectTo: 'head' })
        for (const css of chunk.viteMetadata?.importedCss ?? [])
            tags.push({ tag: 'link', attrs: { rel: 'stylesheet', href: `./${css}` }, injectTo: 'head' })
        chunk.imports.forEach(walk)
    }
    const view = chunks.find(one => one.facadeModuleId?.endsWith(`/${FIRST}/view.jsx`))
    if (view) walk(view.fileName)
    return tags
}

/** @returns {import('vite').Plugin} */
const page = () => ({
    name: 'site-page',
    apply: 'build',
    buildStart: () => rmSync(`${out}/assets`, { recursive: true, force: true }),
    transformIndexHtml: {
        order: 'post',
        handler: (_, { bundle = {} }) => [csp(POLICY), ...firstView(bundle)],
    },
})

/** @returns {import('vite').Plugin} */
const served = () => ({
    name: 'served-compressed',
    configurePreviewServer: ({ middlewares }) => void middlewares.use(compressed(out)),
})

export default defineConfig(
    mergeConfig(shared, {
        appType: 'mpa',
        plugins: [page(), served()],
        worker: { format: 'es' },
        build: {
            outDir: out,
            assetsInlineLimit: 0,
            rolldownOptions: {
                output: {
                    // in one file: cut up, they would be a tenth larger
                    codeSplitting: { groups: [{ name: 'start', test: START }] },
                    chunkFileNames: (/** @type {any} */ chunk) => nameOf(chunk.facadeModuleId, '.js'),
                    assetFileNames: (/** @type {any} */ asset) => nameOf(asset.originalFileNames[0], '[extname]'),
                },
            },
        },
        preview: { host: 'localhost', port: 4173 },
    }),
)
