// Formulas as one writes them in a line, taken apart for MathML: numbers, names, signs, {above}/{below}, base^{power}.

/**
 * @typedef {{ kind: 'number' | 'name' | 'word' | 'sign', text: string } | { kind: 'fraction' | 'power', parts: [Piece[], Piece[]] }
 *   | { kind: 'hat', text: string }} Piece
 */

const TOKEN = /\s*(?:(−?\d[\d,]*(?:\.\d+)?(?:e−?\d+)?|∞)|(x̂)|([a-z][a-z\d]+)|([a-z])|(\{)|(.))/iuy

/** @type {(text: string) => Piece[]} */
export function pieces(text) {
    let at = 0
    const next = () => {
        TOKEN.lastIndex = at
        const match = TOKEN.exec(text)
        if (match) at = TOKEN.lastIndex
        return match
    }
    /** What stands in braces that were just opened. @returns {Piece[]} */
    const braced = () => list(true)
    const opens = () => {
        if (!next()?.[5]) throw new Error(`no brace at ${at} of ${text}`)
        return braced()
    }
    /** @type {(inner: boolean) => Piece[]} */
    function list(inner) {
        /** @type {Piece[]} */
        const found = []
        for (let match = next(); match; match = next()) {
            const [, number, hat, word, name, brace, sign] = match
            if (inner && sign === '}') return found
            if (number) found.push({ kind: 'number', text: number })
            else if (hat) found.push({ kind: 'hat', text: 'x' })
            else if (word) found.push({ kind: 'word', text: word })
            else if (name) found.push({ kind: 'name', text: name })
            else if (brace) {
                const above = braced()
                if (next()?.[6] !== '/') throw new Error(`no / at ${at} of ${text}`)
                found.push({ kind: 'fraction', parts: [above, opens()] })
            } else if (sign === '^') found.push({ kind: 'power', parts: [found.splice(-1), opens()] })
            else if (sign.trim()) found.push({ kind: 'sign', text: sign })
        }
        return found
    }
    return list(false)
}
