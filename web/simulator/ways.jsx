// Four ways on from the first screen; on a narrow page the options of A are a fifth.
import { shown } from '../state/session.js'
import { set } from '../state/store.js'
import { count } from '../text/numbers.js'
import { openDialog } from '../parts/open.js'

/** Brings a part of the page into view once it is drawn. @param {string} id */
const reveal = id =>
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(id)?.scrollIntoView()))

export function Ways() {
    return (
        <section class="ways" aria-label="From here">
            <Way
                class="slim"
                title="More settings"
                text="Format, map, scale per, range, rounding"
                on={() => {
                    set({ more: true })
                    reveal('settings')
                }}
            />
            <Way
                title="Compare two formats"
                text="A | B, side by side, below"
                on={() => {
                    set({ both: true })
                    reveal('both')
                }}
            />
            <Way
                title="All formats"
                text={`${count(shown.value?.specs.length)} specs, in Compare`}
                on={() => set({ view: 'compare' })}
            />
            <Way title="Your own vectors" text="A file, read on this machine" on={() => openDialog('data')} />
            <Way title="How it works" text="One value followed, step by step" on={() => reveal('follow')} />
        </section>
    )
}

/** @param {{ title: string, text: string, on: () => void, class?: string }} props */
const Way = ({ title, text, on, class: name = '' }) => (
    <button class={`way ${name}`} onClick={on}>
        <span>{title}</span>
        <small>{text}</small>
    </button>
)
