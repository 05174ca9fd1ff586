// Every case of tests/cases, as its README says: found by listing the folder.
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { file, program } from './cli.js'
import { path } from './core.js'

const cases = path('tests/cases')
const names = readdirSync(cases)

/**
 * @typedef {Object} Step
 * @property {string} run
 * @property {number} [exit]
 * @property {Record<string, any>} [figures]
 * @property {Record<string, Record<string, any>>} [findings]
 * @property {string[] | true} [without]
 * @property {string[]} [out]
 * @property {string[]} [err]
 * @property {Record<string, string>} [files]
 * @property {Record<string, number[]>} [floats]
 */

/** Words of a command line; quotes hold one together. @param {string} line */
const words = line => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain)

/** What stands at a place of a report. @param {any} report @param {string} place */
function at(report, place) {
    for (const [, item, member] of place.matchAll(/\[([^\]]*)\]|([^.[]+)/g)) {
        if (report === undefined || report === null) return undefined
        if (member !== undefined) report = report[member]
        else if (/^\d+$/.test(item)) report = report[Number(item)]
        else report = report.find((/** @type {any} */ r) => [r.spec, r.name, r.id].includes(item))
    }
    return report
}

/** @param {any} found @param {any} wanted the value, or the value and how far off @param {string} what */
function check(found, wanted, what) {
    const near = Array.isArray(wanted) && wanted.length === 2 && wanted.every(w => typeof w === 'number')
    if (!near) return expect(found, what).toEqual(wanted)
    expect(typeof found, what).toBe('number')
    expect(Math.abs(found - wanted[0]), `${what} is ${found}, not ${wanted[0]}`).toBeLessThanOrEqual(wanted[1])
}

/** The float32 values of a .npy. @param {string} name */
function floats(name) {
    const bytes = readFileSync(name)
    const start = 10 + bytes.readUInt16LE(8)
    return [...new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length))]
}

/** @param {Step} step @param {any} report */
function checkReport(step, report) {
    for (const [place, wanted] of Object.entries(step.figures ?? {})) check(at(report, place), wanted, place)
    const found = (report?.plans ?? [report]).flatMap((/** @type {any} */ r) => r?.findings ?? [])
    const ids = found.map((/** @type {any} */ f) => f.id)
    for (const [id, evidence] of Object.entries(step.findings ?? {})) {
        const spec = evidence.spec
        const one = found.find((/** @type {any} */ f) => f.id === id && (spec === undefined || f.spec === spec))
        expect(one, `finding ${id} among ${ids}`).toBeDefined()
        for (const [key, wanted] of Object.entries(evidence)) {
            const value = key in one ? one[key] : key === 'try' ? one.remedy.spec : one.evidence[key]
            check(value, wanted, `${id}: ${key}`)
        }
    }
    const none = step.without ?? []
    if (none === true) expect(ids).toEqual([])
    else for (const id of none) expect(ids).not.toContain(id)
}

/** @param {Step} step @param {string} folder */
function checkStep(step, folder) {
    const done = spawnSync(program, words(step.run), { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 })
    expect(done.status, `${step.run}\n${done.stderr}`).toBe(step.exit ?? 0)
    for (const text of step.out ?? []) expect(done.stdout).toContain(text)
    for (const text of step.err ?? []) expect(done.stderr).toContain(text)
    if (step.figures || step.findings || step.without) checkReport(step, JSON.parse(done.stdout))
    for (const [name, hex] of Object.entries(step.files ?? {}))
        expect(readFileSync(join(folder, name)).toString('hex'), name).toBe(hex)
    for (const [name, values] of Object.entries(step.floats ?? {}))
        expect(floats(join(folder, name)), name).toEqual(values)
}

for (const name of names.filter(n => n.endsWith('.case.json'))) {
    const { about, steps } = JSON.parse(readFileSync(join(cases, name), 'utf8'))
    test(`${name.replace('.case.json', '')}: ${about}`, () => {
        const folder = file(name)
        mkdirSync(folder)
        for (const input of names)
            if (!input.endsWith('.case.json')) symlinkSync(join(cases, input), join(folder, input))
        for (const step of steps) checkStep(step, folder)
    })
}
