// Numbers by the few rules of d3-format that the first screen needs, without its size: [+][,].DIGITS then f or ~g.

/** Writes numbers by a rule, as d3-format does. @type {(rule: string) => (value: number) => string} */
export function format(rule) {
    const [, plus, comma, digits, kind] = /^(\+?)(,?)\.(\d)(f|~g)$/.exec(rule) ?? []
    if (kind === undefined) throw new Error(`${rule} is no rule of format.js`)
    const write = (/** @type {number} */ size) => {
        if (kind === 'f') return size.toFixed(Number(digits))
        const text = size.toPrecision(Number(digits))
        const [mantissa, ...power] = text.split('e')
        return [mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa, ...power].join('e')
    }
    return value => {
        const text = write(Math.abs(value))
        const isNegative = (value < 0 || Object.is(value, -0)) && (Number(text) !== 0 || plus !== '')
        const [whole, ...rest] = text.split('.')
        const grouped = comma && !text.includes('e') ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole
        return `${isNegative ? '−' : plus}${[grouped, ...rest].join('.')}`
    }
}
