// What the figures of the bit lab mean: all of them are computed from the codes of a format alone.

/** @typedef {import('../parts/open.js').Explained} Explained */

const ABOUT = {
    decoded: ['Decoded', 'The value of the stored bits: the formula under them, with its numbers, in float32.'],
    relative: ['Relative error', 'How far the decoded value lies from the value, as a share of the value.'],
    neighbours: [
        'Neighbours',
        'The two values of the format around the value, the chosen one bold, and the value between them.',
    ],
    block: [
        'Bytes of the block',
        'Encoded from these values alone, so their largest set the scales. A flipped bit is decoded as it is.',
    ],
    ranges: [
        'Ranges of the formats',
        'Every code is decoded. Integers have scale 1, and blocks contain values up to 1. A value counts once, however many codes decode to it.',
    ],
}

/**
 * One of them, under the conditions of what is on screen.
 * @type {(id: keyof typeof ABOUT, conditions: string, command: string) => Explained}
 */
export const bitFigure = (id, conditions, command) => ({
    label: ABOUT[id][0],
    sign: 'computed',
    about: ABOUT[id][1],
    source: 'computed from the format and the value alone',
    conditions,
    command,
})
