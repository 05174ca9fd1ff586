// Packs independent figures of quantized networks into net.txt (integer inference, for C) and net.json (counts of right
// answers and training losses): node tests/golden/net-pack.mjs FIGURES.json, figures made with numpy and PyTorch.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const figures = JSON.parse(readFileSync(process.argv[2]))
const here = dirname(fileURLToPath(import.meta.url))
const flat = values => values.flat(9).join(' ')

/** A spec of weights: "w4", "row". */
function spec(bits, per) {
    const options = []
    if (per.startsWith('tensor')) options.push('per=tensor')
    if (per.startsWith('group')) options.push('per=block')
    const format = `int${bits.slice(1)}`
    return options.length ? `(${format}:${options.join(',')})` : format
}

const lines = []
function integers(name, network) {
    for (const [key, figure] of Object.entries(network.integer)) {
        const [formats, per, more] = key.split(' ')
        if (more) continue
        const [w] = formats.split('a')
        lines.push(`case ${name} static:w=${spec(w, per)},a=int8`)
        figure.layers.forEach((layer, l) => {
            lines.push(`bias ${l} ${layer.bias_q.length} ${flat(layer.bias_q)}`)
            const pairs = layer.M_fixed?.flat() ?? []
            if (pairs.length) lines.push(`multiplier ${l} ${pairs.length} ${flat(pairs)}`)
        })
        lines.push(`peak 0 ${figure.peak_acc.length} ${flat(figure.peak_acc)}`)
        for (const [arithmetic, end] of [
            ['integer', 'float_mult'],
            ['fixed', 'fixed_mult'],
        ]) {
            const sums = figure[`first20_acc_last_${end}`]
            lines.push(`${arithmetic} 0 200 ${flat(sums)}`)
            const codes = figure[`first20_codes_hidden_${end}`]
            codes?.forEach((layer, l) => lines.push(`codes ${l + 1} ${layer.flat().length} ${flat(layer)}`))
            const totals = figure[`first20_codes_hidden_sum_${end}`]
            totals?.forEach((layer, l) => lines.push(`totals ${l + 1} 20 ${flat(layer)}`))
        }
    }
}

/** Recipes whose answers do not hang on how a range is searched for. */
function counts(network, samples) {
    const right = {}
    const put = (recipe, share) => (right[recipe] = Math.round(share * samples))
    const bits = text => text.split('a')
    for (const [key, share] of Object.entries(network.weight_only ?? {})) {
        const [w, per] = key.split(' ')
        if (!per.endsWith('mse')) put(`weights:w=${spec(w, per)}`, share)
    }
    for (const [key, share] of Object.entries(network.static ?? {})) {
        const [formats, per, rule] = key.split(' ')
        const [w, a] = bits(formats)
        if (rule === 'minmax') put(`static:w=${spec(w, per)},a=int${a}`, share)
    }
    for (const [key, share] of Object.entries(network.dynamic ?? {})) {
        const [formats, per, range] = key.split(' ')
        const [w, a] = bits(formats)
        put(`dynamic:w=${spec(w, per)},a=int${a}${range === 'per-row' ? '' : ',range=batch'}`, share)
    }
    for (const [key, share] of Object.entries(network.correction_pruning_gptq ?? {})) {
        const words = key.split(' ')
        if (typeof share !== 'number' || key.startsWith('cle')) continue
        if (words[2] === 'minmax') {
            const [w, a] = bits(words[0])
            const correct = [key.includes('+bias') && 'bias', key.includes('+CLE') && 'cle'].filter(Boolean)
            const option = correct.length ? `,correct=${correct.join('+')}` : ''
            put(`static:w=${spec(w, words[1])},a=int${a}${option}`, share)
        } else if (words[0].startsWith('prune')) {
            const w = words[0].includes('int8') ? 'int8' : 'f32'
            const at = words.indexOf('bits/weight')
            const scope = key.includes('layer') ? ',scope=layer' : ''
            const option = words[at - 1] === '4' ? '' : `,bits=${words[at - 1]}`
            put(`prune:w=${w}${option}${scope}`, share)
        } else if (words[3] === 'GPTQ') {
            const damp = words[5].slice(5)
            const rows = words[4].slice(2)
            const option = rows === '512' ? '' : `,calibrate=${rows}`
            put(`weights:w=int${words[0].slice(1)},rounding=gptq,damp=${damp}${option}`, share)
        }
    }
    for (const [key, share] of Object.entries(network.results ?? {})) {
        const words = key.split(' ')
        if (words[0] === 'weights' && !key.includes('mse')) put(`weights:w=${spec(words[1], words[2])}`, share)
        if (words[0] === 'static' && words[3] === 'minmax' && !key.includes('+')) {
            const [w, a] = bits(words[1])
            put(`static:w=${spec(w, words[2])},a=int${a}`, share)
        }
    }
    return right
}

const out = { float: {}, right: {}, traces: figures.qat.trace, runs: figures.qat.runs }
for (const [name, network] of Object.entries(figures.networks)) {
    const samples = name.startsWith('digits') ? 400 : 2000
    integers(name, network)
    out.float[name] = { right: Math.round(network.float32 * samples), cross_entropy: network.float32_ce }
    out.right[name] = counts(network, samples)
}
writeFileSync(join(here, 'net.txt'), lines.join('\n') + '\n')
writeFileSync(join(here, 'net.json'), JSON.stringify(out, null, 1) + '\n')
