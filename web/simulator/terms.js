// The terms of a ledger's sum, and what each is called.
/** @type {['codes' | 'scales' | 'zeros' | 'padding' | 'params', string][]} */
const TERMS = [
    ['codes', 'codes'],
    ['scales', 'scales'],
    ['zeros', 'zero points'],
    ['padding', 'padding'],
    ['params', 'what all vectors share'],
]

/** Those that there are of a row. @param {import('../state/rows.js').Row} row */
export const termsOf = row => TERMS.filter(([key]) => row.bytes[key] > 0)
