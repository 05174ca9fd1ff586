// The frame of the page: header, the open view, footer, and what lies over them.
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { data, problem, shown, status } from './state/session.js'
import { dispatch, set, state } from './state/store.js'
import { Footer } from './frame/footer.jsx'
import { Header } from './frame/header.jsx'
import { loadView, loadedViews } from './frame/loaded-views.js'
import { DropArea } from './frame/own-data.jsx'
import { Progress } from './frame/progress.jsx'
import { lazy } from './parts/lazy.jsx'
import { openDialog } from './parts/open.js'
import { VIEWS } from './views.js'

const messages = () => import('./frame/data-messages.jsx')
const Empty = lazy(async () => (await messages()).Empty)
const LinkedFile = lazy(async () => (await messages()).LinkedFile)
const Problem = lazy(async () => (await messages()).Problem)
const Findings = lazy(async () => (await import('./frame/findings.jsx')).Findings)

/** While a run may find something yet. */
const BUSY = new Set(['loading', 'waiting', 'running'])

/** Dialogs and explanations, once their code is loaded. */
const overlays = signal(/** @type {{ Overlays?: () => import('preact').ComponentChildren }} */ ({}))

/** Loads what the first figures do not need; called when the page is drawn. */
export const loadOverlays = async () => void (overlays.value = await import('./frame/overlays.jsx'))

export function App() {
    const { Overlays } = overlays.value
    const { view } = state.value
    const View = loadedViews.value.get(view)?.View
    const row = VIEWS.find(({ name }) => name === view)
    const title = row?.title
    useEffect(() => {
        document.title = `${title} · Quantscope`
        loadView(view)
    }, [view])
    useEffect(() => {
        addEventListener('keydown', onKey)
        return () => removeEventListener('keydown', onKey)
    }, [])
    return (
        <DropArea>
            <a class="skip" href="#main" onClick={skipToMain}>
                Skip to the content
            </a>
            <Header />
            <main id="main" tabIndex={-1}>
                {!row?.hasProgress && <Progress />}
                {problem.value && <Problem />}
                <LinkedFile />
                {!row?.hasProgress && (
                    <div class={row?.keepsPlace && BUSY.has(status.value.at) ? 'findingsplace' : undefined}>
                        <Findings />
                    </div>
                )}
                {!data.value && status.value.at === 'waiting' ? <Empty /> : View && <View />}
            </main>
            <Footer />
            {Overlays && <Overlays />}
        </DropArea>
    )
}

/** Moves the focus without touching the link, whose hash is the state. @param {MouseEvent} event */
function skipToMain(event) {
    event.preventDefault()
    document.getElementById('main')?.focus()
}

/** Keys that work everywhere but in fields. @param {KeyboardEvent} event */
function onKey(event) {
    const target = /** @type {HTMLElement} */ (event.target)
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest('input, select, textarea, dialog')) return
    const numbered = VIEWS[Number(event.key) - 1]
    if (numbered) set({ view: numbered.name })
    else if (event.key === '/') {
        event.preventDefault()
        const open = VIEWS.find(({ name }) => name === state.value.view)
        document.getElementById(open?.field ?? '')?.focus()
    } else if (event.key === '?') openDialog('keys')
    else if (event.key === 'e') openDialog('export')
    else if (event.key === 's' && shown.value) dispatch({ type: 'swap', pair: [shown.value.a, shown.value.b] })
}
