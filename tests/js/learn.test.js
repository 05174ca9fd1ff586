// What Learn says: no figure is typed in, and each claim is as it was computed elsewhere. The facts come from the core as
// in the page, without workers.
import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { readData } from '../../web/data/data.js'
import { Calibrator } from '../../web/engine/calibrator.js'
import { Limits } from '../../web/engine/limits.js'
import { Network } from '../../web/engine/network.js'
import { Weigher } from '../../web/engine/weigher.js'
import { TOPICS } from '../../web/learn/claims.js'
import { factsOf } from '../../web/learn/facts.js'
import { TERMS } from '../../web/learn/glossary.js'
import { LESSONS } from '../../web/learn/lessons.js'
import { specsFor } from '../../web/learn/recipes.js'
import { plain } from '../../web/learn/say.js'
import { bookOf } from '../../web/state/specs.js'
import { pieces } from '../../web/text/maths.js'
import { VIEWS } from '../../web/views.js'
import { demo, fileOf, newCore, path } from './core.js'

const core = await newCore()
const book = bookOf(core)
const CLAIMS = TOPICS.flatMap(one => one.claims)
const ROLES = { calibration: Calibrator, tensors: Weigher, network: Network, limits: Limits }
const nets = (/** @type {string} */ end) => fileOf(`web/public/demo/nets/${end}`)

/** Facts of some data. @param {import('../../web/data/data.js').Data} data @param {boolean} [hasNetwork] */
async function made(data, hasNetwork = true) {
    const question = { k: 10, metric: 'cosine', seed: 0 }
    const measurer = new Calibrator(await newCore())
    const { Shard } = await import('../../web/engine/shard.js')
    const shard = new Shard(measurer.core)
    const specs = specsFor(book, data.base.rows, data.base.dim)
    await shard.open({ specs, ...question, base: data.base, queries: data.queries }, 0, 1)
    do await shard.phase()
    while (await shard.next(null))
    const { results } = JSON.parse(await shard.report())
    return factsOf({
        core,
        book,
        data,
        question,
        resultOf: spec => results.find((/** @type {{ spec: string }} */ one) => one.spec === book.canonical(spec)),
        remote(role) {
            const started = newCore().then(one => /** @type {any} */ (new ROLES[role](one)))
            return async (method, ...args) => (await started)[method](...args)
        },
        demoWeights: async () => fileOf('web/public/demo/weights/silero-vad-part.safetensors'),
        async networkFiles() {
            if (!hasNetwork) throw new Error('the demo networks are on the site only')
            return {
                weights: nets('fashion-mlp.safetensors'),
                test: nets('fashion.test.npy'),
                testLabels: nets('fashion.test.labels.npy'),
                train: nets('fashion.train.npy'),
                trainLabels: nets('fashion.train.labels.npy'),
            }
        },
        track: () => {},
        changed: () => {},
    })
}

const open = () =>
    readData(core, {
        name: 'Demo sentences',
        vectors: demo('f16.npy'),
        queries: demo('queries-100.f16.npy'),
        demo: true,
    })

const f = await made(await open())

/** What a text is when nothing is waited for any more. @param {() => string} write */
async function settled(write) {
    for (;;) {
        const text = write()
        if (!f.isWaiting()) return text
        await new Promise(done => setTimeout(done, 20))
    }
}

/** All that a lesson writes. @param {import('../../web/learn/lessons.js').Lesson} lesson @param {import('../../web/learn/facts.js').Facts} f */
function written({ text, formulas, table, levels, bits }, f) {
    const shown = table?.(f)
    const rows = shown ? [...shown.head, ...shown.rows.flatMap(row => [row.name, ...row.cells])] : []
    const lines = formulas?.(f) ?? []
    lines.forEach(line => pieces(line.text))
    const levelled = levels?.(f).map(one => `${one.name} ${one.levels.length}`) ?? []
    const coded = bits?.(f).map(one => `${one.name} ${one.look.fields[0].bits}`) ?? []
    return [...text(f), ...lines.flatMap(one => [one.text, one.note]), ...rows, ...levelled, ...coded].join(' | ')
}

/* ------------------------------------------------------------------------------------------------- no typed figure */

/** A word with digits that is a name: a format, a spec, a recipe, an option, something like fc2. @param {string} word */
function isName(word) {
    if (!/\d/.test(word)) return true
    const bare = word.replace(/^[(‘'"]+|[)’'",.;:]+$/g, '')
    if (/^\w+:[a-z_=,]+=$/.test(bare)) return true // a spec whose ends follow
    if (/^[a-z_]+=\d+$/.test(bare) || /^[A-Za-z_]+\d+[a-z]*(_[a-z0-9]+)*$/.test(bare)) return true
    for (const check of ['qs_spec_check', 'qs_recipe_check'])
        try {
            core.call(check, bare)
            return true
        } catch {
            continue
        }
    return false
}

/** The texts of a file with digits in them that are no names. @param {string} code */
function typedFigures(code) {
    const file = ts.createSourceFile('x.jsx', code, ts.ScriptTarget.Latest, true, ts.ScriptKind.JSX)
    /** @type {string[]} */
    const found = []
    const look = (/** @type {string} */ text) =>
        found.push(
            ...text
                .split(/\s+|[,:](?![a-z]+=)/)
                .filter(word => !isName(word))
                .map(word => `${word} in ${text}`),
        )
    const walk = (/** @type {ts.Node} */ node) => {
        if (ts.isImportDeclaration(node)) return
        if (ts.isStringLiteral(node) && !ts.isJsxAttribute(node.parent)) {
            if (!isName(node.text)) look(node.text)
        } else if (ts.isNoSubstitutionTemplateLiteral(node) || ts.isJsxText(node)) look(node.text)
        else if (ts.isTemplateExpression(node)) {
            // a figure that follows ends a word; what is put in is no literal
            look([node.head, ...node.templateSpans.map(span => span.literal)].map(one => one.text).join(' '))
            for (const span of node.templateSpans)
                if (ts.isNumericLiteral(span.expression) || ts.isStringLiteral(span.expression))
                    found.push(span.getText())
        }
        ts.forEachChild(node, walk)
    }
    walk(file)
    return found
}

test('the checker finds what is typed in, and passes names', () => {
    expect(typedFigures("const x = 'saves 87.5 % of memory'")).toHaveLength(1)
    expect(typedFigures('const x = `recall ${f} of 1,000`')).toHaveLength(2)
    expect(typedFigures('const x = `has ${42} levels`')).toHaveLength(1)
    expect(typedFigures('const x = <p>All 256 codes</p>')).toHaveLength(1)
    expect(typedFigures("const x = 'int8 and q4_0 of fc2, int4:map=offset,per=dim'")).toEqual([])
})

test.each(
    ['', 'lessons/', 'claims/'].flatMap(folder =>
        readdirSync(path(`web/learn/${folder}`))
            .filter(
                name => /\.jsx?$/.test(name) && !['quoted.js', 'npy.js', 'facts.js', 'figure.jsx'].includes(name),
            )
            .map(name => folder + name),
    ),
)('no figure is typed into %s', name => {
    expect(typedFigures(readFileSync(path(`web/learn/${name}`), 'utf8'))).toEqual([])
})

/* ------------------------------------------------------------------------------------------------- all are whole */

test('every lesson and claim is there once, with an address and a view to see it in', () => {
    expect(LESSONS.length).toBe(18)
    expect(new Set(LESSONS.map(one => one.id)).size).toBe(LESSONS.length)
    expect(CLAIMS.map(one => one.number).sort((x, y) => x - y)).toEqual(Array.from({ length: 36 }, (_, i) => i + 1))
    const names = VIEWS.map(one => one.name)
    for (const { state } of [...LESSONS.flatMap(one => one.see), ...CLAIMS.map(one => one.see)])
        expect(names).toContain(state.view)
    for (const { taught, source } of CLAIMS) expect(taught.length * source.length).toBeGreaterThan(0)
    expect(new Set(TERMS.map(one => one.term)).size).toBe(TERMS.length)
})

test.each(LESSONS.map(one => /** @type {const} */ ([one.title, one])))('lesson: %s', async (_, lesson) => {
    const text = await settled(() => written(lesson, f))
    expect(f.problems()).toEqual([])
    // what is trained waits to be asked for
    expect(text.match(/–/g)?.length ?? 0).toBe(lesson.trains ? 6 : 0)
    expect(text).not.toMatch(/undefined|NaN|\[object/)
})

/* ------------------------------------------------------------------------------------------------- known answers */

/** Claims by number: what "It is so" and "Here" have to say, computed elsewhere. @type {Record<number, RegExp[]>} */
const KNOWN = {
    1: [/87\.5 %/, /93\.75 % is int2/, /260 of 2,048 bytes/],
    2: [/recall 0\.997/, /1,691/],
    3: [/Code 92/, /use 25 of 255 codes/],
    4: [/1,048,576 bytes/, /2,359,296 bytes/, /592,896/],
    5: [/5[01]\.\d+ % would be clipped/],
    6: [/256 codes; a symmetric scale uses 255/, /255, of them used/],
    7: [/zero point -?\d+$/],
    8: [/int3 uses 7 levels/],
    9: [/int3 before: 1,445 right/],
    10: [/516 bytes/],
    11: [/11\.87 in one picture, 15\.11 in a thousand/],
    12: [/Zero has bit 0 and decodes to −1/],
    13: [/100 pieces of 512 dims: none is dropped, 100 bytes/],
    14: [/Here the error of values rises/],
    15: [/is 18\.39/, /13\.866/],
    16: [/code 119$/],
    17: [/by one scale, .* by one for each row/],
    18: [/Step 0\.01024, inverse 97\.68/],
    19: [/−1 and 1\./, /10100100$/],
    20: [/3\.3895e38/, /3\.38953139e38/],
    21: [/210,600 bytes become 53,392/],
    22: [/4\.06 bits a value, blocks 5\.00/],
    23: [/have step .*; clipped at/],
    24: [/−0\.07739 to 0\.07617 at half the step is −0\.0387 to 0\.03809/],
    25: [/325 pJ at least, its int8 product 0\.3 pJ/, /arithmetic 15\.8 nJ/],
    26: [/code −63/, /Code −63, decoded −1\.558/],
    27: [/0\.5 rounds to 0, .* 1\.5, to 2/],
    28: [/1,445 right in 20,552 bytes/],
    29: [/are –; enter yours/],
    30: [/zero point -?\d+ here/],
    31: [/10 to 11 all decode to 1; .* 10\.01 to 11/],
    32: [/0\.25 decodes to 0\.25/],
    33: [/half a step at most/, /off by 6\.\d+/],
    34: [/1\.03 MB; originals kept beside them 4\.1 MB/],
    35: [/48\.13 dB of 255 levels/, /49\.00 dB, .* 40\.79/],
    36: [/1,000 pictures: 1,693 right; 100 pictures: 1,689/],
}

test.each(CLAIMS.map(one => /** @type {const} */ ([one.number, one])))('claim %i', async (number, { so, here }) => {
    const text = await settled(() => `${so(f)} ${plain(here(f))}`)
    for (const known of KNOWN[number]) expect(text).toMatch(known)
    if (number !== 29) expect(text).not.toMatch(/–/)
})

test('training is asked for, and then its rows are there', async () => {
    const lesson = LESSONS.find(one => one.trains)
    if (!lesson) throw new Error('no lesson trains')
    f.train()
    expect(f.isTraining()).toBe(true)
    const text = await settled(() => written(lesson, f))
    expect(f.isTrained()).toBe(true)
    expect(text).not.toMatch(/–/)
})

test('data of a few short rows: what they cannot show is a dash, and nothing fails', async () => {
    const { npy } = await import('../../web/learn/npy.js')
    const few = npy([
        [1, 2, 3],
        [-1, 0.5, 0.25],
        [3, 1, -2],
    ])
    const other = await made(await readData(core, { name: 'few', vectors: few }), false)
    const ask = () =>
        [
            ...LESSONS.map(one => written(one, other)),
            ...CLAIMS.map(one => `${one.so(other)} ${plain(one.here(other))}`),
        ].join('\n')
    do {
        expect(ask()).not.toMatch(/undefined|NaN|\[object/)
        await new Promise(done => setTimeout(done, 20))
    } while (other.isWaiting())
    expect(ask()).toContain('–')
    expect(other.network()).toBe(null)
})
