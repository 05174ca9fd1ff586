// sweep --qrels: figures by people's judgements, worked by hand and against a script of their own definitions.
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { file, noise, run, writeRows } from './cli.js'
import { ranked, trec } from './trec.js'

/** @param {string} name @param {string} text */
const write = (name, text) => writeFileSync(file(name), text)

/** @param {string[]} args */
function judged(...args) {
    const { status, out, err } = run('sweep', ...args, '--no-timing', '--json')
    expect(err).toBe('')
    expect(status).toBe(0)
    return JSON.parse(out).judged
}

// Five rows on a quarter circle, so that the order for the query (1, 0) is 0 1 2 3 4, and for (0, 1) the other way.
const angles = [5, 20, 40, 60, 80].map(degrees => (degrees / 180) * Math.PI)
writeRows(
    'arc.npy',
    [5, 2],
    angles.flatMap(angle => [Math.cos(angle), Math.sin(angle)]),
)
writeRows('two.npy', [2, 2], [1, 0, 0, 1])

test('worked by hand', () => {
    // query 0 finds 0 1 2: grades 0 2 1. DCG 2 / log2(3) + 1 / log2(4) = 1.76186; best of 3 2 1: 3 + 2 / log2(3)
    // + 1 / 2 = 4.76186; nDCG 0.369994. The first relevant is second; 2 of 3 relevant are found.
    // query 1 finds 4 3 2: row 4 has grade 1, nDCG 1, MRR 1, recall 1.
    write('hand.trec', '0 0 1 2\n0 0 2 1\n0 0 4 3\n0 0 0 0\n1 0 4 1\n1 0 0 -1\n')
    const { float32, ...counts } = judged(
        'arc.npy',
        '-q',
        'two.npy',
        '-k',
        '3',
        '-s',
        'int8',
        '--qrels',
        'hand.trec',
    )
    expect(counts).toMatchObject({ judgements: 6, queries: 2, without_relevant: 0, outside: 0, unknown_queries: 0 })
    expect(float32['ndcg@3']).toBeCloseTo((0.369994 + 1) / 2, 5)
    expect(float32['mrr@3']).toBe(0.75)
    expect(float32['judged_recall@3']).toBeCloseTo((2 / 3 + 1) / 2, 5)
})

test('documents that are not there count as not found, queries without judgements do not count', () => {
    write('some.tsv', 'query-id\tcorpus-id\tscore\n1\t4\t1\n1\tnowhere\t1\nnobody\t4\t1\n')
    const report = judged('arc.npy', '-q', 'two.npy', '-k', '3', '-s', 'int8', '--qrels', 'some.tsv')
    expect(report).toMatchObject({ judgements: 2, queries: 1, outside: 1, unknown_queries: 1 })
    expect(report.float32['ndcg@3']).toBeCloseTo(1 / (1 + 1 / Math.log2(3)), 5)
    expect(report.float32['judged_recall@3']).toBe(0.5)
})

test('a query without a relevant document has 0', () => {
    write('none.trec', '0 0 1 0\n1 0 4 1\n')
    const report = judged('arc.npy', '-q', 'two.npy', '-k', '3', '-s', 'int8', '--qrels', 'none.trec')
    expect(report).toMatchObject({ queries: 2, without_relevant: 1 })
    expect(report.float32['ndcg@3']).toBe(0.5)
})

test('ids are labels of rows, lines of files, or "_id" of JSON lines', () => {
    const rows = ['a', 'b', 'c', 'd', 'e'].map((id, i) => ({
        _id: id,
        vector: [Math.cos(angles[i]), Math.sin(angles[i])],
    }))
    write('arc.jsonl', rows.map(row => JSON.stringify(row)).join('\n'))
    write('queries.tsv', 'q0\thow long\nq1\thow wide\n')
    write('arc.ids', rows.map(row => JSON.stringify({ _id: row._id, text: 'x' })).join('\n'))
    write('named.tsv', 'q0\tb\t2\nq1\te\t1\n')
    const options = ['-q', 'two.npy', '-k', '3', '-s', 'int8', '--qrels', 'named.tsv', '--query-ids', 'queries.tsv']
    const byLabel = judged('arc.jsonl', ...options)
    expect(byLabel.float32['mrr@3']).toBe(0.75)
    expect(judged('arc.npy', ...options, '--ids', 'arc.ids').float32).toEqual(byLabel.float32)
})

test('200 random queries with graded judgements, as the script has them', () => {
    const dim = 8
    const values = noise((400 + 200) * dim)
    const rows = Array.from({ length: 600 }, (_, i) => [...values.slice(i * dim, (i + 1) * dim)])
    const base = rows.slice(0, 400)
    const queries = rows.slice(400)
    writeRows('random.npy', [400, dim], base.flat())
    writeRows('random-queries.npy', [200, dim], queries.flat())
    let state = 7
    const random = (/** @type {number} */ below) => {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0
        return Math.floor((state / 2 ** 32) * below)
    }
    const lines = []
    const wanted = { ndcg: 0, mrr: 0, recall: 0 }
    let judgedQueries = 0
    for (const [q, query] of queries.entries()) {
        const found = ranked(base, query).map(String)
        /** @type {Map<string, number>} */
        const grades = new Map()
        for (let i = random(12); i > 0; i--) grades.set(found[random(random(2) ? 15 : 400)], random(5) - 1)
        if (!grades.size) continue
        judgedQueries++
        for (const [name, grade] of grades) lines.push(`${q} Q0 ${name} ${grade}`)
        for (const [key, value] of Object.entries(trec(found, grades, 10)))
            wanted[/** @type {'ndcg' | 'mrr' | 'recall'} */ (key)] += value
    }
    write('random.trec', lines.join('\n'))
    const report = judged(
        'random.npy',
        '-q',
        'random-queries.npy',
        '-s',
        'f32',
        '-s',
        'int3',
        '--qrels',
        'random.trec',
    )
    expect(report.queries).toBe(judgedQueries)
    for (const [key, name] of [
        ['ndcg', 'ndcg'],
        ['mrr', 'mrr'],
        ['recall', 'judged_recall'],
    ])
        expect(report.float32[`${name}@10`], name).toBeCloseTo(
            wanted[/** @type {'ndcg'} */ (key)] / judgedQueries,
            5,
        )
    const [f32, int3] = report.results
    expect(f32['ndcg@10']).toBe(report.float32['ndcg@10'])
    expect(f32['ndcg@10_difference']).toBe(0)
    expect(int3['ndcg@10_difference']).toBeCloseTo(int3['ndcg@10'] - f32['ndcg@10'], 5)
    const [low, high] = int3['ndcg@10_difference_ci95']
    expect(low).toBeLessThan(int3['ndcg@10_difference'])
    expect(high).toBeGreaterThan(int3['ndcg@10_difference'])
})

test('judged figures can be asserted, and stand in the CSV and the tables', () => {
    write('good.trec', '0 0 0 1\n1 0 4 1\n')
    const options = ['arc.npy', '-q', 'two.npy', '-k', '3', '-s', 'int8', '--qrels', 'good.trec', '--no-timing']
    expect(run('sweep', ...options, '--assert', 'int8:ndcg@3>=0.99').status).toBe(0)
    expect(run('sweep', ...options, '--assert', 'int8:judged_recall@3<0.5').status).toBe(1)
    expect(run('sweep', ...options, '--csv').out).toContain('ndcg@3,ndcg@3_ci95_low,ndcg@3_ci95_high')
    expect(run('sweep', ...options).out).toContain('Judged by people: 2 judgements of 2 queries')
})

test('wrong files are refused with their line', () => {
    const refused = (/** @type {string} */ text, /** @type {string[]} */ ...more) => {
        write('wrong.trec', text)
        const { status, err } = run(
            'sweep',
            'arc.npy',
            '-q',
            'two.npy',
            '-s',
            'int8',
            '--qrels',
            'wrong.trec',
            ...more,
        )
        expect(status).toBe(3)
        return err
    }
    expect(refused('0 0\n')).toContain('line 1: it has 2 columns')
    expect(refused('0 0 1 1\n0 0 2 x\n')).toContain("line 2: its grade, 'x'")
    expect(refused('0 0 1 1\n0 0 1 2\n')).toContain('lines 1 and 2 judge the same document')
    expect(refused('0 0 1 1\n0 2 2\n')).toContain('line 2: it has 3 columns, the first has 4')
    expect(refused('x 0 1 1\n')).toContain("'x' is not the number of a row, from 0")
    expect(refused('0 0 x 1\n')).toContain('--ids names a file')
    expect(refused('\n')).toContain('it holds no judgements')
    write('short.ids', 'a\nb\n')
    expect(refused('0 0 a 1\n', '--ids', 'short.ids')).toContain('2 ids for the 5 rows')
    write('twice.ids', 'a\nb\nc\na\ne\n')
    expect(refused('0 0 a 1\n', '--ids', 'twice.ids')).toContain('rows 0 and 3 have the same id')
    expect(run('sweep', 'arc.npy', '-s', 'int8', '--qrels', 'wrong.trec').status).toBe(2)
    expect(run('sweep', 'arc.npy', '-q', 'two.npy', '-s', 'int8', '--ids', 'twice.ids').status).toBe(2)
})
