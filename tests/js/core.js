// The core as the tests use it: the built module, its bytes, and the command line beside it.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { connect } from '../../web/engine/wasm.js'

/** The command line; QUANTSCOPE names another build of it. */
export const program =
    process.env.QUANTSCOPE ?? fileURLToPath(new URL('../../build/out/native/quantscope', import.meta.url))

export const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../../${name}`, import.meta.url))

export const bytes = readFileSync(path('build/out/wasm/quantscope.wasm'))
export const module = new WebAssembly.Module(bytes)
export const newCore = () => connect(module)

/** What the command line prints. @param {string[]} args */
export const cli = (...args) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 })

/** A file of the project, as the page gets it. @param {string} name */
export const fileOf = name => new File([readFileSync(path(name))], name.replace(/.*\//, ''))

export const demo = (/** @type {string} */ end) => fileOf(`web/public/demo/demo-sentences-2k.${end}`)
