// Common misconceptions as a list: filtered by subject and text, each with an address of its own.
import { useRef } from 'preact/hooks'
import { set, state } from '../state/store.js'
import { Field, Menu } from '../parts/controls.jsx'
import { Sign } from '../parts/signs.jsx'
import { TOPICS } from './claims.js'
import { useNear } from './lesson.jsx'
import { count, plain } from './say.js'
import { facts } from './session.js'

/** @typedef {import('./claims.js').Claim} Claim */

const ALL = TOPICS.flatMap(one => one.claims)

export function Claims() {
    const { topic, seek } = state.value
    const f = facts.value
    const wanted = seek.trim().toLowerCase()
    const isWanted = (/** @type {Claim} */ claim) =>
        !wanted || [claim.taught, f ? claim.so(f) : ''].join(' ').toLowerCase().includes(wanted)
    const groups = TOPICS.filter(one => !topic || one.topic === topic).map(one => ({
        ...one,
        claims: one.claims.filter(isWanted),
    }))
    return (
        <section class="section claims" id="misconceptions" aria-labelledby="title-misconceptions">
            <div class="head">
                <h2 id="title-misconceptions" tabIndex={-1}>
                    Common misconceptions
                </h2>
                <p>{count(ALL.length)} things that are taught about quantization, each checked here</p>
            </div>
            <div class="row">
                <Menu
                    label="Subject"
                    value={topic}
                    values={[
                        { value: '', text: 'all' },
                        ...TOPICS.map(one => ({ value: one.topic, text: one.title })),
                    ]}
                    on={value => set({ topic: value })}
                />
                <Field
                    id="seek"
                    label="Filter the claims"
                    placeholder="Filter"
                    mode="search"
                    live
                    value={seek}
                    on={text => set({ seek: text })}
                />
            </div>
            {groups.map(
                one =>
                    one.claims.length > 0 && (
                        <section key={one.topic} aria-labelledby={`topic-${one.topic}`}>
                            <h3 id={`topic-${one.topic}`}>{one.title}</h3>
                            {one.claims.map(claim => (
                                <ClaimRow key={claim.number} claim={claim} />
                            ))}
                        </section>
                    ),
            )}
            {groups.every(one => !one.claims.length) && <p class="note">No claim has these words.</p>}
        </section>
    )
}

/** @param {{ claim: Claim }} props */
function ClaimRow({ claim }) {
    const ref = useRef(/** @type {HTMLElement | null} */ (null))
    const isNear = useNear(ref)
    const f = facts.value
    const { number, taught, so, here, sign, of, source, see } = claim
    const shown = f && isNear
    const pieces = shown ? here(f) : ['–']
    const cannot = shown && of === 'network' && f.network() === null
    return (
        <article
            class={state.value.claim === String(number) ? 'claim on' : 'claim'}
            id={`claim-${number}`}
            ref={ref}
            data-near={isNear}
        >
            <a
                class="number"
                href={`#learn?claim=${number}`}
                aria-label={`Claim ${number}`}
                tabIndex={-1}
                onClick={event => {
                    event.preventDefault()
                    set({ claim: String(number), lesson: '' })
                }}
            >
                {number}
            </a>
            <p class="taught">
                <span class="hidden">Taught: </span>
                {taught}
            </p>
            <p class="so">
                <span class="lead">It is so</span>
                {shown ? so(f) : '–'}
            </p>
            <div>
                <p class="here">
                    <span class="lead">Here</span>
                    {cannot
                        ? `Needs a network: ${f.problems().join(' ')}`
                        : pieces.map((piece, i) =>
                              typeof piece === 'string' ? piece : <b key={i}>{piece.bold}</b>,
                          )}
                </p>
                <p class="learngo">
                    <button
                        class="link"
                        aria-label={`${see.title}: ${plain([taught])}`}
                        onClick={() => set(see.state)}
                    >
                        {see.title}
                    </button>{' '}
                    <Sign kind={sign} /> <span class="quiet">{source}</span>
                </p>
            </div>
        </article>
    )
}
