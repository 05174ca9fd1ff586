// Which findings are shown, and in which order: those of the report that concern what is on screen, and one for each
// reason that keeps specs from being measured.
import { plural } from '../text/numbers.js'

/**
 * @typedef {{ text?: string, spec?: string, option?: string, command?: string }} Remedy
 * @typedef {{ id: string, level: 'error' | 'warning' | 'note', spec: string | null, text: string, damage?: string | null, remedy?: Remedy | null }} Finding
 */

const ORDER = ['error', 'warning', 'note']
/** Of many specs so many are named. */
const NAMED = 3

/** What a row's problem is, without the spec and the format it names. @param {string} problem */
const reasonOf = problem => problem.replace(/, for which this format has no code.*/, '')

/**
 * @param {Finding[]} found those of the report
 * @param {{ spec: string, at: string, now: string }[]} rows
 * @param {string[]} specs those the open view measures
 * @returns {Finding[]}
 */
export function findingsOf(found, rows, specs) {
    /** @type {Map<string, string[]>} */
    const refused = new Map()
    for (const { spec, at, now } of rows)
        if (at === 'problem' && specs.includes(spec))
            refused.set(reasonOf(now), [...(refused.get(reasonOf(now)) ?? []), spec])
    const problems = [...refused].map(([reason, list]) => ({
        id: `not-measured ${reason}`,
        level: /** @type {const} */ ('error'),
        spec: null,
        text: `${reason}: ${named(list)} ${list.length === 1 ? 'is' : 'are'} not measured`,
    }))
    const shown = found.filter(({ spec }) => !spec || specs.includes(spec))
    return [...shown, ...problems].sort((x, y) => ORDER.indexOf(x.level) - ORDER.indexOf(y.level))
}

/** @param {string[]} specs */
function named(specs) {
    const rest = specs.length - NAMED
    return rest > 1 ? `${specs.slice(0, NAMED).join(', ')} and ${plural(rest, 'other spec')}` : specs.join(', ')
}
