// The core without glue: text and arrays in, text and arrays out, errors as exceptions. It knows no function by
// name but the three that any such module needs: one to allocate, one to free, one that tells the last error.

/** What went wrong, in the core's words: code, message and the place where it applies. */
export class CoreError extends Error {
    /** @param {{ message: string, code?: number, option?: string, byte?: number, row?: number, column?: number }} details */
    constructor(details) {
        super(details.message)
        this.name = 'CoreError'
        this.details = details
    }
}

const utf8 = new TextEncoder()

/**
 * @typedef {string | number | ArrayBufferView} Argument strings travel as C strings, arrays as pointers to a copy
 * @param {WebAssembly.Module} module
 */
export async function connect(module) {
    /** @type {Record<string, (...args: number[]) => number>} */
    let x
    /** @type {WebAssembly.Memory} */
    let heap
    let starts = 0
    const memory = () => heap.buffer

    /** @param {WebAssembly.Instance} instance */
    function start({ exports }) {
        x = /** @type {any} */ (exports)
        heap = /** @type {WebAssembly.Memory} */ (exports.memory)
        x._initialize?.()
        starts++
    }
    start(await WebAssembly.instantiate(module, {}))

    /** An instance that has trapped is in no known state: another takes its place, and its handles are gone. @returns {never} @param {Error} error */
    function replace(error) {
        start(new WebAssembly.Instance(module, {}))
        throw new CoreError({ message: `The core failed here and was started again (${error.message}).` })
    }

    /** Bytes that live until free(). Views are made anew at each use: memory that grows detaches them. */
    const alloc = (/** @type {number} */ bytes) => x.qs_alloc(bytes) >>> 0 || fail()
    const free = (/** @type {number} */ pointer) => x.qs_free(pointer)

    /** @param {ArrayBufferView} array */
    function put(array) {
        const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
        const pointer = alloc(Math.max(bytes.length, 1))
        new Uint8Array(memory(), pointer, bytes.length).set(bytes)
        return pointer
    }

    /** A copy of length elements at pointer. @template T @param {new (b: ArrayBuffer, at: number, n: number) => T} Type */
    const take = (/** @type {number} */ pointer, Type, /** @type {number} */ length) =>
        /** @type {any} */ (new Type(memory(), pointer >>> 0, length)).slice()

    /** Calls a function with strings and arrays put in memory, and freed after. @type {(name: string, args: Argument[]) => number} */
    function raw(name, args) {
        /** @type {number[]} */
        const held = []
        try {
            const plain = args.map(arg => {
                if (typeof arg === 'number') return arg
                held.push(put(typeof arg === 'string' ? utf8.encode(arg + '\0') : arg))
                return held[held.length - 1]
            })
            const value = x[name](...plain)
            held.forEach(free)
            return value
        } catch (error) {
            if (error instanceof WebAssembly.RuntimeError) replace(error)
            held.forEach(free)
            throw error
        }
    }

    /** Text by the snprintf rule: the length first, then the text. @type {(name: string, ...args: Argument[]) => string} */
    function text(name, ...args) {
        const length = raw(name, [...args, 0, 0]) >>> 0 || fail()
        const pointer = alloc(length + 1)
        try {
            raw(name, [...args, pointer, length + 1])
            return new TextDecoder().decode(new Uint8Array(memory(), pointer, length))
        } finally {
            free(pointer)
        }
    }

    /** @returns {never} */
    function fail() {
        throw new CoreError(JSON.parse(text('qs_error_json')))
    }

    return {
        alloc,
        free,
        /** Writes an array where there is room for it. @type {(pointer: number, array: ArrayBufferView) => void} */
        fill(pointer, array) {
            const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
            new Uint8Array(memory(), pointer, bytes.length).set(bytes)
        },
        take,
        text,
        /** How often an instance was started: a handle is of the one that gave it. */
        starts: () => starts,
        /** The JSON of a _json function. @type {(name: string, ...args: Argument[]) => any} */
        json: (name, ...args) => JSON.parse(text(name, ...args)),
        /** A count or a state (0 or more); an error throws. @type {(name: string, ...args: Argument[]) => number} */
        call(name, ...args) {
            const value = raw(name, args)
            return value < 0 ? fail() : value
        },
        /** A handle; NULL throws. @type {(name: string, ...args: Argument[]) => number} */
        open: (name, ...args) => raw(name, args) >>> 0 || fail(),
        /** Bytes by the snprintf rule. @type {(name: string, ...args: Argument[]) => Uint8Array} */
        bytes(name, ...args) {
            const length = raw(name, [...args, 0, 0]) >>> 0 || fail()
            const pointer = alloc(length)
            try {
                raw(name, [...args, pointer, length])
                return take(pointer, Uint8Array, length)
            } finally {
                free(pointer)
            }
        },
    }
}

/** @typedef {Awaited<ReturnType<typeof connect>>} Core */
