// State and hash are the same thing: every state survives the way to the link and back.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clamp, fromHash, INITIAL, reduce, toHash } from '../../web/state/state.js'
import { VIEWS } from '../../web/views.js'

const FULL = {
    ...INITIAL,
    view: 'compare',
    a: 'x8:map=offset,per=dim',
    b: 'y',
    specs: ['x8', 'y:per=tensor,scale=z', 'w'],
    metric: 'l2',
    k: 5,
    seed: 7,
    query: 77,
    more: true,
    both: true,
    pick: 3,
    sort: '-recall',
    filter: 'per tensor & 50% = a;b?c#d',
    disk: false,
    vectors: 123456,
    memory: '1.5 GB',
    space: '2 TB',
    least: 0.875,
    value: '-1/3',
    row: 'x8:per=tensor',
    code: '128 x8:per=tensor',
    find: 'x float',
    every: true,
    looks: ['x8:map=affine,per=dim', 'y'],
    block: 'y:block=16',
    vector: -1,
    count: 64,
    order: '-largest',
    range: 'x8:map=affine,per=dim',
    lo: '-0.05',
    hi: '1e-7',
    dim: 7,
}

test('the first state is the bare view', () => {
    expect(toHash(INITIAL)).toBe('#simulator')
    expect(fromHash('')).toEqual(INITIAL)
    expect(fromHash('#simulator')).toEqual(INITIAL)
})

test('a full state survives the round trip', () => {
    expect(fromHash(toHash(FULL))).toEqual(FULL)
})

test('each value alone survives the round trip', () => {
    for (const key of /** @type {(keyof typeof FULL)[]} */ (Object.keys(FULL))) {
        const state = { ...INITIAL, [key]: FULL[key] }
        expect(fromHash(toHash(state))).toEqual(state)
    }
})

test('specs stay readable in the link', () => {
    expect(toHash({ ...INITIAL, a: FULL.a })).toBe('#simulator?a=x8:map=offset,per=dim')
})

test.each([
    '#nowhere',
    '#simulator?k=abc',
    '#simulator?unknown=1',
    '#simulator?k=',
    '#simulator?a',
    '#simulator?%',
    '#?&&=&',
])('what cannot be read is as at first: %s', hash => {
    expect(fromHash(hash)).toEqual(INITIAL)
})

test('a broken escape does not throw', () => {
    expect(fromHash('#simulator?filter=%E0%A4%A')).toEqual(INITIAL)
})

/** Any state, allowed or not, by the kinds of its first values. */
const anyState = fc.record(
    Object.fromEntries(
        Object.entries(INITIAL).map(([key, first]) => [
            key,
            key === 'view'
                ? fc.constantFrom(...VIEWS.map(({ name }) => name))
                : Array.isArray(first)
                  ? fc.array(fc.string({ unit: 'binary', minLength: 1 }).filter(text => !text.includes(';')))
                  : typeof first === 'boolean'
                    ? fc.boolean()
                    : typeof first === 'number'
                      ? fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.integer({ min: 0, max: 300 }))
                      : fc.string({ unit: 'binary' }),
        ]),
    ),
)

test('every state survives the round trip once it is allowed, and allowing twice changes nothing', () => {
    fc.assert(
        fc.property(anyState, state => {
            const allowed = clamp(/** @type {any} */ (state))
            expect(clamp(allowed)).toEqual(allowed)
            expect(fromHash(toHash(allowed))).toEqual(allowed)
        }),
        { numRuns: 500 },
    )
})

test('any hash is read, and reading what it is written as changes nothing', () => {
    const part = fc.tuple(fc.constantFrom(...Object.keys(INITIAL), 'other'), fc.string({ unit: 'binary' }))
    const hash = fc
        .tuple(fc.constantFrom('compare', 'bits', 'x', ''), fc.array(part))
        .map(([view, parts]) => `#${view}?${parts.map(one => one.join('=')).join('&')}`)
    fc.assert(
        fc.property(fc.oneof(hash, fc.string({ unit: 'binary' })), text => {
            const state = fromHash(text)
            expect(fromHash(toHash(state))).toEqual(state)
        }),
        { numRuns: 500 },
    )
})

test.each([
    ['k=4294967306', { k: 100 }],
    ['k=10.5', { k: 11 }],
    ['k=-1', { k: 1 }],
    ['k=1e300', { k: 100 }],
    ['k=NaN', { k: 10 }],
    ['k=0x10', { k: 16 }],
    ['seed=-5', { seed: 0 }],
    ['seed=1e10', { seed: 2 ** 32 - 1 }],
    ['count=1e9&vector=-1', { count: 256, vector: -1 }],
    ['vector=-7', { vector: -1 }],
    ['vectors=0', { vectors: 1 }],
    ['least=2', { least: 1 }],
    ['metric=euclid', { metric: 'cosine' }],
    ['query=-3', { query: 0 }],
])('numbers of the link are held to what is taken: %s', (query, values) => {
    const state = fromHash(`#bits?${query}`)
    expect(state).toEqual({ ...INITIAL, view: 'bits', ...values })
    expect(fromHash(toHash(state))).toEqual(state)
})

test('choosing the other one swaps', () => {
    const pair = /** @type {[string, string]} */ (['p', 'q'])
    expect(reduce(INITIAL, { type: 'choose', side: 'a', spec: 'r', pair })).toMatchObject({ a: 'r', b: 'q' })
    expect(reduce(INITIAL, { type: 'choose', side: 'a', spec: 'q', pair })).toMatchObject({ a: 'q', b: 'p' })
    expect(reduce(INITIAL, { type: 'swap', pair })).toMatchObject({ a: 'q', b: 'p' })
})

test('adding and leaving out', () => {
    const shown = ['p', 'q']
    expect(reduce(INITIAL, { type: 'add', spec: 'r', shown }).specs).toEqual(['p', 'q', 'r'])
    expect(reduce(INITIAL, { type: 'add', spec: 'p', shown }).specs).toEqual(['q', 'p'])
    expect(reduce(INITIAL, { type: 'remove', spec: 'p', shown }).specs).toEqual(['q'])
})

test('a column sorts one way, the other, and not at all', () => {
    const sort = (/** @type {import('../../web/state/state.js').State} */ state, descending = true) =>
        reduce(state, { type: 'sort', column: 'recall', descending })
    const once = sort(INITIAL)
    const twice = sort(once)
    expect([once.sort, twice.sort, sort(twice).sort]).toEqual(['-recall', 'recall', ''])
    expect(sort(INITIAL, false).sort).toBe('recall')
})

test('the reducer leaves the state it is given alone', () => {
    const before = structuredClone(FULL)
    reduce(FULL, { type: 'add', spec: 'r', shown: FULL.specs })
    reduce(FULL, { type: 'set', values: { k: 3 } })
    expect(FULL).toEqual(before)
})
