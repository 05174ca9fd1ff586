// The rules of format.js equal those of d3-format.
import { format as reference } from 'd3-format'
import { expect, test } from 'vitest'
import { format } from '../../web/text/format.js'

const VALUES = [
    0, -0, 0.5, 1, -1, 0.0005, -0.0004, 0.9995, 9.995, 99.95, 999.5, 1234.5678, -98765.4321, 1e6, 1.5e7, 3.99e20,
]

for (const rule of [',.0f', '.0f', '.1f', ',.1f', '.2f', ',.2f', '.3f', '+.3f', '.4f', '.5f', '.3~g'])
    test(rule, () => {
        for (const value of VALUES) expect(format(rule)(value), String(value)).toBe(reference(rule)(value))
    })

test('another rule is refused', () => expect(() => format('.2%')).toThrow('.2%'))
