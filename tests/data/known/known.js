/*
 * Known answers: what a sweep must find, computed here in float64 from the definitions, with nothing of the core.
 * Run it with node; it writes known.json beside it.
 *
 * truth       the ten rows of highest score in float64 over the stored values, ties by the lower row. Sentences: inner
 *             product (their rows are of unit length); words: cosine (theirs are not)
 * recall@10   mean over queries of |first ten found and true first ten| / 10
 * recall@1    share of queries whose first row found is the true first row
 * mse         mean squared error of decoded against stored values over the base
 * sqnr_db     10 log10(mean square of the stored values / mse); null where nothing was lost
 *
 * Ranges are taken over the base. A query stays as it is and is scored against decoded rows, unless query=same codes
 * and decodes it too. Binary: Hamming distance, ties by the lower row; query=f32: (query - threshold) . (+1 or -1).
 * rescore=K: the first 10 K rows are ranked again by their true scores.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const K = 10

function half(bits) {
    const sign = bits >> 15 ? -1 : 1
    const exponent = (bits >> 10) & 31
    const mantissa = bits & 1023
    return sign * (exponent ? (1024 + mantissa) * 2 ** (exponent - 25) : mantissa * 2 ** -24)
}

/** A .npy of float16 or float32, as rows of float64. */
function readRows(name) {
    const bytes = readFileSync(new URL(name, import.meta.url))
    const start = 10 + bytes.readUInt16LE(8)
    const header = bytes.toString('latin1', 10, start)
    const [count, dim] = header.match(/\((\d+), (\d+)\)/).slice(1).map(Number)
    const value = header.includes("'<f2'")
        ? i => half(bytes.readUInt16LE(start + 2 * i))
        : i => bytes.readFloatLE(start + 4 * i)
    return Array.from({ length: count }, (_, r) => Float64Array.from({ length: dim }, (_, d) => value(r * dim + d)))
}

function evenly(x) {
    const down = Math.floor(x)
    if (x - down !== 0.5) return Math.round(x)
    return down % 2 ? down + 1 : down
}
const clip = (x, low, high) => Math.min(Math.max(x, low), high)
const column = (rows, d) => rows.map(row => row[d])
const least = values => values.reduce((a, b) => Math.min(a, b))
const most = values => values.reduce((a, b) => Math.max(a, b))

/* ---- each gives what a row becomes */

/** To the nearest value with so many bits of mantissa and no smaller step than least, ties to even. */
const float = (bits, least) => () => row =>
    row.map(x => {
        if (x === 0) return 0
        const step = Math.max(2 ** (Math.floor(Math.log2(Math.abs(x))) - bits), least)
        return evenly(x / step) * step
    })

/** Steps from lo to hi, of each dim or of all. */
function minmax(bits, perDim) {
    return base => {
        const levels = 2 ** bits - 1
        const dims = base[0].map((_, d) => d)
        const lows = Array.from(dims, d => least(column(base, d)))
        const highs = Array.from(dims, d => most(column(base, d)))
        const lo = d => (perDim ? lows[d] : least(lows))
        const hi = d => (perDim ? highs[d] : most(highs))
        const range = Array.from(dims, d => [lo(d), (hi(d) - lo(d)) / levels])
        return row => row.map((x, d) => range[d][0] + range[d][1] * clip(evenly((x - range[d][0]) / range[d][1]), 0, levels))
    }
}

/** Multiples of absmax / (2^(bits-1) - 1), of each row or of all. */
function absmax(bits, perRow) {
    return base => {
        const top = 2 ** (bits - 1) - 1
        const size = row => most(row.map(Math.abs))
        const all = most(base.map(size))
        return row => {
            const scale = (perRow ? size(row) : all) / top
            return row.map(x => scale * clip(evenly(x / scale), -top, top))
        }
    }
}

const thresholds = {
    none: base => base[0].map(() => 0),
    mean: base => base[0].map((_, d) => column(base, d).reduce((a, b) => a + b) / base.length),
    median: base =>
        base[0].map((_, d) => {
            const sorted = Float64Array.from(column(base, d)).sort()
            return (sorted[(base.length - 1) >> 1] + sorted[base.length >> 1]) / 2
        }),
}

/* ---- scores and figures */

const dot = (a, b) => {
    let sum = 0
    for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
    return sum
}

const scores = {
    ip: dot,
    cosine: (a, b) => {
        const lengths = Math.sqrt(dot(a, a) * dot(b, b))
        return lengths > 0 ? dot(a, b) / lengths : 0
    },
}

/** The first count rows by score, of equal ones the lower. Twelve digits of a score count, as rounding in float64 may
 * part scores that are equal: rows of few levels often point the same way. */
function first(count, rows, score) {
    const ranked = rows.map((row, r) => ({ r, s: Number(score(row).toPrecision(12)) }))
    return ranked
        .sort((a, b) => b.s - a.s || a.r - b.r)
        .slice(0, count)
        .map(hit => hit.r)
}

function recall(truth, found) {
    const shared = truth.map((rows, q) => found[q].filter(r => rows.includes(r)).length)
    return {
        'recall@10': shared.reduce((a, b) => a + b) / K / truth.length,
        'recall@1': truth.filter((rows, q) => rows[0] === found[q][0]).length / truth.length,
    }
}

function errors(base, decoded) {
    let lost = 0
    let all = 0
    base.forEach((row, r) =>
        row.forEach((x, d) => {
            lost += (x - decoded[r][d]) ** 2
            all += x * x
        }),
    )
    return { mse: lost / base.length / base[0].length, sqnr_db: lost ? 10 * Math.log10(all / lost) : null }
}

/* ---- the specs, by what they mean */

const numbers = { f16: float(10, 2 ** -24), bf16: float(7, 2 ** -133) }
for (const bits of [8, 6, 4, 3, 2])
    Object.assign(numbers, {
        [`int${bits}:map=offset,per=dim`]: minmax(bits, true),
        [`int${bits}:map=offset,per=tensor`]: minmax(bits, false),
        [`int${bits}:per=tensor`]: absmax(bits, false),
        [`int${bits}`]: absmax(bits, true),
    })
const both = ['int8:map=offset,per=dim', 'int4:map=offset,per=dim']

function answers({ base, queries, metric }) {
    const rows = readRows(base)
    const asked = readRows(queries)
    const score = scores[metric]
    const truth = asked.map(query => first(K, rows, row => score(query, row)))
    const results = {}
    for (const [spec, fit] of Object.entries(numbers)) {
        const code = fit(rows)
        const decoded = rows.map(code)
        const search = turn => asked.map(query => first(K, decoded, row => score(turn(query), row)))
        results[spec] = { ...recall(truth, search(x => x)), ...errors(rows, decoded) }
        if (both.includes(spec)) {
            const coded = new Map(asked.map(query => [query, code(query)]))
            results[`${spec},query=same`] = recall(truth, search(query => coded.get(query)))
        }
    }
    for (const [center, fit] of Object.entries(thresholds)) {
        const threshold = fit(rows)
        const sign = row => row.map((x, d) => (x > threshold[d] ? 1 : -1))
        const bits = rows.map(sign)
        const options = center === 'none' ? [] : [`center=${center}`]
        const name = more => ['binary', [...options, ...more].join(',')].filter(Boolean).join(':')
        const near = asked.map(query => first(20 * K, bits, row => dot(sign(query), row)))
        results[name([])] = recall(
            truth,
            near.map(list => list.slice(0, K)),
        )
        for (const times of [2, 4, 10, 20]) {
            const again = near.map((list, q) =>
                list
                    .slice(0, times * K)
                    .sort((a, b) => score(asked[q], rows[b]) - score(asked[q], rows[a]) || a - b)
                    .slice(0, K),
            )
            results[name([`rescore=${times}`])] = recall(truth, again)
        }
        const floats = asked.map(query => {
            const from = query.map((x, d) => x - threshold[d])
            return first(K, bits, row => dot(from, row))
        })
        results[name(['query=f32'])] = recall(truth, floats)
    }
    return { base, queries, metric, results }
}

const demo = '../../../web/public/demo/demo-sentences-2k'
const sets = {
    sentences: { base: `${demo}.f16.npy`, queries: `${demo}.queries-100.f16.npy`, metric: 'ip' },
    words: { base: 'words-2k.f32.npy', queries: 'words-2k.queries-100.f32.npy', metric: 'cosine' },
}
const known = Object.fromEntries(Object.entries(sets).map(([name, set]) => [name, answers(set)]))
writeFileSync(new URL('known.json', import.meta.url), `${JSON.stringify(known, null, 4)}\n`)
