// How much sooner two workers of the page are done than one: its run over vectors that are drawn here, in Chromium, on a
// page with nothing else to do, each count in turn, the least time of each stage. Beside it what the machine allows:
// the same loop over and over, without messages. Arguments: --base, --queries, --dim, --spec SPEC, --runs; all figures
// go to build/out/scale.json.
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

const blank = {
    name: 'blank',
    /** @param {import('vite').ViteDevServer} server */
    configureServer({ middlewares }) {
        middlewares.use('/blank', (_, response) => {
            response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>scale</title>')
        })
    },
}
const server = await createServer(
    mergeConfig(site, {
        configFile: false,
        logLevel: 'error',
        plugins: [blank],
        server: { port: 0, host: '127.0.0.1' },
    }),
)
await server.listen()
const address = /** @type {import('node:net').AddressInfo} */ (server.httpServer?.address())
const chrome = await openChromium()
try {
    const page = await chrome.newPage()
    await page.goto(`http://127.0.0.1:${address.port}/blank`)
    const found = await page.evaluate(async ({ base, queries, dim, runs, specs }) => {
        const [clientAt, assetsAt, tableAt, wasmAt] = ['client', 'assets', 'table', 'wasm'].map(
            name => `/${name}.js`,
        )
        const { createPool, measure, slowest } = await import(/* @vite-ignore */ clientAt)
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
        /** @type {Record<string, { what: string, ms: number[], alone: number[] }>} */
        const least = {}
        const keep = (
            /** @type {string} */ what,
            /** @type {'ms' | 'alone'} */ kind,
            /** @type {number} */ count,
            /** @type {number} */ ms,
        ) => {
            const one = (least[what] ??= { what, ms: [], alone: [] })[kind]
            one[count] = Math.min(one[count] ?? Infinity, ms)
        }
        for (let i = 0; i < 2 * runs; i++) {
            const count = 1 + (i % 2)
            const pool = createPool(newWorker, module, count)
            const began = performance.now()
            let opened = 0
            const { seconds } = await measure(pool.shards, job, { opened: () => (opened = performance.now()) })
            keep('feeding all rows', 'ms', count, opened - began)
            keep('the run after that', 'ms', count, performance.now() - opened)
            for (const [name, stages] of Object.entries(seconds))
                for (const [stage, s] of Object.entries(stages))
                    keep(`${name} ${stage}`, 'ms', count, Number(s) * 1000)
            for (const [spec, name] of specs.entries()) {
                const stages = ['encode', 'search']
                const ask = (/** @type {any} */ shard) => shard.again(spec, stages)
                const slow = slowest(await Promise.all(pool.shards.map(ask)))
                for (const stage of stages) keep(`${name} ${stage}`, 'alone', count, slow[stage] * 1000)
            }
            pool.stop()
        }
        return Object.values(least)
    }, sizes)
    const times = (/** @type {number[]} */ ms) => (ms.length ? (ms[1] / ms[2]).toFixed(2) : '')
    const cells = [['', 'one ms', 'two ms', 'times', 'alone']].concat(
        found.map(({ what, ms, alone }) => [what, ms[1].toFixed(1), ms[2].toFixed(1), times(ms), times(alone)]),
    )
    for (const [what, ...rest] of cells) console.log(what.padEnd(28), ...rest.map(cell => cell.padStart(8)))
    const out = new URL('../out', import.meta.url)
    mkdirSync(out, { recursive: true })
    writeFileSync(fileURLToPath(new URL('scale.json', out)), JSON.stringify({ sizes, found }, null, 1))
} finally {
    await chrome.close()
    await server.close()
}
