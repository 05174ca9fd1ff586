// Findings: what is noticed about data, queries and specs, above the figures they concern, each once and with its
// remedy. What keeps specs from being measured is told here too, and not in each of their rows.
import { needed, report, rows, shown } from '../state/session.js'
import { dispatch } from '../state/store.js'
import { plural, sentence } from '../text/numbers.js'
import { CopyButton } from '../parts/copy.jsx'
import { findingsOf } from './findings.js'

export function Findings() {
    const specs = needed.value
    if (!specs.length) return null
    const list = findingsOf(report.value?.findings ?? [], rows.value, specs)
    if (!list.length) return null
    const { a, b } = shown.value ?? {}
    const isShown = (/** @type {import('./findings.js').Finding} */ { spec }) => !spec || spec === a || spec === b
    const rest = list.filter(one => !isShown(one))
    return (
        <section class="findings" aria-label="Findings">
            <List list={list.filter(isShown)} />
            {rest.length > 0 && (
                <details>
                    <summary>{plural(rest.length, 'finding')} about single specs</summary>
                    <List list={rest} />
                </details>
            )}
        </section>
    )
}

/** @param {{ list: import('./findings.js').Finding[] }} props */
const List = ({ list }) => (
    <ul>
        {list.map(finding => (
            <li key={`${finding.id} ${finding.spec}`} class={finding.level}>
                <b>{finding.level}</b>
                <p>
                    {sentence(finding.text)}{' '}
                    {finding.damage && <span class="quiet">{sentence(finding.damage)}</span>}
                    {finding.remedy && <Remedy remedy={finding.remedy} />}
                </p>
            </li>
        ))}
    </ul>
)

/** @param {{ remedy: import('./findings.js').Remedy }} props */
function Remedy({ remedy: { text, spec, command, option } }) {
    const add = () => spec && dispatch({ type: 'add', spec, shown: shown.value?.specs ?? [] })
    return (
        <>
            {text && <span> {sentence(text)}</span>}{' '}
            {spec ? (
                <button class="button line small" onClick={add}>
                    Try {spec}
                </button>
            ) : command || option ? (
                <CopyButton class="button line small" text={() => command ?? option ?? ''}>
                    Copy {command ? 'the command' : option}
                </CopyButton>
            ) : null}
        </>
    )
}
