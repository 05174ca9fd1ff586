// Learn: quantization explained with the numbers on screen, and common misconceptions checked with them.
import './learn.css'
import { useEffect, useState } from 'preact/hooks'
import { set, state } from '../state/store.js'
import { data } from '../state/session.js'
import { command as sweep } from '../text/sentences.js'
import { taught } from '../views.js'
import { count, recall } from './say.js'
import { Claims } from './claims.jsx'
import { Glossary } from './glossary.jsx'
import { LessonPart } from './lesson.jsx'
import { LESSONS } from './lessons.js'
import { facts } from './session.js'

const INT4 = 'int4:map=offset,per=dim'
const CONTENTS = [
    ...LESSONS.map(({ id, title }) => ({ id: `lesson-${id}`, lesson: id, title })),
    { id: 'misconceptions', lesson: 'misconceptions', title: 'Common misconceptions' },
    { id: 'glossary', lesson: 'glossary', title: 'Glossary' },
]

/** Brings a part into view, and the focus to its heading. @param {string} id */
function show(id) {
    const part = document.getElementById(id)
    part?.scrollIntoView({ block: 'start' })
    const heading = /** @type {HTMLElement | null} */ (part?.querySelector('h2, a') ?? null)
    if (!document.activeElement?.closest('input')) heading?.focus({ preventScroll: true })
}

/** The part that is read: the last whose head is above the middle of the window. */
function useReading() {
    const [reading, setReading] = useState(CONTENTS[0].lesson)
    useEffect(() => {
        const look = () => {
            const passed = CONTENTS.filter(({ id }) => {
                const top = document.getElementById(id)?.getBoundingClientRect().top
                return top !== undefined && top < window.innerHeight / 3
            })
            setReading((passed[passed.length - 1] ?? CONTENTS[0]).lesson)
        }
        addEventListener('scroll', look, { passive: true })
        return () => removeEventListener('scroll', look)
    }, [])
    return reading
}

/** What prints the same. */
export const command = () => sweep(data.value, state.value, { specs: [...taught.value] })

export function View() {
    const reading = useReading()
    const { lesson, claim } = state.value
    const isThere = !!facts.value
    useEffect(() => {
        if (!isThere) return
        if (claim) show(`claim-${claim}`)
        else if (lesson) show(CONTENTS.find(one => one.lesson === lesson)?.id ?? '')
    }, [lesson, claim, isThere])
    useEffect(() => {
        const onKey = (/** @type {KeyboardEvent} */ event) => {
            const target = /** @type {HTMLElement} */ (event.target)
            const step = { j: 1, k: -1 }[event.key]
            if (!step || event.ctrlKey || event.metaKey || target.closest('input, select, dialog')) return
            const at = CONTENTS.findIndex(one => one.lesson === reading)
            go(CONTENTS[Math.min(CONTENTS.length - 1, Math.max(0, at + step))].lesson)
        }
        addEventListener('keydown', onKey)
        return () => removeEventListener('keydown', onKey)
    }, [reading])
    return (
        <div class="learn" data-waiting={facts.value?.isWaiting() ?? true}>
            <h1 class="hidden">Learn</h1>
            <Opening />
            <div class="learnbook">
                <div class="learncontents" role="navigation" aria-label="Contents">
                    {CONTENTS.map(one => (
                        <a
                            key={one.lesson}
                            href={`#learn?lesson=${one.lesson}`}
                            aria-current={one.lesson === reading ? 'true' : undefined}
                            onClick={event => {
                                event.preventDefault()
                                go(one.lesson)
                            }}
                        >
                            {one.title}
                        </a>
                    ))}
                </div>
                <div class="learnparts">
                    {LESSONS.map(one => (
                        <LessonPart key={one.id} lesson={one} />
                    ))}
                </div>
            </div>
            <Claims />
            <Glossary />
        </div>
    )
}

/** The address names the part that was come to. @param {string} lesson */
function go(lesson) {
    if (state.peek().lesson !== lesson || state.peek().claim) set({ lesson, claim: '' })
    else show(CONTENTS.find(one => one.lesson === lesson)?.id ?? '')
}

/** One sentence with three figures of the data that is open. */
function Opening() {
    const f = facts.value
    if (!f) return <p class="verdict">–</p>
    const found = f.result(INT4)?.search?.[`recall@${f.k}`]
    return (
        <p class="verdict">
            A vector of {count(f.dim)} float32 values takes <b>{count(f.bytes('f32').per_row)}</b> bytes. In int4 it
            takes <b>{count(f.bytes(INT4).per_row)}</b>, and search finds <b>{recall(found)}</b> of the true
            neighbours. Why that works, and when it doesn’t, with the numbers on your screen.
        </p>
    )
}
