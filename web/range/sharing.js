// How spending more scales compares: the data coded with scales of the tensor, of dims, of rows and of blocks, by a
// worker of its own, so that what is dragged never waits for it.
import { computed, effect, signal } from '@preact/signals'
import { newRemote } from '../engine/remote.js'
import { failed, fitted, info, option, survey, table, tableName } from './session.js'
import { book } from '../state/session.js'
import { changed } from '../state/specs.js'
import { state } from '../state/store.js'

/**
 * @typedef {{ range: string, spec: string, mse: number | null, sqnr_db: number | null, counts?: number[] }} Use
 * @typedef {{ per: string, spec: string, rules: Use[] }} Share
 */

export const shares = signal(/** @type {Share[]} */ ([]))

/** The rules that are compared: the plain one, and the one chosen where rows can have it. */
const second = computed(() => (['percentile', 'mse', 'std'].includes(option('range')) ? option('range') : 'mse'))

let comparing = /** @type {{ calibrator: import('../engine/remote.js').Remote, key: string } | null} */ (null)

/** What is to be coded: for each kind of scale the spec by two rules. @type {(about: import('../state/specs.js').Book, known: import('../state/specs.js').SpecInfo, better: string) => Share[]} */
function planned(about, known, better) {
    const pers = known.options.find(one => one.name === 'per')?.values ?? []
    return ['tensor', 'dim', 'row', 'block']
        .filter(one => pers.includes(one))
        .flatMap(per => {
            const spec = changed(about, known, { option: 'per', value: per })
            const tried = about.info(spec).info
            if (!tried) return []
            const by = (/** @type {string} */ range) => changed(about, tried, { option: 'range', value: range })
            const rules = fitted.peek()
                ? [{ range: 'fitted', spec }]
                : ['minmax', better].map(range => ({ range, spec: by(range) }))
            return [{ per, spec, rules: rules.map(rule => ({ ...rule, mse: null, sqnr_db: null })) }]
        })
}

async function compare() {
    const [open, about, known, better] = [table.value, book.value, info.value, second.value]
    if (state.value.view !== 'range' || !open || !about || !known || !survey.value) return
    const base = fitted.value ? known.spec : changed(about, known, { option: 'range', value: better })
    const key = `${tableName(open)} ${base.replace(/per=\w+,?/, '')}`
    if (comparing?.key === key) return
    comparing?.calibrator.end()
    const mine = { calibrator: newRemote('calibration'), key }
    comparing = mine
    const list = planned(about, known, better)
    shares.value = list.slice()
    try {
        for (const [i, share] of list.entries()) {
            const job = { specs: share.rules.map(rule => rule.spec), metric: 'cosine', k: 1, seed: 0 }
            const { report } = await mine.calibrator.ask('measure', open, job)
            const rules = []
            for (const [j, rule] of share.rules.entries()) {
                const { error } = report.results[j]
                const counts = await mine.calibrator.ask('codeUsage', open, rule.spec)
                rules.push({ ...rule, mse: error?.mse ?? null, sqnr_db: error?.sqnr_db ?? null, counts })
            }
            if (comparing !== mine) return
            list[i] = { ...share, rules }
            shares.value = list.slice()
        }
    } catch (error) {
        if (comparing === mine) failed(error)
    }
}

effect(() => void compare())
