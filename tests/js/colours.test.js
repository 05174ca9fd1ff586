// The colours of the page can be read and told apart: contrast against what they stand on, and the distance between
// A, B and the neutral bars for eyes that see colours otherwise (Machado et al. 2009).
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { path } from './core.js'

const css = readFileSync(path('web/style/tokens.css'), 'utf8')

/** @type {(block: RegExp) => Record<string, string>} */
const tokens = block =>
    Object.fromEntries(
        [...(css.match(block)?.[1] ?? '').matchAll(/--(\w+): (#[0-9a-f]{6})/g)].map(one => [one[1], one[2]]),
    )
const THEMES = { light: tokens(/:root \{([^}]*)\}/), dark: tokens(/\[data-theme='dark'\] \{([^}]*)\}/) }

const linear = (/** @type {string} */ hex) =>
    [1, 3, 5].map(at => {
        const c = parseInt(hex.slice(at, at + 2), 16) / 255
        return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
    })
const luminance = (/** @type {string} */ hex) => {
    const [r, g, b] = linear(hex)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (/** @type {string} */ x, /** @type {string} */ y) => {
    const [high, low] = [luminance(x), luminance(y)].sort((p, q) => q - p)
    return (high + 0.05) / (low + 0.05)
}

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
const SIGHT = {
    protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
    deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
    tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
}

/** Linear RGB to CIELAB, D65. @param {number[]} rgb */
function lab(rgb) {
    const [r, g, b] = rgb.map(c => Math.min(1, Math.max(0, c)))
    const f = (/** @type {number} */ t) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116)
    const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047)
    const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b)
    const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883)
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

/** The colour difference CIEDE2000. @type {(p: number[], q: number[]) => number} */
function difference([l1, a1, b1], [l2, a2, b2]) {
    const deg = Math.PI / 180
    const mean = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2
    const g = 0.5 * (1 - Math.sqrt(mean ** 7 / (mean ** 7 + 25 ** 7)))
    const polar = (/** @type {number} */ a, /** @type {number} */ b) => {
        const x = a * (1 + g)
        return [Math.hypot(x, b), x === 0 && b === 0 ? 0 : (Math.atan2(b, x) / deg + 360) % 360]
    }
    const [[c1, h1], [c2, h2]] = [polar(a1, b1), polar(a2, b2)]
    let turn = c1 * c2 === 0 ? 0 : h2 - h1
    if (turn > 180) turn -= 360
    if (turn < -180) turn += 360
    const dh = 2 * Math.sqrt(c1 * c2) * Math.sin((turn / 2) * deg)
    const [l, c] = [(l1 + l2) / 2, (c1 + c2) / 2]
    const apart = Math.abs(h1 - h2)
    const h =
        c1 * c2 === 0
            ? h1 + h2
            : apart <= 180
              ? (h1 + h2) / 2
              : h1 + h2 < 360
                ? (h1 + h2 + 360) / 2
                : (h1 + h2 - 360) / 2
    const cos = (/** @type {number} */ angle) => Math.cos(angle * deg)
    const t = 1 - 0.17 * cos(h - 30) + 0.24 * cos(2 * h) + 0.32 * cos(3 * h + 6) - 0.2 * cos(4 * h - 63)
    const sl = 1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2)
    const [sc, sh] = [1 + 0.045 * c, 1 + 0.015 * c * t]
    const rt = -2 * Math.sqrt(c ** 7 / (c ** 7 + 25 ** 7)) * Math.sin(60 * Math.exp(-(((h - 275) / 25) ** 2)) * deg)
    const [dl, dc] = [(l2 - l1) / sl, (c2 - c1) / sc]
    return Math.sqrt(dl ** 2 + dc ** 2 + (dh / sh) ** 2 + rt * dc * (dh / sh))
}

const FIELDS = ['sign', 'exp', 'man', 'scale']

test('the sum of differences is right', () => {
    // from the test data of Sharma, Wu and Dalal 2005
    expect(difference([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 4)
    expect(difference([50, 2.5, 0], [73, 25, -18])).toBeCloseTo(27.1492, 4)
    expect(difference([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387])).toBeCloseTo(1.2644, 4)
})

for (const [theme, token] of Object.entries(THEMES)) {
    test(`text can be read, ${theme}`, () => {
        for (const ink of ['ink', 'ink2', 'ink3', 'a', 'b', 'bad']) {
            expect(contrast(token[ink], token.bg), ink).toBeGreaterThanOrEqual(4.5)
            expect(contrast(token[ink], token.surface), ink).toBeGreaterThanOrEqual(4.5)
        }
        for (const ink of ['ink', 'ink2', 'ink3'])
            for (const ground of ['sunk', 'a2', 'b2'])
                expect(contrast(token[ink], token[ground])).toBeGreaterThanOrEqual(4.5)
        for (const fill of ['a', 'b']) expect(contrast(token.on, token[fill])).toBeGreaterThanOrEqual(4.5)
        for (const edge of ['edge', 'ref']) expect(contrast(token[edge], token.bg), edge).toBeGreaterThanOrEqual(3)
    })

    for (const [sight, m] of Object.entries(SIGHT))
        test(`A, B and the neutral bars differ, ${theme}, ${sight}`, () => {
            const seen = ['a', 'b', 'ref'].map(name => {
                const [r, g, b] = linear(token[name])
                return lab([0, 3, 6].map(i => m[i] * r + m[i + 1] * g + m[i + 2] * b))
            })
            for (const [i, j] of [
                [0, 1],
                [0, 2],
                [1, 2],
            ])
                expect(difference(seen[i], seen[j])).toBeGreaterThan(18)
        })

    test(`bits can be read, set and clear, ${theme}`, () => {
        for (const field of FIELDS) {
            expect(contrast(token.on, token[field]), field).toBeGreaterThanOrEqual(4.5)
            expect(contrast(token[field], token[`${field}2`]), field).toBeGreaterThanOrEqual(4.5)
            expect(contrast(token[field], token.bg), field).toBeGreaterThanOrEqual(4.5)
        }
        expect(contrast(token.on, token.ink2)).toBeGreaterThanOrEqual(4.5)
    })

    for (const [sight, m] of Object.entries(SIGHT))
        test(`the fields of bits differ, ${theme}, ${sight}`, () => {
            const seen = FIELDS.map(name => {
                const [r, g, b] = linear(token[name])
                return lab([0, 3, 6].map(i => m[i] * r + m[i + 1] * g + m[i + 2] * b))
            })
            for (let i = 0; i < seen.length; i++)
                for (let j = 0; j < i; j++)
                    expect(difference(seen[i], seen[j]), `${FIELDS[i]} ${FIELDS[j]}`).toBeGreaterThan(15)
        })
}
