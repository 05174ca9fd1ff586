// The pictures whose answer changed, as buttons, and the outputs of the one that is chosen.
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { count } from '../text/numbers.js'
import { set, state } from '../state/store.js'
import { Segments } from '../parts/controls.jsx'
import { Letter } from '../parts/signs.jsx'
import { Outputs } from './outputs.jsx'
import { Drawing } from './picture.jsx'
import { ask, changes, open, words } from './session.js'

/** @typedef {import('../engine/network.js').Picture} Picture */
/** @typedef {'lost' | 'gained' | 'wrong'} Kind */

/** Pictures of a side before all are asked for, and the most that are drawn. */
const [FEW, MOST] = [14, 400]

const KINDS = [
    { value: 'lost', text: 'lost' },
    { value: 'gained', text: 'gained' },
    { value: 'wrong', text: 'both wrong' },
]

/** Which sides show all. */
const full = signal(/** @type {{ a?: boolean, b?: boolean }} */ ({}))

export const nameOf = (/** @type {number} */ answer) => open.value?.classes?.[answer] ?? String(answer)

const kindOf = () => (open.value?.labelled ? /** @type {Kind} */ (state.value.kind) : 'wrong')

/** The picture that is chosen, or the first that changed. */
export function chosenPicture() {
    const { picture } = state.value
    if (picture >= 0) return Math.min(picture, (open.value?.count ?? 1) - 1)
    const { a, b } = changes.value
    const kind = kindOf()
    return (a?.[kind][0] ?? b?.[kind][0])?.sample ?? 0
}

/** Answers and outputs of the chosen picture. */
const looked = signal(/** @type {{ sample: number, about?: any, problem?: string } | null} */ (null))

export function Pictures() {
    const sample = chosenPicture()
    const found = changes.value
    useEffect(() => {
        let isOn = true
        if (found.a || found.b)
            ask('sample', sample).then(
                about => isOn && (looked.value = { sample, about }),
                error => isOn && (looked.value = { sample, problem: words(error) }),
            )
        return () => void (isOn = false)
    }, [sample, found])
    return (
        <section class="section" aria-labelledby="net-changed">
            <div class="head">
                <h2 id="net-changed">Changed answers</h2>
                <p>Pictures whose answer is no longer that of float32. Choose one to see its outputs.</p>
                {open.value?.labelled && (
                    <div class="right">
                        <Segments
                            label="Which changes"
                            value={state.value.kind}
                            values={KINDS}
                            on={kind => set({ kind, picture: -1 })}
                        />
                    </div>
                )}
            </div>
            <div class="netsides">
                <Side side="a" chosen={sample} />
                <Side side="b" chosen={sample} />
            </div>
            {looked.value?.problem && <p class="wrong">{looked.value.problem}</p>}
            {looked.value?.about && <Outputs about={looked.value.about} />}
        </section>
    )
}

/** Arrows move among pictures. @param {KeyboardEvent} event */
function onKeyDown(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    const from = /** @type {HTMLElement} */ (event.target).closest('button')
    if (!step || !from) return
    const next = /** @type {HTMLElement | null} */ (
        step > 0 ? from.nextElementSibling : from.previousElementSibling
    )
    if (!next) return
    event.preventDefault()
    next.focus()
    next.click()
}

/** @param {{ side: 'a' | 'b', chosen: number }} props */
function Side({ side, chosen }) {
    const letter = side === 'a' ? 'A' : 'B'
    const found = changes.value[side]
    const pictures = found?.[kindOf()]
    const shown = pictures?.slice(0, full.value[side] ? MOST : FEW)
    return (
        <div class={letter}>
            <p class="netcount">
                <Letter side={letter} />{' '}
                {pictures ? (
                    <>
                        <b>{count(pictures.length)}</b> {kindOf() === 'wrong' ? 'changed, both wrong' : kindOf()}
                    </>
                ) : (
                    <span class="quiet">not measured yet</span>
                )}
            </p>
            <div
                class="netpictures"
                role="group"
                aria-label={`Changed pictures of ${letter}`}
                onKeyDown={onKeyDown}
            >
                {shown?.map(({ sample, label, from, to }) => (
                    <button
                        key={sample}
                        class="netpicture"
                        aria-pressed={sample === chosen}
                        onClick={() => set({ picture: sample })}
                    >
                        <Drawing sample={sample} />
                        <span class="hidden">
                            Picture {sample}
                            {label === null ? '' : `, ${nameOf(label)}`}: float32 says
                        </span>{' '}
                        <span>{nameOf(from)}</span> <span class="netto">→ {nameOf(to)}</span>
                    </button>
                ))}
            </div>
            {pictures && pictures.length > FEW && (
                <button
                    class="link"
                    onClick={() => (full.value = { ...full.value, [side]: !full.value[side] })}
                    aria-expanded={!!full.value[side]}
                >
                    {full.value[side] ? `The first ${FEW}` : `All ${count(Math.min(pictures.length, MOST))}`}
                </button>
            )}
        </div>
    )
}
