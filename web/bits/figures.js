// What the figures of the bit lab mean: all of them are computed from the codes of a format alone.

/** @typedef {import('../parts/open.js').Explained} Explained */

const ABOUT = {
    decoded: ['Decoded', 'What the stored bits stand for: the formula under them, with its numbers, in float32.'],
    relative: ['Relative error', 'How far the decoded value lies from the value, as a share of the value.'],
    neighbours: [
        'Neighbours',
        'The step of the format that holds the value: its two ends, the one that was chosen bold, and the value between.',
    ],
    block: [
        'Bytes of the block',
        'Coded from these values alone, whose largest make the scales; a bit that is turned over is decoded as it stands.',
    ],
    ranges: [
        'What each format holds',
        'Every code is decoded. Integers have scale 1, and blocks hold values up to 1; a value counts once, however many codes stand for it.',
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
