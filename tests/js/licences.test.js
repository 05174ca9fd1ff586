// What is linked into the core has its notice in licences/, on the page and in the README; nothing else has.
import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compiledIn } from '../../build/vite.shared.js'
import { path } from './core.js'

/** The archives of the toolchain that the linker took objects from, as it tells, and whose they are. */
const archives = {
    libc: 'musl',
    libemmalloc: 'emscripten',
    libstandalonewasm: 'emscripten',
    libstubs: 'emscripten',
    libcompiler_rt: 'compiler-rt',
}

function linked() {
    const told = readFileSync(path('build/out/wasm/linked.txt'), 'utf8')
    const names = new Set([...told.matchAll(/\/(lib\w+)(?:-[\w-]+)?\.a\(/g)].map(([, name]) => name))
    expect(names.size).toBeGreaterThan(2)
    return [...names]
}

/** Headers of C and POSIX, and those of compilers for their processors: no code of another is compiled in by them. */
const ordinary =
    /^(assert|ctype|errno|float|inttypes|limits|locale|math|setjmp|signal|stdalign|stdarg|stdbool|stddef|stdint|stdio|stdlib|string|time|fcntl|unistd|dlfcn|getopt|regex|stdatomic|strings|dirent|sys\/\w+|omp|\w*intrin|arm_\w+|wasm_simd128|cpuid)\.h$/

/** What is a library of the system that the command line calls, where it is there: nothing of it is compiled in. */
const loaded = ['zlib', 'hdf5']

/** The others that the core includes, by what is before .h. */
function headers() {
    const names = new Set()
    for (const file of readdirSync(path('core'), { recursive: true, encoding: 'utf8' })) {
        if (!/\.(c|h|inc)$/.test(file)) continue
        for (const [, name] of readFileSync(path(`core/${file}`), 'utf8').matchAll(/^ *# *include <(.+)>/gm))
            if (!ordinary.test(name) && !loaded.includes(name.replace(/\.h$/, '')))
                names.add(name.replace(/\.h$/, ''))
    }
    return [...names]
}

test('everything that is linked has a notice, and no notice is of something else', () => {
    const known = /** @type {Record<string, string>} */ (archives)
    const wanted = new Set([...linked().map(name => known[name] ?? name), ...headers()])
    expect([...wanted].sort()).toEqual(
        readdirSync(path('licences'))
            .map(name => name.replace('.txt', ''))
            .sort(),
    )
    expect(headers()).toEqual(['jsmn'])
})

test('each notice has a title, a copyright or its source, and its place in the README', () => {
    const readme = readFileSync(path('README.md'), 'utf8').replace(/\s+/g, ' ')
    for (const { title, text } of compiledIn()) {
        expect(title).toMatch(/^[\w -]+: .+, (MIT|Apache-2\.0 with LLVM exception)$/)
        expect(text).toMatch(/Copyright|LLVM Project/)
        expect(readme).toContain(/** @type {string} */ (title.split(':')[0].split(' ').at(-1)))
    }
})
