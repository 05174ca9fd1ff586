// Rates and limits of timings: one limit for a kind of work, and no share above 100 %.
import { expect, test } from 'vitest'
import { limitRates, whyOf } from '../../web/frame/speed-text.js'

const work = { read: 8e6, written: 2e6, searched: 2e6, operations: 1e9, kind: 'f32' }

test('one limit serves both specs of a kind: the best that was seen', () => {
    const a = { work, limit: 0.01, seconds: 0.02 }
    const b = { work: { ...work, read: 3e6, written: 2e6 }, limit: 0.004, seconds: 0.01 }
    const rates = limitRates('encode', [a, b])
    expect(rates).toEqual({ bytes: 5e6 / 0.004 })
    expect(whyOf('encode', a, rates)).toEqual(['8 MB', '2 MB', '20 ms', '0.50 GB/s', '1.25 GB/s', '40 %'])
    expect(whyOf('encode', b, rates).at(-1)).toBe('40 %')
})

test('work of another kind has its own limit', () => {
    const bits = { work: { ...work, kind: 'bits' }, limit: 0.001, seconds: 0.01 }
    const rates = limitRates('search', [{ work, limit: 0.1, seconds: 0.2 }, bits, undefined])
    expect(rates).toEqual({ f32: 1e10, bits: 1e12 })
})

test('a run that is faster than its limit raises the limit', () => {
    const fast = { work, limit: 0.1, seconds: 0.05 }
    expect(whyOf('search', fast, limitRates('search', [fast])).at(-1)).toBe('100 %')
})

test('what has no time has no rate and no share', () => {
    const none = { work, limit: 0.1, seconds: null }
    expect(whyOf('search', none, limitRates('search', [none])).slice(2)).toEqual(['–', '–', '10.0 GMAC/s', '–'])
})
