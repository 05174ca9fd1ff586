// Fails, and names them, when a WebAssembly module imports anything: it would then need glue.
import { readFileSync } from 'node:fs'

const file = process.argv[2]
const imports = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(file)))
for (const { module, name } of imports) console.error(`${file} imports ${module}.${name}`)
process.exit(imports.length ? 1 : 0)
