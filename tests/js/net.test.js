// Networks: training follows the losses of an independent implementation, the module agrees with the command line, shards and saved states change nothing, and bad files are refused by name.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { file, headerOf, npyOf, run, shell } from './cli.js'
import { newCore, path } from './core.js'
import { net, nets, report, same, writeNet } from './networks.js'

const golden = JSON.parse(readFileSync(path('tests/golden/net.json'), 'utf8'))
test('training follows the losses of an independent implementation', () => {
    const recipes = ['qat:w=int4,a=int8,epochs=3', 'lsq:w=int4,a=int8,epochs=3', 'lsq:w=int2,a=int2,epochs=3']
    const names = ['ste w4a8', 'lsq w4a8', 'lsq w2a2']
    const { results } = report('digits-mlp', recipes)
    for (const [i, name] of names.entries())
        expect(results[i].seeds.runs[0].loss, name).toBeCloseTo(golden.traces[`digits 3 epochs ${name} row`], 5)
    expect(results[3].recipe).toBe('float:epochs=3')
    expect(results[3].control).toBe(true)
    for (const epochs of [1, 3]) {
        const [fashion] = report('fashion-mlp', [`float:epochs=${epochs}`]).results
        const name = `fashion ${epochs} epoch${epochs > 1 ? 's' : ''} float`
        expect(fashion.seeds.runs[0].loss, name).toBeCloseTo(golden.traces[name], 5)
    }
})

test.each([
    ['digits-mlp', 30],
    ['fashion-mlp', 10],
])(
    '%s: five seeds of training lie where those of an independent implementation do',
    (network, epochs) => {
        const runs = {
            'qat:w=int2,a=int8': 'ste w2a8 row',
            'lsq:w=int2,a=int2': 'lsq w2a2 row',
            'bwn:a=int8': 'bwn w1a8 row',
            'twn:a=int8': 'twn w2a8 row',
        }
        const names = [...Object.values(runs), 'float']
        const { results } = report(
            network,
            Object.keys(runs).map(recipe => `${recipe},epochs=${epochs},seeds=5`),
        )
        expect(results).toHaveLength(names.length)
        for (const [i, result] of results.entries()) {
            expect(result.control).toBe(names[i] === 'float')
            const { mean, sd } = golden.runs[`${network} ${names[i]}`]
            expect(Math.abs(result.seeds.mean - mean), names[i]).toBeLessThanOrEqual(Math.max(3 * sd, 0.006))
            expect(result.seeds.runs).toHaveLength(5)
        }
    },
    300000,
)

const some = [
    'static:w=int4,a=int8,correct=bias',
    'static:w=int8,a=int8,arithmetic=fixed',
    'dynamic:w=int4,a=int4,range=batch',
    'gptq:w=int2',
    'qat:w=int2,a=int8,epochs=2,seeds=2',
    'mixed:w=int3,calibrate=200',
]

test('the module gives the same report, in small steps', async () => {
    const core = await newCore()
    const handle = core.open('qs_net_open', readFileSync(nets('digits-mlp.safetensors')), 10088, '', '')
    for (const [set, part] of [
        ['test', 'test'],
        ['train', 'train'],
    ]) {
        const pixels = Float32Array.from(readFileSync(nets(`digits.${part}.npy`)).subarray(128))
        const labels = Uint32Array.from(readFileSync(nets(`digits.${part}.labels.npy`)).subarray(128))
        core.call('qs_net_feed', handle, set, 0, pixels, pixels.length / 64, 64, 1)
        core.call('qs_net_labels', handle, set, 0, labels, labels.length)
    }
    core.call('qs_net_recipes', handle, some.join('\n'))
    let steps = 0
    while (core.call('qs_net_step', handle, 64) > 0) steps++
    expect(steps).toBeGreaterThan(50)
    expect(JSON.stringify(core.json('qs_net_json', handle))).toBe(same(report('digits-mlp', some)))
    const { lost, gained } = core.json('qs_net_changes_json', handle, 0)
    const [first] = core.json('qs_net_json', handle).results
    expect([lost.length, gained.length]).toEqual([first.lost, first.gained])
    const product = core.json('qs_net_product_json', handle, 1, 0, 3, 5, 0)
    const sum = product.products.reduce(
        (/** @type {number} */ all, /** @type {{ product: number }} */ p) => all + p.product,
        0,
    )
    expect(product.bias + sum).toBe(product.sum)
    expect(product.terms.wx - product.terms.zero_w + product.terms.bias).toBe(product.sum)
    expect(core.json('qs_net_sample_json', handle, 3).results).toHaveLength(some.length + 1)
    const histogram = core.json('qs_net_activations_json', handle, 0, 1, 20)
    const counted = histogram.counts.reduce((/** @type {number} */ all, /** @type {number} */ n) => all + n, 0)
    expect(counted).toBe(512 * 32)
    core.call('qs_net_close', handle)
}, 60000)

test('threads, kernels and shards change nothing', () => {
    const whole = same(report('digits-mlp', some))
    for (const more of [
        ['--threads', '1'],
        ['--threads', '5'],
        ['--backend', 'ref'],
    ])
        expect(same(report('digits-mlp', some, ...more)), more.join(' ')).toBe(whole)
    const states = [0, 1, 2].map(shard => {
        report('digits-mlp', some, '--shard', `${shard}/3`, '--save', `shard${shard}`)
        return ['--resume', `shard${shard}`]
    })
    expect(same(report('digits-mlp', some, ...states.flat()))).toBe(whole)
}, 120000)

test('a state of another network, or cut off, is refused', () => {
    report('digits-mlp', ['weights:w=int4'], '--save', 'state')
    expect(net('fashion-mlp', '--resume', 'state').status).toBe(3)
    writeFileSync(file('short'), readFileSync(file('state')).subarray(0, 9000))
    const short = net('digits-mlp', '-m', 'weights:w=int4', '--resume', 'short')
    expect(short.status).toBe(3)
    expect(short.err).toMatch(/short: .*state/)
})

test.each([
    ['nothing', 'is no method'],
    ['static:', 'nothing follows the colon'],
    ['static:w', 'write w=VALUE'],
    ['static:w=', 'value after = is missing'],
    ['static:w=int4:per=row', 'stands in brackets'],
    ['static:w=(int4:per=row', 'bracket is not closed'],
    ['static:w=int4,w=int8', 'given twice'],
    ['static:a=bf16', 'inputs are coded as int2 to int8'],
    ['static:a=(int8:per=row)', 'per=tensor'],
    ['weights:a=int8', 'no option of weights'],
    ['static:correct=both', 'correct takes none, bias, cle, bias+cle'],
    ['qat:epochs=0', 'whole number from 1'],
    ['mixed:widths=1+9', 'write bits from 2 to 8'],
    ['static:fc9.w=int4', "no layer 'fc9'; its layers are fc1, fc2"],
    ['gptq:w=f8_e4m3', 'takes weights of int2 to int8'],
    ['gptq:w=int4,rounding=rtn', 'already'],
    ['weights:w=int4,damp=1', 'only with rounding=gptq'],
])('the recipe %s is refused: %s', (recipe, why) => {
    const done = net('digits-mlp', '-m', recipe)
    expect(done.status).toBe(2)
    expect(done.err).toContain(why)
})

test('a recipe has one spelling', async () => {
    const core = await newCore()
    const spelling = (/** @type {string} */ recipe) => core.json('qs_recipe_json', recipe).recipe
    expect(spelling('static')).toBe('static:w=int8,a=int8')
    expect(spelling('gptq:w=int4,damp=0.10')).toBe('weights:w=int4,rounding=gptq,damp=0.1')
    expect(spelling('mse:w=int4')).toBe('weights:w=(int4:range=mse)')
    expect(spelling('smoothquant')).toBe('static:w=int8,a=int8,smooth=0.5')
    expect(spelling('static:a=(int4:range=kl),w=(int4:per=row),fc1.w=int8,correct=bias')).toBe(
        'static:w=int4,a=(int4:range=kl),fc1.w=int8,correct=bias',
    )
    for (const method of core.json('qs_methods_json').methods) {
        const once = spelling(method.name)
        expect(spelling(once)).toBe(once)
    }
})

test('networks that do not fit are refused by layer and tensor', () => {
    const input = '1x8x8/16'
    const refuse = (/** @type {string} */ name, /** @type {RegExp} */ why) => {
        const done = run('net', name, '--inputs', nets('digits.test.npy'), '-m', 'weights')
        expect(done.status, name).toBe(3)
        expect(done.err).toMatch(why)
    }
    writeNet('missing', { 'a.weight': [4, 64] }, 1, { net: 'a relu b', input })
    refuse('missing', /layer b: .*b\.weight/)
    writeNet('chain', { 'a.weight': [4, 64], 'b.weight': [2, 5] }, 1, { net: 'a relu b', input })
    refuse('chain', /layer b: 'b\.weight' .*4 values enter/)
    writeNet('nan', { 'a.weight': [4, 64] }, NaN, { net: 'a', input })
    refuse('nan', /'a\.weight': row 0, column 0 is NaN/)
    writeNet('groups', { 'a.weight': [4, 1, 3, 3] }, 1, { net: 'a:groups=3', input })
    refuse('groups', /layer a: .*groups/)
    writeNet('bias', { 'a.weight': [4, 64], 'a.bias': [5] }, 1, { net: 'a', input })
    refuse('bias', /layer a: 'a\.bias'/)
    writeNet('word', { 'a.weight': [4, 64] }, 1, { net: 'a:dilation=2', input })
    refuse('word', /'a:dilation=2'/)
    writeNet('size', { 'a.weight': [4, 63] }, 1, { net: 'a', input: '63/16' })
    refuse('size', /digits\.test\.npy: .*a, takes 63/)
    writeNet('none', {}, 1, {})
    refuse('none', /no tensor NAME\.weight/)
})

test('labels that do not fit are refused by sample', () => {
    const data = ['net', nets('digits-mlp.safetensors'), '--inputs', nets('digits.test.npy')]
    const labels = new Uint8Array(400)
    labels[17] = 10
    writeFileSync(file('labels.npy'), npyOf(headerOf('|u1', [400]), labels))
    const done = run(...data, '--labels', 'labels.npy')
    expect(done.status).toBe(3)
    expect(done.err).toMatch(/sample 17 is 10/)
    writeFileSync(file('few.npy'), npyOf(headerOf('|u1', [399]), labels.fill(0).subarray(0, 399)))
    expect(run(...data, '--labels', 'few.npy').err).toMatch(/400 samples and 399 labels/)
    copyFileSync(nets('fashion.test.npy'), file('large.npy'))
    expect(run('net', nets('digits-mlp.safetensors'), '--inputs', 'large.npy').status).toBe(3)
    expect(run(...data, '-m', 'qat').err).toMatch(/needs training samples/)
})

test('asserts, CSV and Markdown', () => {
    const recipe = 'static:w=int4,a=int8'
    expect(net('digits-mlp', '-m', recipe, '--assert', `${recipe}:accuracy>=0.95`).status).toBe(0)
    const failed = net('digits-mlp', '-m', recipe, '--assert', `${recipe}:lost<5`)
    expect(failed.status).toBe(1)
    expect(failed.err).toContain('is 9')
    expect(net('digits-mlp', '-m', recipe, '--assert', `${recipe}:nonsense<5`).status).toBe(2)
    const csv = net('digits-mlp', '-m', recipe, '--csv').out.trim().split('\n')
    expect(csv).toHaveLength(3)
    expect(net('digits-mlp', '-m', recipe, '--md').out).toContain('| recipe')
})

test('every command of docs/networks.md runs, and its figures are true', () => {
    const page = readFileSync(path('docs/networks.md'), 'utf8')
    const commands = page.match(/^ {4}quantscope .*$/gm) ?? []
    expect(commands.length).toBeGreaterThan(9)
    for (const command of commands) {
        const line = command.trim().replace(/^quantscope/, '"$0"')
        const done = shell(`cd '${nets('')}' && ${line}`)
        expect(done.err, command).toBe('')
        expect(done.status, command).toBe(0)
    }
    const bytes = [
        [256, 784],
        [128, 256],
        [10, 128],
    ].map(([rows, dim]) => {
        const plan = run('plan', '-s', 'int8', '--rows', `${rows}`, '--dim', `${dim}`, '--json')
        return JSON.parse(plan.out).plans[0].bytes.total
    })
    expect(bytes).toEqual([201728, 33280, 1320])
    const shares = {
        'fashion-mlp': { 'weights:w=(int4:per=tensor)': 0.717, 'weights:w=(int4:per=tensor,feedback=1)': 0.8455 },
        'digits-mlp': {
            'weights:w=int2': 0.855,
            'weights:w=(int2:feedback=1)': 0.775,
            'gptq:w=int2,damp=0.01': 0.945,
        },
    }
    for (const [network, right] of Object.entries(shares)) {
        const { results } = report(network, Object.keys(right))
        expect(results.map((/** @type {{ accuracy: number }} */ r) => r.accuracy)).toEqual(Object.values(right))
    }
}, 120000)

test('a row of an encoded table decodes alone', async () => {
    const core = await newCore()
    const table = Float32Array.from({ length: 50 * 12 }, (_, i) => Math.sin(i * 1.7) * (1 + (i % 12)))
    for (const per of ['row', 'dim']) {
        const fit = core.open('qs_fit_open', `int8:map=affine,per=${per}`, 12)
        core.call('qs_fit_observe', fit, 0, table, 50)
        while (core.call('qs_fit_next_pass', fit) > 0) core.call('qs_fit_observe', fit, 0, table, 50)
        const codec = core.open('qs_fit_finish', fit)
        const each = core.call('qs_codec_row_bytes', codec)
        const codes = core.alloc(50 * each)
        const all = core.alloc(50 * 12 * 4)
        const one = core.alloc(12 * 4)
        core.call('qs_codec_encode', codec, 0, table, 50, codes)
        core.call('qs_codec_decode', codec, codes, 50, all)
        core.call('qs_codec_decode', codec, codes + 17 * each, 1, one)
        expect(core.take(one, Float32Array, 12)).toEqual(
            core.take(all, Float32Array, 50 * 12).subarray(17 * 12, 18 * 12),
        )
    }
})

test('what is found of a layer has a remedy that was measured', () => {
    const found = report('fashion-mlp', ['static:w=(int4:per=tensor),a=int8'], '--samples', '500', '--try')
    const [first] = found.results[0].findings.filter((/** @type {{ id: string }} */ f) => f.id !== 'input-outliers')
    expect(found.results.length).toBeGreaterThan(1)
    expect(first.remedy.recipe).toMatch(/^static:w=/)
    const tried = found.results.find((/** @type {{ recipe: string }} */ r) => r.recipe === first.remedy.recipe)
    expect(first.remedy.accuracy).toBe(tried.accuracy)
    const pairs = report('digits-mlp', ['static:w=int8,a=int8,arithmetic=saturate16'], '--try').results
    const [saturated] = pairs[0].findings.filter((/** @type {{ id: string }} */ f) => f.id === 'saturated-pairs')
    expect(saturated.evidence.saturated_pairs).toBeGreaterThan(0)
    const cured = pairs.find((/** @type {{ recipe: string }} */ r) => r.recipe === saturated.remedy.recipe)
    expect(cured.layers[0].saturated_pairs).toBe(0)
    const few = report('digits-mlp', ['gptq:w=int2,calibrate=100'], '--try').results
    const [rows] = few[0].findings.filter((/** @type {{ id: string }} */ f) => f.id === 'few-calibration-rows')
    expect([rows.layer, rows.evidence.rows]).toEqual(['fc1', 100])
    expect(rows.remedy.recipe).toBe('weights:w=int2,rounding=gptq,calibrate=1000')
    expect(rows.remedy.accuracy).toBeGreaterThan(few[0].accuracy)
    const list = run('check', '--list').out
    for (const { id, level } of [first, saturated, rows]) expect(list).toContain(`${id} (${level})`)
})

test('one layer: gptq gives back on the outputs what rounding takes, and inputs that are always 0 are told of', () => {
    const files = [
        '--tensor',
        'fc1.weight',
        '--inputs',
        nets('digits.test.npy'),
        '--calibrate',
        nets('digits.train.npy'),
    ]
    const recipes = [
        'rtn:w=int3',
        'gptq:w=int3',
        'hqq:w=int3',
        'awq:w=int3',
        'rtn:w=f32',
        'smoothquant:w=int8,a=int8',
    ]
    const methods = recipes.flatMap(recipe => ['-m', recipe])
    const done = run('layer', nets('digits-mlp.safetensors'), ...files, ...methods, '--json')
    expect(done.err).toBe('')
    const [rtn, gptq, hqq, awq, plain, smooth] = JSON.parse(done.out).results
    expect(gptq.output_rel_err).toBeLessThan(rtn.output_rel_err)
    expect(hqq.output_rel_err).toBeLessThan(rtn.output_rel_err)
    expect(awq.calibration_rel_err).toBeLessThanOrEqual(rtn.calibration_rel_err)
    expect(plain.output_rel_err).toBe(0)
    expect(smooth.output_rel_err).toBeLessThan(0.02)
    expect(gptq.dead_inputs).toBeGreaterThan(0)
    expect(gptq.notes[0]).toMatch(/are 0 in all calibration rows/)
    const wrong = run(
        'layer',
        nets('digits-mlp.safetensors'),
        ...files.slice(0, 2),
        '--inputs',
        nets('fashion.test.npy'),
    )
    expect(wrong.status).toBe(3)
    expect(wrong.err).toMatch(/dim 784; the layer takes 64/)
    expect(run('layer', nets('digits-mlp.safetensors'), ...files, '-m', 'qat:w=int4').status).toBe(2)
})
