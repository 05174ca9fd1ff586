// nDCG@k, MRR@k and recall@k as trec_eval 9 defines them, written apart from the core to check it: of one query, by
// the names of what was found in order and a map of names to grades.

/** @param {string[]} found @param {Map<string, number>} grades @param {number} k */
export function trec(found, grades, k) {
    const top = found.slice(0, k).map(name => grades.get(name) ?? 0)
    const best = [...grades.values()].sort((a, b) => b - a).slice(0, k)
    const gain = (/** @type {number[]} */ list) =>
        list.reduce((sum, grade, i) => sum + Math.max(grade, 0) / Math.log2(i + 2), 0)
    const relevant = [...grades.values()].filter(grade => grade >= 1).length
    const first = top.findIndex(grade => grade >= 1)
    return {
        ndcg: gain(best) > 0 ? gain(top) / gain(best) : 0,
        mrr: first < 0 ? 0 : 1 / (first + 1),
        recall: relevant ? top.filter(grade => grade >= 1).length / relevant : 0,
    }
}

/** Rows by cosine with a query, in float64, the best first. @param {number[][]} base @param {number[]} query */
export function ranked(base, query) {
    const length = (/** @type {number[]} */ x) => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0))
    const scores = base.map(row => row.reduce((sum, v, i) => sum + v * query[i], 0) / length(row))
    return scores.map((_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b)
}
