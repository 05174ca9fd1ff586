// docs/growth.svg from the JSON of `quantscope bench`: time against rows, both logarithmic. node build/bench/plot.js
// measures first (rows 1,000 to 1,000,000, one thread, dim 128, 50 queries) and keeps the figures in docs/growth.json;
// with --again it draws those that are there.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const WORKS = ['W1-int8-tensor', 'W2-f16', 'W3-int8']
const [DIM, QUERIES] = [128, 50]
const ROWS = [1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000]
/** The lines' names, and colours that light and dark grounds both carry. */
const LOOK = {
    'W1-int8-tensor': { name: 'code int8, one range found', colour: '#2f81c7' },
    'W2-f16': { name: 'decode float16', colour: '#b8691b' },
    'W3-int8': { name: `search int8, ${QUERIES} queries`, colour: '#5a8f3c' },
}

function measure() {
    const common = [
        'bench',
        '--threads',
        '1',
        '--backend',
        'auto',
        '--json',
        '--dim',
        `${DIM}`,
        '--queries',
        `${QUERIES}`,
    ]
    const works = ROWS.flatMap(rows => {
        const args = [...common, '--rows', `${rows}`, ...WORKS.flatMap(work => ['--work', work])]
        return JSON.parse(execFileSync(path('build/out/native/quantscope'), args, { encoding: 'utf8' })).works
    })
    mkdirSync(path('docs'), { recursive: true })
    writeFileSync(path('docs/growth.json'), JSON.stringify({ works }, null, 4) + '\n')
}
if (!process.argv.includes('--again')) measure()

/** @type {{ work: string, backend: string, rows: number, dim: number, min_ms: number }[]} */
const works = JSON.parse(readFileSync(path('docs/growth.json'), 'utf8')).works
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [720, 400, 70, 200, 40, 50]
const decade = (/** @type {number} */ v) => Math.log10(v)
const times = works.map(w => w.min_ms)
const [low, high] = [decade(Math.min(...times)) - 0.15, decade(Math.max(...times)) + 0.15]
const [first, last] = [Math.min(...works.map(w => w.rows)), Math.max(...works.map(w => w.rows))].map(decade)
const x = (/** @type {number} */ rows) => LEFT + ((decade(rows) - first) / (last - first)) * (WIDTH - LEFT - RIGHT)
const y = (/** @type {number} */ ms) =>
    HEIGHT - BOTTOM - ((decade(ms) - low) / (high - low)) * (HEIGHT - TOP - BOTTOM)
const at = (/** @type {number} */ v) => v.toFixed(1)

const decades = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, i) => 10 ** (Math.ceil(low) + i))
const grid = decades.map(
    ms => `<path class="grid" d="M${LEFT} ${at(y(ms))}H${WIDTH - RIGHT}"/>
<text x="${LEFT - 8}" y="${at(y(ms) + 4)}" text-anchor="end">${Number(ms.toPrecision(1))} ms</text>`,
)
const ticks = Array.from({ length: Math.round(last - first) + 1 }, (_, i) => 10 ** (first + i)).map(
    rows =>
        `<text x="${at(x(rows))}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${Math.round(rows).toLocaleString('en')}</text>`,
)
/** A line and its name at its end, below the one before. */
let above = 0
const ends = Object.entries(LOOK).map(([work, look]) => {
    const points = works.filter(w => w.work === work)
    return { ...look, points, last: points[points.length - 1] }
})
const lines = ends
    .sort((p, q) => q.last.min_ms - p.last.min_ms)
    .map(({ name, colour, points, last: end }) => {
        above = Math.max(above + 16, y(end.min_ms))
        const dots = points.map(w => `<circle cx="${at(x(w.rows))}" cy="${at(y(w.min_ms))}" r="3"/>`)
        const line = points.map(w => `${at(x(w.rows))} ${at(y(w.min_ms))}`).join('L')
        return `<g fill="${colour}"><path fill="none" stroke="${colour}" stroke-width="2" d="M${line}"/>${dots.join('')}
<text style="fill:${colour}" x="${at(x(end.rows) + 10)}" y="${at(above + 4)}">${name}</text></g>`
    })
writeFileSync(
    path('docs/growth.svg'),
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="sans-serif" font-size="13">
<title>Time against rows of dim ${DIM}, ${works[0].backend}, one thread</title>
<style>text{fill:#767676}.grid{stroke:#7774;fill:none}</style>
<text x="${LEFT}" y="20">Time against rows of dim ${DIM}, ${works[0].backend}, one thread, both logarithmic</text>
${[...grid, ...ticks, ...lines].join('\n')}
<text x="${at((LEFT + WIDTH - RIGHT) / 2)}" y="${HEIGHT - 10}" text-anchor="middle">rows</text>
</svg>
`,
)
