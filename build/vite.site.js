// The static site: build/out/web, which any host of files can serve from any folder.
import { readFileSync, rmSync } from 'node:fs'
import { defineConfig, mergeConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
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
    "manifest-src 'self'",
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

/** The site can be installed: what the views need is kept at once, the larger demos and readers when they are first used. */
const installable = VitePWA({
    registerType: 'prompt',
    injectRegister: null,
    filename: 'sw.js',
    manifest: {
        name: 'Quantscope',
        short_name: 'Quantscope',
        description: 'What quantization saves and what it costs, measured on your own data.',
        start_url: './',
        scope: './',
        display: 'standalone',
        background_color: '#fbfbfa',
        theme_color: '#fbfbfa',
        icons: [{ src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' }],
    },
    workbox: {
        globPatterns: ['index.html', 'icon.svg', 'assets/*.{js,css,wasm}', 'demo/demo-sentences-2k.*'],
        globIgnores: ['assets/{hdf5,parquet,arrow}*', 'sw.js'],
        maximumFileSizeToCacheInBytes: 4 << 20,
        cleanupOutdatedCaches: true,
        navigateFallback: null,
        sourcemap: false,
        runtimeCaching: [
            {
                urlPattern: ({ url, sameOrigin }) => sameOrigin && /\/(assets|demo)\//.test(url.pathname),
                handler: 'CacheFirst',
                options: { cacheName: 'quantscope-used' },
            },
        ],
    },
})

export default defineConfig(
    mergeConfig(shared, {
        appType: 'mpa',
        plugins: [page(), served(), installable],
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
