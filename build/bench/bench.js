// npm run bench: the works natively, in WebAssembly under Node and in Chromium, and in plain JavaScript there, one thread
// each, side by side; all figures go to build/out/bench.json. Arguments: --rows, --base, --queries, --dim, --work NAME,
// and --in with those of native, node, chromium and plain that are wanted. It takes some minutes.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openChromium } from './chromium.js'
import { K, timeWasm } from './works.js'

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const text = { type: /** @type {const} */ ('string') }
const { values: given } = parseArgs({
    options: {
        ...{ rows: text, base: text, queries: text, dim: text },
        ...{ work: { ...text, multiple: true }, in: { ...text, default: 'native,node,chromium,plain' } },
    },
})
const PLACES = ['native', 'node', 'chromium', 'plain']
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
/** @typedef {import('./works.js').Work} Work */
/** @type {Work[]} */
const known = cli('bench', '--list').works
const works = known.filter(({ work }) => !given.work || given.work.includes(work))
const wrong = [
    ...[...wanted].filter(place => !PLACES.includes(place)).map(place => `--in takes ${PLACES}, not ${place}`),
    ...(given.work ?? [])
        .filter(name => !works.some(({ work }) => work === name))
        .map(name => `there is no work ${name}; there are ${known.map(({ work }) => work).join(' ')}`),
]
if (wrong.length) {
    console.error(wrong.join('\n'))
    process.exit(2)
}

/** Plain C, and the kernels that are best here. @returns {any[]} */
const native = () =>
    ['ref', 'auto'].flatMap(backend =>
        [false, true].flatMap(searches => {
            const mine = works.filter(({ kind }) => (kind === 'search') === searches)
            if (!mine.length) return []
            const rows = ['--rows', `${searches ? sizes.base : sizes.rows}`, '--dim', `${sizes.dim}`]
            const rest = ['--queries', `${sizes.queries}`, '--threads', '1', '--backend', backend, '--json']
            return cli('bench', ...mine.flatMap(({ work }) => ['--work', work]), ...rows, ...rest).works
        }),
    )

/** The same in a page: a function of works.js, or of plain.js. @param {'timeWasm' | 'timePlain'} name @returns {Promise<any[]>} */
async function browser(name) {
    const server = createServer((request, response) => {
        const file = (request.url ?? '/').slice(1)
        const type = file.endsWith('.js') ? 'text/javascript' : 'text/html'
        // a page that is alone in its process has a finer clock
        const alone = {
            'Cross-Origin-Opener-Policy': 'same-origin',
            'Cross-Origin-Embedder-Policy': 'require-corp',
        }
        response.writeHead(200, { 'Content-Type': type, ...alone })
        response.end(
            file && existsSync(path(file)) ? readFileSync(path(file)) : '<!doctype html><title>bench</title>',
        )
    })
    await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)))
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
    const chrome = await openChromium()
    try {
        const page = await chrome.newPage()
        await page.goto(`http://127.0.0.1:${port}/`)
        return await page.evaluate(
            async ({ name, wasm, works, sizes }) => {
                const at = `/build/bench/${name === 'timeWasm' ? 'works' : 'plain'}.js`
                const { [name]: time } = await import(/* @vite-ignore */ at)
                const module = await WebAssembly.compile(await (await fetch(wasm)).arrayBuffer())
                return time(works, sizes, module)
            },
            { name, wasm: `/${WASM}`, works, sizes },
        )
    } finally {
        await chrome.close()
        server.close()
    }
}

const wants = (/** @type {string} */ place, /** @type {string} */ title) => {
    const yes = wanted.has(place)
    if (yes) console.error(`${title} …`)
    return yes
}
const natively = wants('native', 'natively') ? native() : []
const module = new WebAssembly.Module(readFileSync(path(WASM)))
const inNode = wants('node', 'in Node') ? await timeWasm(works, sizes, module) : []
const inChromium = wants('chromium', 'in Chromium') ? await browser('timeWasm') : []
const plain = wants('plain', 'plain JavaScript in Chromium') ? await browser('timePlain') : []

const ref = natively.filter(w => w.backend === 'ref')
const best = natively.filter(w => w.backend !== 'ref')
const cell = (/** @type {number | undefined} */ figure) =>
    figure === undefined || !Number.isFinite(figure) ? '-' : figure.toFixed(figure < 10 ? 2 : 1)
const share = (/** @type {any} */ w) => cell(w && w.limit_ms / w.min_ms)
/** @type {[string, string, (of: (list: any[]) => any) => string][]} */
const columns = [
    ['native', 'plain C ms', of => cell(of(ref)?.min_ms)],
    ['native', `${best[0]?.backend ?? 'native'} ms`, of => cell(of(best)?.min_ms)],
    ['native', 'of limit', of => share(of(best))],
    ['node', 'Node ms', of => cell(of(inNode)?.min_ms)],
    ['node', 'of limit', of => share(of(inNode))],
    ['chromium', 'Chromium ms', of => cell(of(inChromium)?.min_ms)],
    ['chromium', 'of limit', of => share(of(inChromium))],
    ['plain', 'plain JS ms', of => cell(of(plain)?.min_ms)],
    ['plain', 'times', of => cell(of(plain)?.min_ms / of(inChromium)?.min_ms)],
    ['plain', 'at most', of => cell(of(plain)?.min_ms / of(inChromium)?.limit_ms)],
]
const shown = columns.filter(([place]) => wanted.has(place))
const table = works.map(({ work }) => {
    const of = (/** @type {any[]} */ list) => list.find(w => w.work === work)
    return [work, ...shown.map(([, , text]) => text(of))]
})
const rows = [['work', ...shown.map(([, heading]) => heading)], ...table]
const widths = rows[0].map((_, c) => Math.max(...rows.map(row => row[c].length)))
const count = (/** @type {number} */ n) => n.toLocaleString('en')
console.log(`${count(sizes.rows)} rows of ${sizes.dim}; searches: the best ${K} of ${count(sizes.base)} rows for each of
${count(sizes.queries)} queries. One thread, the least time of several runs.\n`)
for (const row of rows) console.log(row.map((s, c) => (c ? s.padStart(widths[c]) : s.padEnd(widths[c]))).join('  '))
console.log(
    '\nOf limit: the limit measured beside the work, its bytes moved or its arithmetic alone, over its time.',
)
if (wanted.has('plain'))
    console.log('Times: plain JavaScript over WebAssembly, both in Chromium; at most: over the limit there.')

mkdirSync(path('build/out'), { recursive: true })
writeFileSync(
    path('build/out/bench.json'),
    JSON.stringify({ sizes, native: natively, node: inNode, chromium: inChromium, plain }, null, 1),
)
