// node build/bench/peers.js: quantscope beside faiss and numpy, in turn, as ratios: an exact search of float32, and the
// question which of ten formats keeps recall@10 of 0.95. It needs Debian's python3-faiss and python3-numpy; with
// libopenblas0-pthread faiss is as fast as people have it. Arguments: --backend NAME (default: the fastest), --rounds N.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const { values: given } = parseArgs({
    options: {
        backend: { type: 'string', default: 'auto' },
        rounds: { type: 'string', default: '5' },
    },
})
const PYTHON = '/usr/bin/python3'
const FOLDER = path('build/out/peers')
const FORMATS =
    'f16 bf16 int8 int8:per=tensor int8:map=affine,per=dim int4:map=affine,per=dim int4 q8_0 q4_0 binary'.split(' ')

const text = (/** @type {string} */ program, /** @type {string[]} */ args) =>
    execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
const python = (/** @type {string[]} */ ...args) => text(PYTHON, [path('build/bench/peers.py'), ...args])
const quantscope = (/** @type {string[]} */ ...args) => text(path('build/out/native/quantscope'), args)

/** Seconds that a call takes. @param {() => void} call */
function secondsOf(call) {
    const began = performance.now()
    call()
    return (performance.now() - began) / 1000
}

/** The least of ours and of theirs, called in turn. @param {() => number} ours @param {() => number} theirs */
function inTurn(ours, theirs) {
    const least = [Infinity, Infinity]
    for (let round = 0; round < Number(given.rounds); round++)
        for (const [i, call] of [ours, theirs].entries()) least[i] = Math.min(least[i], call())
    return least
}

/** @param {string} threads */
function search(threads) {
    const args = ['bench', '--work', 'W3-f32', '--threads', threads, '--backend', given.backend, '--json']
    return inTurn(
        () => JSON.parse(quantscope(...args)).works[0].min_ms / 1000,
        () => Number(python('search', FOLDER, threads).split('\n')[0]),
    )
}

/** @param {string} threads */
function tenFormats(threads) {
    const specs = FORMATS.flatMap(spec => ['-s', spec])
    const files = [`${FOLDER}/base.npy`, '-q', `${FOLDER}/queries.npy`]
    const common = ['--threads', threads, '--backend', given.backend, '--no-timing', '--quiet', '--json']
    return inTurn(
        () => secondsOf(() => quantscope('sweep', ...files, ...specs, '--metric', 'ip', ...common)),
        () => secondsOf(() => python('job', FOLDER, threads)),
    )
}

try {
    text(PYTHON, ['-c', 'import faiss, numpy'])
} catch {
    console.error('peers.js needs python3-faiss and python3-numpy: apt install python3-faiss libopenblas0-pthread')
    process.exit(1)
}
mkdirSync(FOLDER, { recursive: true })
const demo = ['demo-sentences-2k.f16.npy', 'demo-sentences-2k.queries-100.f16.npy']
if (!existsSync(`${FOLDER}/base.npy`)) python('make', ...demo.map(name => path(`web/public/demo/${name}`)), FOLDER)
console.log(`faiss, numpy, BLAS: ${python('search', FOLDER, '1').split('\n')[1]}; quantscope: ${given.backend}`)
for (const [name, measure] of /** @type {const} */ ([
    ['W3 f32, 10,000 x 512, 500 queries', search],
    ['ten formats, 20,000 x 512, 500 queries', tenFormats],
]))
    for (const threads of ['1', '2']) {
        const [ours, theirs] = measure(threads)
        const times = `${(1000 * ours).toFixed(1)} ms, peer ${(1000 * theirs).toFixed(1)} ms`
        console.log(
            `${name}, ${threads} thread${threads === '1' ? '' : 's'}: ${times}, ratio ${(ours / theirs).toFixed(2)}`,
        )
    }
