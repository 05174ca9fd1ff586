// How much sooner two workers of the page are done than one: the page's own run over vectors that are drawn here, in
// Chromium, each count in turn, the least time of each stage. Arguments: --base, --queries, --dim, --spec SPEC,
// --runs; all figures go to build/out/scale.json.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createServer, mergeConfig } from 'vite'
import site from '../vite.site.js'
import { openChromium } from './chromium.js'

const text = { type: /** @type {const} */ ('string') }
const { values: given } = parseArgs({
    options: { base: text, queries: text, dim: text, runs: text, spec: { ...text, multiple: true } },
})
const sizes = {
    base: Number(given.base ?? 20_480),
    queries: Number(given.queries ?? 500),
    dim: Number(given.dim ?? 384),
    runs: Number(given.runs ?? 3),
    specs: given.spec ?? ['f32', 'int8', 'int4', 'f16', 'q8_0', 'binary', 'int8:query=same'],
}

const server = await createServer(
    mergeConfig(site, { configFile: false, logLevel: 'error', server: { port: 0, host: '127.0.0.1' } }),
)
await server.listen()
const address = /** @type {import('node:net').AddressInfo} */ (server.httpServer?.address())
const chrome = await openChromium()
try {
    const page = await chrome.newPage()
    await page.goto(`http://127.0.0.1:${address.port}/bench`)
    const found = await page.evaluate(async ({ base, queries, dim, runs, specs }) => {
        const [clientAt, assetsAt, tableAt, wasmAt] = ['client', 'assets', 'table', 'wasm'].map(
            name => `/${name}.js`,
        )
        const { createPool, measure } = await import(/* @vite-ignore */ clientAt)
        const { loadModule, newWorker } = await import(/* @vite-ignore */ assetsAt)
        const { openTable } = await import(/* @vite-ignore */ tableAt)
        const { connect } = await import(/* @vite-ignore */ wasmAt)
        const module = await loadModule()
        const core = await connect(module)
        /** A file of drawn vectors. @type {(rows: number, seed: number) => Promise<any>} */
        const table = (rows, seed) => {
            const words = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dim}), }`
            const head = new TextEncoder().encode(`\x93NUMPY\x01\x00v\x00${words.padEnd(117)}\n`.slice(1))
            const values = new Float32Array(rows * dim)
            let state = seed
            const unit = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
            for (let i = 0; i < values.length; i++) values[i] = unit() + unit() + unit() + unit() - 2
            return openTable(core, new Blob([new Uint8Array([0x93]), head, values]), 'drawn.npy')
        }
        const job = {
            specs,
            metric: 'cosine',
            k: 10,
            seed: 0,
            base: await table(base, 1),
            queries: await table(queries, 2),
        }
        /** @type {Record<string, Record<string, number>[]>} */
        const least = {}
        for (let i = 0; i < 2 * runs; i++) {
            const count = 1 + (i % 2)
            const pool = createPool(newWorker, module, count)
            const began = performance.now()
            let opened = 0
            const { seconds } = await measure(pool.shards, job, {
                opened: () => (opened = performance.now() - began),
            })
            const all = { feed: opened / 1000, run: (performance.now() - began - opened) / 1000 }
            for (const [name, stages] of Object.entries({ ...seconds, '(all)': all }))
                for (const [stage, s] of Object.entries(/** @type {Record<string, number>} */ (stages))) {
                    const one = (least[`${name} ${stage}`] ??= [{}])[0]
                    one[count] = Math.min(one[count] ?? Infinity, s)
                }
            pool.stop()
        }
        return Object.entries(least).map(([what, [one]]) => ({
            what,
            one_ms: one[1] * 1000,
            two_ms: one[2] * 1000,
        }))
    }, sizes)
    for (const { what, one_ms, two_ms } of found)
        console.log(
            what.padEnd(28),
            one_ms.toFixed(1).padStart(9),
            two_ms.toFixed(1).padStart(9),
            (one_ms / two_ms).toFixed(2).padStart(6),
        )
    const out = new URL('../out/', import.meta.url)
    mkdirSync(out, { recursive: true })
    writeFileSync(fileURLToPath(new URL('scale.json', out)), JSON.stringify({ sizes, found }, null, 1))
} finally {
    await chrome.close()
    await server.close()
}
