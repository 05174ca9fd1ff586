// State and hash are the same thing: every state survives the way to the link and back.
import { expect, test } from 'vitest'
import { fromHash, INITIAL, reduce, toHash } from '../../web/state/state.js'

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
