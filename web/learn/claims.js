// Common misconceptions: what is taught, how it is, and what this data shows of it. A claim is a row of a file in claims/.
import { ACCURACY } from './claims/accuracy.js'
import { ARITHMETIC } from './claims/arithmetic.js'
import { FORMATS } from './claims/formats.js'
import { INTEGERS } from './claims/integers.js'
import { MEMORY } from './claims/memory.js'
import { TRAINING } from './claims/training.js'

/**
 * @typedef {import('./facts.js').Facts} Facts
 * @typedef {object} Claim
 * @property {number} number in the address
 * @property {string} taught
 * @property {(f: Facts) => string} so it is so
 * @property {(f: Facts) => import('./say.js').Piece[]} here with figures of what is open
 * @property {'measured' | 'computed'} sign
 * @property {'network'} [of] what it is measured on, when not the open vectors or weights
 * @property {string} source where the right statement comes from
 * @property {{ title: string, state: Partial<import('../state/state.js').State> }} see
 */

/** @type {readonly { topic: string, title: string, claims: readonly Claim[] }[]} */
export const TOPICS = [
    { topic: 'memory', title: 'Memory', claims: MEMORY },
    { topic: 'accuracy', title: 'Accuracy and speed', claims: ACCURACY },
    { topic: 'integers', title: 'Integers, scales, zero points', claims: INTEGERS },
    { topic: 'arithmetic', title: 'Arithmetic', claims: ARITHMETIC },
    { topic: 'formats', title: 'Formats', claims: FORMATS },
    { topic: 'training', title: 'Training and energy', claims: TRAINING },
]
