// Numbers as the page writes them.
import { expect, test } from 'vitest'
import * as write from '../../web/text/numbers.js'

test('figures', () => {
    expect(write.count(4096000)).toBe('4,096,000')
    expect(write.recall(0.9613)).toBe('0.961')
    expect(write.recall(null)).toBe('–')
    expect(write.decibel(-3.5)).toBe('−3.50')
    expect(write.cosine(0.997844)).toBe('0.99784')
    expect(write.times(3.9844)).toBe('3.98×')
    expect(write.interval([0.951, 0.971])).toBe('0.951 to 0.971')
    const told = ['the file is empty', 'It ends.', 'k=0: k takes a whole number from 1', 'f16 has none']
    expect(told.map(write.sentence)).toEqual([
        'The file is empty.',
        'It ends.',
        'k=0: k takes a whole number from 1.',
        'f16 has none.',
    ])
})

test('words with their numbers', () => {
    expect(['vector', 'query'].map(noun => write.plural(1, noun))).toEqual(['1 vector', '1 query'])
    expect(['vector', 'query'].map(noun => write.plural(2000, noun))).toEqual(['2,000 vectors', '2,000 queries'])
    expect([3.984, 0.4444, 1.004, 0.996, 12345.678, 5.5571e12].map(write.timesSmaller)).toEqual([
        '3.98 times smaller',
        '2.25 times larger',
        'the same',
        'the same',
        '12,345.68 times smaller',
        '5.56e12 times smaller',
    ])
})

test('times of a measurement', () => {
    expect([0.00004, 0.00062, 0.0062, 0.062, 6.2].map(write.milliseconds)).toEqual([
        '< 0.1',
        '0.6',
        '6.2',
        '62',
        '6,200',
    ])
    expect(write.milliseconds(undefined)).toBe('–')
})

test.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1 KB'],
    [258_000_000, '258 MB'],
    [1_500_000_000, '1.5 GB'],
    [999_960, '1 MB'],
    [2e17, '200 PB'],
])('%d bytes are %s', (bytes, text) => expect(write.size(bytes)).toBe(text))

test.each([
    ['300 MB', 300e6],
    ['1.5gb', 1.5e9],
    ['4096', 4096],
    ['4,096 bytes', 4096],
    ['2k', 2000],
    ['2GB', 2e9],
    ['1e6', 1e6],
    ['1e9', 1e9],
    [' .5 tb ', 0.5e12],
    ['1.5 GiB', 1.5 * 2 ** 30],
    ['1 byte', 1],
])('%s is read', (text, bytes) => expect(write.parseSize(text)).toBe(bytes))

test.each(['', 'MB', '3 miles', '-1 MB', '1e', '1e999', '1.2.3', 'e9'])('"%s" is no size', text =>
    expect(write.parseSize(text)).toBeNaN(),
)

test.each([
    ['1,000,000', 1e6],
    ['12', 12],
    ['20M', 20e6],
    ['1e6', 1e6],
    ['1.1 million', 1.1e6],
    ['1.5k', 1500],
    ['2 billion', 2e9],
])('%s is a count', (text, value) => expect(write.parseCount(text)).toBe(value))

test.each(['', '1.5', '-3', '20 miles', '0.0001k', 'k', '1e'])('"%s" is no count', text =>
    expect(write.parseCount(text)).toBeNaN(),
)
