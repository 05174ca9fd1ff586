// Runs a WebAssembly program with the project's folder as its own: node build/wasi.js PROGRAM [ARGUMENT]...
import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { WASI } from 'node:wasi'

setFlagsFromString('--no-flush-bytecode') // V8 flushes that of start() too, which a long program then cannot leave
process.removeAllListeners('warning')
const [, , program, ...rest] = process.argv
const wasi = new WASI({ version: 'preview1', args: [program, ...rest], env: process.env, preopens: { '.': '.' } })
const module = new WebAssembly.Module(readFileSync(program))
const imports = { ...wasi.getImportObject(), env: { emscripten_notify_memory_growth() {} } }
Object.assign(globalThis, { wasi }) // Node frees a WASI that nothing holds, even while its program runs
process.exitCode = wasi.start(new WebAssembly.Instance(module, imports))
