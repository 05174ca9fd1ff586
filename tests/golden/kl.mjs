// The procedure of rule kl, written plainly and slowly from its description, on the samples of samples.bin: node
// tests/golden/kl.mjs writes kl.txt, one line for each sample and number of groups:
//   sample groups largest bins divergence-of-those divergence-of-all-bins divergence-of-1000-bins
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const all = new Float32Array(Uint8Array.from(readFileSync(join(here, 'samples.bin'))).buffer)
const COUNT = 8192
const BINS = 2048

function histogram(sample) {
    const largest = sample.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
    const counts = new Array(BINS).fill(0)
    for (const x of sample) counts[Math.min(BINS - 1, Math.floor((Math.abs(x) * BINS) / largest))]++
    return { largest, counts }
}

function divergence(counts, kept, groups) {
    const p = counts.slice(0, kept)
    for (const beyond of counts.slice(kept)) p[kept - 1] += beyond
    const mass = new Array(groups).fill(0)
    const used = new Array(groups).fill(0)
    const group = (bin) => Math.floor((bin * groups) / kept)
    for (let bin = 0; bin < kept; bin++) {
        if (counts[bin] === 0) continue
        mass[group(bin)] += counts[bin]
        used[group(bin)] += 1
    }
    const q = p.map((_, bin) => (counts[bin] === 0 ? 0 : mass[group(bin)] / used[group(bin)]))
    const allP = p.reduce((a, b) => a + b, 0)
    const allQ = q.reduce((a, b) => a + b, 0)
    let sum = 0
    for (let bin = 0; bin < kept; bin++) {
        if (p[bin] === 0) continue
        if (q[bin] === 0) return Infinity
        sum += (p[bin] / allP) * Math.log(p[bin] / allP / (q[bin] / allQ))
    }
    return sum
}

function search(counts, groups) {
    let best = { bins: BINS, divergence: Infinity }
    for (let kept = 128; kept <= BINS; kept++) {
        const d = divergence(counts, kept, groups)
        if (d <= best.divergence && d < Infinity) best = { bins: kept, divergence: d }
    }
    return best
}

const lines = []
for (let s = 0; s * COUNT < all.length; s++) {
    const { largest, counts } = histogram(all.subarray(s * COUNT, (s + 1) * COUNT))
    counts[0] = counts[1]
    for (const groups of [8, 128, 256]) {
        const { bins, divergence: least } = search(counts, groups)
        const others = [BINS, 1000].map((kept) => divergence(counts, kept, groups))
        lines.push([s, groups, largest, bins, least, ...others].join(' '))
    }
}
writeFileSync(join(here, 'kl.txt'), `${lines.join('\n')}\n`.replaceAll('Infinity', 'inf'))
