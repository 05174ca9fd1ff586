// What can be taken from the open view: the command that prints the same, its tables, its charts, and a report to print.
import './export.css'
import { loadedViews } from '../frame/loaded-views.js'
import { CopyButton } from '../parts/copy.jsx'
import { closeDialog } from '../parts/open.js'
import { data, openView, shown } from '../state/session.js'
import { state } from '../state/store.js'
import { command } from '../text/sentences.js'
import { asPng, asSvg, chartsOf, drawingOf } from './drawing.js'
import { printing } from './report.jsx'
import { fileName, save } from './save.js'
import { FORMATS, readTable } from './tables.js'

/** The line that prints what is on screen: the view's own, or a sweep of its specs; of A and B where those are all. */
export function commandNow() {
    const { view, both } = state.value
    const { a = '', b = '' } = shown.value ?? {}
    const specs = openView()?.asks ? { specs: both ? [a, b] : [a] } : shown.value
    return loadedViews.value.get(view)?.command?.() ?? command(data.value, state.value, specs)
}

export function Export() {
    const page = document.getElementById('main')
    if (!page) return null
    const tables = [...page.querySelectorAll('table')].filter(one => one.rows.length > 1).map(readTable)
    const charts = chartsOf(page)
    const print = () => {
        closeDialog()
        printing.value = true
    }
    return (
        <div class="export">
            <h3>Command</h3>
            <pre>{commandNow()}</pre>
            <div class="row">
                <CopyButton text={commandNow}>Copy command</CopyButton>
                <CopyButton text={() => location.href}>Copy link</CopyButton>
                <button class="button line" onClick={print}>
                    Print a report
                </button>
            </div>
            {tables.length > 0 && <h3>Tables</h3>}
            {tables.map((table, i) => (
                <p key={i}>
                    <span>{table.title}</span>
                    {FORMATS.map(({ name, end, type, write }) => (
                        <button
                            key={end}
                            class="link"
                            aria-label={`${table.title} as ${name}`}
                            onClick={() => save(fileName(table.title, end), new Blob([write(table)], { type }))}
                        >
                            {name}
                        </button>
                    ))}
                </p>
            ))}
            {charts.length > 0 && <h3>Charts</h3>}
            {charts.map(({ title, element }, i) => (
                <p key={i}>
                    <span>{title}</span>
                    <button
                        class="link"
                        aria-label={`${title} as SVG`}
                        onClick={() => {
                            const blob = new Blob([asSvg(drawingOf(element))], { type: 'image/svg+xml' })
                            save(fileName(title, 'svg'), blob)
                        }}
                    >
                        SVG
                    </button>
                    <button
                        class="link"
                        aria-label={`${title} as PNG`}
                        onClick={async () => save(fileName(title, 'png'), await asPng(drawingOf(element)))}
                    >
                        PNG
                    </button>
                </p>
            ))}
        </div>
    )
}
