// The command line as the tests use it: run it, and write files for it byte by byte.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { program } from './core.js'

export { program }

/** A folder of the test file's own, gone at its end. */
export const folder = mkdtempSync(join(tmpdir(), 'quantscope-'))
afterAll(() => rmSync(folder, { recursive: true }))

export const file = (/** @type {string} */ name) => join(folder, name)
export const files = () => readdirSync(folder).sort()
export const text = (/** @type {string} */ name) => readFileSync(file(name), 'utf8')

/** Runs it in the folder. @param {string[]} args */
export function run(...args) {
    const done = spawnSync(program, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 })
    return { status: done.status, out: done.stdout, err: done.stderr }
}

/** Runs it by a shell, $0 being the program. @param {string} line */
export function shell(line) {
    const done = spawnSync('sh', ['-c', line, program], { cwd: folder, encoding: 'utf8' })
    return { status: done.status, out: done.stdout, err: done.stderr }
}

/** Starts it, for a signal. @param {string[]} args */
export function start(...args) {
    const child = spawn(program, args, { cwd: folder, stdio: 'ignore' })
    const ended = new Promise(resolve => child.on('exit', (status, signal) => resolve({ status, signal })))
    return { child, ended }
}

/** A .npy of a header text and its data. @param {string} header @param {Uint8Array} data */
export function npyOf(header, data) {
    const padded = header + ' '.repeat((64 - ((10 + header.length + 1) % 64)) % 64) + '\n'
    const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, padded.length & 255, padded.length >> 8])
    return Buffer.concat([head, Buffer.from(padded), data])
}

export const headerOf = (/** @type {string} */ descr, /** @type {number[]} */ shape) =>
    `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`

/** Writes float32 rows. @param {string} name @param {number[]} shape @param {ArrayLike<number>} values */
export function writeRows(name, shape, values) {
    const data = Float32Array.from(values)
    writeFileSync(file(name), npyOf(headerOf('<f4', shape), new Uint8Array(data.buffer)))
}

/** The values of a .npy of float32. @param {string} name */
export function readRows(name) {
    const bytes = readFileSync(file(name))
    const start = 10 + bytes.readUInt16LE(8)
    return {
        header: bytes.toString('latin1', 10, start).trim(),
        values: new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length)),
    }
}

/** Values that look random and are the same each time, from -1 to 1. @param {number} count */
export function noise(count) {
    let state = 1
    return Float32Array.from({ length: count }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        return state / 2 ** 31 - 1
    })
}
