// The text of a recipe, changed by one of its parts. What a recipe may hold is the core's to say.

/**
 * @typedef {{ name: string, help: string, value?: string | number, default?: string | number, values?: string[], low?: number, high?: number, whole?: boolean }} Option
 * @typedef {object} Recipe as the core reports it
 * @property {string} recipe in its canonical form
 * @property {{ name: string, title: string, help: string, weights: boolean, inputs: boolean, trains: boolean, calibrates: boolean }} method
 * @property {string | null} w
 * @property {string | null} a
 * @property {{ layer: string, w?: string, a?: string }[]} layers
 * @property {Option[]} options
 */

/** A spec with options stands in brackets. @type {(spec: string) => string} */
const bracketed = spec => (spec.includes(':') ? `(${spec})` : spec)

/** The text of parts. @type {(method: string, parts: [string, string | number][]) => string} */
export const textOf = (method, parts) =>
    parts.length
        ? `${method}:${parts.map(([name, value]) => `${name}=${bracketed(String(value))}`).join(',')}`
        : method

/** What a recipe says beside its method. @type {(recipe: Recipe) => [string, string | number][]} */
export const partsOf = recipe => [
    .../** @type {[string, string][]} */ ([
        ['w', recipe.w],
        ['a', recipe.a],
    ]).filter(([, spec]) => spec !== null && spec !== 'f32'),
    ...recipe.layers.map(
        one => /** @type {[string, string]} */ ([`${one.layer}.${one.w ? 'w' : 'a'}`, one.w ?? one.a]),
    ),
    .../** @type {[string, string | number][]} */ (
        recipe.options.filter(one => one.value !== one.default).map(one => [one.name, one.value])
    ),
]

/** The recipe with one part changed, added, or (undefined) left out. @type {(recipe: Recipe, name: string, value: string | number | undefined) => string} */
export function withPart(recipe, name, value) {
    const others = partsOf(recipe).filter(([part]) => part !== name)
    const first = name === 'w' || name === 'a' ? 0 : others.length
    if (value !== undefined) others.splice(name === 'a' && others[0]?.[0] === 'w' ? 1 : first, 0, [name, value])
    return textOf(recipe.method.name, others)
}

/** The recipe by another method, with the formats it had. @type {(recipe: Recipe, method: Recipe['method']) => string} */
export const byMethod = (recipe, method) =>
    textOf(
        method.name,
        /** @type {[string, string][]} */ ([
            ['w', method.weights ? (recipe.w ?? 'int4') : null],
            ['a', method.inputs ? (recipe.a ?? 'int8') : null],
        ]).filter(([, spec]) => spec !== null && spec !== 'f32'),
    )

export const valueOf = (/** @type {Recipe} */ recipe, /** @type {string} */ name) =>
    recipe.options.find(one => one.name === name)?.value

/** Whether its method has an option. */
export const takes = (/** @type {Recipe} */ recipe, /** @type {string} */ name) =>
    recipe.options.some(one => one.name === name)
