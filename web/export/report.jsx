// The report on paper, two sheets: what was chosen and the figures with their conditions; what was found, the command
// and the setting that show it again.
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { data, device, report, rows, shown } from '../state/session.js'
import { state } from '../state/store.js'
import { conditions } from '../text/sentences.js'
import * as write from '../text/numbers.js'
import { commandNow } from './export.jsx'

/** Whether the report is being printed. */
export const printing = signal(false)

/** A sheet has room for so many specs and findings. */
const [MOST_ROWS, MOST_FINDINGS] = [36, 14]

export function Report() {
    const isOn = printing.value
    useEffect(() => {
        if (!isOn) return
        const end = () => (printing.value = false)
        document.documentElement.dataset.report = ''
        addEventListener('afterprint', end, { once: true })
        requestAnimationFrame(() => window.print())
        return () => {
            delete document.documentElement.dataset.report
            removeEventListener('afterprint', end)
        }
    }, [isOn])
    return isOn && <Sheets />
}

function Sheets() {
    const { a, b } = shown.value ?? {}
    const { k } = state.value
    const findings = report.value?.findings ?? []
    return (
        <section class="report">
            <h1>Quantscope: {data.value?.name ?? 'no data'}</h1>
            <h2>Choice</h2>
            <p>
                A: <code>{a}</code>, B: <code>{b}</code>
            </p>
            <h2>Figures</h2>
            <table>
                <thead>
                    <tr>
                        {['Spec', 'Bits per value', 'Bytes', 'Smaller', `Recall@${k}`, 'Interval', 'SQNR, dB'].map(
                            name => (
                                <th key={name} scope="col">
                                    {name}
                                </th>
                            ),
                        )}
                    </tr>
                </thead>
                <tbody>
                    {rows.value.slice(0, MOST_ROWS).map(row => (
                        <tr key={row.spec}>
                            <th scope="row">
                                <code>{row.spec}</code>
                                {row.spec === a && ' A'}
                                {row.spec === b && ' B'}
                            </th>
                            <td>{write.bits(row.bytes.bits_per_value)}</td>
                            <td>{write.count(row.bytes.total)}</td>
                            <td>{write.times(row.saving)}</td>
                            <td>{write.recall(row.search?.[`recall@${k}`])}</td>
                            <td>{write.interval(row.search?.[`recall@${k}_ci95`])}</td>
                            <td>{write.decibel(row.error?.sqnr_db)}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
            <h2>Conditions</h2>
            <p>
                {conditions(data.value, report.value, state.value)}; {device.value}
            </p>
            <div class="second">
                <h2>Findings</h2>
                {findings.length ? (
                    <ul>
                        {findings.slice(0, MOST_FINDINGS).map((/** @type {any} */ one, /** @type {number} */ i) => (
                            <li key={i}>
                                {one.level}: {one.text}
                                {one.remedy && `. ${one.remedy.text}`}
                            </li>
                        ))}
                    </ul>
                ) : (
                    <p>Nothing was found that makes figures misleading.</p>
                )}
                {findings.length > MOST_FINDINGS && (
                    <p>{write.count(findings.length - MOST_FINDINGS)} more on the page.</p>
                )}
                <h2>Command</h2>
                <pre>{commandNow()}</pre>
                <h2>Setting</h2>
                <pre>{location.href}</pre>
            </div>
        </section>
    )
}
