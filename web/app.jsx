// The frame of the page: header, the view that is chosen, footer, and what lies over them.
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { data, device, problem, shown, status } from './state/session.js'
import { dispatch, set, state } from './state/store.js'
import { count } from './text/numbers.js'
import { VIEWS } from './state/state.js'
import { toggleTheme } from './state/theme.js'
import { CopyButton } from './parts/copy.jsx'
import { DropArea, Empty, Problem } from './parts/data.jsx'
import { openDialog } from './parts/open.js'
import { Progress } from './parts/progress.jsx'
import { Icon, Mark, Sign } from './parts/signs.jsx'
import { Simulator } from './simulator/view.jsx'

/** @typedef {() => import('preact').ComponentChildren} View */

/** The views whose code has come. */
const views = signal(
    /** @type {Partial<Record<import('./state/state.js').State['view'], View>>} */ ({ simulator: Simulator }),
)

const titleOf = (/** @type {string} */ view) => view[0].toUpperCase() + view.slice(1)

/** What may lie over the page, when it has come. */
const over = signal(/** @type {{ Overlays?: () => import('preact').ComponentChildren }} */ ({}))

/** Loads what the first figures do not need; called when the page is drawn. */
export async function loadRest() {
    /** @param {typeof views.value} view */
    const add = view => void (views.value = { ...views.value, ...view })
    await Promise.all([
        import('./parts/overlays.jsx').then(overlays => (over.value = overlays)),
        import('./compare/view.jsx').then(({ Compare: compare }) => add({ compare })),
        import('./range/view.jsx').then(({ Range: range }) => add({ range })),
        import('./bits/view.jsx').then(({ Bits: bits }) => add({ bits })),
    ])
}

export function App() {
    const { Overlays } = over.value
    const View = views.value[state.value.view]
    const title = titleOf(state.value.view)
    useEffect(() => {
        document.title = `${title} · Quantscope`
    }, [title])
    useEffect(() => {
        addEventListener('keydown', onKey)
        return () => removeEventListener('keydown', onKey)
    }, [])
    return (
        <DropArea>
            <Header />
            <main id="main">
                <Progress />
                {problem.value && <Problem />}
                {!data.value && status.value.at === 'waiting' ? <Empty /> : View && <View />}
            </main>
            <Footer />
            {Overlays && <Overlays />}
        </DropArea>
    )
}

function Header() {
    return (
        <header class="top">
            <div>
                <span class="brand">
                    <Mark />
                    Quantscope
                </span>
                <nav aria-label="Views">
                    {VIEWS.map(view => (
                        <button
                            key={view}
                            aria-current={state.value.view === view ? 'page' : undefined}
                            onClick={() => set({ view })}
                        >
                            {titleOf(view)}
                        </button>
                    ))}
                </nav>
                <div class="tools">
                    <DataChip />
                    <span class="device">{device.value}</span>
                    <CopyButton class="button share" text={() => location.href} label="Share: copy the link">
                        <Icon name="share" />
                        <span class="word">Share</span>
                    </CopyButton>
                    <button class="button theme" aria-label="Light or dark" onClick={toggleTheme}>
                        <Icon name="theme" />
                    </button>
                </div>
            </div>
        </header>
    )
}

function DataChip() {
    const open = data.value
    return (
        <button class="chip" aria-haspopup="dialog" onClick={() => openDialog('data')}>
            <Icon name="data" />
            {open ? (
                <span>
                    <b>{open.name}</b>{' '}
                    <span class="quiet">
                        {count(open.base.rows)} × {count(open.base.dim)}
                    </span>
                </span>
            ) : (
                <span class="quiet">{status.value.at === 'loading' ? 'Opening' : 'No vectors yet'}</span>
            )}
        </button>
    )
}

const Footer = () => (
    <footer>
        <div>
            <span>
                measured <Sign kind="measured" />
            </span>
            <span>
                computed <Sign kind="computed" />
            </span>
            <span class="quiet">Nothing leaves this machine.</span>
            <span class="links">
                <button onClick={() => openDialog('keys')}>Keys</button>
                <button onClick={() => openDialog('licences')}>Licences</button>
                <button onClick={() => openDialog('about')}>About</button>
            </span>
        </div>
    </footer>
)

/** The field that a view is used by. */
const FIELDS = { compare: 'add-spec', simulator: 'spec-a', range: 'spec-range', bits: 'value' }

/** Keys that work everywhere but in fields. @param {KeyboardEvent} event */
function onKey(event) {
    const target = /** @type {HTMLElement} */ (event.target)
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest('input, select, textarea, dialog')) return
    const view = VIEWS[Number(event.key) - 1]
    if (view) set({ view })
    else if (event.key === '/') {
        event.preventDefault()
        document.getElementById(FIELDS[state.value.view])?.focus()
    } else if (event.key === '?') openDialog('keys')
    else if (event.key === 's' && shown.value) dispatch({ type: 'swap', pair: [shown.value.a, shown.value.b] })
}
