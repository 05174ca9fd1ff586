// npm run bench: the works natively, in WebAssembly under Node and in Chromium, and in plain JavaScript there, one thread
// each, side by side; all figures go to build/out/bench.json. Arguments: --rows, --base, --queries, --dim, --work NAME,
// and --in with those of native, node, chromium and plain that are wanted.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openChromium } from './chromium.js'
import { timeWasm } from './works.js'

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const text = { type: /** @type {const} */ ('string') }
const { values: given } = parseArgs({
    options: {
        ...{ rows: text, base: text, queries: text, dim: text },
        ...{ work: { ...text, multiple: true }, in: { ...text, default: 'native,node,chromium,plain' } },
    },
})
const wanted = new Set(given.in.split(','))
const sizes = {
    rows: Number(given.rows ?? 100_000),
    base: Number(given.base ?? 10_000),
    queries: Number(given.queries ?? 500),
    dim: Number(given.dim ?? 512),
}
const WASM = 'build/out/wasm/quantscope.wasm'

/** What the command line prints. @param {string[]} args */
const cli = (...args) =>
    JSON.parse(execFileSync(path('build/out/native/quantscope'), args, { encoding: 'utf8', maxBuffer: 1 << 26 }))
const works = cli('bench', '--list').works.filter(
    (/** @type {any} */ w) => !given.work || given.work.includes(w.work),
)

/** @returns {any[]} */
const native = () =>
    works.flatMap((/** @type {any} */ { work, kind }) => {
        const rows = kind === 'search' ? sizes.base : sizes.rows
        const common = ['--dim', `${sizes.dim}`, '--queries', `${sizes.queries}`, '--threads', '1', '--json']
        return cli('bench', '--work', work, '--rows', `${rows}`, ...common).works
    })

/** The same modules and the same works in a page. @returns {Promise<{ wasm: any[], plain: any[] }>} */
async function browser() {
    const server = createServer((request, response) => {
        const name = (request.url ?? '/').slice(1)
        const type = name.endsWith('.js') ? 'text/javascript' : 'text/html'
        response.writeHead(200, { 'Content-Type': type })
        response.end(
            name && existsSync(path(name)) ? readFileSync(path(name)) : '<!doctype html><title>bench</title>',
        )
    })
    await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)))
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
    const chrome = await openChromium()
    try {
        const page = await chrome.newPage()
        await page.goto(`http://127.0.0.1:${port}/`)
        return await page.evaluate(
            async ({ wasm, works, sizes, timesWasm, timesPlain }) => {
                const [at, plainAt] = ['/build/bench/works.js', '/build/bench/plain.js']
                const { timeWasm } = await import(/* @vite-ignore */ at)
                const { timePlain } = await import(/* @vite-ignore */ plainAt)
                const module = await WebAssembly.compile(await (await fetch(wasm)).arrayBuffer())
                return {
                    wasm: timesWasm ? await timeWasm(module, works, sizes) : [],
                    plain: timesPlain ? timePlain(works, sizes) : [],
                }
            },
            ...[
                {
                    wasm: `/${WASM}`,
                    works,
                    sizes,
                    timesWasm: wanted.has('chromium'),
                    timesPlain: wanted.has('plain'),
                },
            ],
        )
    } finally {
        await chrome.close()
        server.close()
    }
}

const natively = wanted.has('native') ? native() : []
const module = new WebAssembly.Module(readFileSync(path(WASM)))
const inNode = wanted.has('node') ? await timeWasm(module, works, sizes) : []
const inPage = wanted.has('chromium') || wanted.has('plain')
const { wasm: inChromium, plain } = inPage ? await browser() : { wasm: [], plain: [] }

const best = natively.filter(
    (w, i) => w.backend !== 'ref' && w.work !== natively[i + 1]?.work, // the last backend of a work is the best
)
const cell = (/** @type {number | undefined} */ figure) =>
    figure === undefined ? '-' : figure.toFixed(figure < 10 ? 2 : 1)
const share = (/** @type {any} */ w) => (w?.limit_ms === undefined ? '-' : (w.limit_ms / w.min_ms).toFixed(2))
/** @type {string[][]} */
const table = works.map((/** @type {any} */ { work }) => {
    const of = (/** @type {any[]} */ list) => list.find(w => w.work === work)
    const [n, ref, node, page, js] = [best, natively, inNode, inChromium, plain].map(of)
    return [
        ...[work, cell(ref?.min_ms), cell(n?.min_ms), share(n), cell(node?.min_ms), share(node)],
        ...[
            cell(page?.min_ms),
            share(page),
            cell(js?.min_ms),
            js && page ? (js.min_ms / page.min_ms).toFixed(1) : '-',
        ],
    ]
})
const headings = ['work', 'ref ms', `${best[0]?.backend ?? 'native'} ms`, 'of limit', 'node ms', 'of limit']
const rows = [[...headings, 'chromium ms', 'of limit', 'plain js ms', 'times'], ...table]
const widths = rows[0].map((_, c) => Math.max(...rows.map(row => row[c].length)))
for (const row of rows) console.log(row.map((s, c) => (c ? s.padStart(widths[c]) : s.padEnd(widths[c]))).join('  '))

mkdirSync(path('build/out'), { recursive: true })
writeFileSync(
    path('build/out/bench.json'),
    JSON.stringify({ sizes, native: natively, node: inNode, chromium: inChromium, plain }, null, 1),
)
