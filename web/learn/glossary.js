// The terms of the page, each in a sentence. Formats and options come from the core's own registry.

/** @type {readonly { term: string, text: string }[]} */
export const TERMS = [
    {
        term: 'Bits per value',
        text: 'All bytes of codes, scales and zero points, in bits, divided by the number of values.',
    },
    { term: 'Block, group', text: 'Consecutive values of a row that share one scale.' },
    { term: 'Calibration', text: 'Measuring on samples which values occur, so that a range can be chosen.' },
    { term: 'Clipping', text: 'Values beyond the outermost level become that level.' },
    { term: 'Code', text: 'The bits that are stored for a value.' },
    {
        term: 'Codebook, centroid',
        text: 'A learned list of typical values or pieces of vectors; a code is a place in it.',
    },
    {
        term: 'Cosine',
        text: 'The similarity of two directions: of the original row and the decoded one, or of query and row.',
    },
    { term: 'Decode', text: 'To compute the value that a code stands for.' },
    { term: 'Level', text: 'A value that a code can stand for.' },
    {
        term: 'Measured, computed',
        text: 'Measured figures come from encoding or searching the open data here; computed ones follow from a formula.',
    },
    { term: 'MSE', text: 'The mean of the squared differences between values and decoded values.' },
    {
        term: 'Quantization-aware training',
        text: 'Training that rounds in every step, with gradients that pass as if it had not.',
    },
    { term: 'Recall', text: 'The share of true nearest neighbours that a search over codes finds.' },
    { term: 'Rescoring', text: 'Candidates found by codes are compared once more by their originals.' },
    { term: 'Rotation', text: 'A change of coordinates before coding that spreads outliers over a row.' },
    {
        term: 'Scale, step',
        text: 'The distance between neighbouring levels. Some texts call its inverse the scale.',
    },
    {
        term: 'SQNR',
        text: 'Signal to quantization noise in decibels: ten times the logarithm of the energy of values over that of errors.',
    },
    { term: 'Zero point', text: 'The code that stands for zero in an affine map.' },
]
