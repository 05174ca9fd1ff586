// Which folder may include which, so that no dependency turns back.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../../${name}`, import.meta.url))

// Every folder of core, and the folders that it may include. Each may include core/quantscope.h too.
const CORE = {
    base: '',
    kernels: 'base',
    format: 'base',
    spec: 'base format',
    range: 'base kernels',
    transform: 'base kernels format range',
    codec: 'base kernels format spec range transform',
    source: 'base format spec codec', // the blocks of ggml files are decoded as their formats are
    export: 'base format spec codec', // a codec's rows as files
    engines: 'base kernels format spec range transform codec',
    search: 'base kernels format spec range transform codec',
    measure: 'base kernels format spec range transform codec search',
    bits: 'base kernels format spec codec',
    plan: 'base format spec codec',
    calibrate: 'base kernels format spec range codec measure',
    findings: 'base kernels format spec range codec search measure',
    net: 'base kernels source format spec range transform codec measure plan findings',
    run: 'base kernels source format spec range transform codec engines search measure bits plan calibrate net findings',
    cli: '',
}

// A file of one of these folders is never imported by another one of them.
const VIEWS = ['simulator', 'compare', 'range', 'bits', 'weights', 'networks', 'learn', 'plan']

/** Files below a folder of the project, by their paths from its root. @param {string} folder @param {RegExp} ending */
function filesBelow(folder, ending) {
    const entries = readdirSync(path(folder), { recursive: true, withFileTypes: true })
    const files = entries.filter(entry => entry.isFile() && ending.test(entry.name))
    return files.map(entry => relative(path('.'), join(entry.parentPath, entry.name))).sort()
}

/** Each line of a file that names another file, as "file:line: text", and what it names.
 * @param {string} file @param {RegExp} names */
function namings(file, names) {
    const lines = readFileSync(path(file), 'utf8').split('\n')
    return lines.flatMap((line, i) => {
        const named = names.exec(line)
        return named ? [{ at: `${file}:${i + 1}: ${line.trim()}`, file, named: named[1] }] : []
    })
}

test('core folders include only the folders below them', () => {
    const includes = filesBelow('core', /\.(c|h|inc)$/).flatMap(file => namings(file, /^#include "([^"]+)"/))
    const wrong = includes.filter(({ file, named }) => {
        const [, from, inside] = file.split('/')
        const to = named.includes('/') ? named.split('/')[0] : ''
        if (!inside || named === 'quantscope.h') return false
        const allowed = /** @type {Record<string, string>} */ (CORE)[from]
        return allowed === undefined || (to !== from && !allowed.split(' ').includes(to))
    })
    expect(includes.length).toBeGreaterThan(500)
    expect(wrong.map(({ at }) => at)).toEqual([])
})

test('no view imports a file of another view', () => {
    const names = /\b(?:from|import|import\()\s*['"](\.[^'"]+)['"]/
    const imports = filesBelow('web', /\.(jsx?|css)$/).flatMap(file => namings(file, names))
    const wrong = imports.filter(({ file, named }) => {
        const from = file.split('/')[1]
        const to = join(dirname(file), named).split('/')[1]
        return from !== to && VIEWS.includes(from) && VIEWS.includes(to)
    })
    expect(imports.length).toBeGreaterThan(200)
    expect(wrong.map(({ at }) => at)).toEqual([])
})
