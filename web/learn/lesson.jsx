// A lesson: its text and formulas, one figure, and where it can be seen. Its figures are asked for when it comes near.
import { useEffect, useRef, useState } from 'preact/hooks'
import { set } from '../state/store.js'
import { Maths } from '../parts/maths.jsx'
import { LessonBits, LessonLevels, LessonTable } from './figure.jsx'
import { facts } from './session.js'

/** How near, in pixels. */
const NEAR = 1500

/** Whether an element has come near to what is seen. @param {{ current: HTMLElement | null }} ref */
export function useNear(ref) {
    const [isNear, setNear] = useState(false)
    useEffect(() => {
        if (isNear || !ref.current) return
        const watch = new window.IntersectionObserver(
            entries => entries.some(entry => entry.isIntersecting) && setNear(true),
            { rootMargin: `${NEAR}px` },
        )
        watch.observe(ref.current)
        return () => watch.disconnect()
    }, [isNear])
    return isNear
}

/** @type {Record<string, string>} */
const OTHERS = {
    network: 'Measured on the demo network.',
    weights: 'Measured on the demo’s weights.',
}

/** @param {{ lesson: import('./lessons.js').Lesson }} props */
export function LessonPart({ lesson }) {
    const ref = useRef(/** @type {HTMLElement | null} */ (null))
    const isNear = useNear(ref)
    const f = facts.value
    const { id, title, see, of } = lesson
    const isElsewhere = of && (of === 'network' || f?.kind !== 'weights')
    return (
        <article class="lesson" id={`lesson-${id}`} ref={ref} data-near={isNear} aria-labelledby={`title-${id}`}>
            <h2 id={`title-${id}`} tabIndex={-1}>
                {title}
            </h2>
            {f && isNear && <Filled lesson={lesson} f={f} />}
            <p class="learngo">
                See it in{' '}
                {see.map(({ title: to, state }, i) => (
                    <>
                        {i > 0 && ' or '}
                        <button key={to} class="link" aria-label={`${to}: ${title}`} onClick={() => set(state)}>
                            {to}
                        </button>
                    </>
                ))}
                {isElsewhere && <span class="quiet"> {OTHERS[of]}</span>}
            </p>
        </article>
    )
}

/** @param {{ lesson: import('./lessons.js').Lesson, f: import('./facts.js').Facts }} props */
function Filled({ lesson, f }) {
    const { text, formulas, table, levels, bits, caption, trains } = lesson
    return (
        <>
            <div class="learntext">
                {text(f)
                    .filter(Boolean)
                    .map((paragraph, i) => (
                        <p key={i}>{paragraph}</p>
                    ))}
                {formulas?.(f).map(({ text: formula, note }, i) => (
                    <div key={i} class="learnformula">
                        <Maths text={formula} />
                        <small>{note}</small>
                    </div>
                ))}
                {trains && !f.isTrained() && f.network() && (
                    <button class="button line" disabled={f.isTraining()} onClick={f.train}>
                        {f.isTraining() ? 'Training' : 'Train'}
                    </button>
                )}
            </div>
            <figure class="learnfigure">
                {table && <LessonTable table={table(f)} />}
                {levels?.(f).map(one => (
                    <LessonLevels key={one.name} levels={one} />
                ))}
                {bits?.(f).map(one => (
                    <LessonBits key={one.name} bits={one} />
                ))}
                {caption && <figcaption class="quiet learncaption">{caption}</figcaption>}
                {lesson.of === 'network' && f.network() === null && (
                    <p class="quiet learncaption">{f.problems().join(' ')}</p>
                )}
            </figure>
        </>
    )
}
