// Known answers: what a sweep measures on real vectors, against figures computed without the core, in float64, by
// tests/data/known/known.js. Recall within 0.001, errors within a thousandth.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { cli, path } from './core.js'

/** @typedef {{ base: string, queries: string, metric: string, results: Record<string, Record<string, number | null>> }} Set */
/** @type {Record<string, Set>} */
const known = JSON.parse(readFileSync(path('tests/data/known/known.json'), 'utf8'))

/** What differs by more than it may. @param {any} result @param {Record<string, number | null>} wanted */
function differences(result, wanted) {
    return Object.entries(wanted).flatMap(([figure, value]) => {
        const isRecall = figure.startsWith('recall')
        const found = (isRecall ? result.search : result.error)[figure]
        if (value == null || found == null) return value === found ? [] : [{ figure, found, value }]
        const most = isRecall ? 0.001 : Math.abs(value) / 1000
        return Math.abs(found - value) <= most + 1e-9 ? [] : [{ figure, found, value }]
    })
}

describe.each(Object.entries(known))('%s', (_, { base, queries, metric, results }) => {
    const specs = Object.keys(results)
    const args = specs.flatMap(spec => ['-s', spec])
    const file = (/** @type {string} */ name) => path(`tests/data/known/${name}`)
    const sweep = ['sweep', file(base), '-q', file(queries), '--metric', metric, '--json', '--quiet']
    const report = JSON.parse(cli(...sweep, ...args))

    test.each(specs.map((spec, i) => ({ spec, i })))('$spec', ({ spec, i }) => {
        expect(report.results[i].spec).toBe(spec)
        expect(differences(report.results[i], results[spec])).toEqual([])
    })
})
