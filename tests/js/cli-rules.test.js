// The SQNR of int4 weights by rule and by what shares a scale: what a tensor measures, what `range` tells, and what plain
// loops make of the scales that `range` chose.
import { copyFileSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { file, run } from './cli.js'
import { path } from './core.js'
import { readTensors } from './weights.js'

const files = ['silero-vad-part.safetensors', 'use-lite-part.safetensors']
const rules = ['minmax', 'percentile', 'mse', 'kl', 'std']
const grains = ['tensor', 'dim', 'row', 'block']

/** @param {string[]} args */
function report(...args) {
    const { status, out, err } = run(...args, '--json')
    expect([status, err]).toEqual([0, ''])
    return JSON.parse(out)
}

/** The number of its scale by a value's own. @type {Record<string, (i: number, dim: number) => number>} */
const scaleAt = {
    tensor: () => 0,
    dim: (i, dim) => i % dim,
    row: (i, dim) => Math.floor(i / dim),
    block: (i, dim) => Math.floor(i / dim) * Math.ceil(dim / 32) + Math.floor((i % dim) / 32),
}

/** Symmetric int4 by scales that are given. @param {{ values: number[], dim: number }} weight @param {string} per @param {number[]} scales */
function sqnrOf({ values, dim }, per, scales) {
    let [signal, noise] = [0, 0]
    for (const [i, x] of values.entries()) {
        const scale = scales[scaleAt[per](i, dim)]
        const q = scale ? Math.max(-7, Math.min(7, Math.round(x / scale))) : 0
        signal += x * x
        noise += (scale * q - x) ** 2
    }
    return 10 * Math.log10(signal / noise)
}

test.each(files)('rules and granularities on real weights, %s', name => {
    copyFileSync(path(`tests/data/weights/${name}`), file(name))
    const specOf = (/** @type {string} */ per, /** @type {string} */ rule) => `int4:per=${per},range=${rule}`
    const allowed = (/** @type {string} */ per) =>
        rules.filter(r => r !== 'kl' || per === 'tensor' || per === 'dim')
    const specs = grains.flatMap(per => allowed(per).map(rule => specOf(per, rule)))
    const { tensors } = report('tensors', name, ...specs.flatMap(spec => ['-s', spec]))
    const weights = readTensors(readFileSync(file(name))).filter(({ shape }) => shape.length > 1)
    expect(tensors.length).toBe(weights.length)
    for (const weight of weights) {
        const { name: tensor, rows } = weight
        if (rows === 1) continue // each dim has one value there, and no error
        const { results } = tensors.find((/** @type {any} */ t) => t.name === tensor)
        /** @type {Record<string, Record<string, number>>} */
        const table = {}
        for (const per of grains) {
            const told = report('range', name, '--tensor', tensor, '-s', `int4:per=${per}`)
            expect(told.rules.map((/** @type {any} */ r) => r.range)).toEqual(allowed(per))
            expect(told.notes.some((/** @type {string} */ n) => n.startsWith('kl is left out'))).toBe(
                !allowed(per).includes('kl'),
            )
            table[per] = {}
            for (const { range: rule, scale, sqnr_db } of told.rules) {
                const measured = results[specs.indexOf(specOf(per, rule))].error.sqnr_db
                expect(Math.abs(sqnr_db - measured)).toBeLessThan(0.05)
                expect(Math.abs(sqnrOf(weight, per, scale) - measured)).toBeLessThan(0.01)
                table[per][rule] = measured
            }
            for (const rule of allowed(per)) expect(table[per].mse).toBeGreaterThan(table[per][rule] - 0.005)
        }
        expect(table.row.mse).toBeGreaterThan(table.tensor.mse)
        expect(table.dim.mse).toBeGreaterThan(table.tensor.mse)
        expect(table.block.mse).toBeGreaterThan(table.row.mse)
    }
})
