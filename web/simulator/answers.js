// What the open run answers, kept with the data and the question that it answers: an answer to another is stale.
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

/** @template T @typedef {{ of: readonly unknown[], value: T } | null} Held */

const isSame = (/** @type {readonly unknown[]} */ a, /** @type {readonly unknown[]} */ b) =>
    a.length === b.length && a.every((one, i) => one === b[i])

/**
 * Holds the last answer of a kind. use() asks whenever what it is asked of changes, or what may change the answer
 * does; it gives the last answer, and whether that is to this question.
 * @template T
 * @param {(...of: any[]) => Promise<T | undefined>} ask
 * @param {(a: T, b: T) => boolean} [isEqual] an answer that is equal to the last is the object that it was
 */
export function answers(ask, isEqual = Object.is) {
    const held = signal(/** @type {Held<T>} */ (null))
    return {
        /**
         * of: the question; more: what else is asked with it and makes no other question; until: what may change the answer
         * @type {(of: readonly unknown[], until?: readonly unknown[], more?: readonly unknown[]) => { value: T | null, isFresh: boolean }}
         */
        use(of, until = [], more = []) {
            useEffect(() => {
                let isWanted = true
                ask(...of, ...more)
                    .then(value => {
                        if (!isWanted || !value) return
                        const last = held.peek()?.value
                        held.value = { of, value: last && isEqual(last, value) ? last : value }
                    })
                    .catch(() => {}) // the run was ended: another asks again
                return () => {
                    isWanted = false
                }
            }, [...of, ...until, ...more])
            const last = held.value
            return { value: last?.value ?? null, isFresh: last !== null && isSame(last.of, of) }
        },
    }
}
