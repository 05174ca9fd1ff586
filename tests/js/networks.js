// The demo networks as the tests use them: run `quantscope net` on them, and write networks of one's own.
import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import { file, run } from './cli.js'
import { path } from './core.js'

export const nets = (/** @type {string} */ name) => path(`web/public/demo/nets/${name}`)

/** Measures a demo network. @param {string} network @param {string[]} more */
export const net = (network, ...more) => measure(nets(`${network}.safetensors`), network.split('-')[0], ...more)

/** Measures a network on the demo's pictures. @param {string} from @param {string} pictures @param {string[]} more */
export function measure(from, pictures, ...more) {
    const data = ['inputs', 'labels', 'train', 'train-labels'].flatMap(option => {
        const part = option.startsWith('train') ? 'train' : 'test'
        return [`--${option}`, nets(`${pictures}.${part}${option.endsWith('labels') ? '.labels' : ''}.npy`)]
    })
    return run('net', from, ...data, '--quiet', ...more)
}

/** @param {string} network @param {string[]} recipes @param {string[]} more */
export function report(network, recipes, ...more) {
    const done = net(network, '--json', ...more, ...recipes.flatMap(recipe => ['-m', recipe]))
    expect(done.err).toBe('')
    return JSON.parse(done.out)
}

/** A report without what varies between runs. @param {{ timing?: unknown }} of */
export function same(of) {
    delete of.timing
    return JSON.stringify(of)
}

/** The tensors of a .safetensors file of float32. @param {string} from */
export function readNet(from) {
    const bytes = readFileSync(from)
    const start = 8 + bytes.readUInt32LE(0)
    /** @type {Record<string, { shape: number[], data_offsets: [number, number] }>} */
    const { __metadata__: metadata, ...tensors } = JSON.parse(bytes.toString('utf8', 8, start))
    /** @type {Record<string, Float32Array>} */
    const values = {}
    /** @type {Record<string, number[]>} */
    const shapes = {}
    for (const [name, { shape, data_offsets: offsets }] of Object.entries(tensors)) {
        shapes[name] = shape
        values[name] = new Float32Array(
            new Uint8Array(bytes.subarray(start + offsets[0], start + offsets[1])).buffer,
        )
    }
    return { metadata, shapes, values }
}

/** A .safetensors file of float32: tensors of one value, or of given values. @param {string} name @param {Record<string, number[]>} shapes @param {number | Record<string, ArrayLike<number>>} values @param {object} metadata */
export function writeNet(name, shapes, values, metadata) {
    let at = 0
    /** @type {Record<string, object>} */
    const head = { __metadata__: metadata }
    for (const [tensor, shape] of Object.entries(shapes)) {
        const bytes = 4 * shape.reduce((all, side) => all * side, 1)
        head[tensor] = { dtype: 'F32', shape, data_offsets: [at, (at += bytes)] }
    }
    const all =
        typeof values === 'number'
            ? new Float32Array(at / 4).fill(values)
            : Float32Array.from(Object.keys(shapes).flatMap(tensor => Array.from(values[tensor])))
    const json = Buffer.from(JSON.stringify(head))
    const length = Buffer.alloc(8)
    length.writeUInt32LE(json.length)
    writeFileSync(file(name), Buffer.concat([length, json, Buffer.from(all.buffer)]))
}
