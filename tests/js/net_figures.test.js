// Every figure of an independent implementation (float64) for methods without training: right answers, bits of mixed
// precision, noise of each layer, answers lost and gained, saturated pairs, ties of 8-bit outputs.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { file } from './cli.js'
import { path } from './core.js'
import { measure, nets, readNet, report, writeNet } from './networks.js'

const golden = JSON.parse(readFileSync(path('tests/golden/net.json'), 'utf8'))
const mlps = ['digits-mlp', 'fashion-mlp']
const all = Object.keys(golden.right)
const searched = (/** @type {string} */ recipe) => /range=(mse|kl)/.test(recipe)
const rightOf = (/** @type {string} */ network, /** @type {(recipe: string) => boolean} */ chosen) =>
    Object.entries(golden.right[network]).filter(([recipe]) => chosen(recipe))

/** Runs recipes that should give so many right answers; how far each is off. @param {string} network @param {[string, number][]} wanted @param {string[]} more */
function off(network, wanted, ...more) {
    const { results } = report(
        network,
        wanted.map(([recipe]) => recipe),
        ...more,
    )
    expect(results).toHaveLength(wanted.length)
    return wanted.map(([recipe, right], i) => ({ recipe, off: results[i].right - right }))
}

// Sums in float64 and float32 differ: a picture whose two first outputs nearly tie, or a value that lies next to half a
// code, may go either way. The picture that then differs is one.
test.each(all)(
    '%s: right answers of every method without a search',
    network => {
        const { float } = report(network, [])
        expect(float.right).toBe(golden.float[network].right)
        expect(float.cross_entropy).toBeCloseTo(golden.float[network].cross_entropy, 5)
        const answers = off(
            network,
            rightOf(network, recipe => !searched(recipe)),
        )
        const differ = answers.filter(one => one.off !== 0)
        for (const one of differ) expect(Math.abs(one.off), one.recipe).toBe(1)
        expect(differ.length, JSON.stringify(differ)).toBeLessThanOrEqual(3)
        expect(answers.length).toBeGreaterThan(50)
    },
    600000,
)

// Rule mse finds the least error of all scales, the figures the least on a grid: with the grid's ranges of inputs the
// answers are theirs. Their digits lie on 17 levels, where kl is refused here and clips nearly everything there.
test.each(mlps)(
    '%s: right answers with the ranges that another search found',
    network => {
        const wanted = rightOf(network, recipe => /^static.*a=\(int\d:range=(mse|kl)\)$/.test(recipe))
        /** @type {[string, number][]} */
        const given = wanted.flatMap(([recipe, right]) => {
            const [, w, bits, rule] = /w=(.*),a=\((int\d):range=(\w+)/.exec(recipe) ?? []
            const highs = golden.given[network][rule][bits]
            if (!highs) return []
            const layers = highs.map(
                (/** @type {number} */ hi, /** @type {number} */ l) =>
                    `fc${l + 1}.a=(${bits}:range=given,lo=0,hi=${hi})`,
            )
            return [[`static:w=${w},a=${bits},${layers.join(',')}`, right]]
        })
        const answers = off(network, given)
        expect(answers.length).toBeGreaterThan(40)
        for (const one of answers) expect(Math.abs(one.off), one.recipe).toBeLessThanOrEqual(1)
        expect(answers.filter(one => one.off !== 0).length).toBeLessThanOrEqual(3)
    },
    120000,
)

test.each(all)(
    '%s: the ranges of rule mse answer about as well as those of another search',
    network => {
        const wanted = rightOf(network, recipe => /^static.*a=\(int\d:range=mse\)/.test(recipe))
        const samples = network === 'digits-mlp' ? 400 : 2000
        const answers = off(network, wanted)
        expect(answers.length).toBeGreaterThan(9)
        for (const one of answers) expect(Math.abs(one.off) / samples, one.recipe).toBeLessThanOrEqual(0.01)
    },
    300000,
)

/** The decoded values of the scale of least squared error among absmax * k / 100. @param {Float32Array} x @param {number} most */
function onGrid(x, most) {
    const absmax = x.reduce((so, v) => Math.max(so, Math.abs(v)), 0)
    let least = Infinity
    let best = x
    for (let k = 100; k >= 20; k--) {
        const scale = Math.fround((absmax * k) / 100 / most)
        const codes = Float32Array.from(x, v =>
            Math.max(-most, Math.min(most, nearestEven(v * Math.fround(1 / scale)))),
        )
        const decoded = codes.map(q => q * scale)
        const cost = decoded.reduce((sum, v, i) => sum + (v - x[i]) ** 2, 0)
        if (cost < least) [least, best] = [cost, decoded]
    }
    return { decoded: best, cost: least }
}

function nearestEven(/** @type {number} */ v) {
    const floor = Math.floor(v)
    return v - floor === 0.5 ? floor + (floor % 2) : Math.round(v)
}

test.each(mlps)(
    '%s: weights of rule mse have less error than those of a grid, whose answers are the figures',
    network => {
        const { shapes, values } = readNet(nets(`${network}.safetensors`))
        const widths = { tensor: Infinity, row: 0, block: 32 }
        const input = network === 'digits-mlp' ? '64/16' : '784/255'
        const net = Object.keys(shapes)
            .filter(name => name.endsWith('weight'))
            .map(name => name.split('.')[0])
            .join(' relu ')
        for (const bits of [8, 6, 4, 3, 2])
            for (const [per, width] of Object.entries(widths)) {
                const options = per === 'row' ? 'range=mse' : `per=${per},range=mse`
                const recipe = `weights:w=(int${bits}:${options})`
                const right = golden.right[network][recipe]
                /** @type {Record<string, number>} */
                const noise = {}
                const coded = Object.fromEntries(
                    Object.entries(values).map(([name, x]) => {
                        if (name.endsWith('bias')) return [name, x]
                        const dim = shapes[name][1]
                        const decoded = new Float32Array(x.length)
                        let cost = 0
                        for (let row = 0; row < (width === Infinity ? 1 : shapes[name][0]); row++)
                            for (let at = 0, some; at < (width === Infinity ? x.length : dim); at += some) {
                                some = width === Infinity ? x.length : Math.min(width || dim, dim - at)
                                const one = onGrid(
                                    x.subarray(row * dim + at, row * dim + at + some),
                                    2 ** (bits - 1) - 1,
                                )
                                decoded.set(one.decoded, row * dim + at)
                                cost += one.cost
                            }
                        noise[name.split('.')[0]] = 10 * Math.log10(x.reduce((sum, v) => sum + v * v, 0) / cost)
                        return [name, decoded]
                    }),
                )
                writeNet('grid', shapes, coded, { net, input })
                const grid = JSON.parse(
                    measure(file('grid'), network.split('-')[0], '--json', '-m', 'weights:w=f32').out,
                ).results[0]
                expect(Math.abs(grid.right - right), recipe).toBeLessThanOrEqual(1)
                const [own] = report(network, [recipe]).results
                for (const layer of own.layers)
                    expect(layer.weight_sqnr_db, `${recipe} ${layer.name}`).toBeGreaterThanOrEqual(
                        noise[layer.name] - 1e-4,
                    )
            }
    },
    300000,
)

test.each(all)(
    '%s: noise of each layer, alone and with all before it',
    network => {
        const { results } = report(network, Object.keys(golden.sqnr[network]))
        for (const result of results)
            for (const [l, figures] of golden.sqnr[network][result.recipe].entries()) {
                const { name, alone_sqnr_db: alone, accumulated_sqnr_db: accumulated } = result.layers[l]
                expect(Math.abs(alone - figures[0]), `${result.recipe} ${name}`).toBeLessThan(0.05)
                expect(Math.abs(accumulated - figures[1]), `${result.recipe} ${name}`).toBeLessThan(0.05)
            }
    },
    300000,
)

test.each(mlps)('%s: answers lost and gained', network => {
    const wanted = Object.entries(golden.paired).filter(([name]) => name.startsWith(network))
    const recipes = wanted.map(([name]) => {
        const [, w, a, per] = / w(\d)a(\d) (\w+)/.exec(name) ?? []
        return `static:w=${per === 'row' ? `int${w}` : `(int${w}:per=tensor)`},a=int${a}`
    })
    const { results } = report(network, recipes)
    for (const [i, [name, figures]] of wanted.entries()) {
        const { lost, gained, agree, accuracy_ci95: interval, cross_entropy: entropy } = results[i]
        expect([lost, gained, agree], name).toEqual([figures.lost, figures.gained, figures.agree])
        expect(Math.abs(entropy - figures.cross_entropy), name).toBeLessThan(2e-5)
        for (const end of [0, 1]) expect(interval[end]).toBeCloseTo(figures.wilson95[end], 4)
    }
})

test.each(mlps)('%s: outputs of 8 bits, whose codes tie', network => {
    const samples = network === 'digits-mlp' ? 400 : 2000
    const wanted = Object.entries(golden.output8[network])
    const recipes = wanted.map(
        ([w]) => `static:w=${w.includes(':') ? `(${w})` : w},a=int8,arithmetic=integer,output=int8`,
    )
    const { results } = report(network, recipes)
    for (const [i, [, [accuracy, ties]]] of wanted.entries()) {
        expect(results[i].right, recipes[i]).toBe(Math.round(accuracy * samples))
        expect(results[i].ties, recipes[i]).toBe(ties)
    }
})

test.each(mlps)(
    '%s: bits of mixed precision',
    network => {
        const { frontier, sensitivity_ce_increase: rises } = golden.mixed[network]
        const some = network === 'digits-mlp' ? frontier : [frontier[0], frontier[3], frontier[6]]
        const recipes = some.map(
            (/** @type {{ budget_bytes: number }} */ at) => `mixed:budget=${at.budget_bytes},calibrate=1000`,
        )
        const { results } = report(network, recipes)
        for (const [i, at] of some.entries()) {
            const { mixed, right } = results[i]
            for (const [own, theirs] of Object.entries({
                exact: 'additive_exact',
                greedy: 'greedy_slope',
                truth: 'exhaustive_true_ce',
            })) {
                expect(mixed[own].bits, `${at.budget_bytes} ${own}`).toEqual(at[theirs].bits)
                expect(mixed[own].bytes).toBe(at[theirs].bytes)
                expect(mixed[own].cross_entropy).toBeCloseTo(at[theirs].calib_ce, 4)
            }
            expect(right).toBe(Math.round(at.additive_exact.test_acc * (network === 'digits-mlp' ? 400 : 2000)))
            for (const { layer, widths } of mixed.sensitivity)
                for (const { bits, rise } of widths) expect(rise).toBeCloseTo(rises[layer][bits], 5)
        }
    },
    300000,
)
